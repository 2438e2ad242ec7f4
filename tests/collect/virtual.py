"""An event loop in virtual time: its clock jumps to the next timer, so minutes of pauses take milliseconds.

For coroutines within one process only: what a thread or a real socket sends may come when the clock is far ahead.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

T = TypeVar("T")
BEGIN = 1_000.0  # not 0, so that nobody takes the first instant for "never"


class WaitsForever(RuntimeError):
    """Nothing is due and nothing can come: the coroutine would never end."""


class VirtualSelector(selectors.BaseSelector):
    """Never waits: it looks what is ready, and else lets the time that it was to wait be over."""

    def __init__(self) -> None:
        self.now = BEGIN
        self._real = selectors.DefaultSelector()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = self._real.select(0)
        if not ready:
            if timeout is None:
                raise WaitsForever("no timer is set and nothing is ready")
            self.now += max(0.0, timeout)
        return ready

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def close(self) -> None:
        self._real.close()

    def get_map(self) -> Mapping[Any, selectors.SelectorKey] | None:
        return self._real.get_map()


class VirtualLoop(asyncio.SelectorEventLoop):
    """The loop whose clock is its selector's."""

    def __init__(self) -> None:
        self._virtual = VirtualSelector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now


def run_virtually(coroutine: Coroutine[Any, Any, T]) -> T:
    """What the coroutine returns. WaitsForever if it waits for what cannot come."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(coroutine)


def now() -> float:
    """The virtual time, within a coroutine."""
    return asyncio.get_running_loop().time()
