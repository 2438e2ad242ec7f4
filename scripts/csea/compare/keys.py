"""The key of a row as one text: its value, or, where several columns make the key, a JSON list of their values.

Corrections, change lists and comparisons name rows in this way; SQLite reads the list with ``json_extract``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from csea.io import cells


def row_keys(table: pa.Table, key: Sequence[str]) -> pa.Array:
    """The key of each row of ``table`` as text; ``key`` names its columns. Empty parts are null in the list."""
    columns = [cells(table[name].combine_chunks()) for name in key]
    if len(columns) == 1:
        return columns[0]
    if not table.num_rows:
        return pa.array([], pa.string())
    parts = pc.binary_join_element_wise(*map(_json_text, columns), ",")
    return pc.binary_join_element_wise("[", parts, "]", "")


def are_unique(keys: pa.Array) -> bool:
    """Whether no key occurs twice. In canonical order each is above the one before, which is seen without counting."""
    if not keys.null_count and pc.all(pc.less(keys[:-1], keys[1:])).as_py() is not False:
        return True
    return bool(pc.count_distinct(keys, mode="all").as_py() == len(keys))


def _json_text(column: pa.Array) -> pa.Array:
    """Each value as JSON writes it. Canonical cells hold no line ends; what JSON must escape beside is rare."""
    if pc.any(pc.match_substring_regex(column, "[\\x00-\\x1f]")).as_py():
        return pa.array([json.dumps(value, ensure_ascii=False) for value in column.to_pylist()], pa.string())
    escaped = pc.replace_substring(pc.replace_substring(column, "\\", "\\\\"), '"', '\\"')
    return pc.fill_null(pc.binary_join_element_wise('"', escaped, '"', ""), "null")


def key_text(values: Sequence[str | None]) -> str:
    """The key of one row as text."""
    return values[0] or "" if len(values) == 1 else json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))


def key_values(text: str, key: Sequence[str]) -> list[str | None]:
    """The values of a key that is written as one text. ValueError where it does not fit the columns in ``key``."""
    if len(key) == 1:
        return [text]
    values = json.loads(text)
    if not isinstance(values, list) or len(values) != len(key):
        raise ValueError(f"{text} is not a list of {', '.join(key)}")
    return values
