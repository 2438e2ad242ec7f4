"""Walks through the service's list: the whole of it, or its newest end; complete, and proved so.

The list can move while it is read: releases are added at its newest end, seldom in between, and withdrawn
anywhere. So a walk goes from the newest page to the oldest, asks at the end what was added meanwhile, and
is proved only if it met as many different records as the service counts and nothing was withdrawn on the
way. Where it is not, the pages at which the list moved are read again; if that does not help, all of it is.
docs/decisions/0008-collecting.md says which changes this finds, and which only the count by day does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from csea.archive.store import Added, Archive
from csea.archive.walks import Walk, held, last_proved, now
from csea.archive.withheld import listed, note_unlisted
from csea.collect.client import Answer, Client, Failure
from csea.collect.intake import Intake
from csea.collect.order import is_as_asked, latest_day, order_of
from csea.collect.outcome import Attempt, Outcome
from csea.collect.progress import Progress

PAGE_SIZE = 50  # the most that the service gives
MOST_WALKS = 3
LOOK_BACK = timedelta(days=30)  # an update reads so far back, to see what was edited soon after publication
SHORT_TRIES = 3
LOOKS = 3
MANY = 100  # more withdrawals at once than this, and than MANY_SHARE of all, are a fault of the list
MANY_SHARE = 0.02


@dataclass
class Walker:
    """Reads the list with ``client`` into ``intake``, with up to ``in_flight`` requests at once."""

    client: Client
    intake: Intake
    progress: Progress
    in_flight: int = 8
    count: int = 0  # the service's own count, as last seen
    _counts: set[int] = field(default_factory=set)  # and all that were seen lately

    @property
    def archive(self) -> Archive:
        """The archive that is filled."""
        return self.intake.archive

    async def crawl(self) -> Outcome:
        """Walk the whole list, again if need be, until a walk is proved complete.

        Where pages failed for good the walk stays open, and the next run reads these alone.
        """
        walk, before, n_walks = Walk.resume(self.archive, "full") or Walk.start(self.archive, "full"), Attempt(), 1
        while not (attempt := await self._attempt(walk, before)).ends and n_walks < MOST_WALKS:
            before, walk, n_walks = attempt, Walk.start(self.archive, "full"), n_walks + 1
        failed = [f"page {page}" for page in attempt.failed]
        outcome = Outcome(attempt.proved, self.count, attempt.n_seen, walk, n_walks, failed, attempt.notes)
        if attempt.proved and attempt.n_seen != self.count:
            outcome.notes.append(
                f"Two walks in a row met the same {attempt.n_seen:,} records, though the service counts {self.count:,}."
            )
        return outcome

    async def _attempt(self, walk: Walk, before: Attempt) -> Attempt:
        """Walk the whole list once, and find out whether that proves the archive complete."""
        n_new = self.intake.counts["new"]
        failed, n_added = await self._walk_all(walk)
        if failed:
            return Attempt(walk.seen(), failed=failed)
        nothing_new = self.intake.counts["new"] == n_new
        proved = self._proved(walk, n_added) or (nothing_new and self._agrees(walk, before))
        n_seen = walk.seen()
        n_unlisted, notes = await self._find_withdrawn(walk) if proved else (0, [])
        # What is there and was not met was missed, unless it is never listed: then it is missed again.
        proved = proved and n_unlisted in (0, before.n_unlisted)
        walk.close(proved)
        return Attempt(n_seen, n_unlisted, proved, notes=notes)

    async def update(self) -> Outcome:
        """Walk from the newest end back to what is known; all of it where nothing was proved before."""
        since = last_proved(self.archive)
        if since is None or Walk.resume(self.archive, "full"):
            return await self.crawl()
        walk = Walk.start(self.archive, "update")
        await self._look_around(walk)
        if walk.order == "unknown":
            walk.close(proved=False)
            return await self.crawl()
        self.progress.total(min(self.count, max(0, self.count - held(self.archive)) + self.in_flight * PAGE_SIZE))
        failed = await self._read_back(walk, date.fromisoformat(since[:10]) - LOOK_BACK)
        n_added = await self._read_newest(walk)
        n_held = held(self.archive)
        complete = not failed and n_held >= self.count
        walk.close(complete and n_added is not None)
        outcome = Outcome(complete, self.count, n_held, walk, 1, [f"page {page}" for page in failed])
        if n_held > self.count:
            outcome.notes.append(
                f"The archive holds {n_held - self.count:,} records that the service no longer lists: "
                "`csea collect --full` finds which."
            )
        return outcome

    async def _walk_all(self, walk: Walk) -> tuple[list[int], int | None]:
        """Read every page that this walk has not read. Returns pages that failed, and how many were added meanwhile."""
        if not walk.page_size:
            await self._look_around(walk)
        self.progress.total(walk.first_count)
        read = walk.pages_read()
        self.progress.advance(min(len(read) * walk.page_size, walk.first_count))
        failed = await self._read_pages(walk, [page for page in _newest_to_oldest(walk) if page not in read])
        failed = await self._read_pages(walk, failed)
        n_added = await self._read_newest(walk)
        if not failed and not self._proved(walk, n_added):
            failed = await self._read_pages(walk, walk.suspects())
            n_added = await self._read_newest(walk)
        return failed, n_added

    async def _look_around(self, walk: Walk) -> None:
        """Read the first and the last page: how many there are, which way they run, which is the newest."""
        for _ in range(LOOKS):  # both pages of one state of the list, or what stands between them is not known
            first = await self._end_page(0, PAGE_SIZE)
            size = _size_of(first)
            last_page = max(0, -(-first.count // size) - 1)
            last = await self._end_page(last_page, size) if last_page else first
            if first.count == last.count:
                break
        at_first = self.intake.store(first, walk, 0)
        at_last = self.intake.store(last, walk, last_page) if last_page else at_first
        order = order_of(first.results, last.results)
        # What stands beyond the newest record of this look counts as added, whenever it came.
        count = first.count if order == "newest_first" else last_page * size + len(last.results)
        newest = at_first[:1] if order == "newest_first" else at_last[-1:]
        number = newest[0].release_no if newest and newest[0] else None
        walk.begin(count, size, order, number, is_as_asked(first.results, last.results))

    async def _read_back(self, walk: Walk, horizon: date) -> list[int]:
        """Read from the newest page back beyond ``horizon``, on until nothing is new and none is missing."""
        read = walk.pages_read()
        todo = [page for page in _newest_to_oldest(walk) if page not in read]
        failed: list[int] = []
        for start in range(0, len(todo), self.in_flight):
            before = self.intake.counts["new"] + self.intake.counts["changed"]
            days: list[int] = []
            failed += await self._read_pages(walk, todo[start : start + self.in_flight], days)
            quiet = self.intake.counts["new"] + self.intake.counts["changed"] == before
            if quiet and max(days, default=0) < horizon.toordinal() and held(self.archive) >= self.count:
                break
        return await self._read_pages(walk, failed)

    async def _read_newest(self, walk: Walk) -> int | None:
        """Read what was added at the newest end since the walk began. How many, or None where that cannot be told."""
        for _ in range(LOOKS):
            self._counts = set()
            n_added = await self._count_added(walk)
            if len(self._counts) == 1:  # all of it was read in one state of the list
                return n_added
        return None

    async def _count_added(self, walk: Walk) -> int | None:
        at_end = walk.order == "oldest_first"
        place = max(0, self.count - 1) if at_end else 0
        probe = await self._listing(place, 1)
        met = self._store(probe, walk)
        if walk.newest is None or walk.order == "unknown":
            return None  # asked for the count alone
        still_last = not at_end or place + 1 == probe.count
        if still_last and len(met) == 1 and met[0] and met[0].release_no == walk.newest:
            return 0
        n_added = 0
        page = max(0, -(-self.count // walk.page_size) - 1) if at_end else 0
        while 0 <= page <= walk.last_page + n_added // walk.page_size + 1:
            met = self._store(await self._end_page(page, walk.page_size), walk, page)
            for item in reversed(met) if at_end else met:
                if item and item.release_no == walk.newest:
                    return n_added
                n_added += 1
            if not any(item and not item.repeated for item in met):
                return None  # nothing here is new, and the newest of then is gone
            page += -1 if at_end else 1
        return None

    def _agrees(self, walk: Walk, before: Attempt) -> bool:
        """Whether this walk, under one unmoved count, met just what the walk before it met."""
        unmoved = {*walk.counts(), walk.first_count} == {self.count}
        return unmoved and before.n_seen <= self.count and walk.repeats(before.n_seen)

    def _proved(self, walk: Walk, n_added: int | None) -> bool:
        """Whether this walk met all: as many as the service counts, and none was withdrawn on the way."""
        fell = self.count < walk.counts()[1]
        return not fell and n_added is not None and walk.first_count + n_added == self.count == walk.seen()

    async def _find_withdrawn(self, walk: Walk) -> tuple[int, list[str]]:
        """Ask for each release that this whole walk did not meet; mark those that the service no longer has.

        Returns how many are there all the same, and what is to be said about it.
        """
        unseen = walk.unseen()
        if len(unseen) > max(MANY, MANY_SHARE * self.count):
            note = (
                f"{len(unseen):,} releases are no longer listed: too many at once to be withdrawals. None was marked."
            )
            return 0, [note]
        note_unlisted(self.archive, listed(self.archive, "seen_walk < ?", walk.walk_id), now())
        there = [number for number, uuid in unseen if not await self.ask_if_withdrawn(walk, number, uuid)]
        return len(there), [f"{len(there):,} releases are there but not listed."] if there else []

    async def ask_if_withdrawn(self, walk: Walk, number: int, uuid: str) -> bool:
        """Ask for a release that the list did not have; mark it as withdrawn if its own address is gone too."""
        answer = await self.client.detail(uuid)
        if answer:
            self._store(answer, walk)
            return False
        with self.archive.transaction():
            self.archive.event(number, "withdrawn", now(), f"not listed, and press_releases/{uuid}.json is not found")
        self.intake.counts["withdrawn"] += 1
        return True

    async def _read_pages(self, walk: Walk, pages: Iterable[int], days: list[int] | None = None) -> list[int]:
        """Read and store pages, several at a time, begun in this order. Returns those that failed."""
        failed: list[int] = []

        async def read(page: int) -> None:
            try:
                answer = await self._listing(page, walk.page_size)
            except Failure:
                failed.append(page)
                return
            self._store(answer, walk, page)
            day = latest_day(answer.results) if days is not None else None
            if days is not None and day is not None:
                days.append(day)

        await together((read(page) for page in pages), self.in_flight)
        return sorted(failed)

    async def _end_page(self, page: int, size: int) -> Answer:
        """A page at an end of the list, where places are counted: asked for again if it holds too few."""
        answer = await self._listing(page, size)
        for _ in range(SHORT_TRIES):
            if len(answer.results) >= min(size, answer.page_size or size, answer.count - page * size):
                break
            answer = await self._listing(page, size)
        return answer

    async def _listing(self, page: int, size: int) -> Answer:
        params: dict[str, str | int] = {"pagesize": size, "page": page, "sort": "created", "direction": "ASC"}
        answer = await self.client.listing(params)
        self.count = answer.count
        self._counts.add(answer.count)
        return answer

    def _store(self, answer: Answer, walk: Walk, page: int | None = None) -> list[Added | None]:
        added = self.intake.store(answer, walk, page)
        self.progress.advance(sum(1 for item in added if not (item and item.repeated)))
        return added


def _size_of(first: Answer) -> int:
    """How many records a page has: what the service says, or gives where it gives fewer than it says."""
    said = first.page_size if first.page_size and 0 < first.page_size <= PAGE_SIZE else PAGE_SIZE
    return min(said, len(first.results)) if 0 < len(first.results) < first.count else said


def _newest_to_oldest(walk: Walk) -> list[int]:
    pages = range(walk.last_page + 1)
    return list(pages if walk.order == "newest_first" else reversed(pages))


async def together(jobs: Iterator[Coroutine[Any, Any, None]], width: int) -> None:
    """Run jobs, begun in order, up to ``width`` at once. The first error stops all and is raised."""

    async def work() -> None:
        for job in jobs:
            await job

    tasks = [asyncio.create_task(work()) for _ in range(width)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
