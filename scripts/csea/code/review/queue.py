"""What a person reviews next: releases by how uncertain, how new or by chance, and pairs of releases by score.

Pure functions over the files of ``data/machine/`` and ``data/inputs/`` as frames of text.
"""

from __future__ import annotations

import pandas as pd

from csea.register import address_key

ORDERS = ("uncertain", "newest", "random")


def release_queue(
    releases: pd.DataFrame, codings: pd.DataFrame, reviews: pd.DataFrame, order: str, coder: str
) -> pd.DataFrame:
    """Rows of ``found_releases`` that this coder has not reviewed, in order, with n_low and n_medium.

    uncertain: most values of low confidence first, then of medium; newest: by day. random: by key, which is a hash,
    so that the first hundred are a fair sample: only such a sample tells how good all codes are.
    """
    done = set(reviews.loc[reviews["coder"] == coder, "key_sha256"])
    counts = pd.crosstab(codings["key_sha256"], codings["confidence"])
    counts = counts.reindex(columns=["low", "medium"], fill_value=0).rename(columns=lambda name: f"n_{name}")
    queue = releases[~releases["key_sha256"].isin(done)].join(counts, on="key_sha256")
    queue = queue.fillna({"n_low": 0, "n_medium": 0}).astype({"n_low": int, "n_medium": int})
    keys, descending = {
        "uncertain": (["n_low", "n_medium", "published_date"], [True, True, True]),
        "newest": (["published_date"], [True]),
        "random": ([], []),
    }[order]
    by, ascending = [*keys, "key_sha256"], [*(not down for down in descending), True]
    return queue.sort_values(by, ascending=ascending, na_position="last").reset_index(drop=True)


def coded_once(reviews: pd.DataFrame, coded_releases: pd.DataFrame) -> set[str]:
    """Keys of the releases that a first person coded, by review or by hand: what a second one is to code."""
    first = set(reviews.loc[reviews["coder"] == "human", "key_sha256"])
    return first | set(coded_releases["url"].map(address_key))


def pair_queue(pairs: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``unsure_pairs`` that nobody has decided, the likeliest first."""
    columns = ["left_key", "right_key"]
    decided = pd.MultiIndex.from_frame(decisions[columns])
    open_ = pairs[~pd.MultiIndex.from_frame(pairs[columns]).isin(decided)]
    score = pd.to_numeric(open_["score"])
    order = open_.assign(_score=score).sort_values(["_score", *columns], ascending=[False, True, True])
    return order.drop(columns="_score").reset_index(drop=True)
