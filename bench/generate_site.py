"""An invented dataset of many releases as a project folder that `csea --root FOLDER serve` opens, for bench/site.py.

    python bench/generate_site.py RELEASES FOLDER

Rows are those of ``generate_cases.py``; files, registers and database are made by the functions that a build uses.
300,000 releases take about two minutes. Out of scope: hand-kept inputs and versions, which no page but that of
versions reads.
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import pyarrow as pa

from csea import ROOT, database
from csea.io import csv_bytes, write_atomic
from csea.package import package_files, table_files
from csea.project import DATABASE, Project
from csea.schema import Schema
from generate_cases import tables
from generate_tables import Columns
from measure import peak_mb

COPIED = ("schemas", "docs", "VERSION", "versions.json", "CITATION.cff", "README.md")


def write(n: int, folder: Path) -> dict[str, float]:
    """Write the project into a folder; give the seconds that its parts took."""
    project, seconds = Project.read(ROOT), {}
    start = time.perf_counter()

    def done(part: str) -> None:
        nonlocal start
        seconds[part], start = time.perf_counter() - start, time.perf_counter()

    made = tables(n, project)
    done("rows")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
        elif (ROOT / name).is_file():
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    files = table_files(made, project.tables)
    files = package_files(folder, project.version, made, project.tables, project.rules, files)
    for path, data in (files | _registers(made, project.tables)).items():
        write_atomic(folder / path, data)
    done("files")
    contents = database.contents(made, project.tables, project.views, project.parameters)
    write_atomic(folder / DATABASE, contents)
    done("database")
    return seconds


def _registers(made: dict[str, pa.Table], schemas: dict[str, Schema]) -> dict[str, bytes]:
    """The registers, in which every id is in use."""
    found = {}
    for name, key in (("releases", "release_id"), ("cases", "case_id")):
        ids = made[name][key]
        columns = Columns(schemas[name], len(ids))
        rows = {"id": ids, "key_sha256": columns.hexadecimal(64), "issued_in": pa.repeat("0.1.0", len(ids))}
        rows |= {"state": pa.repeat("active", len(ids)), "forwards_to": pa.nulls(len(ids), pa.string())}
        found[f"data/registry/{name}.csv"] = csv_bytes(pa.table(rows))
    return found


def main() -> None:
    """Write the project that is asked for."""
    folder = Path(sys.argv[2])
    seconds = write(int(sys.argv[1]), folder)
    size = (folder / DATABASE).stat().st_size / 1e6
    parts = ", ".join(f"{part} {took:.0f} s" for part, took in seconds.items())
    print(f"{parts}; database {size:,.0f} MB, peak memory {peak_mb():,.0f} MB")


if __name__ == "__main__":
    main()
