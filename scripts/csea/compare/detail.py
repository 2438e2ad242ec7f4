"""The rows of a difference, ready to be told: for each table what was added, removed and changed, cell by cell.

Shared by all formats. Out of scope: what a format makes of it (``tell.py``, ``machine.py``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from csea.compare.keys import row_keys
from csea.compare.tables import Changes
from csea.compare.versions import Difference

Cell = tuple[str, str | None, str | None]  # column, old value, new value


@dataclass(frozen=True)
class Row:
    """A row by its key, and its cells that matter: those that are filled, or those that changed."""

    key: str
    cells: list[Cell]


@dataclass(frozen=True)
class Group:
    """Rows of one table and one kind (added, removed, changed): the first of them, and how many there are."""

    kind: str
    rows: list[Row]
    total: int

    @property
    def left(self) -> int:
        """How many are not among ``rows``."""
        return self.total - len(self.rows)


@dataclass(frozen=True)
class Counts:
    """Of one table."""

    table: str
    added: int
    removed: int
    changed: int
    cells: int
    same: int

    @classmethod
    def of(cls, changes: Changes) -> Counts:
        """Of its changes."""
        rows = changes.added.num_rows, changes.removed.num_rows, changes.n_changed
        return cls(changes.table, *rows, changes.cells.num_rows, changes.n_same)

    @property
    def numbers(self) -> tuple[int, int, int, int]:
        """Rows added, removed and changed, and cells changed."""
        return self.added, self.removed, self.changed, self.cells


HEAD = ("added", "removed", "changed", "cells")


def counts(difference: Difference) -> list[Counts]:
    """Of each table of which rows differ."""
    return [Counts.of(changes) for changes in difference.changed]


def groups(changes: Changes, limit: int | None) -> Iterator[Group]:
    """The kinds of which there are rows, of each ``limit`` rows at most (None: all)."""
    for kind, table in (("added", changes.added), ("removed", changes.removed)):
        if table.num_rows:
            yield Group(kind, list(_whole(table, changes.key, limit, kind == "added")), table.num_rows)
    if changes.cells.num_rows:
        yield Group("changed", _changed(changes.cells, limit), changes.n_changed)


def key_columns(table: pa.Table, key: Sequence[str]) -> list[str]:
    """The columns of the key that the table has; its first where it has none, as a version with another key."""
    return [name for name in key if name in table.column_names] or table.column_names[:1]


def _whole(table: pa.Table, key: Sequence[str], limit: int | None, is_new: bool) -> Iterator[Row]:
    """Rows that only one version has, with their filled cells."""
    some = table.slice(0, limit)
    columns = [(name, some[name].to_pylist()) for name in some.column_names]
    for place, own in enumerate(row_keys(some, key_columns(some, key)).to_pylist()):
        filled = [(name, values[place]) for name, values in columns if values[place] is not None]
        yield Row(own or "", [(name, None, value) if is_new else (name, value, None) for name, value in filled])


def _changed(cells: pa.Table, limit: int | None) -> list[Row]:
    """Rows in the order of their keys, with the cells that changed."""
    keys = sorted(cells["row_key"].unique().to_pylist())[:limit]
    some = cells if limit is None else cells.filter(pc.is_in(cells["row_key"], value_set=pa.array(keys, pa.string())))
    found: dict[str, list[Cell]] = {key: [] for key in keys}
    for key, *cell in zip(*(column.to_pylist() for column in some.columns), strict=True):
        found[key].append((cell[0], cell[1], cell[2]))
    return [Row(key, listed) for key, listed in found.items()]
