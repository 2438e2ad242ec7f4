"""Releases that the project refuses for good: which they are, and what the archive keeps of them.

The service goes on listing a withheld release, and an archive is proved complete by counting. So a row of the table
``releases`` stays: a hash, the day, and in which walk it was met, as version 0, of which no part holds a row. Its
``address`` is the SHA-256 of the uuid, or else of the address; other rows have a shorter hash there, so that no record
is taken for a version of it. Out of scope: removing what is already held (``purge.py``).
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csea.archive.record import Record, normal_address
from csea.errors import UsageError
from csea.io import sha256
from csea.register import address_key

if TYPE_CHECKING:
    from csea.archive.store import Archive

PLACE = Path("data", "inputs", "withheld.csv")
IS_WITHHELD = "version = 0"


def withheld_keys(root: Path) -> frozenset[str]:
    """The key hashes that the project at ``root`` refuses; none where it has no list. UsageError for a broken list."""
    path = root / PLACE
    if not path.is_file():
        return frozenset()
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if "key_sha256" not in (reader.fieldnames or ()):
            raise UsageError(f"{path} has no column key_sha256.")
        return frozenset(row["key_sha256"] for row in reader if row["key_sha256"])


def uuid_key(uuid: str) -> str:
    """Hash of a release's uuid, which stays when its address changes."""
    return sha256(f"uuid:{uuid.strip().lower()}".encode())


def release_keys(uuid: str | None, url: str | None) -> list[str]:
    """Every key hash that a release may be withheld by, its own first: of its uuid, of its address in each form."""
    keys = [uuid_key(uuid)] if uuid and uuid.strip() else []
    forms = (normal_address(url), url.strip()) if url else ()
    return list(dict.fromkeys([*keys, *(address_key(form) for form in forms if form)]))


def received_keys(received: object) -> list[str]:
    """The keys of a record as received, whatever its shape."""
    if not isinstance(received, dict):
        return []
    texts = (received.get(name) for name in ("uuid", "url"))
    return release_keys(*(text if isinstance(text, str) else None for text in texts))


def is_refused(archive: Archive, record: Record, refused: Collection[str]) -> bool:
    """Whether a record is of a withheld release. One without an address is known by its title and day."""
    if not refused:
        return False
    if any(key in refused for key in received_keys(record.received)):
        return True
    query = f"SELECT EXISTS (SELECT 1 FROM releases WHERE title_day = ? AND {IS_WITHHELD})"
    return record.address is None and record.title_day is not None and bool(archive.value(query, record.title_day))


def note_refused(archive: Archive, record: Record, walk: int | None, at: str) -> tuple[int, bool]:
    """Note that a withheld release was met, and nothing of what it says; within a transaction.

    Returns the archive's number of it, and whether the same walk had met it before.
    """
    day = record.day.isoformat() if record.day else None
    own = bytes.fromhex(next(iter(received_keys(record.received)), ""))
    row = archive.row(
        f"SELECT release_no, seen_walk, withdrawn_at FROM releases WHERE {IS_WITHHELD} AND (address = ? OR "
        "(? = x'' AND title_day = ?)) ORDER BY seen_walk DESC",
        *(own, own, record.title_day),
    )
    if row is None:
        cursor = archive.sql.execute(
            "INSERT INTO releases (address, title_day, published_date, version, content_sha256, rank_form, "
            "rank_changed, seen_walk) VALUES (?, ?, ?, 0, x'', 0, 0, ?)",
            (own, record.title_day, day, walk),
        )
        return int(cursor.lastrowid or 0), False
    if walk is not None:
        archive.sql.execute(
            "UPDATE releases SET seen_walk = ?, published_date = ? WHERE release_no = ?", (walk, day, row["release_no"])
        )
        if row["withdrawn_at"] is not None:
            archive.event(row["release_no"], "restored", at, "listed again")
    return row["release_no"], walk is not None and row["seen_walk"] == walk


def note_unlisted(archive: Archive, numbers: Iterable[int], at: str) -> None:
    """Note that the service no longer lists withheld releases: nothing is kept by which they could be asked for."""
    with archive.transaction():
        for number in numbers:
            archive.event(number, "withdrawn", at, "not listed")


def listed(archive: Archive, where: str, *values: Any) -> list[int]:
    """Withheld releases that the service listed and has not withdrawn, by a condition on ``releases``."""
    query = (
        f"SELECT release_no FROM releases WHERE {IS_WITHHELD} AND seen_walk IS NOT NULL AND withdrawn_at IS NULL "
        f"AND {where}"
    )
    return [row["release_no"] for row in archive.sql.execute(query, values)]
