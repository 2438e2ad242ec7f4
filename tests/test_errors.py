"""Problems and reports: where a fault stands, what makes a report bad, and what is suggested."""

import pytest

from csea.errors import Problem, Report, did_you_mean


def problem(rule="column.type", line=2, **parts):
    settings = {"file": "data/towns.csv", "message": "The value is not a date.", "fix": "Write YYYY-MM-DD.", **parts}
    return Problem(rule, line=line, **settings)


def report(*severities):
    made = Report()
    made.add(problem(severity=severity) for severity in severities)
    return made


def test_a_place_names_file_line_key_and_column_in_this_order():
    found = problem(key="town_id=t1", column="founded")
    assert found.where() == "data/towns.csv:2, town_id=t1, column founded"


def test_a_place_without_a_line_is_the_file():
    assert problem(line=0).where() == "data/towns.csv"


def test_a_place_in_parquet_which_has_no_lines_is_a_row():
    assert problem(file="data/parquet/towns.parquet").where() == "data/parquet/towns.parquet, row 2"


@pytest.mark.parametrize(
    "severities, code",
    [([], 0), (["warning"], 0), (["allowed"], 0), (["error"], 1), (["warning", "allowed", "error"], 1)],
    ids=str,
)
def test_only_an_error_makes_the_exit_code_1(severities, code):
    assert report(*severities).exit_code == code


@pytest.mark.parametrize("severity, number", [("error", 2), ("warning", 1), ("allowed", 3)])
def test_problems_are_told_apart_by_severity(severity, number):
    found = report("error", "allowed", "warning", "allowed", "error", "allowed").of(severity)
    assert [item.severity for item in found] == [severity] * number


def test_problems_stay_in_the_order_in_which_they_were_found():
    made = Report()
    made.add([problem(line=9)])
    made.add([problem(line=3), problem(line=5)])
    assert [item.line for item in made.problems] == [9, 3, 5]


@pytest.mark.parametrize(
    "choices",
    [["name", "sentence_months", "n_suspects"], {"name": Report(), "sentence_months": Report()}, {"sentence_months"}],
    ids=["a list", "the keys of a mapping", "a set"],
)
def test_the_nearest_choice_is_suggested(choices):
    assert did_you_mean("sentance_months", choices) == 'Did you mean "sentence_months"? '


@pytest.mark.parametrize("choices", [["name", "sentence_months"], [], {}], ids=str)
def test_nothing_is_suggested_where_nothing_is_near(choices):
    assert did_you_mean("banana", choices) == ""
