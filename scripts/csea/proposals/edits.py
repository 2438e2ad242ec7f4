"""Find what was edited by hand in published tables: where ``data/<table>.csv`` differs from what a build would make.

A table that some build wrote (``datapackage.json`` has its hash) was not edited, however stale it is. With a base, a
revision of git, what stands in the table as it did there is stale too, and not an edit. Out of scope: what should have
been written instead (``files.py``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from csea.build import text_tables
from csea.check import Step, silent
from csea.compare.keys import key_values, row_keys
from csea.compare.reading import VersionError, check_keys, read_csv
from csea.compare.revisions import revision
from csea.compare.tables import Changes, compare_tables
from csea.errors import Report, printable
from csea.io import csv_bytes, sha256
from csea.project import Project
from csea.proposals.git import merge_base
from csea.schema import Schema

BUILD = "Run `csea build`, which writes it anew."


@dataclass(frozen=True)
class Edit:
    """One thing that was done by hand to a table: a cell changed, or a row added or removed with its cells."""

    table: str
    kind: str  # change, add, remove, as the actions of corrections
    key: tuple[str, ...]
    column: str = ""
    old: str = ""
    new: str = ""
    row: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Edits:
    """All that was done by hand; ``faults`` are edits that no correction can say, ``stale`` tables are no edits."""

    found: list[Edit] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether anything was edited."""
        return bool(self.found or self.faults)


def find_edits(project: Project, report: Report, base: str = "", step: Step = silent) -> Edits:
    """What was edited by hand in all tables; nothing, with problems in ``report``, where they cannot be made."""
    edits = Edits()
    made = text_tables(project, report, step)
    before = _Before(project.root, base) if base else None
    hashes = _hashes(project.root)
    for name, text in made.items():
        _look(project, name, text, hashes, before, edits)
    return edits


def _look(
    project: Project, name: str, made: pa.Table, hashes: Mapping[str, str], before: _Before | None, edits: Edits
) -> None:
    """Compare one table with the one that a build makes."""
    shown = f"data/{name}.csv"
    path = project.root / shown
    if not path.is_file():
        edits.faults.append(f"{shown} is gone. {BUILD}")
        return
    data = path.read_bytes()
    if data == csv_bytes(made):
        return
    if sha256(data) == hashes.get(shown):
        edits.stale.append(name)
        return
    schema = project.tables[name]
    try:
        table = _read(data, shown, schema, edits.faults)
    except VersionError as error:
        edits.faults.append(f"{error} Restore it: {BUILD}")
        return
    changes = compare_tables(name, made, table, schema.primary_key)
    old = before.changes(schema, table) if before and changes else None
    found = list(_edits(changes, _Touched.of(old) if old is not None else None))
    edits.found += found
    if not found:
        if changes:
            edits.stale.append(name)
        elif list(table.column_names) == schema.columns:
            edits.faults.append(f"{shown} holds the right cells in another form, as a spreadsheet writes it. {BUILD}")


def _read(data: bytes, shown: str, schema: Schema, faults: list[str]) -> pa.Table:
    """The table as text. Columns that were added or removed are faults, and no differences of cells."""
    table = read_csv(pa.BufferReader(data), shown)
    check_keys(table, schema.primary_key, shown)
    strange = [name for name in table.column_names if name not in schema.columns]
    missing = [name for name in schema.columns if name not in table.column_names]
    for names, what in ((strange, "has a column too many"), (missing, "lacks a column")):
        if names:
            where = f"Columns are defined in schemas/{schema.name}.schema.json"
            faults.append(f"{shown} {what}: {printable(', '.join(names))}. {where}.")
    return table.select([name for name in table.column_names if name not in strange])


def _edits(changes: Changes, touched: _Touched | None) -> Iterator[Edit]:
    """Each difference that the base does not have as well."""
    for cell in changes.cells.to_pylist():
        key, column = cell["row_key"], cell["column_name"]
        if touched is None or (key, column) in touched.cells or key in touched.added:
            old, new = cell["old_value"] or "", cell["new_value"] or ""
            yield Edit(changes.table, "change", _key(key, changes.key), column, old, new)
    for rows, kind, known in (
        (changes.added, "add", touched.added if touched else None),
        (changes.removed, "remove", touched.removed if touched else None),
    ):
        for key, row in zip(row_keys(rows, changes.key).to_pylist(), rows.to_pylist(), strict=True):
            if known is None or key in known:
                cells = {name: value for name, value in row.items() if value}
                yield Edit(changes.table, kind, _key(key, changes.key), row=cells)


def _key(text: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(value or "" for value in key_values(text, list(names)))


@dataclass(frozen=True)
class _Touched:
    """What of a table is not as it was in the base: cells, rows added and rows removed, by key."""

    cells: set[tuple[str, str]]
    added: set[str]
    removed: set[str]

    @classmethod
    def of(cls, changes: Changes) -> _Touched:
        cells = zip(changes.cells["row_key"].to_pylist(), changes.cells["column_name"].to_pylist(), strict=True)
        rows = [set(row_keys(rows, changes.key).to_pylist()) for rows in (changes.added, changes.removed)]
        return cls(set(cells), *rows)


class _Before:
    """The tables at the commit where the branch left its base."""

    def __init__(self, root: Path, base: str) -> None:
        self.files = revision(root, merge_base(root, base)).blobs

    def changes(self, schema: Schema, table: pa.Table) -> Changes | None:
        """What differs in ``table`` from the base; None where the base has no such table that can be read."""
        shown = f"data/{schema.name}.csv"
        if shown not in self.files:
            return None
        try:
            old = read_csv(pa.BufferReader(self.files[shown]), shown)
            check_keys(old, schema.primary_key, shown)
        except VersionError:
            return None
        return compare_tables(schema.name, old, table, schema.primary_key)


def _hashes(root: Path) -> dict[str, str]:
    """The hash of each file as ``datapackage.json`` has it; none where that cannot be read."""
    try:
        resources = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))["resources"]
        return {item["path"]: item["hash"].removeprefix("sha256:") for item in resources}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
