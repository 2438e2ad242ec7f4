"""The client of the News API: one answer at a time, asked politely, tried again where that can help.

It knows how the service answers and how it fails (docs/decisions/0008-collecting.md), and nothing of walks
and archives. Each failure has a kind and a sentence; what can pass is tried again after a growing, random
pause, or after as long as the service asked for.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import orjson

from csea.collect.bucket import Bucket

API = "https://www.justice.gov/api/v1/"
LISTING = "press_releases.json"
MOST_PER_SECOND = 4.0  # the service's documented limit
ATTEMPTS = 7
FIRST_PAUSE = 1.0  # seconds, doubled with each attempt
LONGEST_PAUSE = 60.0
LONGEST_RETRY_AFTER = 900.0  # a service that asks for more does not want us now
MOST_LISTED = 100_000_000  # a greater count is no count
FAILURES_IN_A_ROW = 4  # so many requests in a row that failed for good: the service is away, not a page


class Failure(Exception):
    """A request that failed for good. ``kind`` is one word for counting; the message is a sentence."""

    def __init__(self, kind: str, message: str, pause: float | None = None, passing: bool = True) -> None:
        """``pause`` is how long the service asked to wait; ``passing`` whether trying again can help."""
        super().__init__(message)
        self.kind = kind
        self.pause = pause
        self.passing = passing


class Away(Exception):
    """The service does not serve us now; the message is a sentence for the person who runs this."""


@dataclass(frozen=True)
class Answer:
    """A listing as the service gave it: its count, the page size it really used, and the results."""

    count: int
    page_size: int | None
    results: list[Any]
    request: str
    at: str


@dataclass
class Client:
    """Asks ``http`` for listings and details; counts what it saw in ``faults``."""

    http: httpx.AsyncClient
    bucket: Bucket
    chance: random.Random = field(default_factory=random.Random)
    faults: Counter[str] = field(default_factory=Counter)
    on_fault: Callable[[], None] = lambda: None
    _failed_in_a_row: int = 0

    async def listing(self, params: dict[str, str | int]) -> Answer:
        """One page of the list. Failure after ``ATTEMPTS`` tries; Away where nothing works any more."""
        return await self._patiently(LISTING, params)

    async def detail(self, uuid: str) -> Answer | None:
        """One record by its uuid; None where the service says that there is none (404)."""
        try:
            return await self._patiently(f"press_releases/{uuid}.json", {})
        except Failure as failure:
            if failure.kind == "not_found":
                return None
            raise

    async def _patiently(self, path: str, params: dict[str, str | int]) -> Answer:
        pause = FIRST_PAUSE
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = await self._once(path, params)
                if _is_gap(answer, params):
                    raise Failure("empty_page", "an empty page came where the list goes on")
                self._failed_in_a_row = 0
                return answer
            except Failure as failure:
                if failure.kind == "not_found" and path != LISTING:
                    self._failed_in_a_row = 0
                    raise  # for a single record that is an answer
                self._note(failure)
                if attempt == ATTEMPTS or not failure.passing:
                    raise self._gave_up(failure) from None
                await self._wait(failure, pause)
                pause = min(2 * pause, LONGEST_PAUSE)
        raise AssertionError("unreachable")

    async def _once(self, path: str, params: dict[str, str | int]) -> Answer:
        await self.bucket.take()
        try:
            response = await self.http.get(path, params=params)
        except httpx.TimeoutException:
            raise Failure("timeout", "the service did not answer in time") from None
        except httpx.TransportError as error:
            raise Failure("network", f"the connection failed ({error or type(error).__name__})") from None
        except httpx.DecodingError:
            raise Failure("broken_answer", "the answer could not be unpacked") from None
        return _read_answer(response, str(response.request.url))

    def _note(self, failure: Failure) -> None:
        self.faults[failure.kind] += 1
        self.on_fault()

    def _gave_up(self, failure: Failure) -> Exception:
        """A failed request is one page missing; several in a row mean that going on would only be rude."""
        self._failed_in_a_row += 1
        if self._failed_in_a_row >= FAILURES_IN_A_ROW or failure.kind == "wall":
            return Away(f"The service is not serving us now: {failure}.")
        return failure

    async def _wait(self, failure: Failure, pause: float) -> None:
        if not failure.pause:  # nothing asked for, or no time at all
            jitter = self.chance.uniform(pause / 2, pause)
            if failure.kind == "throttled":
                self.bucket.pause(jitter)
            await asyncio.sleep(jitter)
        elif failure.pause > LONGEST_RETRY_AFTER:
            raise Away(f"The service asks to wait {failure.pause / 60:.0f} minutes; run the same command again then.")
        else:
            self.bucket.pause(failure.pause)
            await asyncio.sleep(failure.pause)


def _read_answer(response: httpx.Response, request: str) -> Answer:
    _refuse_status(response)
    content = response.content
    if _is_html(response, content):
        raise Failure("wall", "a web page came in place of data (status 200), as a bot wall sends it")
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        body = _lenient(content)
    try:
        about, results = body["metadata"]["resultset"], body["results"]
        count, size = int(about["count"]), about.get("pagesize")
        if not isinstance(results, list) or not 0 <= count <= MOST_LISTED:
            raise ValueError
        page_size = int(size) if size is not None else None
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise Failure(
            "odd_answer", "the answer is JSON but not what the News API sends (no results or no count)"
        ) from None
    return Answer(count, page_size, results, request, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def _lenient(content: bytes) -> Any:
    """JSON as the standard library reads it: it takes half a surrogate pair, which then costs one record only."""
    import json

    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise Failure("truncated", "the answer is cut off or no JSON") from None


def _refuse_status(response: httpx.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    if status == 429:
        raise Failure("throttled", "the service says that requests come too fast (429)", _retry_after(response))
    if status >= 500:
        raise Failure("server_error", f"the service failed (status {status})", _retry_after(response))
    if _is_html(response, response.content) and status in (401, 403, 406):
        raise Failure("wall", f"a web page came in place of data (status {status}), as a bot wall sends it")
    if status in (404, 410):
        raise Failure("not_found", f"there is nothing at this address (status {status})", passing=False)
    raise Failure("refused", f"the service refused the request (status {status})", passing=status == 403)


def _is_html(response: httpx.Response, content: bytes) -> bool:
    return "html" in response.headers.get("content-type", "") or content[:200].lstrip()[:1] == b"<"


def _is_gap(answer: Answer, params: dict[str, str | int]) -> bool:
    """Whether a page is empty though, by the count of the same answer, it should hold something."""
    return not answer.results and int(params.get("page", 0)) * int(params.get("pagesize", 1)) < answer.count


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds that the service asks to wait: given as a number or as a date."""
    value = response.headers.get("retry-after", "").strip()
    try:
        if value.isdigit():
            return float(int(value))
        until = parsedate_to_datetime(value)
        return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return None
