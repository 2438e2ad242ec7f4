"""Form: a CSV file as a table of text cells, with physical lines.

The first reading of every file. It gives a table in schema order, or problems that explain why there is
none. Out of scope: what the cells mean (``columns.py``).
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from csea.check.place import FIRST_ROW, row_key, where
from csea.check.raw import check_bytes, check_header, shorten
from csea.errors import Problem
from csea.io import csv_bytes
from csea.schema import Schema

SPREADSHEET_RUNS = r"^[=+@\t]|^-[A-Za-z]"


def read_csv(path: Path, shown: str, schema: Schema) -> tuple[pa.Table | None, list[Problem]]:
    """Read a CSV file as a table of text columns, null for empty cells.

    ``shown`` is the file name for messages. The table is None when the bytes, header or rows are so faulty
    that cells cannot be told apart; the problems then say why.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        message = f"The file cannot be read: {error.strerror}."
        return None, [Problem("form.readable", shown, message, f"Put a CSV file at {shown}.")]
    problems = check_bytes(data, shown) or check_header(data, shown, schema)
    if problems:
        return None, problems
    table, problems = _parse(data, shown, schema)
    return table, problems if table is None else _check_cells(table, shown, schema)


def check_canonical(path: Path, shown: str, canonical: pa.Table) -> list[Problem]:
    """Compare the file with the canonical form of its own rows; name the first line that differs."""
    wanted, found = csv_bytes(canonical).split(b"\n"), path.read_bytes().split(b"\n")
    for index, (want, have) in enumerate(zip(wanted, found, strict=False)):
        if want != have:
            message = f"The file is not in canonical form: here it should say {shorten(want)}"
            fix = "Run `make fmt` for a hand-kept file, `csea build` for a generated one."
            return [Problem("form.canonical", shown, message, fix, index + 1, value=shorten(have))]
    return []


def _parse(data: bytes, shown: str, schema: Schema) -> tuple[pa.Table | None, list[Problem]]:
    bad: list[Problem] = []

    def note(row: csv.InvalidRow) -> str:
        message = f"The row has {row.actual_columns} cells instead of {row.expected_columns}."
        fix = "Add or remove commas; put a cell that holds a comma in double quotes."
        value = shorten(row.text.encode())
        bad.append(Problem("form.cells_in_row", shown, message, fix, row.number or 0, value=value))
        return "skip"

    if data.count(b"\n") == 1:
        return pa.table({name: pa.array([], pa.string()) for name in schema.columns}), []
    try:
        table = csv.read_csv(
            pa.py_buffer(data),
            # Without threads row numbers are known; in one block a row may be of any length.
            read_options=csv.ReadOptions(use_threads=False, block_size=len(data) + 1),
            parse_options=csv.ParseOptions(invalid_row_handler=note, ignore_empty_lines=False),
            convert_options=csv.ConvertOptions(
                column_types={name: pa.string() for name in schema.columns},
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid as error:
        fix = "Write each row on one line, with cells separated by commas and quoted where they hold one."
        return None, [Problem("form.unreadable", shown, f"The rows cannot be told apart: {error}.", fix)]
    return (None if bad else table), bad


def _check_cells(table: pa.Table, shown: str, schema: Schema) -> list[Problem]:
    problems = []
    spaces = "The cell begins or ends with a space.", "Remove the outer spaces."
    formula = "A spreadsheet would run the cell as a formula.", "Begin the cell with another character."
    for field in schema.fields:
        found = [("form.outer_spaces", spaces, r"^\s|\s$")]
        if field.type == "string":
            found.append(("form.spreadsheet_formula", formula, SPREADSHEET_RUNS))
        for rule, texts, pattern in found:
            for index in where(pc.match_substring_regex(table[field.name], pattern)):
                key, value = row_key(table, schema, index), table[field.name][index].as_py()
                problems.append(Problem(rule, shown, *texts, index + FIRST_ROW, key, field.name, value))
    return problems
