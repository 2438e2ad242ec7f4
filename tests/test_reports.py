"""Reports: grouped and cut for people, whole for machines, and safe to print whatever a value holds."""

import json
import unicodedata
from dataclasses import asdict
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from csea.errors import Problem, Report
from csea.reports import as_github, as_json, as_junit, as_text

CONTROL = "bell\x07, escape\x1b[31m, NUL\x00, unit\x1f, no character\ufffe"
# Everything that text can hold, with the parts of a pair that alone are no character.
ANY_TEXT = st.text(st.characters(), max_size=20)


def problem(rule="column.type", line=2, **parts):
    settings = {"file": "data/towns.csv", "message": "The value is not a date.", "fix": "Write YYYY-MM-DD.", **parts}
    return Problem(rule, line=line, **settings)


def report(*problems):
    return Report(list(problems))


def many(count, rule="column.type"):
    return [problem(rule, line) for line in range(2, 2 + count)]


@pytest.fixture(scope="module")
def validator(root):
    """A validator of the JSON report, from the schema that we publish."""
    path = root / "schemas" / "formats" / "check-report.schema.json"
    return Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


# Text for people.


def test_text_shows_place_value_rule_and_fix():
    text = as_text(report(problem(key="town_id=t1", column="founded", value="1900-02-30")))
    assert text.splitlines() == [
        "column.type: 1 error",
        "  data/towns.csv:2, town_id=t1, column founded is '1900-02-30'",
        "    The value is not a date.",
        "    Fix: Write YYYY-MM-DD.",
        "1 error, 0 warnings",
    ]


def test_places_with_the_same_fault_and_fix_share_one_sentence():
    text = as_text(report(problem(line=2), problem(line=3), problem(line=4, fix="Leave the cell empty.")))
    assert text.splitlines()[1:-1] == [
        "  data/towns.csv:2",
        "  data/towns.csv:3",
        "    The value is not a date.",
        "    Fix: Write YYYY-MM-DD.",
        "  data/towns.csv:4",
        "    The value is not a date.",
        "    Fix: Leave the cell empty.",
    ]


def test_text_says_in_words_that_there_is_no_problem():
    assert as_text(report()) == "No problems found."


def test_text_groups_by_rule_with_the_most_frequent_first():
    text = as_text(report(problem("a.rare"), *many(2, "b.frequent"), problem("a.rare", 9), problem("b.frequent", 9)))
    headings = [line for line in text.splitlines()[:-1] if not line.startswith(" ")]
    assert headings == ["b.frequent: 3 errors", "a.rare: 2 errors"]


def test_text_shows_errors_before_warnings_however_many():
    text = as_text(report(*[problem("b.warned", line, severity="warning") for line in (2, 3)], problem("a.failed")))
    assert text.index("a.failed: 1 error") < text.index("b.warned: 2 warnings")


def test_text_counts_known_failures_apart():
    text = as_text(report(problem(), problem("rule.known", severity="allowed")))
    assert "rule.known: 1 known and allowed" in text
    assert text.endswith("1 error, 0 warnings, 1 known and allowed")


def test_a_rule_with_errors_and_known_failures_says_how_many_of_each():
    text = as_text(report(problem(), problem(line=3, severity="allowed"), problem(line=4, severity="allowed")))
    assert text.splitlines()[0] == "column.type: 1 error, 2 known and allowed"


def test_text_shows_five_examples_and_counts_the_rest():
    text = as_text(report(*many(8)))
    assert text.count("data/towns.csv:") == 5
    assert "... and 3 more (--all shows them)" in text


def test_text_shows_every_example_when_all_are_asked_for():
    text = as_text(report(*many(8)), every=True)
    assert (text.count("data/towns.csv:"), "more" in text) == (8, False)


def test_five_examples_have_no_rest():
    assert "more" not in as_text(report(*many(5)))


def test_large_counts_have_thousands_separators():
    assert as_text(report(*many(1200))).endswith("1,200 errors, 0 warnings")


def test_text_has_no_colour_unless_asked():
    assert "\x1b" not in as_text(report(problem(value="x")))


def test_colour_changes_no_word():
    plain, coloured = (as_text(report(*many(8)), colour=colour) for colour in (False, True))
    for code in ("\x1b[31m", "\x1b[1m", "\x1b[0m"):
        assert code in coloured
        coloured = coloured.replace(code, "")
    assert coloured == plain


def test_a_warning_has_another_colour_than_an_error():
    heading = as_text(report(problem(severity="warning")), colour=True).splitlines()[0]
    assert "\x1b[33m" in heading and "\x1b[31m" not in heading


def test_a_long_value_is_cut_and_its_length_told():
    text = as_text(report(problem(value="x" * 5000)))
    assert f"{'x' * 200}'... (5,000 characters)" in text
    assert "x" * 201 not in text


# JSON.


def test_the_schema_of_the_json_report_is_a_schema_and_describes_every_property(validator):
    Draft202012Validator.check_schema(validator.schema)
    objects = [validator.schema, validator.schema["$defs"]["problem"]]
    assert all(item["additionalProperties"] is False for item in objects)
    assert all(part["description"] for item in objects for part in item["properties"].values())


def test_the_schema_of_the_json_report_has_the_parts_of_a_problem(validator):
    described = validator.schema["$defs"]["problem"]
    assert set(described["properties"]) == set(described["required"]) == set(asdict(problem()))


@pytest.mark.parametrize("severities", [[], ["error"], ["error", "warning", "allowed"]], ids=len)
def test_json_fits_its_schema(validator, severities):
    body = json.loads(as_json(report(*[problem(severity=severity) for severity in severities])))
    assert list(validator.iter_errors(body)) == []


