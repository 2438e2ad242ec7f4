"""Rules over several columns or tables: SQL files in ``schemas/rules/``, run over the built database.

A rule's SQL returns one row for each fault: the primary key columns of ``table``, and the value at fault in
a column ``found``.
Out of scope: single cells and keys, which name the same faults better.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import yaml

from csea.check.place import FIRST_ROW, row_label
from csea.errors import Problem
from csea.schema import Schema, SchemaError

PARTS = {"id", "severity", "table", "column", "sentence", "fix", "sql"}


@dataclass(frozen=True)
class Rule:
    """A rule: what must hold (``sentence``), how to mend it (``fix``), the SQL that finds what breaks it."""

    id: str
    severity: str
    table: str
    column: str
    sentence: str
    fix: str
    sql: str


def load_rules(root: Path) -> list[Rule]:
    """Rules of ``schemas/rules/*.yaml``, by file and order; SchemaError names a file that is incomplete."""
    rules = []
    for path in sorted((root / "schemas" / "rules").glob("*.yaml")):
        try:
            items = yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            raise SchemaError(f"schemas/rules/{path.name} is not YAML: {' '.join(str(error).split())}") from error
        for item in items if isinstance(items, list) else [items]:
            if not isinstance(item, dict) or set(item) != PARTS:
                raise SchemaError(f"schemas/rules/{path.name}: a rule needs exactly {sorted(PARTS)}")
            rules.append(Rule(**{part: str(item[part]).strip() for part in PARTS}))
    return rules


def check_rules(
    connection: sqlite3.Connection, rules: list[Rule], schemas: dict[str, Schema], files: dict[str, str]
) -> list[Problem]:
    """Problems for every row that breaks a rule. ``files`` gives the file name shown for each table."""
    problems = []
    for rule in rules:
        if rule.table not in schemas:
            raise SchemaError(f"the rule {rule.id} in schemas/rules/ is on {rule.table}, which is no table")
        schema, file = schemas[rule.table], files[rule.table]
        for key, found in _faults(connection, rule, schema):
            line, label = _line(connection, schema, key), row_label(schema, key)
            value = "" if found is None else str(found)
            problems.append(
                Problem(
                    f"rule.{rule.id}", file, rule.sentence, rule.fix, line, label, rule.column, value, rule.severity
                )
            )
    return problems


def _faults(connection: sqlite3.Connection, rule: Rule, schema: Schema) -> list[tuple[list[object], object]]:
    """Primary key and value at fault of every row that the rule's SQL finds."""
    try:
        cursor = connection.execute(rule.sql)
    except sqlite3.Error as error:
        raise SchemaError(f"the SQL of the rule {rule.id} in schemas/rules/ fails: {error}") from error
    names = [item[0] for item in cursor.description]
    missing = {*schema.primary_key, "found"} - set(names)
    if missing:
        raise SchemaError(f"the SQL of the rule {rule.id} in schemas/rules/ lacks {', '.join(sorted(missing))}")
    rows = (dict(zip(names, row, strict=True)) for row in cursor.fetchall())
    return [([row[name] for name in schema.primary_key], row["found"]) for row in rows]


def _line(connection: sqlite3.Connection, schema: Schema, key: list[object]) -> int:
    """Physical line of a row: rows were inserted in file order, so rowid counts them."""
    where = " AND ".join(f"[{name}] = ?" for name in schema.primary_key)
    row = connection.execute(f"SELECT rowid FROM [{schema.name}] WHERE {where}", key).fetchone()
    return int(row[0]) + FIRST_ROW - 1 if row else 0  # a rule over a whole, empty table names no row
