"""The archive as Arrow batches: what ``code/`` reads and ``csea archive export`` writes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from csea.archive import parts
from csea.archive.store import Archive, plain_errors


def scan(
    archive: Archive, columns: list[str] | None = None, all_versions: bool = False, withdrawn: bool = True
) -> Iterator[pa.RecordBatch]:
    """Rows with these columns of ``parts.SCHEMA`` (all where None), in the order in which they came.

    The current version of each release, or all; with or without the releases that the service has withdrawn.
    One snapshot, whatever another process adds meanwhile; memory holds one part at a time. ArchiveError
    where a part cannot be read.
    """
    with archive.snapshot():
        current = _current_versions(archive, withdrawn)
        files = [row["part"] for row in archive.sql.execute("SELECT part FROM parts ORDER BY part")]
        staged = [batch for _, batch in archive.staged()]
    names = columns or parts.SCHEMA.names
    wanted = list(dict.fromkeys([*names, "release_no", "version"]))
    for batch in _batches(archive, files, staged, wanted):
        numbers, versions = (batch.column(name).to_numpy() for name in ("release_no", "version"))
        keep = current[numbers] > 0 if all_versions else current[numbers] == versions
        kept = batch if keep.all() else batch.filter(pa.array(keep))
        if kept.num_rows:
            yield kept.select(names)


def _batches(
    archive: Archive, files: list[str], staged: list[pa.RecordBatch], columns: list[str]
) -> Iterator[pa.RecordBatch]:
    for name in files:
        with plain_errors(archive.folder):
            yield from parts.read_part(archive.folder / "parts" / name, columns)
    yield from (batch.select(columns) for batch in staged)


def _current_versions(archive: Archive, withdrawn: bool) -> np.ndarray:
    """The current version of each release, at the place of its number; 0 where it is not wanted."""
    current = np.zeros(1 + (archive.value("SELECT max(release_no) FROM releases") or 0), dtype=np.int32)
    where = "" if withdrawn else " WHERE withdrawn_at IS NULL"
    for number, version in archive.sql.execute(f"SELECT release_no, version FROM releases{where}"):
        current[number] = version
    return current
