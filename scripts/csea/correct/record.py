"""The table corrections: every file in data/corrections/, whether in force or not, with whom to thank."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pandas as pd

from csea.compare.keys import key_text
from csea.correct import Correction

# Part of a file that a column of the table comes from, for problems that are found in the table.
PART_OF = {
    "correction_id": "",
    "correction_action": "action",
    "table_name": "table",
    "row_key": "key",
    "column_name": "column",
    "old_value": "present",
    "new_value": "value",
    "why": "why",
    "evidence_url": "evidence",
    "credit": "credit",
    "corrected_date": "",
    "correction_state": "state",
}


def corrections_table(corrections: Iterable[Correction]) -> pd.DataFrame:
    """Table corrections, as text; missing where empty."""
    rows = [_row(item) for item in corrections]
    return pd.DataFrame(rows, columns=list(PART_OF), dtype="str")


def _row(item: Correction) -> dict[str, str | None]:
    cells = json.dumps(item.row, ensure_ascii=False, separators=(",", ":")) if item.row else ""
    old = cells if item.action == "remove" else item.present
    new = cells if item.action == "add" else item.value
    values = (
        item.id,
        item.action,
        item.table,
        key_text(item.key),
        item.column,
        old,
        new,
        item.why,
        item.evidence,
        item.credit,
        item.date,
        item.state,
    )
    return {name: value or None for name, value in zip(PART_OF, values, strict=True)}
