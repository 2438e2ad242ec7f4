"""Reports: grouped for people, whole for machines, escaped for GitHub."""

import json
from dataclasses import asdict

import pytest

from csea.errors import Problem, Report, did_you_mean


def problem(rule="column.type", line=2, **parts):
    settings = {"file": "data/towns.csv", "message": "The value is not a date.", "fix": "Write YYYY-MM-DD.", **parts}
    return Problem(rule, line=line, **settings)


def report(*problems):
    made = Report()
    made.add(problems)
    return made


def test_a_place_names_file_line_key_and_column_in_this_order():
    found = problem(key="town_id=t1", column="founded")
    assert found.where() == "data/towns.csv:2, town_id=t1, column founded"


def test_a_place_without_a_line_is_the_file():
    assert problem(line=0).where() == "data/towns.csv"


def test_no_problems_are_said_in_words():
    assert report().to_text() == "No problems found."


def test_text_shows_value_rule_and_fix():
    text = report(problem(key="town_id=t1", column="founded", value="1900-02-30")).to_text()
    assert text.splitlines() == [
        "column.type: 1 error",
        "  data/towns.csv:2, town_id=t1, column founded is '1900-02-30'",
        "    The value is not a date.",
        "    Fix: Write YYYY-MM-DD.",
        "1 error, 0 warning(s)",
    ]


def test_text_groups_by_rule_with_the_most_frequent_first():
    text = report(problem("key.primary"), problem("column.type"), problem("key.primary")).to_text()
    assert text.index("key.primary: 2 errors") < text.index("column.type: 1 error")
    assert text.count("key.primary") == 1


def test_rules_of_equal_number_stand_in_alphabetical_order():
    assert list(report(problem("b.rule"), problem("a.rule")).by_rule()) == ["a.rule", "b.rule"]


def test_text_shows_five_examples_and_counts_the_rest():
    text = report(*[problem(line=line) for line in range(2, 10)]).to_text()
    assert "column.type: 8 errors" in text
    assert text.count("Fix:") == 5
    assert "... and 3 more" in text
    assert "8 errors, 0 warning(s)" in text


def test_five_examples_have_no_rest():
    assert "more" not in report(*[problem(line=line) for line in range(2, 7)]).to_text()


def test_json_holds_every_problem_with_every_part():
    problems = [problem(line=line, key=f"town_id=t{line}", column="name", value='Ø "x"\n') for line in range(2, 12)]
    body = json.loads(report(*problems).to_json())
    assert body["errors"] == 10
    assert body["problems"] == [asdict(item) for item in problems]
    assert [Problem(**item) for item in body["problems"]] == problems


def test_json_without_problems_is_whole():
    assert json.loads(report().to_json()) == {"errors": 0, "problems": []}


def test_github_names_file_line_and_rule():
    line = report(problem(value="x")).to_github()
    assert line.startswith("::error file=data/towns.csv,line=2,title=column.type::data/towns.csv:2: 'x'. ")
    assert line.endswith("Fix: Write YYYY-MM-DD.")


def test_github_leaves_out_the_line_of_a_whole_file():
    assert report(problem(line=0)).to_github().startswith("::error file=data/towns.csv,title=column.type::")


def test_github_marks_a_warning():
    assert report(problem(severity="warning")).to_github().startswith("::warning ")


def test_github_escapes_line_ends_and_percent_signs():
    line = report(problem(message="100% of\r\nthe lines")).to_github()
    assert "100%25 of%0D%0Athe lines" in line
    assert len(line.splitlines()) == 1


def test_github_shows_five_examples_of_each_rule():
    many = [problem(rule, line) for rule in ("a.rule", "b.rule") for line in range(2, 10)]
    lines = report(*many).to_github().splitlines()
    assert [line.partition("title=")[2][:6] for line in lines] == ["a.rule"] * 5 + ["b.rule"] * 5


def test_github_without_problems_is_silent():
    assert report().to_github() == ""


@pytest.mark.parametrize(
    "severities, code", [([], 0), (["warning"], 0), (["error"], 1), (["warning", "error"], 1)], ids=str
)
def test_only_an_error_makes_the_exit_code_1(severities, code):
    assert report(*[problem(severity=severity) for severity in severities]).exit_code == code


def test_warnings_are_counted_apart_from_errors():
    text = report(problem("a.rule"), problem("b.rule", severity="warning")).to_text()
    assert "b.rule: 1 warning" in text
    assert text.endswith("1 error, 1 warning(s)")


def test_the_nearest_choice_is_suggested():
    assert did_you_mean("sentance_months", ["name", "sentence_months", "n_suspects"]) == (
        'Did you mean "sentence_months"? '
    )


def test_nothing_is_suggested_where_nothing_is_near():
    assert did_you_mean("banana", ["name", "sentence_months"]) == ""
