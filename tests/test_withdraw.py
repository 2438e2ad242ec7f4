"""Withdrawing a release: all but an id and a hash goes, whenever the process is killed; nothing brings it back."""

import csv
import io
import json
import re
import shutil
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from click.testing import CliRunner

import csea.archive.purge
import csea.withdraw
from csea import ROOT
from csea.archive import Archive
from csea.archive.purge import held_releases
from csea.archive.withheld import uuid_key
from csea.build import check_inputs
from csea.check.files import read_file
from csea.cli import cli
from csea.cli.withdrawing import withdraw
from csea.compare.sources import Version, read_version
from csea.errors import Report, UsageError
from csea.io import csv_bytes, sha256, write_atomic
from csea.project import REGISTERS, VERSIONS, Project, folder_of
from csea.register import Registers, address_key
from csea.release.causes import Causes
from csea.release.changes import change_list
from csea.release.records import versions_file
from csea.removal import BY_ADDRESS, BY_KEY
from csea.rooms import text_frame
from csea.schema import SchemaError
from csea.withdraw import carry_out, find, plan
from fake_doj import FakeDoj, make_records

UUID = "0a1b2c3d-0000-4000-8000-00000000000a"
WORD = "Quillfeather"  # stands in the text of the withdrawn release alone
DAY = "2026-02-03"


NO_REGISTERS = Registers.of(
    {
        name: pd.DataFrame(columns=["id", "key_sha256", "issued_in", "state", "forwards_to"], dtype="str")
        for name in REGISTERS
    }
)


