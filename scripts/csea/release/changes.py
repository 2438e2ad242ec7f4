"""The list of what changed from one version to the next, and its application, forward and backward.

The version before with its changes is this version, exactly; a version without its changes is the one before it. Lists
are ``data/changes/<version>.csv``; their columns are defined in ``schemas/formats/changes.schema.json``. Out of scope:
why a value changed (``causes``), and which lists lead from one version to another (``history``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from csea import ROOT
from csea.check.files import read_file
from csea.compare.keys import row_keys
from csea.compare.tables import OF_A_CELL, Changes, compare_tables
from csea.io import sort_by, text_table
from csea.release.cause_rules import CURATED, PRIVACY
from csea.release.causes import Causes, Reasons, Told
from csea.release.row_objects import row_objects
from csea.release.shape import Step, steps
from csea.release.state import State, applied, inverted, short_keys
from csea.schema import Schema, SchemaError, read_schema

FOLDER = "data/changes"
OF_CASES = ("cases", "uses")  # tables whose rows say what the releases of a case said together


Column = Any  # an Arrow column of text
Tables = Mapping[str, pa.Table]
Schemas = Mapping[str, Schema]


class ChangeListError(SchemaError):
    """A change list cannot be read or does not fit; the message is one sentence that says which and how to mend it."""


@cache
def list_schema() -> Schema:
    """The definition of a change list."""
    return read_schema(ROOT / "schemas" / "formats" / "changes.schema.json")


def change_list(
    version: str,
    old: Tables,
    new: Tables,
    old_schemas: Schemas,
    new_schemas: Schemas,
    cause: Causes,
    lost: Mapping[str, pa.Array] | None = None,
) -> pa.Table:
    """All changes from ``old`` to ``new``, sorted, with the columns of :func:`list_schema`.

    Tables are published ones by name, typed or as text; those that have no schema are passed over. A first version has
    no ``old`` tables. ``cause`` says why each row and cell changed; changes of a table's shape are curated.

    Rows of a case that loses a release for privacy are told as removed, without their values, and added: neither this
    list nor, once they are redacted, earlier ones then hold what the case said with that release. So are rows that
    earlier lists no longer hold; ``lost`` has their keys, by table.
    """
    parts = [_lines("", "", cause=_repeated("", 0))]
    for name, before, now in _states(old, new, old_schemas, new_schemas):
        parts += _shape_lines(name, steps(before.shape if before else None, now.shape if now else None))
        whole = _told_whole(name, before, now, cause.cases_withdrawn, (lost or {}).get(name))
        old_rows, new_rows = before, now
        if whole is not None and before and now:
            parts += _anew(name, before, now, whole)
            old_rows, new_rows = _others(before, whole), _others(now, whole)
        for changes in _row_changes(name, old_rows, new_rows):
            parts += _row_lines(changes, cause.of_changes(changes), before)
    lines = pa.concat_tables(parts)
    if pc.any(pc.equal(lines["cause"], PRIVACY)).as_py():
        lines = without_repeats(lines)  # shortened keys
    return in_order(lines.append_column("version", _repeated(version, lines.num_rows)))


def read_changes(path: Path) -> pa.Table:
    """The list in a file, as text. ChangeListError where there is none or it is not as :func:`change_list` wrote it."""
    shown = f"{FOLDER}/{path.name}"
    rows, problems = read_file(path, shown, list_schema(), canonical=True)
    if problems or rows is None:
        first = replace(problems[0], key="")  # the key of a line is most of the line
        raise ChangeListError(f"{first.where()}: {first.message} Restore the file with git.")
    lines = text_table(rows.table)
    if pc.any(pc.not_equal(lines["version"], path.stem)).as_py():
        raise ChangeListError(f"{shown} holds changes of another version. Restore the file with git.")
    return lines


def of_table(changes: pa.Table, name: str) -> pa.Table:
    """The lines of a list that are about one table."""
    return changes.filter(pc.equal(changes["table_name"], name))


def misfits(changes: pa.Table, old: Tables, new: Tables, old_schemas: Schemas, new_schemas: Schemas) -> list[str]:
    """The tables for which the version before with the list is not this version, or this without it not the one before.

    Back there may lack what was withdrawn for privacy. A release must not go on where there is any.
    """
    wrong = []
    for name, before, now in _states(old, new, old_schemas, new_schemas):
        lines = of_table(changes, name)
        is_private = pc.any(pc.equal(lines["cause"], PRIVACY)).as_py()
        if applied(before, lines) != now or not (is_private or applied(now, inverted(lines)) == before):
            wrong.append(name)
    return wrong


def _states(
    old: Tables, new: Tables, old_schemas: Schemas, new_schemas: Schemas
) -> Iterator[tuple[str, State | None, State | None]]:
    """Name of each table, with the table before and now."""
    for name in sorted({*old_schemas, *new_schemas}):
        before, now = (
            State.of(tables[name], schemas[name]) if name in tables and name in schemas else None
            for tables, schemas in ((old, old_schemas), (new, new_schemas))
        )
        yield name, before, now


def in_order(lines: pa.Table) -> pa.Table:
    """Lines as a list has them: its columns, sorted by its key."""
    return sort_by(lines.select(list_schema().columns).combine_chunks(), list(list_schema().primary_key))


def _shape_lines(name: str, turns: list[Step]) -> list[pa.Table]:
    """Lines on the columns and the key of a table."""
    lines = []
    for op, *texts in turns:
        column, old, new = (pa.array([text], pa.string()) for text in texts)
        cause = _repeated(CURATED, 1)
        lines.append(_lines(name, op, column_name=column, old_value=old, new_value=new, cause=cause))
    return lines


def _row_changes(name: str, old: State | None, new: State | None) -> Iterator[Changes]:
    """What differs between the rows of two states; under another key all rows go and all come."""
    if old and new and old.shape.key_columns == new.shape.key_columns:
        yield compare_tables(name, old.table, new.table, old.shape.key, every_column=True)
        return
    for state in filter(None, [old]):
        yield compare_tables(name, state.table, state.table.slice(0, 0), state.shape.key)
    for state in filter(None, [new]):
        yield compare_tables(name, state.table.slice(0, 0), state.table, state.shape.key)


def _told_whole(
    name: str, old: State | None, new: State | None, cases: Set[str], lost: pa.Array | None
) -> pa.Array | None:
    """The keys of the old rows that are told as removed and added; None where there is none.

    Under another key every row is told so anyway.
    """
    if old is None or new is None or old.shape.key_columns != new.shape.key_columns:
        return None
    keys = row_keys(old.table, old.shape.key)
    mask = pc.is_in(keys, value_set=pa.array([], pa.string()) if lost is None else lost)
    if name in OF_CASES and "case_id" in old.table.column_names:
        those = pa.array(sorted(cases), pa.string())
        mask = pc.or_(mask, pc.is_in(old.table["case_id"].combine_chunks(), value_set=those))
    return keys.filter(mask) if pc.any(mask).as_py() else None


def _anew(name: str, old: State, new: State, whole: pa.Array) -> list[pa.Table]:
    """Lines that remove the rows with these keys, without a value, and add what stands there now."""
    key = old.shape.key
    gone, come = (state.table.filter(pc.is_in(row_keys(state.table, key), value_set=whole)) for state in (old, new))
    changes = compare_tables(name, gone, gone.slice(0, 0), key)
    came = compare_tables(name, come.slice(0, 0), come, key)
    return [*_row_lines(changes, _private(changes), old), *_row_lines(came, _private(came), old)]


def _private(changes: Changes) -> Reasons:
    """The reason privacy for everything."""
    sizes = (part.num_rows for part in (changes.added, changes.removed, changes.cells))
    told = [(_repeated(PRIVACY, size), pa.nulls(size, pa.string())) for size in sizes]
    return Reasons(*told)


def _others(state: State, whole: pa.Array) -> State:
    """The rows that have none of these keys."""
    mask = pc.invert(pc.is_in(row_keys(state.table, state.shape.key), value_set=whole))
    return State(state.shape, state.table.filter(mask))


def _row_lines(changes: Changes, reasons: Reasons, old: State | None) -> list[pa.Table]:
    """Lines on rows that came, went and changed; of a cell that changed for privacy the old value is not told."""
    came = {"row_key": row_keys(changes.added, changes.key), "new_value": row_objects(changes.added)}
    cells = {name: changes.cells[name] for name in ("row_key", *OF_A_CELL)}
    cells["old_value"] = pc.if_else(pc.equal(reasons.cells[0], PRIVACY), None, cells["old_value"])
    return [
        _lines(changes.table, "row_added", **came, **_told(reasons.added)),
        _lines(changes.table, "row_removed", **_gone(changes, reasons, old), **_told(reasons.removed)),
        _lines(changes.table, "cell_changed", **cells, **_told(reasons.cells)),
    ]


def _gone(changes: Changes, reasons: Reasons, old: State | None) -> dict[str, Column]:
    """Keys and values of rows that went: of what was withdrawn for privacy only the ids in its key are told.

    A shortened key stands for all rows that it fits, so it is used only where all of them went for this reason.
    """
    private = pc.equal(reasons.removed[0], PRIVACY)
    keys, values = row_keys(changes.removed, changes.key), row_objects(changes.removed)
    if old and len(changes.key) > 1 and pc.any(private).as_py():
        short, before = (short_keys(table, changes.key) for table in (changes.removed, old.table))
        all_of, those = before.value_counts(), short.filter(private).value_counts()
        n_all, n_those = all_of.field(1), those.field(1)
        whole = pc.equal(n_those, n_all.take(pc.index_in(those.field(0), value_set=all_of.field(0))))
        keys = pc.if_else(pc.and_(private, pc.is_in(short, value_set=those.field(0).filter(whole))), short, keys)
    return {"row_key": keys, "old_value": pc.if_else(private, None, values)}


def _told(told: Told) -> dict[str, Column]:
    return {"cause": told[0], "correction_id": told[1]}


def without_repeats(lines: pa.Table) -> pa.Table:
    """Lines without those that repeat another."""
    return lines.group_by(lines.column_names, use_threads=False).aggregate([])


def _lines(name: str, op: str, **columns: Column) -> pa.Table:
    """Lines of a list, still without the version; columns that are not given are empty."""
    size = len(columns["cause"])
    columns |= {"table_name": _repeated(name, size), "op": _repeated(op, size)}
    empty = pa.nulls(size, pa.string())
    return pa.table({column: columns.get(column, empty) for column in list_schema().columns if column != "version"})


def _repeated(value: str, times: int) -> pa.Array:
    return pa.repeat(pa.scalar(value, pa.string()), times)
