"""How far coders agree, variable by variable: percent, Cohen's kappa and Krippendorff's alpha, by nltk.

A unit is a release that both coders coded. Labels are nominal and must be equal: 59 and 60 months disagree as much
as 59 and 600. The elements of a list (platforms with their roles, conduct, statutes) are one label together, since the
release's whole list is what is published; shares by element are the precision and recall of ``evaluate.py``. A value
that only one of the two gave is a disagreement; a release in which neither gave one is no unit, except that an empty
list is a value. What is coded of some releases alone (``CONDITIONS``) is compared where both say that it is such a one.

Where every label is the same, kappa and alpha are zero divided by zero and stay empty, as Krippendorff has it, although
nltk gives 1. Out of scope: releases that the rules find out of scope; nobody's codes of them are here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

LISTS = ("platform", "conduct", "statute")
_CASE = ("is_criminal_case", "true")
# What both coders must say of a release for a variable to be compared.
CONDITIONS = {
    "origin": (_CASE,),
    "n_suspects": (_CASE,),
    "conduct": (_CASE, ("is_child_exploitation", "true")),
    "sentence_months": (("release_kind", "sentence"),),
    "life_sentence": (("release_kind", "sentence"),),
}
VARIABLES = (
    "release_kind",
    "is_criminal_case",
    "is_child_exploitation",
    "platform",
    "conduct",
    "origin",
    "place",
    "state",
    "n_suspects",
    "sentence_months",
    "life_sentence",
    "statute",
    "project_safe_childhood",
)
PAIRS = ("machine_human", "machine_human_shown", "human_human")
COLUMNS = ["variable", "coder_pair", "n_compared", "percent_agreement", "cohen_kappa", "krippendorff_alpha"]
NONE = "none"  # how a reviewer codes no value
# What releases coded by hand from their pages were coded for; the rest only a review codes.
BY_HAND = tuple(name for name in VARIABLES if name != "life_sentence")

Label = str | frozenset[str]
Coded = dict[str, dict[str, Label]]  # variable, release, label


@dataclass(frozen=True)
class Agreement:
    """Of one variable and two coders. None where it is not defined."""

    n_compared: int
    percent: float | None = None
    kappa: float | None = None
    alpha: float | None = None


def agreement_table(codings: pd.DataFrame, shown: pd.DataFrame | None = None) -> pd.DataFrame:
    """The table ``agreement`` as text: a row for each variable and pair, with n_compared 0 where nothing was.

    ``codings`` has release_id, variable, coded_value, coder, method. ``shown`` has the release_id and variable of those
    codings of the coder human that were made with the rules' values in sight; these compare as a pair of their own.
    """
    seen = pd.MultiIndex.from_frame(shown[["release_id", "variable"]]) if shown is not None else None
    people = codings.loc[codings["coder"] != "machine", "release_id"]
    codings = codings[codings["release_id"].isin(set(people))]  # no other release can be a unit
    coders = {coder: codings[codings["coder"] == coder] for coder in ("machine", "human", "second_human")}
    machine, human, second = (_coded(coders[name]) for name in coders)
    aware = _coded(_in_sight(coders["human"], seen, True))
    blind = _coded(_in_sight(coders["human"], seen, False))
    compared = {
        "machine_human": (machine, blind),
        "machine_human_shown": (machine, aware),
        "human_human": (human, second),
    }
    rows = [
        _row(variable, pair, agree(labels(variable, *compared[pair])))
        for variable in sorted(VARIABLES)
        for pair in PAIRS
    ]
    return pd.DataFrame(rows, columns=COLUMNS, dtype="str")


def _in_sight(human: pd.DataFrame, seen: pd.MultiIndex | None, wanted: bool) -> pd.DataFrame:
    if seen is None:
        return human if not wanted else human.iloc[:0]
    mask = (human["method"] == "reviewed") & pd.MultiIndex.from_frame(human[["release_id", "variable"]]).isin(seen)
    return human[mask if wanted else ~mask]


def _coded(rows: pd.DataFrame) -> Coded:
    """Labels by variable and release. A review's value stands before that of the coding by hand."""
    reviewed = rows["method"] == "reviewed"
    found: Coded = {variable: {} for variable in VARIABLES}
    once = rows[~reviewed].drop_duplicates("release_id")
    for release, method in once[["release_id", "method"]].to_numpy(dtype=str).tolist():
        for variable in VARIABLES if method == "rule" else BY_HAND:
            found[variable][release] = frozenset() if variable in LISTS else ""
    for part in (rows[~reviewed], rows[reviewed]):
        given: dict[tuple[str, str], set[str]] = {}
        for variable, release, value in part[["variable", "release_id", "coded_value"]].to_numpy(dtype=str).tolist():
            given.setdefault((variable, release), set()).add(value)
        for (variable, release), values in given.items():
            if variable in found:
                own = frozenset(values) - {NONE}
                found[variable][release] = own if variable in LISTS else ";".join(sorted(own))
    return found


def labels(variable: str, one: Coded, other: Coded) -> dict[str, tuple[Label, Label]]:
    """The units of a variable: the labels of both coders, by release."""
    pairs = {
        release: (one[variable][release], other[variable][release])
        for release in one[variable]
        if release in other[variable]
    }
    for condition, value in CONDITIONS.get(variable, ()):
        pairs = {
            key: pair for key, pair in pairs.items() if one[condition].get(key) == value == other[condition].get(key)
        }
    if variable == "life_sentence":  # the rules give no value where there is none
        return {key: (pair[0] or "false", pair[1] or "false") for key, pair in pairs.items()}
    return pairs if variable in LISTS else {key: pair for key, pair in pairs.items() if any(pair)}


def agree(units: Mapping[str, tuple[Label, Label]]) -> Agreement:
    """Agreement of two coders on these units."""
    if not units:
        return Agreement(0)
    from nltk.metrics.agreement import AnnotationTask  # takes a second to import

    numbers: dict[Label, str] = {}
    data = [
        (coder, unit, numbers.setdefault(label, str(len(numbers))))
        for unit, pair in units.items()
        for coder, label in zip(("a", "b"), pair, strict=True)
    ]
    task = AnnotationTask(data)
    percent = 100 * float(task.avg_Ao())
    if len(numbers) == 1:
        return Agreement(len(units), percent)
    return Agreement(len(units), percent, float(task.kappa()), float(task.alpha()))


def _row(variable: str, pair: str, found: Agreement) -> list[str | None]:
    return [
        variable,
        pair,
        str(found.n_compared),
        _text(found.percent, 1),
        _text(found.kappa, 3),
        _text(found.alpha, 3),
    ]


def _text(value: float | None, places: int) -> str | None:
    """A number as canonical text: no closing zeros, no minus before zero."""
    if value is None:
        return None
    return f"{round(value, places) + 0.0:.{places}f}".rstrip("0").rstrip(".")


def shown_codings(reviews: pd.DataFrame, find: Callable[[str], str | None]) -> pd.DataFrame:
    """release_id and variable of reviews made with the rules' values in sight. ``find`` gives a key's release_id."""
    sighted = reviews[(reviews["coder"] == "human") & (reviews["is_blind"] != "true")]
    ids = {key: find(key) for key in sighted["key_sha256"].unique()}
    return sighted.assign(release_id=sighted["key_sha256"].map(ids))[["release_id", "variable"]].dropna()
