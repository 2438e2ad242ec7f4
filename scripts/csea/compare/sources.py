"""Versions: what an argument of ``csea diff`` means, read into tables of canonical text with their schemas.

A path that is there wins: a folder, a bundle (ZIP), an SQLite file, or one CSV or Parquet file. Anything else is a
version (``0.1.0``), a tag or another git revision. The schemas are those of the version's own ``datapackage.json``;
a version without one is lent those of the present project. Out of scope: hand-kept files, which are no version.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from csea.compare.database import read_database
from csea.compare.reading import check_keys, read_csv, read_parquet
from csea.compare.revisions import revision
from csea.compare.schemas import descriptor_schemas, fitted
from csea.compare.stores import DESCRIPTOR, PLACES, Bundle, Folder, Store, descriptor_above
from csea.errors import UsageError, did_you_mean, printable
from csea.schema import Schema

if TYPE_CHECKING:
    from csea.project import Project

WORKING_TREE = "the working tree"
ZIP, SQLITE = b"PK\x03\x04", b"SQLite format 3\x00"
Step = Callable[[str], None]


@dataclass(frozen=True)
class Version:
    """A version of the dataset: its tables as canonical text, null for an empty cell, and their schemas, by name.

    ``schemas`` have the columns that the files have. With ``is_lent`` they are those of the present project, so they
    say nothing of the version. With ``is_part`` a table that is not there is not known to be missing. ``number`` is
    the version that its descriptor states, or empty.
    """

    label: str
    tables: dict[str, pa.Table]
    schemas: dict[str, Schema]
    number: str = ""
    is_lent: bool = False
    is_part: bool = False
    notes: tuple[str, ...] = ()


def read_version(project: Project, text: str, only: Collection[str] = (), step: Step = lambda name: None) -> Version:
    """Read the version that ``text`` means, or of it the tables in ``only``; ``step`` is told each table.

    UsageError where it means none; VersionError, one sentence that names the file, where a file of it is broken.
    """
    path = Path(text)
    if not text or not path.exists():
        return read_revision(project, text, only, step)
    if path.is_dir():
        is_own = path.resolve() == project.root.resolve()
        return _of_store(project, Folder(path), WORKING_TREE if is_own else text, only, step)
    if not path.is_file():
        raise UsageError(f"{printable(text)} is a device or a pipe, not a file or a folder.")
    if path.suffix in (".csv", ".parquet"):
        return _of_store(project, Folder(path.parent, only=path.name), text, only, step)
    with path.open("rb") as file:
        start = file.read(len(SQLITE))
    if start.startswith(ZIP):
        return _of_store(project, Bundle(path), text, only, step)
    if start == SQLITE:
        return _of_database(project, path, only, step)
    raise UsageError(f"{printable(text)} is neither a folder, a bundle (ZIP), an SQLite file, a .csv nor a .parquet.")


def read_revision(project: Project, text: str, only: Collection[str] = (), step: Step = lambda name: None) -> Version:
    """Read a version, tag or other git revision, whatever files there are of that name."""
    return _of_store(project, revision(project.root, text), text, only, step)


def _of_store(project: Project, store: Store, label: str, only: Collection[str], step: Step) -> Version:
    """The tables that the files of a store hold."""
    found = _descriptor(store)
    number, schemas = descriptor_schemas(*found) if found else ("", project.tables)
    files, strangers = _files(store, schemas)
    if not files:
        _refuse(store, label, schemas)
    notes = [_lent(label)] if not found else []
    if strangers:
        notes.append(f"Passed over, since no table of {label} is called so: {', '.join(strangers)}.")
    is_part = not found or bool(store.only)
    if missing := [name for name in schemas if name not in files and not is_part]:
        notes.append(f"{label} describes tables of which it holds no file: {', '.join(missing)}.")
    tables, own = {}, {}
    for name, file in files.items():
        if only and name not in only:
            continue
        shown = store.shown(file)
        read = read_csv if file.endswith(".csv") else read_parquet
        tables[name] = read(store.open(file), shown)
        own[name] = _checked(tables[name], schemas[name], shown)
        step(name)
    return Version(printable(label), tables, own, number, not found, is_part, tuple(map(printable, notes)))


def _descriptor(store: Store) -> tuple[bytes, str] | None:
    """Content and name of the descriptor in a store, or above the folder that it is; None where there is none."""
    for name in (DESCRIPTOR, f"data/{DESCRIPTOR}"):
        if name in store.names:
            return store.open(name).read(), store.shown(name)
    above = descriptor_above(store.path) if isinstance(store, Folder) else None
    return (above.read_bytes(), printable(str(above))) if above else None


def _files(store: Store, schemas: Collection[str]) -> tuple[dict[str, str], list[str]]:
    """The file of each table, by table, and files beside them that are named like none."""
    for place, end in PLACES:
        here = [name for name in store.names if name.rpartition("/")[0] == place.rstrip("/") and name.endswith(end)]
        stems = {name.removeprefix(place).removesuffix(end): name for name in sorted(here)}
        files = {table: stems[table] for table in schemas if table in stems}
        if files:
            return files, [name for table, name in stems.items() if table not in files]
    return {}, []


def _refuse(store: Store, label: str, schemas: Collection[str]) -> None:
    """UsageError that says why nothing in a store is a table."""
    if store.only:
        stem = Path(store.only).stem
        near = did_you_mean(stem, schemas)
        raise UsageError(
            f"{printable(label)}: no table is called {printable(stem)!r}. {near}Name the file like a table."
        )
    raise UsageError(f"{printable(label)} holds no CSV or Parquet file that is named like a table of ours.")


def _of_database(project: Project, path: Path, only: Collection[str], step: Step) -> Version:
    """The tables of an SQLite file, which says of no column what we would say."""
    wanted = {name: schema for name, schema in project.tables.items() if not only or name in only}
    tables = read_database(path, printable(str(path)), wanted, step)
    if not tables and not only:
        raise UsageError(f"{printable(str(path))} holds no table that is called like one of ours.")
    label = printable(str(path))
    own = {name: _checked(table, wanted[name], f"{label}, table {name},") for name, table in tables.items()}
    return Version(label, tables, own, is_lent=True, is_part=True, notes=(_lent(label),))


def _checked(table: pa.Table, schema: Schema, shown: str) -> Schema:
    """The schema with the columns that the table has; VersionError where its rows have no key."""
    own = fitted(schema, table.column_names, shown)
    check_keys(table, own.primary_key, shown)
    return own


def _lent(label: str) -> str:
    return f"{label} has no {DESCRIPTOR}: it is read by the schemas of this project, and of its own nothing is told."
