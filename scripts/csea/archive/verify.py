"""Checking the archive against itself: every file, every hash, every row in the place where it should be."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator

import pyarrow as pa

from csea.archive import parts
from csea.archive.record import TEXTS, content_sha256
from csea.archive.store import Archive, ArchiveError, plain_errors

COLUMNS = ["release_no", "version", "content_sha256", *TEXTS, "rest"]


def faults(archive: Archive, on_rows: Callable[[int], None] = lambda rows: None) -> Iterator[str]:
    """Each fault as a sentence: of the state, of a part, of a record. Nothing is changed."""
    try:
        yield from _state_faults(archive)
        yield from _contents(archive, on_rows)
    except sqlite3.DatabaseError as error:
        yield f"state.db is damaged: {error}; the rest of the check could not be made"


def _contents(archive: Archive, on_rows: Callable[[int], None]) -> Iterator[str]:
    met: dict[tuple[int, int], bytes] = {}
    for row in archive.sql.execute("SELECT * FROM parts ORDER BY part").fetchall():
        yield from _part_faults(archive, row)
        try:
            with plain_errors(archive.folder):
                for batch in parts.read_part(archive.folder / "parts" / row["part"], COLUMNS):
                    yield from _record_faults(row["part"], batch.to_pylist(), met)
                    on_rows(batch.num_rows)
        except (ArchiveError, pa.ArrowException, ValueError, LookupError, TypeError) as error:
            yield f"{row['part']} cannot be read: {error}"
    for row in archive.sql.execute("SELECT * FROM staged").fetchall():
        try:
            yield from _record_faults("staged", parts.unpack(row["batch"]).to_pylist(), met)
        except (pa.ArrowException, OSError, ValueError, LookupError, TypeError, StopIteration) as error:
            yield f"batch {row['batch_no']} of what is staged cannot be read: {error}"
    yield from _missing(archive, met)


def _state_faults(archive: Archive) -> Iterator[str]:
    try:
        answer = archive.value("PRAGMA integrity_check")
    except sqlite3.DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        yield f"state.db is damaged: {answer}"


def _part_faults(archive: Archive, row: sqlite3.Row) -> Iterator[str]:
    path = archive.folder / "parts" / row["part"]
    if not path.is_file():
        yield f"{row['part']} is missing: {row['n_rows']:,} records are lost with it"
        return
    data = path.read_bytes()
    if len(data) != row["n_bytes"]:
        yield f"{row['part']} has {len(data):,} bytes, expected {row['n_bytes']:,}"
    elif hashlib.sha256(data).hexdigest() != row["sha256"]:
        yield f"{row['part']} has other bytes than when it was written"


def _record_faults(place: str, rows: list[dict[str, object]], met: dict[tuple[int, int], bytes]) -> Iterator[str]:
    for row in rows:
        key = (int(str(row["release_no"])), int(str(row["version"])))
        if key in met:
            yield f"{place}: release {key[0]} version {key[1]} is held twice"
        said = str(row["content_sha256"])
        met[key] = bytes.fromhex(said)
        if content_sha256(parts.received_of(row)).hex() != said:
            yield f"{place}: release {key[0]} version {key[1]} does not have the content of its hash"


def _missing(archive: Archive, met: dict[tuple[int, int], bytes]) -> Iterator[str]:
    named = set()
    for row in archive.sql.execute("SELECT * FROM versions"):
        named.add((row["release_no"], row["version"]))
        held = met.get((row["release_no"], row["version"]))
        if held is None:
            yield f"release {row['release_no']} version {row['version']} is named in state.db and held nowhere"
        elif held != row["content_sha256"]:
            yield f"release {row['release_no']} version {row['version']} has another hash in state.db"
    for key in sorted(met.keys() - named):
        yield f"release {key[0]} version {key[1]} is held and not named in state.db"
    for row in archive.sql.execute(
        "SELECT release_no, version FROM releases AS r WHERE version > 0 AND NOT EXISTS (SELECT 1 FROM versions AS v "
        "WHERE v.release_no = r.release_no AND v.version = r.version AND v.content_sha256 = r.content_sha256)"
    ):
        yield f"release {row['release_no']} has version {row['version']} as its current one, which is not in state.db"


def n_rows(archive: Archive) -> int:
    """How many rows there are to check."""
    count: int = archive.value("SELECT coalesce(sum(n_rows), 0) FROM parts")
    return count
