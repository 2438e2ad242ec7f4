"""History: any released version of a table, rebuilt from the newest or from nothing with the change lists.

Where the table in the working tree is the newest released one, the lists are undone from there; where it is not, they
are applied from the first on. Both give the same bytes, whose hash must be that of the version's descriptor,
``data/changes/<version>.datapackage.json``. Out of scope: making lists (``changes``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from csea.check.files import read_file
from csea.errors import UsageError, did_you_mean
from csea.io import csv_bytes, sha256
from csea.project import VERSIONS
from csea.release.changes import FOLDER, ChangeListError, of_table, read_changes
from csea.release.state import State, applied, inverted
from csea.schema import Schema, schema_of

DESCRIPTOR = "datapackage.json"
RESTORE = f"Restore {FOLDER}/ with git."
REDACTED = "Values withdrawn since to protect a person are missing, so this table cannot be checked against its hash."


@dataclass(frozen=True)
class Released:
    """A table as the descriptor of a version has it."""

    schema: Schema
    sha256: str
    rows: int

    def has(self, state: State) -> bool:
        """Whether this is the table that was released, byte for byte."""
        return sha256(csv_bytes(state.table)) == self.sha256


@dataclass(frozen=True)
class History:
    """The released versions of a copy of the dataset, by their change lists.

    ``lists`` are those that were read, by version; one that is given stands in place of its file.
    """

    root: Path
    lists: dict[str, pa.Table] = field(default_factory=dict)

    @cached_property
    def versions(self) -> list[str]:
        """All of them, the first one first."""
        found = [path.stem for path in (self.root / FOLDER).glob("*.csv") if _is_version(path.stem)]
        return sorted(found, key=numbers)

    def tables(self, version: str) -> dict[str, Released]:
        """The tables of a version, by name. ChangeListError where its descriptor cannot be read."""
        path = self.root / FOLDER / f"{version}.{DESCRIPTOR}"
        try:
            return released_tables(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ChangeListError(f"{FOLDER}/{path.name} is missing or cannot be read. {RESTORE}") from error

    def changes(self, version: str, table: str) -> pa.Table:
        """The lines of a version's list about one table."""
        if version not in self.lists:
            path = self.root / FOLDER / f"{version}.csv"
            if path.is_file() and not self.is_recorded(version, path.read_bytes()):
                raise unrecorded(version)
            self.lists[version] = read_changes(path)
        return of_table(self.lists[version], table)

    def is_recorded(self, version: str, data: bytes) -> bool:
        """Whether these bytes are the list that ``versions.json`` records, where it records one."""
        return self.entries.get(version, {}).get("changes_sha256") in (None, sha256(data))

    def redacted(self, version: str) -> list[str]:
        """The tables of a version that lack values withdrawn since, so that their hash no longer says anything."""
        found: list[str] = self.entries.get(version, {}).get("redacted", [])
        return found

    @cached_property
    def entries(self) -> dict[str, dict[str, Any]]:
        """What ``versions.json`` says of each version."""
        try:
            listed = json.loads((self.root / VERSIONS).read_text(encoding="utf-8"))["versions"]
            return {entry["version"]: entry for entry in listed}
        except FileNotFoundError:
            return {}
        except (ValueError, LookupError, TypeError) as error:
            raise ChangeListError(f"{VERSIONS} cannot be read. Restore it with git.") from error

    def states(self, table: str) -> Iterator[tuple[str, State | None]]:
        """Every version with a table in it, from nothing; None where a version had no such table."""
        state = None
        for each in self.versions:
            state = self._applied(state, each, self.changes(each, table))
            yield each, state

    def forward(self, version: str, table: str) -> State | None:
        """A table in a version, from nothing; None where the version had no such table."""
        return next(state for each, state in self.states(table) if each == version)

    def backward(self, version: str, table: str, newest: State | None) -> State | None:
        """A table in a version, from the newest released one."""
        state = newest
        for each in reversed(self.versions[self.versions.index(version) + 1 :]):
            state = self._applied(state, each, inverted(self.changes(each, table)))
        return state

    def newest(self, table: str) -> tuple[bool, State | None]:
        """Whether the working tree has a table as it was last released, and the table."""
        released = self.tables(self.versions[-1]).get(table)
        path = self.root / "data" / f"{table}.csv"
        if released is None:
            return True, None
        if not path.is_file() or sha256(path.read_bytes()) != released.sha256:
            return False, None
        rows, _ = read_file(path, f"data/{path.name}", released.schema)
        return rows is not None, State.of(rows.table, released.schema) if rows is not None else None

    def _applied(self, state: State | None, version: str, changes: pa.Table) -> State | None:
        try:
            return applied(state, changes)
        except (ValueError, KeyError) as error:  # Arrow's errors are ValueErrors
            raise ChangeListError(f"{FOLDER}/{version}.csv holds a line that is no change. {RESTORE}") from error


