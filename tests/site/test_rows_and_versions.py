"""Row pages of ids that are merged or withdrawn, corrections on a row, and earlier versions; asked in process."""

import asyncio
import json
import sqlite3
from types import SimpleNamespace

import pyarrow as pa
import pytest
from datasette.app import Datasette

import csea.release.history
from csea.compare.keys import key_text
from csea.errors import UsageError
from csea.release.changes import ChangeListError
from csea.site import HERE, SETTINGS, apart
from csea.site.earlier import rebuilt

REGISTER = "id,key_sha256,issued_in,state,forwards_to\n"
CORRECTION = {
    "correction_id": "20260131-place",
    "correction_action": "change",
    "table_name": "releases",
    "row_key": "r0000001",
    "column_name": "place",
    "old_value": None,
    "new_value": "Alder <Falls>",
    "why": "The page & the docket say so.",
    "evidence_url": "https://example.org/page?a=1&b=2",
    "credit": "Quill",
    "corrected_date": "2026-01-31",
    "correction_state": "active",
}
METADATA = {
    "databases": {"csea": {"tables": {name: {"columns": {}} for name in ("releases", "cases", "uses", "corrections")}}},
    "plugins": {"csea": {}},
}
VERSIONS = [
    {"version": "0.9.0", "date": "2026-01-01", "tables": {"cases": {"rows": 1}}},
    {"version": "0.10.0", "date": "2026-02-01", "tables": {"cases": {"rows": 1_234}, "uses": {"rows": 2}}},
]
ROWS = pa.table({"case_id": [f"c{number:06d}" for number in range(250)], "place": ["<b>Ostley</b>", None] * 125})


@pytest.fixture
def site(tmp_path):
    """A function that serves a small database, with these corrections (no such table where None), and asks it."""

    def serve(*corrections, table=True):
        data = tmp_path / "data"
        (data / "registry").mkdir(parents=True)
        releases = ["1,k,0.1.0,active,", "2,k,0.1.0,merged,r0000003", "3,k,0.1.0,merged,r0000001"]
        releases += ["4,k,0.1.0,withdrawn,", "5,k,0.1.0,merged,r0000004", "6,k,0.1.0,merged,r0000006"]
        (data / "registry" / "releases.csv").write_text(REGISTER + "".join(f"r000000{row}\n" for row in releases))
        (data / "registry" / "cases.csv").write_text(REGISTER + "c000002,k,0.1.0,merged,c000001\n")
        connection = sqlite3.connect(tmp_path / "csea.db")
        connection.executescript(
            "CREATE TABLE releases (release_id TEXT PRIMARY KEY, place TEXT);"
            "INSERT INTO releases VALUES ('r0000001', 'A');"
            "CREATE TABLE cases (case_id TEXT PRIMARY KEY); INSERT INTO cases VALUES ('c000001');"
            "CREATE TABLE uses (case_id TEXT, conduct TEXT, PRIMARY KEY (case_id, conduct));"
            "INSERT INTO uses VALUES ('c000001', 'a,b/\"c');"
        )
        if table:
            connection.execute(f"CREATE TABLE corrections ({', '.join(CORRECTION)}, PRIMARY KEY (correction_id))")
            for item in corrections:
                row = {**CORRECTION, **item}
                connection.execute(f"INSERT INTO corrections VALUES ({', '.join('?' * len(row))})", list(row.values()))
        connection.commit()
        connection.close()
        datasette = Datasette(
            immutables=[str(tmp_path / "csea.db")],
            metadata=METADATA,
            template_dir=str(HERE / "templates"),
            plugins_dir=str(HERE / "plugins"),
            static_mounts=[("assets", str(HERE / "static")), ("files", str(data))],
            settings=SETTINGS,
            cors=True,
        )
        return lambda path: asyncio.run(datasette.client.get(path))

    return serve


