"""What differs between two versions of a table: rows added and removed by key, and cells changed.

The order of rows and columns is no difference. Out of scope: where versions come from (``sources.py``), what differs
between schemas (``definitions.py``) and how it is told (``tell.py``).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from csea.compare.keys import are_unique, row_keys
from csea.io import text_table

OF_A_CELL = ("column_name", "old_value", "new_value")


@dataclass(frozen=True)
class Changes:
    """What differs in one table, as canonical text.

    ``added`` has the columns of the new version, ``removed`` those of the old one, both in their order of rows.
    ``cells`` has a row for each cell that changed: row_key, column_name, old_value, new_value; by column, in it by row.
    """

    table: str
    key: tuple[str, ...]
    added: pa.Table
    removed: pa.Table
    cells: pa.Table
    n_same: int

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.added.num_rows or self.removed.num_rows or self.cells.num_rows)

    @property
    def n_changed(self) -> int:
        """Rows of which at least one cell changed."""
        return len(self.cells["row_key"].unique())


@dataclass(frozen=True)
class _Pairs:
    """The rows that both versions have: which they are in each, and how to bring a column of both in one order."""

    stays: pa.Array  # of each new row, whether the old version has it
    remains: pa.Array  # of each old row, whether the new version has it
    places: pa.Array  # of each new row that stays, where it stands among the old ones
    in_order: bool

    @classmethod
    def of(cls, before: pa.Array, now: pa.Array) -> _Pairs:
        """By the keys of the old and of the new version."""
        found = pc.index_in(now, value_set=before)
        places = found.drop_null()
        order, remains = places.to_numpy(), np.zeros(len(before), bool)
        remains[order] = True
        return cls(pc.is_valid(found), pa.array(remains), places, bool((order[1:] > order[:-1]).all()))

    def old(self, column: pa.ChunkedArray) -> pa.ChunkedArray:
        """The cells of an old column in the rows that stay, in the new order. Versions are mostly in one order."""
        if self.in_order:
            return column if len(self.places) == len(column) else column.filter(self.remains)
        return column.take(self.places)

    def new(self, column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
        """The cells of a new column in the rows that stay."""
        return column if len(self.places) == len(column) else column.filter(self.stays)


def compare_tables(name: str, old: pa.Table, new: pa.Table, key: Sequence[str], every_column: bool = False) -> Changes:
    """Compare two versions of a table by ``key``.

    Columns that both have are compared; with ``every_column`` a column that one lacks counts as empty there.
    ValueError where a key occurs twice or a key column is missing.
    """
    old, new = text_table(old), text_table(new)
    for table, which in ((old, "old"), (new, "new")):
        if missing := [column for column in key if column not in table.column_names]:
            raise ValueError(f"the {which} version of {name} lacks the key column {', '.join(missing)}")
    before, now = row_keys(old, key), row_keys(new, key)
    _check_unique(name, before, now)
    pairs = _Pairs.of(before, now)
    keys = pairs.new(now)
    shared = [column for column in new.column_names if column in old.column_names]
    if every_column:
        shared = [*new.column_names, *(column for column in old.column_names if column not in new.column_names)]
    judged = [column for column in shared if column not in key]
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # Arrow works outside Python's lock
        cells = list(pool.map(lambda column: _cells(column, old, new, pairs, keys), judged))
    changed = pa.concat_tables([_no_cells(), *cells])
    return Changes(
        table=name,
        key=tuple(key),
        added=new.filter(pc.invert(pairs.stays)) if len(keys) < len(new) else new.slice(0, 0),
        removed=old.filter(pc.invert(pairs.remains)) if len(keys) < len(old) else old.slice(0, 0),
        cells=changed,
        n_same=len(keys) - len(changed["row_key"].unique()),
    )


def _check_unique(name: str, before: pa.Array, now: pa.Array) -> None:
    """ValueError where a key occurs twice."""
    for keys, which in ((before, "old"), (now, "new")):
        if not are_unique(keys):
            raise ValueError(f"a key occurs twice in the {which} version of {name}")


def _cells(name: str, old: pa.Table, new: pa.Table, pairs: _Pairs, keys: pa.Array) -> pa.Table:
    """The cells of one column that differ; a column that a version lacks is empty there."""
    empty = pa.chunked_array([pa.nulls(len(keys), pa.string())])
    before = pairs.old(old[name]) if name in old.column_names else empty
    now = pairs.new(new[name]) if name in new.column_names else empty
    if before.equals(now):
        return _no_cells()
    differs = pc.not_equal(before, now)
    if differs.null_count:
        differs = pc.or_(pc.fill_null(differs, False), pc.xor(pc.is_null(before), pc.is_null(now)))
    found = keys.filter(differs.combine_chunks())
    return pa.table(
        {
            "row_key": found,
            "column_name": pa.repeat(pa.scalar(name, pa.string()), len(found)),
            "old_value": before.filter(differs),
            "new_value": now.filter(differs),
        }
    )


def _no_cells() -> pa.Table:
    return pa.table({name: pa.array([], pa.string()) for name in ("row_key", *OF_A_CELL)})
