"""A file as blocks of whole lines with their physical numbers, so that no file is ever held whole.

Out of scope: what a line says (``lines.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from csea.errors import Problem

BLOCK = 4 * 2**20  # bytes read at a time: larger ones are no faster and hold more memory
LONGEST_LINE = 8 * 2**20  # bytes; a thousand times our longest row
BOM = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
KINDS = {
    b"PK\x03\x04": "a ZIP file, as Excel workbooks are",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "an SQLite database",
    b"\x1f\x8b": "a gzip file",
    b"\x89PNG": "a picture",
    b"%PDF": "a PDF",
}
TOO_LONG = f"The line is longer than {LONGEST_LINE // 2**20} MiB.", "Write each row on one line of its own."
READABLE = "Put a file there that can be read, or restore it with `git checkout`."
UNIX_ENDS = "Save the file with Unix line ends (LF), or let `csea check --fix` do it."


@dataclass(frozen=True)
class Block:
    """Whole lines, each with its newline, and the physical line of the first."""

    data: bytes
    first: int


@dataclass
class Lines:
    """The lines of a file, a block at a time; after the last block ``problems`` says what was wrong with them.

    ``is_whole`` turns false where part of the file was not read as lines.
    """

    path: Path
    shown: str
    problems: list[Problem] = field(default_factory=list)
    is_whole: bool = True
    _carriage_returns: int = 0
    _first_carriage_return: int = 0

    def blocks(self) -> Iterator[Block]:
        """Blocks of about 4 MiB; none where the file cannot be read as text."""
        try:
            with self.path.open("rb", buffering=0) as file:
                yield from self._cut(iter(lambda: file.read(BLOCK), b""))
        except OSError as error:
            self._stop("form.readable", f"The file cannot be read: {error.strerror}.", READABLE)
        if self._carriage_returns:
            lines = "A line ends" if self._carriage_returns == 1 else f"{self._carriage_returns:,} lines end"
            self._tell(
                "form.line_ends", f"{lines} in CR LF or CR instead of LF.", UNIX_ENDS, self._first_carriage_return
            )

    def _cut(self, chunks: Iterator[bytes]) -> Iterator[Block]:
        start = next(chunks, b"")
        if not self._is_text(start):
            return
        rest, line = start.removeprefix(BOM), 1
        old_mac = b"\n" not in rest and b"\r" in rest
        while rest or line == 1:
            if old_mac:
                rest = self._unix_ends(rest, b"\r", line)
            end = rest.rfind(b"\n") + 1
            if end:
                block = self._unix_ends(rest[:end], b"\r\n", line)
                yield Block(block, line)
                line += block.count(b"\n")
            rest = rest[end:]
            if len(rest) > LONGEST_LINE:
                self._stop("form.long_line", f"{TOO_LONG[0]} Nothing after it was read.", TOO_LONG[1], line)
                return
            chunk = next(chunks, b"")
            if not chunk:
                break
            rest += chunk
        if rest:
            fix = "End the file with a newline, or let `csea check --fix` do it."
            self._tell("form.last_line", "The last line has no line end.", fix, line)
            yield Block(rest + b"\n", line)

    def _is_text(self, start: bytes) -> bool:
        if not start.removeprefix(BOM):
            fix = "Write at least the header line, or restore the file with `git checkout`."
            return self._stop("form.empty", "The file is empty.", fix)
        if start.startswith(UTF16) or b"\x00" in start[:2]:
            fix = "Save it again as UTF-8 without a byte-order mark."
            return self._stop("form.encoding", "The file is UTF-16 or UTF-32, not UTF-8.", fix, 1)
        for magic, kind in KINDS.items():
            if start.startswith(magic):
                return self._stop("form.not_text", f"The file is {kind}, not CSV.", "Save it as CSV in UTF-8.")
        if start.startswith(BOM):
            fix = "Save it again without the mark (in Excel, not as 'CSV UTF-8'), or let `csea check --fix` do it."
            self._tell("form.byte_order_mark", "The file begins with a byte-order mark.", fix, 1)
        return True

    def _unix_ends(self, data: bytes, end: bytes, first: int) -> bytes:
        """``data`` with line ends ``end`` turned into LF, counted."""
        count = data.count(end) if b"\r" in data else 0
        if count:
            if not self._carriage_returns:
                self._first_carriage_return = first + data.count(b"\n", 0, data.index(end))
            self._carriage_returns += count
            data = data.replace(end, b"\n")
        return data

    def _tell(self, rule: str, message: str, fix: str, line: int) -> None:
        self.problems.append(Problem(rule, self.shown, message, fix, line))

    def _stop(self, rule: str, message: str, fix: str, line: int = 0) -> bool:
        """Note a problem after which the file is not read on."""
        self._tell(rule, message, fix, line)
        self.is_whole = False
        return False
