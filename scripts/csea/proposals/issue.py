"""Make a correction file of the answers of an issue form.

Whatever comes out is read back and checked like any other file. Out of scope: whether the tables can be built with it,
which `csea correct preview` says.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from csea.correct import FOLDER, Correction
from csea.correct.issue import Answer, label_at, read_answers
from csea.correct.write import new_id, yaml_text
from csea.corrections import check_values, collisions, load_corrections, read_correction
from csea.errors import Problem, printable
from csea.project import Project
from csea.proposals.asked import SHOWN, Asked
from csea.schema import Schema

MOST_TOLD = 20


@dataclass(frozen=True)
class FromIssue:
    """What an issue gave: the correction with the text of its file, or problems; and whether thanks were withheld."""

    correction: Correction | None
    text: str
    problems: list[Problem]
    answers: dict[str, Answer]
    is_unthanked: bool = False

    def told(self) -> str:
        """The problems, one a line, each with its fix."""
        lines = [self._line(problem) for problem in self.problems[:MOST_TOLD]]
        more = len(self.problems) - len(lines)
        return "\n".join([*lines, *([f"... and {more:,} more"] if more else [])])

    def _line(self, problem: Problem) -> str:
        label = label_at(self.answers, problem.line) if problem.line else ""
        place = f"line {problem.line}" + (f", {label}" if label else "") if problem.line else problem.file
        value = f" {problem.value[:80]!r}:" if problem.value else ""
        return printable(f"{place}:{value} {problem.message} Fix: {problem.fix}")


def form_tables(schemas: dict[str, Schema]) -> list[str]:
    """What the form offers as tables: those that corrections can be made to, with their titles."""
    return [f"{name} ({schema.title})" for name, schema in sorted(schemas.items()) if not schema.derived]


def from_issue(project: Project, body: str, day: str) -> FromIssue:
    """The correction that the Markdown ``body`` of an issue asks for; ``day`` (YYYYMMDD) begins its id."""
    answers, problems = read_answers(body, SHOWN)
    if problems:
        return FromIssue(None, "", problems, answers)
    asked = Asked(project, answers)
    draft = asked.draft()
    if draft is None:
        return FromIssue(None, "", asked.problems, answers)
    existing, _ = load_corrections(project.root, project.tables)
    taken = {path.stem for path in (project.root / FOLDER).rglob("*")}
    item = replace(draft, id=new_id(day, slug_words(draft), taken))
    text = yaml_text(item, project.tables[item.table])
    problems = [*_judged(project, item, text), *_collisions(existing, item)]
    credit = answers["credit"].text
    return FromIssue(None if problems else item, text, problems, answers, bool(credit and not item.credit))


def slug_words(item: Correction) -> str:
    """The words that the id of a correction is made of."""
    words = [] if item.action == "change" else [item.action]
    return " ".join([*words, item.table, *item.key, item.column])


def _judged(project: Project, item: Correction, text: str) -> list[Problem]:
    """Problems of the file as it will be read, at the lines of the issue."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{item.id}.yaml"
        path.write_bytes(text.encode())
        read, problems = read_correction(path, SHOWN, project.tables)
    if problems or read is None:
        return [replace(problem, line=item.lines.get(problem.column, 0)) for problem in problems]
    if replace(read, lines=item.lines) != item:
        return [Problem("issue.form", SHOWN, "The file would not say what the issue says.", "Write it by hand.")]
    return check_values([item], project.tables)


def _collisions(existing: Iterable[Correction], item: Correction) -> list[Problem]:
    return [problem for problem in collisions([*existing, item]) if problem.file == item.shown]
