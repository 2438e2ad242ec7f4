"""How likely two releases tell of one prosecution: points for what agrees, points off for what does not.

The points work like logarithms of odds: a full name that agrees in one court says much, a place adds something, a
sentence before the charge takes it away. All columns are computed for all pairs at once. Out of scope: what a chain of
pairs implies (``groups``).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csea.link.evidence import NO_DAY, UNKNOWN, Facts
from csea.link.names import IN_PART, MISSPELT, OTHER, SAME, SURNAME_ONLY, Names

# A pair with LINK points is one case; with UNSURE points a person decides. A full name in one court, in the order of
# stages, is 9; less 1.5 where the places differ, less 1.5 where half a dozen courts know the name: still a doubt.
LINK, UNSURE = 7.0, 4.5
NAME_POINTS = {SAME: 6.0, IN_PART: 5.0, MISSPELT: 3.5, SURNAME_ONLY: 2.0}
NAMES_DIFFER = -8.0  # two releases that name only other people are two cases, however alike their wording
CO_DEFENDANTS = -1.0  # with one docket number they are co-defendants
COMMON_NAME, LEAST_COMMON = -0.8, -2.5  # for each doubling of the courts that know a name
SAME_DOCKET, SAME_NUMBER = 9.0, 5.0  # within a court; the number alone: 94 courts count from 1 each year
SAME_COURT, OTHER_COURT = 2.0, -7.0
SAME_STATE, OTHER_STATE = 1.0, -2.0  # between an office and the department; within a court states say little
SAME_PLACE, OTHER_PLACE = 2.0, -1.5  # a release may give the home or the scene, so places differ easily
SAME_WEEK = 1.5
YEARS_APART = ((3, -1.0), (4, -3.0), (6, -6.0))  # 95% of federal defendants are sentenced within three years
IN_ORDER, OUT_OF_ORDER, OUT_OF_ORDER_OF_SEVERAL = 1.0, -4.0, -1.0
REPEATED_CHARGE, REPEATED_END, LAG = 400, 90, 30  # days after which a stage tells of another case
WORDING_POINTS = ((0.15, 0.5), (0.3, 1.5), (0.5, 2.5), (0.7, 4.0))  # at least this share of runs in common
SILENT_LINK, SILENT_UNSURE = 0.7, 0.4  # shares without a name on both sides: nearly all of the narrative, half of it
UNLIKE, UNLIKE_POINTS = 0.05, -1.0  # releases of one case share at least the charge and the place in words
SPREAD = 1.0  # points that change the odds by e, for the published score
A_SLICE = 100_000  # signatures compared at a time: 50 MB

Points = NDArray[np.float64]
Flags = NDArray[np.bool_]


def score_pairs(facts: Facts, names: Names, candidates: pd.DataFrame) -> pd.DataFrame:
    """Score each pair once.

    Columns: left, right, points, score (0 to 1), name (relation of the best-fitting names), same_docket,
    docket_differs, alike (share of wording), same_text, silent (one side names nobody), reason (why to ask).
    """
    pairs = _best_names(names, candidates)
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    named = np.bincount(facts.names["row"], minlength=len(facts))
    silent = (named[left] == 0) | (named[right] == 0)
    pairs = pairs.assign(silent=silent, **_dockets(facts, pairs), alike=_alike(facts, left, right))
    same_text = (facts.text[left] == facts.text[right]) & (facts.text[left] != UNKNOWN)
    parts = {
        "name": _name_points(names, pairs),
        "court": _court_points(facts, pairs),
        "place": _compared(facts.place[left], facts.place[right], SAME_PLACE, OTHER_PLACE),
        "time": _time_points(facts, pairs),
        "stage": _stage_points(facts, pairs, np.maximum(named[left], named[right])),
        "wording": _wording_points(facts, pairs),
    }
    points = _capped(facts, pairs, sum(parts.values(), np.zeros(len(pairs))), parts)
    points = np.where(same_text, LINK + NAME_POINTS[SAME], points)
    score = np.round(1 / (1 + np.exp(-(points - (LINK + UNSURE) / 2) / SPREAD)), 4)
    return pairs.assign(points=points, score=score, same_text=same_text, reason=_reason(pairs, parts))


def _best_names(names: Names, candidates: pd.DataFrame) -> pd.DataFrame:
    """Each pair once, with its best relation of names and in how many courts that name is known."""
    relation = np.full(len(candidates), OTHER, np.int8)
    by_name = np.flatnonzero(candidates["left_name"].to_numpy() != UNKNOWN)
    left, right = (candidates[side].to_numpy()[by_name] for side in ("left_name", "right_name"))
    relation[by_name] = names.relation(left, right)
    n_courts = np.ones(len(candidates), np.int32)
    n_courts[by_name] = np.maximum(names.n_courts[left], names.n_courts[right])
    found = candidates[["left", "right"]].assign(name=relation, n_courts=n_courts)
    # The best relation first, and of equals the rarest name, so that the first of each pair is the one to keep.
    found = found.sort_values(["left", "right", "name", "n_courts"], ascending=[True, True, False, True])
    return found.drop_duplicates(["left", "right"], ignore_index=True)


def _dockets(facts: Facts, pairs: pd.DataFrame) -> dict[str, Flags]:
    """Whether two releases share a docket number, and whether each has a criminal number that the other has not."""
    compared = facts.dockets[facts.dockets.groupby("row").cumcount() < 6]  # a release with more lists other cases
    compared = compared.assign(criminal=compared["number"].str[3:5] == "cr")
    sides = pairs[["left", "right"]].reset_index(names="pair")
    both = sides.merge(compared, left_on="left", right_on="row").merge(
        compared, left_on="right", right_on="row", suffixes=("_l", "_r")
    )
    division = (both["division_l"] == both["division_r"]) | (both["division_l"] == "") | (both["division_r"] == "")
    shared = both.loc[(both["number_l"] == both["number_r"]) & division, "pair"]
    criminal = both.loc[both["criminal_l"] & both["criminal_r"], "pair"]
    same, differs = np.zeros(len(pairs), bool), np.zeros(len(pairs), bool)
    same[shared] = True
    differs[criminal] = True
    return {"same_docket": same, "docket_differs": differs & ~same}


def _alike(facts: Facts, left: NDArray[np.int32], right: NDArray[np.int32]) -> Points:
    """The share of wording that two releases have in common, by their signatures; 0 where one has none."""
    alike = np.zeros(len(left))
    for start in range(0, len(left), A_SLICE):
        here = slice(start, start + A_SLICE)
        alike[here] = (facts.wording[left[here]] == facts.wording[right[here]]).mean(axis=1)
    return alike * (facts.worded[left] & facts.worded[right])


def _name_points(names: Names, pairs: pd.DataFrame) -> Points:
    relation = pairs["name"].to_numpy()
    points = np.zeros(len(pairs))
    for kind, value in NAME_POINTS.items():
        points[relation == kind] = value
    common = np.maximum(COMMON_NAME * np.log2(pairs["n_courts"].to_numpy()), LEAST_COMMON)
    points += np.where(relation > OTHER, common, 0)
    differ = np.where(pairs["same_docket"], CO_DEFENDANTS, NAMES_DIFFER)
    return np.where((relation == OTHER) & ~pairs["silent"], differ, points)


def _court_points(facts: Facts, pairs: pd.DataFrame) -> Points:
    """Points for court and state, and for the docket number, which means something only within a court."""
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    court_l, court_r = facts.court[left], facts.court[right]
    same, both = court_l == court_r, (court_l != UNKNOWN) & (court_r != UNKNOWN)
    across = _compared(facts.state[left], facts.state[right], SAME_STATE, OTHER_STATE)
    points = np.where(both, np.where(same, SAME_COURT, OTHER_COURT), across)
    docket = np.where(both, np.where(same, SAME_DOCKET, 0), SAME_NUMBER)
    return points + np.where(pairs["same_docket"], docket, 0)


def _compared(left: NDArray[np.int32], right: NDArray[np.int32], same: float, other: float) -> Points:
    known = (left != UNKNOWN) & (right != UNKNOWN)
    return np.where(known, np.where(left == right, same, other), 0.0)


def _days(facts: Facts, pairs: pd.DataFrame) -> Points:
    """Days between two releases, not a number where one is undated."""
    left, right = facts.day[pairs["left"]].astype(float), facts.day[pairs["right"]].astype(float)
    return np.where((left == NO_DAY) | (right == NO_DAY), np.nan, right - left)


def _time_points(facts: Facts, pairs: pd.DataFrame) -> Points:
    days = _days(facts, pairs)
    points = np.where(days <= 7, SAME_WEEK, 0.0)
    for years, value in YEARS_APART:
        points = np.where(days > years * 365.25, value, points)
    return np.where(pairs["same_docket"], np.maximum(points, 0), points)


def _stage_points(facts: Facts, pairs: pd.DataFrame, n_named: NDArray[np.int64]) -> Points:
    """Points for the order of stages. With several defendants one may be sentenced before another is charged."""
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    stage_l, stage_r, days = facts.stage[left], facts.stage[right], np.nan_to_num(_days(facts, pairs))
    known = (stage_l != UNKNOWN) & (stage_r != UNKNOWN)
    again = days > np.where(stage_l == 0, REPEATED_CHARGE, REPEATED_END)
    wrong = known & (((stage_l > stage_r) & (days > LAG)) | ((stage_l == stage_r) & again))
    several = (n_named > 1) | (np.maximum(facts.suspects[left], facts.suspects[right]) > 1) | pairs["same_docket"]
    return np.where(
        wrong,
        np.where(several, OUT_OF_ORDER_OF_SEVERAL, OUT_OF_ORDER),
        np.where(known & (stage_l < stage_r), IN_ORDER, 0.0),
    )


def _wording_points(facts: Facts, pairs: pd.DataFrame) -> Points:
    alike = pairs["alike"].to_numpy()
    worded = facts.worded[pairs["left"]] & facts.worded[pairs["right"]] & ~pairs["same_docket"].to_numpy()
    return np.where(worded & (alike < UNLIKE), UNLIKE_POINTS, _steps(alike, WORDING_POINTS))


def _steps(values: Points, steps: tuple[tuple[float, float], ...]) -> Points:
    points = np.zeros(len(values))
    for least, value in steps:
        points[values >= least] = value
    return points


def _capped(facts: Facts, pairs: pd.DataFrame, points: Points, parts: dict[str, Points]) -> Points:
    """The points, held below LINK or UNSURE where agreement is not enough by itself.

    Without names on both sides only a docket, or the same narrative in the same place, says that two releases
    tell of one person. A docket number against another one means two cases of one person.
    """
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    suspects_l, suspects_r = facts.suspects[left], facts.suspects[right]
    facts_agree = (
        (parts["place"] > 0) & (parts["court"] > 0) & (parts["stage"] >= 0)
        & ((suspects_l == suspects_r) | (suspects_l == UNKNOWN) | (suspects_r == UNKNOWN))
    )  # fmt: skip
    unnamed = pairs["silent"].to_numpy() & ~pairs["same_docket"].to_numpy()
    alike = pairs["alike"].to_numpy()
    points = np.where(unnamed & ~((alike >= SILENT_LINK) & facts_agree), np.minimum(points, LINK - 0.5), points)
    points = np.where(unnamed & (alike < SILENT_UNSURE), np.minimum(points, UNSURE - 0.5), points)
    return np.where(pairs["docket_differs"], np.minimum(points, UNSURE - 0.5), points)


def _reason(pairs: pd.DataFrame, parts: dict[str, Points]) -> NDArray[np.str_]:
    """Why a pair that is neither linked nor apart needs a person, in a few words."""
    name = pairs["name"].to_numpy()
    conditions = {
        "same docket number, other names": pairs["same_docket"] & (name == OTHER) & ~pairs["silent"],
        "same docket number, office unknown": pairs["same_docket"],
        "no name, similar wording": pairs["silent"] & (pairs["alike"] >= SILENT_UNSURE),
        "surname alone": name == SURNAME_ONLY,
        "similar name": (name == MISSPELT) | (name == IN_PART),
        "same name, stages out of order": parts["stage"] < 0,
        "same name, years apart": parts["time"] < 0,
        "same name, another place": parts["place"] < 0,
        "same name, another state or court": parts["court"] < 0,
    }
    chosen: NDArray[np.str_] = np.select(
        [np.asarray(each, bool) for each in conditions.values()], list(conditions), "common name"
    )
    return chosen
