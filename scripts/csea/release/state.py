"""A table in one version, and the one that a change list makes of it, forward or backward.

Everything is done in columns: a list may be as long as its table. Out of scope: making lists (``changes``).
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from csea.compare.keys import row_keys
from csea.io import sort_by, text_table
from csea.release.row_objects import rows_of_objects
from csea.release.shape import Shape, reshaped
from csea.schema import Schema
from csea.schema.arrow import TYPES

# What the list says the other way round.
INVERSE = {
    "table_added": "table_removed",
    "column_added": "column_removed",
    "row_added": "row_removed",
    "cell_changed": "cell_changed",
}
INVERSE |= {inverse: op for op, inverse in INVERSE.items()}
OPAQUE = r"^[rcs]\d{6,7}$"  # ids, which say nothing; other parts of a key may tell what a withdrawn release said


@dataclass(frozen=True)
class State:
    """A table in one version: its shape, and its rows as canonical text in canonical order."""

    shape: Shape
    table: pa.Table

    @classmethod
    def of(cls, table: pa.Table, schema: Schema) -> State:
        """A published table, typed or as text."""
        return cls(Shape.of(schema), text_table(table))


def inverted(changes: pa.Table) -> pa.Table:
    """The list that leads back."""
    ops = changes["op"].dictionary_encode().combine_chunks()
    swapped = pa.array([INVERSE[op] for op in ops.dictionary.to_pylist()], pa.string()).take(ops.indices)
    columns = {name: changes[name] for name in changes.column_names}
    values = {"op": swapped, "old_value": changes["new_value"], "new_value": changes["old_value"]}
    return pa.table(columns | values)


def applied(state: State | None, changes: pa.Table) -> State | None:
    """The table of the next version; ``changes`` are the lines about it, None is no table.

    What was withdrawn for privacy stays away. Lines on rows that are not there change nothing: whether the outcome is
    right is for its hash to say. ValueError where a line cannot be understood.
    """
    shape = _new_shape(state, changes)
    if shape is None:
        return None
    is_new = state is None or shape.key_columns != state.shape.key_columns or _of(changes, "table_removed").num_rows
    table = _empty(shape) if state is None or is_new else _in_shape(state.table, shape)
    if not is_new:
        table = _without(table, shape, _of(changes, "row_removed"))
        table = _with_cells(table, shape, _of(changes, "cell_changed"))
    added = rows_of_objects(_of(changes, "row_added")["new_value"].drop_null().combine_chunks(), shape.names)
    return State(shape, ordered(pa.concat_tables([table, added]).combine_chunks(), shape))


def short_keys(table: pa.Table, key: tuple[str, ...]) -> pa.Array:
    """The key of each row with nulls in place of what is no opaque id."""
    columns = {name: table[name] for name in key}
    ids = {name: pc.if_else(pc.match_substring_regex(column, OPAQUE), column, None) for name, column in columns.items()}
    return row_keys(pa.table(ids), key)


def _of(changes: pa.Table, op: str) -> pa.Table:
    return changes.filter(pc.equal(changes["op"], op))


def _new_shape(state: State | None, changes: pa.Table) -> Shape | None:
    for text in _of(changes, "table_added")["new_value"].to_pylist():
        return Shape.read(text or "")
    if state is None or _of(changes, "table_removed").num_rows:
        return None
    added = _of(changes, "column_added").select(["column_name", "new_value"]).to_pydict()
    removed = _of(changes, "column_removed")["column_name"].to_pylist()
    shape = reshaped(state.shape, removed, dict(zip(*added.values(), strict=True)))
    if not set(shape.key) <= set(shape.names):
        raise ValueError("a column of the key was removed")
    return shape


def _in_shape(table: pa.Table, shape: Shape) -> pa.Table:
    """The table with the columns of ``shape``; new ones are empty."""
    empty = pa.nulls(table.num_rows, pa.string())
    return pa.table({name: table[name] if name in table.column_names else empty for name in shape.names})


def _empty(shape: Shape) -> pa.Table:
    return pa.schema([(name, pa.string()) for name in shape.names]).empty_table()


def _without(table: pa.Table, shape: Shape, removed: pa.Table) -> pa.Table:
    """The table without the removed rows; a key of a withdrawn row may have nulls, which stand for any value."""
    gone = pc.is_in(row_keys(table, shape.key), value_set=removed["row_key"].combine_chunks())
    if len(shape.key) > 1 and pc.any(pc.is_null(removed["old_value"])).as_py():
        short = removed.filter(pc.is_null(removed["old_value"]))["row_key"]
        gone = pc.or_(gone, pc.is_in(short_keys(table, shape.key), value_set=short.combine_chunks()))
    return table.filter(pc.invert(gone))


def _with_cells(table: pa.Table, shape: Shape, cells: pa.Table) -> pa.Table:
    """The table with the changed cells in place."""
    keys = row_keys(table, shape.key)
    for name in cells["column_name"].unique().to_pylist():
        if name in shape.names:
            here = cells.filter(pc.equal(cells["column_name"], name))
            place = pc.index_in(keys, value_set=here["row_key"].combine_chunks())
            values = here["new_value"].combine_chunks().take(place)
            column = pc.if_else(pc.is_valid(place), values, table[name].combine_chunks())
            table = table.set_column(shape.names.index(name), name, column)
    return table


def ordered(table: pa.Table, shape: Shape) -> pa.Table:
    """The rows in canonical order, in which numbers stand by size."""
    typed = {name: _typed(table[name], kind) for name, kind in shape.key_columns}
    numbered = pa.table(typed | {"_row": pa.array(range(table.num_rows), pa.int64())})
    return table.take(sort_by(numbered, list(shape.key))["_row"])


def _typed(column: pa.ChunkedArray, kind: str) -> pa.ChunkedArray:
    return pc.cast(column, TYPES[kind]) if kind in ("integer", "number") else column
