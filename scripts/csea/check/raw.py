"""Raw bytes: encoding, line ends, open quotes and the header, before a file is read as a table."""

from __future__ import annotations

import re

from csea.errors import Problem, did_you_mean
from csea.schema import Schema

BOM = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")


def check_bytes(data: bytes, shown: str) -> list[Problem]:
    """Problems that keep the bytes from being read as lines of UTF-8 text; ``shown`` names the file."""
    if not data:
        fix = "Write at least the header line, or restore the file with `git checkout`."
        return [Problem("form.empty", shown, "The file is empty.", fix)]
    if data.startswith(UTF16) or b"\x00" in data[:2]:
        fix = "Save it again as UTF-8 without a byte-order mark."
        return [Problem("form.encoding", shown, "The file is UTF-16, not UTF-8.", fix, line=1)]
    if data.startswith(BOM):
        fix = "Save it again as UTF-8 without a byte-order mark (in Excel, not as 'CSV UTF-8')."
        return [Problem("form.byte_order_mark", shown, "The file begins with a byte-order mark.", fix, line=1)]
    if b"\x00" in data:
        line = _line_at(data, data.index(b"\x00"))
        return [Problem("form.nul", shown, "The line holds a NUL byte.", "Delete the byte.", line)]
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, bad = _line_at(data, error.start), repr(data[error.start : error.start + 8])
        return [Problem("form.encoding", shown, "The line is not UTF-8.", "Save the file as UTF-8.", line, value=bad)]
    return [*_check_lines(data, shown)]


def check_header(data: bytes, shown: str, schema: Schema) -> list[Problem]:
    """Problems with the column names of the first line, or with their order."""
    found = data.split(b"\n", 1)[0].decode("utf-8").replace('"', "").split(",")
    wanted = schema.columns
    if found == wanted:
        return []
    whole = f"The header is: {','.join(wanted)}"
    problems = [
        Problem("form.missing_column", shown, "A column is missing.", f"Add it. {whole}", 1, column=name)
        for name in wanted
        if name not in found
    ]
    for name in found:
        if name not in wanted:
            fix = f"{did_you_mean(name, wanted)}Rename or remove it."
            message = "The schema has no such column."
            problems.append(Problem("form.unknown_column", shown, message, fix, 1, column=name, value=name))
    for name in sorted({name for name in found if found.count(name) > 1}):
        message, fix = "The column stands more than once.", "Remove all but one."
        problems.append(Problem("form.repeated_column", shown, message, fix, 1, column=name, value=name))
    if not problems:
        message = "The columns are in another order than in the schema."
        problems.append(Problem("form.column_order", shown, message, f"Reorder them. {whole}", 1))
    return problems


def shorten(line: bytes) -> str:
    """The start of a line, for messages."""
    return re.sub(r"\s+", " ", line.decode("utf-8", "replace"))[:80]


def _check_lines(data: bytes, shown: str) -> list[Problem]:
    problems = []
    if b"\r" in data:
        message, line = "Lines end in CR LF or CR instead of LF.", _line_at(data, data.index(b"\r"))
        problems.append(Problem("form.line_ends", shown, message, "Save the file with Unix line ends.", line))
    if not data.endswith(b"\n"):
        message, line = "The last line has no line end.", data.count(b"\n") + 1
        problems.append(Problem("form.last_line", shown, message, "End the file with a newline.", line))
    for index, text in enumerate(data.split(b"\n")):
        if text.count(b'"') % 2:
            message = "A quote is left open, or a cell holds a newline."
            fix = "Close the quote, and write each row on one line."
            problems.append(Problem("form.newline_in_cell", shown, message, fix, index + 1, value=shorten(text)))
            break  # the lines after an open quote prove nothing
    return problems


def _line_at(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1
