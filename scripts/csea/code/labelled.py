"""A labelled file, read and coded: every row is of the form before any is coded.

A row is coded as the build codes a release, with its place, but in scope or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from csea.code.batch import Coder
from csea.code.evaluate import LISTS, SINGLE, Evaluation, Score, _compare, read_labelled
from csea.code.findings import Finding
from csea.code.place import find_place
from csea.code.release import code_text
from csea.code.text import normal_text
from csea.errors import UsageError, did_you_mean

FIELDS = {**SINGLE, **LISTS}  # variable to field of ``codes``


def labelled_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a labelled file, null codes as empty. UsageError with the line where one is not of the form."""
    rows = read_labelled(path)
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    numbers = [number for number, line in enumerate(lines, 1) if line.strip()]
    for number, row in zip(numbers, rows, strict=True):
        row["codes"] = {name: "" if value is None else value for name, value in row["codes"].items()}
        for name, value in [("title", row.get("title") or ""), *row["codes"].items()]:
            if not isinstance(value, str):
                raise UsageError(f'{path}, line {number}: {name} is {value!r}. Write it as text, such as "{value}".')
    if not rows:
        raise UsageError(f"{path} holds no rows. Write one object a line, with text and codes.")
    if not any(name in row["codes"] for row in rows for name in FIELDS.values()):
        raise UsageError(f"{path} codes none of the variables, in its fields of codes: {', '.join(FIELDS.values())}.")
    return rows


def evaluate_rows(rows: Iterable[dict[str, Any]], coder: Coder) -> Evaluation:
    """Code each labelled row and compare. Rows come from :func:`labelled_rows`."""
    found = Evaluation()
    for number, row in enumerate(rows, 1):
        text = normal_text(row.get("title"), row["text"].replace("\n", "<br>"))
        findings = [*code_text(text, coder.names), *_place(text, coder.states.get(row["codes"].get("component", "")))]
        _compare(found, str(row.get("id") or row.get("url") or number), text, findings, row["codes"])
    return found


def _place(text: str, state: str | None) -> list[Finding]:
    place = find_place(text, state)
    if place is None:
        return []
    values = (("place", place.place), ("state", place.state))
    return [Finding(name, value, place.rule, place.start, place.end, place.confidence) for name, value in values]


def shares(score: Score) -> dict[str, float | None]:
    """Precision, recall, F1 and accuracy of a score; None where there is nothing that they are a share of."""
    given, wanted = score.right + score.wrong, score.right + score.missed
    return {
        "precision": score.precision if given else None,
        "recall": score.recall if wanted else None,
        "f1": score.f1 if given + wanted else None,
        "accuracy": score.accuracy if score.rows else None,
    }


def known_variable(name: str) -> str:
    """The variable of this name, or of this field of ``codes``. UsageError for any other."""
    by_field = {field: variable for variable, field in FIELDS.items()}
    variable = by_field.get(name, name)
    if variable not in FIELDS:
        raise UsageError(
            f"There is no variable {name!r}. {did_you_mean(name, FIELDS)}The variables are: {', '.join(FIELDS)}."
        )
    return variable
