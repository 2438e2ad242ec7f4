"""CSV, Parquet and SQLite hold the same cells: of the published tables, of made ones, of any that a schema admits."""

import csv
import io
import re
import sqlite3
from contextlib import closing
from datetime import date
from functools import cache
from itertools import zip_longest
from unittest.mock import patch

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from csea import ROOT, database
from csea.check import blocks
from csea.check.files import read_file
from csea.check.form import OUTER_SPACE, SPREADSHEET_RUNS
from csea.check.keys import check_order, check_unique
from csea.io import csv_bytes, parquet_bytes, sort_by
from csea.project import Project
from csea.schema import Field, Schema
from csea.schema.arrow import arrow_schema
from made_tables import made_text

PROJECT = Project.read(ROOT)
TABLES = sorted(PROJECT.tables)
SCHEMAS = PROJECT.tables | {f"inputs/{name}": schema for name, schema in PROJECT.inputs.items()}

# What Python makes of a cell, by the type of its column: the judge of what Arrow and SQLite make of it.
FROM_TEXT = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": date.fromisoformat,
}
FROM_SQLITE = FROM_TEXT | {"boolean": {0: False, 1: True}.__getitem__}


def typed(rows, schema, of_type):
    """Rows as Python values of the schema's types; null stays null."""
    readers = [of_type[field.type] for field in schema.fields]
    return [
        tuple(None if cell is None else reader(cell) for reader, cell in zip(readers, row, strict=True)) for row in rows
    ]


def cells_of(table):
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def table_of(rows, schema):
    """The typed table of Python's values, sorted as a build sorts it."""
    columns = zip(*rows, strict=True) if rows else [[] for _ in schema.fields]
    table = pa.table(list(map(pa.array, columns, arrow_schema(schema).types)), schema=arrow_schema(schema))
    return sort_by(table, list(schema.primary_key))


def in_csv(path, schema):
    """The cells of a CSV file as Python's own reader reads them."""
    header, *lines = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    assert header == schema.columns
    return typed([[cell or None for cell in line] for line in lines], schema, FROM_TEXT)


def in_sqlite(connection, schema):
    cursor = connection.execute(f"SELECT * FROM [{schema.name}] ORDER BY rowid")
    assert [item[0] for item in cursor.description] == schema.columns
    return typed(cursor, schema, FROM_SQLITE)


def checked(path, schema):
    """The table of a file as the check reads it, which must find nothing wrong."""
    rows, problems = read_file(path, path.name, schema, canonical=True)
    assert [*problems, *check_unique(rows), *check_order(rows)] == []
    return rows.table


@pytest.fixture(scope="module")
def from_csv(root, schemas):
    return {name: checked(root / "data" / f"{name}.csv", schema) for name, schema in schemas.items()}


@pytest.fixture(scope="module")
def from_parquet(root, schemas):
    return {name: checked(root / "data" / "parquet" / f"{name}.parquet", schema) for name, schema in schemas.items()}


@pytest.fixture(scope="module")
def connection(from_csv, schemas):
    """The database made of the published tables."""
    with closing(sqlite3.connect(":memory:")) as opened:
        opened.deserialize(database.contents(from_csv, schemas, {}))
        yield opened


@pytest.mark.parametrize("name", TABLES)
class TestPublished:
    def test_csv_holds_what_python_reads_in_it(self, root, schemas, from_csv, name):
        assert cells_of(from_csv[name]) == in_csv(root / "data" / f"{name}.csv", schemas[name])

    def test_parquet_holds_the_cells_of_the_csv(self, from_csv, from_parquet, name):
        assert cells_of(from_parquet[name]) == cells_of(from_csv[name])

    def test_sqlite_holds_the_cells_of_the_csv(self, schemas, from_csv, connection, name):
        assert in_sqlite(connection, schemas[name]) == cells_of(from_csv[name])

    def test_reading_changes_no_cell_of_a_parquet_file(self, tables, from_parquet, name):
        assert cells_of(from_parquet[name]) == cells_of(tables[name])

    def test_reading_keeps_the_texts_of_a_parquet_file(self, tables, from_parquet, name):
        assert [field.metadata for field in from_parquet[name].schema] == [
            field.metadata for field in tables[name].schema
        ]

    def test_no_cell_is_an_empty_text(self, tables, name):
        assert [row for row in cells_of(tables[name]) if "" in row] == []


def write_sqlite(table, schema):
    return database.contents({schema.name: table}, {schema.name: schema}, {})


def read_sqlite(path, schema):
    with closing(sqlite3.connect(path)) as connection:
        return table_of(in_sqlite(connection, schema), schema)


