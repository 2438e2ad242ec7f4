"""Writing the archive's records out: JSON Lines as the service gave them, or one Parquet file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from csea.archive import parts
from csea.archive.scan import scan
from csea.archive.store import Archive, plain_errors
from csea.errors import UsageError
from csea.io import whole_file

FORMATS = {".jsonl": "JSON Lines", ".parquet": "Parquet"}


def export(
    archive: Archive,
    path: Path,
    all_versions: bool,
    withdrawn: bool,
    on_rows: Callable[[int], None] = lambda rows: None,
) -> int:
    """Write records to ``path``, by its ending, whole or not at all; returns how many.

    UsageError for another ending or a folder that is not there, ArchiveError where the disk fails.
    """
    if path.suffix not in FORMATS:
        raise UsageError(f"{path.name} ends in neither of {', '.join(FORMATS)}: the ending says what is written.")
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}.")
    batches = scan(archive, all_versions=all_versions, withdrawn=withdrawn)
    write = _write_lines if path.suffix == ".jsonl" else _write_parquet
    written = 0
    with plain_errors(path.parent), whole_file(path) as file:
        for rows in write(batches, file):
            written += rows
            on_rows(rows)
    return written


def _write_lines(batches: Iterator[pa.RecordBatch], file: IO[bytes]) -> Iterator[int]:
    for batch in batches:
        lines = [orjson.dumps(parts.received_of(row)) for row in batch.to_pylist()]
        file.write(b"\n".join(lines) + b"\n")
        yield batch.num_rows


def _write_parquet(batches: Iterator[pa.RecordBatch], file: IO[bytes]) -> Iterator[int]:
    with pq.ParquetWriter(file, parts.SCHEMA, compression="zstd", use_dictionary=parts.REPEATED) as writer:
        for batch in batches:
            writer.write_batch(batch)
            yield batch.num_rows
