"""The fake API itself: answers requests over a list of records, with faults and changes that a seed decides.

Each request draws from its own generator, made of the seed, the URL and how often it was asked: clients that ask
in another order, or several at a time, still meet the same faults.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import islice
from random import Random
from threading import RLock
from urllib.parse import urlencode

import httpx

from .archive import Archive, epoch
from .behaviour import CHANGES, FAULTS, Behaviour
from .listing import PAGE_SIZE, Page, can_show, page_for, spoilt
from .records import Record, edited, fresh
from .server import serve
from .wire import JSON, Answer, Writer, refusal, truncated

ROOT = "/api/v1/press_releases"
AS_DOCUMENTED = Behaviour()


@dataclass(frozen=True)
class Request:
    """One request as it arrived; `fault` is empty where the answer was sound."""

    path: str
    params: dict[str, str]
    fault: str
    at: float
    headers: dict[str, str]  # names in lower case


class FakeDoj:
    """The press release API over any records. `truth` is live: read it, and change it by insert, edit and withdraw."""

    def __init__(
        self,
        records: Iterable[Record],
        behaviour: Behaviour = AS_DOCUMENTED,
        seed: int = 0,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self.withdrawn: set[str] = set()
        self.edited: set[str] = set()
        self.log: list[Request] = []
        self.on_request: Callable[[int], None] | None = None
        self._archive = Archive(records, seed)
        self.truth = self._archive.truth
        self._seed = seed
        self._clock, self._wall_clock = clock, wall_clock
        self._lock = RLock()
        self._rng = Random(f"{seed} by hand")
        self._arrived = 0
        self._asked: Counter[str] = Counter()
        self._in_a_row: Counter[str] = Counter()
        self.set_behaviour(behaviour)

    def set_behaviour(self, behaviour: Behaviour) -> None:
        """Behave otherwise from now on; `max_faults` and `max_changes` count anew."""
        with self._lock:
            self._behaviour = behaviour
            self._writer = Writer(behaviour, list(islice(self.truth, behaviour.unparsable)))
            self._faults = self._changes = 0

    def warm(self) -> None:
        """Serialise all records now, so that a benchmark's first walk doesn't pay for it."""
        with self._lock:
            self._writer.warm(self.truth.values())

    def insert(self, record: Record) -> None:
        with self._lock:
            self._archive.put(record)
            self._writer.forget(str(record["uuid"]))
            self.withdrawn.discard(str(record["uuid"]))

    def edit(self, uuid: str) -> None:
        """Publish another version of a record."""
        self._edit(uuid, self._rng)

    def withdraw(self, uuid: str) -> None:
        with self._lock:
            self._archive.remove(uuid)
            self._writer.forget(uuid)
            self.withdrawn.add(uuid)

    def answer(self, path: str, params: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """The answer to one GET request."""
        with self._lock:
            self._arrived += 1
            number = self._arrived
        if self.on_request:
            self.on_request(number)
        with self._lock:
            return self._answer(path, dict(params), headers)

    def transport(self) -> httpx.MockTransport:
        """For httpx.AsyncClient: no socket, and delays that a loop with a virtual clock can skip."""
        return httpx.MockTransport(self._handle)

    def serve(self, port: int = 0) -> AbstractContextManager[str]:
        """Serve on loopback while the context lasts; it gives the base URL."""
        return serve(self.answer, port)

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        answer = self.answer(request.url.path, dict(request.url.params), request.headers)
        patience = request.extensions.get("timeout", {}).get("read")
        if patience is not None and answer.delay > patience:
            await asyncio.sleep(patience)
            raise httpx.ReadTimeout("The fake service is slow.", request=request)
        await asyncio.sleep(answer.delay)
        if answer.reset:
            raise httpx.ReadError("The fake service reset the connection.", request=request)
        return httpx.Response(answer.status, headers=answer.headers, content=answer.body, request=request)

    def _answer(self, path: str, params: dict[str, str], headers: Mapping[str, str]) -> Answer:
        at = self._clock()
        url = f"{path}?{urlencode(sorted(params.items()))}"
        rng = Random(f"{self._seed} {url} {self._asked[url]}")
        self._asked[url] += 1
        page = None
        if path == f"{ROOT}.json":
            self._change(rng)
            page = page_for(params, self._archive, self._behaviour)
        fault = self._fault(url, page, rng)
        self.log.append(Request(path, params, fault, at, {name.lower(): text for name, text in headers.items()}))
        answer = refusal(fault, rng, self._wall_clock()) or self._content(path, page, fault, rng)
        if fault == "truncated":
            answer = replace(answer, body=truncated(answer.body, rng))
        slow = self._behaviour.slow_seconds if fault == "slow" else 0.0
        return replace(answer, delay=slow + rng.uniform(*self._behaviour.latency))

    def _content(self, path: str, page: Page | None, fault: str, rng: Random) -> Answer:
        """The JSON for a request, its page spoilt if the fault says so."""
        if page is not None:
            records = [self.truth[uuid] for uuid in spoilt(page, fault, rng)]
            return Answer(200, JSON, self._writer.envelope(records, page.count, page.size, page.number))
        uuid = path.removeprefix(f"{ROOT}/").removesuffix(".json")
        if path == f"{ROOT}/{uuid}.json" and uuid in self.truth:
            return Answer(200, JSON, self._writer.envelope([self.truth[uuid]], 1, PAGE_SIZE, 0))
        return Answer(404, JSON, self._writer.envelope([], 0, PAGE_SIZE, 0, status=404))

    def _fault(self, url: str, page: Page | None, rng: Random) -> str:
        """The fault that this answer has, if its turn has come and it can show in this answer."""
        draw = rng.random()
        due = ""
        for fault in FAULTS:
            draw -= getattr(self._behaviour, fault)
            if draw < 0:
                due = fault
                break
        in_turn = self._faults < self._behaviour.max_faults and self._in_a_row[url] < self._behaviour.faults_in_a_row
        if not due or not in_turn or not can_show(due, page):
            self._in_a_row[url] = 0
            return ""
        self._faults += 1
        self._in_a_row[url] += 1
        return due

    def _change(self, rng: Random) -> None:
        """Let the truth change as the behaviour says, each kind by a draw of its own."""
        due = [kind for kind in CHANGES if rng.random() < getattr(self._behaviour, kind)]
        for kind in due:
            if self._changes < self._behaviour.max_changes and (self.truth or kind == "insertion"):
                self._changes += 1
                self._change_by(kind, rng)

    def _change_by(self, kind: str, rng: Random) -> None:
        oldest, newest = self._archive.ends("created")
        if kind == "insertion":
            record = fresh(rng, newest + rng.randint(60, 3600))
            # Some dates are noon, not midnight: the new one must not fall behind them.
            date_ = max(epoch(record, "date"), self._archive.ends("date")[1])
            self.insert(record | {"date": str(date_)})
        elif kind == "backdated":
            self.insert(fresh(rng, rng.randint(oldest, newest)))
        elif kind == "edit":
            self._edit(self._archive.any(rng), rng)
        else:
            self.withdraw(self._archive.any(rng))

    def _edit(self, uuid: str, rng: Random) -> None:
        with self._lock:
            self.insert(edited(self.truth[uuid], rng))
            self.edited.add(uuid)
