"""Batches are coded on several cores as on one: the same, in order, with few of them in memory."""

import os
import signal
from itertools import count, islice

import pyarrow as pa
import pytest
from releases import ROWS, batch

from csea.code.batch import coder_of
from csea.code.pool import WAITING, code_batches, cores
from csea.errors import UsageError

WORKERS = 2


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


def test_one_and_two_workers_give_the_same_in_order(root):
    coder, given = coder_of(root), [*batches(9), batch([])]
    alone = list(code_batches(coder, given, 1))
    together = list(code_batches(coder, given, WORKERS))
    assert len(alone) == len(given)
    assert all(one.equals(other) for one, other in zip(alone, together, strict=True))
    assert numbers(together) == list(range(1, 10))


def test_the_work_is_done_in_other_processes_and_few_batches_are_read_ahead():
    read = []
    given = (read.append(number) or batch([ROWS[0]], first=number) for number in count(1))
    coded = code_batches(Echo(), given, WORKERS)
    seen = list(islice(coded, 20))
    assert numbers(seen) == list(range(1, 21))
    assert os.getpid() not in {rows.column("pid")[0].as_py() for rows in seen}
    assert len(read) <= 20 + WORKERS * WAITING
    coded.close()
    assert len(read) <= 20 + WORKERS * WAITING


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
