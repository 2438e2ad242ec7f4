"""`csea correct`: what a contributor sees, from writing a file to the tables that a build makes with it."""

import json
import re

import pyarrow.parquet as pq
import pytest
from writing import write

from csea.build import build
from csea.errors import Report
from csea.preview import preview
from csea.project import Project

URL = {
    "table": "releases",
    "key": "r0000001",
    "column": "url",
    "present": "http://advantagenews.com/news/crime/madison-county-resident-faces-child-porn-charges/",
    "value": "https://www.justice.gov/usao-sdil/pr/county-resident-charged",
}
MERGE = "action: merge\ncase: c000002\ninto: c000001\nwhy: One docket.\nevidence: https://example.org/x\n"
DUE = {"table": "milestones", "key": "protect-act-2008-nij-study-due", "column": "date_due", "present": "2009-10-13"}
SUSPECTS = {"table": "releases", "key": "r0000001", "column": "n_suspects", "present": "1", "value": "2"}


@pytest.fixture
def say(csea, copy, monkeypatch):
    """A function that runs `csea correct` on a copy, with these answers to what it asks."""
    from io import BytesIO, TextIOWrapper

    def run(*arguments, answers=()):
        text = "".join(f"{answer}\n" for answer in answers)
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(text.encode())))
        return csea("--root", copy, "correct", *arguments)

    return run


def files(folder):
    return sorted(path.name for path in (folder / "data" / "corrections").rglob("*.yaml"))


class TestNew:
    CHANGE = ("change", "platforms", "aim", "launched", "1998", "The company says so.", "https://example.org/x", "")

    def test_writes_a_file_that_passes_every_check(self, say, copy):
        assert say("new", answers=self.CHANGE).code == 0
        (name,) = files(copy)
        assert name.endswith("-platforms-aim-launched.yaml")
        assert say("check").code == 0

    def test_shows_the_present_value(self, say):
        assert "The present value is: 1997" in say("new", answers=self.CHANGE).out

    def test_writes_nothing_in_a_dry_run(self, say, copy):
        result = say("new", "--dry-run", answers=self.CHANGE)
        assert ('value: "1998"' in result.out, files(copy)) == (True, [])

    def test_asks_again_after_a_wrong_answer(self, say, copy):
        answers = (
            "chnge",
            "change",
            "platfrms",
            "platforms",
            "aimm",
            "aim",
            "lunched",
            "launched",
            "1997",
            "some year",
            "1998",
        )
        result = say("new", answers=(*answers, "", "The company says so.", "nowhere", "https://example.org/x", ""))
        assert (result.code, len(files(copy))) == (0, 1)
        for said in (
            'Did you mean "change"?',
            "no row with the key aimm",
            "That is the present value.",
            "column's form",
        ):
            assert said in result.out

    def test_asks_only_for_what_the_options_do_not_say(self, say, copy):
        options = ("--table", "platforms", "--key", "aim", "--column", "launched")
        result = say(
            "new", *options, answers=("1998", "The company says so.", "https://example.org/x", "A. Contributor")
        )
        assert (result.code, len(files(copy))) == (0, 1)

    def test_merges_two_cases_into_the_older(self, say, copy):
        answers = ("merge", "c000002", "c000002", "c000001", "One docket.", "https://example.org/x", "")
        result = say("new", answers=answers)
        assert "c000002 becomes part of c000001" in result.out
        assert say("check").code == 0

    def test_adds_a_row(self, say, copy):
        cells = ("newone", "New One", "", "forumm", "forum", "", "", "unverified", "", "")
        answers = ("add", "platforms", *cells, "It is new.", "https://example.org/x", "")
        assert say("new", answers=answers).code == 0
        assert say("check").code == 0

    def test_removes_a_row(self, say, copy):
        answers = ("remove", "platform_aliases", "aim", "AIM", "No such name.", "https://example.org/x", "")
        assert say("new", answers=answers).code == 0
        assert say("check").code == 0

    def test_removes_a_row_that_is_nothing_but_its_key(self, say, copy):
        row = rows(copy, "milestone_bodies")[0]
        answers = ("remove", "milestone_bodies", *row.values(), "It was not asked.", "https://example.org/x", "")
        assert say("new", answers=answers).code == 0
        assert say("check").code == 0

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (("--table", "platfroms"), 'Did you mean "platforms"?'),
            (("--table", "cases"), "correct a release, or merge two cases"),
            (("--table", "platforms", "--key", "aimm", "--column", "launched"), "no row with the key aimm"),
            (("--table", "platforms", "--key", "aim", "--column", "lunched"), 'Did you mean "launched"?'),
            (("--table", "platforms", "--key", "aim", "--column", "platform_id"), "part of the key"),
            (("--table", "releases", "--key", "r0000001", "--column", "in_scope"), "is_child_exploitation"),
            (("--table", "release_platforms", "--key", "r0000001", "--column", "role"), "column=value"),
        ],
    )
    def test_wrong_option_is_wrong_usage(self, say, options, said):
        result = say("new", *options, answers=("change",))
        assert (result.code, said in result.err) == (2, True)

    def test_ends_quietly_when_the_answers_end(self, say, copy):
        assert (say("new", answers=("change",)).code, files(copy)) == (1, [])


