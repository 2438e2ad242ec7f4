"""The build: inputs through the rooms to published files, all or nothing.

check inputs -> curate -> code -> link -> check tables -> package. Tables are first written to a staging
folder and read back by the checks; only when no error is left are the published files replaced, each whole.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csea import database
from csea.check import Step, check_folder, check_keys, read_folder, silent
from csea.check.columns import cast
from csea.check.form import check_canonical
from csea.check.place import FIRST_ROW, row_label
from csea.check.rules import Rule, load_rules
from csea.check.witness import check_with_frictionless
from csea.code.hand import release_tables
from csea.curate import Frames, reference_tables
from csea.curate.figures import figure_table
from csea.curate.milestones import milestone_tables
from csea.errors import Problem, Report
from csea.io import cells, csv_bytes, sha256, sort_by, text_table, write_atomic
from csea.link.cases import case_tables
from csea.link.coverage import coverage_table
from csea.package import package_files
from csea.register import Registers
from csea.schema import Schema, load_inputs, load_tables
from csea.schema.codes import code_table
from csea.schema.frames import check_frame
from csea.views import View, load_views

REGISTERS = ("cases", "releases", "suspects")
DATABASE = "build/csea.db"
STATE = "build/state.json"
# What decides the output: when none of these has changed, and the output neither, there is nothing to do.
SOURCES = (
    "VERSION",
    "requirements.lock",
    "data/inputs/*",
    "data/registry/*",
    "schemas/**/*",
    "scripts/csea/**/*.py",
    "scripts/csea/words/*.txt",
)


@dataclass
class Project:
    """The repository: its definitions, read once."""

    root: Path
    version: str
    tables: dict[str, Schema]
    inputs: dict[str, Schema]
    rules: list[Rule]
    views: list[View]

    @classmethod
    def read(cls, root: Path) -> Project:
        """Read the definitions under ``root``."""
        tables = load_tables(root)
        return cls(
            root=root,
            version=(root / "VERSION").read_text(encoding="utf-8").strip(),
            tables=tables,
            inputs=load_inputs(root, tables),
            rules=load_rules(root),
            views=load_views(root),
        )


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
    files, tables = make_files(project, result.report, step)
    if result.report.errors:
        return result
    step("writing files")
    for path, data in files.items():
        if write_atomic(project.root / path, data):
            result.written.append(path)
    if database.write(project.root / DATABASE, tables, project.tables, {view.name: view.sql for view in project.views}):
        result.written.append(DATABASE)
    write_atomic(project.root / STATE, json.dumps(_fingerprint(project.root)).encode())
    return result


def stale_files(project: Project, step: Step = silent) -> Build:
    """Build without writing: ``written`` names the published files whose bytes would change."""
    result = Build()
    files, _ = make_files(project, result.report, step)
    for path, data in files.items():
        target = project.root / path
        if not target.is_file() or target.read_bytes() != data:
            result.written.append(path)
    return result


def check_all(project: Project, witness: bool, step: Step = silent) -> Report:
    """Check the inputs, the published tables and, with ``witness``, let frictionless read them too."""
    report = Report()
    inputs, _ = check_inputs(project, report, step)
    for name, frame in inputs.items():
        path = f"data/inputs/{name}.csv"
        report.add(check_canonical(project.root / path, path, _ordered(frame, project.inputs[name])))
    _, found = check_folder(project.root / "data", "data", project.tables, project.rules, step)
    report.add(found.problems)
    if witness:
        step("frictionless")
        report.add(check_with_frictionless(project.root))
    return report


def make_files(project: Project, report: Report, step: Step = silent) -> tuple[dict[str, bytes], dict[str, pa.Table]]:
    """Every file that the inputs give (path to content) and the typed tables; empty when there are errors."""
    inputs, registers = check_inputs(project, report, step)
    if report.errors:
        return {}, {}
    step("curate, code, link")
    texts = make_tables(project, inputs, registers, report)
    if report.errors:
        return {}, {}
    staging = project.root / "build" / "staging"
    shutil.rmtree(staging, ignore_errors=True)
    for name, schema in project.tables.items():
        write_atomic(staging / f"{name}.csv", csv_bytes(_ordered(texts[name], schema)))
    tables, found = check_folder(staging, "data", project.tables, project.rules, step)
    report.add(_at_input(problem, project, inputs) for problem in found.problems)
    shutil.rmtree(staging)
    if report.errors:
        return {}, {}
    step("packaging")
    kept = {
        f"data/registry/{name}.csv": _register_bytes(getattr(registers, name).rows, project.inputs["register"])
        for name in REGISTERS
    }
    return kept | package_files(project.root, project.version, tables, project.tables, project.rules), tables


def _at_input(problem: Problem, project: Project, inputs: Frames) -> Problem:
    """The problem at the line of the hand-kept file that the row comes from, where both have the same key."""
    table = project.tables.get(Path(problem.file).stem)
    source = project.inputs.get(Path(table.input).stem) if table and table.input else None
    if table is None or source is None or source.primary_key != table.primary_key or not problem.key:
        return problem
    rows = inputs[source.name]
    labels = [row_label(source, row) for row in rows[list(source.primary_key)].itertuples(index=False)]
    return replace(problem, file=table.input, line=labels.index(problem.key) + FIRST_ROW)


def check_inputs(project: Project, report: Report, step: Step = silent) -> tuple[Frames, Registers]:
    """Read and check the hand-kept files and the registers; problems go to ``report``."""
    schemas = {name: schema for name, schema in project.inputs.items() if name != "register"}
    inputs = _read_and_check(project.root, "data/inputs", schemas, report, step)
    registers = dict.fromkeys(REGISTERS, project.inputs["register"])
    ids = _read_and_check(project.root, "data/registry", registers, report, step)
    if report.errors:
        return {}, Registers.of({name: pd.DataFrame(columns=schema.columns) for name, schema in registers.items()})
    return inputs, Registers.of(ids)


def _read_and_check(root: Path, folder: str, schemas: dict[str, Schema], report: Report, step: Step) -> Frames:
    tables = read_folder(root / folder, folder, schemas, report, step)
    check_keys(tables, {name: f"{folder}/{name}.csv" for name in schemas}, schemas, report)
    return {name: _text_frame(table) for name, table in tables.items()}


def make_tables(project: Project, inputs: Frames, registers: Registers, report: Report) -> Frames:
    """Run the rooms: frames of text, by table name, columns not yet in schema order.

    What a room hands on must fit its pandera schemas; later rooms do not run on what does not.
    """
    tables = {
        **reference_tables(inputs),
        **milestone_tables(inputs),
        "figures": figure_table(inputs),
        "codes": code_table(project.tables),
    }
    _hand_over("curate", tables, project, report)
    if not report.errors:
        coded = release_tables(inputs, registers.releases, project.version)
        _hand_over("code", coded, project, report)
        tables |= coded
    if not report.errors:
        linked = case_tables(tables, inputs, registers, project.version)
        tables |= linked
        linked["coverage"] = tables["coverage"] = coverage_table(inputs, tables)
        _hand_over("link", linked, project, report)
    return tables


def _hand_over(room: str, frames: Frames, project: Project, report: Report) -> None:
    for name, frame in frames.items():
        schema = project.tables[name]
        typed, problems = cast(_ordered(frame, schema), f"data/{name}.csv", schema)
        report.add(problems or check_frame(typed, schema, room))


def _text_frame(table: pa.Table) -> pd.DataFrame:
    """Canonical text of a typed table, as the rooms take it."""
    frame: pd.DataFrame = text_table(table).to_pandas().astype("str")
    return frame


def _ordered(frame: pd.DataFrame, schema: Schema) -> pa.Table:
    """Canonical text in schema order, sorted as typed values sort; columns that no room filled are empty.

    A cell that its type refuses stays as it is, for the checks to name.
    """
    complete = frame.reindex(columns=schema.columns)
    text = pa.table(
        {name: pa.array(complete[name].to_list(), pa.string(), from_pandas=True) for name in schema.columns}
    )
    typed, _ = cast(text, schema.name, schema)
    canonical = {name: pc.coalesce(cells(typed[name]), text[name]) for name in schema.columns}
    numbered = typed.append_column("_row", pa.array(range(len(frame)), pa.int64()))
    return pa.table(canonical).take(sort_by(numbered, list(schema.primary_key))["_row"])


def _register_bytes(rows: pd.DataFrame, schema: Schema) -> bytes:
    return csv_bytes(_ordered(rows, schema))


def _is_current(root: Path) -> bool:
    try:
        state = json.loads((root / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(state == _fingerprint(root))


def _fingerprint(root: Path) -> dict[str, str]:
    """Hash of every file that the build reads or writes."""
    outputs = ("data/*.csv", "data/parquet/*", "docs/codebook.md", "datapackage.json", DATABASE)
    paths = sorted({path for pattern in (*SOURCES, *outputs) for path in root.glob(pattern) if path.is_file()})
    return {path.relative_to(root).as_posix(): sha256(path.read_bytes()) for path in paths}
