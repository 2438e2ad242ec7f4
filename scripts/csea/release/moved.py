"""What corrections moved since the last version: today's tables beside the same made with the corrections of then.

Out of scope: which change has which cause (``causes``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import pyarrow as pa

from csea.build import read_sources
from csea.compare.keys import key_values
from csea.compare.tables import Changes, compare_tables
from csea.compare.versions import RECORD
from csea.correct import FOLDER, Correction
from csea.errors import Report
from csea.project import Project
from csea.rooms import make_tables

Tables = Mapping[str, pa.Table]
Row = dict[str, str]


def moved_by_corrections(project: Project, old: Tables, new: Tables) -> dict[str, Changes]:
    """By table, what differs between ``new`` and the tables that the same inputs give with the corrections of ``old``.

    Nothing, and no second build, where both versions have the same corrections.
    """
    before, now = _recorded(old), _recorded(new)
    if before == now:
        return {}
    report = Report()
    sources = read_sources(project, report)
    if sources is None:
        return {}
    then = [_of_row(row, project) for row in before.values() if row["table_name"] in project.tables]
    tables = make_tables(project, sources.inputs, sources.registers(), report, then)
    if report.errors:  # one that has gone may no longer fit: leave out those that are new, and no more
        return _without_new(project, {*before}, new)
    return _changes(project, tables, new)


def _without_new(project: Project, known: set[str], new: Tables) -> dict[str, Changes]:
    report = Report()
    sources = read_sources(project, report)
    if sources is None:
        return {}
    kept = [item for item in sources.corrections if item.id in known]
    tables = make_tables(project, sources.inputs, sources.registers(), report, kept)
    return {} if report.errors else _changes(project, tables, new)


def _changes(project: Project, then: Tables, new: Tables) -> dict[str, Changes]:
    return {
        name: compare_tables(name, then[name], new[name], schema.primary_key)
        for name, schema in project.tables.items()
        if name in then and name != RECORD
    }


def _recorded(tables: Tables) -> dict[str, Row]:
    """What a version records of each correction, by id; an empty cell is an empty text."""
    rows = tables[RECORD].to_pylist() if RECORD in tables else []
    return {row["correction_id"]: {name: value or "" for name, value in row.items()} for row in rows}


def _of_row(row: Row, project: Project) -> Correction:
    """A correction as a version records it, whether its file is still there or not."""
    action, key = row["correction_action"], project.tables[row["table_name"]].primary_key
    cells = {"add": row["new_value"], "remove": row["old_value"]}.get(action)
    return Correction(
        id=row["correction_id"],
        shown=f"{FOLDER}/{row['correction_id']}.yaml",
        action=action,
        table=row["table_name"],
        key=tuple(value or "" for value in key_values(row["row_key"], key)),
        why=row["why"],
        evidence=row["evidence_url"],
        column=row["column_name"],
        present="" if cells else row["old_value"],
        value="" if cells else row["new_value"],
        row=json.loads(cells) if cells else {},
        state=row["correction_state"],
    )
