"""Corrections: read every file of ``data/corrections/`` and judge it before anything is applied.

A file must be where its name says, have the form of its action, name a column that people may correct, hold values that
the table's schema and the privacy check accept, and not collide with another. Every build and every ``csea check`` does
all of this; ``csea correct check`` does it for one file. Out of scope: whether the present value still stands in the
table, which only a build can say (``correct/apply.py``).
"""

from __future__ import annotations

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pyarrow as pa

from csea.check.files import read_file
from csea.check.privacy import check_privacy
from csea.check.rows import FIRST_ROW
from csea.compare.keys import key_text
from csea.correct import FOLDER, Correction
from csea.correct.forms import correction_of
from csea.correct.record import PART_OF, corrections_table
from csea.correct.yaml_file import read_parts
from csea.errors import Problem, Report, printable
from csea.io import csv_bytes
from csea.schema import Schema
from csea.schema.deprecated import aliases

NAME = re.compile(r"(\d{8})-[a-z0-9]+(-[a-z0-9]+)*")
NAMED = (
    "Name it data/corrections/<year>/<yyyymmdd>-<words>.yaml, such as 2026/20260131-launch-year.yaml; the words are "
    "lower-case letters and digits, with hyphens between them."
)
TABLE = "corrections"

Found = tuple[list[Correction], list[Problem]]


def load_corrections(root: Path, schemas: Mapping[str, Schema]) -> Found:
    """Every correction that can be read, by id, and the problems of all files.

    A file with a problem may still give a correction; nothing may be applied while there is an error.
    """
    paths, problems = _files(root)
    corrections = []
    for path in paths:
        correction, found = read_correction(path, path.relative_to(root).as_posix(), schemas)
        problems += found
        if correction is not None:
            corrections.append(correction)
    corrections.sort(key=lambda item: item.id)
    return corrections, [*problems, *check_values(corrections, schemas), *collisions(corrections)]


def read_given(paths: Iterable[Path], schemas: Mapping[str, Schema], report: Report) -> list[Correction]:
    """The corrections of these files, wherever they stand; all their problems go to ``report``."""
    corrections = []
    for path in paths:
        correction, problems = read_correction(path, printable(str(path)), schemas)
        name_fault = [] if NAME.fullmatch(path.stem) else [_misnamed(path, printable(str(path)))]
        report.add([*name_fault, *problems])
        if correction is not None:
            corrections.append(correction)
    report.add([*check_values(corrections, schemas), *collisions(corrections)])
    return corrections


def read_correction(path: Path, shown: str, schemas: Mapping[str, Schema]) -> tuple[Correction | None, list[Problem]]:
    """The correction of one file, with the problems of its form; its values are judged by :func:`check_values`."""
    parts, problems = read_parts(path, shown)
    if parts is None:
        return None, problems
    correction, found = correction_of(path.stem, shown, parts, schemas)
    if correction is None:
        return None, found
    return correction, [*found, *_not_to_be_corrected(correction, schemas[correction.table])]


def check_place(path: Path, folder: Path, shown: str) -> list[Problem]:
    """Problems of where a file stands and what it is called. ``folder`` is that of all corrections."""
    rule = "correction.place"
    if path.is_symlink() or folder.resolve() not in path.resolve().parents:
        return [Problem(rule, shown, "The file is a link, or lies outside data/corrections/.", NAMED)]
    match = NAME.fullmatch(path.stem)
    if path.suffix != ".yaml" or not match:
        return [_misnamed(path, shown)]
    day = match.group(1)
    try:
        date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return [Problem(rule, shown, "The name does not begin with a day that there is.", NAMED, value=day)]
    if path.parent != folder / day[:4]:
        fix = f"Move it to {FOLDER}/{day[:4]}/."
        return [Problem(rule, shown, "The file is not in the folder of its year.", fix, value=path.parent.name)]
    return []


def _misnamed(path: Path, shown: str) -> Problem:
    message = "The file is not named like a correction."
    return Problem("correction.place", shown, message, NAMED, value=printable(path.name))


def _files(root: Path) -> tuple[list[Path], list[Problem]]:
    """Correction files in their order, and problems of those that are none."""
    folder = root / FOLDER
    paths, problems = [], []
    for path in sorted(folder.rglob("*")):
        if (path.is_dir() and not path.is_symlink()) or path == folder / "README.md":
            continue
        shown = f"{FOLDER}/{printable(path.relative_to(folder).as_posix())}"
        found = check_place(path, folder, shown)
        problems += found
        if not found:
            paths.append(path)
    return paths, problems


