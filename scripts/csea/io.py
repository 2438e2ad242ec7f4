"""Reading and writing files: canonical CSV, whole-or-nothing writes, hashes.

Canonical CSV is defined once, here: UTF-8, LF, comma, quotes only where RFC 4180 needs them, a header, rows
sorted by primary key, columns in schema order, ISO dates, ``true``/``false``, empty for not known. The same
table always gives the same bytes. Out of scope: judging what is read (``check/``).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

PARQUET_LEVEL = 3  # higher levels take many times longer for a tenth less


def write_atomic(path: Path, data: bytes) -> bool:
    """Write ``data`` beside ``path``, flush it to the disk and rename; return whether the bytes are new.

    A reader, or a process killed at any instant, sees the old file or the new one, never a part.
    An unchanged file is left alone, so that its time stamp tells when it last changed.
    """
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as file:
        file.write(data)
    return True


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file beside ``path`` to write to, which takes its place, flushed to the disk, when the block ends.

    When the block fails nothing of it stays.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o644)
        beside.replace(path)
        sync_folder(path.parent)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Flush a folder to the disk, so that what was renamed in it stays so when the power fails."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256(data: bytes) -> str:
    """SHA-256 of ``data`` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def cells(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    """A column of any type as canonical text, numbers without exponent; null stays null."""
    text = column if pa.types.is_string(column.type) else pc.cast(column, pa.string())
    if pa.types.is_floating(column.type) and pc.any(pc.match_substring(text, "e")).as_py():
        # Arrow writes 1e+10, which no reader of ours takes for a number.
        plain = [f"{Decimal(item):f}" if item and "e" in item else item for item in text.to_pylist()]
        text = pa.array(plain, pa.string())
    return text


def text_table(table: pa.Table) -> pa.Table:
    """Every column of a table as canonical text."""
    return pa.table({name: cells(table[name]) for name in table.column_names})


def csv_bytes(table: pa.Table) -> bytes:
    """Canonical CSV of a table whose rows and columns already stand in canonical order."""
    head = ",".join(table.column_names) + "\n"
    if not table.num_rows:
        return head.encode()
    columns = [_quoted(cells(table[name].combine_chunks())) for name in table.column_names]
    lines = pc.binary_join_element_wise(*columns, ",", null_handling="replace", null_replacement="")
    return (head + "\n".join(lines.to_pylist()) + "\n").encode()


def _quoted(column: pa.Array) -> pa.Array:
    needs = pc.match_substring_regex(column, '[",\r\n]')
    escaped = pc.replace_substring(column, '"', '""')
    wrapped = pc.binary_join_element_wise('"', escaped, '"', "")
    return pc.if_else(needs, wrapped, column)


def sort_by(table: pa.Table, key: list[str]) -> pa.Table:
    """Rows in the order of ``key``: text by code point, numbers by size."""
    return table.sort_by([(name, "ascending") for name in key]) if table.num_rows else table


def parquet_bytes(table: pa.Table) -> bytes:
    """Parquet of a typed table: zstd, with the schema's descriptions as field metadata.

    Equal bytes need the same pyarrow: its version stands in the footer.
    """
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", compression_level=PARQUET_LEVEL)
    return bytes(sink.getvalue())