class TestForwarding:
    @pytest.mark.parametrize(
        "path, to",
        [
            ("/csea/releases/r0000003", "/csea/releases/r0000001"),
            ("/csea/releases/r0000002", "/csea/releases/r0000001"),
            ("/csea/releases/r0000002.json?_shape=array", "/csea/releases/r0000001.json?_shape=array"),
            ("/csea/cases/c000002", "/csea/cases/c000001"),
        ],
    )
    def test_a_merged_id_leads_to_the_row_it_is_part_of(self, site, path, to):
        answer = site()(path)
        assert (answer.status_code, answer.headers["location"]) == (301, to)
        assert answer.headers["access-control-allow-origin"] == "*"

    def test_a_merged_id_says_so_to_those_who_do_not_follow(self, site):
        get = site()
        page = get("/csea/releases/r0000002").text
        assert 'r0000002 is part of <a href="/csea/releases/r0000001">r0000001</a> now.' in page
        assert get("/csea/releases/r0000002.json").text == ""

    @pytest.mark.parametrize("id_", ["r0000004", "r0000005", "r0000006"])
    def test_a_withdrawn_id_is_gone(self, site, id_):
        answer = site()(f"/csea/releases/{id_}")
        assert answer.status_code == 410
        assert f"{id_} was withdrawn" in answer.text

    def test_a_withdrawn_id_is_gone_as_json_too(self, site):
        answer = site()("/csea/releases/r0000004.json")
        assert (answer.status_code, answer.json()["status"]) == (410, 410)
        assert answer.headers["access-control-allow-origin"] == "*"

    @pytest.mark.parametrize("path", ["releases/r0000009", "releases/r0000009.json", "cases/c000009"])
    def test_an_unknown_id_is_not_found(self, site, path):
        assert site()(f"/csea/{path}").status_code == 404

    def test_an_id_in_use_is_shown(self, site):
        assert site()("/csea/releases/r0000001").status_code == 200

    def test_a_register_that_has_changed_is_read_again(self, site, tmp_path):
        get = site()
        assert get("/csea/cases/c000002").status_code == 301
        (tmp_path / "data" / "registry" / "cases.csv").write_text(REGISTER + "c000002,k,0.1.0,withdrawn,\n")
        assert get("/csea/cases/c000002").status_code == 410


class TestCorrections:
    def test_are_shown_on_their_row_with_all_that_belongs_to_them(self, site):
        page = " ".join(site({})("/csea/releases/r0000001").text.split())
        assert "<code>place</code>: <em>not known</em> &rarr; <ins>Alder &lt;Falls&gt;</ins>" in page
        assert "The page &amp; the docket say so." in page
        assert 'href="https://example.org/page?a=1&amp;b=2"' in page
        assert "thanks to Quill" in page and "in force" in page

    def test_are_not_shown_on_another_row(self, site):
        assert 'class="corrections"' not in site({"row_key": "r0000009"})("/csea/releases/r0000001").text

    def test_of_a_row_with_several_keys_are_found(self, site):
        get = site({"table_name": "uses", "row_key": key_text(["c000001", 'a,b/"c'])})
        assert "Alder" in get("/csea/uses/c000001,a~2Cb~2F~22c").text

    def test_of_a_merge_stand_on_the_case_that_stays(self, site):
        merge = {"correction_action": "merge", "table_name": "cases", "row_key": "c000002", "new_value": "c000001"}
        assert "c000002 became part of c000001" in site(merge)("/csea/cases/c000001").text

    @pytest.mark.parametrize("state, said", [("overtaken", "the source agrees now"), ("withdrawn", "taken back")])
    def test_say_whether_they_are_in_force(self, site, state, said):
        assert said in site({"correction_state": state})("/csea/releases/r0000001").text

    def test_link_to_nothing_but_web_pages(self, site):
        assert "javascript:" not in site({"evidence_url": "javascript:alert(1)"})("/csea/releases/r0000001").text

    def test_a_database_without_that_table_is_no_fault(self, site):
        assert site(table=False)("/csea/releases/r0000001").status_code == 200

    def test_a_key_cannot_change_the_query(self, site):
        assert site({})("/csea/releases/r0000001'--").status_code == 404


