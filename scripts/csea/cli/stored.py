"""The files that tables are made from, as frames of text, for commands that read a few of them or add rows."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import click
import pandas as pd

from csea.check import File, Files, check_files
from csea.check.files import read_file
from csea.errors import Report
from csea.io import csv_bytes, write_atomic
from csea.project import REGISTERS, Project, folder_of
from csea.reports import as_text
from csea.rooms import ordered, text_frame

Frames = dict[str, pd.DataFrame]


def read_frames(project: Project, names: Iterable[str]) -> Frames:
    """These files of data/inputs/, data/machine/ and data/registry/ (as register_<name>); ends with 1 on a bad one."""
    report = Report()
    frames: Frames = {}
    for name in names:
        kind = name.removeprefix("register_")
        schema = "register" if name != kind and kind in REGISTERS else name
        shown = f"{folder_of(schema)}/{kind}.csv"
        rows, problems = read_file(project.root / shown, shown, project.inputs[schema])
        report.add(problems)
        if rows is not None:
            frames[name] = text_frame(rows.table)
    if report.errors:
        click.echo(as_text(report), err=True)
        sys.exit(report.exit_code)
    return frames


def add_rows(project: Project, name: str, rows: pd.DataFrame, replaced: list[str]) -> None:
    """Add rows to a hand-kept file in place of those with the same cells in the columns ``replaced``.

    The file is read again each time, so that what another process added stays, and written whole or not at all. The
    rows must pass all checks of the file; a fault is one of this program, and ends it before anything is written.
    """
    schema = project.inputs[name]
    before = read_frames(project, [name])[name]
    same = pd.MultiIndex.from_frame(before[replaced]).isin(pd.MultiIndex.from_frame(rows[replaced]))
    data = csv_bytes(ordered(pd.concat([before[~same], rows], ignore_index=True), schema))
    _check(project, name, data)
    write_atomic(project.root / folder_of(name) / f"{name}.csv", data)


def _check(project: Project, name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.csv"
        path.write_bytes(data)
        report, file = Report(), File(path, f"{folder_of(name)}/{name}.csv", project.inputs[name])
        check_files(Files({name: file}), report)
    if report.errors:
        click.echo("Not saved:\n" + as_text(report), err=True)
        sys.exit(report.exit_code)
