"""Fix what has one right answer in a CSV file: bytes, spaces, canonical numbers, and the order of columns and rows.

Whatever could be meant in two ways stays as it is, for a person to mend. The result is the canonical form of the same
cells; see :mod:`csea.io`.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from csea.check import File
from csea.check.blocks import BOM, Block
from csea.check.columns import cast
from csea.check.files import read_file
from csea.check.form import SPACE, parse
from csea.check.header import check_header
from csea.check.keys import check_order
from csea.check.rows import Rows
from csea.errors import Problem, printable
from csea.io import cells, csv_bytes

FIXED = {
    "form.byte_order_mark": "byte-order mark removed",
    "form.line_ends": "line ends",
    "form.last_line": "newline at the end",
    "form.blank_line": "blank lines removed",
    "form.column_order": "order of columns",
    "form.outer_spaces": "outer spaces",
    "form.needless_quotes": "needless quotes",
    "form.order": "rows out of order",
    "column.canonical": "numbers in canonical form",
}
LONGEST_DIFF = 2_000  # lines; beyond, comparing them takes too long and nobody reads it


@dataclass(frozen=True)
class Fix:
    """What a file would become, which rules that serves, and how often each was broken."""

    file: File
    before: bytes
    after: bytes
    done: Counter[str]

    @property
    def summary(self) -> str:
        """What was done, in words."""
        parts = [f"{FIXED[rule]} ({count:,})" if count > 1 else FIXED[rule] for rule, count in self.done.items()]
        return ", ".join(parts) or "canonical form"

    def diff(self) -> str:
        """A unified diff; line ends and a byte-order mark are only told in the summary."""
        old, new = (_plain(data).decode("utf-8", "replace").split("\n") for data in (self.before, self.after))
        start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        if max(len(old), len(new)) - start > LONGEST_DIFF:
            return f"(from line {start + 1} on too many lines differ to show)"
        name = self.file.shown
        return "\n".join(map(printable, difflib.unified_diff(old, new, name, name, lineterm="", n=1)))


def fix(file: File) -> Fix | None:
    """The fix of a CSV file; None where there is nothing to fix, or it cannot be read at all."""
    if file.path.suffix != ".csv":
        return None
    rows, problems = read_file(file.path, file.shown, file.schema, canonical=True)
    if rows is None or any(problem.rule == "form.long_line" for problem in problems):
        return None
    done = Counter(problem.rule for problem in [*problems, *check_order(rows)] if problem.rule in FIXED)
    before = file.path.read_bytes()
    after = _canonical(_plain(before), file)
    return Fix(file, before, after, done) if after != before else None


def _plain(data: bytes) -> bytes:
    """Without byte-order mark, with Unix line ends, the last one too."""
    plain = data
    while plain.startswith(BOM):
        plain = plain.removeprefix(BOM)
    if b"\n" not in plain:
        plain = plain.replace(b"\r", b"\n")
    if not plain.endswith(b"\n"):
        plain += b"\n"
    return re.sub(rb"\r+\n", b"\n", plain)


def _are_all_fixed(problems: list[Problem]) -> bool:
    """Whether the problems of a header or of lines are such as writing anew mends, or keeps."""
    return {problem.rule for problem in problems} <= set(FIXED) | {"form.spreadsheet_formula"}


def _canonical(data: bytes, file: File) -> bytes:
    """The same cells in canonical form, in schema order, sorted where every key can be read.

    ``data`` itself where not every line can be read as a row of the schema's columns, so that nothing is lost.
    """
    line, _, rest = data.partition(b"\n")
    header, told = check_header(line, file.shown, file.schema)
    if not _are_all_fixed(told):
        return data
    text, problems = parse(Block(rest, 2), header, file.shown, file.schema)
    if not _are_all_fixed(problems):
        return data
    trimmed = pa.table({name: _trimmed(cells(text.table[name])) for name in file.schema.columns})
    typed, _ = cast(Rows(trimmed, text.lines, file.shown, file.schema))
    columns = {name: pc.coalesce(cells(typed.table[name]), trimmed[name]) for name in file.schema.columns}
    table = pa.table(columns)
    keys = [typed.table[name] for name in file.schema.primary_key]
    if table.num_rows and not any(key.null_count for key in keys):
        order = pc.sort_indices(
            pa.table(keys, names=list(file.schema.primary_key)),
            sort_keys=[(name, "ascending") for name in file.schema.primary_key],
        )
        table = table.take(order)
    return csv_bytes(table)


def _trimmed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    trimmed = pc.utf8_trim(column, characters=SPACE)
    return pc.if_else(pc.equal(trimmed, ""), None, trimmed)
