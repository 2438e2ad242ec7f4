"""From an answer of the service, or a line of a file, to the archive: read each record, store or set aside.

Nothing is dropped in silence: what cannot be read goes to the quarantine with the reason, unknown fields and
components are counted and reported once a run.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

import orjson

from csea.archive.purge import REASON
from csea.archive.record import RecordError, read_record
from csea.archive.store import Added, Archive, ArchiveError
from csea.archive.walks import Walk
from csea.archive.withheld import is_refused, note_refused, received_keys
from csea.collect.client import Answer

SOURCE = "doj_api"
ComponentOf = Callable[[object, str], tuple[str | None, list[str]]]


class UnknownField(ArchiveError):
    """With ``--strict``: a record has a field that nobody has looked at yet."""


@dataclass
class Intake:
    """Puts records into ``archive``; the counters say what a run brought."""

    archive: Archive
    component_of: ComponentOf
    strict: bool = False
    refused: Collection[str] = frozenset()  # key hashes of releases that are withheld
    counts: Counter[str] = field(default_factory=Counter)
    unknown_fields: Counter[str] = field(default_factory=Counter)
    unknown_components: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def store(self, answer: Answer, walk: Walk, page: int | None = None) -> list[Added | None]:
        """Store the results of an answer, and note the page as read, in one transaction.

        The result has an element for each record, in their order; None for one that was set aside.
        """
        with self.archive.transaction():
            added = [self.take(item, SOURCE, answer.request, answer.at, walk.walk_id) for item in answer.results]
            if page is not None:
                repeated = sum(item.repeated for item in added if item)
                walk.note_page(page, answer.count, len(answer.results), repeated)
        self.archive.flush()
        self.refuse_unknown()
        return added

    def take(self, received: Any, source: str, request: str, at: str, walk: int | None) -> Added | None:
        """Store one record, or set it aside; within a transaction."""
        try:
            record = read_record(received, self.component_of)
        except RecordError as error:
            if any(key in self.refused for key in received_keys(received)):
                self.archive.quarantine(raw_json(received), REASON, source, request, at, walk, keep=False)
                self.counts["withheld"] += 1
            else:
                self.set_aside(raw_json(received), str(error), source, request, at, walk)
            return None
        if is_refused(self.archive, record, self.refused):
            self.counts["withheld"] += 1
            number, repeated = note_refused(self.archive, record, walk, at)
            return Added(number, "withheld", repeated)
        added = self.archive.add(record, source, request, at, walk)
        self.counts[added.outcome] += 1
        self.counts["restored"] += added.restored
        self.unknown_fields.update(record.unknown_fields)
        self.unknown_components.update(record.unknown_components)
        return added

    def refuse_unknown(self) -> None:
        """With ``strict``, UnknownField as soon as a record had a field that is not known; what came is stored."""
        if self.strict and self.unknown_fields:
            names = ", ".join(sorted(self.unknown_fields))
            raise UnknownField(
                f"Records have fields that are not known: {names}. They are kept as received. "
                "Use or ignore them in scripts/csea/archive/record.py, or go on without --strict."
            )

    def set_aside(self, raw: bytes, reason: str, source: str, request: str, at: str, walk: int | None = None) -> None:
        """Keep what is no record in the quarantine; within a transaction."""
        fresh = self.archive.quarantine(raw, reason, source, request, at, walk)
        self.counts["quarantined" if fresh else "unchanged"] += 1
        self.reasons[reason] += 1


def raw_json(received: Any) -> bytes:
    """A received value as JSON; what UTF-8 cannot hold is escaped."""
    try:
        return orjson.dumps(received)
    except (TypeError, ValueError):
        return json.dumps(received).encode()
