"""Precision, recall and F1 of the coding rules on a labelled file, by variable, with every disagreement.

A labelled file is JSON Lines: an object a line with ``text`` and ``codes``, and optionally ``id``, ``title``,
``published_date`` and ``url``. ``codes`` are text: platform_roles as "kik=used;tor=mentioned", conduct and statutes
as lists by semicolon, empty where not coded. A variable that no line of a file codes is left out.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from csea.code.findings import Finding
from csea.code.release import code_text
from csea.code.text import normal_text
from csea.errors import UsageError

# Variable of findings -> field of ``codes``.
SINGLE = {
    "release_kind": "release_kind",
    "is_criminal_case": "is_criminal_case",
    "is_child_exploitation": "is_child_exploitation",
    "origin": "origin",
    "n_suspects": "n_suspects",
    "sentence_months": "sentence_months",
    "project_safe_childhood": "psc",
    "place": "place",
    "state": "state",
}
LISTS = {"platform": "platform_roles", "conduct": "conduct", "statute": "statutes"}
CASE_ONLY = ("conduct", "origin", "n_suspects", "sentence_months", "place", "state")  # compared where both say it is a case


@dataclass
class Score:
    """Counts of one variable: values right, given wrongly, and missed; rows right and in all."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    rows: int = 0
    rows_right: int = 0

    @property
    def precision(self) -> float:
        """Share of the given values that are right; 1 where none was given."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of the labelled values that were given; 1 where none is labelled."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    @property
    def accuracy(self) -> float:
        """Share of the rows with exactly the labelled values."""
        return self.rows_right / self.rows if self.rows else 1.0


@dataclass(frozen=True)
class Disagreement:
    """One row on which rules and label differ in one variable, with the sentence that the rules rest on."""

    row: str
    variable: str
    labelled: str
    coded: str
    rule: str
    evidence: str


@dataclass
class Evaluation:
    """Scores by variable and all disagreements."""

    scores: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    disagreements: list[Disagreement] = field(default_factory=list)


def evaluate(rows: Iterable[dict[str, Any]]) -> Evaluation:
    """Code each labelled row and compare. Rows come from :func:`read_labelled`."""
    found = Evaluation()
    for number, row in enumerate(rows, 1):
        text = normal_text(row.get("title"), row["text"].replace("\n", "<br>"))
        findings = code_text(text)
        _compare(found, str(row.get("id") or row.get("url") or number), text, findings, row["codes"])
    return found


def _compare(found: Evaluation, row: str, text: str, findings: list[Finding], codes: dict[str, str]) -> None:
    both_case = codes.get("is_criminal_case") == "true" and any(
        finding.variable == "is_criminal_case" and finding.value == "true" for finding in findings
    )
    for variable, name in {**SINGLE, **LISTS}.items():
        if name not in codes or (variable in CASE_ONLY and not both_case):
            continue
        labelled = _labelled(variable, codes[name])
        coded = {finding.value: finding for finding in findings if finding.variable == variable}
        _count(found, variable, labelled, coded, row, text)
        if variable == "is_child_exploitation" or variable == "is_criminal_case":
            continue


def _labelled(variable: str, value: str) -> set[str]:
    parts = {part.strip() for part in value.split(";")} if variable in LISTS else {value.strip()}
    if variable == "statute":
        parts = {_statute_id(part) for part in parts if part}
    return parts - {""}


def _statute_id(citation: str) -> str:
    """"18 USC 2252(a)(1)" as the statutes table names it: 18-usc-2252-a-1."""
    for mark in "()§":
        citation = citation.replace(mark, " ")
    return "-".join(citation.lower().replace(".", "").split())


def _count(
    found: Evaluation, variable: str, labelled: set[str], coded: dict[str, Finding], row: str, text: str
) -> None:
    score = found.scores[variable]
    boolean = variable.startswith("is_") or variable == "project_safe_childhood"
    truth, given = ({value for value in values if value != "false"} if boolean else set(values) for values in (labelled, coded))
    score.right += len(truth & given)
    score.wrong += len(given - truth)
    score.missed += len(truth - given)
    score.rows += 1
    score.rows_right += truth == given
    if truth != given:
        rules = [coded[value] for value in sorted(given - truth)] or list(coded.values())
        shown = rules[0] if rules else None
        found.disagreements.append(
            Disagreement(
                row,
                variable,
                ";".join(sorted(labelled)),
                ";".join(sorted(coded)),
                shown.rule if shown else "",
                text[max(0, shown.start - 60) : shown.end + 60].replace("\n", " / ") if shown else "",
            )
        )


def read_labelled(path: Path) -> list[dict[str, Any]]:
    """The rows of a labelled file. UsageError, with the line, where one is not of the form."""
    rows = []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise UsageError(f"{path}, line {number} is not JSON: {error}. Write one object a line.") from None
        if not (isinstance(row, dict) and isinstance(row.get("text"), str) and isinstance(row.get("codes"), dict)):
            raise UsageError(f'{path}, line {number} needs "text" (text) and "codes" (an object).')
        rows.append(row)
    return rows
