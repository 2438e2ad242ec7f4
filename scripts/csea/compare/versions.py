"""What differs between two versions: their schemas, and each table row by row.

Rows are matched by the primary key of the new version, or of the old one where the new one's does not fit both. The
cells of a column that only one version has are not told one by one: the schema change says it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pyarrow as pa

from csea.compare.definitions import LEVELS, DefinitionChange, compare_definitions, reordered
from csea.compare.sources import Version
from csea.compare.tables import Changes, compare_tables
from csea.errors import UsageError

RECORD = "corrections"  # the table whose rows record that other tables were corrected: they ask for no more than that


@dataclass(frozen=True)
class Difference:
    """What differs between two versions. ``tables`` has every table that was compared, also those without change.

    Rows of a table that only one version has are all added or all removed.
    """

    old: str
    new: str
    old_number: str
    new_number: str
    definitions: list[DefinitionChange]
    tables: dict[str, Changes]
    notes: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.definitions or self.changed)

    @property
    def changed(self) -> list[Changes]:
        """The tables of which rows differ."""
        return [changes for changes in self.tables.values() if changes]

    @property
    def level(self) -> str:
        """The part of the version that the differences raise: major, minor or patch, or none where there is none."""
        levels = {change.level for change in self.definitions}
        others = [changes for changes in self.changed if changes.table != RECORD]
        if any(changes.added.num_rows or changes.removed.num_rows for changes in others):
            levels.add("minor")
        if self.changed:
            levels.add("patch")
        return next((level for level in LEVELS if level in levels), "none")


def compare_versions(old: Version, new: Version, step: Callable[[str], None] = lambda name: None) -> Difference:
    """Compare two versions; ``step`` is told each table.

    UsageError where no table is in both. A table that a part of a version lacks is noted and not compared.
    """
    shared = [name for name in new.tables if name in old.tables]
    if not shared:
        held = [f"{side.label} holds {', '.join(side.tables) or 'none of the tables'}" for side in (old, new)]
        raise UsageError(f"There is no table to compare: {' and '.join(held)}.")
    gone = [] if new.is_part else [name for name in old.tables if name not in new.tables]
    more = [] if old.is_part else [name for name in new.tables if name not in old.tables]
    tables, notes = {}, [*old.notes, *(note for note in new.notes if note not in old.notes)]
    for name in [*shared, *gone, *more]:
        tables[name] = _compare(name, old, new, notes)
        step(name)
    if left := sorted(({*old.tables} | {*new.tables}) - {*tables}):
        notes.append(f"Not compared, since only one of the two holds them: {', '.join(left)}.")
    if turned := [name for name in shared if reordered(old.schemas[name], new.schemas[name])]:
        notes.append(f"The columns stand in another order, which is no difference: {', '.join(turned)}.")
    definitions = compare_definitions(
        {name: schema for name, schema in old.schemas.items() if name in tables},
        {name: schema for name, schema in new.schemas.items() if name in tables},
        only_columns=old.is_lent or new.is_lent,
    )
    return Difference(old.label, new.label, old.number, new.number, definitions, tables, notes)


def _compare(name: str, old: Version, new: Version, notes: list[str]) -> Changes:
    """One table; where the two share no key, all rows go and all come."""
    if name not in new.tables:
        return _all(name, old.schemas[name].primary_key, removed=old.tables[name])
    if name not in old.tables:
        return _all(name, new.schemas[name].primary_key, added=new.tables[name])
    keys = dict.fromkeys((new.schemas[name].primary_key, old.schemas[name].primary_key))
    for key in keys:
        try:
            return compare_tables(name, old.tables[name], new.tables[name], key)
        except ValueError:  # the version whose key it is not has no such column, or twice the same value in it
            continue
    notes.append(f"The rows of {name} cannot be matched, since no key is one in both: all count as removed and added.")
    return _all(name, new.schemas[name].primary_key, added=new.tables[name], removed=old.tables[name])


def _all(name: str, key: tuple[str, ...], added: pa.Table | None = None, removed: pa.Table | None = None) -> Changes:
    """Changes of whole tables."""
    empty = pa.table({column: pa.array([], pa.string()) for column in key})
    none = compare_tables(name, empty, empty, key)
    return replace(none, added=empty if added is None else added, removed=empty if removed is None else removed)
