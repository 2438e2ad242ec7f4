"""Whoever is told how far a run is: the bar on a terminal, or nobody."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Is told the whole, each advance, and each fault; ``cli/common.py`` has the one that draws."""

    def total(self, units: int) -> None:
        """So many records (or days) are to be read in all."""

    def advance(self, units: int) -> None:
        """So many more have been read."""

    def fault(self) -> None:
        """A request failed and is tried again, or given up."""
