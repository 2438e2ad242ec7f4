"""The token bucket: no more requests a second than the service allows, whatever is in flight.

The bucket holds one token, so that requests are spaced evenly and no second sees more than the rate. The
spacing is counted from the instant a request really went out: a late one is not made up for by a burst.
"""

from __future__ import annotations

import asyncio
from collections import deque

MARGIN = 1.02  # requests that leave evenly can arrive unevenly, and the service counts arrivals


class Bucket:
    """``rate`` requests a second; :meth:`take` waits for the next token."""

    def __init__(self, rate: float) -> None:
        """``rate`` in requests a second; infinity for no limit."""
        self.rate = rate
        self.taken = 0
        self.most_in_a_second = 0
        self.first: float | None = None
        self.last = 0.0
        self._interval = MARGIN / rate if rate != float("inf") else 0.0
        self._next = 0.0
        self._recent: deque[float] = deque()
        self._turn = asyncio.Lock()

    async def take(self) -> None:
        """Wait for a token and take it."""
        async with self._turn:
            while (wait := self._next - self._now()) > 0:
                await asyncio.sleep(wait)
            self._count(self._now())
            self._next = self.last + self._interval

    def pause(self, seconds: float) -> None:
        """No token for so long: the service asked for a pause, and means all requests."""
        self._next = max(self._next, self._now() + seconds)

    @property
    def utilisation(self) -> float | None:
        """Share of the allowed rate that was used from the first token to the last; None without a rate or span."""
        span = self.last - (self.first or 0.0)
        return None if not self._interval or self.taken < 2 else (self.taken - 1) / (span * self.rate)

    def _count(self, now: float) -> None:
        self.taken += 1
        self.first = now if self.first is None else self.first
        self.last = now
        self._recent.append(now)
        while self._recent[0] <= now - 1:
            self._recent.popleft()
        self.most_in_a_second = max(self.most_in_a_second, len(self._recent))

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
