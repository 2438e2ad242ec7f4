"""The build: inputs through the rooms to published files, all or nothing.

check inputs -> curate, code, link, each corrected -> check tables -> package. Tables are first written to a
temporary folder and read back by the checks; only when no error is left are the published files replaced, each whole.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import pandas as pd
import pyarrow as pa

from csea import database
from csea.check import Step, check_files, silent, with_origin
from csea.check.files import read_file
from csea.check.rows import FIRST_ROW, label
from csea.check.targets import inputs_of, published
from csea.code.review.quality import PAGE, quality_page
from csea.correct import Correction
from csea.corrections import load_corrections
from csea.curate import Frames
from csea.errors import Problem, Report
from csea.io import csv_bytes, sha256, write_atomic
from csea.package import package_files, table_files, version_of
from csea.project import DATABASE, REGISTERS, Project, folder_of
from csea.reading import READ_BEFORE, Reading, read_archive
from csea.register import Registers
from csea.rooms import make_tables, ordered, text_frame
from csea.schema import Schema

STATE = "build/state.json"
# What decides the output: when none of these has changed, and the output neither, there is nothing to do.
SOURCES = (
    "VERSION",
    "requirements.lock",
    "data/inputs/*",
    "data/machine/*",
    "data/registry/*",
    "data/corrections/**/*",
    "versions.json",
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
    before = _hashes(project.root, SOURCES)
    files = make_files(project, result.report, step)
    if files and _hashes(project.root, SOURCES) != before:
        # A withdrawal, say: what was made of the older sources must not come after it.
        message = "Something that tables are made from has changed while they were made."
        result.report.add([Problem("build.changed", "data", message, "Run `csea build` again.")])
        return result
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
            shown = f"{folder_of(name)}/{name}.csv"
            rows, problems = read_file(project.root / shown, shown, project.inputs[name])
            report.add(problems)
            if rows is not None:
                frames[name] = text_frame(rows.table)
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


def make_files(project: Project, report: Report, step: Step = silent) -> dict[str, bytes]:
    """Path to content of every file that the inputs give, in the order to write them; empty on errors."""
    sources = read_sources(project, report, step)
    if sources is None:
        return {}
    step("curate, code, link")
    registers = sources.registers()
    texts = make_tables(project, sources.inputs, registers, report, sources.corrections)
    if report.errors:
        return {}
    tables = check_tables(project, texts, sources, report, step)
    if report.errors:
        return {}
    step("packaging")
    kept = {
        f"data/registry/{name}.csv": _register_bytes(getattr(registers, name).rows, project.inputs["register"])
        for name in REGISTERS
    }
    files = table_files(tables, project.tables)
    version = version_of(project.version, files, project.released)
    return {
        **kept,
        DATABASE: database.contents(tables, project.tables, project.views, project.parameters),
        **package_files(project.root, version, tables, project.tables, project.rules, files),
        PAGE: quality_page(project.root, version, text_frame(tables["agreement"]), project.tables["agreement"]),
    }


@dataclass
class Sources:
    """What tables are made from: hand-kept files and what the machine found, by name; registers; corrections.

    ``ids`` are the rows of the registers as they were read, which change in ``registers`` while tables are made.
    """

    inputs: Frames
    ids: Frames
    project: Project
    corrections: list[Correction]

    def registers(self) -> Registers:
        """The registers anew, as they were read, with the ids of no released version in the one being made."""
        registers = Registers.of(self.ids)
        for name in REGISTERS:
            getattr(registers, name).date_issues(self.released, self.project.issuing)
        return registers

    @property
    def released(self) -> list[str]:
        """The released versions."""
        return [entry["version"] for entry in self.project.released]


def read_sources(project: Project, report: Report, step: Step = silent) -> Sources | None:
    """Read and check all that tables are made from; None, with problems in ``report``, where anything is wrong."""
    inputs, ids = check_inputs(project, report, step)
    corrections, problems = load_corrections(project.root, project.tables)
    report.add(problems)
    if report.errors:
        return None
    return Sources(inputs, ids, project, corrections)


def text_tables(
    project: Project, report: Report, step: Step = silent, without: frozenset[str] = frozenset()
) -> dict[str, pa.Table]:
    """All tables as canonical text, as a build would make them without the corrections of these ids.

    Whole-table checks are not run. Empty on errors.
    """
    sources = read_sources(project, report, step)
    if sources is None:
        return {}
    kept = [item for item in sources.corrections if item.id not in without]
    texts = make_tables(project, sources.inputs, sources.registers(), report, kept)
    return {} if report.errors else texts


def check_tables(
    project: Project, texts: dict[str, pa.Table], sources: Sources, report: Report, step: Step = silent
) -> dict[str, pa.Table]:
    """The tables, typed, after all checks of published tables; problems go to ``report`` at the file to correct."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            (Path(folder) / f"{name}.csv").write_bytes(csv_bytes(text))
        found = Report()
        rows = check_files(published(project, Path(folder), "data"), found, step)
    report.add(_at_source(problem, project, sources) for problem in found.problems)
    return {name: item.table for name, item in rows.items()}


def _at_source(problem: Problem, project: Project, sources: Sources) -> Problem:
    """The problem at the correction that gave the value, or else at the hand-kept file, with corrections of the row."""
    table = project.tables.get(Path(problem.file).stem)
    own = [
        item
        for item in sources.corrections
        if table and item.is_active and item.table == table.name and label(table.primary_key, item.key) == problem.key
    ]
    for item in own:
        if item.action == "add" or item.column == problem.column:
            part = "value" if item.action == "change" else f"row.{problem.column}"
            return replace(problem, file=item.shown, line=item.lines.get(part, 0))
    problem = _at_input(problem, project, sources.inputs)
    mended = ", ".join(item.shown for item in own)
    return replace(problem, fix=f"{problem.fix} Corrections of this row: {mended}.") if own else problem


def _at_input(problem: Problem, project: Project, inputs: Frames) -> Problem:
    """The problem at the line of the hand-kept file that the row comes from, where both have the same key.

    Elsewhere the problem names that file in its fix.
    """
    table = project.tables.get(Path(problem.file).stem)
    source = project.inputs.get(Path(table.input).stem) if table and table.input else None
    if table is None or source is None or source.primary_key != table.primary_key or not problem.key:
        return with_origin(problem, project.tables)
    rows = inputs[source.name]
    labels = [label(source.primary_key, row) for row in rows[list(source.primary_key)].itertuples(index=False)]
    if problem.key not in labels:
        return with_origin(problem, project.tables)
    return replace(problem, file=table.input, line=labels.index(problem.key) + FIRST_ROW)


def check_inputs(project: Project, report: Report, step: Step = silent) -> tuple[Frames, Frames]:
    """Read and check the hand-kept files and the registers, by file name; problems go to ``report``."""
    groups, problems = inputs_of(project)
    report.add(problems)
    found: list[Frames] = []
    for group in groups:
        found.append({name: text_frame(rows.table) for name, rows in check_files(group, report, step).items()})
    *inputs, registers = found
    return {name: frame for frames in inputs for name, frame in frames.items()}, registers


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
    return _hashes(
        root, (*SOURCES, "data/*.csv", "data/parquet/*", "docs/codebook.md", PAGE, "datapackage.json", DATABASE)
    )


def _hashes(root: Path, patterns: Iterable[str]) -> dict[str, str]:
    paths = sorted({path for pattern in patterns for path in root.glob(pattern) if path.is_file()})
    return {path.relative_to(root).as_posix(): sha256(path.read_bytes()) for path in paths}
