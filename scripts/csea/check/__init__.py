"""The check room: every rule that the data must meet, each fault named with its place and its fix.

``form`` reads bytes, ``columns`` types, ``keys`` keys, ``rules`` the SQL rules, ``privacy`` the privacy rules;
``witness`` asks frictionless. :func:`check_folder` runs them all over a folder of CSV files.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
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


def check_folder(
    folder: Path,
    shown: str,
    schemas: dict[str, Schema],
    rules: list[Rule],
    step: Callable[[str], None] = lambda name: None,
) -> tuple[Tables, Report]:
    """Check every table in ``folder`` (``<table>.csv``) and give the typed tables with the report.

    ``shown`` is the folder's name in messages. SQL rules run only when every table could be read and keys
    hold, since a broken row would trip them a second time.
    """
    report = Report()
    texts, typed = read_folder(folder, shown, schemas, report, step)
    files = {name: f"{shown}/{name}.csv" for name in schemas}
    check_keys(typed, files, schemas, schemas, report)
    for name, table in typed.items():
        step(f"privacy of {name}")
        report.add(check_privacy(table, files[name], schemas[name]))
    if not report.errors and len(typed) == len(schemas):
        step("rules")
        report.add(run_rules(typed, rules, schemas, files))
        for name in schemas:
            report.add(
                check_canonical(
                    folder / f"{name}.csv", files[name], sort_by(typed[name], list(schemas[name].primary_key))
                )
            )
    return typed, report


def read_folder(
    folder: Path,
    shown: str,
    schemas: dict[str, Schema],
    report: Report,
    step: Callable[[str], None] = lambda name: None,
) -> tuple[Tables, Tables]:
    """Read and type every ``<name>.csv`` of ``schemas``; problems go to ``report``.

    Gives text and typed tables; a file that cannot be read stands in neither.
    """
    texts: Tables = {}
    typed: Tables = {}
    for name, schema in schemas.items():
        step(f"reading {name}")
        table, problems = read_csv(folder / f"{name}.csv", f"{shown}/{name}.csv", schema)
        report.add(problems)
        if table is not None:
            texts[name] = table
            typed[name], faults = cast(table, f"{shown}/{name}.csv", schema)
            report.add(faults)
    return texts, typed


def check_keys(
    tables: Tables, files: dict[str, str], schemas: dict[str, Schema], targets: dict[str, Schema], report: Report
) -> None:
    """Check primary, unique and foreign keys of ``tables``; ``targets`` names the tables referred to."""
    for name, table in tables.items():
        report.add(check_unique(table, files[name], schemas[name]))
        report.add(
            check_references(table, files[name], schemas[name], {key: tables[key] for key in targets if key in tables})
        )


def run_rules(tables: Tables, rules: list[Rule], schemas: dict[str, Schema], files: dict[str, str]) -> list[Problem]:
    """Run the SQL rules over ``tables`` in an SQLite database in memory."""
    connection = sqlite3.connect(":memory:")
    try:
        database.fill(connection, tables, schemas)
        return check_rules(connection, rules, schemas, files)
    finally:
        connection.close()
