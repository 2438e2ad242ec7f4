"""The one SQLite database: built in one go from typed tables, the same bytes each time.

Used by the rule checks (in memory) and by the package (as a file). Out of scope: what is asked of it (``views.py``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from csea.answers import store
from csea.parameters import Parameter
from csea.schema import Schema
from csea.schema.sqlite import create_search, create_table
from csea.views import View

AT_A_TIME = 20_000  # rows made into Python values at once, which take many times the memory of Arrow's


def open_readonly(path: Path) -> sqlite3.Connection:
    """The database file, to read and no more; sqlite3.OperationalError where it cannot be opened."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def fill(connection: sqlite3.Connection, tables: dict[str, pa.Table], schemas: dict[str, Schema]) -> None:
    """Create and fill every table in ``schemas`` order, with keys and indexes, in one transaction."""
    with connection:
        for name, schema in schemas.items():
            for statement in create_table(schema):
                connection.execute(statement)
            marks = ", ".join("?" * len(schema.fields))
            connection.executemany(f"INSERT INTO [{name}] VALUES ({marks})", rows(tables[name]))


def rows(table: pa.Table) -> Iterator[tuple[object, ...]]:
    """Rows as SQLite stores them: booleans as 0 and 1, dates as ISO text, null for not known."""
    for start in range(0, table.num_rows, AT_A_TIME):
        part = table.slice(start, AT_A_TIME)
        yield from zip(*(_stored(column).to_pylist() for column in part.columns), strict=True)


def _stored(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_date(column.type):
        return pc.cast(column, pa.string())
    return pc.cast(column, pa.int64()) if pa.types.is_boolean(column.type) else column


def contents(
    tables: dict[str, pa.Table],
    schemas: dict[str, Schema],
    views: Iterable[View] = (),
    parameters: Mapping[str, Parameter] | None = None,
) -> bytes:
    """The whole database file, with full-text search and the answers of ``views`` as tables.

    SchemaError for a view or a parameter whose SQL fails, and for an answer without its coverage.
    """
    connection = sqlite3.connect(":memory:")
    try:
        fill(connection, tables, schemas)
        with connection:
            for schema in schemas.values():
                for statement in create_search(schema):
                    connection.execute(statement)
            store(connection, views)
        for parameter in (parameters or {}).values():
            parameter.choices(connection)
        connection.execute("ANALYZE")
        return connection.serialize()
    finally:
        connection.close()
