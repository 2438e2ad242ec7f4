"""The store: records in, Arrow batches out; durable at every commit, safe under a kill at any instant.

SQLite says what is held; a record is first staged there, in the transaction that notes its page as read, and
with ``PART_ROWS`` others moved to a Parquet part. The part is written whole before SQLite names it: a kill in
between leaves a file that nobody names and the rows still staged, and the part is written again.
"""

from __future__ import annotations

import errno
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from csea.archive import parts
from csea.archive.lock import locked
from csea.archive.match import find
from csea.archive.record import Record
from csea.errors import UsageError

FORM = 1  # of state.sql and of the parts
SYNCHRONOUS = "FULL"  # of SQLite: a commit is on the disk when it returns
PART_ROWS = 5_000  # about 20 MB of text: small enough to hold, large enough to compress and scan well
Outcome = Literal["new", "changed", "unchanged", "older", "withheld"]


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a record: the release that it belongs to, and what it was.

    ``older`` is another version than the current one, and no better; of what is ``withheld`` nothing was stored;
    ``repeated`` says that the same walk had met the release before; ``restored`` that it had been taken for withdrawn.
    """

    release_no: int
    outcome: Outcome
    repeated: bool = False
    restored: bool = False


class ArchiveError(Exception):
    """The archive cannot be read or written; the message is one plain sentence. Exit code 1."""


class Archive:
    """An archive in a folder; :meth:`reader` and :meth:`writer` open it."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        """Over an open connection to the folder's ``state.db``.

        ``has_unidentified`` is false where no release lacks a uuid, so that none can be adopted.
        """
        self.folder = folder
        self.sql = connection
        self._rows: list[dict[str, Any]] = []  # of the transaction that is open
        self.has_unidentified = True

    @classmethod
    @contextmanager
    def reader(cls, folder: Path) -> Iterator[Archive]:
        """Open for reading, also while another process collects. UsageError where there is no archive."""
        if not (folder / "state.db").is_file():
            raise UsageError(
                f"There is no archive in {folder}. `csea collect` or `csea archive import` makes one; "
                "--cache or CSEA_CACHE says where it is."
            )
        with _opened(folder, make=False) as archive:
            yield archive

    @classmethod
    @contextmanager
    def writer(cls, folder: Path, purpose: str) -> Iterator[Archive]:
        """Open for writing, make it where it is missing. UsageError where another process is writing."""
        try:
            (folder / "parts").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"The archive cannot be made in {folder}: {error.strerror}.") from None
        with locked(folder, purpose), _opened(folder, make=True) as archive:
            archive.remove_strays()
            unidentified = "SELECT EXISTS (SELECT 1 FROM releases WHERE uuid IS NULL AND version > 0)"
            archive.has_unidentified = bool(archive.value(unidentified))
            yield archive

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; on the disk when the block ends. ArchiveError where it cannot be written."""
        with plain_errors(self.folder):
            self.sql.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._stage_rows()
                self.sql.execute("COMMIT")
            except BaseException:
                self._rows = []
                if self.sql.in_transaction:
                    self.sql.execute("ROLLBACK")
                raise

    def add(self, record: Record, source: str, request: str, at: str, walk: int | None = None) -> Added:
        """Store a record that is new or says something new; within a transaction.

        ``walk`` is the walk through the service's list that met it: then it is what the service says now, and
        becomes the current version. A record from a file does only if it is no worse than the current one.
        """
        found = find(self, record)
        if found is None:
            number = self._insert(record, walk)
            self._stage(record, number, 1, source, request, at)
            return Added(number, "new")
        number = found["release_no"]
        repeated, restored = False, False
        if walk is not None:
            repeated, restored = found["seen_walk"] == walk, found["withdrawn_at"] is not None
            self.sql.execute("UPDATE releases SET seen_walk = ? WHERE release_no = ?", (walk, number))
            if restored:
                self.event(number, "restored", at, request)
        outcome = self._update(record, found, walk is not None, (source, request, at))
        return Added(number, outcome, repeated, restored)

    def _update(self, record: Record, found: sqlite3.Row, is_now: bool, origin: tuple[str, str, str]) -> Outcome:
        """Store what differs from the current version, and make it current if it is what the service says now."""
        number = found["release_no"]
        if found["content_sha256"] == record.content_sha256:
            return "unchanged"
        better = is_now or record.rank >= (found["rank_form"], found["rank_changed"])
        version = self._version_of(number, record.content_sha256)
        if version is None:
            version = 1 + self.value("SELECT max(version) FROM versions WHERE release_no = ?", number)
            self._stage(record, number, version, *origin)
        elif not better:
            return "unchanged"
        if better:
            self._make_current(record, number, version)
        return "changed" if better else "older"

    def _insert(self, record: Record, walk: int | None) -> int:
        self.has_unidentified |= record.uuid is None
        cursor = self.sql.execute(
            "INSERT INTO releases (uuid, address, title_day, published_date, component, version, content_sha256, "
            "rank_form, rank_changed, seen_walk) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?)",
            (*_identity(record), record.content_sha256, *record.rank, walk),
        )
        return int(cursor.lastrowid or 0)

    def _make_current(self, record: Record, number: int, version: int) -> None:
        self.sql.execute(
            "UPDATE releases SET uuid = coalesce(?, uuid), address = coalesce(?, address), "
            "title_day = coalesce(?, title_day), published_date = ?, component = ?, version = ?, content_sha256 = ?, "
            "rank_form = ?, rank_changed = ? WHERE release_no = ?",
            (*_identity(record), version, record.content_sha256, *record.rank, number),
        )

    def _version_of(self, number: int, content_sha256: bytes) -> int | None:
        found = self.row(
            "SELECT version FROM versions WHERE release_no = ? AND content_sha256 = ?", number, content_sha256
        )
        return found["version"] if found else None

    def _stage(self, record: Record, number: int, version: int, source: str, request: str, at: str) -> None:
        self.sql.execute("INSERT INTO versions VALUES (?, ?, ?)", (number, version, record.content_sha256))
        self._rows.append(parts.row_of(record, number, version, source, request, at))

    def _stage_rows(self) -> None:
        if self._rows:
            batch, self._rows = parts.to_batch(self._rows), []
            self.sql.execute("INSERT INTO staged (n_rows, batch) VALUES (?, ?)", (batch.num_rows, parts.pack(batch)))

    def event(self, number: int, event: Literal["withdrawn", "restored"], at: str, evidence: str) -> None:
        """Note that the service no longer has a release, or has it again; within a transaction."""
        self.sql.execute("INSERT INTO events VALUES (?, ?, ?, ?)", (number, event, at, evidence))
        since = at if event == "withdrawn" else None
        self.sql.execute("UPDATE releases SET withdrawn_at = ? WHERE release_no = ?", (since, number))

    def quarantine(
        self, raw: bytes, reason: str, source: str, request: str, at: str, walk: int | None = None, keep: bool = True
    ) -> bool:
        """Keep what could not be read (its hash alone unless ``keep``), with the reason; within a transaction.

        Returns whether it is new.
        """
        key = hashlib.sha256(raw).digest()
        changed = self.sql.execute("UPDATE quarantine SET seen_walk = ? WHERE raw_sha256 = ?", (walk, key)).rowcount
        if not changed:
            self.sql.execute(
                "INSERT INTO quarantine VALUES (?, ?, ?, ?, ?, ?, ?)",
                (key, raw if keep else b"", reason, source, request, at, walk),
            )
        return not changed

    def n_staged(self) -> int:
        """How many rows are not yet in a part."""
        count: int = self.value("SELECT coalesce(sum(n_rows), 0) FROM staged")
        return count

    def staged(self) -> Iterator[tuple[int, pa.RecordBatch]]:
        """The batches that are not yet in a part, with their numbers, in the order in which they came."""
        for row in self.sql.execute("SELECT batch_no, batch FROM staged ORDER BY batch_no").fetchall():
            with plain_errors(self.folder):
                yield row["batch_no"], parts.unpack(row["batch"])

    def flush(self, least: int | None = None) -> None:
        """Move what is staged to a new part, if it has at least so many rows (``PART_ROWS`` where None)."""
        if self.n_staged() < (least or PART_ROWS):
            return
        batches = dict(self.staged())
        last = self.value("SELECT max(part) FROM parts") or "000000"
        path = self.folder / "parts" / f"{int(last[:6]) + 1:06d}.parquet"
        with plain_errors(self.folder):
            table = pa.Table.from_batches(batches.values())
            parts.write_part(path, table)
        with self.transaction():
            self.note_part(path, table.num_rows)
            self.sql.execute("DELETE FROM staged WHERE batch_no <= ?", (max(batches),))

    def note_part(self, path: Path, n_rows: int) -> None:
        """Name a part that was written; within a transaction."""
        data = path.read_bytes()
        values = (path.name, n_rows, len(data), hashlib.sha256(data).hexdigest())
        self.sql.execute("INSERT INTO parts VALUES (?, ?, ?, ?)", values)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Queries within the block see one state, whatever another process adds meanwhile."""
        self.sql.execute("BEGIN")
        try:
            yield
        finally:
            self.sql.execute("COMMIT")

    def row(self, query: str, *values: object) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        found: sqlite3.Row | None = self.sql.execute(query, values).fetchone()
        return found

    def value(self, query: str, *values: object) -> Any:
        """The first cell of a query, or None."""
        found = self.row(query, *values)
        return found[0] if found else None

    def remove_strays(self) -> None:
        """Remove files that nothing names: a killed process wrote them, or a purge has others in their place."""
        named = {row["part"] for row in self.sql.execute("SELECT part FROM parts")}
        for path in (self.folder / "parts").iterdir():
            if path.name not in named:
                path.unlink()


def _identity(record: Record) -> tuple[str | None, bytes | None, bytes | None, str | None, str | None]:
    day = record.day.isoformat() if record.day else None
    return record.uuid, record.address_key, record.title_day, day, record.component


@contextmanager
def _opened(folder: Path, make: bool) -> Iterator[Archive]:
    with plain_errors(folder):
        connection = sqlite3.connect(folder / "state.db", isolation_level=None, timeout=30)
    connection.row_factory = sqlite3.Row
    try:
        with plain_errors(folder):
            _prepare(connection, folder, make)
        with plain_errors(folder, (sqlite3.Error,)):
            yield Archive(folder, connection)
    finally:
        connection.close()


def _prepare(connection: sqlite3.Connection, folder: Path, make: bool) -> None:
    connection.execute("PRAGMA journal_mode = WAL")  # readers go on while a crawl writes
    connection.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
    form = connection.execute("PRAGMA user_version").fetchone()[0]
    if form > FORM:
        raise ArchiveError(f"The archive in {folder} was made by a newer version of csea; update csea to read it.")
    if form == 0 and not make:
        raise UsageError(f"The archive in {folder} is still being made; try again in a moment.")
    if form == 0:
        script = (Path(__file__).parent / "state.sql").read_text(encoding="utf-8")
        connection.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {FORM};\nCOMMIT;")


@contextmanager
def plain_errors(
    folder: Path, kinds: tuple[type[Exception], ...] = (sqlite3.Error, OSError, pa.ArrowException)
) -> Iterator[None]:
    """Turn what the disk, SQLite and Arrow may answer into an ArchiveError in plain words."""
    try:
        yield
    except kinds as error:
        if getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in str(error):
            message = (
                f"The disk is full ({folder}). What was stored is safe; free some space and run the command again."
            )
        else:
            message = (
                f"A file in {folder} cannot be read or written: {error}. `csea archive verify` checks the archive."
            )
        raise ArchiveError(message) from error
