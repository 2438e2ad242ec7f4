"""Merge cases that a person found to be one: what linking by rules could not see."""

from __future__ import annotations

from collections.abc import Iterable

from csea.correct import Correction
from csea.correct.apply import MARK
from csea.errors import Problem, Report
from csea.link.cases import Linked


def merge_cases(linked: Linked, corrections: Iterable[Correction], report: Report) -> Linked:
    """``linked`` with the cases of active merges as one, whose releases a person put together.

    Problems go to ``report``: a case that is not there, or one that linking has merged by itself by now.
    """
    wanted = [item for item in corrections if item.action == "merge" and item.is_active]
    cases = set(linked.ids)
    joined: dict[str, str] = {}
    for merge in wanted:
        found = _problem(merge, cases, linked.merged)
        report.add(found)
        if not found:
            joined[merge.key[0]] = merge.value
    if not joined:
        return linked
    ids = linked.ids.map(lambda case: joined.get(case, case))
    by_hand = linked.ids.index[linked.ids.isin([*joined, *joined.values()])]
    return Linked(ids, linked.merged | joined, linked.grouped | set(by_hand))


def _problem(merge: Correction, cases: set[str], merged: dict[str, str]) -> list[Problem]:
    case, into = merge.key[0], merge.value
    if merged.get(case) == into:
        message, fix = f"{case} is part of {into} by itself now.", MARK.format(id=merge.id)
        return [Problem("correction.overtaken", merge.shown, message, fix, column="state", severity="warning")]
    for part, id_ in (("case", case), ("into", into)):
        if id_ not in cases:
            other = f" It is part of {merged[id_]} now." if id_ in merged else ""
            message, fix = f"There is no case {id_}.{other}", "Name a case that the table cases has."
            return [Problem("correction.no_row", merge.shown, message, fix, merge.lines.get(part, 0), "", part, id_)]
    return []
