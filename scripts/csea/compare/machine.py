"""A difference for machines: JSON, whose schema is in ``schemas/formats/``, and CSV with a record for each cell.

Both hold everything. CSV has the columns table_name, row_key, column_name, op, old_value, new_value: for a row that was
added or removed a record for each filled cell, for one that changed a record for each cell that did, and for a change
of schemas one record without row_key. So the records of a table, applied to its old version, give the new one.

A spreadsheet runs nothing of it: a value that it could take for a formula begins with an apostrophe, and so does, once
more, a value that begins with one. A line end in a value, which no file of ours holds, is written as \\n. JSON holds
values as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from csea.compare.detail import Counts, Row, groups, key_columns
from csea.compare.keys import row_keys
from csea.compare.tables import Changes
from csea.compare.tell import Detail
from csea.compare.versions import Difference
from csea.io import csv_bytes

COLUMNS = ("table_name", "row_key", "column_name", "op", "old_value", "new_value")
FORMULA, NUMBER = "^[=+@'\t-]", r"^-[0-9]+(\.[0-9]+)?$"


def as_json(difference: Difference, detail: Detail) -> str:
    """One object: the versions, counts, changes of schemas, and rows unless counts alone are asked for."""
    body = {
        "old": {"label": difference.old, "version": difference.old_number},
        "new": {"label": difference.new, "version": difference.new_number},
        "same": not difference,
        "level": difference.level,
        "notes": difference.notes,
        "counts": [asdict(Counts.of(changes)) for changes in difference.tables.values()],
        "definitions": [{**asdict(change), "level": change.level} for change in difference.definitions],
    }
    if not detail.only_counts:
        body["tables"] = [_table(changes) for changes in difference.changed]
    return orjson.dumps(body, option=orjson.OPT_INDENT_2).decode()


def _table(changes: Changes) -> dict[str, Any]:
    found = {group.kind: group.rows for group in groups(changes, None)}
    return {
        "table": changes.table,
        "key": list(changes.key),
        "added": [_whole(row) for row in found.get("added", [])],
        "removed": [_whole(row) for row in found.get("removed", [])],
        "changed": [
            {"key": row.key, "cells": [{"column": name, "old": old, "new": new} for name, old, new in row.cells]}
            for row in found.get("changed", [])
        ],
    }


def _whole(row: Row) -> dict[str, Any]:
    """A row that one version has; cells that are not named are empty."""
    return {"key": row.key, "cells": {name: new if old is None else old for name, old, new in row.cells}}


def as_csv(difference: Difference, detail: Detail) -> str:
    """A record for each cell, sorted by all columns."""
    parts = [_definitions(difference)]
    for changes in difference.changed:
        parts += _cells(changes)
    table = pa.concat_tables(parts)
    columns = {name: pc.fill_null(table[name], "") for name in COLUMNS}
    whole = pa.table(columns).sort_by([(name, "ascending") for name in COLUMNS])
    safe = {name: _inert(whole[name]) for name in COLUMNS}
    return csv_bytes(pa.table(safe)).decode().removesuffix("\n")


def _definitions(difference: Difference) -> pa.Table:
    rows = [(item.table, "", item.column, item.kind, item.old, item.new) for item in difference.definitions]
    return pa.table([pa.array(column, pa.string()) for column in zip(*rows, strict=True)] or _none(), names=COLUMNS)


def _none() -> list[pa.Array]:
    return [pa.array([], pa.string())] * len(COLUMNS)


def _cells(changes: Changes) -> Iterator[pa.Table]:
    for table, op, value in ((changes.added, "row_added", 5), (changes.removed, "row_removed", 4)):
        if not table.num_rows:
            continue
        keys = row_keys(table, key_columns(table, changes.key))
        for name in table.column_names:
            filled = pc.is_valid(table[name]).combine_chunks()
            count = pc.sum(filled).as_py() or 0
            record = [_same(changes.table, count), keys.filter(filled), _same(name, count), _same(op, count)]
            record += [pa.nulls(count, pa.string())] * 2
            record[value] = table[name].filter(filled)
            yield pa.table(record, names=COLUMNS)
    cells, count = changes.cells, changes.cells.num_rows
    record = [_same(changes.table, count), cells["row_key"], cells["column_name"], _same("cell_changed", count)]
    yield pa.table([*record, cells["old_value"], cells["new_value"]], names=COLUMNS)


def _same(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, pa.string()), count)


def _inert(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column without line ends and without anything that a spreadsheet would run."""
    plain = pc.replace_substring(pc.replace_substring(column, "\r", "\\r"), "\n", "\\n")
    runs = pc.and_(pc.match_substring_regex(plain, FORMULA), pc.invert(pc.match_substring_regex(plain, NUMBER)))
    return pc.if_else(runs, pc.binary_join_element_wise("'", plain, ""), plain)
