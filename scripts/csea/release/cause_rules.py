"""The rules on causes: for each table why its rows came, went or changed, the first that fits.

``RULES`` names them by table; what it does not name is curated, that is, kept by hand. Their source is
``docs/decisions/0014-change-lists-and-causes.md``. Out of scope: what corrections moved (``causes``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

NEW, EDITED, WITHDRAWN = "new_at_source", "edited_at_source", "withdrawn_at_source"
RULES_CHANGED, CORRECTION, LINKED = "rule_change", "correction", "link_change"
PRIVACY, CURATED = "privacy", "curated"
# Where several releases of a case changed, the case changed for the first of these.
STRENGTH = (PRIVACY, WITHDRAWN, EDITED, NEW, LINKED, RULES_CHANGED, CURATED)
LINKS = ("case_id", "duplicate_of")  # columns of releases that linking fills
LOOKED_AT = ("release_id", "case_id", "rules_version", "correction_id", "row_key")  # columns that the rules read
RELEASE = r"(r\d{7})"


@dataclass(frozen=True)
class Part:
    """Rows that came, rows that went, or the rows of changed cells: as they were and as they are, None for not there.

    Frames have those columns of ``LOOKED_AT`` that the table has. ``columns`` names the changed column of each cell.
    ``other_rules`` are the rules that the table's rows had in the other version, where the rows came or went.
    """

    table: str
    before: pd.DataFrame | None
    now: pd.DataFrame | None
    columns: pd.Series | None = None
    other_rules: frozenset[str] = frozenset()

    @property
    def rows(self) -> pd.DataFrame:
        """The rows as they are, or were."""
        rows = self.now if self.now is not None else self.before
        assert rows is not None
        return rows

    def value(self, column: str) -> pd.Series:
        """What the rows have in a column, empty where the table lacks it."""
        return _value(self.rows, column)

    def has_other_rules(self) -> pd.Series:
        """Which rows were made by other rules than before: than the row itself, or than any of its table."""
        own = self.value("rules_version")
        if self.before is not None and self.now is not None:
            return both_differ(_value(self.before, "rules_version"), own)
        return own.notna() & ~own.isin(self.other_rules) & bool(self.other_rules)


@dataclass(frozen=True)
class Known:
    """Why releases and cases changed.

    ``releases`` has a row for each release of either version: case_id_old, case_id_new, cause (empty where the release
    as a whole did not change), is_moved (from one case to another). ``cases`` gives the strongest cause among the
    releases that each case has or had.
    """

    releases: pd.DataFrame
    cases: pd.Series


Rule = Callable[[Known, Part], pd.Series]


def cause_of(known: Known, part: Part) -> pd.Series:
    """The cause of each row or cell, before corrections."""
    return RULES.get(part.table, always(CURATED))(known, part)


def of_release(known: Known, part: Part) -> pd.Series:
    """Releases and what belongs to one: the release's cause, else that of the row's rules, else linking or people."""
    cause = _looked_up(known.releases["cause"], part.value("release_id"), "")
    cause = cause.mask((cause == "") & part.has_other_rules(), RULES_CHANGED)
    if part.table == "releases" and part.columns is not None:
        cause = cause.mask((cause == "") & part.columns.isin(LINKS), LINKED)
    return cause.replace("", CURATED)


def of_case(known: Known, part: Part) -> pd.Series:
    """Cases and their uses: the strongest cause among the releases of the case."""
    return _looked_up(known.cases, part.value("case_id"), CURATED)


def of_link(known: Known, part: Part) -> pd.Series:
    """Links: the release's cause, or that it moved if stronger; else the link's rules; else the case's cause."""
    cause = _looked_up(with_moves(known.releases), part.value("release_id"), "")
    cause = cause.mask((cause == "") & part.has_other_rules(), RULES_CHANGED)
    return cause.where(cause != "", of_case(known, part))


def of_source(known: Known, part: Part) -> pd.Series:
    """What counts the source: the source moved on, unless the row's rules did."""
    return _same(NEW, part).mask(part.has_other_rules(), RULES_CHANGED)


def of_all(known: Known, part: Part) -> pd.Series:
    """What counts all releases: the strongest cause among them."""
    found = set(known.releases["cause"])
    return _same(next((cause for cause in STRENGTH if cause in found), CURATED), part)


def of_agreement(known: Known, part: Part) -> pd.Series:
    """Agreement of people with the rules: new rules change it, and else what people code."""
    return _same(RULES_CHANGED if RULES_CHANGED in set(known.releases["cause"]) else CURATED, part)


def of_correction(known: Known, part: Part) -> pd.Series:
    """Corrections: themselves; but one that went with the withheld release that it was on tells what that said."""
    cause = _same(CORRECTION, part)
    if part.now is not None:
        return cause
    release = part.value("row_key").str.extract(RELEASE, expand=False)
    return cause.mask(_looked_up(known.releases["cause"], release, "") == PRIVACY, PRIVACY)


def of_withheld(known: Known, part: Part) -> pd.Series:
    """What is withheld: to protect a person; to take that back is a decision like others."""
    return _same(CURATED if part.now is None else PRIVACY, part)


def always(cause: str) -> Rule:
    """The rule that knows one cause."""
    return lambda known, part: _same(cause, part)


RULES: dict[str, Rule] = {
    "releases": of_release,
    "release_platforms": of_release,
    "release_conduct": of_release,
    "release_statutes": of_release,
    "codings": of_release,
    "cases": of_case,
    "uses": of_case,
    "case_links": of_link,
    "readings": of_source,
    "coverage_days": of_source,
    "coverage": of_all,
    "agreement": of_agreement,
    "corrections": of_correction,
    "withheld": of_withheld,
}


def with_moves(releases: pd.DataFrame) -> pd.Series:
    """The cause of each release, or that it moved from one case to another where that is stronger."""
    is_stronger = ~releases["cause"].isin(STRENGTH[: STRENGTH.index(LINKED)])
    return releases["cause"].mask(releases["is_moved"] & is_stronger, LINKED)


def both_differ(one: pd.Series, other: pd.Series) -> pd.Series:
    """Where both have a value, and not the same one."""
    return one.notna() & other.notna() & (one != other)


def _looked_up(causes: pd.Series, ids: pd.Series, otherwise: str) -> pd.Series:
    """The cause of each id; ``causes`` are by id."""
    return pd.Series(causes.reindex(ids).to_numpy(), index=ids.index, dtype="str").fillna(otherwise)


def _value(rows: pd.DataFrame, column: str) -> pd.Series:
    return rows[column] if column in rows else pd.Series(None, index=rows.index, dtype="str")


def _same(cause: str, part: Part) -> pd.Series:
    return pd.Series(cause, index=part.rows.index, dtype="str")
