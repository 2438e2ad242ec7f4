"""Batches are coded on several cores as on one: the same, in order, with few of them in memory."""

import os
import signal
from itertools import count
from types import SimpleNamespace

import pyarrow as pa
import pytest
from releases import ROWS, batch

from csea.code.batch import coder_of
from csea.code.pool import WAITING, code_batches, cores
from csea.errors import UsageError

WORKERS = 2


class Telling:
    """Codes as a coder does, and tells which process it was."""

    def __init__(self, coder):
        self.coder = coder

    def __call__(self, rows):
        return self.coder(rows).append_column("pid", pa.array([os.getpid()] * rows.num_rows))


class Echo:
    """Stands for a coder: gives the batch back with the process that had it."""

    def __call__(self, rows):
        return rows.append_column("pid", pa.array([os.getpid()] * rows.num_rows))


class Deadly:
    """Stands for a coder that the system kills at one batch."""

    def __call__(self, rows):
        if rows.column("release_no")[0].as_py() == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return rows


def batches(n):
    return [batch([ROWS[number % len(ROWS)]], first=number) for number in range(1, n + 1)]


def numbers(coded):
    return [number for rows in coded for number in rows.column("release_no").to_pylist()]


@pytest.fixture(scope="module")
def by_two(root):
    """What two processes made of twenty batches, an empty one among them, and how many were read by each answer."""
    given, read = [*batches(19), batch([])], []
    sent = (read.append(rows) or rows for rows in given)
    coded = [(rows, len(read)) for rows in code_batches(Telling(coder_of(root)), sent, WORKERS)]
    return SimpleNamespace(given=given, coded=[rows for rows, _ in coded], n_read=[count for _, count in coded])


def test_one_and_two_workers_give_the_same_in_order(root, by_two):
    """So a coder that was sent to another process gives the same there, whatever the order of its sets and dicts."""
    alone = list(code_batches(coder_of(root), by_two.given, 1))
    assert len(alone) == len(by_two.given)
    assert all(one.equals(two.drop_columns("pid")) for one, two in zip(alone, by_two.coded, strict=True))
    assert numbers(by_two.coded) == list(range(1, 20))


def test_the_work_is_done_in_other_processes(by_two):
    processes = {pid for rows in by_two.coded for pid in rows.column("pid").to_pylist()}
    assert processes and os.getpid() not in processes


def test_few_batches_are_read_ahead(by_two):
    assert all(read <= done + WORKERS * WAITING for done, read in enumerate(by_two.n_read))


def test_nothing_is_read_after_the_caller_has_had_enough():
    read = []
    given = (read.append(number) or batch([ROWS[0]], first=number) for number in count(1))
    coded = code_batches(Echo(), given, WORKERS)
    next(coded)
    coded.close()
    assert len(read) <= WORKERS * WAITING


def test_one_worker_reads_nothing_ahead():
    read = []
    given = (read.append(number) or batch([ROWS[0]], first=number) for number in count(1))
    coded = code_batches(Echo(), given, 1)
    assert next(coded).column("pid")[0].as_py() == os.getpid()
    assert read == [1]


def test_a_worker_that_is_killed_ends_the_run_in_one_sentence():
    with pytest.raises(UsageError, match=r"killed.*memory.*--workers 1") as error:
        list(code_batches(Deadly(), batches(8), WORKERS))
    assert "\n" not in str(error.value)
    assert error.value.__suppress_context__


def test_no_batches_give_none():
    assert list(code_batches(Echo(), [], 0)) == list(code_batches(Echo(), [], WORKERS)) == []


def test_there_is_at_least_one_core():
    assert cores() >= 1
