"""What a release promises to who read the last version, to who is protected, and to who reads the bundle.

Out of scope: the rules themselves (``contract``, ``ids``, ``changes``).
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from csea.check.published import check_hashes
from csea.check.witness import check_with_frictionless
from csea.compare.sources import Version
from csea.errors import Problem
from csea.project import Project
from csea.register import Registers
from csea.release.cause_rules import PRIVACY
from csea.release.changes import FOLDER, redact
from csea.release.contract import read_as_before, removals_without_notice
from csea.release.history import numbers
from csea.release.ids import check_registers
from csea.release.previous import Previous, write_files


def broken_promises(
    project: Project, before: Previous | None, now: Version, registers: Registers, made: Mapping[str, bytes]
) -> Iterator[Problem]:
    """Problems where columns go without notice, ids change or vanish, or a reader of the last version would fail."""
    if before is None:
        return
    yield from removals_without_notice(before.schemas, project.tables, before.number, project.version)
    yield from check_registers(before.fingerprints, registers, before.tables.tables, now.tables)
    if numbers(project.version)[0] == numbers(before.number)[0]:
        with tempfile.TemporaryDirectory() as folder:
            write_files(Path(folder), {path: data for path, data in made.items() if path.startswith("data/")})
            yield from read_as_before(Path(folder), before.released)


def redacted(project: Project, changes: pa.Table) -> dict[str, bytes]:
    """Earlier change lists without what this one withdraws for privacy: path to content of those that change."""
    gone = changes.filter(pc.and_(pc.equal(changes["cause"], PRIVACY), pc.equal(changes["op"], "row_removed")))
    if not gone.num_rows:
        return {}
    rows = gone.select(["table_name", "row_key"]).to_pylist()
    releases = {row["row_key"] for row in rows if row["table_name"] == "releases"}
    named = {*project.tables, *changes["table_name"].unique().to_pylist()}
    keys: dict[str, set[str]] = {name: set(releases) for name in named}
    for row in rows:
        keys[row["table_name"]].add(row["row_key"])
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for entry in project.released:
            path = f"{FOLDER}/{entry['version']}.csv"
            copy = write_files(Path(folder), {path: (project.root / path).read_bytes()}) / path
            if redact(copy, keys):
                found[path] = copy.read_bytes()
    return found


def witnessed(bundle: bytes) -> list[Problem]:
    """Problems that frictionless finds in a bundle, and files in it that its descriptor does not know by their hash."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        archive.extractall(folder)
        (top,) = Path(folder).iterdir()
        return [*check_hashes(top), *check_with_frictionless(top)]
