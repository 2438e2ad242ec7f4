"""What the releases of a group hold together, and why two groups cannot be one case.

Pairs chain: A like B, B like C. A case has one court and one docket number, and each of its defendants goes from
charge to sentence once. Out of scope: which groups are tried (``groups``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
import pandas as pd

from csea.link.evidence import NO_DAY, STAGES, UNKNOWN, Facts
from csea.link.names import Names
from csea.link.scores import LAG, REPEATED_END

REPEATED_OF_SEVERAL = 540  # days: a release on one defendant may name another one's earlier sentence
LONGEST = 8 * 365  # days from the first to the last release of a case without one docket number throughout
DECIDED_APART, TWO_COURTS, TWO_DOCKETS = "decided", "releases of two courts", "two docket numbers"
NOBODY = -1
Days = tuple[int, int]
T = TypeVar("T")


@dataclass(slots=True)
class Group:
    """What the releases of a group hold together; ``first`` is the group's row number.

    ``sentences`` and ``charges`` are the first and last day of these stages for each name; ``NOBODY`` stands for the
    defendant of a release without names.
    """

    first: int
    courts: frozenset[int]
    numbers: frozenset[str]
    names: frozenset[int]
    days: Days | None
    sentences: dict[int, Days]
    charges: dict[int, Days]
    several: bool
    apart: set[int] = field(default_factory=set)


class Singles:
    """The group that each release is by itself."""

    def __init__(self, facts: Facts, names: Names) -> None:
        """Columns as lists: a number of an array costs three times as much to get."""
        self._court, self._day = facts.court.tolist(), facts.day.tolist()
        self._stage, self._suspects = facts.stage.tolist(), facts.suspects.tolist()
        criminal = facts.dockets[facts.dockets["number"].str[3:5] == "cr"]
        self._numbers: _Lists[str] = _Lists(criminal["row"], criminal["number"], len(facts))
        self._names: _Lists[int] = _Lists(names.rows["row"], names.rows["name"], len(facts))

    def of(self, row: int) -> Group:
        """The group of one release."""
        day, stage = self._day[row], self._stage[row]
        own = self._names.of(row)
        dated = day != NO_DAY
        return Group(
            first=row,
            courts=frozenset() if self._court[row] == UNKNOWN else frozenset({self._court[row]}),
            numbers=self._numbers.of(row),
            names=own,
            days=(day, day) if dated else None,
            sentences=dict.fromkeys(own or {NOBODY}, (day, day)) if dated and stage == STAGES["sentence"] else {},
            charges=dict.fromkeys(own or {NOBODY}, (day, day)) if dated and stage == STAGES["charge"] else {},
            several=len(own) > 1 or self._suspects[row] > 1,
        )


class _Lists(Generic[T]):
    """The values of each row, out of two columns of which the first is sorted."""

    def __init__(self, rows: pd.Series, values: pd.Series, n_rows: int) -> None:
        self._values: list[T] = values.tolist()
        self._starts = np.searchsorted(rows.to_numpy(), np.arange(n_rows + 1)).tolist()

    def of(self, row: int) -> frozenset[T]:
        return frozenset(self._values[self._starts[row] : self._starts[row + 1]])


def union(a: Group, b: Group) -> Group:
    """The group of all their releases."""
    return Group(
        first=min(a.first, b.first),
        courts=a.courts | b.courts,
        numbers=a.numbers | b.numbers,
        names=a.names | b.names,
        days=_span(a.days, b.days),
        sentences=_spans(a.sentences, b.sentences),
        charges=_spans(a.charges, b.charges),
        several=a.several or b.several,
        apart=a.apart | b.apart,
    )


def _span(a: Days | None, b: Days | None) -> Days | None:
    if a is None or b is None:
        return a or b
    return min(a[0], b[0]), max(a[1], b[1])


def _spans(a: dict[int, Days], b: dict[int, Days]) -> dict[int, Days]:
    few, many = sorted((a, b), key=len)
    return many | {name: _span(days, many.get(name)) or days for name, days in few.items()}


def _out_of_time(a: Group, b: Group) -> str:
    """Why the dates and stages of two groups are no one case, or "". Each defendant has stages of their own."""
    days = _span(a.days, b.days)
    if days and days[1] - days[0] > LONGEST:
        return "too many years"
    several = a.several or b.several
    between, lag = (REPEATED_OF_SEVERAL, REPEATED_OF_SEVERAL) if several else (REPEATED_END, LAG)
    sentences, charges = _spans(a.sentences, b.sentences), _spans(a.charges, b.charges)
    for name, (first, last) in sentences.items():
        if last - first > between or (name in charges and charges[name][1] - first > lag):
            return "stages out of order"
    return ""


def objection(a: Group, b: Group, by_docket: bool, by_name: bool) -> str:
    """Why two groups are no one case, or "".

    ``by_docket`` and ``by_name`` say what the pair that would join them agrees in.
    """
    if b.first in a.apart:
        return DECIDED_APART
    if a.courts and b.courts and a.courts.isdisjoint(b.courts):
        return TWO_COURTS
    if a.numbers and b.numbers and a.numbers.isdisjoint(b.numbers):
        return TWO_DOCKETS
    if by_docket:
        return ""
    if not by_name and a.names and b.names and a.names.isdisjoint(b.names):
        return "similar wording, other names"
    return _out_of_time(a, b)
