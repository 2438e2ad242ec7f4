"""Single releases of the archive, by key or uuid, and what the rules find in them.

A part is read whole only where it holds a release that is wanted, so one release of the whole archive is there in
about a second. Out of scope: the scan of all releases (``archive/scan.py``).
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from csea.archive import Archive, parts
from csea.archive.store import plain_errors
from csea.code.batch import READ, Coder
from csea.code.findings import Finding
from csea.code.keys import release_key
from csea.code.text import normal_text

WHICH = ["release_no", "version", "uuid", "address"]
WANTED = [*WHICH, "title", "body", "component", "published_date"]


@dataclass(frozen=True)
class Held:
    """A release as the archive holds it. ``key`` is None where nothing tells it from others for good."""

    key: str | None
    row: dict[str, Any]

    @property
    def text(self) -> str:
        """The normal text that all positions refer to."""
        return normal_text(self.row["title"], self.row["body"])

    @property
    def day(self) -> date | None:
        """Day of publication."""
        day: date | None = self.row["published_date"]
        return day


@dataclass(frozen=True)
class Reading:
    """What the rules find in a release's ``text``; ``set_aside`` says why it could not be coded."""

    text: str
    in_scope: bool
    findings: list[Finding]
    set_aside: str | None = None


def held_releases(archive: Archive, keys: Iterable[str], uuids: Iterable[str] = ()) -> Iterator[Held]:
    """The releases with these keys or uuids in their current version, in the order in which they came."""
    wanted, named = set(keys), {uuid.lower() for uuid in uuids}
    with archive.snapshot():
        current = dict(archive.sql.execute("SELECT release_no, version FROM releases"))
        names = [row["part"] for row in archive.sql.execute("SELECT part FROM parts ORDER BY part")]
        staged = [batch for _, batch in archive.staged()]

    def chosen(batch: pa.RecordBatch) -> Iterator[int]:
        columns = zip(*(batch.column(name).to_pylist() for name in WHICH), strict=True)
        for index, (number, version, uuid, address) in enumerate(columns):
            if current.get(number) == version and (
                release_key(address, uuid) in wanted or (uuid and uuid.lower() in named)
            ):
                yield index

    for name in names:
        with plain_errors(archive.folder):
            path = archive.folder / "parts" / name
            if any(next(chosen(batch), None) is not None for batch in parts.read_part(path, WHICH)):
                for batch in parts.read_part(path, WANTED):
                    yield from _taken(batch, list(chosen(batch)))
    for batch in staged:
        yield from _taken(batch.select(WANTED), list(chosen(batch)))


def _taken(batch: pa.RecordBatch, indices: list[int]) -> list[Held]:
    rows = batch.take(pa.array(indices, pa.int32())).to_pylist()
    return [Held(release_key(row["address"], row["uuid"]), row) for row in rows]


def read_release(coder: Coder, row: dict[str, Any]) -> Reading:
    """What the rules find in a release with title, body and component, as the build finds it."""
    whole = {name: row.get(name) for name in READ} | {"release_no": 0}
    batch = pa.RecordBatch.from_pylist([whole], pa.schema([(name, _kind(whole[name])) for name in READ]))
    coded = coder(batch).to_pylist()[0]
    findings = [
        Finding(**{name: value for name, value in found.items() if name in Finding.__slots__})
        for found in coded["findings"] or ()
    ]
    return Reading(normal_text(row["title"], row["body"]), bool(coded["in_scope"]), findings, coded["set_aside"])


def _kind(value: object) -> pa.DataType:
    if isinstance(value, date):
        return pa.date32()
    return pa.int32() if isinstance(value, int) else pa.string()


def row_of_text(text: str) -> dict[str, Any]:
    """A release's title and body from plain text: the first line is the title, each further one a paragraph."""
    title, _, body = text.lstrip("\ufeff").partition("\n")
    escaped = html.escape(body, quote=False).replace("\n", "<br>")
    return {"title": html.escape(title, quote=False), "body": escaped}
