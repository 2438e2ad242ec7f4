"""Code many batches on all cores, in order, with a bounded number of them in memory.

Out of scope: what coding is (``batch.py``) and where the batches come from.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import pyarrow as pa

from csea.code.batch import Coder
from csea.errors import UsageError
from csea.lean import without_pandas

FEW = 2_000  # releases; fewer are coded sooner than other processes start
WAITING = 2  # batches a worker that are read ahead: enough to keep it busy, few enough for memory

_coder: Coder | None = None  # of a worker process, set when it starts


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def code_batches(coder: Coder, batches: Iterable[pa.RecordBatch], workers: int) -> Iterator[pa.RecordBatch]:
    """The coded batch of each batch, in order. With one worker, or none, all is done in this process.

    UsageError where a worker process was killed, as the system does when memory is short.
    """
    if workers <= 1:
        yield from map(coder, batches)
        return
    context = multiprocessing.get_context("spawn")  # a fork would copy Arrow's threads in the middle of their work
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(coder,))
    waiting: deque[Future[bytes]] = deque()
    try:
        for batch in batches:
            waiting.append(pool.submit(_code, _packed(batch)))
            if len(waiting) >= workers * WAITING:
                yield _unpacked(waiting.popleft().result())
        while waiting:
            yield _unpacked(waiting.popleft().result())
    except BrokenProcessPool:
        raise UsageError(
            "A coding process was killed, perhaps for want of memory. Try again with fewer: csea build --workers 1"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _start(coder: Coder) -> None:
    global _coder
    _coder = coder
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the first process, which ends the others
    without_pandas()


def _code(data: bytes) -> bytes:
    if _coder is None:
        raise RuntimeError("the worker was not started with a coder")
    return _packed(_coder(_unpacked(data)))


def _packed(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


def _unpacked(data: bytes) -> pa.RecordBatch:
    with pa.ipc.open_stream(data) as reader:
        return reader.read_next_batch()
