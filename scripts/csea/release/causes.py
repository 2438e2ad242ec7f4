"""Why a value moved between two versions: each changed row and cell has exactly one cause.

1. What corrections moved is a ``correction`` (``moved``: the tables made with them against those made without).
2. Releases, and what belongs to one, follow the release: :func:`_release_causes`.
3. Cases, their links and uses follow their releases; other tables have rules of their own (``cause_rules``).

Out of scope: finding what changed (``compare``) and writing it down (``changes``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csea.compare.keys import row_keys
from csea.compare.tables import Changes
from csea.io import text_table
from csea.register import Registers
from csea.release.cause_rules import (
    CORRECTION,
    CURATED,
    EDITED,
    LOOKED_AT,
    NEW,
    PRIVACY,
    RULES_CHANGED,
    STRENGTH,
    WITHDRAWN,
    Known,
    Part,
    both_differ,
    cause_of,
    with_moves,
)
from csea.release.corrected import Corrected

FACTS = ["coding_method", "rules_version", "retrieved_date", "text_sha256", "text_form", "case_id"]  # of a release

Tables = Mapping[str, pa.Table]
Told = tuple[pa.Array, pa.Array]  # cause, correction_id


@dataclass(frozen=True)
class Reasons:
    """Cause and correction of each added row, each removed row and each changed cell of one table, in their order."""

    added: Told
    removed: Told
    cells: Told


@dataclass(frozen=True)
class Causes:
    """What is known of two versions that tells why their tables differ. Made by :meth:`of`."""

    old: Tables
    new: Tables
    moved: Mapping[str, Changes]
    known: Known
    corrected: Corrected

    @classmethod
    def of(
        cls,
        old: Tables,
        new: Tables,
        moved: Mapping[str, Changes],
        registers: Registers,
        previous_date: date | str | None,
    ) -> Causes:
        """From the tables of both versions by name, typed or as text; ``old`` is empty for the first version.

        ``moved`` compares the new tables as made without the corrections that are new or gone with those made with
        them. ``registers`` are the new ones, which know the key of each withheld release. ``previous_date`` is the day
        of the version before, None for the first one.
        """
        old, new = ({name: text_table(table) for name, table in tables.items()} for tables in (old, new))
        facts = _facts(old).add_suffix("_old").join(_facts(new).add_suffix("_new"), how="outer")
        ids = registers.releases.rows
        private = set(ids.loc[ids["key_sha256"].isin(_values(new, "withheld", "key_sha256")), "id"])
        today = _values(new, "releases", "rules_version") | _values(new, "readings", "rules_version")
        since = None if previous_date is None else str(previous_date)
        releases = facts.assign(
            cause=_release_causes(facts, private, today, since),
            is_moved=both_differ(facts["case_id_old"], facts["case_id_new"]),
        )
        corrected = Corrected.of(old, new, facts[["case_id_old", "case_id_new"]])
        return cls(old, new, moved, Known(releases, _case_causes(releases)), corrected)

    @property
    def cases_withdrawn(self) -> set[str]:
        """The cases of the version before that lose a release for privacy."""
        releases = self.known.releases
        return {*releases.loc[releases["cause"] == PRIVACY, "case_id_old"].dropna()}

    def of_changes(self, changes: Changes) -> Reasons:
        """The causes of what differs in one table."""
        name, names = changes.table, _names(changes)
        moved = _names(self.moved[name]) if name in self.moved else {}
        had, has = (frozenset(_values(tables, name, "rules_version")) for tables in (self.old, self.new))
        columns = changes.cells["column_name"].to_pandas().astype("str")
        parts = {
            "added": Part(name, None, _looked_at(changes.added), other_rules=had),
            "removed": Part(name, _looked_at(changes.removed), None, other_rules=has),
            "cells": Part(name, self._rows(self.old, changes), self._rows(self.new, changes), columns),
        }
        return Reasons(**{which: self._told(part, names[which], moved.get(which)) for which, part in parts.items()})

    def _rows(self, tables: Tables, changes: Changes) -> pd.DataFrame:
        """The row of each changed cell."""
        keys = changes.cells["row_key"]
        if not len(keys):
            return pd.DataFrame()
        table = tables[changes.table]
        return _looked_at(table.take(pc.index_in(keys, value_set=row_keys(table, changes.key))))

    def _told(self, part: Part, names: pa.Array, moved: pa.Array | None) -> Told:
        """Causes and corrections of a part; ``names`` are those of its changes, ``moved`` of what corrections moved."""
        if not len(names):
            return pa.array([], pa.string()), pa.array([], pa.string())
        cause = cause_of(self.known, part)
        own = part.value("correction_id") if part.table == "corrections" else None
        ids = pd.Series(own, index=cause.index, dtype="object")
        if moved is not None and len(moved):
            mask = pc.is_in(names, value_set=moved)
            rows = part.rows[mask.to_numpy(zero_copy_only=False)]
            found = zip(names.filter(mask).to_pylist(), rows.to_dict("records"), strict=True)
            cause[rows.index] = CORRECTION
            ids[rows.index] = [self._correction(part, name, row) for name, row in found]
        return pa.array(cause, pa.string()), pa.array(ids, pa.string(), from_pandas=True)

    def _correction(self, part: Part, name: str, row: dict[str, Any]) -> str | None:
        key, column = (name, "") if part.columns is None else json.loads(name)
        return self.corrected.one_of(part.table, key, column, row)


def _names(changes: Changes) -> dict[str, pa.Array]:
    """What tells each added row, removed row and changed cell from the others."""
    return {
        "added": row_keys(changes.added, changes.key),
        "removed": row_keys(changes.removed, changes.key),
        "cells": row_keys(changes.cells, ("row_key", "column_name")),
    }


def _release_causes(facts: pd.DataFrame, private: set[str], today: set[str], since: str | None) -> pd.Series:
    """Why each release came, went or changed as a whole; empty where it did not.

    A release that the hand-coded set brings or loses is curated. A machine's release that went though its rules are
    those of ``today`` is gone at the source; one that came and was retrieved before ``since`` was found by new rules.
    """
    came, went = facts["is_there_old"].isna(), facts["is_there_new"].isna()
    was_machine, is_machine = (facts[f"coding_method_{end}"].fillna("human") != "human" for end in ("old", "new"))
    text, text_now = facts["text_sha256_old"], facts["text_sha256_new"]
    is_fresh = facts["retrieved_date_new"].fillna("") > since if since is not None else came
    rules = [
        (went & pd.Series(facts.index.isin(private), index=facts.index), PRIVACY),
        (went & was_machine & facts["rules_version_old"].isin(today), WITHDRAWN),
        (went & was_machine, RULES_CHANGED),
        (went, CURATED),
        (came & is_machine & is_fresh, NEW),
        (came & is_machine, RULES_CHANGED),
        (came, CURATED),
        # Another way of normalising a text makes another hash of it.
        (both_differ(facts["text_form_old"], facts["text_form_new"]), RULES_CHANGED),
        (both_differ(text, text_now), EDITED),
        (text.isna() & text_now.notna(), NEW),  # the text of a release coded by hand from elsewhere was found
        (text.notna() & text_now.isna(), WITHDRAWN),
        (both_differ(facts["rules_version_old"], facts["rules_version_new"]), RULES_CHANGED),
    ]
    causes = np.select([mask.to_numpy() for mask, _ in rules], [cause for _, cause in rules], "")
    return pd.Series(causes, index=facts.index, dtype="str")


def _case_causes(releases: pd.DataFrame) -> pd.Series:
    """The strongest cause among the releases that each case has or had."""
    cause = with_moves(releases)
    pairs = pd.concat([pd.Series(cause.to_list(), index=releases[f"case_id_{end}"]) for end in ("old", "new")])
    pairs = pairs[pairs.index.notna()]
    pairs = pairs[pairs != ""]
    ranks = pairs.map({cause: rank for rank, cause in enumerate(STRENGTH)})
    strongest: pd.Series = ranks.groupby(level=0).min().map(dict(enumerate(STRENGTH)))
    return strongest.astype("str")


def _facts(tables: Tables) -> pd.DataFrame:
    """What the rules ask of each release, by its id, and that it is there."""
    frame = pd.DataFrame({name: _column(tables, "releases", name) for name in ["release_id", *FACTS]}, dtype="str")
    return frame.assign(is_there="true").set_index("release_id")


def _values(tables: Tables, name: str, column: str) -> set[str]:
    return {value for value in _column(tables, name, column) if value is not None}


def _column(tables: Tables, name: str, column: str) -> list[str | None]:
    """A column of a table, empty where the table lacks it; nothing where there is no such table."""
    if name not in tables:
        return []
    table = tables[name]
    values: list[str | None] = table[column].to_pylist() if column in table.column_names else [None] * table.num_rows
    return values


def _looked_at(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.select([name for name in LOOKED_AT if name in table.column_names]).to_pandas()
    return frame.astype("str") if len(frame.columns) else pd.DataFrame(index=range(table.num_rows))
