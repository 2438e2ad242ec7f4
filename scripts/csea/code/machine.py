"""Releases that the rules have read become releases, their platforms, conduct and statutes, and codings.

What a person coded in a review takes the place of the rules' values, variable by variable; both stand in codings. A
release that was also coded from another page by hand (``hand.py``) keeps the hand's row, with what the archive
knows of its text. Out of scope: how values are found.
"""

from __future__ import annotations

import pandas as pd

from csea.curate import Frames
from csea.register import Register

SINGLE = (
    "release_kind",
    "is_criminal_case",
    "is_child_exploitation",
    "origin",
    "place",
    "state",
    "n_suspects",
    "sentence_months",
    "life_sentence",
    "project_safe_childhood",
)
LISTS = {"platform": "release_platforms", "conduct": "release_conduct", "statute": "release_statutes"}
DECISIVE = ("release_kind", "is_child_exploitation")  # whose confidence is that of the whole row
NONE = "none"  # how a reviewer codes a list without elements
CODER = "human"  # the first reviewer, whose values are published; a second one's serve agreement alone
# What the archive knows of a release that was coded by hand from another page.
OF_THE_TEXT = ("doj_uuid", "release_number", "text_sha256", "text_chars", "text_form", "retrieved_date")


def add_machine_tables(hand: Frames, inputs: Frames, register: Register, version: str) -> Frames:
    """The hand-coded tables with those of the rules added. ``hand`` has the code room's tables."""
    refused = set(inputs["withheld"]["key_sha256"])
    found = inputs["found_releases"]
    found = found[~found["key_sha256"].isin(refused)]
    found = found.sort_values(["published_date", "key_sha256"], na_position="last").reset_index(drop=True)
    if found.empty:
        return hand
    found = found.assign(release_id=register.issue(found["key_sha256"], version))
    ids = found.set_index("key_sha256")["release_id"]
    codings = _codings(inputs["found_codings"], inputs["reviews"], ids, found)
    by_hand = set(hand["releases"]["release_id"])
    values = _published(codings)
    values = values[~values["release_id"].isin(by_hand)]
    tables = _lists(values, inputs["statutes"])
    issued = register.rows.set_index("id")["issued_in"]
    releases = _releases(found, values, inputs["components"], set(inputs["reviews"]["key_sha256"]), ids)
    releases = releases[~releases["release_id"].isin(by_hand)]
    tables["releases"] = releases.assign(first_version=releases["release_id"].map(issued))
    tables["codings"] = codings
    joined = {name: pd.concat([frame, tables[name]], ignore_index=True) for name, frame in hand.items()}
    joined["releases"] = _with_text(joined["releases"], found)
    joined["codings"] = joined["codings"].drop_duplicates(["release_id", "variable", "coded_value", "coder"])
    return joined


def _codings(found: pd.DataFrame, reviews: pd.DataFrame, ids: pd.Series, releases: pd.DataFrame) -> pd.DataFrame:
    """Rows of codings by rules and by reviewers."""
    forms = releases.set_index("key_sha256")[["text_form", "rules_version"]]
    machine = found[found["key_sha256"].isin(ids.index)].join(forms, on="key_sha256")
    machine = machine.assign(coder="machine", method="rule")
    people = reviews[reviews["key_sha256"].isin(ids.index)].assign(method="reviewed", confidence="high")
    both = pd.concat([machine, people], ignore_index=True)
    return both.assign(release_id=both["key_sha256"].map(ids)).drop(columns="key_sha256")


def _published(codings: pd.DataFrame) -> pd.DataFrame:
    """The rows whose values are published: a reviewer's for the variables that one coded, else the rules'."""
    machine, person = (codings[codings["coder"] == coder] for coder in ("machine", CODER))
    reviewed = pd.MultiIndex.from_frame(person[["release_id", "variable"]])
    kept = machine[~pd.MultiIndex.from_frame(machine[["release_id", "variable"]]).isin(reviewed)]
    return pd.concat([kept, person[person["coded_value"] != NONE]], ignore_index=True)


def _releases(
    found: pd.DataFrame, values: pd.DataFrame, components: pd.DataFrame, reviewed: set[str], ids: pd.Series
) -> pd.DataFrame:
    single = values[values["variable"].isin(SINGLE)]
    wide = single.pivot(index="release_id", columns="variable", values="coded_value").reindex(columns=list(SINGLE))
    doubts = single[single["variable"].isin(DECISIVE)].groupby("release_id")["confidence"]
    offices = set(components.loc[components["component_kind"] == "us_attorney", "component"])
    by_person = found["key_sha256"].isin(reviewed)
    return found.join(wide, on="release_id").assign(
        district=found["component"].where(found["component"].isin(offices)),
        life_sentence=lambda frame: frame["life_sentence"].where(
            frame["life_sentence"].notna() | (frame["release_kind"] != "sentence"), "false"
        ),
        in_scope=found["release_id"].isin(_in_scope(values)).map({True: "true", False: "false"}),
        text_scope="full",
        is_mirror="false",
        source="doj_api",
        coding_method=by_person.map({True: "machine_reviewed", False: "machine"}),
        confidence=found["release_id"].map(doubts.agg(_least)),
        duplicate_of=found["duplicate_key"].map(ids),
    )


def _in_scope(values: pd.DataFrame) -> pd.Series:
    """Releases that name a platform or concern child sexual exploitation; a reviewer may have taken both away."""
    concerns = (values["variable"] == "is_child_exploitation") & (values["coded_value"] == "true")
    return values.loc[concerns | (values["variable"] == "platform"), "release_id"]


def _least(values: pd.Series) -> str:
    """The least confidence, of high, medium and low."""
    return str(min(values, key=("low", "medium", "high").index))


def _lists(values: pd.DataFrame, statutes: pd.DataFrame) -> Frames:
    """Tables release_platforms, release_conduct and release_statutes."""
    parts = {name: values[values["variable"] == variable] for variable, name in LISTS.items()}
    named = parts["release_platforms"]["coded_value"].str.split("=").str
    known = set(statutes["statute_id"])
    cited = parts["release_statutes"]
    provision = cited["coded_value"].map(lambda statute: known_provision(statute, known))
    columns = ["release_id", "statute_id"]
    return {
        "release_platforms": parts["release_platforms"].assign(platform_id=named[0], role=named[1]),
        "release_conduct": parts["release_conduct"].assign(conduct=parts["release_conduct"]["coded_value"]),
        "release_statutes": cited.assign(statute_id=provision).dropna(subset="statute_id").drop_duplicates(columns),
    }


def known_provision(statute: str, known: set[str]) -> str | None:
    """The provision of the table ``statutes`` that a cited one is, or is part of; None where it has neither.

    The citation itself stands in codings.
    """
    parts = statute.split("-")
    levels = ("-".join(parts[:length]) for length in range(len(parts), 2, -1))
    return next((level for level in levels if level in known), None)


def _with_text(releases: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Releases with what the archive knows of the text of those that were coded by hand."""
    texts = found.set_index("release_id")
    for name in OF_THE_TEXT:
        known = releases["release_id"].map(texts[name])
        releases[name] = releases[name].fillna(known) if name in releases else known
    return releases
