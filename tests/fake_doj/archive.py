"""The truth behind the fake API: its records in their orders, and which of them a filter finds.

Orders are kept sorted while the truth changes, since the benchmark's archive has hundreds of thousands of records.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from hashlib import blake2b
from random import Random

from .records import Record, eastern_day

Key = tuple[object, ...]  # sorts a record; its last item is the uuid


class Archive:
    """Records by uuid, reachable by order, day and title."""

    def __init__(self, records: Iterable[Record], seed: int) -> None:
        self.truth: dict[str, Record] = {}
        self._seed = seed
        self._orders: dict[str, list[Key]] = {}
        self._days: dict[date, set[str]] = defaultdict(set)
        self._day_of_epoch: dict[int, date] = {}
        self._found: dict[tuple[str, date | None, str], list[Key]] = {}
        for record in records:
            self.put(record)

    def put(self, record: Record) -> None:
        """Add a record, or replace its older version."""
        uuid = str(record["uuid"])
        if uuid in self.truth:
            # An edit keeps the record's place in the truth, so `unparsable` means the same records as before.
            self._unindex(uuid)
        self.truth[uuid] = record
        for order, keys in self._orders.items():
            insort(keys, self._key(order, record))
        self._days[self._day(record)].add(uuid)
        self._found.clear()

    def remove(self, uuid: str) -> None:
        self._unindex(uuid)
        del self.truth[uuid]
        self._found.clear()

    def keys(self, order: str, day: date | None = None, title: str = "") -> list[Key]:
        """Sorted keys of the records of a day whose title contains a text; without either, of all."""
        if order not in self._orders:
            self._orders[order] = sorted(self._key(order, record) for record in self.truth.values())
        if day is None and not title:
            return self._orders[order]
        wanted = (order, day, title.casefold())
        if wanted not in self._found:
            self._found[wanted] = self._find(*wanted)
        return self._found[wanted]

    def any(self, rng: Random) -> str:
        return str(rng.choice(self.keys("date"))[-1])

    def ends(self, order: str) -> tuple[int, int]:
        """The least and the greatest date or created; zeros for an empty archive."""
        keys = self.keys(order)
        return (int(str(keys[0][0])), int(str(keys[-1][0]))) if keys else (0, 0)

    def _find(self, order: str, day: date | None, title: str) -> list[Key]:
        uuids = self.truth if day is None else self._days.get(day, set())
        records = (self.truth[uuid] for uuid in uuids)
        return sorted(self._key(order, record) for record in records if title in str(record["title"]).casefold())

    def _unindex(self, uuid: str) -> None:
        record = self.truth[uuid]
        for order, keys in self._orders.items():
            del keys[bisect_left(keys, self._key(order, record))]
        self._days[self._day(record)].discard(uuid)

    def _key(self, order: str, record: Record) -> Key:
        uuid = str(record["uuid"])
        if order == "created":
            return epoch(record, "created"), uuid
        if order == "shuffled":
            return blake2b(f"{self._seed} {uuid}".encode(), digest_size=8).digest(), uuid
        return epoch(record, "date"), epoch(record, "created"), uuid

    def _day(self, record: Record) -> date:
        moment = epoch(record, "date")
        if moment not in self._day_of_epoch:
            self._day_of_epoch[moment] = eastern_day(moment)
        return self._day_of_epoch[moment]


def epoch(record: Record, field: str) -> int:
    return int(str(record.get(field) or 0))
