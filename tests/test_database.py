"""The SQLite database: keys that hold, search that finds, types that SQLite has."""

import re
import sqlite3
from datetime import date

import pyarrow as pa
import pytest

from csea import ROOT, database
from csea.schema import Field, ForeignKey, Schema, load_tables
from csea.views import load_views

TABLES = load_tables(ROOT)
SEARCHABLE = sorted(name for name, schema in TABLES.items() if schema.search)


@pytest.fixture(scope="module")
def views(root):
    return load_views(root)


@pytest.fixture(scope="module")
def path(tables, schemas, views, tmp_path_factory):
    target = tmp_path_factory.mktemp("database") / "csea.db"
    target.write_bytes(database.contents(tables, schemas, views))
    return target


@pytest.fixture(scope="module")
def connection(path):
    opened = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    yield opened
    opened.close()


def test_is_whole(connection):
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_every_foreign_key_points_to_a_row(connection):
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("name", sorted(TABLES))
def test_has_the_foreign_keys_of_the_schema(connection, name):
    declared = connection.execute(f"PRAGMA foreign_key_list([{name}])").fetchall()
    wanted = {
        (key.table, field, reference)
        for key in TABLES[name].foreign_keys
        for field, reference in zip(key.fields, key.reference, strict=True)
    }
    assert {(row[2], row[3], row[4]) for row in declared} == wanted


@pytest.mark.parametrize("name", sorted(TABLES))
def test_has_the_primary_key_of_the_schema(connection, name):
    columns = connection.execute(f"PRAGMA table_info([{name}])").fetchall()
    key = [row[1] for row in sorted(columns, key=lambda row: row[5]) if row[5]]
    assert key == list(TABLES[name].primary_key)


@pytest.mark.parametrize("name", SEARCHABLE)
def test_search_finds_a_word_of_a_row(connection, tables, name):
    table = tables[name]
    if not table.num_rows:
        pytest.skip(f"skipped: search in {name}, which has no rows yet")
    column = TABLES[name].search[0]
    row, text = next((row, text) for row, text in enumerate(table[column].to_pylist()) if text)
    word = re.findall(r"[A-Za-z]{2,}", text)[0]
    found = connection.execute(f"SELECT rowid FROM [{name}_fts] WHERE [{name}_fts] MATCH ?", [f'"{word}"']).fetchall()
    assert (row + 1,) in found


def test_answer_of_every_question_is_a_table(connection, views):
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert {view.name for view in views} <= {name for (name,) in found}
    assert connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall() == []


def test_second_writing_changes_nothing(path, tables, schemas, views):
    assert database.contents(tables, schemas, views) == path.read_bytes()


PARENT = Schema("parent", "Parent", "One row.", (Field("id", "Id", "integer", "Id", required=True),), ("id",))
CHILD = Schema(
    "child",
    "Child",
    "One row.",
    (
        Field("id", "Id", "integer", "Id", required=True),
        Field("parent_id", "Parent", "integer", "Parent"),
        Field("is_open", "Open", "boolean", "Open"),
        Field("since", "Since", "date", "Since"),
        Field("share", "Share", "number", "Share"),
    ),
    ("id",),
    foreign_keys=(ForeignKey(("parent_id",), "parent", ("id",)),),
)


def child(**cells: object) -> pa.Table:
    row = {"id": 1, "parent_id": 1, "is_open": None, "since": None, "share": None} | cells
    types = [pa.int64(), pa.int64(), pa.bool_(), pa.date32(), pa.float64()]
    return pa.table([pa.array([row[name]], kind) for name, kind in zip(row, types, strict=True)], names=list(row))


class TestFill:
    @pytest.mark.parametrize(
        "cells, stored",
        [
            ({"is_open": True}, 1),
            ({"is_open": False}, 0),
            ({"since": date(2009, 10, 13)}, "2009-10-13"),
            ({"share": 66.5}, 66.5),
            ({"share": None}, None),
        ],
    )
    def test_stores_what_sqlite_has_types_for(self, cells, stored):
        connection = sqlite3.connect(":memory:")
        tables = {"parent": pa.table({"id": [1]}), "child": child(**cells)}
        database.fill(connection, tables, {"parent": PARENT, "child": CHILD})
        assert connection.execute(f"SELECT {next(iter(cells))} FROM child").fetchone() == (stored,)

    def test_dangling_key_can_be_found(self):
        connection = sqlite3.connect(":memory:")
        tables = {"parent": pa.table({"id": [1]}), "child": child(parent_id=2)}
        database.fill(connection, tables, {"parent": PARENT, "child": CHILD})
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == [("child", 1, "parent", 0)]

    def test_repeated_key_leaves_no_row_behind(self):
        connection = sqlite3.connect(":memory:")
        with pytest.raises(sqlite3.IntegrityError):
            database.fill(connection, {"parent": pa.table({"id": [1, 2, 1]})}, {"parent": PARENT})
        assert connection.execute("SELECT count(*) FROM parent").fetchone() == (0,)
