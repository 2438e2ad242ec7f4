"""Which records a listing request means, and how a fault spoils its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random

from .archive import Archive, Key
from .behaviour import Behaviour

PAGE_SIZE = 20  # without `pagesize`


@dataclass(frozen=True)
class Page:
    """The part of the archive that a listing request means."""

    uuids: list[str]
    before: list[str]  # the page before, from which a duplicate comes
    count: int
    size: int
    number: int


def page_for(params: Mapping[str, str], archive: Archive, behaviour: Behaviour) -> Page:
    size = min(_number(params.get("pagesize")) or PAGE_SIZE, behaviour.max_page_size)
    number = _number(params.get("page")) or 0
    order, newest_first = _order(params, behaviour.order)
    day, title = None, ""
    if not behaviour.filters_ignored:
        day, title = _day(params.get("parameters[date]")), params.get("parameters[title]", "")
    keys = archive.keys(order, day, title)
    start = number * size
    before = _slice(keys, start - size, size, newest_first)
    return Page(_slice(keys, start, size, newest_first), before, len(keys), size, number)


def can_show(fault: str, page: Page | None) -> bool:
    """Whether a fault makes a difference: a detail has no page to spoil, the first page none before it."""
    if fault not in ("empty", "short", "duplicate"):
        return True
    return page is not None and bool(page.uuids) and (fault != "duplicate" or bool(page.before))


def spoilt(page: Page, fault: str, rng: Random) -> list[str]:
    """The uuids that are answered in place of the page's own."""
    uuids = list(page.uuids)
    if fault == "empty":
        return []
    if fault == "short":
        left_out = set(rng.sample(uuids, rng.randint(1, max(1, len(uuids) // 4))))
        return [uuid for uuid in uuids if uuid not in left_out]
    if fault == "duplicate":
        uuids[rng.randrange(len(uuids))] = rng.choice(page.before)
    return uuids


def _order(params: Mapping[str, str], order: str) -> tuple[str, bool]:
    """Which order of the archive is answered, and whether from its end."""
    if order == "honoured":
        by_created = params.get("sort", "").lower() == "created"
        return "created" if by_created else "date", params.get("direction", "").upper() == "DESC"
    return "shuffled" if order == "shuffled" else "date", order == "newest_first"


def _slice(keys: list[Key], start: int, size: int, newest_first: bool) -> list[str]:
    """The uuids of one page; empty past either end."""
    if start < 0:
        return []
    if newest_first:
        end = len(keys) - start
        chunk = keys[max(0, end - size) : max(0, end)][::-1]
    else:
        chunk = keys[start : start + size]
    return [str(key[-1]) for key in chunk]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _day(text: str | None) -> date | None:
    """The UTC day of an asked epoch; what is no epoch is no filter."""
    number = _number(text)
    if number is None or number > datetime.max.replace(tzinfo=UTC).timestamp():
        return None
    return datetime.fromtimestamp(number, UTC).date()
