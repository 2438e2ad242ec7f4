"""Form: a CSV file as rows of text cells in schema order, read and judged a block at a time.

Everything that a block's lines and cells say of themselves is found in one pass: lines that are no rows, rows of
a wrong length, outer spaces, cells that a spreadsheet would run. Out of scope: what cells mean (``columns.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from csea.check.blocks import BOM, Block, Lines
from csea.check.header import check_header
from csea.check.lines import SPACES, readable_lines, shorten
from csea.check.rows import Integers, Rows, take, where
from csea.errors import Problem
from csea.io import cells
from csea.schema import Field, Schema

# Whatever looks like nothing at the end of a cell: Unicode's spaces and the invisible marks.
SPACE = "".join(map(chr, [*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200C), 0x2028, 0x2029]))
SPACE += "\u202f\u205f\u2060\u3000\ufeff"
OUTER_SPACE = f"^[{SPACE}]|[{SPACE}]$"
SPREADSHEET_RUNS = r"^[=+@\t]|^-[A-Za-z]"
FORMULA = "A spreadsheet would run the cell as a formula.", "Begin the cell with another character."
# First or last bytes that may be part of an outer space or begin a formula: a quick test before the patterns.
EDGES = np.zeros(256, bool)
EDGES[[*b"=+-@", *SPACE.encode()]] = True


@dataclass
class TextFile:
    """A CSV file to read; once ``blocks`` is exhausted, ``problems`` and ``is_whole`` tell what was wrong with it."""

    path: Path
    shown: str
    schema: Schema
    is_canonical: bool = False
    problems: list[Problem] = field(default_factory=list)
    is_whole: bool = True
    _header: list[str] | None = None

    def blocks(self) -> Iterator[tuple[Block, list[str]]]:
        """Blocks without the header, each with the columns found in the header."""
        lines = Lines(self.path, self.shown)
        for block in lines.blocks():
            if self._header is None:
                line, _, rest = block.data.partition(b"\n")
                self._header, problems = check_header(line, self.shown, self.schema, self.is_canonical)
                self.problems += problems
                block = Block(rest, block.first + 1)
            if block.data and self._header:
                yield block, self._header
        self.problems += lines.problems
        self.is_whole = lines.is_whole and bool(self._header)

    @property
    def has_header(self) -> bool:
        """Whether the file has a first line that could be read."""
        return bool(self._header)

    @property
    def absent(self) -> frozenset[str]:
        """Columns of the schema that the header lacks."""
        return frozenset(self.schema.columns).difference(self._header or ())


def parse(
    block: Block, header: list[str], shown: str, schema: Schema, canonical: bool = False
) -> tuple[Rows, list[Problem]]:
    """A block's rows as text, null for empty cells, and the problems of its lines and cells."""
    data, numbers, problems = readable_lines(block, shown, canonical)
    places = {name: str(header.index(name)) for name in schema.columns if name in header}
    wanted = {place: _text_type(schema.field(name)) for name, place in places.items()}
    table, kept, faults = _cells(data, len(header), wanted or {"0": pa.string()}, numbers, shown)
    columns = {
        name: table[places[name]].combine_chunks() if name in places else pa.nulls(table.num_rows, pa.string())
        for name in schema.columns
    }
    absent = frozenset(schema.columns).difference(places)
    is_whole = len(kept) + sum(problem.rule == "form.blank_line" for problem in problems) == block.data.count(b"\n")
    rows = Rows(pa.table(columns), kept, shown, schema, absent, is_whole)
    return rows, [*problems, *faults, *check_cells(rows)]


def _text_type(field: Field) -> pa.DataType:
    """Text, as a dictionary where values repeat: then they are judged once and not once a row."""
    repeats = field.enum or field.type in ("boolean", "date")
    return pa.dictionary(pa.int32(), pa.string()) if repeats and not field.separator else pa.string()


def _cells(
    data: bytes, width: int, wanted: dict[str, pa.DataType], numbers: Integers, shown: str
) -> tuple[pa.Table, Integers, list[Problem]]:
    """The ``wanted`` cells of well-formed lines, the numbers of the rows among them, and problems of the others.

    Columns are named by their places from "0" on, since a header may hold a name twice.
    """
    bad: list[int] = []
    problems: list[Problem] = []

    def note(row: csv.InvalidRow) -> str:
        cells = f"{row.actual_columns} cell{'' if row.actual_columns == 1 else 's'}"
        message = f"The row has {cells} instead of {row.expected_columns}."
        fix = "Add or remove commas; put a cell that holds a comma in double quotes."
        bad.append((row.number or 1) - 1)
        value = shorten(row.text)
        problems.append(Problem("form.cells_in_row", shown, message, fix, int(numbers[bad[-1]]), value=value))
        return "skip"

    if not data:
        return pa.table({name: pa.nulls(0, kind) for name, kind in wanted.items()}), numbers, []
    if data.startswith(BOM):
        data = BOM + data  # the reader drops one, though this is not the beginning of the file
    table = csv.read_csv(
        pa.py_buffer(data),
        # Without threads row numbers are known; in one block a row may be of any length.
        read_options=csv.ReadOptions(
            column_names=list(map(str, range(width))), use_threads=False, block_size=len(data) + 1
        ),
        parse_options=csv.ParseOptions(invalid_row_handler=note, ignore_empty_lines=False),
        convert_options=csv.ConvertOptions(
            include_columns=list(wanted),
            column_types=wanted,
            check_utf8=False,  # seen already
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            null_values=[""],
        ),
    )
    return table, np.delete(numbers, bad), problems


def check_cells(rows: Rows) -> list[Problem]:
    """Outer spaces in any cell, and text cells that a spreadsheet would run."""
    problems = []
    for name in rows.columns:
        column = rows.table[name].combine_chunks() if rows.table.num_rows else None
        if column is None or not len(suspects := _suspects(column)):
            continue
        text = cells(take(column, suspects))
        found = [("form.outer_spaces", OUTER_SPACE, SPACES)]
        if rows.schema.field(name).type == "string":
            found.append(("form.spreadsheet_formula", SPREADSHEET_RUNS, FORMULA))
        for rule, pattern, texts in found:
            hits = where(pc.match_substring_regex(text, pattern))
            problems += rows.problems(rule, suspects[hits], name, take(text, hits).to_pylist(), [texts])
    return problems


def _suspects(column: pa.Array) -> Integers:
    """Rows whose cell begins or ends with a byte that a fault may begin or end with."""
    if pa.types.is_dictionary(column.type):
        found = _suspects(column.dictionary)
        return where(pc.is_in(column.indices, value_set=pa.array(found, pa.int32()))) if len(found) else found
    _, offsets, data = column.buffers()
    if data is None or not data.size:
        return np.zeros(0, np.int64)
    places = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    text = np.frombuffer(data, np.uint8)
    first = EDGES[text[np.minimum(places[:-1], len(text) - 1)]]
    last = EDGES[text[np.maximum(places[1:], 1) - 1]]
    found = np.flatnonzero((places[1:] > places[:-1]) & (first | last))
    return found
