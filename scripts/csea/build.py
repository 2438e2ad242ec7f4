"""The build: inputs through the rooms to published files, all or nothing.

check inputs -> curate -> code -> link -> check tables -> package. Tables are first written to a temporary
folder and read back by the checks; only when no error is left are the published files replaced, each whole.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import pandas as pd

from csea import database
from csea.check import Step, check_folder, check_keys, read_folder, silent, with_origin
from csea.check.form import check_canonical
from csea.check.place import FIRST_ROW, row_label
from csea.check.privacy import check_privacy
from csea.check.published import check_hashes
from csea.check.witness import check_with_frictionless
from csea.code.review.quality import PAGE, quality_page
from csea.curate import Frames
from csea.errors import Problem, Report, did_you_mean
from csea.io import csv_bytes, sha256, write_atomic
from csea.package import package_files
from csea.project import DATABASE, Project
from csea.reading import READ_BEFORE, Reading, read_archive
from csea.register import Registers
from csea.rooms import make_tables, ordered, text_frame
from csea.schema import Schema

REGISTERS = ("cases", "releases", "suspects")
MACHINE = ("found_releases", "found_codings", "unsure_pairs", "readings")  # in data/machine/, written by reading.py
STATE = "build/state.json"
# What decides the output: when none of these has changed, and the output neither, there is nothing to do.
SOURCES = (
    "VERSION",
    "requirements.lock",
    "data/inputs/*",
    "data/machine/*",
    "data/registry/*",
    "schemas/**/*",
    "scripts/csea/**/*.py",
    "scripts/csea/words/*.txt",
    "scripts/csea/code/rules/*.toml",
    "tests/labelled/*.jsonl",
)


class Bar(Protocol):
    """What is told how much there is to do and how much is done."""

    def total(self, units: int) -> None:
        """So many units are to be done in all."""

    def advance(self, units: int) -> None:
        """So many more are done."""


@dataclass
class Build:
    """What a build did: its problems, the files it wrote, and whether there was anything to do."""

    report: Report = field(default_factory=Report)
    written: list[str] = field(default_factory=list)
    up_to_date: bool = False


def build(project: Project, step: Step = silent, force: bool = False) -> Build:
    """Build, check and write everything, or report why not and write nothing."""
    result = Build()
    if not force and _is_current(project.root):
        result.up_to_date = True
        return result
    files = make_files(project, result.report, step)
    step("writing files")
    for path, data in files.items():
        if write_atomic(project.root / path, data):
            result.written.append(path)
    if files:
        write_atomic(project.root / STATE, json.dumps(_fingerprint(project.root)).encode())
    return result


def read_into(project: Project, folder: Path, report: Report, workers: int | None, bar: Bar) -> Reading:
    """Bring ``data/machine/`` up to date with the archive in ``folder``, unless a file that it reads is wrong.

    Whether files fit together is not asked here: a reading that was killed may have left some of them newer.
    """

    def inputs() -> Frames:
        frames: Frames = {}
        for name in READ_BEFORE:
            tables = read_folder(project.root / folder_of(name), folder_of(name), {name: project.inputs[name]}, report)
            frames |= {name: text_frame(table) for name, table in tables.items()}
        return {} if report.errors else frames

    return read_archive(project.root, folder, project.inputs, inputs, workers, bar.total, bar.advance)


def stale_files(project: Project, step: Step = silent) -> Build:
    """Build without writing: ``written`` names the tracked files whose bytes would change."""
    result = Build()
    for path, data in make_files(project, result.report, step).items():
        target = project.root / path
        if path != DATABASE and (not target.is_file() or target.read_bytes() != data):
            result.written.append(path)
    return result


def check_all(project: Project, witness: bool, step: Step = silent) -> Report:
    """Check the inputs, the published tables and, with ``witness``, let frictionless read them too."""
    report = Report()
    inputs, _ = check_inputs(project, report, step)
    if not report.errors:
        for name, frame in inputs.items():
            path = f"{folder_of(name)}/{name}.csv"
            report.add(check_canonical(project.root / path, path, ordered(frame, project.inputs[name])))
    _, found = check_folder(project.root / "data", "data", project.tables, project.rules, step)
    report.add(with_origin(problem, project.tables) for problem in found.problems)
    if not report.errors:
        report.add(check_hashes(project.root))
    if witness:
        step("frictionless")
        report.add(check_with_frictionless(project.root))
    return report


def make_files(project: Project, report: Report, step: Step = silent) -> dict[str, bytes]:
    """Path to content of every file that the inputs give, in the order to write them; empty on errors."""
    inputs, ids = check_inputs(project, report, step)
    if report.errors:
        return {}
    step("curate, code, link")
    registers = Registers.of(ids)
    texts = make_tables(project, inputs, registers, report)
    if report.errors:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            (Path(folder) / f"{name}.csv").write_bytes(csv_bytes(text))
        tables, found = check_folder(Path(folder), "data", project.tables, project.rules, step)
    report.add(_at_input(problem, project, inputs) for problem in found.problems)
    if report.errors:
        return {}
    step("packaging")
    kept = {
        f"data/registry/{name}.csv": _register_bytes(getattr(registers, name).rows, project.inputs["register"])
        for name in REGISTERS
    }
    views = {view.name: view.sql for view in project.views}
    return {
        **kept,
        DATABASE: database.contents(tables, project.tables, views),
        **package_files(project.root, project.version, tables, project.tables, project.rules),
        PAGE: quality_page(project.root, project.version, text_frame(tables["agreement"]), project.tables["agreement"]),
    }


def _at_input(problem: Problem, project: Project, inputs: Frames) -> Problem:
    """The problem at the line of the hand-kept file that the row comes from, where both have the same key.

    Elsewhere the problem names that file in its fix.
    """
    table = project.tables.get(Path(problem.file).stem)
    source = project.inputs.get(Path(table.input).stem) if table and table.input else None
    if table is None or source is None or source.primary_key != table.primary_key or not problem.key:
        return with_origin(problem, project.tables)
    rows = inputs[source.name]
    labels = [row_label(source, row) for row in rows[list(source.primary_key)].itertuples(index=False)]
    if problem.key not in labels:
        return with_origin(problem, project.tables)
    return replace(problem, file=table.input, line=labels.index(problem.key) + FIRST_ROW)


def check_inputs(project: Project, report: Report, step: Step = silent) -> tuple[Frames, Frames]:
    """Read and check the hand-kept files and the registers, by file name; problems go to ``report``."""
    inputs: Frames = {}
    for folder in ("data/inputs", "data/machine"):
        schemas = {
            name: schema for name, schema in project.inputs.items() if name != "register" and folder_of(name) == folder
        }
        report.add(_strangers(project.root, folder, schemas))
        inputs |= _read_and_check(project.root, folder, schemas, report, step)
    registers = dict.fromkeys(REGISTERS, project.inputs["register"])
    ids = _read_and_check(project.root, "data/registry", registers, report, step)
    return inputs, ids


def folder_of(name: str) -> str:
    """Where a file that tables are made from is kept: by people, or by the reading of an archive."""
    return "data/machine" if name in MACHINE else "data/inputs"


def _strangers(root: Path, folder: str, schemas: dict[str, Schema]) -> list[Problem]:
    """CSV files that no schema describes: a misspelt name would otherwise be passed over in silence."""
    problems = []
    for path in sorted((root / folder).glob("*.csv")):
        if path.stem not in schemas:
            fix = f"{did_you_mean(path.stem, schemas)}Rename or remove it, or describe it in schemas/inputs/."
            problems.append(Problem("form.unknown_file", f"{folder}/{path.name}", "No schema describes the file.", fix))
    return problems


def _read_and_check(root: Path, folder: str, schemas: dict[str, Schema], report: Report, step: Step) -> Frames:
    tables = read_folder(root / folder, folder, schemas, report, step)
    check_keys(tables, {name: f"{folder}/{name}.csv" for name in schemas}, schemas, report)
    for name, table in tables.items():
        report.add(check_privacy(table, f"{folder}/{name}.csv", schemas[name]))
    return {name: text_frame(table) for name, table in tables.items()}


def _register_bytes(rows: pd.DataFrame, schema: Schema) -> bytes:
    return csv_bytes(ordered(rows, schema))


def _is_current(root: Path) -> bool:
    try:
        state = json.loads((root / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(state == _fingerprint(root))


def _fingerprint(root: Path) -> dict[str, str]:
    """Hash of every file that the build reads or writes."""
    outputs = ("data/*.csv", "data/parquet/*", "docs/codebook.md", PAGE, "datapackage.json", DATABASE)
    paths = sorted({path for pattern in (*SOURCES, *outputs) for path in root.glob(pattern) if path.is_file()})
    return {path.relative_to(root).as_posix(): sha256(path.read_bytes()) for path in paths}