def lines(root, path):
    with (root / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def add_lines(root, name, *rows):
    """Rows added to a kept file; cells that are not given are empty."""
    path = root / folder_of(name) / f"{name}.csv"
    present = lines(root, path.relative_to(root))
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    text = io.StringIO()
    writer = csv.DictWriter(text, header, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows([*present, *rows])
    path.write_text(text.getvalue(), encoding="utf-8")


def found_row(key, uuid, day, first, repeated=""):
    return {
        "key_sha256": key,
        "doj_uuid": uuid,
        "url_withheld": "false",
        "source_host": "www.justice.gov",
        "published_date": day,
        "title_withheld": "false",
        "text_sha256": "a" * 64,
        "text_chars": "10",
        "text_form": "1",
        "rules_version": "1.0.0",
        "case_key": first,
        "link_method": "same_docket",
        "link_score": "0.9",
        "link_rules_version": "1.0.0",
        "duplicate_key": repeated,
    }


def correction(root, name, **parts):
    path = root / "data" / "corrections" / "2026" / f"20260101-{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"why": "The page says so.", "evidence": "https://example.org/page", **parts}))


def as_released(project):
    """Let the published tables be version 0.1.0, and the same again 0.2.0, with their lists and descriptors.

    The lists tell of what hangs on releases and cases, and of one table that does not: the others are long.
    """
    now = read_version(project, str(project.root))
    told = {name for name, schema in now.schemas.items() if {"release_id", "case_id"} & {*schema.columns}}
    now = replace(now, tables={name: table for name, table in now.tables.items() if name in told | {"platforms"}})
    lists = project.root / "data" / "changes"
    entries = []
    for number, old in (("0.1.0", Version("", {}, {})), ("0.2.0", now)):
        causes = Causes.of(old.tables, now.tables, {}, NO_REGISTERS, "2026-01-01" if old.tables else None)
        data = csv_bytes(change_list(number, old.tables, now.tables, old.schemas, now.schemas, causes))
        (lists / f"{number}.csv").write_bytes(data)
        shutil.copy(project.root / "datapackage.json", lists / f"{number}.datapackage.json")
        entries.insert(0, {"version": number, "changes_bytes": len(data), "changes_sha256": sha256(data)})
    (project.root / VERSIONS).write_bytes(versions_file(entries))


@pytest.fixture(scope="module")
def rich(copy_to, tmp_path_factory):
    """A copy in which one release has rows everywhere: the first of a case by hand, and of one by rules."""
    root = copy_to(tmp_path_factory.mktemp("rich"))
    ids = {row["key_sha256"]: row["id"] for row in lines(root, "data/registry/releases.csv")}
    groups = {row["case_id"]: row["release_id"] for row in lines(root, "data/case_links.csv")[::-1]}
    linked = lines(root, "data/inputs/case_groups.csv")
    release, url = min((ids[address_key(row["url"])], row["url"]) for row in linked)
    key, second, third = address_key(url), "b" * 64, "c" * 64
    case = next(case for case, first in groups.items() if first == release)
    add_lines(
        root,
        "found_releases",
        found_row(key, UUID, "2011-01-01", key),
        found_row(second, "", "2011-01-02", key, key),
        found_row(third, "", "2011-01-03", key, key),
    )
    for name, more in (("unsure_pairs", {"score": "0.5", "reason": "x"}), ("pair_decisions", {"is_same_case": "true"})):
        add_lines(root, name, *({"left_key": second, "right_key": right, **more} for right in (key, third)))
    coding = {"variable": "platform", "coded_value": "kik=used", "confidence": "high"}
    add_lines(root, "found_codings", {"key_sha256": key, **coding}, {"key_sha256": third, **coding})
    review = {"variable": "origin", "coded_value": "undercover", "coder": "human", "reviewed_date": DAY}
    add_lines(root, "reviews", {"key_sha256": key, **review})
    correction(root, "a", table="releases", key=release, column="place", present="", value="Alder")
    correction(root, "b", table="release_platforms", key={"release_id": release, "platform_id": "kik", "role": "used"})
    correction(root, "c", table="cases", key=case, column="place", present="", value="Alder")
    correction(root, "d", table="releases", key="r0000001", column="place", present="", value="Alder")
    correction(root, "e", table="releases", key="r0000002", column="place", value="Alder", evidence=url)
    shutil.rmtree(root / "data" / "changes", ignore_errors=True)
    (root / "data" / "changes").mkdir()
    project = Project.read(root)
    as_released(project)
    return SimpleNamespace(
        root=root, project=project, release=release, url=url, key=key, second=second, third=third, case=case
    )


def copied(rich, folder, patch):
    """The same in a folder that may change; files are read without the checks, which cost most of the time."""
    shutil.copy(rich.root / VERSIONS, folder)
    shutil.copytree(rich.root / "data", folder / "data", ignore=shutil.ignore_patterns("parquet", "fi*.csv", "me*.csv"))
    calls = SimpleNamespace(left=None)

    def write_or_die(path, data):
        if calls.left == 0:
            raise KeyboardInterrupt
        calls.left = None if calls.left is None else calls.left - 1
        return write_atomic(path, data)

    patch.setattr(csea.withdraw, "check_inputs", unchecked)
    patch.setattr(csea.withdraw, "write_atomic", write_or_die)
    project = Project(
        folder, *(getattr(rich.project, name) for name in ("version", "tables", "inputs", "rules", "views"))
    )
    made = SimpleNamespace(**{**vars(rich), "root": folder, "project": project}, calls=calls)
    made.plan = lambda: plan(project, rich.release, "privacy", DAY, None, Report())
    made.run = lambda: carry_out(folder, made.plan(), None)
    return made


@pytest.fixture
def again(rich, tmp_path, monkeypatch):
    return copied(rich, tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def withdrawn(rich, tmp_path_factory):
    """The same after the withdrawal; to be left as it is."""
    with pytest.MonkeyPatch.context() as patch:
        made = copied(rich, tmp_path_factory.mktemp("withdrawn"), patch)
        made.run()
    return made


def unchecked(project, report):
    def frame(path, schema):
        return text_frame(read_file(project.root / path, path, schema)[0].table)

    names = [*BY_KEY, *BY_ADDRESS, "withheld", "milestones"]
    inputs = {name: frame(f"{folder_of(name)}/{name}.csv", project.inputs[name]) for name in names}
    return inputs, {name: frame(f"data/registry/{name}.csv", project.inputs["register"]) for name in REGISTERS}


def contents(root):
    paths = [*(root / "data").rglob("*.*"), root / VERSIONS]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths if path.is_file()}


def keys_in(root, name):
    return {value for row in lines(root, f"{folder_of(name)}/{name}.csv") for value in row.values()}


class TestRows:
    def test_no_kept_file_names_it(self, withdrawn):
        for name in BY_KEY:
            assert withdrawn.key not in keys_in(withdrawn.root, name), name
        for name in BY_ADDRESS:
            assert withdrawn.key not in {
                address_key(row["url"]) for row in lines(withdrawn.root, f"data/inputs/{name}.csv")
            }

    def test_the_list_has_the_hashes_of_its_address_and_its_uuid(self, withdrawn):
        listed = lines(withdrawn.root, "data/inputs/withheld.csv")
        assert {row["key_sha256"] for row in listed} == {withdrawn.key, uuid_key(UUID)}
        assert {(row["reason"], row["withheld_date"]) for row in listed} == {("privacy", DAY)}

    def test_what_was_linked_through_it_has_the_next_as_first(self, withdrawn):
        rows = {row["key_sha256"]: row for row in lines(withdrawn.root, "data/machine/found_releases.csv")}
        assert [rows[key]["case_key"] for key in (withdrawn.second, withdrawn.third)] == [withdrawn.second] * 2
        assert [rows[key]["duplicate_key"] for key in (withdrawn.second, withdrawn.third)] == ["", withdrawn.second]

    def test_a_case_that_began_with_it_forwards_to_that_of_its_other_releases(self, withdrawn):
        rows = {row["id"]: row for row in lines(withdrawn.root, "data/registry/cases.csv")}
        forward = rows[rows[withdrawn.case]["forwards_to"]]
        assert (rows[withdrawn.case]["state"], forward["state"]) == ("merged", "active")

    def test_corrections_of_it_go_and_those_of_its_case_name_the_other(self, withdrawn):
        left = {path.stem[-1]: path.read_text() for path in (withdrawn.root / "data" / "corrections").rglob("*.yaml")}
        assert sorted(left) == ["c", "d"]
        assert re.search(r'key"?: "?c\d{6}', left["c"])
        assert withdrawn.case not in left["c"]

    def test_change_lists_that_name_it_are_redacted(self, withdrawn):
        told = lines(withdrawn.root, "data/changes/0.1.0.csv")
        those = [row for row in told if withdrawn.release in row["row_key"]]
        those += [row for row in told if withdrawn.case in row["row_key"] and row["table_name"] in ("cases", "uses")]
        assert {row["table_name"] for row in those} >= {"releases", "cases", "uses", "case_links"}
        assert [row for row in those if row["new_value"]] == []
        entries = {entry["version"]: entry for entry in json.loads((withdrawn.root / VERSIONS).read_text())["versions"]}
        data = (withdrawn.root / "data/changes/0.1.0.csv").read_bytes()
        assert entries["0.1.0"]["changes_sha256"] == sha256(data)
        assert {"cases", "releases", "uses"} <= set(entries["0.1.0"]["redacted"])
        assert "platforms" not in entries["0.1.0"]["redacted"]

    def test_a_list_that_is_damaged_stops_it_before_anything_is_written(self, again):
        path = again.root / "data" / "changes" / "0.1.0.csv"
        path.write_text(path.read_text(encoding="utf-8").replace(",curated,", ",whim,", 1), encoding="utf-8")
        before = contents(again.root)
        with pytest.raises(SchemaError, match=r"^data/changes/0\.1\.0\.csv"):
            again.run()
        assert contents(again.root) == before

    def test_a_second_run_finds_nothing_to_do(self, again):
        again.run()
        after = contents(again.root)
        made = plan(again.project, again.release, "error", "2030-01-01", None, Report())
        assert (made.is_new, made.changes) == (False, [])
        assert contents(again.root) == after

    def test_planning_writes_nothing(self, again):
        before = contents(again.root)
        made = again.plan()
        assert contents(again.root) == before
        assert len(made.changes) > 8

    def test_copies_are_named_by_id(self, again):
        keys = {row["id"]: row["key_sha256"] for row in lines(again.root, "data/registry/releases.csv")}
        path = again.root / "data" / "machine" / "found_releases.csv"
        path.write_text(path.read_text().replace(again.second, keys["r0000003"]))
        assert again.plan().copies == ["r0000003"]

    def test_another_row_that_cites_the_address_is_pointed_out(self, again):
        path = again.root / "data" / "inputs" / "milestones.csv"
        path.write_text(re.sub(r"https://[^,\s]+", again.url, path.read_text(), count=1))
        [place] = again.plan().cited
        assert place == "data/inputs/milestones.csv, column source_url (1)"


class TestKilled:
    def test_at_every_write_leaves_what_the_same_command_finishes(self, again):
        whole = again.root / "whole"
        shutil.copytree(again.root / "data", whole)
        index = (again.root / VERSIONS).read_bytes()
        planned = again.plan()
        carry_out(again.root, planned, None)
        finished, n_written = contents(again.root), 0
        while True:
            shutil.rmtree(again.root / "data")
            shutil.copytree(whole, again.root / "data")
            (again.root / VERSIONS).write_bytes(index)
            again.calls.left = n_written
            try:
                carry_out(again.root, planned, None)
            except KeyboardInterrupt:
                assert n_written == 0 or again.key in keys_in(again.root, "withheld")
                again.calls.left = None
                again.run()
                assert contents(again.root) == finished, n_written
                n_written += 1
            else:
                break
        assert n_written > 8

    def test_leaves_files_that_fit_together(self, rich, again):
        """Nothing refers to a row that is gone: a build would not stop there."""
        again.calls.left = 6
        with pytest.raises(KeyboardInterrupt):
            again.run()
        for name in ("case_groups", "coded_releases", "found_codings", "found_releases"):
            shutil.copy(again.root / folder_of(name) / f"{name}.csv", rich.root / folder_of(name))
        report = Report()
        check_inputs(rich.project, report)
        assert [problem for problem in report.problems if "reference" in problem.rule] == []


REGISTER = pd.DataFrame(
    [
        ("r0000001", address_key("https://x.test/a"), "0.1.0", "active", None),
        ("r0000002", "d" * 64, "0.1.0", "active", None),
        ("r0000003", "e" * 64, "0.1.0", "merged", "r0000002"),
    ],
    columns=["id", "key_sha256", "issued_in", "state", "forwards_to"],
)


def test_reasons_are_those_of_the_list():
    (option,) = [parameter for parameter in withdraw.params if parameter.name == "reason"]
    schema = json.loads((ROOT / "schemas" / "withheld.schema.json").read_text(encoding="utf-8"))
    (reason,) = [field for field in schema["fields"] if field["name"] == "reason"]
    assert list(option.type.choices) == reason["constraints"]["enum"]


class TestNaming:
    @pytest.mark.parametrize("text", ["r0000001", "R0000001", " r0000001 ", "http://www.x.test/a/", "x.test/a"])
    def test_an_id_or_any_form_of_the_address(self, text):
        assert find(text, REGISTER).id == "r0000001"

    @pytest.mark.parametrize("text", ["d" * 64, "D" * 64])
    def test_a_hash_in_any_case(self, text):
        assert find(text, REGISTER).id == "r0000002"

    def test_an_address_without_an_id_can_be_refused_beforehand(self):
        target = find("https://x.test/never-seen", REGISTER)
        assert (target.id, target.key) == ("", address_key("https://x.test/never-seen"))

    @pytest.mark.parametrize(
        "text, said",
        [
            ("r0000009", 'There is no release r0000009. Did you mean "r000000'),
            ("r0000009", "The register has r0000001 to r0000003."),
            ("r0000003", "r0000003 was merged into r0000002."),
            ("r001", "A release id looks like r0000001."),
            ("c000001", "c000001 is a case: withdraw each of its releases."),
            ("e" * 64, "r0000003 was merged into r0000002."),
        ],
    )
    def test_what_names_none_is_said_plainly(self, text, said):
        with pytest.raises(UsageError, match=re.escape(said)):
            find(text, REGISTER)

    def test_no_message_repeats_a_name(self):
        with pytest.raises(UsageError) as error:
            find("Aldous Quillfeather of Tarn Ridge", REGISTER)
        assert "Quill" not in str(error.value)


class TestWhole:
    """Collect, withdraw, collect again, build: with the service, the archive and the tables."""

    @pytest.fixture(scope="class")
    @staticmethod
    def done(copy_to, tmp_path_factory):
        root, cache = copy_to(tmp_path_factory.mktemp("whole")), tmp_path_factory.mktemp("cache")
        ids = {row["key_sha256"]: row["id"] for row in lines(root, "data/registry/releases.csv")}
        url = next(
            row["url"]
            for row in lines(root, "data/inputs/coded_releases.csv")
            if row["url"].startswith("https://www.justice.gov/usao-") and "[" not in row["url"]
        )
        body = f"<p>ALDER FALLS - {WORD} pleaded guilty today to possession of child pornography.</p>"
        record = {**make_records(1)[0], "uuid": UUID, "url": url, "body": body, "title": f"{WORD} Pleads Guilty"}
        with FakeDoj([*make_records(12, seed=2), record]).serve() as api:

            def run(command, *arguments):
                result = CliRunner().invoke(command, [*arguments, "--cache", str(cache)], obj=root)
                assert result.exit_code == 0, result.output
                return result.output

            collect = ("--root", str(root), "collect", "--full", "--api", api, "--rate", "1000")
            run(cli, *collect)
            before = contents(root)
            dry = run(withdraw, ids[address_key(url)], "--reason", "expunged", "--dry-run")
            unchanged = contents(root) == before
            scans = []
            with pytest.MonkeyPatch.context() as patch:
                for module in (csea.withdraw, csea.archive.purge):
                    patch.setattr(module, "held_releases", lambda *given: scans.append(given) or held_releases(*given))
                said = run(withdraw, ids[address_key(url)], "--reason", "expunged")
            after = contents(root)
            collected = run(cli, *collect)
            run(cli, "--root", str(root), "build")
            return SimpleNamespace(**locals(), release=ids[address_key(url)], key=address_key(url))

    def test_the_archive_is_read_through_once(self, done):
        assert len(done.scans) == 1

    def test_the_dry_run_says_what_would_go_and_changes_nothing(self, done):
        assert done.unchanged
        assert "data/inputs/coded_releases.csv: 1 row removed" in done.dry
        assert "the local archive: 1 record" in done.dry

    def test_no_file_names_it_but_the_register_and_the_lists_of_hashes(self, done):
        for state in (done.after, contents(done.root)):
            named = {name for name, data in state.items() if done.release.encode() in data}
            hashed = {name for name, data in state.items() if done.key.encode() in data}
            lists = {name for name in named if name.startswith("data/changes/")}
            assert named - lists == {"data/registry/releases.csv"}
            listed = [row for name in lists for row in csv.DictReader(state[name].decode().splitlines())]
            told = [row for row in listed if done.release in row["row_key"]]
            assert [row for row in told if row["old_value"] or row["new_value"]] == []
            assert {name for name in hashed if name.endswith(".csv")} == {
                "data/inputs/withheld.csv",
                "data/registry/releases.csv",
                "data/withheld.csv",
            }

    def test_no_file_has_its_address_or_text(self, done):
        page = done.url.rpartition("/")[2].encode()
        for name, data in contents(done.root).items():
            assert page not in data and UUID.encode() not in data and WORD.encode() not in data, name

    def test_the_register_says_that_it_is_withdrawn(self, done):
        [row] = [row for row in lines(done.root, "data/registry/releases.csv") if row["id"] == done.release]
        assert (row["state"], row["forwards_to"]) == ("withdrawn", "")

    def test_collecting_again_counts_it_as_withheld_and_is_complete(self, done):
        assert "Complete: the service lists 13 records, and 13 are held." in done.collected
        assert re.search(r"\d withheld", done.collected)

    def test_the_archive_has_nothing_of_it(self, done):
        folder = done.cache / "archive"
        data = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        assert [text for text in (UUID, WORD, done.url) if text.encode() in data] == []
        with Archive.reader(folder) as archive:
            assert archive.value("SELECT count(*) FROM releases WHERE version > 0") == 12

    def test_what_it_says_names_no_address_or_person(self, done):
        assert done.url.rpartition("/")[2] not in done.dry + done.said + done.collected
        assert done.key not in done.said
        assert "cannot reach git history" in done.said


class TestCorrectedAddress:
    """A release whose address people corrected is known by both addresses, and refused by both."""

    NEW = "https://www.justice.gov/usao-sdil/pr/county-resident-charged"

    @pytest.fixture
    def mended(self, copy):
        (release,) = (row for row in lines(copy, "data/releases.csv") if row["release_id"] == "r0000001")
        path = copy / "data" / "corrections" / "2026" / "20260131-address.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(
            f"table: releases\nkey: r0000001\ncolumn: url\npresent: {release['url']}\nvalue: {self.NEW}\n"
            "why: It moved.\nevidence: https://example.org/x\n"
        )
        return Project.read(copy), release["url"]

    def planned(self, project, text):
        return csea.withdraw.plan(project, text, "privacy", "2026-01-31", None, Report())

    @pytest.mark.parametrize("which", [0, 1, 2])
    def test_is_found_by_its_id_and_by_each_address(self, mended, which):
        project, old = mended
        assert self.planned(project, ("r0000001", old, self.NEW)[which]).target.id == "r0000001"

    def test_is_refused_by_each_address(self, mended):
        project, old = mended
        assert {address_key(old), address_key(self.NEW)} <= self.planned(project, "r0000001").keys

    def test_that_is_withheld_cannot_be_given_to_a_release(self, mended):
        project, _ = mended
        with (project.root / "data" / "inputs" / "withheld.csv").open("a") as file:
            file.write(f"{address_key(self.NEW)},privacy,2026-01-31\n")
        report = Report()
        assert csea.build.make_files(project, report) == {}
        assert [problem.rule for problem in report.errors] == ["correction.withheld"]
