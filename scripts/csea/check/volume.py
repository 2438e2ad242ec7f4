"""Volume and fill: how many rows a table has and how far its columns are filled, against ``schemas/bounds.csv``.

A build that lost half its rows would pass every other check. Too little is an error; more than expected is a warning,
since data grows. The bounds are a policy that people may edit; :func:`proposed` gives those that follow from the
tables as they are.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from csea.check.rows import Rows
from csea.errors import Problem, did_you_mean
from csea.schema import Schema, SchemaError

FILE = "schemas/bounds.csv"
HEADER = ["table", "column", "at_least", "at_most"]
ROWS_KEPT, ROWS_GROWN = 0.9, 2.0  # of the rows there are: below the first is an error, above the second a warning
FILL_KEPT, FILL_GROWN = 10, 25  # percentage points that a column's fill may fall, or rise, without a word
FEW = 20  # rows below which a table tells nothing of how far its columns are filled


@dataclass(frozen=True)
class Bound:
    """Rows of a table, or percent of a column's cells that are filled where ``column`` is given."""

    table: str
    column: str
    at_least: int
    at_most: int


def load_bounds(root: Path, schemas: dict[str, Schema]) -> list[Bound]:
    """Bounds of ``schemas/bounds.csv``; SchemaError names a line that no schema answers to, or that is no bound."""
    try:
        lines = list(csv.reader((root / FILE).read_text(encoding="utf-8").splitlines()))
    except (OSError, ValueError) as error:
        raise SchemaError(f"{FILE} cannot be read: {error}; `csea bounds` writes it anew") from error
    if lines[:1] != [HEADER]:
        raise SchemaError(f"{FILE}: the header is not {','.join(HEADER)}")
    return [_bound(line, number, schemas) for number, line in enumerate(lines[1:], start=2)]


def _bound(line: list[str], number: int, schemas: dict[str, Schema]) -> Bound:
    place = f"{FILE}, line {number}"
    if len(line) != len(HEADER) or not (line[2].isdecimal() and line[3].isdecimal()) or int(line[2]) > int(line[3]):
        raise SchemaError(f"{place}: not a table, a column or nothing, and two whole numbers in order")
    table, column = line[:2]
    if table not in schemas:
        raise SchemaError(f"{place}: there is no table {table!r}. {did_you_mean(table, schemas)}")
    if column and column not in schemas[table].columns:
        raise SchemaError(f"{place}: {table} has no column {column!r}. {did_you_mean(column, schemas[table].columns)}")
    if column and int(line[3]) > 100:
        raise SchemaError(f"{place}: a column is never filled to more than 100 percent")
    return Bound(table, column, int(line[2]), int(line[3]))


def check_volume(tables: dict[str, Rows], bounds: list[Bound]) -> list[Problem]:
    """Problems of tables with too few rows and columns too sparsely filled; warnings where there is more."""
    problems: list[Problem] = []
    for bound in bounds:
        rows = tables.get(bound.table)
        if rows is not None and rows.is_whole and rows.has([bound.column] if bound.column else []):
            problems += _fill(rows, bound) if bound.column else _rows(rows, bound)
    return problems


def _rows(rows: Rows, bound: Bound) -> Iterator[Problem]:
    count = rows.table.num_rows
    fix = f"Find out what was lost; where so few rows are right, change at_least in {FILE} (`csea bounds`)."
    if count < bound.at_least:
        message = f"The table has {count:,} rows, fewer than the {bound.at_least:,} expected at least."
        yield Problem("volume.too_few_rows", rows.shown, message, fix, value=str(count))
    if count > bound.at_most:
        message = f"The table has {count:,} rows, more than the {bound.at_most:,} expected at most."
        yield _more("volume.more_rows", rows, message, "", count)


def _fill(rows: Rows, bound: Bound) -> Iterator[Problem]:
    share = _percent(rows, bound.column)
    if share is None:
        return
    if share < bound.at_least:
        message = f"The column is filled to {share}%, less than the {bound.at_least}% expected at least."
        fix = f"Find out what was lost; where so few values are right, change at_least in {FILE} (`csea bounds`)."
        yield Problem("volume.too_few_values", rows.shown, message, fix, column=bound.column, value=f"{share}%")
    if share > bound.at_most:
        message = f"The column is filled to {share}%, more than the {bound.at_most}% expected at most."
        yield _more("volume.more_values", rows, message, bound.column, f"{share}%")


def _more(rule: str, rows: Rows, message: str, column: str, value: object) -> Problem:
    fix = f"Where that is right, write the bounds anew with `csea bounds`, or change at_most in {FILE}."
    return Problem(rule, rows.shown, message, fix, column=column, value=str(value), severity="warning")


def _percent(rows: Rows, column: str) -> int | None:
    """How far a column is filled, rounded down; None where the table is too small to tell."""
    count = rows.table.num_rows
    return None if count < FEW else 100 * (count - rows.table[column].null_count) // count


def proposed(tables: dict[str, Rows]) -> bytes:
    """``schemas/bounds.csv`` as it follows from the tables: a tenth of the rows may go, twice as many may come.

    A required column needs no bound: each empty cell is an error.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for name, rows in sorted(tables.items()):
        count = rows.table.num_rows
        writer.writerow([name, "", math.ceil(ROWS_KEPT * count), max(math.ceil(ROWS_GROWN * count), FEW)])
        for field in rows.schema.fields:
            share = _percent(rows, field.name)
            if not field.required and share is not None:
                writer.writerow([name, field.name, max(share - FILL_KEPT, 0), min(share + FILL_GROWN, 100)])
    return text.getvalue().encode()
