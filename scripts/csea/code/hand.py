"""Releases coded by hand become releases, their platforms, conduct and statutes, and codings.

The coder's columns are taken as they are; nothing is inferred from the text but whether a copy is marked as
a federal release, and how far the row can be relied on. All rows stay, in scope or not: they are the
denominator (docs/decisions/0002-negatives-stay.md).
"""

from __future__ import annotations

import pandas as pd

from csea.curate import Frames
from csea.register import Register, address_key
from csea.words import MASKED_NAME, is_known

# How the coder's notes tell that a copy bears a mark or credit of the department; a page "marked 'Special
# to'" credits nobody. Source: the notes of the 75 copies, read one by one.
MARKED = r"(?<!not )\b[Mm]arked (?!'Special)|\bcredits\b|with the credit|own mailing|department's seal"

# Variable in codings -> column of the coder's file.
SINGLE_VALUES = {
    "release_kind": "release_kind",
    "is_criminal_case": "is_criminal_case",
    "is_child_exploitation": "is_child_exploitation",
    "origin": "origin",
    "place": "place",
    "state": "state",
    "district": "district",
    "n_suspects": "n_suspects",
    "sentence_months": "sentence_months",
    "project_safe_childhood": "psc",
}
LISTS = {"platform": "platform_roles", "conduct": "conduct"}


def release_tables(inputs: Frames, register: Register, version: str) -> Frames:
    """Tables releases (without case_id), release_platforms, release_conduct, release_statutes, codings.

    A release whose key is on the withheld list is left out and gets no id.
    """
    rows = _admitted(inputs["coded_releases"], inputs["withheld"])
    rows = rows.assign(release_id=register.issue(rows["url"].map(address_key), version))
    rows = rows.merge(_districts(inputs["components"]), on="district_name", how="left")
    rows = rows.assign(mirror_is_marked=_marked(rows), confidence=lambda frame: _confidence(frame))
    issued = register.rows.set_index("id")["issued_in"]
    platforms = _exploded(rows, "platform_roles")
    roles = platforms["platform_roles"].str.split("=").str
    known_address = rows["url"].map(lambda url: MASKED_NAME not in url and is_known(url))
    releases = rows.rename(columns={"psc": "project_safe_childhood", "coder_note": "note"}).assign(
        url=rows["url"].where(known_address),
        url_withheld=_bool(~known_address),
        title_withheld="false",
        in_scope=_bool((rows["is_child_exploitation"] == "true") | rows["platforms_named"].notna()),
        coding_method="human",
        source="hand_coded",
        first_version=rows["release_id"].map(issued),
    )
    return {
        "releases": releases,
        "release_platforms": platforms.assign(platform_id=roles[0], role=roles[1]),
        "release_conduct": _exploded(rows, "conduct"),
        "release_statutes": _statutes(rows),
        "codings": _codings(rows),
    }


def _admitted(rows: pd.DataFrame, withheld: pd.DataFrame) -> pd.DataFrame:
    refused = rows["url"].map(address_key).isin(withheld["key_sha256"])
    return rows[~refused].reset_index(drop=True)


def _districts(components: pd.DataFrame) -> pd.DataFrame:
    offices = components[components["component_kind"] == "us_attorney"]
    return offices.rename(columns={"component": "district"})[["district_name", "district"]]


def _marked(rows: pd.DataFrame) -> pd.Series:
    marked = rows["coder_note"].fillna("").str.contains(MARKED, regex=True)
    return _bool(marked).where(rows["is_mirror"] == "true")


def _confidence(rows: pd.DataFrame) -> pd.Series:
    """high, medium or low, as the schema defines them."""
    low = (rows["mirror_is_marked"] == "false") | (rows["text_scope"] == "report")
    high = (rows["is_mirror"] == "false") & (rows["text_scope"] == "full")
    return pd.Series("medium", index=rows.index).mask(high, "high").mask(low, "low")


def _exploded(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """release_id and one element a row of a list column; an element given twice counts once."""
    lists = rows[["release_id", "confidence", column]].dropna(subset=column)
    return lists.assign(**{column: lists[column].str.split(";")}).explode(column, ignore_index=True).drop_duplicates()


def _statutes(rows: pd.DataFrame) -> pd.DataFrame:
    """The coder's "18 USC 2252(a)(1)" is the provision 18-usc-2252-a-1."""
    cited = _exploded(rows, "statutes")
    words = cited["statutes"].str.lower().str.replace(r"[()\s]+", "-", regex=True)
    return cited.assign(statute_id=words.str.strip("-"))


def _codings(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each value that the coder gave, including 'false' and 'not_stated'."""
    columns = ["release_id", "confidence"]
    singles = [
        rows[[*columns, column]].rename(columns={column: "coded_value"}).assign(variable=variable)
        for variable, column in SINGLE_VALUES.items()
    ]
    lists = [
        _exploded(rows, column).rename(columns={column: "coded_value"}).assign(variable=variable)
        for variable, column in LISTS.items()
    ]
    statutes = _statutes(rows).rename(columns={"statute_id": "coded_value"}).assign(variable="statute")
    codings = pd.concat([*singles, *lists, statutes], ignore_index=True).dropna(subset="coded_value")
    return codings.assign(coder="human", method="hand_coded")


def _bool(mask: pd.Series) -> pd.Series:
    return mask.map({True: "true", False: "false"})
