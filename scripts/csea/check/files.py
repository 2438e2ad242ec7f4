"""Read a file, CSV or Parquet, into typed rows, with a problem for everything in it that its schema refuses.

CSV goes through ``form.py`` and ``columns.py`` a block at a time, on as many cores as there are, so that memory holds
the typed table and a few blocks. Out of scope: keys and whole-table rules.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pyarrow as pa

from csea.check.blocks import READABLE, Block
from csea.check.columns import cast
from csea.check.form import TextFile, parse
from csea.check.parquet import read_parquet
from csea.check.rows import Rows
from csea.errors import Problem
from csea.schema import Schema

MOST_WORKERS = 8  # each holds a block or two
Found = tuple[Rows, list[Problem]]


def read_file(path: Path, shown: str, schema: Schema, canonical: bool = False) -> tuple[Rows | None, list[Problem]]:
    """The typed rows of a file and its problems; None where nothing of it can be read as rows.

    ``shown`` is the file's name in messages. With ``canonical`` whatever the build would write otherwise is a
    problem too; without it only what changes the meaning or the reading is.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe would be waited for
        message = "The file cannot be read: it is a device or a pipe."
        return None, [Problem("form.readable", shown, message, READABLE)]
    if path.suffix == ".parquet":
        text, problems = read_parquet(path, shown, schema)
        if text is None:
            return None, problems
        rows, faults = cast(text)
        return rows, [*problems, *faults]
    file = TextFile(path, shown, schema, canonical)
    found = list(_in_parallel(file))
    problems = [*file.problems, *(problem for _, faults in found for problem in faults)]
    if not file.has_header:
        return None, problems
    return _whole([rows for rows, _ in found] or [_no_rows(file)], file.is_whole), problems


def _in_parallel(file: TextFile) -> Iterator[Found]:
    """What each block gives, in order; no more blocks are read ahead than there are workers."""
    blocks = file.blocks()
    first = list(islice(blocks, 2))
    if len(first) < 2:  # a small file is read sooner than threads start
        yield from (_read_block(block, header, file) for block, header in first)
        return
    workers = min(os.cpu_count() or 1, MOST_WORKERS)
    waiting: deque[Future[Found]] = deque()
    with ThreadPoolExecutor(workers) as pool:  # Arrow and RE2 work outside Python's lock
        for block, header in chain(first, blocks):
            waiting.append(pool.submit(_read_block, block, header, file))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _read_block(block: Block, header: list[str], file: TextFile) -> Found:
    text, problems = parse(block, header, file.shown, file.schema, file.is_canonical)
    rows, faults = cast(text, file.is_canonical)
    return rows, [*problems, *faults]


def _whole(parts: list[Rows], is_whole: bool) -> Rows:
    table = pa.concat_tables([part.table for part in parts])
    lines = np.concatenate([part.lines for part in parts])
    first = parts[0]
    return Rows(
        table, lines, first.shown, first.schema, first.absent, is_whole and all(part.is_whole for part in parts)
    )


def _no_rows(file: TextFile) -> Rows:
    rows = Rows(_empty(file.schema), np.zeros(0, np.int64), file.shown, file.schema, file.absent)
    return cast(rows)[0]


def _empty(schema: Schema) -> pa.Table:
    return pa.table({name: pa.nulls(0, pa.string()) for name in schema.columns})
