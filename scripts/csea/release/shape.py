"""The shape of a table: its columns with their types, in order, and its key; and what leads from one to another.

A change list tells shapes too, so that a version can be rebuilt from the lists alone. Out of scope: rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from csea.schema import TYPES, Schema

# op, column_name, old_value, new_value of a change list
Step = tuple[str, str | None, str | None, str | None]
Column = tuple[str, str]  # name and type


@dataclass(frozen=True)
class Shape:
    """Columns of a table, in order and each with its type as schemas write it, and those that make its key."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @classmethod
    def of(cls, schema: Schema) -> Shape:
        """The shape that a schema gives."""
        return cls(tuple((field.name, field.type) for field in schema.fields), schema.primary_key)

    @classmethod
    def read(cls, text: str) -> Shape:
        """The shape that :meth:`text` wrote. ValueError for anything else."""
        raw = _object(text, columns=dict, key=list)
        columns, key = tuple(raw["columns"].items()), tuple(raw["key"])
        if not key or not set(key) <= set(raw["columns"]) or not set(raw["columns"].values()) <= set(TYPES):
            raise ValueError(f"{text} is no shape of a table")
        return cls(columns, key)

    def text(self) -> str:
        """As one line of JSON."""
        return _compact({"columns": dict(self.columns), "key": list(self.key)})

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [name for name, _ in self.columns]

    @property
    def key_columns(self) -> list[Column]:
        """The columns of the key: what decides how rows are named and ordered."""
        types = dict(self.columns)
        return [(name, types[name]) for name in self.key]


def steps(old: Shape | None, new: Shape | None) -> list[Step]:
    """The changes that lead from one shape to the other; None where there is no table.

    A table whose key changed is told as removed and added, since its rows have other names. A column that moved or
    changed its type is told as removed and added too; its cells stay.
    """
    if old == new:
        return []
    if old is None or new is None or old.key_columns != new.key_columns:
        gone: list[Step] = [("table_removed", None, old.text(), None)] if old else []
        return [*gone, *([("table_added", None, None, new.text())] if new else [])]
    matches = SequenceMatcher(None, old.columns, new.columns, autojunk=False).get_matching_blocks()
    kept = {column for match in matches for column in old.columns[match.a : match.a + match.size]}
    removed: list[Step] = [("column_removed", name, text, None) for name, text in _others(old, kept)]
    return [*removed, *(("column_added", name, None, text) for name, text in _others(new, kept))]


def reshaped(shape: Shape, removed: Iterable[str], added: Mapping[str, str]) -> Shape:
    """The shape after column changes; ``added`` has the JSON object of each new column. ValueError for a wrong one."""
    gone = set(removed)
    columns = [column for column in shape.columns if column[0] not in gone]
    placed = [(name, _object(text, place=int, type=str)) for name, text in added.items()]
    for name, raw in sorted(placed, key=lambda item: int(item[1]["place"])):
        columns.insert(raw["place"], (name, raw["type"]))
    return Shape(tuple(columns), shape.key)


def _others(shape: Shape, kept: set[Column]) -> list[tuple[str, str]]:
    """Name and JSON object of the columns that are not ``kept``."""
    places = enumerate(shape.columns)
    return [
        (name, _compact({"place": place, "type": kind})) for place, (name, kind) in places if (name, kind) not in kept
    ]


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _object(text: str, **kinds: type) -> dict[str, Any]:
    """The JSON object in ``text``, with a value of the given type under each name. ValueError for anything else."""
    raw = json.loads(text)
    if not isinstance(raw, dict) or not all(isinstance(raw.get(name), kind) for name, kind in kinds.items()):
        raise ValueError(f"{text} is not an object of {', '.join(kinds)}")
    return raw