def _not_to_be_corrected(correction: Correction, schema: Schema) -> list[Problem]:
    """Problems of a correction of what follows from something else, saying what to correct instead."""
    if correction.action == "merge":
        return []
    instead_of = {field.name: field.derived for field in schema.fields}
    instead_of |= {name: f"It repeats {use}: correct that." for name, use in aliases(schema).items()}
    refused = [("table", schema.derived)]
    if correction.action == "change":
        refused.append(("column", instead_of.get(correction.column, "")))
    else:
        refused.append(("table", schema.entered))
        refused += [(f"row.{name}", instead_of.get(name, "")) for name in correction.row]
    what = {"table": f"the table {schema.name}", "column": f"the column {correction.column}"}
    return [
        Problem(
            "correction.derived",
            correction.shown,
            f"No correction can be made to {what.get(part, f'the column {part[4:]}')}.",
            instead,
            correction.lines.get(part, 0),
            column=part,
        )
        for part, instead in refused
        if instead
    ]


def collisions(corrections: Iterable[Correction]) -> list[Problem]:
    """Problems of active corrections that are on the same cell, or on a row that another adds or removes."""
    rows: dict[tuple[str, tuple[str, ...]], list[Correction]] = defaultdict(list)
    for item in corrections:
        if item.is_active:
            rows[item.table, item.key].append(item)
    problems = []
    for (table, key), group in rows.items():
        for earlier, later in pairwise(group):
            if {earlier.action, later.action} == {"change"} and earlier.column != later.column:
                continue
            message = f"Another correction is on the same place of {table}, {key_text(key)}: {earlier.shown}."
            fix = "Keep one, and mark the other withdrawn (`csea correct mark ID withdrawn`)."
            problems.append(Problem("correction.collision", later.shown, message, fix, column=later.column))
    gone = {item.key[0]: item for item in corrections if item.is_active and item.action == "merge"}
    for item in gone.values():
        if other := gone.get(item.value):
            message = f"{item.value} is itself merged, by {other.shown}."
            fix = f"Merge {item.key[0]} into {other.value}."
            problems.append(
                Problem("correction.collision", item.shown, message, fix, item.lines.get("into", 0), "", "into")
            )
    return problems


def check_values(corrections: Iterable[Correction], schemas: Mapping[str, Schema]) -> list[Problem]:
    """Problems of values that the schema of their table or the privacy check refuses, at their line of the file."""
    by_table: dict[str, list[Correction]] = defaultdict(list)
    every = list(corrections)
    for item in every:
        if item.action in ("change", "add"):
            by_table[item.table].append(item)
    problems = []
    for table, group in by_table.items():
        problems += _in_table(group, schemas[table])
    return problems + _in_record(every, schemas[TABLE])


def _in_table(group: list[Correction], schema: Schema) -> list[Problem]:
    """What the table's schema says of the new cells, each in a row of its own with its key."""
    rows = []
    for item in group:
        cells = {**dict(zip(schema.primary_key, item.key, strict=True)), **item.row}
        rows.append(cells | ({item.column: item.value} if item.column else {}))
    problems = []
    for problem in _judged(rows, schema):
        item = group[problem.line - FIRST_ROW]
        given = {*schema.primary_key, item.column, *item.row}
        if problem.column in given or (problem.column == "" and problem.line) or _is_needed(item, problem, schema):
            problems.append(_placed(problem, item, _part(item, problem.column)))
    return problems


def _is_needed(item: Correction, problem: Problem, schema: Schema) -> bool:
    """Whether a cell that an added row lacks is one that it must have; derived ones fill themselves."""
    return item.action == "add" and problem.rule == "column.required" and not schema.field(problem.column).derived


def _part(item: Correction, column: str) -> str:
    if item.action == "add":
        return f"row.{column}" if f"row.{column}" in item.lines else "row"
    if column == item.column:
        return "value"
    return f"key.{column}" if f"key.{column}" in item.lines else "key"


def _in_record(corrections: list[Correction], schema: Schema) -> list[Problem]:
    """What the schema of the table corrections says of the rest: why, evidence, credit and the present value."""
    frame = corrections_table(corrections)
    rows = [
        {str(name): value for name, value in row.items() if isinstance(value, str)} for row in frame.to_dict("records")
    ]
    return [
        _placed(problem, item, PART_OF.get(problem.column, ""))
        for problem in _judged(rows, schema)
        if (item := corrections[problem.line - FIRST_ROW])
    ]


def _judged(rows: list[dict[str, str]], schema: Schema) -> list[Problem]:
    """Problems of form, columns and privacy of rows of text; ``line`` counts the rows as in a file of them."""
    if not rows:
        return []
    table = pa.table({name: pa.array([row.get(name) or None for row in rows], pa.string()) for name in schema.columns})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{schema.name}.csv"
        path.write_bytes(csv_bytes(table))
        read, problems = read_file(path, path.name, schema, canonical=True)
    found = [*problems, *(check_privacy(read) if read is not None else [])]
    return [problem if problem.line else replace(problem, line=FIRST_ROW) for problem in found]


def _placed(problem: Problem, item: Correction, part: str) -> Problem:
    """The problem of a table at the line of the file that the value stands on."""
    key = f"{item.table} {key_text(item.key)}"
    return replace(problem, file=item.shown, line=item.lines.get(part, 0), key=key, column=problem.column)
