"""Put corrections into tables.

A correction says what stands there now; where that no longer holds, nothing is guessed: if the source has come to agree
the correction is overtaken, and if it says a third thing, or the row is gone, that is a problem with both values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

import pandas as pd

from csea.compare.keys import key_text
from csea.correct import Correction
from csea.errors import Problem, Report, did_you_mean
from csea.register import address_key
from csea.schema import Schema

Frames = dict[str, pd.DataFrame]
LONGEST_CHOICE = 50_000  # rows among which a near key is looked for

MARK = "Mark the correction with `csea correct mark {id} overtaken`."


def apply(tables: Frames, corrections: Iterable[Correction], schemas: Mapping[str, Schema], report: Report) -> Frames:
    """``tables`` (frames of text, missing where empty) with the corrections that are on them.

    Problems go to ``report``: errors for a correction that cannot be applied, warnings for one that is overtaken.
    """
    by_table: dict[str, list[Correction]] = defaultdict(list)
    for correction in corrections:
        by_table[correction.table].append(correction)
    corrected = dict(tables)
    for name in by_table.keys() & tables.keys():
        corrected[name] = _Table(tables[name], schemas[name]).correct(by_table[name], report)
    return corrected


class _Table:
    """A table that is being corrected."""

    def __init__(self, frame: pd.DataFrame, schema: Schema) -> None:
        self.schema = schema
        self.frame = frame.reindex(columns=list(dict.fromkeys([*frame.columns, *schema.columns]))).reset_index(
            drop=True
        )
        keys = self.frame[list(schema.primary_key)].itertuples(index=False, name=None)
        self.places = {key: place for place, key in enumerate(keys)}
        self.removed: list[int] = []
        self.added: list[Mapping[str, str]] = []

    def correct(self, corrections: list[Correction], report: Report) -> pd.DataFrame:
        steps = {"change": self._change, "add": self._add, "remove": self._remove}
        for correction in corrections:
            report.add(steps[correction.action](correction))
        rows = self.frame.drop(index=self.removed)
        if not self.added:
            return rows
        return pd.concat([rows, pd.DataFrame(self.added, columns=rows.columns, dtype="str")], ignore_index=True)

    def _change(self, correction: Correction) -> list[Problem]:
        place = self.places.get(correction.key)
        if place is None:
            return [self._no_row(correction)] if correction.is_active else []
        now = self._cell(place, correction.column)
        if not correction.is_active:
            return _reverted(correction, now)
        if now == correction.present:
            self.frame.loc[place, correction.column] = correction.value or None
            return []
        if now == correction.value:
            return [_overtaken(correction, f"The table says {_quoted(now)} by itself now.")]
        message = (
            f"The table says {_quoted(now)}, neither the present value of the correction {_quoted(correction.present)}"
            f" nor its new one {_quoted(correction.value)}."
        )
        fix = f"If the correction is still right, write `present: {_quoted(now)}`; if not, mark it withdrawn."
        return [_problem("correction.conflict", correction, message, fix, "present", now)]

    def _add(self, correction: Correction) -> list[Problem]:
        if not correction.is_active:
            return []
        place = self.places.get(correction.key)
        if place is None:
            self.added.append(correction.row)
            return []
        differing = self._differing(place, correction.row)
        if not differing:
            return [_overtaken(correction, "The table has this row by itself now.")]
        message = f"The table has a row with this key, which differs in {', '.join(differing)}."
        return [_problem("correction.row_exists", correction, message, "Make a change of each cell instead.", "row")]

    def _remove(self, correction: Correction) -> list[Problem]:
        if not correction.is_active:
            return []
        place = self.places.get(correction.key)
        if place is None:
            return [self._no_row(correction)]
        differing = self._differing(place, correction.row)
        if differing:
            message = f"The present row differs from the one that the correction removes, in {', '.join(differing)}."
            fix = "Look at the row again (`csea correct new` shows it) and write the present cells in row."
            return [_problem("correction.conflict", correction, message, fix, "row")]
        self.removed.append(place)
        return []

    def _cell(self, place: int, column: str) -> str:
        value = self.frame.at[place, column]
        return value if isinstance(value, str) else ""

    def _differing(self, place: int, row: Mapping[str, str]) -> list[str]:
        """Columns of the schema in which the row is not the one given; cells that are not given are empty."""
        derived = {field.name for field in self.schema.fields if field.derived}
        names = [name for name in self.schema.columns if name not in derived and name not in self.schema.primary_key]
        return [name for name in names if self._cell(place, name) != row.get(name, "")]

    def _no_row(self, correction: Correction) -> Problem:
        near = ""
        if len(self.places) <= LONGEST_CHOICE:
            near = did_you_mean(key_text(correction.key), (key_text(key) for key in self.places))
        message = f"The table {correction.table} has no row with the key {key_text(correction.key)}."
        fix = f"{near}Correct the key; if the source has dropped the row, mark the correction overtaken."
        return _problem("correction.no_row", correction, message, fix, "key", key_text(correction.key))


def withheld_addresses(corrections: Iterable[Correction], refused: Collection[str]) -> list[Problem]:
    """Problems of corrections that give a release an address which is withheld; ``refused`` are hashes of addresses."""
    return [
        _problem("correction.withheld", item, "The address is that of a release that was withdrawn.", fix, "value")
        for item in corrections
        if item.is_active and (item.table, item.column) == ("releases", "url") and address_key(item.value) in refused
        for fix in ["Leave the address as it is; if the release is the same one, it has to be withdrawn too."]
    ]


def _overtaken(correction: Correction, why: str) -> Problem:
    fix = MARK.format(id=correction.id)
    return _problem("correction.overtaken", correction, why, fix, "state", severity="warning")


def _reverted(correction: Correction, now: str) -> list[Problem]:
    """A warning where the source went back to what an overtaken correction had mended."""
    if correction.state != "overtaken" or now != correction.present:
        return []
    message = f"The correction was overtaken, but the table says {_quoted(now)} again."
    fix = f"Put it in force again with `csea correct mark {correction.id} active`."
    return [_problem("correction.reverted", correction, message, fix, "state", severity="warning")]


def _problem(
    rule: str, correction: Correction, message: str, fix: str, part: str, value: str = "", severity: str = "error"
) -> Problem:
    line = correction.lines.get(part, 0)
    return Problem(rule, correction.shown, message, fix, line, "", part, value, severity)


def _quoted(value: str) -> str:
    return f'"{value}"'