class TestCheck:
    def test_says_what_is_wrong_with_a_file_wherever_it_stands(self, say, tmp_path):
        path = write(tmp_path / "elsewhere", value="some year")
        result = say("check", path)
        assert (result.code, "column.type" in result.err, ":6," in result.err) == (1, True, True)

    def test_holds_the_present_value_against_the_tables(self, say, copy):
        write(copy, present="1990")
        result = say("check")
        assert (result.code, 'The table says "1997"' in result.err) == (1, True)

    def test_gives_json(self, say, copy):
        write(copy, present="1990")
        assert json.loads(say("check", "--format", "json").out)["errors"] == 1

    def test_shows_every_problem_when_asked(self, say, tmp_path):
        path = write(tmp_path, text="nothing: here\n")
        told, all_told = (say("check", *options, path).err for options in ((), ("--all",)))
        assert ("--all shows them" in told, "--all" in all_told) == (True, False)

    def test_missing_file_is_a_problem(self, say):
        assert say("check", "none.yaml").code == 1


class TestMark:
    def test_changes_the_state(self, say, copy):
        path = write(copy)
        assert say("mark", "20260131-aim", "withdrawn").code == 0
        assert "state: withdrawn" in path.read_text()

    def test_writes_nothing_in_a_dry_run(self, say, copy):
        path = write(copy)
        before = path.read_bytes()
        assert "state: withdrawn" in say("mark", "--dry-run", "20260131-aim", "withdrawn").out
        assert path.read_bytes() == before

    def test_names_the_nearest_id(self, say, copy):
        write(copy)
        result = say("mark", "20260131-aym", "withdrawn")
        assert (result.code, 'Did you mean "20260131-aim"?' in result.err) == (2, True)


@pytest.fixture(scope="module")
def corrected(copy_to, tmp_path_factory):
    """A copy with five corrections, built; to be left as it is."""
    folder = copy_to(tmp_path_factory.mktemp("corrected"))
    write(folder, "20260131-aim", credit="A. Contributor")
    write(folder, "20260131-suspects", **SUSPECTS)
    write(folder, "20260131-due", **DUE, value="2009-10")
    write(folder, "20260131-url", **URL)
    write(folder, "20260131-merge", text=MERGE)
    assert build(Project.read(folder)).report.errors == []
    return folder


def rows(folder, table):
    return pq.read_table(folder / "data" / "parquet" / f"{table}.parquet").to_pylist()


