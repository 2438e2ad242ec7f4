"""Lines: which lines of a block can be read as rows, judged over its bytes.

A line that cannot is told with its number and left out, so that all others are still checked. The whole file is
judged before (``blocks.py``), the header apart (``header.py``), cells after (``form.py``).
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from csea.check.blocks import LONGEST_LINE, TOO_LONG, Block
from csea.check.rows import Integers, where
from csea.errors import Problem

NUL, LINE_FEED, CARRIAGE_RETURN, QUOTE = 0, 10, 13, 34
PLAIN = '[^",]*'
QUOTED = '"(?:[^"]|"")*"'
NEEDS_QUOTES = '"(?:[^"]|"")*(?:,|"")(?:[^"]|"")*"'
WELL_QUOTED = f"^(?:{PLAIN}|{QUOTED})(?:,(?:{PLAIN}|{QUOTED}))*\n$"  # RFC 4180
CANONICAL = f"^(?:{PLAIN}|{NEEDS_QUOTES})(?:,(?:{PLAIN}|{NEEDS_QUOTES}))*\n$"
SHOWN = 80  # characters of a faulty line that a message repeats

BLANK = "The line is blank.", "Delete it, or let `csea check --fix` do it."
HOLDS_NUL = (
    "The line holds a NUL, an invisible character.",
    "Delete it, or save the file anew from the program that made it.",
)
HOLDS_CARRIAGE_RETURN = "The line holds a carriage return.", "Delete it, or end the line there with a newline (LF)."
NOT_UTF8 = "The line is not UTF-8.", "Save the file as UTF-8; it may be in Windows-1252."
OPEN_QUOTE = (
    "A quote is left open, or stands where CSV allows none.",
    'Put the whole cell in double quotes, and write a quote within it twice: "".',
)
NEWLINE = (
    "A cell holds a newline: the row goes on in the next line.",
    "Write each row on one line, with a space for the newline.",
)
SPACES = "The cell begins or ends with a space.", "Remove the outer spaces, or let `csea check --fix` do it."
NEEDLESS = (
    "A cell is quoted that needs no quotes.",
    "Quote only cells that hold a comma or a quote, or let `csea check --fix` do it.",
)


def readable_lines(block: Block, shown: str, canonical: bool) -> tuple[bytes, Integers, list[Problem]]:
    """The lines that can be read as rows and their physical numbers, with problems of the others.

    With ``canonical`` a line with needless quotes has a problem too, though it can be read.
    """
    view = _View(block, shown)
    problems = view.bad("form.blank_line", view.blank(), BLANK)
    problems += view.bad("form.long_line", view.too_long(), TOO_LONG)
    problems += view.bad("form.nul", view.holding(NUL), HOLDS_NUL)
    problems += view.bad("form.carriage_return", view.holding(CARRIAGE_RETURN), HOLDS_CARRIAGE_RETURN)
    problems += view.bad("form.encoding", view.not_utf8(), NOT_UTF8)
    quoted = view.holding(QUOTE)
    text = view.text(quoted)
    doubtful = quoted[_misfits(text, CANONICAL)]
    if len(doubtful):
        broken = doubtful[_misfits(view.text(doubtful), WELL_QUOTED)]
        if canonical:
            problems += view.told("form.needless_quotes", np.setdiff1d(doubtful, broken), NEEDLESS)
        opening = broken[np.isin(broken + 1, broken)]  # two such lines in a row are one cell with a newline
        problems += view.bad("form.newline_in_cell", opening, NEWLINE)
        problems += view.bad("form.quotes", broken[~np.isin(broken, opening + 1)], OPEN_QUOTE)
        view.is_bad[broken] = True
    return view.rest(), view.numbers(), problems


def shorten(line: bytes | str) -> str:
    """The start of a line, for messages."""
    text = line.decode("utf-8", "replace") if isinstance(line, bytes) else line
    return re.sub(r"\s+", " ", text[: 4 * SHOWN])[:SHOWN]


def _misfits(lines: pa.Array, pattern: str) -> Integers:
    return where(pc.invert(pc.match_substring_regex(lines, pattern)))


class _View:
    """A block's bytes with where each line begins and ends, and which lines are no rows."""

    def __init__(self, block: Block, shown: str) -> None:
        self._block, self._shown = block, shown
        self._bytes = np.frombuffer(block.data, np.uint8)
        self._ends = np.flatnonzero(self._bytes == LINE_FEED)
        self._starts = np.concatenate([np.zeros(1, np.int64), self._ends + 1])  # with where a next line would begin
        self.is_bad: npt.NDArray[np.bool_] = np.zeros(len(self._ends), bool)

    def blank(self) -> Integers:
        return np.flatnonzero(self._starts[:-1] == self._ends)

    def too_long(self) -> Integers:
        return np.flatnonzero(self._ends - self._starts[:-1] > LONGEST_LINE)

    def holding(self, byte: int) -> Integers:
        """Lines that hold this byte and are not bad already."""
        if byte not in self._block.data:
            return np.zeros(0, np.int64)
        lines = np.unique(np.searchsorted(self._ends, np.flatnonzero(self._bytes == byte)))
        return lines[~self.is_bad[lines]]

    def not_utf8(self) -> Integers:
        if is_utf8(self._block.data):
            return np.zeros(0, np.int64)
        lines = np.unique(np.searchsorted(self._ends, np.flatnonzero(self._bytes >= 0x80)))
        return np.array([line for line in lines.tolist() if not is_utf8(self._line(line))], np.int64)

    def text(self, lines: Integers) -> pa.Array:
        """These lines, each with its newline, as Arrow text over the block's own memory."""
        offsets = pa.py_buffer(self._starts.astype(np.int32))
        whole = pa.StringArray.from_buffers(len(self._ends), offsets, pa.py_buffer(self._block.data))
        return whole.take(pa.array(lines))

    def bad(self, rule: str, lines: Integers, texts: tuple[str, str]) -> list[Problem]:
        """Problems of lines that are no rows, which are left out from here on."""
        lines = lines[~self.is_bad[lines]]
        self.is_bad[lines] = True
        return self.told(rule, lines, texts)

    def told(self, rule: str, lines: Integers, texts: tuple[str, str]) -> list[Problem]:
        message, fix = texts
        return [
            Problem(rule, self._shown, message, fix, self._block.first + line, value=shorten(self._line(line)))
            for line in lines.tolist()
        ]

    def rest(self) -> bytes:
        """The bytes of the lines that are rows."""
        if not self.is_bad.any():
            return self._block.data
        return self._bytes[np.repeat(~self.is_bad, np.diff(self._starts))].tobytes()

    def numbers(self) -> Integers:
        """The physical numbers of the lines that are rows."""
        return np.flatnonzero(~self.is_bad) + self._block.first

    def _line(self, line: int) -> bytes:
        return self._block.data[self._starts[line] : self._ends[line]]


def is_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8."""
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
