"""Files that people hold, into the archive: whole, once, and adopted by what the service says later."""

import csv
import json
from datetime import datetime
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from collecting import Silent

from csea.archive import Archive
from csea.collect.files import import_files, rehearse
from csea.collect.run import Options, collect
from csea.errors import UsageError
from fake_doj import FakeDoj, make_records

RECORDS = make_records(40, seed=12)
NEW = make_records(50, seed=12)[40:]
EASTERN = ZoneInfo("America/New_York")
COLUMNS = ["body", "changed", "created", "date", "teaser", "title", "url", "uuid", "vuuid", "name"]


def day(record):
    return datetime.fromtimestamp(int(record["date"]), EASTERN).date().isoformat()


def names(value):
    """The names of the API's references, in whichever form they stand."""
    return [item["name"] for item in ([value] if isinstance(value, dict) else value or [])]


def api(path, records=RECORDS):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def api_reduced(path, records=RECORDS):
    api(path, [{name: record[name] for name in ("title", "body", "date", "url")} for record in records])


def api_answers(path, records=RECORDS):
    """Whole answers, ten records each."""
    about = {"resultset": {"count": str(len(records))}}
    api(path, [{"metadata": about, "results": records[start : start + 10]} for start in range(0, len(records), 10)])


def collection_2018(path, records=RECORDS):
    old = [
        {
            "id": record["number"] or None,
            "title": record["title"],
            "contents": "The office describes the invoices.",
            "date": f"{day(record)}T00:00:00-05:00",
            "topics": names(record["topic"]),
            "components": names(record.get("component")),
        }
        for record in records
    ]
    api(path, old)


def usdoj_r(path, records=RECORDS):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="NA", extrasaction="ignore", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        for record in records:
            name = ", ".join(names(record.get("component"))) or "NA"
            writer.writerow({**record, "date": day(record), "name": name})


LAYOUTS = {
    "api.jsonl": api,
    "reduced.jsonl": api_reduced,
    "answers.jsonl": api_answers,
    "combined.json": collection_2018,
    "usdoj.csv": usdoj_r,
}
every_layout = pytest.mark.parametrize("name", LAYOUTS)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache" / "archive"


@pytest.fixture
def held(tmp_path):
    """Writes a file of that name in its layout and gives its path."""

    def write(name):
        path = tmp_path / name
        LAYOUTS[name](path)
        return path

    return write


@pytest.fixture
def bring(root, folder):
    """Imports files and gives the reports."""

    def run(*paths, strict=False, progress=None):
        return import_files(root, folder, list(paths), strict, progress or Silent())

    return run


@pytest.fixture(autouse=True)
def cache(folder, monkeypatch):
    """The archive of this test is the one that the command line finds."""
    monkeypatch.setenv("CSEA_CACHE", str(folder.parent))


def n_releases(folder):
    with Archive.reader(folder) as archive:
        return archive.value("SELECT count(*) FROM releases")


def test_no_title_stands_twice_on_a_day_so_that_files_can_be_told_apart():
    assert len({(record["title"], day(record)) for record in RECORDS}) == len(RECORDS)


class TestRehearsal:
    @every_layout
    def test_counts_what_an_import_would_bring(self, held, root, folder, name):
        [report] = rehearse(root, folder, [held(name)], Silent())
        assert (report.records, folder.exists()) == ({"new": len(RECORDS)}, False)

    def test_tells_how_far_it_is(self, held, root, folder):
        rehearse(root, folder, [held("api.jsonl")], progress := Silent())
        assert progress.done == progress.due > 0


