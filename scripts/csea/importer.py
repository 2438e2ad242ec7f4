"""Keep ``data/inputs/``: bring newer compiled files in.

The three compiled files grow elsewhere. The import reads them, checks them by their schema, compares them row
by row with what is here and writes them in canonical form. Rows that are gone from the source stay unless
the caller says otherwise: an id once published does not vanish by accident.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from csea.check.files import read_file
from csea.check.keys import check_unique
from csea.check.privacy import check_privacy
from csea.errors import Report, UsageError
from csea.io import csv_bytes, sort_by, text_table, write_atomic
from csea.schema import Schema

COMPILED = ("coded_releases", "figures", "milestones")


@dataclass(frozen=True)
class Comparison:
    """Row keys of one file by what happened to them."""

    name: str
    new: list[str]
    changed: list[str]
    gone: list[str]
    unchanged: int


def import_files(
    source: Path, root: Path, schemas: dict[str, Schema], remove_gone: bool, dry_run: bool
) -> tuple[list[Comparison], Report]:
    """Compare the compiled files in ``source`` with ``data/inputs/`` and, unless ``dry_run``, write them.

    Nothing is written when any file has a problem. UsageError when ``source`` holds none of the files.
    """
    names = [name for name in COMPILED if (source / f"{name}.csv").is_file()]
    if not names:
        raise UsageError(f"{source} holds none of {', '.join(f'{name}.csv' for name in COMPILED)}.")
    report, comparisons, outputs = Report(), [], {}
    for name in names:
        fresh = _read(source / f"{name}.csv", f"{name}.csv", schemas[name], report)
        kept = root / "data" / "inputs" / f"{name}.csv"
        present = _read(kept, f"data/inputs/{name}.csv", schemas[name], report) if kept.is_file() else None
        if fresh is None or report.errors:
            continue
        comparison, merged = _compare(name, fresh, present, schemas[name], remove_gone)
        comparisons.append(comparison)
        outputs[kept] = csv_bytes(sort_by(merged, list(schemas[name].primary_key)))
    if not report.errors and not dry_run:
        for path, data in outputs.items():
            write_atomic(path, data)
    return comparisons, report


def _read(path: Path, shown: str, schema: Schema, report: Report) -> pa.Table | None:
    """The file's rows as canonical text, or None where it cannot be read; problems go to ``report``."""
    rows, problems = read_file(path, shown, schema)
    report.add(problems)
    if rows is None:
        return None
    report.add(check_unique(rows))
    report.add(check_privacy(rows))  # what may hold a name does not even enter data/inputs/
    return text_table(rows.table)


def _compare(
    name: str, fresh: pa.Table, present: pa.Table | None, schema: Schema, remove_gone: bool
) -> tuple[Comparison, pa.Table]:
    key = schema.primary_key[0]
    now = {row[key]: row for row in fresh.to_pylist()}
    before = {row[key]: row for row in present.to_pylist()} if present is not None else {}
    gone = sorted(before.keys() - now.keys())
    merged = fresh
    if gone and not remove_gone:
        merged = pa.concat_tables([fresh, pa.Table.from_pylist([before[item] for item in gone], schema=fresh.schema)])
    changed = sorted(item for item in now.keys() & before.keys() if now[item] != before[item])
    unchanged = len(now.keys() & before.keys()) - len(changed)
    return Comparison(name, sorted(now.keys() - before.keys()), changed, gone, unchanged), merged
