"""One process at a time makes, finishes or undoes a release in a folder.

The lock is the operating system's (flock): it ends with the last process that holds it, however that ends. Out of
scope: what is done under it (``journal.py``).
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from csea.errors import UsageError
from csea.release.git import PATIENCE

LOCK = "lock"


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """Hold the lock in a folder, which is made if need be, and give its open file.

    Who gets that file from us holds the lock too: a git command that we started and that outlives us. A process that
    comes after us waits for it for a moment. UsageError where a release is going on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    until = time.monotonic() + PATIENCE
    try:
        while not _taken(handle):
            if time.monotonic() > until:
                raise UsageError("Another `csea release` is running here. Wait until it ends.")
            time.sleep(0.05)
        yield handle
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
