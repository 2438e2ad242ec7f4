"""The check room: every rule that the data must meet, each fault named with its place and its fix.

``form`` reads bytes, ``columns`` types, ``keys`` keys, ``rules`` the SQL rules, ``privacy`` the privacy rules;
``published`` compares files with their hashes, ``witness`` asks frictionless. :func:`check_folder` runs the
first five over a folder of CSV files.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from csea import database
from csea.check.columns import cast
from csea.check.form import check_canonical, read_csv
from csea.check.keys import check_references, check_unique
from csea.check.privacy import check_privacy
from csea.check.rules import Rule, check_rules
from csea.errors import Problem, Report
from csea.io import sort_by
from csea.schema import Schema

Tables = dict[str, pa.Table]
Step = Callable[[str], None]  # told the name of each step, for progress


def silent(_: str) -> None:
    """Tell nobody."""


def check_folder(
    folder: Path, shown: str, schemas: dict[str, Schema], rules: list[Rule], step: Step = silent
) -> tuple[Tables, Report]:
    """Check every table in ``folder`` (``<table>.csv``) and give the typed tables with the report.

    ``shown`` is the folder's name in messages. SQL rules and the canonical form are checked only when all else
    holds, since a broken row would trip them a second time.
    """
    report = Report()
    tables = read_folder(folder, shown, schemas, report, step)
    files = {name: f"{shown}/{name}.csv" for name in schemas}
    check_keys(tables, files, schemas, report)
    for name, table in tables.items():
        step(f"privacy of {name}")
        report.add(check_privacy(table, files[name], schemas[name]))
    if not report.errors:
        step("rules")
        report.add(run_rules(tables, rules, schemas, files))
        for name, table in tables.items():
            canonical = sort_by(table, list(schemas[name].primary_key))
            report.add(check_canonical(folder / f"{name}.csv", files[name], canonical))
    return tables, report


def with_origin(problem: Problem, schemas: dict[str, Schema]) -> Problem:
    """A problem of a generated table with the hand-kept file to correct; SQL rules name it themselves."""
    schema = schemas.get(Path(problem.file).stem)
    if schema is None or not schema.input or problem.rule.startswith("rule."):
        return problem
    fix = f"{problem.fix} The table is made from {schema.input}: correct it there and run `csea build`."
    return replace(problem, fix=fix)


def read_folder(folder: Path, shown: str, schemas: dict[str, Schema], report: Report, step: Step = silent) -> Tables:
    """Read and type every ``<name>.csv`` of ``schemas``; problems go to ``report``.

    A file that cannot be read as a table is left out.
    """
    tables: Tables = {}
    for name, schema in schemas.items():
        step(f"reading {name}")
        text, problems = read_csv(folder / f"{name}.csv", f"{shown}/{name}.csv", schema)
        report.add(problems)
        if text is not None:
            tables[name], faults = cast(text, f"{shown}/{name}.csv", schema)
            report.add(faults)
    return tables


def check_keys(tables: Tables, files: dict[str, str], schemas: dict[str, Schema], report: Report) -> None:
    """Check primary, unique and foreign keys of ``tables``, which refer to each other."""
    for name, table in tables.items():
        report.add(check_unique(table, files[name], schemas[name]))
        report.add(check_references(table, files[name], schemas[name], tables))


def run_rules(tables: Tables, rules: list[Rule], schemas: dict[str, Schema], files: dict[str, str]) -> list[Problem]:
    """Run the SQL rules over ``tables`` in an SQLite database in memory."""
    connection = sqlite3.connect(":memory:")
    try:
        database.fill(connection, tables, schemas)
        return check_rules(connection, rules, schemas, files)
    finally:
        connection.close()
