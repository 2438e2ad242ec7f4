"""What moves in the answers: the numbers of the ready questions (``schemas/views/``) in two versions of the tables."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from csea import database
from csea.answers import in_order
from csea.schema import Schema
from csea.views import View

# A number below this is measured against it, so that 0 becoming 2 does not outdo 140 becoming 280.
LEAST = 10
Answer = dict[tuple[str, int], dict[str, float | None]]


@dataclass(frozen=True)
class Move:
    """A number of an answer that differs: of which question, in which of its rows and columns.

    ``row`` is made of the row's texts and years. A number is None where the row is not there, or the cell is empty.
    """

    question: str
    row: str
    column: str
    old: float | None
    new: float | None

    @property
    def share(self) -> float:
        """How far the number moved, as a share of what it was."""
        old, new = self.old or 0.0, self.new or 0.0
        return abs(new - old) / max(abs(old), LEAST)


def answer_moves(
    old: Mapping[str, pa.Table], new: Mapping[str, pa.Table], schemas: Mapping[str, Schema], views: Iterable[View]
) -> list[Move]:
    """Every number of every question that differs between two sets of typed tables, the furthest moved first.

    Rows are the same when their texts are; where several are, the first is compared with the first.
    """
    asked = list(views)
    before, now = (_answers(tables, schemas, asked) for tables in (old, new))
    moves = [move for view in asked for move in _moves(view.title, before[view.name], now[view.name])]
    return sorted(moves, key=lambda move: -move.share)


def _answers(tables: Mapping[str, pa.Table], schemas: Mapping[str, Schema], views: list[View]) -> dict[str, Answer]:
    connection = sqlite3.connect(":memory:")
    try:
        database.fill(connection, dict(tables), dict(schemas))
        for view in in_order(views):
            connection.execute(f"CREATE TABLE [{view.name}] AS {view.sql}")
        return {view.name: _answer(connection, view.name) for view in views}
    finally:
        connection.close()


def _answer(connection: sqlite3.Connection, name: str) -> Answer:
    cursor = connection.execute(f"SELECT * FROM [{name}]")
    columns = [item[0] for item in cursor.description]
    years = [column.split("_")[-1] == "year" for column in columns]
    seen: Counter[str] = Counter()
    answer: Answer = {}
    for row in cursor:
        # Texts and years say what the row is about.
        about = [is_year or isinstance(value, str) for is_year, value in zip(years, row, strict=True)]
        numbers = {name: value for name, value, names in zip(columns, row, about, strict=True) if not names}
        label = ", ".join(str(value) for value, names in zip(row, about, strict=True) if names)
        answer[label, seen[label]] = numbers
        seen[label] += 1
    return answer


def _moves(title: str, old: Answer, new: Answer) -> Iterable[Move]:
    for place in dict.fromkeys([*old, *new]):
        before, now = old.get(place, {}), new.get(place, {})
        for column in dict.fromkeys([*before, *now]):
            if before.get(column) != now.get(column):
                yield Move(title, place[0], column, before.get(column), now.get(column))