def test_json_with_an_unknown_severity_would_not_fit_its_schema(validator):
    assert not validator.is_valid(json.loads(as_json(report(problem(severity="fatal")))))


def test_json_holds_every_problem_with_every_part():
    problems = [problem(line=line, key=f"town_id=t{line}", column="name", value='Ø "x"\n') for line in range(2, 12)]
    body = json.loads(as_json(report(*problems)))
    assert [Problem(**item) for item in body["problems"]] == problems


def test_json_counts_each_severity():
    body = json.loads(as_json(report(*many(3), problem(severity="warning"), problem(severity="allowed"))))
    assert (body["errors"], body["warnings"], body["allowed"]) == (3, 1, 1)


# GitHub annotations.


def test_github_names_file_line_and_rule():
    line = as_github(report(problem(value="x")))
    assert line.startswith("::error file=data/towns.csv,line=2,title=column.type::data/towns.csv:2: 'x'. ")
    assert line.endswith("Fix: Write YYYY-MM-DD.")


def test_github_shows_no_value_where_there_is_none():
    line = as_github(report(problem("form.empty", 0, message="The file is empty.", fix="Write the header.")))
    assert line.endswith("::data/towns.csv: The file is empty. Fix: Write the header.")


@pytest.mark.parametrize("file, line", [("data/towns.csv", 0), ("data/towns.parquet", 7)])
def test_github_names_a_line_only_where_the_file_has_one(file, line):
    assert f"::error file={file},title=column.type::" in as_github(report(problem(line=line, file=file)))


@pytest.mark.parametrize("severity, level", [("warning", "::warning "), ("allowed", "::notice ")])
def test_github_marks_what_is_no_error(severity, level):
    assert as_github(report(problem(severity=severity))).startswith(level)


def test_github_escapes_line_ends_and_percent_signs():
    assert "100%25 of%0D%0Athe lines" in as_github(report(problem(message="100% of\r\nthe lines")))


def test_github_escapes_commas_and_colons_in_properties_only():
    line = as_github(report(problem(file="c:/a,b.csv", message="Here: a, b.")))
    assert line.startswith("::error file=c%3A/a%2Cb.csv,line=2,")
    assert "Here: a, b." in line


def test_github_shows_five_examples_of_each_rule():
    lines = as_github(report(*many(8, "a.rule"), *many(8, "b.rule"))).splitlines()
    assert [line.partition("title=")[2][:6] for line in lines] == ["a.rule"] * 5 + ["b.rule"] * 5


def test_github_shows_every_example_when_all_are_asked_for():
    assert len(as_github(report(*many(8)), every=True).splitlines()) == 8


def test_github_without_problems_is_silent():
    assert as_github(report()) == ""


# JUnit.


def junit(*problems):
    return ElementTree.fromstring(as_junit(report(*problems)))


def test_junit_has_one_test_case_for_each_rule():
    suite = junit(*many(3, "b.rule"), problem("a.rule"))
    assert [case.get("name") for case in suite.iter("testcase")] == ["b.rule", "a.rule"]
    assert (suite.tag, suite.get("tests")) == ("testsuite", "2")


def test_junit_counts_rules_that_failed():
    suite = junit(*many(3, "b.rule"), problem("a.rule", severity="warning"), problem("c.rule", severity="allowed"))
    assert suite.get("failures") == "1"
    assert [failure.get("type") for failure in suite.iter("failure")] == ["b.rule"]


def test_junit_holds_every_problem_of_a_rule():
    failure = junit(*many(8)).find("testcase/failure")
    assert failure.get("message") == "8 errors: The value is not a date."
    assert [line.partition(", ")[0][:17] for line in failure.text.splitlines()] == [
        f"data/towns.csv:{line}:"[:17] for line in range(2, 10)
    ]


@pytest.mark.parametrize("severity", ["warning", "allowed"])
def test_junit_tells_what_is_no_error_without_failing(severity):
    (case,) = junit(problem(value="x", severity=severity)).iter("testcase")
    assert (case.find("failure"), "data/towns.csv:2" in case.find("system-out").text) == (None, True)


def test_junit_passes_with_one_test_case_when_all_is_well():
    suite = junit()
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")
    (case,) = suite.iter("testcase")
    assert list(case) == []


def test_junit_is_xml_whatever_control_characters_a_value_holds():
    failure = junit(problem(value=CONTROL, message=CONTROL)).find("testcase/failure")
    assert "bell\ufffd" in failure.get("message") and "no character\ufffd" in failure.text


# Whatever the parts hold.

ANY_PROBLEM = st.builds(
    Problem,
    rule=ANY_TEXT.filter(bool),
    file=ANY_TEXT,
    message=ANY_TEXT.filter(bool),
    fix=ANY_TEXT.filter(bool),
    line=st.integers(0, 9),
    key=ANY_TEXT,
    column=ANY_TEXT,
    value=ANY_TEXT,
    severity=st.sampled_from(["error", "warning", "allowed"]),
)


@given(ANY_PROBLEM)
def test_any_text_gives_json_that_fits_the_schema(validator, made):
    assert list(validator.iter_errors(json.loads(as_json(report(made))))) == []


@given(ANY_PROBLEM)
def test_any_text_gives_xml(made):
    assert len(list(junit(made).iter("testcase"))) == 1


@given(ANY_PROBLEM)
def test_any_text_gives_one_annotation_on_one_line(made):
    line = as_github(report(made))
    assert line.count("::error ") + line.count("::warning ") + line.count("::notice ") >= 1
    assert not {"\n", "\r"} & set(line)


@given(ANY_PROBLEM)
def test_any_text_gives_five_lines_that_no_terminal_obeys(made):
    text = as_text(report(made))
    assert len(text.splitlines()) == 5
    assert [char for char in text if unicodedata.category(char) == "Cc" and char != "\n"] == []
