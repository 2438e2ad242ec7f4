"""Form: bytes, header and shape of a CSV file, with physical lines.

The first reading of every file. It gives a table of text cells in schema order, or problems that explain
why there is none. Cells never hold newlines, so a row's physical line is its index plus two.
Out of scope: what the cells mean (``columns.py``).
"""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from csea.errors import Problem, did_you_mean
from csea.io import csv_bytes
from csea.schema import Schema

FIRST_ROW = 2  # physical line of the first row after the header
BOM = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
SPREADSHEET_RUNS = r"^[=+@\t]|^-[A-Za-z]"


def read_csv(path: Path, shown: str, schema: Schema) -> tuple[pa.Table | None, list[Problem]]:
    """Read a CSV file as a table of text columns, null for empty cells.

    ``shown`` is the file name for messages. The table is None when the bytes, header or rows are so faulty
    that cells cannot be told apart; the problems then say why.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        return None, [_problem("form.readable", shown, f"The file cannot be read ({error.strerror}).", f"Put a CSV file at {shown}.")]
    problems = _check_bytes(data, shown)
    if problems:
        return None, problems
    problems = _check_header(data, shown, schema)
    if problems:
        return None, problems
    table, problems = _parse(data, shown, schema)
    return table, problems + (_check_cells(table, shown, schema) if table is not None else [])


def check_canonical(path: Path, shown: str, canonical: pa.Table) -> list[Problem]:
    """Compare the file with the canonical form of its own rows; name the first line that differs."""
    wanted, found = csv_bytes(canonical).split(b"\n"), path.read_bytes().split(b"\n")
    for index, (want, have) in enumerate(zip(wanted, found, strict=False)):
        if want != have:
            return [
                _problem(
                    "form.canonical",
                    shown,
                    f"The file is not in canonical form: here it should say {_short(want)}",
                    "Run `make fmt`, which sorts the rows and writes them in canonical form.",
                    line=index + 1,
                    value=_short(have),
                )
            ]
    return []


def _check_bytes(data: bytes, shown: str) -> list[Problem]:
    if not data:
        return [_problem("form.empty", shown, "The file is empty.", "Write at least the header line, or restore the file with `git checkout`.")]
    if data.startswith(UTF16) or (data[1:2] == b"\x00"):
        return [_problem("form.encoding", shown, "The file is UTF-16, not UTF-8.", "Save it again as UTF-8 without a byte-order mark.", line=1)]
    if data.startswith(BOM):
        return [_problem("form.byte_order_mark", shown, "The file begins with a byte-order mark.", "Save it again as UTF-8 without a byte-order mark (Excel: not 'CSV UTF-8').", line=1)]
    if b"\x00" in data:
        return [_problem("form.nul", shown, "The line holds a NUL byte.", "Delete the byte.", line=_line_at(data, data.index(b"\x00")))]
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        bad = repr(data[error.start : error.start + 8])
        return [_problem("form.encoding", shown, "The line is not UTF-8.", "Save the file again as UTF-8.", line=_line_at(data, error.start), value=bad)]
    problems = []
    if b"\r" in data:
        problems.append(_problem("form.line_ends", shown, "Lines end in CR LF or CR instead of LF.", "Save with Unix line ends.", line=_line_at(data, data.index(b"\r"))))
    if not data.endswith(b"\n"):
        problems.append(_problem("form.last_line", shown, "The last line has no line end.", "End the file with a newline.", line=data.count(b"\n") + 1))
    return problems + _open_quotes(data, shown)


def _open_quotes(data: bytes, shown: str) -> list[Problem]:
    for index, line in enumerate(data.split(b"\n")):
        if line.count(b'"') % 2:
            return [_problem("form.newline_in_cell", shown, "A quote is left open, or a cell holds a newline.", "Close the quote, and write each row on one line.", line=index + 1, value=_short(line))]
    return []


def _check_header(data: bytes, shown: str, schema: Schema) -> list[Problem]:
    found = data.split(b"\n", 1)[0].decode("utf-8").replace('"', "").split(",")
    wanted = schema.columns
    if found == wanted:
        return []
    problems = []
    for name in wanted:
        if name not in found:
            problems.append(_problem("form.missing_column", shown, f'The column "{name}" is missing.', f"Add it; the header is: {','.join(wanted)}", line=1, column=name))
    for name in found:
        if name not in wanted:
            hint = did_you_mean(name, wanted)
            problems.append(_problem("form.unknown_column", shown, "The schema has no such column.", f"{hint}Rename or remove it.", line=1, column=name, value=name))
    for name in sorted({name for name in found if found.count(name) > 1}):
        problems.append(_problem("form.repeated_column", shown, "The column stands more than once.", "Remove all but one.", line=1, column=name, value=name))
    if not problems:
        problems.append(_problem("form.column_order", shown, "The columns are in another order than in the schema.", f"Put them in this order: {','.join(wanted)}", line=1))
    return problems


def _parse(data: bytes, shown: str, schema: Schema) -> tuple[pa.Table | None, list[Problem]]:
    bad: list[Problem] = []

    def note(row: csv.InvalidRow) -> str:
        message = f"The row has {row.actual_columns} cells instead of {row.expected_columns}."
        fix = "Add or remove commas; put a cell that holds a comma in double quotes."
        bad.append(_problem("form.cells_in_row", shown, message, fix, line=row.number or 0, value=_short(row.text.encode())))
        return "skip"

    if data.count(b"\n") == 1:
        return _empty(schema), []
    table = csv.read_csv(
        pa.py_buffer(data),
        read_options=csv.ReadOptions(use_threads=False),  # row numbers are known only without threads
        parse_options=csv.ParseOptions(newlines_in_values=False, invalid_row_handler=note, ignore_empty_lines=False),
        convert_options=csv.ConvertOptions(
            column_types={name: pa.string() for name in schema.columns},
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            null_values=[""],
        ),
    )
    return (None if bad else table), bad


def _check_cells(table: pa.Table, shown: str, schema: Schema) -> list[Problem]:
    problems = []
    for name in schema.columns:
        column = table[name]
        outer = pc.or_(pc.match_substring_regex(column, r"^\s"), pc.match_substring_regex(column, r"\s$"))
        for index in _where(outer):
            problems.append(_cell("form.outer_spaces", shown, table, schema, index, name, "The cell begins or ends with a space.", "Remove the outer spaces."))
        if schema.field(name).type == "string":
            for index in _where(pc.match_substring_regex(column, SPREADSHEET_RUNS)):
                problems.append(_cell("form.spreadsheet_formula", shown, table, schema, index, name, "A spreadsheet would run the cell as a formula.", "Begin the cell with another character."))
    return problems


def row_key(table: pa.Table, schema: Schema, index: int) -> str:
    """The primary key of a row, for messages: ``case_id=c000001``."""
    return ", ".join(f"{name}={table[name][index].as_py()}" for name in schema.primary_key)


def _cell(rule: str, shown: str, table: pa.Table, schema: Schema, index: int, column: str, message: str, fix: str) -> Problem:
    return Problem(rule, shown, message, fix, index + FIRST_ROW, row_key(table, schema, index), column, table[column][index].as_py())


def _problem(rule: str, shown: str, message: str, fix: str, line: int = 0, column: str = "", value: str = "") -> Problem:
    return Problem(rule, shown, message, fix, line=line, column=column, value=value)


def _where(mask: pa.ChunkedArray) -> list[int]:
    return pc.indices_nonzero(pc.fill_null(mask, False)).to_pylist()


def _line_at(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _short(line: bytes) -> str:
    text = line.decode("utf-8", "replace")
    return re.sub(r"\s+", " ", text)[:80]


def _empty(schema: Schema) -> pa.Table:
    return pa.table({name: pa.array([], pa.string()) for name in schema.columns})
