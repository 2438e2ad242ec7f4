"""What stands in the published tables now, for people who write corrections.

Published tables hold the corrections that are in force already, so a correction that the last build applied is not held
against them again. Out of scope: what a build would make of changed inputs (``preview.py``).
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from csea.check.files import read_file
from csea.correct import Correction
from csea.correct.apply import apply
from csea.correct.forms import CASES
from csea.correct.record import corrections_table
from csea.corrections import TABLE
from csea.errors import Problem, Report, UsageError
from csea.project import Project
from csea.rooms import text_frame


def published_table(project: Project, name: str) -> pd.DataFrame:
    """A published table as text, missing where empty. UsageError where its file cannot be read."""
    shown = f"data/{name}.csv"
    rows, problems = read_file(project.root / shown, shown, project.tables[name])
    if rows is None or problems:
        raise UsageError(f"{shown} cannot be read as it should be. Run `csea build` first.")
    return text_frame(rows.table)


def present_row(project: Project, table: str, key: tuple[str, ...]) -> dict[str, str] | None:
    """The cells of a row that are not empty, or None where no row has the key."""
    frame = published_table(project, table)
    found = pd.Series(True, index=frame.index)
    for name, value in zip(project.tables[table].primary_key, key, strict=True):
        found &= frame[name] == value
    rows = frame[found].to_dict("records")
    return {str(name): value for name, value in rows[0].items() if isinstance(value, str)} if rows else None


def check_present(project: Project, corrections: Iterable[Correction], report: Report) -> None:
    """Problems of corrections that say something else of the tables than what stands there."""
    new = _not_applied(project, list(corrections))
    tables = {name: published_table(project, name) for name in {item.table for item in new}}
    report.add(problem for item in new if item.action == "merge" for problem in _unknown_cases(item, tables[CASES]))
    apply(tables, [item for item in new if item.action != "merge"], project.tables, report)


def _not_applied(project: Project, corrections: list[Correction]) -> list[Correction]:
    """Active corrections that the published tables do not hold yet."""
    applied = set(published_table(project, TABLE).itertuples(index=False, name=None))
    rows = corrections_table(corrections).itertuples(index=False, name=None)
    return [item for item, row in zip(corrections, rows, strict=True) if item.is_active and row not in applied]


def _unknown_cases(merge: Correction, cases: pd.DataFrame) -> list[Problem]:
    known = set(cases["case_id"])
    fix = "Name a case that the table cases has."
    return [
        Problem(
            "correction.no_row", merge.shown, f"There is no case {id_}.", fix, merge.lines.get(part, 0), "", part, id_
        )
        for part, id_ in (("case", merge.key[0]), ("into", merge.value))
        if id_ not in known
    ]