class TestVersions:
    @pytest.fixture
    def past(self, site, tmp_path, monkeypatch):
        """A site with two released versions, and how often a table was rebuilt."""
        asked = []

        def as_of(root, version, table, tell):
            asked.append((root, version, table))
            if table not in ("cases", "uses"):
                raise UsageError(f"Version {version} has no table {table!r}.")
            tell("1 of 251 row is missing.")
            return ROWS

        async def done(module, given, seconds, files):
            return rebuilt(given)

        monkeypatch.setattr(csea.release.history, "as_of", as_of)
        monkeypatch.setattr(apart, "done", done)
        (tmp_path / "versions.json").write_text(json.dumps({"versions": VERSIONS}))
        return SimpleNamespace(get=site(), asked=asked, root=tmp_path)

    def test_without_a_release_the_page_says_so(self, site):
        assert "No version has been released yet." in site()("/-/as-of").text

    def test_every_version_is_listed_the_newest_first(self, past):
        page = past.get("/-/as-of").text
        assert page.index("0.10.0") < page.index("0.9.0")
        assert 'href="/-/as-of/0.10.0/cases">cases</a>, 1,234 rows' in page

    def test_a_version_alone_leads_to_its_tables(self, past):
        page = past.get("/-/as-of/0.9.0").text
        assert 'href="/-/as-of/0.9.0/cases"' in page and "0.10.0" not in page

    def test_a_table_shows_its_first_rows_escaped(self, past):
        page = past.get("/-/as-of/0.9.0/cases").text
        assert page.count("<tr>") == 101
        assert "The first 100 of 250 rows." in page
        assert "&lt;b&gt;Ostley&lt;/b&gt;" in page and "1 of 251 row is missing." in page

    def test_the_file_is_the_canonical_csv(self, past):
        answer = past.get("/-/as-of/0.9.0/cases.csv")
        assert answer.text.splitlines()[:3] == ["case_id,place", "c000000,<b>Ostley</b>", "c000001,"]
        assert (len(answer.text.splitlines()), answer.headers["content-type"]) == (251, "text/csv; charset=utf-8")
        assert answer.headers["content-disposition"] == 'attachment; filename="cases-0.9.0.csv"'

    def test_a_table_is_rebuilt_once_until_something_changes(self, past):
        for _ in range(3):
            past.get("/-/as-of/0.9.0/cases")
        assert past.asked == [(past.root, "0.9.0", "cases")]
        (past.root / "data" / "changes").mkdir()
        (past.root / "data" / "changes" / "0.9.0.csv").write_text("x")
        past.get("/-/as-of/0.9.0/cases.csv")
        assert len(past.asked) == 2

    @pytest.mark.parametrize("path", ["0.9.0/nope", "0.9.0/nope.csv", "9/cases", "0.9.0/..~2Fcases", "0.8.0"])
    def test_what_there_is_not_is_not_found(self, past, path):
        assert past.get(f"/-/as-of/{path}").status_code == 404

    def test_it_is_rebuilt_in_a_process_of_its_own(self, served, root, tables):
        """A version of the dataset itself, by the change lists that it has."""
        version = json.loads((root / "versions.json").read_text(encoding="utf-8"))["versions"][0]["version"]
        answer = asyncio.run(served().client.get(f"/-/as-of/{version}/codes.csv"))
        assert answer.status_code == 200
        assert answer.text.splitlines()[0].split(",")[0] == tables["codes"].column_names[0]
        assert int(answer.headers["content-length"]) == len(answer.content)

    def test_damaged_lists_are_told_on_a_plain_page(self, past, monkeypatch, capsys):
        def damaged(root, version, table, tell):
            raise ChangeListError("data/changes/0.9.0.csv is damaged. Restore it with git.")

        monkeypatch.setattr(csea.release.history, "as_of", damaged)
        for path in ("0.9.0/cases", "0.9.0/cases.csv"):
            answer = past.get(f"/-/as-of/{path}")
            assert answer.status_code == 503
            assert "data/changes/0.9.0.csv is damaged. Restore it with git." in answer.text
        assert "Traceback" not in capsys.readouterr().err

    def test_every_page_leads_there(self, past):
        assert '<a href="/-/as-of">' in past.get("/csea/cases").text

    def test_the_feed_is_linked_where_there_is_one(self, past):
        assert "feed.atom" not in past.get("/-/as-of").text
        (past.root / "data" / "changes").mkdir()
        (past.root / "data" / "changes" / "feed.atom").write_text("<feed/>")
        assert 'href="/files/changes/feed.atom"' in past.get("/-/as-of").text