FORMATS = {
    "csv": (lambda table, schema: csv_bytes(table), checked),
    "parquet": (lambda table, schema: parquet_bytes(table), checked),
    "sqlite": (write_sqlite, read_sqlite),
}


def there_and_back(rows, schema, suffix, folder):
    """The rows written and read in a format; writing what was read gives the same bytes."""
    write, read = FORMATS[suffix]
    path = folder / f"{schema.name}.{suffix}"
    table = table_of(rows, schema)
    path.write_bytes(write(table, schema))
    found = read(path, schema)
    assert write(found.cast(table.schema), schema) == path.read_bytes()
    return cells_of(found), cells_of(table)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("round_trip")


@cache
def made_rows(name):
    return typed(cells_of(made_text(SCHEMAS[name], n_rows=10, seed=1)), SCHEMAS[name], FROM_TEXT)


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("name", SCHEMAS)
def test_made_table_survives(name, suffix, folder):
    found, wanted = there_and_back(made_rows(name), SCHEMAS[name], suffix, folder)
    assert found == wanted


NAMES = ["order", "group", "town_id", "from", "n"]  # some are words of SQL
TEXTS = ["a,b", 'say "no"', '"', "007", "NA", "null", "NaN", "true", "1e5", "-1", "a\tb", "𐍈 é", "x, " * 3_000 + "y"]
INTEGERS = [0, -1, 10**18 - 1, 1 - 10**18]
NUMBERS = [0.1, 1e-7, -72.6851, 123456789012345.67, 5e-324, 0.30000000000000004, 7.0]
DATES = [date.min, date.max, date(2024, 2, 29), date(999, 12, 31)]
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n")
DECIMALS = st.text("0123456789", min_size=1, max_size=25)


def is_admitted(text):
    """Whether the form rules let a text stand: no outer space, nothing that a spreadsheet would run."""
    return not re.search(OUTER_SPACE, text) and not re.search(SPREADSHEET_RUNS, text)


def number(whole, decimals):
    return float(f"{whole}.{decimals}")


VALUES = {
    "string": st.sampled_from(TEXTS) | st.text(CHARACTERS, min_size=1, max_size=12).filter(is_admitted),
    "integer": st.integers(INTEGERS[-1], INTEGERS[-2]),
    "number": st.sampled_from(NUMBERS) | st.builds(number, st.integers(2 - 10**15, 10**15 - 2), DECIMALS),
    "boolean": st.booleans(),
    "date": st.dates(),
}


@st.composite
def admitted(draw):
    """A schema of one to five columns with a key of one or two, and rows that it admits."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True))
    key = tuple(names[: draw(st.integers(1, 2))])
    kinds = [draw(st.sampled_from(sorted(VALUES))) for _ in names]
    required = [name in key or draw(st.booleans()) for name in names]
    fields = [
        Field(*field, "Anything.", required=must) for *field, must in zip(names, names, kinds, required, strict=True)
    ]
    cells = [VALUES[field.type] if field.required else st.none() | VALUES[field.type] for field in fields]
    rows = draw(st.lists(st.tuples(*cells), max_size=8, unique_by=lambda row: row[: len(key)]))
    return Schema("made", "Made", "One row is a test.", tuple(fields), key), rows


def awkward():
    """A table with every awkward value, and empty cells below them."""
    fields = tuple(Field(kind, kind, kind, "Anything.", required=kind == "string") for kind in VALUES)
    cells = zip_longest(TEXTS, INTEGERS, NUMBERS, [True, False], DATES)
    return Schema("made", "Made", "One row is a test.", fields, ("string",)), list(cells)


@pytest.mark.parametrize("suffix", FORMATS)
@settings(max_examples=100)
@example(made=awkward())
@given(made=admitted())
def test_any_admitted_table_survives(suffix, folder, made):
    schema, rows = made
    with patch.object(blocks, "BLOCK", 64):  # so that even these small files are read in several blocks
        found, wanted = there_and_back(rows, schema, suffix, folder)
    assert found == wanted


def test_number_that_rounds_to_sixteen_digits_is_refused_or_survives(folder):
    schema = Schema("made", "Made", "One row is a test.", (Field("n", "n", "number", "n", required=True),), ("n",))
    path = folder / "longest.csv"
    path.write_text("n\n999999999999999.99\n")
    rows, problems = read_file(path, path.name, schema)
    if not problems:
        path.write_bytes(csv_bytes(rows.table))
        assert cells_of(checked(path, schema)) == [(1e15,)]
