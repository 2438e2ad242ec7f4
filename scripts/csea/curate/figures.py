"""Compiled figures become figures of named measures.

Which wording means which measure is kept in ``measure_names``; two wordings may be one quantity
(docs/decisions/0004-measures.md). Figures that disagree all stay.
"""

from __future__ import annotations

import pandas as pd

from csea.curate import Frames


def figure_table(inputs: Frames) -> pd.DataFrame:
    """Table figures; one figure an input row."""
    names = inputs["measure_names"][["subject", "measure", "unit", "measure_id"]]
    # A name of several areas is none for a figure: the empty cell is refused, with its place.
    areas = inputs["jurisdictions"].drop_duplicates("jurisdiction", keep=False).set_index("jurisdiction")["code"]
    joined = inputs["figures"].merge(names, on=["subject", "measure", "unit"], how="left")
    return joined.assign(geography=joined["geography"].map(areas)).rename(columns={"published_date": "published"})