class TestBuild:
    def test_corrects_the_table(self, corrected):
        assert next(row["launched"] for row in rows(corrected, "platforms") if row["platform_id"] == "aim") == 1998

    def test_lets_the_case_follow_its_release(self, corrected):
        case = next(row for row in rows(corrected, "cases") if row["case_id"] == "c000001")
        assert (case["n_suspects"], case["n_releases"]) == (2, 2)

    def test_lets_the_host_follow_an_address(self, corrected):
        row = next(row for row in rows(corrected, "releases") if row["release_id"] == "r0000001")
        assert (row["url"], row["source_host"]) == (URL["value"], "justice.gov")

    def test_lets_the_span_of_a_date_follow_it(self, corrected):
        row = next(row for row in rows(corrected, "milestones") if row["milestone_id"] == DUE["key"])
        span = (row["date_due_precision"], str(row["date_due_earliest"]), str(row["date_due_latest"]))
        assert span == ("month", "2009-10-01", "2009-10-31")

    def test_forwards_the_merged_id(self, corrected):
        lines = (corrected / "data" / "registry" / "cases.csv").read_text().splitlines()
        assert next(line for line in lines if line.startswith("c000002")).endswith("merged,c000001")

    def test_publishes_corrections_with_credit_and_state(self, corrected):
        found = {
            row["correction_id"]: (row["credit"], row["correction_state"]) for row in rows(corrected, "corrections")
        }
        assert found["20260131-aim"] == ("A. Contributor", "active")
        assert len(found) == 5

    def test_gives_the_same_again(self, corrected):
        assert build(Project.read(corrected), force=True).written == []

    def test_of_a_corrected_table_still_passes_the_check_of_its_corrections(self, corrected, csea):
        assert csea("--root", corrected, "correct", "check").code == 0

    def test_names_the_correction_whose_value_breaks_a_rule(self, copy, csea):
        path = write(
            copy,
            table="platform_aliases",
            action="add",
            key=None,
            column=None,
            present=None,
            value=None,
            row="\n  platform_id: nowhere\n  alias: Nowhere\n  is_ambiguous: false",
        )
        result = csea("--root", copy, "build")
        line = path.read_text().split("\n").index("  platform_id: nowhere") + 1
        assert (result.code, "key.foreign" in result.err) == (1, True)
        assert f"data/corrections/2026/{path.name}:{line}, platform_id=nowhere" in result.err

    def test_stops_with_both_values_when_the_source_says_a_third_thing(self, copy, csea):
        write(copy, present="1990")
        result = csea("--root", copy, "build")
        assert result.code == 1
        assert all(value in result.err for value in ('"1997"', '"1990"', '"1998"'))

    def test_says_that_a_correction_is_overtaken(self, copy, csea):
        write(copy, present="1990", value="1997")
        result = csea("--root", copy, "build")
        assert (result.code, "csea correct mark 20260131-aim overtaken" in result.err) == (0, True)


@pytest.fixture(scope="module")
def previewed(copy_to, tmp_path_factory):
    """The Markdown on two corrections, one of them a draft outside the project."""
    folder = copy_to(tmp_path_factory.mktemp("previewed"))
    draft = write(tmp_path_factory.mktemp("draft"), "20260131-suspects", **SUSPECTS)
    report = Report()
    text = preview(Project.read(folder), [draft, write(folder, "20260131-merge", text=MERGE)], report)
    assert report.errors == []
    return text


class TestPreview:
    def test_shows_the_cell_before_and_after(self, previewed):
        assert "| **`n_suspects`** | `1` | `2` |" in previewed

    def test_shows_what_follows_in_other_tables(self, previewed):
        assert "- `cases` `c000001`, `n_releases`: `1` → `2`" in previewed

    def test_shows_what_moves_in_the_answers_and_by_how_much(self, previewed):
        moves = previewed.split("### What moves in the answers")[1]
        assert re.search(r"\| `[a-z_]+` \| \d+ \| \d+ \| [+-]\d+ \([+-][\d.]+%\) \|", moves)

    def test_of_a_wrong_file_is_its_problems(self, csea, copy):
        result = csea("--root", copy, "correct", "preview", write(copy, value="some year"))
        assert (result.code, "column.type" in result.err, result.out) == (1, True, "")
