"""How fast, and in how much memory, tables are checked: ours beside frictionless (the peer) and pyarrow (the floor).

    python bench/check.py [--rows 12000 100000 300000] [--no-frictionless]

Three questions, a table each; ratios in one run hold better than the seconds. Releases are invented and the same in
every run (``generate_tables.py``): 37 columns, keys, references to cases, components and one another. Since references
are checked, every reader reads all three files, from the system's cache; ``MB/s`` counts all three. Each reading has a
process of its own, of which ``imports`` is what it took before; ``x files`` is the rest of the peak divided by the size
of the files. Ours and the floor are the best of three; frictionless, which takes most of a minute, is read once.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

import generate_tables
from csea import ROOT
from csea.check import check_files
from csea.check.files import read_file
from csea.check.keys import check_order, check_references, check_unique
from csea.check.targets import of_paths
from csea.errors import Problem, Report
from csea.lean import without_pandas
from csea.project import Project
from csea.schema import load_tables
from csea.schema.arrow import TYPES
from measure import Found, measured

SIZES = [12_000, 100_000, 300_000]
NAMES = ["releases", "cases", "components"]
READINGS = 3
FAULTS = 2_000  # of each kind
Reader = Callable[[Path], Callable[[], list[Problem]]]  # prepares for a folder, so that only the reading is timed


def main() -> None:
    """Answer the three questions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES, help="releases to check (12000 100000 300000)")
    parser.add_argument("--no-frictionless", action="store_true", help="leave the peer out")
    args = parser.parse_args()
    load = ", ".join(f"{number:.1f}" for number in os.getloadavg())
    print(f"{os.cpu_count()} cores, load {load} before the start")
    title("1. One file, releases.csv, with those that it refers to", "x ours")
    for rows in args.rows:
        with TemporaryDirectory() as folder:
            generate_tables.write(rows, Path(folder))
            one_file(rows, Path(folder), not args.no_frictionless)
    with TemporaryDirectory() as folder:
        generate_tables.write(args.rows[-1], Path(folder))
        title("2. The whole folder, all three files, without SQL rules", "")
        row(best("ours: privacy too", whole_folder, Path(folder)))
        with_faults(Path(folder), min(FAULTS, args.rows[-1] // 20))


def one_file(rows: int, folder: Path, with_peer: bool) -> None:
    """Every reader of one size, and how ours compare."""
    peers = [best("frictionless", frictionless, folder, 1)] if with_peer else []
    floors = [best("pyarrow, types given", typed, folder), best("pyarrow, text, then cast", text_then_cast, folder)]
    ours = [best("ours: form, types, keys", form_types_keys, folder), best("ours: privacy too", everything, folder)]
    for found in [*ours, *floors, *peers]:
        row(found, ours[0])
    for mine in ours:
        times = [f"{peer['seconds'] / mine['seconds']:.0f} times as fast as {peer['name']}" for peer in peers]
        times += [f"{mine['seconds'] / floor['seconds']:.2f} x {floor['name']}" for floor in floors]
        print(f"{rows:,} rows, {mine['name']}: {'; '.join(times)}; memory {mine['files']:.2f} x the files")


def form_types_keys(folder: Path) -> Callable[[], list[Problem]]:
    """What frictionless judges: cells, keys and references; and the form of the file and its order too."""
    schemas = load_tables(ROOT)

    def read() -> list[Problem]:
        found = {name: read_file(folder / f"{name}.csv", f"{name}.csv", schemas[name], True) for name in NAMES}
        rows, problems = found["releases"]
        assert rows is not None
        tables = {name: rows for name, (rows, _) in found.items() if rows is not None}
        return [*problems, *check_unique(rows), *check_references(rows, tables), *check_order(rows)]

    return read


def everything(folder: Path) -> Callable[[], list[Problem]]:
    """What `csea check FILE` does, but for SQL rules, which no invented row keeps."""
    return checking(folder / "releases.csv")


def whole_folder(folder: Path) -> Callable[[], list[Problem]]:
    """What `csea check FOLDER` does, but for SQL rules."""
    return checking(folder)


def checking(path: Path) -> Callable[[], list[Problem]]:
    """Run all checks of a file or folder but SQL rules."""
    groups, _ = of_paths(Project.read(ROOT), [path], None)
    report = Report()

    def read() -> list[Problem]:
        check_files(replace(groups[0], rules=[]), report)
        return report.problems

    return read


def typed(folder: Path) -> Callable[[], list[Problem]]:
    """The floor: pyarrow reads the files into the schemas' types, on all cores, and says of no cell what is wrong."""
    schemas = load_tables(ROOT)
    types = {name: {field.name: TYPES[field.type] for field in schemas[name].fields} for name in NAMES}

    def read() -> list[Problem]:
        for name in NAMES:
            arrow_table(folder / f"{name}.csv", types[name])
        return []

    return read


def text_then_cast(folder: Path) -> Callable[[], list[Problem]]:
    """The floor of whoever says which cell is wrong: pyarrow reads text and casts it column by column."""
    schemas = load_tables(ROOT)

    def read() -> list[Problem]:
        for name in NAMES:
            text = arrow_table(folder / f"{name}.csv", dict.fromkeys(schemas[name].columns, pa.string()))
            pa.table({field.name: pc.cast(text[field.name], TYPES[field.type]) for field in schemas[name].fields})
        return []

    return read


def arrow_table(path: Path, types: dict[str, pa.DataType]) -> pa.Table:
    """A file as pyarrow reads it with threads; an empty cell is null."""
    options = csv.ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=True)
    return csv.read_csv(path, convert_options=options)


def frictionless(folder: Path) -> Callable[[], list[Problem]]:
    """The peer: the same Table Schemas, keys and references; the files that are referred to are read, not judged."""
    from frictionless import Package

    schemas = {name: json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text()) for name in NAMES}
    # Without a dialect it guesses wrongly.
    form = {"format": "csv", "encoding": "utf-8", "dialect": {"delimiter": ","}}
    resources = [{"name": name, "path": f"{name}.csv", "schema": schemas[name], **form} for name in NAMES]
    package = Package.from_descriptor({"name": "bench", "resources": resources}, basepath=str(folder))

    def read() -> list[Problem]:
        assert package.get_resource("releases").validate().valid
        return []

    return read


