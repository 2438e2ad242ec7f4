"""Which release a record is a version of: by uuid, else by address, else by title and day.

Files that people already hold lack the uuid, some the address too. A record with a uuid adopts the release that
came without one, so that a user who starts from a file and then collects keeps each release once. Two
releases can share title and day (slugs that end in ``-0``), so these decide only where they leave no doubt.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from csea.archive.record import Record

if TYPE_CHECKING:
    from csea.archive.store import Archive

COLUMNS = "SELECT release_no, version, content_sha256, seen_walk, withdrawn_at, rank_form, rank_changed FROM releases"


def find(archive: Archive, record: Record) -> sqlite3.Row | None:
    """The release, with its current version, seen_walk, withdrawn_at and rank; None where there is none."""
    if record.uuid:
        found = archive.row(f"{COLUMNS} WHERE uuid = ?", record.uuid)
        if found or not archive.has_unidentified:
            return found
        return archive.row(f"{COLUMNS} WHERE uuid IS NULL AND address = ?", record.address_key) or _only(
            archive, "uuid IS NULL AND address IS NULL AND title_day = ?", record.title_day
        )
    if record.address:
        return archive.row(f"{COLUMNS} WHERE address = ?", record.address_key) or archive.row(
            f"{COLUMNS} WHERE address IS NULL AND title_day = ?", record.title_day
        )
    return _same_text(archive, record) or _only_addressed(archive, record)


def _same_text(archive: Archive, record: Record) -> sqlite3.Row | None:
    """The release of this title and day that had just this content, now or before."""
    versions = "SELECT 1 FROM versions AS v WHERE v.release_no = releases.release_no AND v.content_sha256 = ?"
    return archive.row(
        f"{COLUMNS} WHERE title_day = ? AND EXISTS ({versions})", record.title_day, record.content_sha256
    )


def _only_addressed(archive: Archive, record: Record) -> sqlite3.Row | None:
    """The one release of this title and day that has an address; of two, neither."""
    query = f"{COLUMNS} WHERE title_day = ? AND address IS NOT NULL AND version > 0 LIMIT 2"
    rows = archive.sql.execute(query, (record.title_day,)).fetchall()
    return rows[0] if len(rows) == 1 else None


def _only(archive: Archive, where: str, value: object) -> sqlite3.Row | None:
    rows = archive.sql.execute(f"{COLUMNS} WHERE {where} LIMIT 2", (value,)).fetchall()
    return rows[0] if len(rows) == 1 else None
