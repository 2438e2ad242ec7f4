"""The Parquet files of the archive: their columns, and how a record goes in and comes out unchanged.

A text field of a record has a column of its own, so that the bodies can be scanned at the speed of Parquet;
whatever else a record holds (lists, numbers, nulls, fields that nobody knows yet) stands as JSON in ``rest``.
Together they give back the record as received. Columns after ``rest`` are read from the record
(``record.py``), for readers that want days and codes. A part is written once and never changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from csea.archive.record import TEXTS, Record
from csea.io import PARQUET_LEVEL, sync_folder, whole_file

SCHEMA = pa.schema(
    [
        ("release_no", pa.int32()),
        ("version", pa.int32()),
        ("source", pa.string()),
        ("request", pa.string()),
        ("retrieved_at", pa.timestamp("ms", "UTC")),
        ("content_sha256", pa.string()),
        *((name, pa.string()) for name in TEXTS),
        ("rest", pa.string()),
        ("address", pa.string()),
        ("published_date", pa.date32()),
        ("component", pa.string()),
    ]
)
REPEATED = ["source", "request", "retrieved_at", "published_date", "component"]  # worth a dictionary
AS_TEXT = pa.schema([(field.name, pa.string() if pa.types.is_temporal(field.type) else field.type) for field in SCHEMA])


def row_of(record: Record, release_no: int, version: int, source: str, request: str, at: str) -> dict[str, Any]:
    """The columns of a part for one record, times as text."""
    texts = {name: value for name in TEXTS if isinstance(value := record.received.get(name), str)}
    rest = {name: value for name, value in record.received.items() if name not in texts}
    return {
        "release_no": release_no,
        "version": version,
        "source": source,
        "request": request,
        "retrieved_at": at,
        "content_sha256": record.content_sha256.hex(),
        **texts,
        "rest": orjson.dumps(rest).decode() if rest else None,
        "address": record.address,
        "published_date": record.day.isoformat() if record.day else None,
        "component": record.component,
    }


def received_of(row: dict[str, Any]) -> dict[str, Any]:
    """The record as received, from a row of a part."""
    texts = {name: row[name] for name in TEXTS if row.get(name) is not None}
    return {**texts, **(orjson.loads(row["rest"]) if row.get("rest") else {})}


def to_batch(rows: list[dict[str, Any]]) -> pa.RecordBatch:
    """Rows of ``row_of`` as one Arrow batch with the columns of ``SCHEMA``."""
    return pa.RecordBatch.from_pylist(rows, AS_TEXT).cast(SCHEMA)


def pack(batch: pa.RecordBatch) -> bytes:
    """A batch as compressed bytes, for the time until its part is written."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, SCHEMA, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


def unpack(data: bytes) -> pa.RecordBatch:
    """The batch that :func:`pack` was given. ArrowInvalid where the bytes are damaged."""
    with pa.ipc.open_stream(data) as reader:
        return reader.read_next_batch()


def write_part(path: Path, table: pa.Table) -> None:
    """Write a part whole or not at all; it is on the disk under its name when this returns."""
    with whole_file(path) as file:
        pq.write_table(
            table,
            file,
            compression="zstd",
            compression_level=PARQUET_LEVEL,
            use_dictionary=REPEATED,
            write_statistics=REPEATED,
            write_page_checksum=True,
        )
    sync_folder(path.parent)


def read_part(path: Path, columns: list[str] | None) -> Iterator[pa.RecordBatch]:
    """The batches of a part, with these columns (all where None)."""
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        yield from file.iter_batches(batch_size=65_536, columns=columns)
