"""What a correction would do: the rows before and after, and all that moves with them, as Markdown.

The tables are made twice, without the corrections in question and with them, and compared. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from csea.build import check_tables, read_sources
from csea.check import Step, silent
from csea.check.columns import cast
from csea.check.rows import rows_of
from csea.compare.keys import key_text, row_keys
from csea.compare.questions import Move, answer_moves
from csea.compare.tables import Changes, compare_tables
from csea.correct import Correction
from csea.corrections import collisions, read_given
from csea.errors import Report
from csea.markdown import cell, code
from csea.project import Project
from csea.rooms import make_tables

MOST_ROWS = 20  # of one table that are told cell by cell
MOST_MOVES = 3  # of one question
RECORD = "corrections"

Tables = Mapping[str, pa.Table]


@dataclass(frozen=True)
class Effect:
    """What corrections do: the tables without and with them as canonical text, and what differs."""

    corrections: list[Correction]
    old: Tables
    new: Tables
    changes: dict[str, Changes]
    moves: list[Move]


def preview(project: Project, paths: Sequence[Path], report: Report, step: Step = silent) -> str:
    """Markdown on what the correction files at ``paths`` do; empty, with problems in ``report``, where one is wrong."""
    effect = effect_of(project, paths, report, step)
    return markdown(effect, project) if effect else ""


def effect_of(project: Project, paths: Sequence[Path], report: Report, step: Step = silent) -> Effect | None:
    """What the correction files at ``paths`` do, whether they stand in data/corrections/ already or not.

    None, with problems in ``report``, where a file or anything that the build reads is wrong.
    """
    mine = read_given(paths, project.tables, report)
    sources = None if report.errors else read_sources(project, report, step)
    if sources is None:
        return None
    others = [item for item in sources.corrections if item.id not in {item.id for item in mine}]
    report.add(collisions([*others, *mine]))
    old, new = (
        make_tables(project, sources.inputs, sources.registers(), report, kept) if not report.errors else {}
        for kept in (others, [*others, *mine])
    )
    if report.errors:
        return None
    step("checks")
    check_tables(project, new, sources, report)
    schemas = project.tables
    changes = {name: compare_tables(name, old[name], new[name], schemas[name].primary_key) for name in schemas}
    del changes[RECORD]  # that a correction is recorded is no news in its preview
    step("questions")
    before, now = ({name: _typed(tables[name], name, project) for name in schemas} for tables in (old, new))
    return Effect(mine, old, new, changes, answer_moves(before, now, schemas, project.views))


def _typed(text: pa.Table, name: str, project: Project) -> pa.Table:
    return cast(rows_of(text, name, project.tables[name]))[0].table


def markdown(effect: Effect, project: Project) -> str:
    """The effect, for a pull request: each correction with its row, then all else that moves."""
    parts = [_of_correction(item, effect, project) for item in effect.corrections]
    return "\n\n".join([*parts, _of_tables(effect), _of_answers(effect.moves)]) + "\n"


def _of_correction(item: Correction, effect: Effect, project: Project) -> str:
    head = f"### {code(item.id)}"
    facts = [f"Why: {code(item.why)}, see {code(item.evidence)}"]
    if item.state != "active":
        return "\n\n".join([head, *facts, f"It is {item.state}, so nothing changes."])
    if item.action == "merge":
        return "\n\n".join([head, *facts, f"Case {item.key[0]} becomes part of case {item.value}."])
    key = project.tables[item.table].primary_key
    before, now = (_row(effect_tables[item.table], key, item.key) for effect_tables in (effect.old, effect.new))
    rows = [
        f"| {_changed(name, before, now)} | {cell(before.get(name))} | {cell(now.get(name))} |"
        for name in project.tables[item.table].columns
        if before.get(name) or now.get(name)
    ]
    place = f"The row {code(key_text(item.key))} of {code(item.table)}:"
    return "\n\n".join([head, *facts, place, "\n".join(["| column | before | after |", "|---|---|---|", *rows])])


def _changed(name: str, before: Mapping[str, str | None], now: Mapping[str, str | None]) -> str:
    """The name of a column, in bold where its cell changes."""
    return cell(name) if before.get(name) == now.get(name) else f"**{cell(name)}**"


def _row(table: pa.Table, key: Sequence[str], values: tuple[str, ...]) -> dict[str, str | None]:
    place = row_keys(table, key).index(key_text(values)).as_py()
    return {} if place < 0 else table.slice(place, 1).to_pylist()[0]


def _of_tables(effect: Effect) -> str:
    """What else changes in tables: all cells and rows but those that the corrections are on."""
    own = {(item.table, key_text(item.key), item.column) for item in effect.corrections}
    lines = []
    for name, changes in effect.changes.items():
        found = list(_lines(name, changes, own))
        lines += found[:MOST_ROWS]
        if len(found) > MOST_ROWS:
            lines.append(f"- {code(name)}: {len(found) - MOST_ROWS:,} more")
    return "### What follows in the tables\n\n" + ("\n".join(lines) if lines else "Nothing else changes.")


def _lines(name: str, changes: Changes, own: set[tuple[str, str, str]]) -> Iterable[str]:
    for change in changes.cells.to_pylist():
        if (name, change["row_key"], change["column_name"]) not in own:
            place = f"{code(name)} {code(change['row_key'])}, {code(change['column_name'])}"
            yield f"- {place}: {code(change['old_value'] or '')} → {code(change['new_value'] or '')}"
    for rows, what in ((changes.added, "added"), (changes.removed, "removed")):
        for key in row_keys(rows, changes.key).to_pylist():
            if (name, key, "") not in own:
                yield f"- {code(name)} {code(key)}: row {what}"


def _of_answers(moves: list[Move]) -> str:
    head = "### What moves in the answers"
    if not moves:
        return f"{head}\n\nNo number of any ready question moves."
    by_question: dict[str, list[Move]] = {}
    for move in moves:
        by_question.setdefault(move.question, []).append(move)
    table = ["| question | row | number | before | after | by |", "|---|---|---|---|---|---|"]
    for question, found in by_question.items():
        table += [
            f"| {cell(question)} | {cell(move.row)} | {cell(move.column)} | {_number(move.old)} |"
            f" {_number(move.new)} | {_by(move)} |"
            for move in found[:MOST_MOVES]
        ]
        if len(found) > MOST_MOVES:
            table.append(f"| {cell(question)} | {len(found) - MOST_MOVES:,} more numbers | | | | |")
    return f"{head}\n\n" + "\n".join(table)


def _by(move: Move) -> str:
    if move.old is None or move.new is None:
        return "new" if move.old is None else "gone"
    share = f" ({(move.new - move.old) / abs(move.old):+.1%})" if move.old else ""
    return f"{move.new - move.old:+,.6g}{share}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.6g}"
