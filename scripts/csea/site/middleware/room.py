"""Room for long work: how much of each kind is done at once, how much may wait, and which request is of which kind."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

AT_ONCE, WAITING = 2, 32  # pages with a query string that are being made, and that wait for it
STREAMS = 3
SLOW_WAITING = 16  # corrections, and as many earlier versions; one of each is made at a time
MOST_HOSTS = 8  # names by which the site is known; pages for other names count as odd
COUNTED_HOSTS, HOST_COUNT = 64, 100  # names that are counted, and up to what number
PAST = re.compile(r"/-/as-of/[^/]+/.+")


class Crowd(Exception):
    """More requests wait than will be answered."""


class Slots:
    """Room for a few at once, and for a few more to wait; Crowd for the rest."""

    def __init__(self, at_once: int, waiting: int) -> None:
        """Have room for that many."""
        self.semaphore = asyncio.Semaphore(at_once)
        self.left = at_once + waiting

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Take the room of one, and wait for it where others are before."""
        if not self.left:
            raise Crowd
        self.left -= 1
        try:
            async with self.semaphore:
                yield
        finally:
            self.left += 1


def all_slots() -> dict[str, Slots]:
    """The room for each kind of work that :func:`slot_of` names."""
    return {
        "page": Slots(AT_ONCE, WAITING),
        "stream": Slots(STREAMS, 0),
        "correction": Slots(1, SLOW_WAITING),
        "past": Slots(1, SLOW_WAITING),
    }


def parameters(query: bytes) -> dict[str, str]:
    """The parameters of an address as Datasette reads them; of several with one name the first."""
    given: dict[str, str] = {}
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        given.setdefault(name, value)
    return given


def slot_of(path: str, given: dict[str, str]) -> str | None:
    """The kind of long work that a request may be; None where it is short.

    The database can be asked under other spellings of its name too, so all pages with parameters count as its own,
    but the front page and those that have no SQL.
    """
    if PAST.fullmatch(path):
        return "past"
    if path.startswith("/-/"):
        return "correction" if given and path.startswith("/-/correct") else None
    if path.endswith(".csv") and given.get("_stream"):
        return "stream"
    return "page" if given and path != "/" else None


class Hosts:
    """The names by which the site is asked for most.

    Anybody can invent names, as many as they like: an invented one counts for something only where it is asked for
    more often than those that readers use, and no longer than that lasts.
    """

    def __init__(self) -> None:
        """Know no name yet."""
        self.asked: dict[str, int] = {}

    def knows(self, host: str) -> bool:
        """Count the name, and say whether it is one of the few that are asked for most."""
        is_crowded = host not in self.asked and len(self.asked) >= COUNTED_HOSTS
        if is_crowded:
            least = min(self.asked, key=self.asked.__getitem__)
            self.asked[host] = self.asked.pop(least)
        self.asked[host] = self.asked.get(host, 0) + 1
        if self.asked[host] > HOST_COUNT:
            self.asked = {name: number // 2 for name, number in self.asked.items()}
        more = sum(number >= self.asked[host] for number in self.asked.values())
        return not is_crowded and more <= MOST_HOSTS
