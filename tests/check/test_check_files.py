"""Files that refer to one another: what one fault hides, what it does not, and the outside witness."""

import pytest
from told import told

from csea.check import File, Files, check_files
from csea.check.targets import published
from csea.check.witness import check_with_frictionless
from csea.errors import Report
from csea.schema import Field, ForeignKey, Schema

KEY = Field("town_id", "Id", "string", "Id.", required=True, pattern="^t[0-9]+$")
TOWNS = Schema("towns", "Towns", "Invented towns.", (KEY, Field("size", "Size", "integer", "Size.")), ("town_id",))
ROADS = Schema(
    "roads",
    "Roads",
    "Invented roads.",
    (Field("road_id", "Id", "string", "Id."), Field("town_id", "Town", "string", "Town.")),
    ("road_id",),
    foreign_keys=(ForeignKey(("town_id",), "towns", ("town_id",)),),
)
GOOD = {"towns": "town_id,size\nt1,12\nt2,\n", "roads": "road_id,town_id\nr1,t1\nr2,t2\n"}


@pytest.fixture
def check(tmp_path):
    """A function that checks the two files with these texts and gives the problems."""

    def write_and_check(asked=None, is_canonical=True, **texts):
        for name, text in {**GOOD, **texts}.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        files = {schema.name: File(tmp_path / f"{schema.name}.csv", schema.name, schema) for schema in (TOWNS, ROADS)}
        report = Report()
        check_files(Files(files, asked=asked, is_canonical=is_canonical), report)
        return report.problems

    return write_and_check


def test_clean_files_have_no_problem(check):
    assert check() == []


def test_faults_of_bytes_cells_keys_and_order_come_out_in_one_run(check):
    problems = check(towns="town_id,size\r\nt2,x\nt1,12\nt2,1.0\n", roads="road_id,town_id\nr1,t9\nr1,t1\n")
    assert told(problem for problem in problems if problem.file == "towns") == [
        ("form.line_ends", 1),
        ("column.type", 2),
        ("form.order", 3),
        ("column.type", 4),
        ("key.primary", 4),
    ]
    assert told(problem for problem in problems if problem.file == "roads") == [("key.foreign", 2), ("key.primary", 3)]


def test_a_cell_at_fault_in_another_table_does_not_make_references_dangle(check, only):
    assert only(check(towns="town_id,size\nt1,many\nt2,\n")).rule == "column.type"


@pytest.mark.parametrize("towns", ["", "town_id,size\nt1,12\nt2\n", "size\n12\n"], ids=["no file", "a row", "a column"])
def test_references_to_what_could_not_be_read_are_not_called_dangling(check, towns):
    assert {problem.file for problem in check(towns=towns)} == {"towns"}


def test_a_blank_line_is_a_fault_of_its_own(check, only):
    assert told([only(check(towns="town_id,size\nt1,12\n\nt2,\n"))]) == [("form.blank_line", 3)]


def test_the_canonical_form_is_told_row_by_row(check):
    problems = check(towns='town_id,size\nt3,-0\n"t1",12\nt2,\n')
    assert told(problems) == [("column.canonical", 2), ("form.needless_quotes", 3), ("form.order", 3)]


def test_what_the_canonical_form_asks_passes_where_it_is_not_asked_for(check):
    assert check(is_canonical=False, towns='town_id,size\nt2,-0\n"t1",12\n') == []


def test_only_faults_of_the_tables_asked_for_are_told(check, only):
    problems = check(
        asked=frozenset(["roads"]), towns="town_id,size\nt2,\nt1,12\nt1,\n", roads="road_id,town_id\nr1,t9\n"
    )
    assert (only(problems).file, only(problems).rule) == ("roads", "key.foreign")


def test_a_faulty_table_that_was_not_asked_for_judges_no_reference(check):
    # Nobody is told of its faults, so what they break elsewhere would be a riddle.
    assert check(asked=frozenset(["roads"]), towns="town_id,size\nt1,x\n") == []


@pytest.fixture
def check_copy(copy, project):
    """A function that checks the copied tables and gives rule and file of each problem."""

    def run():
        report = Report()
        check_files(published(project, copy / "data", "data"), report)
        return [(problem.rule, problem.file) for problem in report.problems]

    return run


def change(path, old, new):
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))


def test_a_table_that_cannot_be_read_does_not_hide_the_faults_of_others(copy, check_copy):
    (copy / "data" / "platforms.csv").write_bytes(b"")
    change(copy / "data" / "uses.csv", b",grooming\n", b",groming\n")
    assert set(check_copy()) == {("form.empty", "data/platforms.csv"), ("column.enum", "data/uses.csv")}


def test_rules_do_not_run_over_a_broken_row(copy, check_copy):
    # The typo alone is told: an empty kind would also break the rules that compare kinds.
    change(copy / "data" / "releases.csv", b",sentence,", b",sentance,")
    assert check_copy() == [("column.enum", "data/releases.csv")]


def test_rules_run_over_rows_that_are_well_formed(copy, check_copy):
    change(copy / "data" / "case_links.csv", b",1,true,", b",0.5,true,")
    assert check_copy() == [("rule.hand_link_is_certain", "data/case_links.csv")]


def test_a_table_that_lost_most_of_its_rows_is_named_by_volume(copy, check_copy):
    path = copy / "data" / "known_issues.csv"
    path.write_bytes(path.read_bytes().partition(b"\n")[0] + b"\n")
    assert ("volume.too_few_rows", "data/known_issues.csv") in check_copy()


def test_typed_tables_come_back_and_each_step_is_announced(root, project, tables):
    steps, report = [], Report()
    found = check_files(published(project, root / "data", "data"), report, steps.append)
    assert report.problems == []
    assert {name: rows.table.to_pylist() for name, rows in found.items()} == {
        name: table.to_pylist() for name, table in tables.items()
    }
    assert {"reading cases", "keys and privacy of cases", "rules"} <= set(steps)


def test_the_published_parquet_files_have_no_problem(root, project):
    report = Report()
    check_files(published(project, root / "data" / "parquet", "data/parquet"), report)
    assert report.problems == []


def test_the_witness_finds_a_changed_file_by_its_hash(copy):
    change(copy / "data" / "uses.csv", b",grooming\n", b",csam\n")
    problems = check_with_frictionless(copy)
    assert problems
    assert {problem.file for problem in problems} == {"data/uses.csv"}
    assert all(problem.message and problem.fix for problem in problems)


def test_the_witness_names_a_missing_descriptor(copy, only):
    (copy / "datapackage.json").unlink()
    problem = only(check_with_frictionless(copy))
    assert (problem.rule, problem.file) == ("frictionless", "datapackage.json")
