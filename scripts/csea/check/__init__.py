"""The check room: every rule that the data must meet, each fault named with its place and its fix.

A file is read in blocks (``blocks``); its header (``header``), lines (``lines``) and cells (``form``) are judged, then
types (``columns``); ``files`` does that for CSV and Parquet. Over whole tables come keys and order (``keys``), privacy
(``privacy``), the SQL rules (``rules``) and how much there is (``volume``). ``targets`` finds what a path means,
``repository`` checks all that the project holds, ``allowed`` sets known failures aside, ``published`` compares files
with their hashes, ``witness`` asks frictionless, ``fix`` mends what has one right answer.

:func:`check_files` runs what concerns files of one folder.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from csea import database
from csea.check.allowed import Allowed, set_aside
from csea.check.files import read_file
from csea.check.keys import check_order, check_references, check_unique
from csea.check.privacy import check_privacy
from csea.check.rows import Rows
from csea.check.rules import Rule, check_rules, columns_read, tables_of
from csea.check.volume import Bound, check_volume
from csea.errors import Problem, Report
from csea.schema import Schema, SchemaError

Step = Callable[[str], None]  # told the name of each step, for progress


def silent(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class File:
    """A file to check: its path, its name in messages and its schema."""

    path: Path
    shown: str
    schema: Schema


@dataclass(frozen=True)
class Files:
    """Files that refer to one another, by table name.

    Only faults of ``asked`` are told, of all where it is None; the others are read because those refer to them.
    ``is_canonical`` says whether the canonical form is asked for, as it is of all that the project keeps. ``bounds``
    say how much there should be, ``allowed`` which failures are known.
    """

    files: dict[str, File]
    rules: list[Rule] = field(default_factory=list)
    asked: frozenset[str] | None = None
    is_canonical: bool = True
    bounds: list[Bound] = field(default_factory=list)
    allowed: list[Allowed] = field(default_factory=list)

    def tells(self, name: str) -> bool:
        """Whether faults of this table are told."""
        return self.asked is None or name in self.asked


def check_files(files: Files, report: Report, step: Step = silent) -> dict[str, Rows]:
    """Check every file; give the typed rows of those that could be read, by table name.

    SQL rules run only when all else holds, since a broken row would trip them a second time.
    """
    found = Report()
    tables = _read(files, found, step)
    for name, rows in tables.items():
        if files.tells(name):
            step(f"keys and privacy of {name}")
            found.add(check_unique(rows))
            found.add(check_references(rows, tables))
            found.add(check_privacy(rows))
            if files.is_canonical:
                found.add(check_order(rows))
    found.add(check_volume({name: rows for name, rows in tables.items() if files.tells(name)}, files.bounds))
    allowed = [entry for entry in files.allowed if not entry.rule.startswith("rule.")]
    if files.rules and not Report(set_aside(found.problems, allowed, [])).errors:
        step("rules")
        found.add(run_rules(tables, files))
        allowed = files.allowed
    told = [file.shown for name, file in files.files.items() if files.tells(name)]
    report.add(set_aside(found.problems, allowed, told))
    return tables


def _read(files: Files, report: Report, step: Step) -> dict[str, Rows]:
    tables = {}
    for name, file in files.files.items():
        step(f"reading {name}")
        rows, problems = read_file(file.path, file.shown, file.schema, files.is_canonical)
        if files.tells(name):
            report.add(problems)
        if rows is not None:
            # Rows with faults are not what other tables may be judged by.
            tables[name] = rows if files.tells(name) or not problems else replace(rows, is_whole=False)
    return tables


def run_rules(tables: dict[str, Rows], files: Files) -> list[Problem]:
    """Run the SQL rules whose tables are all there and whole, over an SQLite database in memory.

    The database holds only the columns that the rules read.
    """
    for rule in files.rules:
        if rule.table not in files.files:
            raise SchemaError(f"the rule {rule.id} in schemas/rules/ is on {rule.table}, which is no table")
        if rule.column not in files.files[rule.table].schema.columns:
            raise SchemaError(f"the rule {rule.id} in schemas/rules/ is on {rule.column}, no column of {rule.table}")
    whole = {name for name, rows in tables.items() if rows.is_whole and not rows.absent}
    rules = [rule for rule in files.rules if files.tells(rule.table) and tables_of(rule, files.files) <= whole]
    wanted = set().union(*(tables_of(rule, files.files) for rule in rules))
    read = {name: columns_read(rules, rows.schema) for name, rows in tables.items() if name in wanted}
    connection = sqlite3.connect(":memory:")
    try:
        database.fill(
            connection,
            {name: tables[name].table.select(columns) for name, columns in read.items()},
            {name: _narrow(tables[name].schema, columns) for name, columns in read.items()},
        )
        return check_rules(connection, rules, tables)
    finally:
        connection.close()


def _narrow(schema: Schema, columns: list[str]) -> Schema:
    """A schema with these columns alone and without references, which were checked before."""
    fields = tuple(schema.field(name) for name in columns)
    return replace(schema, fields=fields, foreign_keys=(), unique_keys=(), facets=())


def with_origin(problem: Problem, schemas: dict[str, Schema]) -> Problem:
    """A problem of a generated table with the hand-kept file to correct; SQL rules name it themselves."""
    schema = schemas.get(Path(problem.file).stem)
    if schema is None or not schema.input or problem.rule.startswith(("rule.", "volume.")):
        return problem
    fix = f"{problem.fix} This table is made from {schema.input}: correct it there and run `csea build`."
    return replace(problem, fix=fix)