def with_faults(folder: Path, per_kind: int) -> None:
    """Ours on the same releases without and with faults of five kinds; each must be told once, in its place."""
    title(f"3. One file with {5 * per_kind:,} faults", "x clean")
    clean = best("clean", everything, folder)
    row(clean)
    planted = generate_tables.spoil(folder / "releases.csv", per_kind)
    faulty = best("faulty", everything, folder)
    row(faulty, clean)
    assert faulty["problems"] == sorted(planted), "not every fault was told in its place, or more were told"
    counts = sorted(Counter(rule for rule, _, _ in planted).items())
    print(f"All were found and placed: {', '.join(f'{count:,} {rule}' for rule, count in counts)}")


def best(name: str, reader: Reader, folder: Path, readings: int = READINGS) -> Found:
    """The fastest of some readings, each in a process of its own, with the most memory that any of them held."""
    found = [in_child(reading, reader, folder) for _ in range(readings)]
    fastest = min(found, key=lambda each: each["seconds"])
    peak = max(each["peak_mb"] for each in found)
    return fastest | {"name": name, "peak_mb": peak, "files": (peak - fastest["imports_mb"]) / fastest["mb"]}


def in_child(function: Callable[..., Found], *args: object) -> Found:
    """What a function finds, in a process that does nothing else."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *args).result()


def reading(reader: Reader, folder: Path) -> Found:
    """One reading by this process: what it cost, how much was read, and where problems were found."""
    without_pandas()
    read = reader(folder)
    found: Found = {}
    with measured(found):
        problems = read()
    found["problems"] = sorted((problem.rule, problem.line, problem.column) for problem in problems)
    found["rows"] = (folder / "releases.csv").read_bytes().count(b"\n") - 1
    return found | {"mb": sum((folder / f"{name}.csv").stat().st_size for name in NAMES) / 1e6}


def title(text: str, beside: str) -> None:
    """A line, and the head of a table below it."""
    names = ["seconds", "rows/s", "MB/s", "peak MB", "imports", "x files", beside]
    print(f"\n{text}\n{'rows':>7}  {'reader':<25}{''.join(f'{name:>10}' for name in names)}", flush=True)


def row(found: Found, first: Found | None = None) -> None:
    """One row; with ``first``, how many times its seconds this took."""
    seconds = found["seconds"]
    speeds = f"{seconds:>10.2f}{found['rows'] / seconds:>10,.0f}{found['mb'] / seconds:>10,.0f}"
    memory = f"{found['peak_mb']:>10,.0f}{found['imports_mb']:>10,.0f}{found['files']:>10.2f}"
    beside = f"{seconds / first['seconds']:>10.2f}" if first else ""
    print(f"{found['rows']:>7}  {found['name']:<25}{speeds}{memory}{beside}", flush=True)


if __name__ == "__main__":
    main()
