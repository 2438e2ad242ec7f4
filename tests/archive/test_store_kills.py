"""A process that is killed at any instant leaves an archive that the next one can go on with."""

import itertools
import os
import signal
from pathlib import Path

import pytest

from csea.archive import Archive, store
from csea.archive.verify import faults
from fake_doj import make_records

RECORDS = make_records(20)
PAGES = [RECORDS[start : start + 4] for start in range(0, 20, 4)]
DIED = -signal.SIGKILL


def collect(archive, add):
    """Add the records page by page, as a crawl does: three parts come of it."""
    for page in PAGES:
        add(archive, *page)
        archive.flush()
    archive.flush(1)


def killed_at(nth, work):
    """``work``, killing this process before its n-th call."""
    calls = itertools.count(1)

    def call(*given):
        if next(calls) == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return work(*given)

    return call


class Connection:
    """A connection whose process is killed at the n-th COMMIT, before it or as soon as it is done."""

    def __init__(self, real, nth, done):
        self.real, self.done = real, done
        self.die = killed_at(nth, lambda: None)

    def __getattr__(self, name):
        return getattr(self.real, name)

    def execute(self, query, *values):
        if query != "COMMIT":
            return self.real.execute(query, *values)
        if not self.done:
            self.die()
        answer = self.real.execute(query, *values)
        if self.done:
            self.die()
        return answer


def crawl(folder, add, moment, nth):
    """Runs in a process of its own, so that what it puts in place of the system's calls ends with it."""
    store.PART_ROWS = 5
    if moment == "fsync":
        os.fsync = killed_at(nth, os.fsync)
    if moment == "rename":
        Path.replace = killed_at(nth, Path.replace)
    with Archive.writer(folder, "csea collect") as archive:
        if "COMMIT" in moment:
            archive.sql = Connection(archive.sql, nth, "done" in moment)
        collect(archive, add)


MOMENTS = [
    *itertools.product(["COMMIT", "COMMIT done"], [1, 2, 3, 8]),
    *itertools.product(["fsync"], [1, 2, 3, 6]),
    *itertools.product(["rename"], [1, 2, 3]),
]


@pytest.mark.parametrize("moment, nth", MOMENTS)
def test_next_process_finds_or_adds_every_record_once(folder, add, held, forked, monkeypatch, moment, nth):
    monkeypatch.setattr(store, "PART_ROWS", 5)
    child = forked(crawl, folder, add, moment, nth)
    child.join(60)
    assert child.exitcode == DIED
    with Archive.writer(folder, "csea collect") as archive:
        collect(archive, add)
        assert sorted(held(archive, all_versions=True), key=str) == sorted(RECORDS, key=str)
        assert list(faults(archive)) == []


@pytest.mark.parametrize("nth", [1, 3])
def test_page_whose_commit_was_done_is_kept(folder, add, held, forked, nth):
    child = forked(crawl, folder, add, "COMMIT done", nth)
    child.join(60)
    with Archive.reader(folder) as archive:
        assert [record for record in held(archive) if record in PAGES[0]] == PAGES[0]
