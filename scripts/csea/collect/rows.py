"""Rows of a CSV file whose cells may hold line ends and megabytes, each with the physical lines that make it.

A row that cannot be read does not end the reading; it comes with the reason, and the next line starts a new row.
Out of scope: header, columns and what the cells mean (``layouts.py``).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from csea.collect.lines import KEPT, LONGEST, Line


def rows_of(lines: Iterator[Line]) -> Iterator[tuple[Line, list[str]]]:
    """Rows and their cells; blank lines give nothing.

    A row's Line has the number of its first line, all its bytes (the beginning of what is above LONGEST) and
    the reason why it cannot be used; then the cells mean nothing.
    """
    feed = _Feed(lines)
    reader = csv.reader(feed, strict=True)  # or a lost quote would swallow rows without a word
    while True:
        feed.begin()
        cells: list[str] = []
        try:
            cells = _next(reader)
        except StopIteration:
            return
        except _Unusable as error:
            feed.fault = str(error)
        except csv.Error as error:
            feed.fault = feed.fault or f"starts a row that is not CSV: {error}"
        if feed.fault or feed.raw.strip():
            yield Line(feed.number, bytes(feed.raw), feed.fault), cells


def _next(reader: Iterator[list[str]]) -> list[str]:
    """The next row, with cells as long as a line may be; the limit is the whole program's, so it is put back."""
    limit = csv.field_size_limit(LONGEST)
    try:
        return next(reader)
    finally:
        csv.field_size_limit(limit)


class _Unusable(Exception):
    """The row cannot be read to its end; the message is the reason, to be read after "line 7"."""


class _Feed:
    """Lines as text for csv.reader; remembers those of the row that is being read."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self.begin()

    def begin(self) -> None:
        """Forget the row before."""
        self.number, self.fault, self.raw = 0, "", bytearray()

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number = self.number or line.number
        self.raw += line.raw
        if line.fault:
            raise _Unusable(self._placed(line.number, line.fault))
        if len(self.raw) > LONGEST:
            del self.raw[KEPT:]
            raise _Unusable(f"starts a row longer than {LONGEST} bytes")
        try:
            return line.raw.decode("utf-8")
        except UnicodeDecodeError as error:
            # The row is read on with a stand-in, so that the next one starts where it should.
            self.fault = self.fault or self._placed(line.number, f"is not UTF-8: byte {error.start + 1} is wrong")
            return line.raw.decode("utf-8", errors="replace")

    def _placed(self, number: int, fault: str) -> str:
        return fault if number == self.number else f"starts a row whose line {number} {fault}"