class TestImport:
    @every_layout
    def test_brings_every_record(self, bring, held, folder, name):
        [report] = bring(held(name))
        assert (report.records, n_releases(folder)) == ({"new": len(RECORDS)}, len(RECORDS))

    @every_layout
    def test_brings_nothing_new_the_second_time(self, bring, held, name):
        path = held(name)
        bring(path)
        assert bring(path)[0].records == {"unchanged": len(RECORDS)}

    @every_layout
    def test_knows_every_field(self, bring, held, name):
        assert bring(held(name), strict=True)[0].unknown_fields == {}

    @pytest.mark.parametrize("order", list(permutations(["reduced.jsonl", "combined.json", "usdoj.csv"])), ids="-".join)
    def test_of_several_files_holds_each_release_once(self, bring, held, folder, order):
        bring(*(held(name) for name in order))
        assert n_releases(folder) == len(RECORDS)

    def test_says_for_each_record_where_it_came_from(self, bring, held, folder):
        bring(held("usdoj.csv"))
        with Archive.reader(folder) as archive:
            [(_, batch)] = archive.staged()
            row = batch.to_pylist()[0]
        assert (row["source"], row["request"]) == ("usdoj_r", "usdoj.csv:2")

    @every_layout
    def test_tells_how_far_it_is(self, bring, held, name):
        bring(held(name), progress=(progress := Silent()))
        assert progress.done == progress.due > 0


class TestBadLine:
    @pytest.fixture
    def damaged(self, held):
        path = held("api.jsonl")
        path.write_bytes(path.read_bytes() + b'{"title": "Lake\n' + json.dumps(NEW[0]).encode() + b"\n7\n")
        return path

    def test_is_set_aside_and_the_rest_is_read(self, bring, damaged):
        assert bring(damaged)[0].records == {"new": len(RECORDS) + 1, "quarantined": 2}

    def test_is_kept_with_its_place_and_reason(self, bring, damaged, folder):
        bring(damaged)
        with Archive.reader(folder) as archive:
            row = archive.row("SELECT * FROM quarantine WHERE request = 'api.jsonl:41'")
        assert row["raw"] == b'{"title": "Lake'
        assert row["reason"].startswith("line 41 is not JSON")

    def test_is_told(self, bring, damaged):
        assert "line 41 is not JSON" in bring(damaged)[0].to_text()

    def test_shows_in_the_exit_code(self, csea, damaged):
        assert csea("archive", "import", damaged).code == 1

    def test_is_told_even_quietly(self, csea, damaged):
        printed = csea("archive", "import", damaged, "--quiet")
        assert "line 41 is not JSON" in printed.out + printed.err


class TestRefusal:
    def test_of_one_file_before_any_is_read(self, bring, held, folder, tmp_path):
        wrong = tmp_path / "wrong.txt"
        wrong.write_text("A letter.\n", encoding="utf-8")
        with pytest.raises(UsageError, match=r"wrong\.txt has no known layout"):
            bring(held("api.jsonl"), wrong)
        assert not folder.exists()

    def test_of_an_unknown_field_is_one_sentence_on_the_command_line(self, csea, tmp_path):
        path = tmp_path / "extra.jsonl"
        api(path, [{**RECORDS[0], "extra": 1}])
        printed = csea("archive", "import", path, "--strict")
        assert (printed.code, printed.out) == (1, "")
        assert "extra" in printed.err


class TestThenCollecting:
    @pytest.fixture
    def collected(self, root, folder):
        """Collects from a fake service and gives the report."""

        def run(fake):
            with fake.serve() as address:
                return collect(root, folder, Options(api=address, rate=float("inf")), Silent())

        return run

    @every_layout
    def test_adopts_every_release(self, bring, held, collected, folder, name):
        bring(held(name))
        fake = FakeDoj([*RECORDS, *NEW])
        report = collected(fake)
        assert report.state == "complete"
        assert n_releases(folder) == len(fake.truth)

    def test_makes_what_the_service_says_current(self, bring, held, collected):
        bring(held("combined.json"))
        assert collected(FakeDoj(RECORDS)).records["changed"] == len(RECORDS)

    def test_import_afterwards_replaces_nothing(self, bring, held, collected):
        collected(FakeDoj(RECORDS))
        assert bring(held("reduced.jsonl"))[0].records == {"older": len(RECORDS)}
