"""What the commands share: options, and progress bars that only a terminal shows."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from csea.project import Project

quiet_option = click.option("--quiet", is_flag=True, help="Print nothing unless something is wrong.")
cache_option = click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder that holds the archive (default: the variable CSEA_CACHE, or the user's cache folder).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for machines.")


@contextmanager
def steps(project: Project, silent: bool) -> Iterator[Callable[[str], None]]:
    """Give the function that is told each step of a build; on a terminal it draws a bar."""
    # Each input, register and table is read, then its keys and privacy are checked.
    files = len(project.inputs) + 2 + len(project.tables)
    with bar_of_steps(2 * files + 4, silent) as step:
        yield step


@contextmanager
def bar_of_steps(number: int, silent: bool) -> Iterator[Callable[[str], None]]:
    """Give the function that is told each of so many steps; on a terminal it draws a bar."""
    if silent or not sys.stderr.isatty():
        yield lambda name: None
        return
    with click.progressbar(
        length=number, file=sys.stderr, show_eta=False, item_show_func=lambda name: name or ""
    ) as bar:
        yield lambda name: bar.update(1, name)


class Bar:
    """A bar for work counted in records, lines or days: how many, how fast, how long still, and faults if any."""

    def __init__(self, bar: Any | None) -> None:
        """Over a click bar, or None where nothing is to be drawn."""
        self._bar = bar
        self._began = time.monotonic()
        self._done = 0
        self._faults = 0

    def total(self, units: int) -> None:
        """So many units are to be done in all."""
        if self._bar is not None:
            self._bar.length = max(units, 1)

    def advance(self, units: int) -> None:
        """So many more are done."""
        self._done += units
        if self._bar is not None and units:
            rate = self._done / max(time.monotonic() - self._began, 0.001)
            faults = f", {self._faults:,} faults tried again" if self._faults else ""
            self._bar.update(units, f"{rate:,.0f}/s{faults}")

    def fault(self) -> None:
        """A request failed and is tried again."""
        self._faults += 1


@contextmanager
def counting(silent: bool) -> Iterator[Bar]:
    """Give a bar that is told the whole and each advance; it is drawn on a terminal only."""
    if silent or not sys.stderr.isatty():
        yield Bar(None)
        return
    with click.progressbar(length=1, file=sys.stderr, show_pos=True, item_show_func=lambda text: text or "") as bar:
        yield Bar(bar)
