"""Parquet: a file's columns and their types against the schema, and its cells as canonical text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from csea.check.blocks import READABLE
from csea.check.form import check_cells
from csea.check.rows import Rows, take, where
from csea.errors import Problem, did_you_mean
from csea.io import cells
from csea.schema import Schema
from csea.schema.arrow import TYPES

FIX = "Write it with the schema's Arrow types (`csea schema {table} --format arrow`), or run `csea build`."
NEWLINE = "The cell holds a newline, which no file of ours may hold.", "Write a space instead."


def read_parquet(path: Path, shown: str, schema: Schema) -> tuple[Rows | None, list[Problem]]:
    """The rows as text, numbered from 1, with problems of columns, types and cells; None for no Parquet file."""
    try:
        with path.open("rb") as file:
            table = pq.ParquetFile(file).read()
    except OSError as error:
        message = f"The file cannot be read: {error.strerror or error}."
        return None, [Problem("form.readable", shown, message, READABLE)]
    except (pa.ArrowException, ValueError) as error:  # the second for names that are no UTF-8
        reason = str(error).splitlines()[0].rstrip(".")
        fix = "Write it anew with pyarrow, or run `csea build`."
        return None, [Problem("form.readable", shown, f"The file cannot be read as Parquet: {reason}.", fix)]
    problems = _columns(table, shown, schema)
    columns, absent = {}, set()
    for field in schema.fields:
        column = _column(table, field.name)
        if column is not None and column.type == TYPES[field.type] and _is_sound(column):
            text = cells(column.combine_chunks())
            columns[field.name] = pc.if_else(pc.equal(text, ""), None, text)  # as in CSV: nothing is not known
        else:
            columns[field.name] = pa.nulls(table.num_rows, pa.string())
            absent.add(field.name)
    rows = Rows(pa.table(columns), np.arange(1, table.num_rows + 1), shown, schema, frozenset(absent))
    return rows, [*problems, *_newlines(rows), *check_cells(rows)]


def _columns(table: pa.Table, shown: str, schema: Schema) -> list[Problem]:
    problems = []
    fix = FIX.format(table=schema.name)
    for field in schema.fields:
        column = _column(table, field.name)
        if column is None:
            problems.append(Problem("form.missing_column", shown, "A column is missing.", fix, column=field.name))
        elif column.type != TYPES[field.type]:
            message = f"The column's type is {column.type}, not {TYPES[field.type]}."
            problems.append(Problem("form.column_type", shown, message, fix, column=field.name))
        elif not _is_sound(column):
            message = "The column holds text that is not UTF-8."
            problems.append(Problem("form.encoding", shown, message, fix, column=field.name))
    for name, count in Counter(table.column_names).items():
        if count > 1:
            message, remedy = "The column stands more than once.", "Remove all but one; the first was checked."
            problems.append(Problem("form.repeated_column", shown, message, remedy, 0, "", name, name))
        if name not in schema.columns:
            message, near = "The schema has no such column.", did_you_mean(name, schema.columns)
            problems.append(
                Problem("form.unknown_column", shown, message, f"{near}Rename or remove it.", 0, "", name, name)
            )
    if not problems and table.column_names != schema.columns:
        problems.append(
            Problem("form.column_order", shown, "The columns are in another order than in the schema.", fix)
        )
    return problems


def _column(table: pa.Table, name: str) -> pa.ChunkedArray | None:
    """The first column of this name."""
    return table.column(table.column_names.index(name)) if name in table.column_names else None


def _is_sound(column: pa.ChunkedArray) -> bool:
    """Whether the column's memory is what its type says; of text, that it is UTF-8."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _newlines(rows: Rows) -> list[Problem]:
    problems = []
    for name in rows.columns:
        if rows.schema.field(name).type == "string":
            found = where(pc.match_substring_regex(rows.table[name], "[\r\n]"))
            values = take(rows.table[name], found).to_pylist()
            problems += rows.problems("form.newline_in_cell", found, name, values, [NEWLINE])
    return problems
