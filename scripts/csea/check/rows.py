"""Rows of a file with the physical lines they stand on, so that every fault can be placed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from csea.errors import Problem
from csea.io import cells
from csea.schema import Schema

FIRST_ROW = 2  # physical line of the first row after the header; cells never hold newlines
LONGEST = 80  # characters of a key's value that a message repeats

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """A table, or a block of one, as it was read.

    ``table`` has the columns of ``schema``, as text or typed. ``lines`` gives the physical line of each row, or
    its number where the file has no lines (Parquet). ``absent`` are columns that the file lacks; they are empty
    here. ``is_whole`` is false where lines could not be read as rows and are missing.
    """

    table: pa.Table
    lines: Integers
    shown: str
    schema: Schema
    absent: frozenset[str] = field(default_factory=frozenset)
    is_whole: bool = True

    @property
    def unit(self) -> str:
        """What ``lines`` counts."""
        return "row" if self.shown.endswith(".parquet") else "line"

    @property
    def columns(self) -> list[str]:
        """The schema's columns that the file has."""
        return [name for name in self.schema.columns if name not in self.absent]

    def has(self, columns: Iterable[str]) -> bool:
        """Whether the file has all these columns."""
        return set(columns) <= set(self.columns)

    def labels(self, rows: Integers) -> list[str]:
        """The primary keys of these rows, for messages: ``case_id=c000001``."""
        key = [name for name in self.schema.primary_key if name not in self.absent]
        values = [cells(take(self.table[name], rows)).to_pylist() for name in key]
        return [label(key, value) for value in zip(*values, strict=True)] if key else [""] * len(rows)

    def problems(
        self, rule: str, rows: Integers, column: str, values: Sequence[str], texts: Sequence[tuple[str, str]]
    ) -> list[Problem]:
        """A problem for each of ``rows`` (indexes) with its value and its message and fix.

        One pair of ``texts`` serves for all rows.
        """
        if not len(rows):
            return []
        pairs = texts if len(texts) == len(rows) else [texts[0]] * len(rows)
        lines = self.lines[rows].tolist()
        return [
            Problem(rule, self.shown, message, fix, line, key, column, value)
            for (message, fix), line, key, value in zip(pairs, lines, self.labels(rows), values, strict=True)
        ]


def rows_of(table: pa.Table, shown: str, schema: Schema) -> Rows:
    """A table that stands in no file yet, with the lines that its rows will stand on."""
    return Rows(table, np.arange(FIRST_ROW, FIRST_ROW + table.num_rows), shown, schema)


def label(columns: Iterable[str], key: Iterable[object]) -> str:
    """The values of a key with their column names."""
    texts = ("" if value is None else str(value)[:LONGEST] for value in key)
    return ", ".join(f"{name}={text}" for name, text in zip(columns, texts, strict=True))


def where(mask: pa.Array | pa.ChunkedArray) -> Integers:
    """Row indexes at which ``mask`` is true; null counts as false."""
    indexes: Integers = pc.indices_nonzero(mask).to_numpy().astype(np.int64)
    return indexes


def take(column: pa.Array | pa.ChunkedArray, rows: Integers) -> pa.Array | pa.ChunkedArray:
    """These rows of a column."""
    return column.take(pa.array(rows, pa.int64()))
