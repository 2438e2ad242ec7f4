"""Precision, recall and F1 of the coding rules on labelled texts, by variable, with every disagreement.

A row is coded as the build codes a release, with its place, but in scope or not. What holds for criminal cases alone is
compared where label and rules both say that it is one. Out of scope: the form of labelled files (``labelled.py``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from csea.code.batch import Coder, place_findings
from csea.code.findings import Finding
from csea.code.release import code_text
from csea.code.review.labelled import FIELDS, LISTS
from csea.code.text import normal_text

OF_CASES = ("conduct", "origin", "n_suspects", "sentence_months", "place", "state")
AROUND = 60  # characters of text shown on each side of the evidence


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

    @property
    def shares(self) -> dict[str, float | None]:
        """Precision, recall, F1 and accuracy; None where there is nothing that they are a share of."""
        given, wanted = self.right + self.wrong, self.right + self.missed
        return {
            "precision": self.precision if given else None,
            "recall": self.recall if wanted else None,
            "f1": self.f1 if given + wanted else None,
            "accuracy": self.accuracy if self.rows else None,
        }


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


def evaluate(rows: Iterable[dict[str, Any]], coder: Coder) -> Evaluation:
    """Code each labelled row and compare. Rows come from ``labelled.labelled_rows``."""
    found = Evaluation()
    for number, row in enumerate(rows, 1):
        codes = row["codes"]
        text = normal_text(row.get("title"), row["text"].replace("\n", "<br>"))
        findings = code_text(text, coder.names) + place_findings(text, coder.states.get(codes.get("component", "")))
        _compare(found, str(row.get("id") or row.get("url") or number), text, findings, codes)
    return found


def _compare(found: Evaluation, row: str, text: str, findings: list[Finding], codes: dict[str, str]) -> None:
    given: dict[str, dict[str, Finding]] = defaultdict(dict)
    for finding in findings:
        given[finding.variable][finding.value] = finding
    both_case = codes.get("is_criminal_case") == "true" and "true" in given["is_criminal_case"]
    for variable, name in FIELDS.items():
        if name in codes and (both_case or variable not in OF_CASES):
            _count(found, variable, _labelled(variable, codes[name]), given[variable], row, text)


def _labelled(variable: str, value: str) -> set[str]:
    parts = {part.strip() for part in value.split(";")} if variable in LISTS else {value.strip()}
    return {_statute_id(part) if variable == "statute" else part for part in parts if part}


def _statute_id(citation: str) -> str:
    """18 USC 2252(a)(1) as the statutes table names it: 18-usc-2252-a-1."""
    for mark in "()§":
        citation = citation.replace(mark, " ")
    return "-".join(citation.lower().replace(".", "").split())


def _count(
    found: Evaluation, variable: str, labelled: set[str], coded: dict[str, Finding], row: str, text: str
) -> None:
    score = found.scores[variable]
    is_flag = variable.startswith("is_") or variable == "project_safe_childhood"  # then "true" is what is looked for
    truth, given = labelled - {"false"} if is_flag else labelled, set(coded) - {"false"} if is_flag else set(coded)
    score.right += len(truth & given)
    score.wrong += len(given - truth)
    score.missed += len(truth - given)
    score.rows += 1
    score.rows_right += truth == given
    if truth != given:
        rules = [coded[value] for value in sorted(given - truth)] or list(coded.values())
        shown = ";".join(sorted(labelled)), ";".join(sorted(coded))
        found.disagreements.append(Disagreement(row, variable, *shown, *_evidence(rules, text)))


def _evidence(rules: list[Finding], text: str) -> tuple[str, str]:
    """The first finding's rule, and the words around its evidence."""
    if not rules:
        return "", ""
    first = rules[0]
    return first.rule, text[max(0, first.start - AROUND) : first.end + AROUND].replace("\n", " / ")
