"""The books of a walk through the service's list: which pages were read, and what that proves.

A walk is noted page by page in the transaction that stores the page, so that it goes on after any
interruption where it stopped. Out of scope: asking the service (``collect/``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Literal

from csea.archive.store import Archive

Order = Literal["oldest_first", "newest_first", "unknown"]
Kind = Literal["full", "update", "verify"]


@dataclass
class Walk:
    """One walk. ``newest`` is the archive's number of the newest release when the walk began."""

    archive: Archive
    walk_id: int
    kind: Kind
    started_at: str
    first_count: int = 0
    page_size: int = 0
    order: Order = "unknown"
    newest: int | None = None
    as_asked: bool | None = None  # whether the list ran as it was asked for

    @classmethod
    def resume(cls, archive: Archive, kind: Kind) -> Walk | None:
        """The last walk of this kind if it was interrupted, else None."""
        row = archive.row("SELECT * FROM walks WHERE kind = ? ORDER BY walk_id DESC LIMIT 1", kind)
        if row is None or row["state"] != "open":
            return None
        begun: dict[str, Any] = {
            "first_count": row["first_count"] or 0,
            "page_size": row["page_size"] or 0,
            "order": row["list_order"] or "unknown",
            "newest": row["newest"],
            "as_asked": None if row["as_asked"] is None else bool(row["as_asked"]),
        }
        return cls(archive, row["walk_id"], kind, row["started_at"], **begun)

    @classmethod
    def start(cls, archive: Archive, kind: Kind) -> Walk:
        """A new walk; an interrupted one of the same kind is given up."""
        started = now()
        with archive.transaction():
            archive.sql.execute(
                "UPDATE walks SET state = 'unproved', ended_at = ? WHERE kind = ? AND state = 'open'", (started, kind)
            )
            cursor = archive.sql.execute(
                "INSERT INTO walks (kind, state, started_at) VALUES (?, 'open', ?)", (kind, started)
            )
        return cls(archive, int(cursor.lastrowid or 0), kind, started)

    def begin(self, count: int, page_size: int, order: Order, newest: int | None, as_asked: bool) -> None:
        """Note what the first look at the list showed."""
        self.first_count, self.page_size, self.order = count, page_size, order
        self.newest, self.as_asked = newest, as_asked
        with self.archive.transaction():
            self.archive.sql.execute(
                "UPDATE walks SET first_count = ?, page_size = ?, list_order = ?, newest = ?, as_asked = ? "
                "WHERE walk_id = ?",
                (count, page_size, order, newest, as_asked, self.walk_id),
            )

    def note_page(self, page: int, n_listed: int, n_results: int, n_repeated: int) -> None:
        """Note a page as read; within the transaction that stores its records."""
        self.archive.sql.execute(
            "INSERT OR REPLACE INTO pages "
            "SELECT ?, ?, ?, ?, ?, 1 + coalesce(max(read_no), 0) FROM pages WHERE walk_id = ?",
            (self.walk_id, page, n_listed, n_results, n_repeated, self.walk_id),
        )

    def note_day(self, day: str, n_listed: int, at: str) -> None:
        """Note the service's count for a day; within a transaction."""
        self.archive.sql.execute("INSERT OR REPLACE INTO days VALUES (?, ?, ?, ?)", (day, n_listed, at, self.walk_id))

    def pages_read(self) -> set[int]:
        """Pages that this walk has read."""
        return {row[0] for row in self.archive.sql.execute("SELECT page FROM pages WHERE walk_id = ?", (self.walk_id,))}

    def days_read(self) -> set[str]:
        """Days that this walk has counted."""
        return {row[0] for row in self.archive.sql.execute("SELECT day FROM days WHERE walk_id = ?", (self.walk_id,))}

    @property
    def last_page(self) -> int:
        """Number of the last page, as the list was when the walk began."""
        return max(0, -(-self.first_count // max(1, self.page_size)) - 1)

    def seen(self) -> int:
        """How many different records this walk has met, with those that could not be read."""
        met: int = self.archive.value("SELECT count(*) FROM releases WHERE seen_walk = ?", self.walk_id)
        unread: int = self.archive.value("SELECT count(*) FROM quarantine WHERE seen_walk = ?", self.walk_id)
        return met + unread

    def counts(self) -> tuple[int, int]:
        """The service's lowest and highest count while pages were read. A fall means that something was withdrawn."""
        query = "SELECT coalesce(min(n_listed), 0), coalesce(max(n_listed), 0) FROM pages WHERE walk_id = ?"
        lowest, highest = self.archive.sql.execute(query, (self.walk_id,)).fetchone()
        return lowest, highest

    def repeats(self, n_before: int) -> bool:
        """Whether this walk met just what the one before it met: as many records, and none that it alone had met."""
        left = self.archive.value("SELECT count(*) FROM releases WHERE seen_walk = ?", self.walk_id - 1)
        return bool(left == 0 and self.seen() == n_before)

    def suspects(self) -> list[int]:
        """Pages where a record may have slipped through while the list was moving.

        Where neighbouring pages were read under different counts, records moved between them: one that had left
        the later page before it was read, and had not reached the earlier one when that was read, is now on
        the one that was read first. Pages that held fewer results than they should, or results met before,
        are read again too, with their neighbours.
        """
        rows = self.archive.sql.execute(
            "SELECT * FROM pages WHERE walk_id = ? ORDER BY page", (self.walk_id,)
        ).fetchall()
        found: set[int] = set()
        for one, next_one in pairwise(rows):
            if one["page"] + 1 == next_one["page"] and one["n_listed"] != next_one["n_listed"]:
                found.add(min(one, next_one, key=lambda row: row["read_no"])["page"])
        for row in rows:
            due = min(self.page_size, max(0, row["n_listed"] - row["page"] * self.page_size))
            if row["n_results"] < due or row["n_repeated"]:
                found |= {
                    page for page in (row["page"] - 1, row["page"], row["page"] + 1) if 0 <= page <= self.last_page
                }
        return sorted(found)

    def unseen(self) -> list[tuple[int, str]]:
        """Releases (number, uuid) that an earlier walk met and this one did not: withdrawn, perhaps."""
        rows = self.archive.sql.execute(
            "SELECT release_no, uuid FROM releases WHERE seen_walk < ? AND withdrawn_at IS NULL AND uuid IS NOT NULL",
            (self.walk_id,),
        )
        return [(row["release_no"], row["uuid"]) for row in rows]

    def close(self, proved: bool) -> None:
        """End the walk."""
        with self.archive.transaction():
            self.archive.sql.execute(
                "UPDATE walks SET state = ?, ended_at = ? WHERE walk_id = ?",
                ("proved" if proved else "unproved", now(), self.walk_id),
            )


def last_proved(archive: Archive) -> str | None:
    """When the last walk began that proved the archive complete; None where none did."""
    found: str | None = archive.value(
        "SELECT max(started_at) FROM walks WHERE state = 'proved' AND kind IN ('full', 'update')"
    )
    return found


def held(archive: Archive) -> int:
    """How many records the archive holds that the service listed and has not withdrawn, read or not."""
    releases: int = archive.value("SELECT count(*) FROM releases WHERE seen_walk IS NOT NULL AND withdrawn_at IS NULL")
    # What could not be read has no identity: once a whole walk has not met it again, it counts no more.
    unread: int = archive.value(
        "SELECT count(*) FROM quarantine WHERE seen_walk >= "
        "(SELECT coalesce(max(walk_id), 0) FROM walks WHERE kind = 'full' AND state = 'proved')"
    )
    return releases + unread


def now() -> str:
    """This second, UTC, as it is written in the archive."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
