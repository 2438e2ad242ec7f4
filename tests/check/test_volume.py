"""How many rows a table has and how far its columns are filled, against the bounds."""

from dataclasses import replace

import pyarrow as pa
import pytest
from told import place

from csea.check.rows import rows_of
from csea.check.volume import FEW, FILE, Bound, check_volume, load_bounds, proposed
from csea.schema import SchemaError

SHOWN = "data/towns.csv"
HEADER = "table,column,at_least,at_most\n"


@pytest.fixture
def check(towns):
    """A function that checks a table with so many rows, the first of them named, against one bound."""

    def check_rows(bound, n_rows, named=0, **changes):
        names = ["Oakfield"] * named + [None] * (n_rows - named)
        ids, months = [f"t{number}" for number in range(n_rows)], pa.nulls(n_rows, pa.int64())
        table = pa.table(
            {"town_id": pa.array(ids, pa.string()), "name": pa.array(names, pa.string()), "sentence_months": months}
        )
        rows = replace(rows_of(table, SHOWN, towns), **changes)
        return check_volume({"towns": rows}, [bound])

    return check_rows


ROWS = Bound("towns", "", 10, 20)
FILL = Bound("towns", "name", 40, 60)


@pytest.mark.parametrize("n_rows", [10, 20])
def test_as_many_rows_as_a_bound_says_have_no_problem(check, n_rows):
    assert check(ROWS, n_rows) == []


def test_too_few_rows_are_an_error_with_both_numbers(check, only):
    problem = only(check(ROWS, 9))
    assert place(problem) == ("volume.too_few_rows", SHOWN, 0, "", "", "9")
    assert problem.severity == "error"
    assert "has 9 rows, fewer than the 10 expected" in problem.message and FILE in problem.fix


def test_more_rows_than_expected_are_a_warning(check, only):
    problem = only(check(ROWS, 21))
    assert (problem.rule, problem.severity, problem.value) == ("volume.more_rows", "warning", "21")


@pytest.mark.parametrize("named", [20, 30])
def test_a_column_filled_as_a_bound_says_has_no_problem(check, named):
    assert check(FILL, 50, named) == []


def test_a_column_filled_too_little_is_an_error_with_its_percent(check, only):
    problem = only(check(FILL, 50, 19))
    assert place(problem) == ("volume.too_few_values", SHOWN, 0, "", "name", "38%")
    assert problem.severity == "error"


def test_a_column_filled_further_is_a_warning(check, only):
    problem = only(check(FILL, 50, 31))
    assert (problem.rule, problem.severity, problem.column) == ("volume.more_values", "warning", "name")


def test_a_small_table_is_not_judged_on_how_far_it_is_filled(check, only):
    assert check(FILL, FEW - 1, 0) == []
    assert only(check(FILL, FEW, 0)).rule == "volume.too_few_values"


@pytest.mark.parametrize(
    "bound, change",
    [(ROWS, {"is_whole": False}), (FILL, {"is_whole": False}), (FILL, {"absent": frozenset(["name"])})],
    ids=["rows, lines are missing", "fill, lines are missing", "fill, the column is missing"],
)
def test_what_could_not_be_read_whole_is_not_judged(check, bound, change):
    assert check(bound, 5, **change) == []


def test_a_missing_column_does_not_keep_rows_from_being_counted(check, only):
    assert only(check(ROWS, 5, absent=frozenset(["name"]))).rule == "volume.too_few_rows"


def test_a_table_that_was_not_read_is_passed_over():
    assert check_volume({}, [ROWS, FILL]) == []


@pytest.fixture
def load(tmp_path, towns):
    """A function that writes these bytes as the file of bounds and reads it."""

    def write_and_load(data):
        (tmp_path / "schemas").mkdir()
        (tmp_path / FILE).write_bytes(data.encode() if isinstance(data, str) else data)
        return load_bounds(tmp_path, {"towns": towns})

    return write_and_load


def test_bounds_of_rows_and_columns_are_read(load):
    assert load(f"{HEADER}towns,,10,20\ntowns,name,40,60\n") == [ROWS, FILL]


@pytest.mark.parametrize(
    "text, words",
    [
        ("table,column\n", "the header is not table,column,at_least,at_most"),
        ("", "the header is not"),
        (f"{HEADER}towns,,10,20\nvillages,,1,2\n", "line 3: there is no table 'villages'"),
        (f"{HEADER}town,,1,2\n", 'line 2: there is no table.*Did you mean "towns"'),
        (f"{HEADER}towns,names,1,2\n", 'line 2: towns has no column.*Did you mean "name"'),
        (f"{HEADER}towns,,20,10\n", "line 2: .*whole numbers in order"),
        (f"{HEADER}towns,,1.5,2\n", "line 2: .*whole numbers"),
        (f"{HEADER}towns,,-1,2\n", "line 2: .*whole numbers"),
        (f"{HEADER}towns,,1\n", "line 2: not a table"),
        (f"{HEADER}\n", "line 2: not a table"),
        (f"{HEADER}towns,name,1,101\n", "line 2: .*more than 100 percent"),
        (f"{HEADER}t\u00f6wns,,1,2\n".encode("latin-1"), "cannot be read"),
    ],
    ids=[
        "another header",
        "no header",
        "no such table",
        "a misspelt table",
        "a misspelt column",
        "out of order",
        "a fraction",
        "below nothing",
        "a part is missing",
        "a blank line",
        "more than everything",
        "Latin-1",
    ],
)
def test_faulty_bounds_are_named_with_line_and_fault(load, text, words):
    with pytest.raises(SchemaError, match=f"^{FILE}.*{words}"):
        load(text)


def test_missing_bounds_are_named_with_the_command_that_makes_them(tmp_path):
    with pytest.raises(SchemaError, match=f"^{FILE} cannot be read.*csea bounds"):
        load_bounds(tmp_path, {})


def test_proposed_bounds_leave_room_below_and_above(towns):
    table = pa.table(
        {
            "town_id": pa.array([f"t{number}" for number in range(25)]),
            "name": pa.array(["Oakfield"] * 15 + [None] * 10),
            "sentence_months": pa.nulls(25, pa.int64()),
        }
    )
    found = proposed({"towns": rows_of(table, SHOWN, towns)})
    # 23 is nine tenths of 25, rounded up; the required key needs no bound; 60 percent of the names are there.
    assert found.decode() == f"{HEADER}towns,,23,50\ntowns,name,50,85\ntowns,sentence_months,0,25\n"


def test_a_small_table_is_given_room_to_begin_with_and_no_bound_of_fill(towns):
    table = pa.table({name: pa.array(["t1"]) for name in towns.columns})
    assert proposed({"towns": rows_of(table, SHOWN, towns)}).decode() == f"{HEADER}towns,,1,{FEW}\n"


def test_a_table_keeps_the_bounds_proposed_for_it(tmp_path, tables, schemas):
    rows = {name: rows_of(table, name, schemas[name]) for name, table in tables.items()}
    (tmp_path / "schemas").mkdir()
    (tmp_path / FILE).write_bytes(proposed(rows))
    assert check_volume(rows, load_bounds(tmp_path, schemas)) == []


def test_the_project_has_bounds_for_all_that_csea_bounds_would_write(root, tables, schemas):
    # Their values are a policy that people may edit.
    rows = {name: rows_of(table, name, schemas[name]) for name, table in tables.items()}
    wanted, found = (
        {tuple(line.split(",")[:2]) for line in text.splitlines()}
        for text in (proposed(rows).decode(), (root / FILE).read_text(encoding="utf-8"))
    )
    assert wanted <= found, "write them with `csea bounds`"
