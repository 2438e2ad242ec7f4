"""Rules over several columns or tables: SQL files in ``schemas/rules/``, run over the built database.

A rule's SQL returns one row for each fault: the primary key columns of ``table``, and the value at fault in
a column ``found``.
Out of scope: single cells and keys, which name the same faults better.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from csea.check.rows import Rows, label
from csea.errors import Problem
from csea.schema import Schema, SchemaError

WORD = re.compile(r"\w+")
PARTS = {"id", "severity", "table", "column", "sentence", "fix", "sql"}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where PyYAML was built with it: ten times faster


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
            items = yaml.load(path.read_text(encoding="utf-8"), _LOADER)
        except yaml.YAMLError as error:
            raise SchemaError(f"schemas/rules/{path.name} is not YAML: {' '.join(str(error).split())}") from error
        for item in items if isinstance(items, list) else [items]:
            if not isinstance(item, dict) or set(item) != PARTS:
                raise SchemaError(f"schemas/rules/{path.name}: a rule needs exactly {sorted(PARTS)}")
            rules.append(Rule(**{part: str(item[part]).strip() for part in PARTS}))
    return rules


def check_rules(connection: sqlite3.Connection, rules: list[Rule], tables: dict[str, Rows]) -> list[Problem]:
    """Problems for every row that breaks a rule; ``connection`` holds ``tables``, rows in the order of the file."""
    problems = []
    for rule in rules:
        rows = tables[rule.table]
        is_boolean = rows.schema.field(rule.column).type == "boolean"
        for place, key, found in _faults(connection, rule, rows.schema):
            # A rule over a whole, empty table names no row.
            line = int(rows.lines[place - 1]) if place else 0
            name = label(rows.schema.primary_key, key)
            value = "" if found is None else str(bool(found)).lower() if is_boolean else str(found)
            where = (rows.shown, rule.sentence, rule.fix, line, name, rule.column)
            problems.append(Problem(f"rule.{rule.id}", *where, value, rule.severity))
    return problems


def tables_of(rule: Rule, tables: Iterable[str]) -> set[str]:
    """The tables that a rule reads."""
    words = set(WORD.findall(rule.sql))
    return {rule.table} | words.intersection(tables)


def columns_read(rules: list[Rule], schema: Schema) -> list[str]:
    """The columns of a table that the rules on it may read: those that their SQL names, and the primary key."""
    read = [rule for rule in rules if schema.name in tables_of(rule, [schema.name])]
    words = {word for rule in read for word in WORD.findall(rule.sql)} | set(schema.primary_key)
    return [name for name in schema.columns if name in words]


def _faults(
    connection: sqlite3.Connection, rule: Rule, schema: Schema
) -> Iterator[tuple[int | None, tuple[object, ...], object]]:
    """Row number, primary key and value at fault of every row that the rule's SQL finds, in the order of the file."""
    try:
        names = {item[0] for item in connection.execute(f"SELECT * FROM ({rule.sql}) LIMIT 0").description}
        if missing := {*schema.primary_key, "found"} - names:
            raise SchemaError(f"the SQL of the rule {rule.id} in schemas/rules/ lacks {', '.join(sorted(missing))}")
        key = [f"fault.[{name}]" for name in schema.primary_key]
        same = " AND ".join(f"whole.[{name}] = fault.[{name}]" for name in schema.primary_key)
        cursor = connection.execute(
            f"SELECT whole.rowid, fault.found, {', '.join(key)} FROM ({rule.sql}) AS fault "
            f"LEFT JOIN [{schema.name}] AS whole ON {same} ORDER BY whole.rowid"
        )
        for place, found, *values in cursor:
            yield place, tuple(values), found
    except sqlite3.Error as error:
        raise SchemaError(f"the SQL of the rule {rule.id} in schemas/rules/ fails: {error}") from error
