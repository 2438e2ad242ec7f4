"""How fast a table is checked: ours beside frictionless (the peer) and a bare pyarrow read (the floor).

    python bench/check.py [ROWS ...]

Generated releases (never published) of the real schema, in a temporary folder. All three read the same file
in one run; the ratios hold better than the seconds. frictionless does types, patterns and the primary key;
ours does those, the form of every cell, unique keys and enums.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from csea import ROOT, load
from csea.check.columns import cast
from csea.check.form import read_csv
from csea.check.keys import check_unique
from csea.io import csv_bytes
from csea.schema import load_tables

DEFAULT_ROWS = [12_000, 100_000]


def generate(rows: int) -> pa.Table:
    """``rows`` releases: the real ones over and over, with fresh ids and no addresses, which must be unique."""
    real = pa.Table.from_pandas(load("releases"), preserve_index=False)
    table = pa.concat_tables([real] * (rows // real.num_rows + 1)).slice(0, rows)
    ids = pa.array([f"r{number:07d}" for number in range(1, rows + 1)])
    table = table.set_column(0, "release_id", ids)
    return table.set_column(table.column_names.index("url"), "url", pa.nulls(rows, pa.string()))


def seconds(reader: Callable[[Path], None], path: Path) -> float:
    """Wall time of one reading."""
    start = time.perf_counter()
    reader(path)
    return time.perf_counter() - start


def ours(path: Path) -> None:
    """Form, types and keys, as `csea check` does them for one table."""
    schema = load_tables(ROOT)["releases"]
    table, problems = read_csv(path, path.name, schema)
    assert table is not None and not problems, problems[:3]
    typed, problems = cast(table, path.name, schema)
    problems += check_unique(typed, path.name, schema)
    assert not problems, problems[:3]


def frictionless(path: Path) -> None:
    """The same file with the same Table Schema."""
    from frictionless import Dialect, Resource, Schema

    raw = json.loads((ROOT / "schemas" / "releases.schema.json").read_text())
    raw.pop("foreignKeys")
    dialect = Dialect.from_descriptor({"delimiter": ","})  # it guesses wrongly otherwise
    resource = Resource(path=path.name, basepath=str(path.parent), dialect=dialect, schema=Schema.from_descriptor(raw))
    assert resource.validate().valid


def floor(path: Path) -> None:
    """pyarrow reading the file, types guessed, nothing checked."""
    csv.read_csv(path)


def main() -> None:
    """Measure each size and print one line for each reader."""
    sizes = [int(argument) for argument in sys.argv[1:]] or DEFAULT_ROWS
    print(f"{'rows':>8}  {'reader':<14}{'seconds':>9}{'rows/s':>12}  beside ours")
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "releases.csv"
            path.write_bytes(csv_bytes(generate(rows)))
            times = {reader.__name__: seconds(reader, path) for reader in (floor, ours, frictionless)}
        for name, taken in times.items():
            print(f"{rows:>8}  {name:<14}{taken:>9.2f}{rows / taken:>12,.0f}  {taken / times['ours']:.2f} x")


if __name__ == "__main__":
    main()
