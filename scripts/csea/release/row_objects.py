"""Rows as JSON objects of their non-empty cells, one text a row, and back; in columns, not row by row."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import json as arrow_json

BLOCK = 1 << 24  # bytes that the reader takes at a time; a row must fit into one


def row_objects(table: pa.Table) -> pa.Array:
    """Each row of a table of text as a compact JSON object, with its columns in order and without its empty cells."""
    if not table.num_rows:
        return pa.array([], pa.string())
    cells = [_member(name, table[name].combine_chunks()) for name in table.column_names]
    members = pc.binary_join_element_wise(*cells, ",", null_handling="skip")
    return pc.binary_join_element_wise("{", members, "}", "")


def rows_of_objects(texts: pa.Array, columns: Sequence[str]) -> pa.Table:
    """The rows that such objects hold, with these columns; other cells are passed over.

    ValueError for what is no such object: Arrow's errors are ValueErrors.
    """
    schema = pa.schema([(name, pa.string()) for name in columns])
    if not len(texts):
        return schema.empty_table()
    longest = pc.max(pc.binary_length(texts)).as_py()
    lines = pa.py_buffer("\n".join([*texts.to_pylist(), ""]).encode())
    table = arrow_json.read_json(
        lines,
        read_options=arrow_json.ReadOptions(block_size=max(BLOCK, longest + 2)),
        parse_options=arrow_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
    )
    if table.num_rows != len(texts):
        raise ValueError("a row is not one JSON object")
    return table.select(list(columns))


def _member(name: str, column: pa.Array) -> pa.Array:
    """``"name":"value"`` for each cell, null for an empty one."""
    label = json.dumps(name) + ":"
    if pc.any(pc.match_substring_regex(column, "[\\x00-\\x1f]")).as_py():  # rare, and to be escaped one by one
        texts = [None if cell is None else label + json.dumps(cell, ensure_ascii=False) for cell in column.to_pylist()]
        return pa.array(texts, pa.string())
    escaped = pc.replace_substring(pc.replace_substring(column, "\\", "\\\\"), '"', '\\"')
    return pc.binary_join_element_wise(label + '"', escaped, '"', "")
