"""Releases that say again what an earlier one said: the same text, or the same but for a correction.

Nearly equal wording alone is not enough: offices fill one template for one defendant after another. So the
two must be in one case, name the same people, and tell of the same stage. Out of scope: releases of one case that
share their narrative but report another step.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csea.link.evidence import NO_DAY, UNKNOWN, Facts
from csea.link.groups import Grouping
from csea.link.names import SAME

NEAR = 0.8  # share of wording: a correction of a few words in 500; the next step of a case shares half
NEAR_UNNAMED = 0.95  # where nobody is named, only a typing error may differ
WITHIN = 120  # days in which offices repost and correct


def find_duplicates(facts: Facts, grouping: Grouping, scored: pd.DataFrame) -> pa.Table:
    """The columns key, duplicate_of: the earliest release of those with an equal or nearly equal text."""
    earliest = list(range(len(facts)))
    for left, right in _repeats(facts, grouping, scored):
        one, two = _root(earliest, left), _root(earliest, right)
        earliest[max(one, two)] = min(one, two)
    first = [_root(earliest, row) for row in range(len(facts))]
    repeated = [row for row in range(len(facts)) if first[row] != row]
    keys = pa.array([facts.keys[row] for row in repeated], pa.string())
    table = pa.table({"key": keys, "duplicate_of": pa.array([facts.keys[first[row]] for row in repeated], pa.string())})
    return table.take(pc.sort_indices(keys))


def _root(earliest: list[int], row: int) -> int:
    while earliest[row] != row:
        earliest[row] = earliest[earliest[row]]
        row = earliest[row]
    return row


def _repeats(facts: Facts, grouping: Grouping, scored: pd.DataFrame) -> list[tuple[int, int]]:
    """Pairs of one case whose texts are equal or nearly so, by row."""
    left, right = scored["left"].to_numpy(), scored["right"].to_numpy()
    days = facts.day[right].astype(np.int64) - facts.day[left]
    dated = (facts.day[left] != NO_DAY) & (facts.day[right] != NO_DAY)
    stage_l, stage_r = facts.stage[left], facts.stage[right]
    same_step = (stage_l == stage_r) | (stage_l == UNKNOWN) | (stage_r == UNKNOWN)
    alike = scored["alike"].to_numpy()
    near = (scored["name"].to_numpy() == SAME) & (alike >= NEAR)
    near |= scored["silent"].to_numpy() & (alike >= NEAR_UNNAMED)
    near &= same_step & (~dated | (days <= WITHIN)) & ~scored["docket_differs"].to_numpy()
    found = np.flatnonzero(near | scored["same_text"].to_numpy())
    pairs = zip(left[found].tolist(), right[found].tolist(), strict=True)
    return [(one, two) for one, two in pairs if grouping.find(one) == grouping.find(two)]
