"""Compiled milestones become milestones with their bodies and jurisdictions.

The compiled file names an instrument with its section, gives one precision for two dates, and puts lists in
cells; here each becomes columns or rows of its own. What the names mean is kept in hand-kept files beside it
(``instrument_names``, ``amounts``, ``bodies``, ``jurisdictions``), never guessed here.
"""

from __future__ import annotations

import pandas as pd

from csea.curate import Frames

PRECISION = {4: "year", 7: "month", 10: "day"}  # by length of YYYY, YYYY-MM, YYYY-MM-DD


def milestone_tables(inputs: Frames) -> Frames:
    """Tables milestones, milestone_bodies and milestone_jurisdictions; one milestone an input row."""
    rows = inputs["milestones"]
    names = inputs["instrument_names"][["instrument", "instrument_title", "instrument_id", "provision"]]
    amounts = inputs["amounts"].rename(columns={"is_per_year": "amount_is_per_year"}).drop(columns="note")
    joined = rows.merge(names, on=["instrument", "instrument_title"], how="left")
    joined = joined.merge(amounts, on="milestone_id", how="left")
    milestones = joined.rename(
        columns={"kind": "milestone_kind", "instrument_title": "cited_title"}
    ).assign(
        **_dates(joined),
        amount_kind=joined["amount_kind"].where(joined["amount_kind"] != "none"),
        fiscal_year_start=joined["fiscal_year"].str[:4],  # YYYY or YYYY-YYYY
        fiscal_year_end=joined["fiscal_year"].str[-4:],
    )
    return {
        "milestones": milestones,
        "milestone_bodies": _members(rows, inputs["bodies"], "responsible_body", "body"),
        "milestone_jurisdictions": _members(rows, inputs["jurisdictions"], "jurisdiction", "code"),
    }


def date_columns(dates: pd.Series, name: str) -> dict[str, pd.Series]:
    """Columns ``<name>_precision``, ``_earliest`` and ``_latest`` of dates written as YYYY[-MM[-DD]].

    A month or year spans its first to its last day; a day that does not exist spans nothing.
    """
    precision = dates.str.len().map(PRECISION).astype("object")
    spans = dates.map(_span, na_action="ignore")
    return {
        f"{name}_precision": precision,
        f"{name}_earliest": spans.map(lambda span: f"{span.start_time:%Y-%m-%d}", na_action="ignore"),
        f"{name}_latest": spans.map(lambda span: f"{span.end_time:%Y-%m-%d}", na_action="ignore"),
    }


def with_spans(milestones: pd.DataFrame, corrected: pd.Series) -> pd.DataFrame:
    """``milestones`` with the columns that follow from dates made anew in the rows that ``corrected`` marks."""
    rows = milestones[corrected]
    columns = date_columns(rows["date_due"], "date_due") | date_columns(rows["date_occurred"], "date_occurred")
    mended = milestones.astype(dict.fromkeys(columns, "str"))
    mended.loc[corrected, list(columns)] = pd.DataFrame(columns).astype("str")
    return mended


def _dates(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Columns of both dates. The compiler's one precision is that of date_occurred, else of date_due."""
    columns = date_columns(rows["date_due"], "date_due") | date_columns(rows["date_occurred"], "date_occurred")
    occurred, due = rows["date_occurred"].notna(), rows["date_due"].notna()
    stated = rows["date_precision"]  # a rule compares it with the date's form
    derived = columns["date_due_precision"]
    return columns | {
        "date_occurred_precision": stated.where(occurred),
        "date_due_precision": stated.where(due & ~occurred, derived),
    }


def _span(date: str) -> pd.Period | None:
    try:
        return pd.Period(date)
    except ValueError:  # 30 February: the rule partial_dates_are_days names the row
        return None


def _members(rows: pd.DataFrame, members: pd.DataFrame, cell: str, member: str) -> pd.DataFrame:
    """One row for each milestone and member of its list cell."""
    joined = rows[["milestone_id", cell]].merge(members[[cell, member]], on=cell)
    return joined.drop(columns=cell).rename(columns={member: cell}).drop_duplicates()
