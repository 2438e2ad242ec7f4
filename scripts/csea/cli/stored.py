"""The files that tables are made from, as frames of text, for commands that read a few of them or add rows."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import click
import pandas as pd

from csea.build import REGISTERS, folder_of
from csea.check import read_folder
from csea.check.keys import check_unique
from csea.check.privacy import check_privacy
from csea.errors import Report
from csea.io import csv_bytes, write_atomic
from csea.project import Project
from csea.rooms import ordered, text_frame

Frames = dict[str, pd.DataFrame]


def read_frames(project: Project, names: Iterable[str]) -> Frames:
    """These files of data/inputs/, data/machine/ and data/registry/ (as register_<name>); ends with 1 on a bad one."""
    report = Report()
    frames: Frames = {}
    for name in names:
        kind = name.removeprefix("register_")
        is_register = name != kind and kind in REGISTERS
        folder = "data/registry" if is_register else folder_of(name)
        schemas = {kind: project.inputs["register" if is_register else name]}
        tables = read_folder(project.root / folder, folder, schemas, report)
        if kind in tables:
            frames[name] = text_frame(tables[kind])
    if report.errors:
        click.echo(report.to_text(), err=True)
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
        (Path(folder) / f"{name}.csv").write_bytes(data)
        report, schemas, shown = Report(), {name: project.inputs[name]}, folder_of(name)
        tables = read_folder(Path(folder), shown, schemas, report)
        for table in tables.values():
            report.add(check_privacy(table, f"{shown}/{name}.csv", schemas[name]))
            report.add(check_unique(table, f"{shown}/{name}.csv", schemas[name]))
    if report.errors:
        click.echo("Not saved:\n" + report.to_text(), err=True)
        sys.exit(report.exit_code)
