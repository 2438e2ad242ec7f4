"""One process at a time changes the archive; a second one is told who does.

The lock is the operating system's (flock): it ends with its process, however that ends, so no stale lock
can be left behind by a kill or a power cut.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from csea.errors import UsageError


@contextmanager
def locked(folder: Path, purpose: str) -> Iterator[None]:
    """Hold the archive's lock; ``purpose`` is the command that a second process is told about.

    UsageError, naming the holder, where another process has it.
    """
    try:
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise UsageError(f"The archive in {folder} cannot be written: {error.strerror}.") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 500, 0).decode(errors="replace").strip() or "another process"
            raise UsageError(f"The archive {folder} is in use by {holder}. Wait until it ends, or stop it.") from None
        since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{purpose} (process {os.getpid()}, since {since})".encode(), 0)
        yield
    finally:
        os.close(handle)  # gives the lock back
