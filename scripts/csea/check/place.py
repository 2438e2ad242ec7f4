"""Where a fault stands: rows and lines of a table read from a CSV file."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from csea.schema import Schema

FIRST_ROW = 2  # physical line of the first row after the header; cells never hold newlines


def where(mask: pa.Array | pa.ChunkedArray) -> list[int]:
    """Row indexes at which ``mask`` is true; null counts as false."""
    indexes: list[int] = pc.indices_nonzero(pc.fill_null(mask, False)).to_pylist()
    return indexes


def row_key(table: pa.Table, schema: Schema, index: int) -> str:
    """The primary key of a row of ``table``, for messages: ``case_id=c000001``."""
    return row_label(schema, [table[name][index].as_py() for name in schema.primary_key])


def row_label(schema: Schema, key: Iterable[object]) -> str:
    """The values of a primary key with their column names."""
    return ", ".join(f"{name}={value}" for name, value in zip(schema.primary_key, key, strict=True))
