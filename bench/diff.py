"""How fast, and in how much memory, versions are compared: ours beside daff and csv-diff and pyarrow (the floor).

    python bench/diff.py [--rows 12000 100000 300000] [--changed 1] [--peer-python PYTHON]

Two versions of releases.csv, 37 columns, of which CHANGED per cent of the rows differ: eight in ten have a cell
changed, one is removed, one added. Releases are invented and the same in every run (``generate_tables.py``). Each
comparing has a process of its own, of which ``imports`` is what it took before, and must find exactly what was planted;
files are in the system's cache. The floor is pyarrow reading both files and comparing nothing. ``x ours`` divides by
ours in the same run, which holds better than the seconds. Ours and the floor are the best of three, peers are run once.

The peers are in no lock: ``python3 -m venv V && V/bin/pip install daff csv-diff``, then --peer-python V/bin/python. One
that is not installed is skipped.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

import generate_tables
from csea import ROOT
from csea.compare.sources import read_version
from csea.compare.tell import Detail, as_text
from csea.compare.versions import compare_versions
from csea.io import csv_bytes
from csea.lean import without_pandas
from csea.project import Project
from csea.schema import load_tables
from measure import Found, measured

SIZES = [12_000, 100_000, 300_000]
READINGS = 3
KEY = "release_id"
TOUCHED = ("release_kind", "state", "title", "sentence_months", "note")  # columns of which a cell changes
TIMED = """
import json, sys, time
from pathlib import Path
def peak():
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1000
{imports}
old, new = sys.argv[1:]
imports, cpu, start = peak(), time.process_time(), time.perf_counter()
{body}
seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
print(json.dumps(dict(seconds=seconds, cpu=cpu, peak_mb=peak(), imports_mb=imports, counts=counts)))
"""
CSV_DIFF = TIMED.format(
    imports="from csv_diff import compare, load_csv",
    body=f"""
with open(old, newline="") as before, open(new, newline="") as now:
    # Told what it is, it need not guess, which takes longer than comparing.
    found = compare(load_csv(before, key="{KEY}", dialect="excel"), load_csv(now, key="{KEY}", dialect="excel"))
counts = [len(found[kind]) for kind in ("added", "removed", "changed")]
""",
)
DAFF = TIMED.format(
    imports="import csv, daff",
    body=f"""
def table(path):
    with open(path, newline="") as file:
        return daff.PythonTableView(list(csv.reader(file)))
flags = daff.CompareFlags()
flags.addPrimaryKey("{KEY}")
flags.unchanged_context = 0
rows = daff.PythonTableView([])
daff.TableDiff(daff.compareTables(table(old), table(new), flags).align(), flags).hilite(rows)
actions = [row[0] for row in rows.data]
counts = [actions.count("+++"), actions.count("---"), sum("->" in str(action) for action in actions)]
""",
)
NAMES = {"comparing": "ours", "comparing_shuffled": "ours, rows shuffled", "reading": "pyarrow, reading both"}
Reader = Callable[[Path], Callable[[], list[int]]]  # prepares for a folder, so that only the comparing is timed
PEERS = {"csv-diff": CSV_DIFF, "daff": DAFF}


def main() -> None:
    """Compare at each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES, help="releases to compare (12000 100000 300000)")
    parser.add_argument("--changed", type=float, default=1, help="per cent of the rows that differ (1)")
    parser.add_argument("--peer-python", default=sys.executable, help="a Python that has daff and csv-diff")
    args = parser.parse_args()
    load = ", ".join(f"{number:.1f}" for number in os.getloadavg())
    print(f"{os.cpu_count()} cores, load {load} before the start")
    title(f"Two versions of releases.csv, {args.changed:g}% of the rows changed")
    for rows in args.rows:
        with TemporaryDirectory() as folder:
            planted = write_versions(rows, args.changed, Path(folder))
            one_size(rows, Path(folder), planted, args.peer_python)


def one_size(rows: int, folder: Path, planted: list[int], python: str) -> None:
    """Ours, the floor and the peers; how ours compare."""
    ours, shuffled, floor = best([comparing, comparing_shuffled, reading], folder)
    found = [peer(name, script, folder, python) for name, script in PEERS.items()]
    others = [item for item in found if item is not None]
    for item in (ours, shuffled, floor, *others):
        row(rows, item, ours)
    for item in (ours, shuffled, *others):
        assert item["counts"] == planted, f"{item['name']} found {item['counts']} of {planted}"
    times = [f"{item['seconds'] / ours['seconds']:.0f} times as fast as {item['name']}" for item in others]
    times.append(f"{ours['seconds'] / floor['seconds']:.2f} x reading both, in CPU {ours['cpu'] / floor['cpu']:.2f} x")
    print(f"{rows:,} rows, ours: {'; '.join(times)}; memory {ours['files']:.2f} x the files")


