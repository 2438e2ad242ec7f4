"""Judges a correction that was filled in on the site, by the code of ``csea correct new``; a process beside the server.

It imports the whole project, which would make the server three times as large. Nothing is written but a temporary file.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from csea.correct import FOLDER, Correction
from csea.correct.write import file_of, new_id, yaml_text
from csea.corrections import check_values, collisions, load_corrections, read_correction
from csea.errors import Problem
from csea.io import cells
from csea.project import Project
from csea.site.apart import answer

PARTS = ("value", "why", "evidence", "credit")
# The part of the form that a problem is about, by the column or part that the checks name.
OF_PART = {"new_value": "value", "evidence_url": "evidence", "column_name": "value", "old_value": "value"}


def judged(given: dict[str, Any]) -> dict[str, Any]:
    """Make the file and read it back as a build will; gives ``file``, ``text`` and ``problems`` by part of the form.

    ``given`` has ``root``, ``table``, ``key``, ``column``, ``type`` and ``present`` (what stands there), and ``parts``.
    """
    root, table, key, column, parts = (given[name] for name in ("root", "table", "key", "column", "parts"))
    project = Project.read(Path(root))
    taken = {path.stem for path in (project.root / FOLDER).rglob("*.yaml")}
    id_ = new_id(f"{datetime.now(UTC):%Y%m%d}", " ".join([table, *key, column]), taken)
    item = Correction(
        id_,
        f"{id_}.yaml",
        "change",
        table,
        tuple(key),
        parts["why"],
        parts["evidence"],
        column,
        _canonical(given["present"], given["type"]),
        parts["value"],
        credit=parts["credit"],
    )
    text = yaml_text(item, project.tables[table])
    existing, _ = load_corrections(project.root, project.tables)
    problems: dict[str, list[str]] = {}
    for problem in _problems(project, existing, item, text):
        part = _part(problem, item)
        problems.setdefault(part, []).append(_said(problem, part))
    return {"file": file_of(id_).as_posix(), "text": text, "problems": problems}


def _problems(project: Project, existing: list[Correction], item: Correction, text: str) -> list[Problem]:
    """What is wrong with the file, read as a contributed one is, and with it beside the corrections that there are."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / item.shown
        path.write_text(text, encoding="utf-8")
        read, problems = read_correction(path, item.shown, project.tables)
    if read is None:
        told = {problem.column for problem in problems}
        rest = [problem for problem in check_values([item], project.tables) if _part(problem, item) not in told]
        return [*problems, *rest]
    beside = [problem for problem in collisions([*existing, read]) if problem.file == item.shown]
    return [*problems, *check_values([read], project.tables), *beside]


def _part(problem: Problem, item: Correction) -> str:
    """The part of the form that a problem is about, or an empty text."""
    part = "value" if problem.column == item.column else OF_PART.get(problem.column, problem.column)
    return part if part in PARTS else ""


def _said(problem: Problem, part: str) -> str:
    if part == "evidence" and problem.rule == "column.pattern":  # the pattern itself helps nobody here
        return "This is no address of a page: it begins with https:// and holds no space."
    return f"{problem.message} {problem.fix}".strip()


def _canonical(value: Any, kind: str) -> str:
    """A stored value as the published files write it."""
    if value is None:
        return ""
    if kind == "boolean":
        return "true" if value else "false"
    return str(cells(pa.array([value]))[0]) if isinstance(value, float) else str(value)


def main() -> None:
    """Judge what standard input says."""
    answer(judged)


if __name__ == "__main__":
    main()
