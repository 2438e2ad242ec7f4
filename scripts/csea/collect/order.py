"""Which way the list runs: found out from the records, since sort and direction may be ignored.

A page is ordered by a time if its records stand in that order, nearly all of them: the service sorts ties as
it likes. The first and the last page then say which end is new.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from csea.archive.record import RecordError, eastern_day, epoch
from csea.archive.walks import Order

NEARLY_ALL = 0.95


def order_of(first: list[Any], last: list[Any]) -> Order:
    """The order of a list, from the records of its first and last page (the same where there is one page)."""
    if len(first) == 1 and first == last:
        return "oldest_first"  # a list of one runs any way
    by_created = _runs(list(_created(first)), list(_created(last)))
    return by_created if by_created != "unknown" else _runs(list(_days(first)), list(_days(last)))


def is_as_asked(first: list[Any], last: list[Any]) -> bool:
    """Whether the list runs as every request asks for it: by creation, oldest first."""
    return _runs(list(_created(first)), list(_created(last))) == "oldest_first"


def _runs(one: list[int], other: list[int]) -> Order:
    """Which way the times of two pages run."""
    if one and other and len({*one, *other}) > 1:  # one time for all says nothing
        rises = _share(a <= b for page in (one, other) for a, b in pairwise(page))
        falls = _share(a >= b for page in (one, other) for a, b in pairwise(page))
        if rises >= NEARLY_ALL and one[0] < other[-1]:
            return "oldest_first"
        if falls >= NEARLY_ALL and one[0] > other[-1]:
            return "newest_first"
    return "unknown"


def _share(holds: Iterable[bool]) -> float:
    answers = list(holds)
    return sum(answers) / len(answers) if answers else 1.0


def _created(records: list[Any]) -> Iterable[int]:
    return _times(records, "created", lambda text: epoch("created", text))


def _days(records: list[Any]) -> Iterable[int]:
    return _times(records, "date", lambda text: day.toordinal() if (day := eastern_day(text)) else None)


def _times(records: list[Any], name: str, read: Any) -> Iterable[int]:
    for record in records:
        try:
            time = read(str(record.get(name) or "")) if isinstance(record, dict) else None
        except RecordError:
            continue
        if time is not None:
            yield time


def latest_day(records: list[Any]) -> int | None:
    """The latest day of some records, as a number of days (``date.toordinal``)."""
    return max(_days(records), default=None)
