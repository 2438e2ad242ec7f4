"""A whole folder: what one fault hides, what it does not, and the outside witness."""

import pytest

from csea.check import check_folder
from csea.check.rules import load_rules
from csea.check.witness import check_with_frictionless


@pytest.fixture
def check(copy, schemas):
    """A function that checks the copied tables and gives rule and file of each problem."""

    def check_copy():
        _, report = check_folder(copy / "data", "data", schemas, load_rules(copy))
        return [(problem.rule, problem.file) for problem in report.problems]

    return check_copy


def replace(path, old, new):
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))


def test_a_whole_folder_has_no_problem(check):
    assert check() == []


def test_a_table_that_cannot_be_read_does_not_hide_the_faults_of_others(copy, check):
    (copy / "data" / "platforms.csv").write_bytes(b"")
    replace(copy / "data" / "uses.csv", b",grooming\n", b",groming\n")
    assert check() == [("form.empty", "data/platforms.csv"), ("column.enum", "data/uses.csv")]


def test_rules_do_not_run_over_a_broken_row(copy, check):
    # The typo alone is told: an empty kind would also break the rules that compare kinds.
    replace(copy / "data" / "releases.csv", b",sentence,", b",sentance,")
    assert check() == [("column.enum", "data/releases.csv")]


def test_rules_run_over_rows_that_are_well_formed(copy, check):
    replace(copy / "data" / "case_links.csv", b",1,true,", b",0.5,true,")
    assert check() == [("rule.hand_link_is_certain", "data/case_links.csv")]


def test_a_needless_quote_breaks_the_canonical_form(copy, check):
    replace(copy / "data" / "uses.csv", b",grooming\n", b',"grooming"\n')
    assert check() == [("form.canonical", "data/uses.csv")]


def test_typed_tables_come_back_with_the_report(copy, schemas, tables):
    typed, _ = check_folder(copy / "data", "data", schemas, load_rules(copy))
    assert {name: table.to_pylist() for name, table in typed.items()} == {
        name: table.to_pylist() for name, table in tables.items()
    }


def test_each_step_is_announced(copy, schemas):
    steps = []
    check_folder(copy / "data", "data", schemas, load_rules(copy), steps.append)
    assert {"reading cases", "privacy of cases", "rules"} <= set(steps)


def test_the_witness_finds_a_changed_file_by_its_hash(copy):
    replace(copy / "data" / "uses.csv", b",grooming\n", b",csam\n")
    problems = check_with_frictionless(copy)
    assert problems
    assert {problem.file for problem in problems} == {"data/uses.csv"}
    assert all(problem.message and problem.fix for problem in problems)


def test_the_witness_names_a_missing_descriptor(copy, only):
    (copy / "datapackage.json").unlink()
    problem = only(check_with_frictionless(copy))
    assert (problem.rule, problem.file) == ("frictionless", "datapackage.json")