def write_versions(rows: int, percent: float, folder: Path) -> list[int]:
    """Two versions, and the second in another order of rows; give how many rows are added, removed and changed."""
    table = generate_tables.releases(rows)
    differ = max(int(rows * percent / 100), 10)
    order = np.random.default_rng(rows).permutation(rows)
    added, removed, changed = np.split(order[:differ], [differ // 10, 2 * (differ // 10)])
    write(without(table, added), folder / "old")
    now = table
    for place, name in enumerate(TOUCHED):
        own = changed[place :: len(TOUCHED)]
        now = now.set_column(now.column_names.index(name), name, spoiled(now[name], own, "changed"))
    now = without(now, removed)
    write(now, folder / "new")
    write(now.take(pa.array(np.random.default_rng(1).permutation(now.num_rows))), folder / "shuffled")
    return [len(added), len(removed), len(changed)]


def without(table: pa.Table, rows: np.ndarray) -> pa.Table:
    """The table without these rows."""
    return table.filter(pc.invert(mask(table.num_rows, rows)))


def spoiled(column: pa.ChunkedArray, rows: np.ndarray, value: str) -> pa.Array:
    """The column with another value in these rows."""
    return pc.if_else(mask(len(column), rows), value, column.combine_chunks())


def mask(length: int, rows: np.ndarray) -> pa.Array:
    """True in these rows."""
    found = np.zeros(length, bool)
    found[rows] = True
    return pa.array(found)


def write(table: pa.Table, folder: Path) -> None:
    """releases.csv of a version."""
    folder.mkdir()
    (folder / "releases.csv").write_bytes(csv_bytes(table))


def comparing(folder: Path, new: str = "new") -> Callable[[], list[int]]:
    """What `csea diff OLD NEW` does once it has started."""
    project = Project.read(ROOT)

    def run() -> list[int]:
        versions = [read_version(project, str(folder / name)) for name in ("old", new)]
        difference = compare_versions(*versions)
        assert as_text(difference, Detail())
        changes = difference.tables["releases"]
        return [changes.added.num_rows, changes.removed.num_rows, changes.n_changed]

    return run


def comparing_shuffled(folder: Path) -> Callable[[], list[int]]:
    """The same where the rows of the new version are in another order."""
    return comparing(folder, "shuffled")


def reading(folder: Path) -> Callable[[], list[int]]:
    """The floor: pyarrow reads both files as text, on all cores."""
    as_text = dict.fromkeys(load_tables(ROOT)["releases"].columns, pa.string())
    options = csv.ConvertOptions(column_types=as_text, null_values=[""], strings_can_be_null=True)

    def run() -> list[int]:
        tables = [csv.read_csv(folder / name / "releases.csv", convert_options=options) for name in ("old", "new")]
        return [table.num_rows for table in tables]

    return run


def best(readers: Sequence[Reader], folder: Path) -> list[Found]:
    """Of each reader the fastest of some readings, taken in turn, with the most memory that any of them held."""
    found = [[in_child(timed, reader, folder) for reader in readers] for _ in range(READINGS)]
    fastest = [min(own, key=lambda each: each["seconds"]) for own in zip(*found, strict=True)]
    peaks = [max(each["peak_mb"] for each in own) for own in zip(*found, strict=True)]
    names = [NAMES[reader.__name__] for reader in readers]
    return [about(name, own | {"peak_mb": peak}, folder) for name, own, peak in zip(names, fastest, peaks, strict=True)]


def in_child(function: Callable[..., Found], *args: object) -> Found:
    """What a function finds, in a process that does nothing else."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *args).result()


def timed(reader: Reader, folder: Path) -> Found:
    """One run by this process."""
    without_pandas()
    run = reader(folder)
    found: Found = {}
    with measured(found):
        counts = run()
    return found | {"counts": counts}


def peer(name: str, script: str, folder: Path, python: str) -> Found | None:
    """A peer, run once; None where it is not installed."""
    files = [str(folder / side / "releases.csv") for side in ("old", "new")]
    done = subprocess.run([python, "-c", script, *files], capture_output=True, text=True)
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1]
        print(f"{name} skipped ({reason})", flush=True)
        return None
    return about(name, json.loads(done.stdout), folder)


def about(name: str, found: Found, folder: Path) -> Found:
    """What was found, with the size of both files and how many times it the peak is."""
    size = sum((folder / side / "releases.csv").stat().st_size for side in ("old", "new")) / 1e6
    return found | {"name": name, "mb": size, "files": (found["peak_mb"] - found["imports_mb"]) / size}


def title(text: str) -> None:
    """A line, and the head of a table below it."""
    names: Sequence[str] = ["seconds", "CPU s", "rows/s", "MB/s", "peak MB", "imports", "x files", "x ours"]
    print(f"\n{text}\n{'rows':>7}  {'comparing':<22}{''.join(f'{name:>10}' for name in names)}", flush=True)


def row(rows: int, found: Found, ours: Found) -> None:
    """One row; rows and bytes a second count both versions."""
    seconds = found["seconds"]
    speeds = f"{seconds:>10.2f}{found['cpu']:>10.2f}{2 * rows / seconds:>10,.0f}{found['mb'] / seconds:>10,.0f}"
    memory = f"{found['peak_mb']:>10,.0f}{found['imports_mb']:>10,.0f}{found['files']:>10.2f}"
    print(f"{rows:>7}  {found['name']:<22}{speeds}{memory}{seconds / ours['seconds']:>10.2f}", flush=True)


if __name__ == "__main__":
    main()
