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
from csea.compare.keys import row_keys
from csea.compare.sources import Version
from csea.compare.tables import compare_tables
from csea.errors import Problem
from csea.project import Project
from csea.register import Registers
from csea.release.cause_rules import PRIVACY
from csea.release.contract import read_as_before, removals_without_notice
from csea.release.history import History, numbers
from csea.release.ids import check_registers
from csea.release.previous import Previous, write_files
from csea.release.redaction import Redaction, redaction


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


def redacted(project: Project, changes: pa.Table) -> Redaction | None:
    """Earlier change lists without what this one withdraws for privacy; None where it withdraws nothing."""
    gone = changes.filter(pc.and_(pc.equal(changes["cause"], PRIVACY), pc.equal(changes["op"], "row_removed")))
    if not gone.num_rows or not project.released:
        return None
    rows = gone.select(["table_name", "row_key"]).to_pylist()
    releases = {row["row_key"] for row in rows if row["table_name"] == "releases"}
    named = {*project.tables, *changes["table_name"].unique().to_pylist()}
    keys: dict[str, set[str]] = {name: set(releases) for name in named}
    for row in rows:
        keys[row["table_name"]].add(row["row_key"])
    return redaction(project.root, keys, releases)


def lost_rows(project: Project, before: Previous | None, taken: Redaction | None) -> dict[str, pa.Array]:
    """The rows of the last version that the lists do not lead to any more, since they said what was withdrawn: keys.

    Where they are still published the next list has to tell them anew, so that the lists lead to its version again.
    """
    if before is None:
        return {}
    history = taken.history if taken else History(project.root)
    entry = (taken.entries if taken else project.released)[0]
    lost = {}
    for name in entry.get("redacted", []):
        table, key = before.tables.tables[name], before.tables.schemas[name].primary_key
        state = history.forward(before.number, name)
        assert state is not None  # tables are not withdrawn
        found = compare_tables(name, state.table, table, key, every_column=True)
        keys = pa.concat_arrays([row_keys(found.added, key), found.cells["row_key"].combine_chunks()])
        lost[name] = keys.unique()
    return lost


def witnessed(bundle: bytes) -> list[Problem]:
    """Problems that frictionless finds in a bundle, and files in it that its descriptor does not know by their hash."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        archive.extractall(folder)
        (top,) = Path(folder).iterdir()
        return [*check_hashes(top), *check_with_frictionless(top)]