def as_of(root: Path, version: str, table: str, tell: Callable[[str], None] = lambda note: None) -> pa.Table:
    """A table as it was in a released version: canonical text, with that version's columns and order.

    ``tell`` is told, in a sentence, where values are missing since they were withdrawn for privacy. UsageError for a
    version or table that there is not, ChangeListError where the lists do not lead to what was released.
    """
    history = History(root)
    released = find(history, version, table)
    is_released, newest = history.newest(table)
    if is_released:
        state = history.backward(version, table, newest)
        if state and released.has(state):
            return state.table
    state = history.forward(version, table)  # also where undoing a list lacks values that it does not tell
    if state is None or not (released.has(state) or table in history.redacted(version)):
        raise ChangeListError(f"The change lists do not lead to {table} as it was in {version}. {RESTORE}")
    if not released.has(state):
        tell(" ".join([REDACTED, *_missing(released.rows - state.table.num_rows, released.rows)]))
    return state.table


def _missing(rows: int, of: int) -> list[str]:
    """A sentence on missing rows, where there are any."""
    return [f"{rows:,} {'row is' if rows == 1 else 'rows are'} missing of {of:,}."] if rows > 0 else []


def unrecorded(version: str) -> ChangeListError:
    """The error of a list that is not the one that was released, or redacted since."""
    return ChangeListError(
        f"{FOLDER}/{version}.csv is not the list that {VERSIONS} records. Restore {FOLDER}/ and {VERSIONS} with git."
    )


def find(history: History, version: str, table: str) -> Released:
    """A table of a version, as its descriptor has it. UsageError, with what there is, where there is none."""
    if not history.versions:
        raise UsageError("No version has been released yet: data/changes/ holds no list.")
    if version not in history.versions:
        listed = ", ".join(reversed(history.versions))
        near = did_you_mean(version, history.versions)
        raise UsageError(f"There is no version {version!r}. {near}The versions are: {listed}.")
    tables = history.tables(version)
    if table not in tables:
        near, listed = did_you_mean(table, tables), ", ".join(sorted(tables))
        raise UsageError(f"Version {version} has no table {table!r}. {near}Its tables are: {listed}.")
    return tables[table]


def released_tables(descriptor: dict[str, Any]) -> dict[str, Released]:
    """The tables of a descriptor by name. KeyError, TypeError or ValueError where it is none of ours."""
    return {
        item["name"]: Released(schema_of(item["schema"]), item["hash"].removeprefix("sha256:"), item["rows"])
        for item in descriptor["resources"]
        if item["format"] == "csv"
    }


def numbers(version: str) -> tuple[int, ...]:
    """The numbers of a version, by which versions are ordered."""
    return tuple(map(int, version.split(".")))


def _is_version(name: str) -> bool:
    parts = name.split(".")
    return len(parts) == 3 and all(part.isdecimal() for part in parts)
