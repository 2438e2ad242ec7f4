"""What people decided about which releases are of one case, as pairs for linking."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pyarrow as pa

from csea.link.evidence import DECIDED
from csea.register import address_key


def decided_pairs(case_groups: pd.DataFrame, pair_decisions: pd.DataFrame, keys: pa.ChunkedArray) -> pa.Table:
    """Rows of left, right, same: decided pairs, and releases that a person grouped. ``keys`` are those to be linked."""
    known = set(keys.to_pylist())
    rows = [(row.left_key, row.right_key, row.is_same_case == "true") for row in pair_decisions.itertuples(index=False)]
    for _, group in case_groups.groupby("group"):
        rows += [(left, right, True) for left, right in pairwise(sorted(map(address_key, group["url"])))]
    kept = [row for row in rows if row[0] in known and row[1] in known]
    return pa.table({name: [row[place] for row in kept] for place, name in enumerate(DECIDED.names)}, schema=DECIDED)
