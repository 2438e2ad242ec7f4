"""The tables of an SQLite file as canonical text.

Only ordinary tables that are named like ours are read: no views, no full-text indexes and nothing that would run code
of the file. Columns take the schema's types back: SQLite keeps booleans as 0 and 1.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from csea.compare.reading import VersionError
from csea.database import open_readonly
from csea.errors import printable
from csea.io import cells
from csea.schema import Schema
from csea.schema.arrow import TYPES

AT_A_TIME = 20_000  # rows, so that few of them are Python objects at once
ORDINARY = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"


def read_database(
    path: Path, shown: str, schemas: Mapping[str, Schema], step: Callable[[str], None]
) -> dict[str, pa.Table]:
    """Tables of the file that are named like one of ``schemas``. VersionError where it is broken."""
    try:
        connection = open_readonly(path)
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            names = [name for (name,) in connection.execute(ORDINARY) if name in schemas]
            return {name: _table(connection, schemas[name], shown, step) for name in names}
        finally:
            connection.close()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise VersionError(f"{shown} cannot be read as SQLite: {printable(str(error))}.") from error


def _table(connection: sqlite3.Connection, schema: Schema, shown: str, step: Callable[[str], None]) -> pa.Table:
    cursor = connection.execute(f'SELECT * FROM "{schema.name}"')
    names = [item[0] for item in cursor.description]
    kinds = {field.name: field.type for field in schema.fields}
    columns: list[list[pa.Array]] = [[] for _ in names]
    while rows := cursor.fetchmany(AT_A_TIME):
        for place, values in enumerate(zip(*rows, strict=True)):
            where = f"{shown}, {schema.name}.{names[place]},"
            columns[place].append(_text(values, kinds.get(names[place], "string"), where))
    step(schema.name)
    return pa.table([pa.chunked_array(parts, pa.string()) for parts in columns], names=names)


def _text(values: tuple[Any, ...], kind: str, where: str) -> pa.Array:
    """Values of a column as text; one that has not the type of its column stands as it is."""
    if any(isinstance(value, bytes) for value in values):
        raise VersionError(f"{where} holds bytes, not text.")
    stored = pa.int64() if kind == "boolean" else pa.string() if kind == "date" else TYPES[kind]
    try:
        array = pa.array(values, stored)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        array = pa.array([None if value is None else str(value) for value in values], pa.string())
    if kind == "boolean" and pa.types.is_integer(array.type) and not set(array.unique().to_pylist()) - {0, 1, None}:
        array = pc.cast(array, pa.bool_())
    text = cells(array)
    return pc.if_else(pc.equal(text, ""), None, text)
