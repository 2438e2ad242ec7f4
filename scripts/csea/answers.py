"""The answers to the ready questions, made once and stored as tables, so that a page only has to look them up.

An answer may read other answers; each is made after those that it names. Out of scope: what is asked (``views.py``).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from graphlib import CycleError, TopologicalSorter

from csea.schema import SchemaError
from csea.views import View


def store(connection: sqlite3.Connection, views: Iterable[View]) -> None:
    """Make the answer of each view a table of its name, rows in its order, with the indexes that its page wants.

    SchemaError names the file whose SQL fails, or whose answer or page lacks a column that says what its numbers rest
    on.
    """
    ordered = in_order(views)
    for view in ordered:
        with _named(view):
            connection.execute(f"CREATE TABLE [{view.name}] AS {view.sql}")
            for columns in view.indexes:
                name, listed = "_".join((view.name, *columns)), ", ".join(f"[{column}]" for column in columns)
                connection.execute(f"CREATE INDEX [{name}] ON [{view.name}] ({listed})")
    for view in ordered:  # a page may read any answer
        with _named(view):
            found = {
                "answer": columns_of(connection, f"SELECT * FROM [{view.name}]"),
                "page": columns_of(connection, view.page_sql, view.parameters),
            }
        for (what, columns), wanted in zip(found.items(), (view.covered_by, view.page_covered_by), strict=True):
            missing = ", ".join(column for column in wanted if column not in columns)
            if missing:
                raise SchemaError(f"{view.file}: the {what} lacks {missing}, named as what its numbers rest on")


@contextmanager
def _named(view: View) -> Iterator[None]:
    """Say in whose SQL something failed."""
    try:
        yield
    except sqlite3.Error as error:
        raise SchemaError(f"the SQL of {view.file} fails: {error}") from error


def in_order(views: Iterable[View]) -> list[View]:
    """The views, each after those that its SQL names; SchemaError where they name each other in a ring."""
    by_name = {view.name: view for view in views}
    reads = {name: sorted(_words(view.sql) & by_name.keys() - {name}) for name, view in by_name.items()}
    try:
        return [by_name[name] for name in TopologicalSorter(reads).static_order()]
    except CycleError as error:
        raise SchemaError(f"schemas/views/: these read each other: {', '.join(error.args[1])}") from error


def columns_of(connection: sqlite3.Connection, sql: str, parameters: Iterable[str] = ()) -> tuple[str, ...]:
    """Names of the columns that an SQL question gives, asked with empty boxes; no row of it is read."""
    cursor = connection.execute(f"SELECT * FROM ({sql}) LIMIT 0", dict.fromkeys(parameters, ""))
    return tuple(item[0] for item in cursor.description)


def _words(sql: str) -> set[str]:
    return set(re.findall(r"\w+", sql))
