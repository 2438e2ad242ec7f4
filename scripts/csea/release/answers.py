"""The ready questions from one version to the next: whether answers keep their columns, and what moved most.

Their answers are tables in the database, so they are part of what readers build on. Out of scope: asking them
(``compare/questions.py``).
"""

from __future__ import annotations

import re
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from csea.check.columns import cast
from csea.check.rows import rows_of
from csea.compare.questions import LEAST, Move, answer_moves
from csea.compare.versions import RECORD
from csea.errors import printable
from csea.io import text_table
from csea.project import Project
from csea.release.git import Git
from csea.release.policy import Reason
from csea.schema import Schema
from csea.schema.sqlite import create_table
from csea.views import View, load_views

FOLDER = "schemas/views"
MOST = 3
PLACES = ("latitude", "longitude")
LONGEST_ROW = 90  # characters of what names a row


@dataclass(frozen=True)
class Moved:
    """A number that moved: what it counts, as it was and as it is."""

    what: str
    old: float
    new: float

    @property
    def share(self) -> float:
        """How far it moved, as a share of what it was."""
        return abs(self.new - self.old) / max(abs(self.old), LEAST)

    def text(self) -> str:
        """As a sentence."""
        by = f"{(self.new - self.old) / abs(self.old):+.1%}" if self.old else "from nothing"
        return f"{self.what}, from {self.old:,.6g} to {self.new:,.6g} ({by})."


def question_reasons(
    git: Git, tag: str, old: Mapping[str, Schema], new: Mapping[str, Schema], views: list[View]
) -> list[Reason]:
    """What the views of a tag and those of today differ in: gone or with fewer columns, new or with more, other SQL."""
    before = views_of(git, tag)
    was, is_ = (_columns(schemas, asked) for schemas, asked in ((old, before), (new, views)))
    sql = {view.name: view.sql for view in before}
    lost = [name if name not in is_ else f"{name}.{item}" for name in was for item in _missing(was, is_, name)]
    more = [name if name not in was else f"{name}.{item}" for name in is_ for item in _missing(is_, was, name)]
    other = [view.name for view in views if view.name in sql and sql[view.name] != view.sql]
    texts = {view.name: _texts(view) for view in before}
    reworded = [view.name for view in views if view.name in texts and texts[view.name] != _texts(view)]
    parts: tuple[tuple[Reason, list[str]], ...] = (
        (Reason("major", "questions or columns of their answers removed", len(lost), tuple(lost)), lost),
        (Reason("minor", "questions or columns of their answers added", len(more), tuple(more)), more),
        (Reason("patch", "questions asked otherwise", len(other), tuple(other)), other),
        (Reason("patch", "texts of questions changed", len(reworded), tuple(reworded)), reworded),
    )
    return [reason for reason, places in parts if places]


def _texts(view: View) -> tuple[str, ...]:
    """What a question says beside its SQL."""
    return view.title, view.question, view.caveat, view.coverage, view.boxes, view.page_sql


def views_of(git: Git, tag: str) -> list[View]:
    """The views of a tag."""
    names = git.text("ls-tree", "--name-only", f"{tag}^{{commit}}", f"{FOLDER}/").splitlines()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / FOLDER).mkdir(parents=True)
        for name, data in git.files(tag, names).items():
            (Path(folder) / name).write_bytes(data or b"")
        return load_views(Path(folder), is_past=True)


def _columns(schemas: Mapping[str, Schema], views: list[View]) -> dict[str, list[str]]:
    """The columns of each answer, on tables without rows. One that fails, since it never ran on them, has none."""
    connection = sqlite3.connect(":memory:")
    try:
        for schema in schemas.values():
            for statement in create_table(schema):
                connection.execute(statement)
        found = {}
        for view in views:
            with suppress(sqlite3.Error):
                connection.execute(f"CREATE VIEW [{view.name}] AS {view.sql}")
                cursor = connection.execute(f"SELECT * FROM [{view.name}] LIMIT 0")
                found[view.name] = [item[0] for item in cursor.description]
        return found
    finally:
        connection.close()


def _missing(here: Mapping[str, list[str]], there: Mapping[str, list[str]], name: str) -> list[str]:
    """What of a view is not there: its columns, or, where it is not there at all, the view."""
    return [name] if name not in there else [item for item in here[name] if item not in there[name]]


def largest_moves(project: Project, old: Mapping[str, pa.Table], new: Mapping[str, pa.Table]) -> list[Moved]:
    """The numbers that moved most relative to before, among row counts and answers; one for each table and question.

    Both versions are asked today's questions. Rows and answers that only one of them has are no moves.
    """
    moved = [
        Moved(f"rows of `{name}`", old[name].num_rows, new[name].num_rows)
        for name in project.tables
        if name in old and name != RECORD and old[name].num_rows != new[name].num_rows
    ]
    then, now = (_asked(project, tables) for tables in (old, new))
    questions: dict[str, Moved] = {}
    try:
        answers = answer_moves(then, now, project.tables, project.views)
    except sqlite3.Error:  # the tables before lack what today's questions cannot do without
        answers = []
    for move in _with_both(answers):
        found = Moved(_place(move), move.old or 0, move.new or 0)
        best = questions.get(move.question)
        if best is None or _rank(found) < _rank(best):
            questions[move.question] = found
    return sorted([*moved, *questions.values()], key=_rank)[:MOST]


def _with_both(moves: list[Move]) -> Iterator[Move]:
    return (move for move in moves if move.old is not None and move.new is not None and move.column not in PLACES)


def _rank(moved: Moved) -> tuple[float, float, str]:
    return -moved.share, -abs(moved.new - moved.old), moved.what


def _place(move: Move) -> str:
    row = re.sub(r"(, )?https?://\S+", "", move.row).strip(", ")
    row = row if len(row) <= LONGEST_ROW else f"{row[:LONGEST_ROW].rsplit(' ', 1)[0]} ..."
    return printable(f"{move.question} `{move.column}` of {row}" if row else f"{move.question} `{move.column}`")


def _asked(project: Project, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Typed tables in the shape of today's schemas: a column or table that was not there yet is empty."""
    typed = {}
    for name, schema in project.tables.items():
        text = text_table(tables[name]) if name in tables else pa.table({})
        empty = pa.nulls(text.num_rows, pa.string())
        shaped = pa.table({item: text[item] if item in text.column_names else empty for item in schema.columns})
        typed[name] = cast(rows_of(shaped, name, schema))[0].table
    return typed
