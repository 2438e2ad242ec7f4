"""A labelled file: texts with their codes, which the rules are held against.

JSON Lines: an object a line with ``text`` and ``codes``, and perhaps ``id``, ``title``, ``published_date``, ``url``.
``codes`` are text: platform_roles as "kik=used;tor=mentioned", conduct and statutes as lists by semicolon, empty
where not coded. Out of scope: coding and comparing (``evaluate.py``).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from csea.errors import UsageError, did_you_mean

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
FIELDS = {**SINGLE, **LISTS}


def labelled_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a labelled file, null codes as empty. UsageError with the line where one is not of the form."""
    return rows_of(labelled_text(path), str(path))


def labelled_text(path: Path) -> str:
    """The text of a labelled file. UsageError where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from None


def rows_of(text: str, shown: str) -> list[dict[str, Any]]:
    """The rows of the text of a labelled file, as :func:`labelled_rows` gives them; ``shown`` is its name in errors."""
    lines = text.split("\n")  # no other line end: a text may hold U+2028
    rows = [_row(line, f"{shown}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise UsageError(f"{shown} holds no rows. Write one object a line, with text and codes.")
    if not any(name in row["codes"] for row in rows for name in FIELDS.values()):
        raise UsageError(f"{shown} codes none of the variables, in its fields of codes: {', '.join(FIELDS.values())}.")
    return rows


def _row(line: str, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{place} is not JSON: {error}. Write one object a line.") from None
    if not (isinstance(row, dict) and isinstance(row.get("text"), str) and isinstance(row.get("codes"), dict)):
        raise UsageError(f'{place} needs "text" (text) and "codes" (an object).')
    row["codes"] = {name: "" if value is None else value for name, value in row["codes"].items()}
    for name, value in [("title", row.get("title") or ""), *row["codes"].items()]:
        if not isinstance(value, str):
            raise UsageError(f'{place}: {name} is {value!r}. Write it as text, such as "{value}".')
    return row


def known_variable(name: str) -> str:
    """The variable of this name, or of this field of ``codes``. UsageError for any other."""
    by_field = {field: variable for variable, field in FIELDS.items()}
    variable = by_field.get(name, name)
    if variable not in FIELDS:
        raise UsageError(
            f"There is no variable {name!r}. {did_you_mean(name, FIELDS)}The variables are: {', '.join(FIELDS)}."
        )
    return variable
