"""Known failures: an entry sets its problem aside and nothing else, and must still be needed."""

import pytest

from csea.check import File, Files, check_files
from csea.check.allowed import FILE, Allowed, load_allowed, set_aside
from csea.check.rules import Rule
from csea.errors import Problem, Report
from csea.schema import Field, Schema, SchemaError

SHOWN = "data/towns.csv"
PROBLEM = Problem("column.enum", SHOWN, "The value is off.", "Mend it.", 3, "town_id=t2", "kind", "hamlet")
ENTRY = Allowed("column.enum", SHOWN, "The source says so.")


@pytest.mark.parametrize(
    "part",
    [{}, {"key": "town_id=t2"}, {"column": "kind"}, {"value": "hamlet"}],
    ids=["the whole file", "a row", "a column", "a value"],
)
def test_an_entry_sets_its_problem_aside(part):
    (found,) = set_aside([PROBLEM], [Allowed(ENTRY.rule, SHOWN, ENTRY.reason, **part)], [SHOWN])
    assert (found.severity, found.rule, found.line) == ("allowed", "column.enum", 3)
    assert Report([found]).exit_code == 0


@pytest.mark.parametrize(
    "entry",
    [
        Allowed("column.pattern", SHOWN, "r"),
        Allowed("column.enum", "data/roads.csv", "r"),
        Allowed("column.enum", SHOWN, "r", key="town_id=t1"),
        Allowed("column.enum", SHOWN, "r", column="name"),
        Allowed("column.enum", SHOWN, "r", value="city"),
    ],
    ids=["rule", "file", "key", "column", "value"],
)
def test_an_entry_for_another_place_sets_nothing_aside(entry):
    assert set_aside([PROBLEM], [entry], []) == [PROBLEM]


def test_an_entry_that_is_no_longer_needed_is_a_problem(only):
    problem = only(set_aside([], [Allowed("column.enum", SHOWN, "r", key="town_id=t2", column="kind")], [SHOWN]))
    assert (problem.rule, problem.file, problem.severity) == ("allowed.unneeded", FILE, "error")
    assert (problem.key, problem.column) == ("town_id=t2", "kind")
    assert "column.enum" in problem.message and SHOWN in problem.message


def test_an_entry_on_a_file_that_was_not_checked_is_passed_over():
    assert set_aside([], [ENTRY], ["data/roads.csv"]) == []


def test_a_warning_needs_no_entry():
    warning = Problem("column.enum", SHOWN, "m", "f", severity="warning")
    assert [found.rule for found in set_aside([warning], [ENTRY], [SHOWN])] == ["column.enum", "allowed.unneeded"]


@pytest.fixture
def load(tmp_path):
    """A function that writes this text as the file of known failures and reads it."""

    def write_and_load(data):
        (tmp_path / "schemas").mkdir()
        (tmp_path / FILE).write_bytes(data.encode() if isinstance(data, str) else data)
        return load_allowed(tmp_path)

    return write_and_load


def test_entries_are_read_with_their_parts(load):
    text = f"- {{rule: column.enum, file: {SHOWN}, reason: So., key: town_id=t2, column: kind, value: hamlet}}\n"
    assert load(text) == [Allowed("column.enum", SHOWN, "So.", "town_id=t2", "kind", "hamlet")]


@pytest.mark.parametrize("text", ["", "# none yet\n", "[]\n"], ids=["empty", "a comment", "an empty list"])
def test_a_list_without_entries_allows_nothing(load, text):
    assert load(text) == []


def test_a_project_without_a_list_allows_nothing(tmp_path):
    assert load_allowed(tmp_path) == []


@pytest.mark.parametrize("rule", ["privacy.name", "form.quotes", "volume.too_few_rows"])
def test_privacy_form_and_volume_cannot_be_allowed(load, rule):
    with pytest.raises(SchemaError, match=f"entry 1: {rule} cannot be allowed"):
        load(f"- {{rule: {rule}, file: {SHOWN}, reason: So.}}\n")


@pytest.mark.parametrize(
    "text, words",
    [
        ("- [", "cannot be read"),
        ("rule: column.enum\n", "not a list"),
        (f"- {{rule: a, file: {SHOWN}, reason: So.}}\n- column.enum\n", "entry 2"),
        (f"- {{rule: a, file: {SHOWN}}}\n", "entry 1: .*reason"),
        (f"- {{rule: a, file: {SHOWN}, reason: So., line: '3'}}\n", "entry 1: an entry has"),
        (f"- {{rule: a, file: {SHOWN}, reason: 2021-01-01}}\n", "entry 1: .*in quotes"),
        (f"- {{rule: a, file: {SHOWN}, reason: ''}}\n", "entry 1: every part is text"),
        ("- {rule: a, file: b, reason: So \u00f6}\n".encode("latin-1"), "cannot be read"),
    ],
    ids=["no YAML", "no list", "no entry", "no reason", "an unknown part", "a date", "an empty part", "Latin-1"],
)
def test_a_faulty_list_is_named_with_the_entry(load, text, words):
    with pytest.raises(SchemaError, match=f"^{FILE}.*{words}"):
        load(text)


TOWNS = Schema(
    "towns",
    "Towns",
    "Invented towns.",
    (
        Field("town_id", "Id", "string", "Id.", required=True),
        Field("kind", "Kind", "string", "Kind.", enum=("city", "village")),
        Field("size", "Size", "integer", "Size."),
    ),
    ("town_id",),
)
BIG = Rule(
    id="big_is_city",
    severity="error",
    table="towns",
    column="kind",
    sentence="A big town is a city.",
    fix="Correct the kind.",
    sql="SELECT town_id, kind AS found FROM towns WHERE size > 10 AND kind <> 'city'",
)
TEXT = "town_id,kind,size\nt1,village,20\nt2,hamlet,1\n"
BIG_ENTRY = Allowed("rule.big_is_city", SHOWN, "The source says so.")


@pytest.fixture
def check(tmp_path):
    """A function that checks a file of towns with one rule; it gives rule and severity of each problem."""

    def write_and_check(text, *allowed):
        (tmp_path / "towns.csv").write_text(text, encoding="utf-8")
        files = {"towns": File(tmp_path / "towns.csv", SHOWN, TOWNS)}
        report = Report()
        check_files(Files(files, [BIG], allowed=list(allowed)), report)
        return [(problem.rule, problem.severity) for problem in report.problems]

    return write_and_check


def test_rules_run_when_all_other_failures_are_allowed(check):
    assert check(TEXT, ENTRY) == [("column.enum", "allowed"), ("rule.big_is_city", "error")]


def test_a_broken_rule_may_be_allowed(check):
    assert check(TEXT, ENTRY, BIG_ENTRY) == [("column.enum", "allowed"), ("rule.big_is_city", "allowed")]


def test_an_entry_for_a_rule_that_was_not_run_is_not_called_unneeded(check):
    # Another fault keeps the rules from running, so nobody knows whether the entry is needed.
    assert check(TEXT, BIG_ENTRY) == [("column.enum", "error")]
