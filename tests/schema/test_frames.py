"""pandera schemas, compiled from ours, at the boundaries between rooms."""

from datetime import date

import pyarrow as pa
import pytest

from csea import ROOT
from csea.schema import Field, Schema, load_tables
from csea.schema.arrow import TYPES
from csea.schema.frames import check_frame

COLUMNS = (
    Field("thing_id", "Id", "string", "Id.", required=True, pattern="^t[0-9]$"),
    Field("colour", "Colour", "string", "Colour.", enum=("red", "blue")),
    Field("size", "Size", "integer", "Size.", minimum=1, maximum=9),
    Field("is_open", "Open", "boolean", "Open."),
    Field("since", "Since", "date", "Since."),
)
THING = Schema("thing", "Thing", "One row is a thing.", COLUMNS, ("thing_id",))
ROW = {"thing_id": "t1", "colour": "red", "size": 5, "is_open": True, "since": date(2009, 10, 13)}


def things(*rows: dict[str, object]) -> pa.Table:
    whole = [ROW | row for row in rows]
    return pa.table({f.name: pa.array([row[f.name] for row in whole], TYPES[f.type]) for f in COLUMNS})


@pytest.mark.parametrize("name", sorted(load_tables(ROOT)))
def test_published_table_is_accepted(tables, schemas, name):
    assert check_frame(tables[name], schemas[name], "link") == []


@pytest.mark.parametrize("cells", [{}, {"colour": None, "size": None, "is_open": None, "since": None}])
def test_right_row_is_accepted(cells):
    assert check_frame(things(cells), THING, "link") == []


@pytest.mark.parametrize(
    "column, value",
    [
        ("colour", "green"),
        ("size", 0),
        ("size", 10),
        ("thing_id", "banana"),
        ("thing_id", None),
    ],
)
def test_wrong_value_is_refused_in_its_column(column, value):
    assert {problem.column for problem in check_frame(things({column: value}), THING, "link")} == {column}


def test_wrong_type_is_refused():
    table = things({}).set_column(3, "is_open", pa.array(["true"]))
    assert {problem.column for problem in check_frame(table, THING, "link")} == {"is_open"}


def test_repeated_key_is_refused():
    assert check_frame(things({}, {}), THING, "link") != []


def test_two_rows_with_different_keys_are_accepted():
    assert check_frame(things({}, {"thing_id": "t2"}), THING, "link") == []


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(things({}).append_column("extra", pa.array([1])), id="extra column"),
        pytest.param(things({}).drop_columns(["since"]), id="missing column"),
        pytest.param(things({}).select(["colour", "thing_id", "size", "is_open", "since"]), id="other order"),
    ],
)
def test_other_columns_are_refused(table):
    assert check_frame(table, THING, "link") != []


def test_problem_names_table_room_and_value():
    (problem,) = check_frame(things({"colour": "green"}), THING, "curate")
    assert (problem.file, problem.rule, problem.value) == ("data/thing.csv", "boundary.curate", "green")


def test_all_wrong_values_are_told_at_once():
    problems = check_frame(things({"colour": "green", "size": 0}), THING, "link")
    assert {problem.column for problem in problems} == {"colour", "size"}
