"""How much of each population was read: the denominators that every count stands on."""

from __future__ import annotations

import pandas as pd

from csea.curate import Frames

FACEBOOK = ["facebook", "facebook_messenger"]  # the 2020 report counted Messenger as Facebook


def coverage_table(inputs: Frames, tables: Frames) -> pd.DataFrame:
    """Table coverage: each population with how many of it are in the tables, and how many in scope.

    A population that nothing here counts stays without a number, which the checks refuse.
    """
    releases, cases = tables["releases"], tables["cases"]
    named = tables["release_platforms"][tables["release_platforms"]["platform_id"].isin(FACEBOOK)]
    on_facebook = releases[releases["release_id"].isin(named["release_id"])]
    exploiting = on_facebook[on_facebook["is_child_exploitation"] == "true"]
    read = {
        "doj_releases": (_read(releases, tables["readings"]), _in_scope(releases)),
        "report_releases": (len(on_facebook), _in_scope(on_facebook)),
        "report_cases": (exploiting["case_id"].nunique(), None),
        "districts": (
            releases["district"].nunique(),
            cases.loc[cases["is_child_exploitation"] == "true", "district"].nunique(),
        ),
        "milestones": (len(tables["milestones"]), None),
        "figures": (len(tables["figures"]), None),
    }
    counts = inputs["populations"]["coverage_id"].map(read)
    return inputs["populations"].assign(
        n_read=counts.map(lambda pair: str(pair[0]), na_action="ignore"),
        n_in_scope=counts.map(lambda pair: None if pair[1] is None else str(pair[1]), na_action="ignore"),
    )


def _read(releases: pd.DataFrame, readings: pd.DataFrame) -> int:
    """Releases that the rules have read, in scope or not, and those that people coded from another page."""
    by_people_alone = (releases["coding_method"] == "human") & releases["text_sha256"].isna()
    return int(readings["n_read"].astype(int).sum()) + int(by_people_alone.sum())


def _in_scope(releases: pd.DataFrame) -> int:
    return int((releases["in_scope"] == "true").sum())
