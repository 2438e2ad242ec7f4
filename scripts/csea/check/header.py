"""The header: the column names of a CSV file's first line against the schema.

Columns that are there are checked even where others are missing, unknown or in another order.
"""

from __future__ import annotations

import csv
import re
from collections import Counter

from csea.check.lines import (
    CANONICAL,
    CARRIAGE_RETURN,
    HOLDS_CARRIAGE_RETURN,
    HOLDS_NUL,
    NEEDLESS,
    NOT_UTF8,
    NUL,
    QUOTE,
    SPACES,
    is_utf8,
    shorten,
)
from csea.errors import Problem, did_you_mean
from csea.schema import Schema

OTHER_SEPARATORS = ((b";", "semicolons"), (b"\t", "tabs"), (b"|", "bars"))


def check_header(line: bytes, shown: str, schema: Schema, canonical: bool = False) -> tuple[list[str], list[Problem]]:
    """The column names of the first line, and problems with them, their form or their order.

    No names where the line is blank or is not parted by commas: then no cell can be told from another.
    """
    whole = f"The header is: {','.join(schema.columns)}"
    if not line.strip():
        return [], [Problem("form.blank_line", shown, "The first line is blank, where the header should be.", whole, 1)]
    problems = _header_form(line, shown, canonical)
    written = _names(line)
    found = [name.strip() for name in written]
    if other := _other_separator(line, found, schema):
        message, fix = f"The cells are separated by {other}, not by commas.", "Save the file as CSV with commas."
        return [], [*problems, Problem("form.separator", shown, message, fix, 1, value=shorten(line))]
    for name, raw in zip(found, written, strict=True):
        if name != raw:
            problems.append(Problem("form.outer_spaces", shown, *SPACES, 1, column=name, value=raw))
    return found, problems + _header_names(found, schema.columns, shown, whole)


def _header_form(line: bytes, shown: str, canonical: bool) -> list[Problem]:
    told = []
    if not is_utf8(line):
        told.append(("form.encoding", NOT_UTF8))
    if NUL in line:
        told.append(("form.nul", HOLDS_NUL))
    if CARRIAGE_RETURN in line:
        told.append(("form.carriage_return", HOLDS_CARRIAGE_RETURN))
    if canonical and QUOTE in line and not re.search(CANONICAL, line.decode("utf-8", "replace") + "\n"):
        told.append(("form.needless_quotes", NEEDLESS))
    return [Problem(rule, shown, *texts, 1, value=shorten(line)) for rule, texts in told]


def _other_separator(line: bytes, found: list[str], schema: Schema) -> str:
    """What stands in place of commas, where no name is known until the line is parted there."""
    for separator, name in OTHER_SEPARATORS:
        parts = {part.strip(b'" ').decode("utf-8", "replace") for part in line.split(separator)}
        if separator in line and not set(found) & set(schema.columns) and parts & set(schema.columns):
            return name
    return ""


def _names(line: bytes) -> list[str]:
    text = line.decode("utf-8", "replace").replace("\r", "")
    try:
        return next(csv.reader([text]))
    except csv.Error:  # a name longer than any that Python's reader takes
        return text.split(",")


def _header_names(found: list[str], wanted: list[str], shown: str, whole: str) -> list[Problem]:
    if found == wanted:
        return []
    problems = [
        Problem("form.missing_column", shown, "A column is missing.", f"Add it. {whole}", 1, column=name)
        for name in wanted
        if name not in found
    ]
    for name, count in Counter(found).items():
        if name not in wanted:
            fix = (
                f"{did_you_mean(name, wanted)}Rename or remove it."
                if name
                else "Name it, or remove the comma too many."
            )
            message = "The schema has no such column." if name else f"Column {found.index(name) + 1} has no name."
            problems.append(Problem("form.unknown_column", shown, message, fix, 1, column=name, value=name))
        if name and count > 1:
            message, fix = "The column stands more than once.", "Remove all but one; the first was checked."
            problems.append(Problem("form.repeated_column", shown, message, fix, 1, column=name, value=name))
    if not problems:
        message = "The columns are in another order than in the schema."
        fix = f"Reorder them, or let `csea check --fix` do it. {whole}"
        problems.append(Problem("form.column_order", shown, message, fix, 1))
    return problems
