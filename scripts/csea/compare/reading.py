"""The tables of a version as canonical text: CSV and Parquet from a file or from bytes, all tables of an SQLite file.

Null is an empty cell. A broken file raises :class:`VersionError`, one sentence that names it and quotes no cell but
keys. Values stay as they are written: ``1.50`` and ``1.5`` differ in CSV. In Parquet and SQLite, which hold numbers
and no text, they are written canonically; SQLite's 0 and 1 become ``false`` and ``true`` where the schema says boolean.
"""

from __future__ import annotations

import csv as standard_csv
import re
from collections import Counter
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from csea.compare.keys import are_unique, row_keys
from csea.errors import printable
from csea.io import cells
from csea.schema import SchemaError

LONGEST_HEADER = 2**20  # bytes
# What pyarrow says of a line that is no row; the cells that it quotes are left out.
RAGGED = re.compile(r"Row #(\d+): Expected (\d+) columns, got (\d+)")
NOT_TEXT = re.compile(r"column #(\d+): (?:Row #(\d+): )?.*invalid UTF8")


class VersionError(SchemaError):
    """A file of a version is broken; the message is one plain sentence that names it. Exit code 1."""


def read_csv(file: pa.NativeFile, shown: str) -> pa.Table:
    """A CSV file, every column as text; ``shown`` is its name in messages."""
    names, is_empty = _header(file, shown)
    if is_empty:
        return pa.table({name: pa.array([], pa.string()) for name in names})
    try:
        table = _parsed(file, names, use_threads=True)
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        table = _again(file, names, shown)
    for name, column in zip(names, table.columns, strict=True):
        # No file of ours has one, and pyarrow takes a quote that is not closed for a cell of many lines.
        if any(_has_line_end(chunk) for chunk in column.chunks):
            row = pc.index(pc.match_substring(column, "\n"), True).as_py() + 2
            where = f"in row {row} the column {printable(name)} holds a line end"
            raise VersionError(f"{shown} cannot be read as CSV: {where}, or a quote there is not closed.")
    return table


def _again(file: pa.NativeFile, names: list[str], shown: str) -> pa.Table:
    """The file without threads, since with them pyarrow does not know the row at fault."""
    try:
        return _parsed(file, names, use_threads=False)
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise VersionError(f"{shown} cannot be read as CSV: {_reason(str(error), names)}") from error


def _parsed(file: pa.NativeFile, names: list[str], use_threads: bool) -> pa.Table:
    file.seek(0)
    as_text = dict.fromkeys(names, pa.string())
    return csv.read_csv(
        file,
        read_options=csv.ReadOptions(column_names=names, skip_rows=1, use_threads=use_threads),
        # Without this an open quote drops a whole block of rows in silence; it costs a few per cent.
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(column_types=as_text, null_values=[""], strings_can_be_null=True),
    )


def _has_line_end(chunk: pa.Array) -> bool:
    """Whether there is one among the bytes of the cells: a search of memory, many times faster than one by cell."""
    text = chunk.buffers()[2]
    return text is not None and b"\n" in text.to_pybytes()


def _header(file: pa.NativeFile, shown: str) -> tuple[list[str], bool]:
    """The columns that the first line names, and whether nothing follows it."""
    line, _, rest = file.read(LONGEST_HEADER).partition(b"\n")
    try:
        names = next(standard_csv.reader([line.decode("utf-8-sig").rstrip("\r")], strict=True), [])
    except (UnicodeDecodeError, standard_csv.Error) as error:
        raise VersionError(f"{shown} cannot be read as CSV: its first line is no header in UTF-8.") from error
    if not any(names):
        raise VersionError(f"{shown} has no header: its first line is empty.")
    return _distinct(names, shown), not rest.strip(b"\r\n")


def _distinct(names: list[str], shown: str) -> list[str]:
    """The names; VersionError where one stands twice."""
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise VersionError(f"{shown} has the column {printable(repeated[0])} more than once.")
    return names


def _reason(message: str, names: list[str]) -> str:
    """A message of pyarrow in our words."""
    if found := RAGGED.search(message):
        row, expected, got = found.groups()
        return f"its header has {expected} columns and row {row} (the header is row 1) has {got}."
    if found := NOT_TEXT.search(message):
        place = f"row {found[2]}, " if found[2] else ""
        return f"{place}column {printable(names[int(found[1])])} holds bytes that are not UTF-8."
    return "a quote is not closed, or a row is longer than a file of ours may be."


def read_parquet(file: pa.NativeFile, shown: str) -> pa.Table:
    """A Parquet file, every column as text."""
    try:
        table = pq.ParquetFile(file).read()
        names = _distinct(table.column_names, shown)
        columns = [cells(table[name]) for name in names]
        for column in columns:
            column.validate(full=True)
        return pa.table([_without_empty(column) for column in columns], names=names)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0].rstrip(".") if str(error) else "it is broken"
        raise VersionError(f"{shown} cannot be read as Parquet: {printable(reason)}.") from error


def _without_empty(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """As in CSV: an empty text is not known."""
    is_empty = pc.equal(column, "")
    return pc.if_else(is_empty, None, column) if pc.any(is_empty).as_py() else column


def check_keys(table: pa.Table, key: Sequence[str], shown: str) -> None:
    """VersionError where a table lacks a column of its key, a row has no key, or two have the same."""
    if missing := [name for name in key if name not in table.column_names]:
        raise VersionError(f"{shown} lacks the key column {', '.join(missing)}.")
    keys = row_keys(table, key)
    if keys.null_count:
        row = pc.index(pc.is_null(keys), True).as_py()
        raise VersionError(f"{shown} has a row without a key: {', '.join(key)} is empty in its row {row + 2}.")
    if are_unique(keys):
        return
    counts = keys.value_counts()
    twice = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")
    more = f", and {len(twice) - 1:,} more keys" if len(twice) > 1 else ""
    raise VersionError(f"{shown} has two rows with the key {printable(twice[0].as_py())}{more}.")
