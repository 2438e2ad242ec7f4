"""Parquet files: their columns and types, and cells by the rules of CSV."""

import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from told import place

from csea.check.files import read_file
from csea.check.keys import check_unique
from csea.schema import Field, Schema
from csea.schema.arrow import arrow_schema

FILE = "data/parquet/towns.parquet"
TOWNS = Schema(
    "towns",
    "Towns",
    "Invented towns.",
    (
        Field("town_id", "Id", "string", "Id.", required=True),
        Field("size", "Size", "integer", "Size.", minimum=1),
        Field("area", "Area", "number", "Area."),
        Field("has_court", "Court", "boolean", "Whether it has a court."),
        Field("founded", "Founded", "date", "First day."),
    ),
    ("town_id",),
)
ROWS = [
    {"town_id": "t1", "size": 12, "area": 0.5, "has_court": True, "founded": datetime.date(1900, 3, 1)},
    {"town_id": "t2", "size": None, "area": None, "has_court": None, "founded": None},
]
GOOD = pa.Table.from_pylist(ROWS, schema=arrow_schema(TOWNS))


@pytest.fixture
def read(tmp_path):
    """A function that writes this table as Parquet and reads it."""

    def write_and_read(table):
        path = tmp_path / "towns.parquet"
        pq.write_table(table, path)
        return read_file(path, FILE, TOWNS)

    return write_and_read


def changed(column, values):
    return GOOD.set_column(GOOD.column_names.index(column), column, values)


def test_a_right_file_gives_its_rows_numbered_from_1(read):
    rows, problems = read(GOOD)
    assert problems == []
    assert rows.table.to_pylist() == ROWS
    assert (rows.lines.tolist(), rows.is_whole) == ([1, 2], True)


def test_an_empty_table_has_no_problem(read):
    rows, problems = read(GOOD.slice(0, 0))
    assert (rows.table.num_rows, problems) == (0, [])


@pytest.mark.parametrize(
    "column, values",
    [
        ("size", pa.array(["12", None])),
        ("size", pa.array([12, None], pa.int32())),
        ("founded", pa.array([0, None], pa.timestamp("us"))),
        ("town_id", pa.array(["t1", "t2"], pa.large_string())),
    ],
    ids=["text for a number", "a narrower integer", "a time for a date", "large text"],
)
def test_a_column_of_another_type_is_named_with_both_types_and_passed_over(read, only, column, values):
    rows, problems = read(changed(column, values))
    assert place(only(problems)) == ("form.column_type", FILE, 0, "", column, "")
    assert str(values.type) in problems[0].message
    assert rows.absent == {column}


def test_a_missing_column_is_told_and_the_others_are_still_checked(read):
    missing, wrong = read(changed("size", pa.array([0, 1])).drop_columns(["area"]))[1]
    assert place(missing) == ("form.missing_column", FILE, 0, "", "area", "")
    assert place(wrong) == ("column.minimum", FILE, 1, "town_id=t1", "size", "0")


def test_an_unknown_column_is_named_with_the_nearest(read, only):
    problem = only(read(GOOD.append_column("areas", pa.array([1, 2])))[1])
    assert place(problem) == ("form.unknown_column", FILE, 0, "", "areas", "areas")
    assert 'Did you mean "area"?' in problem.fix


def test_columns_in_another_order_are_told(read, only):
    problem = only(read(GOOD.select(GOOD.column_names[::-1]))[1])
    assert place(problem) == ("form.column_order", FILE, 0, "", "", "")


def test_cells_are_judged_as_in_csv(read):
    problems = read(changed("town_id", pa.array([" t1", "=t2"])))[1]
    assert [(problem.rule, problem.line) for problem in problems] == [
        ("form.outer_spaces", 1),
        ("form.spreadsheet_formula", 2),
    ]


def test_an_empty_required_cell_is_named_by_its_row(read, only):
    values = pa.array(["t1", None], pa.string())
    schema = GOOD.schema.set(0, pa.field("town_id", pa.string()))
    problem = only(read(pa.table([values, *GOOD.columns[1:]], schema=schema))[1])
    assert place(problem) == ("column.required", FILE, 2, "town_id=", "town_id", "")
    assert problem.where() == f"{FILE}, row 2, town_id=, column town_id"


def test_a_newline_in_a_cell_is_named(read, only):
    problem = only(read(changed("town_id", pa.array(["t1", "t\n2"])))[1])
    assert place(problem) == ("form.newline_in_cell", FILE, 2, "town_id=t\n2", "town_id", "t\n2")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e300])
def test_a_number_that_csv_cannot_hold_is_named(read, only, number):
    assert only(read(changed("area", pa.array([1.0, number])))[1]).rule == "column.type"


def test_a_repeated_key_is_named_with_the_row_that_holds_it_first(read, only):
    rows, _ = read(changed("town_id", pa.array(["t1", "t1"])))
    problem = only(check_unique(rows))
    assert problem.line == 2
    assert "row 1" in problem.message


@pytest.mark.parametrize("data", [b"", b"town_id,size\nt1,12\n", b"PAR1 and no more"], ids=["empty", "CSV", "a part"])
def test_a_file_that_is_no_parquet_is_named(tmp_path, only, data):
    path = tmp_path / "towns.parquet"
    path.write_bytes(data)
    rows, problems = read_file(path, FILE, TOWNS)
    assert place(only(problems)) == ("form.readable", FILE, 0, "", "", "")
    assert rows is None


def test_a_missing_file_is_named(tmp_path, only):
    rows, problems = read_file(tmp_path / "towns.parquet", FILE, TOWNS)
    assert "No such file" in only(problems).message
    assert rows is None
