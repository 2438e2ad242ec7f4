"""Taking withheld releases out of an archive: no text, title, address or uuid of them stays in its files.

First one transaction takes them out of ``state.db``, so that nothing reads them from then on; then each part that
holds rows of them is written anew under another name, and the old file removed; last the database is written anew,
since SQLite leaves deleted bytes in place. A purge that is killed is finished by the next one: it finds the rows that
are left by themselves, and the file ``purging`` says that the last step is due. Out of scope: what the file system or
a copy keeps.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from csea.archive import parts
from csea.archive.scan import scan
from csea.archive.store import Archive, plain_errors
from csea.archive.withheld import IS_WITHHELD, received_keys, release_keys, uuid_key
from csea.io import write_atomic

MARK = "purging"
REASON = "it is withheld"


def purge(archive: Archive, refused: Collection[str], found: dict[int, str] | None = None) -> int:
    """Take every release with one of these key hashes out of an archive that is open for writing; returns how many.

    ``found`` are the :func:`held_releases`, where they are known already and nothing was written since.
    Does nothing where there is none, and nothing was left undone. ArchiveError where the disk fails.
    """
    mark = archive.folder / MARK
    found = held_releases(archive, refused) if found is None else found
    spoilt = _set_aside(archive, refused)
    if not found and not spoilt and not mark.is_file():
        return 0
    with plain_errors(archive.folder):
        write_atomic(mark, b"")
    with archive.transaction():
        _forget(archive, found, spoilt)
    for name in [row["part"] for row in archive.sql.execute("SELECT part FROM parts ORDER BY part")]:
        _rewrite(archive, name)
    with plain_errors(archive.folder):
        archive.sql.execute("VACUUM")
        archive.sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        mark.unlink()
    return len(found)


def held_releases(archive: Archive, refused: Collection[str]) -> dict[int, str]:
    """Archive's number to own key of every release, any version of which has one of these key hashes.

    Records without uuid and address that have the title and day of one of them go with it.
    """
    found: dict[int, str] = {}
    if not refused:
        return found
    for batch in scan(archive, ["release_no", "uuid", "url"], all_versions=True):
        columns = (batch.column(name).to_pylist() for name in ("release_no", "uuid", "url"))
        for number, uuid, url in zip(*columns, strict=True):
            keys = release_keys(uuid, url)
            if any(key in refused for key in keys):
                found.setdefault(number, keys[0])
    for number, key in list(found.items()):
        row = archive.row("SELECT uuid, title_day FROM releases WHERE release_no = ?", number)
        if row and row["uuid"]:
            found[number] = uuid_key(row["uuid"])
        query = "SELECT release_no FROM releases WHERE uuid IS NULL AND address IS NULL AND title_day = ?"
        same = archive.sql.execute(query, (row["title_day"] if row else None,)).fetchall()
        found |= {other["release_no"]: key for other in same}
    return found


def _set_aside(archive: Archive, refused: Collection[str]) -> list[bytes]:
    """The keys of what stands in the quarantine and is of a withheld release."""
    if not refused:
        return []
    rows = archive.sql.execute("SELECT raw_sha256, raw FROM quarantine WHERE length(raw) > 0")
    return [row["raw_sha256"] for row in rows if any(key in refused for key in _keys_of(row["raw"]))]


def _keys_of(raw: bytes) -> list[str]:
    try:
        return received_keys(orjson.loads(raw))
    except orjson.JSONDecodeError:
        return []


def _forget(archive: Archive, found: dict[int, str], spoilt: list[bytes]) -> None:
    """Leave of each release what a withheld one may have; within a transaction."""
    for number, key in found.items():
        archive.sql.execute(
            "UPDATE releases SET uuid = NULL, address = ?, component = NULL, version = 0, content_sha256 = x'', "
            "rank_form = 0, rank_changed = 0 WHERE release_no = ?",
            (bytes.fromhex(key), number),
        )
        archive.sql.execute("DELETE FROM versions WHERE release_no = ?", (number,))
        archive.sql.execute("DELETE FROM events WHERE release_no = ?", (number,))
    for raw in spoilt:
        archive.sql.execute("UPDATE quarantine SET raw = x'', reason = ? WHERE raw_sha256 = ?", (REASON, raw))
    for number, batch in list(archive.staged()):
        kept = batch.filter(_kept(batch.column("release_no"), list(found)))
        if kept.num_rows == batch.num_rows:
            continue
        if kept.num_rows:
            archive.sql.execute(
                "UPDATE staged SET n_rows = ?, batch = ? WHERE batch_no = ?", (kept.num_rows, parts.pack(kept), number)
            )
        else:
            archive.sql.execute("DELETE FROM staged WHERE batch_no = ?", (number,))


def _rewrite(archive: Archive, name: str) -> None:
    """Write a part anew without the rows of withheld releases, if it has any."""
    numbers = [row[0] for row in archive.sql.execute(f"SELECT release_no FROM releases WHERE {IS_WITHHELD}")]
    path = archive.folder / "parts" / name
    with plain_errors(archive.folder):
        if all(pc.all(_kept(batch.column(0), numbers)).as_py() for batch in parts.read_part(path, ["release_no"])):
            return
        table = pa.Table.from_batches(parts.read_part(path, None))
        table = table.filter(_kept(table["release_no"], numbers))
        fresh = path.with_name(_next_name(name))
        if table.num_rows:
            parts.write_part(fresh, table)
    with archive.transaction():
        archive.sql.execute("DELETE FROM parts WHERE part = ?", (name,))
        if table.num_rows:
            archive.note_part(fresh, table.num_rows)
    with plain_errors(archive.folder):
        archive.remove_strays()


def _kept(numbers: pa.Array | pa.ChunkedArray, withheld: list[int]) -> pa.Array | pa.ChunkedArray:
    """Whether each row's release is none of these."""
    return pc.invert(pc.is_in(numbers, pa.array(withheld, pa.int32())))


def _next_name(name: str) -> str:
    """The name of a part written anew, which stands in the same place of their order: 000001.parquet, 000001-1 ..."""
    number, _, times = Path(name).stem.partition("-")
    return f"{number}-{int(times or 0) + 1}.parquet"
