"""Releases of one prosecution become one group: charge, plea, sentence; office and department; co-defendants.

``link_releases`` is the whole of it: candidates (``pairs``), points (``scores``), groups (``groups``) and duplicates.
The result depends on the evidence and decisions alone, not on the order of rows; ties go by date and key. Names and
docket numbers come in and do not come out. Out of scope: which releases are cases at all, ids, and facts of cases
(``cases``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from csea.link.coherence import DECIDED_APART, TWO_COURTS, TWO_DOCKETS
from csea.link.duplicates import find_duplicates
from csea.link.evidence import DECIDED as DECIDED_SCHEMA
from csea.link.evidence import Facts, read_evidence
from csea.link.groups import CONTRADICTION, ONLY_RELEASE, Decision, Grouping, group_releases
from csea.link.names import read_names
from csea.link.pairs import candidate_pairs
from csea.link.scores import LINK, UNSURE, score_pairs

LINK_RULES = "1.0.0"  # of the rules in this folder that make groups; a change of any threshold changes it
QUESTIONS = 3  # pairs of one release that a person is asked about; the surest ones settle the rest
# Refusals that leave no question: the evidence itself says that the two are not one case.
PLAIN = (DECIDED_APART, TWO_COURTS, TWO_DOCKETS)

GROUPS = pa.schema([("key", pa.string()), ("group", pa.string()), ("method", pa.string()), ("score", pa.float64())])
UNSURE_PAIRS = pa.schema(
    [("left", pa.string()), ("right", pa.string()), ("score", pa.float64()), ("reason", pa.string())]
)
DUPLICATES = pa.schema([("key", pa.string()), ("duplicate_of", pa.string())])


@dataclass(frozen=True)
class Linked:
    """The outcome, as tables sorted by their first columns.

    ``groups``: each release once, with the key of its group's founding release (the earliest, then the lowest key),
    the method of its strongest link (only_release, docket_number, same_defendant, similar_wording, pair_decided) and
    that link's score from 0 to 1. ``unsure``: pairs of different groups for a person to decide, with a reason.
    ``duplicates``: releases whose text is equal or nearly equal to an earlier one's.
    """

    groups: pa.Table
    unsure: pa.Table
    duplicates: pa.Table


def link_releases(evidence: pa.Table, decided: pa.Table | None = None) -> Linked:
    """Group the releases of a table of ``evidence.EVIDENCE``.

    ``decided`` has the columns left, right (keys) and same (bool): a person's decisions, which win over everything;
    those on releases that the evidence lacks are passed over. Raises ValueError for evidence that is not in form.
    """
    facts = read_evidence(evidence)
    names = read_names(facts)
    scored = score_pairs(facts, names, candidate_pairs(facts, names))
    decisions = _decisions(facts, decided)
    grouping, links, refused = group_releases(facts, names, scored, decisions)
    return Linked(
        groups=_groups(facts, grouping, links),
        unsure=_unsure(facts, grouping, scored, refused, decisions),
        duplicates=find_duplicates(facts, grouping, scored),
    )


def _decisions(facts: Facts, decided: pa.Table | None) -> list[Decision]:
    """Decisions as row numbers, the lower one first."""
    if decided is None:
        return []
    rows = {key: row for row, key in enumerate(facts.keys)}
    columns = (decided.column(name).to_pylist() for name in DECIDED_SCHEMA.names)
    known = [
        (rows[left], rows[right], bool(same))
        for left, right, same in zip(*columns, strict=True)
        if left in rows and right in rows and left != right and same is not None
    ]
    return [(min(left, right), max(left, right), same) for left, right, same in known]


def _groups(facts: Facts, grouping: Grouping, links: pd.DataFrame) -> pa.Table:
    both = pd.concat([links.rename(columns={side: "row"})[["row", "score", "method"]] for side in ("left", "right")])
    best = both.sort_values(["row", "score", "method"], ascending=[True, False, True]).drop_duplicates("row")
    best = best.set_index("row").reindex(range(len(facts)))
    rows = pd.DataFrame(
        {
            "key": facts.keys,
            "group": [facts.keys[grouping.find(row)] for row in range(len(facts))],
            "method": best["method"].fillna(ONLY_RELEASE),
            "score": best["score"].astype(float).fillna(1.0),
        }
    )
    return _table(rows.sort_values("key"), GROUPS)


def _unsure(
    facts: Facts, grouping: Grouping, scored: pd.DataFrame, refused: pd.DataFrame, decisions: list[Decision]
) -> pa.Table:
    """The likeliest pair of any two groups that are neither one case nor plainly two nor decided."""
    doubtful = scored[(scored["points"] >= UNSURE) & (scored["points"] < LINK)]
    columns = ["left", "right", "score", "reason"]
    asked = pd.concat(
        [doubtful[columns], refused.loc[~refused["reason"].isin(PLAIN), columns].astype(doubtful.dtypes[columns])]
    )
    left, right, reasons = (asked[column].tolist() for column in ("left", "right", "reason"))
    ends = np.array([(grouping.find(one), grouping.find(two)) for one, two in zip(left, right, strict=True)], int)
    low, high = ends.reshape(-1, 2).min(axis=1), ends.reshape(-1, 2).max(axis=1)
    settled = {(one, two) for one, two, _ in decisions}
    open_ = [
        reason == CONTRADICTION or not ((one, two) in settled or grouping.apart(one, two))
        for one, two, reason in zip(left, right, reasons, strict=True)
    ]
    asked = asked.assign(low=low, high=high)[(low != high) & np.array(open_, bool)]
    asked = asked.sort_values(["score", "left", "right"], ascending=[False, True, True])
    asked = asked.drop_duplicates(["low", "high"])
    asked = asked[(asked.groupby("left").cumcount() < QUESTIONS) & (asked.groupby("right").cumcount() < QUESTIONS)]
    keys = {side: [facts.keys[row] for row in asked[side]] for side in ("left", "right")}
    return _table(asked.assign(**keys).sort_values(["left", "right"]), UNSURE_PAIRS)


def _table(rows: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pandas(rows[schema.names], schema=schema, preserve_index=False)
