"""Work that would make the server large is done beside it: in a process that ends, and gives its memory back.

``python -m csea.site.judge`` and ``python -m csea.site.earlier`` take one JSON object and give one; starting takes
a second. One runs at a time; how many may wait is decided where requests are let in (``middleware.room``).
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

Work = Callable[[dict[str, Any]], dict[str, Any]]

FIRST_TO_GO = Path("/proc/self/oom_score_adj")  # on Linux: what is ended first where memory runs out
_one_at_a_time = asyncio.Semaphore(1)


async def done(module: str, given: dict[str, Any], seconds: float, files: tuple[int, ...] = ()) -> dict[str, Any]:
    """What the module's ``main`` makes of ``given``; it has these open files too, by their descriptors.

    TimeoutError after that many seconds, RuntimeError where it fails.
    """
    async with _one_at_a_time:
        return await _done(module, given, seconds, files)


async def _done(module: str, given: dict[str, Any], seconds: float, files: tuple[int, ...]) -> dict[str, Any]:
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", module)
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, pass_fds=files)
    try:
        made, _ = await asyncio.wait_for(process.communicate(json.dumps(given).encode()), seconds)
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        raise RuntimeError(f"{module} ended with {process.returncode}")
    answer: dict[str, Any] = json.loads(made)
    return answer


def answer(work: Work) -> None:
    """Do the work that the server asks for on standard input, and tell it on standard output; pages go first."""
    with suppress(OSError):
        os.nice(10)
        FIRST_TO_GO.write_text("1000")
    json.dump(work(json.load(sys.stdin)), sys.stdout)
