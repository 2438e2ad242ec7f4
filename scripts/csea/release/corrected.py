"""Which correction moved a row or a cell.

Corrections that are the same in both versions moved nothing; the others are looked for from near to far: on the very
cell, on the row, on the same release, on releases of the same case, and last the only one there is. Where several are
equally near, none is named: nothing is invented.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

RELEASE, CASE = re.compile(r"r\d{7}"), re.compile(r"c\d{6}")
COLUMNS = ["correction_id", "table_name", "row_key", "column_name", "new_value", "correction_state"]
Place = tuple[str, ...]  # table, row_key, column_name; table, row_key; or the id of a release or a case


@dataclass(frozen=True)
class Corrected:
    """The corrections that are new, gone or in another state, by the places that they are on.

    ``cases`` gives the cases of each release in both versions.
    """

    ids: frozenset[str]
    places: Mapping[Place, set[str]]
    cases: Mapping[str, set[str]]

    @classmethod
    def of(cls, old: Mapping[str, pa.Table], new: Mapping[str, pa.Table], cases: pd.DataFrame) -> Corrected:
        """From the tables corrections of both versions; ``cases`` has each release's case in either."""
        before, now = _rows(old), _rows(new)
        changed = [row for row in [*before, *now] if row not in before or row not in now]
        of_release = {
            release: {case for case in pair if isinstance(case, str)}
            for release, *pair in (cases.itertuples(name=None) if changed else ())
        }
        places: defaultdict[Place, set[str]] = defaultdict(set)
        for row in changed:
            for place in _places(row, of_release):
                places[place].add(row["correction_id"])
        return cls(frozenset(row["correction_id"] for row in changed), dict(places), of_release)

    def one_of(self, table: str, key: str, column: str, row: Mapping[str, Any]) -> str | None:
        """The correction that moved a row, or a cell of it; None where none or several may have.

        ``row`` has its release_id and case_id, where the table has them.
        """
        release, case = row.get("release_id"), row.get("case_id")
        cases = {case} if isinstance(case, str) else self.cases.get(str(release), set())
        cell: Place = (table, key, column) if column else (table, key)
        for near in ([cell], [cell[:2]], [(str(release),)], [(item,) for item in cases]):
            found = {id_ for place in near for id_ in self.places.get(place, ())}
            if found:
                return found.pop() if len(found) == 1 else None
        return next(iter(self.ids)) if len(self.ids) == 1 else None


def _rows(tables: Mapping[str, pa.Table]) -> list[dict[str, Any]]:
    table = tables.get("corrections")
    return [] if table is None else table.select(COLUMNS).to_pylist()


def _places(row: Mapping[str, Any], cases: Mapping[str, set[str]]) -> Iterable[Place]:
    """The cell, the row, the releases in its key and their cases; of a merge both cases."""
    table, key = row["table_name"], row["row_key"]
    if row["column_name"]:
        yield table, key, row["column_name"]
    yield table, key
    parts = json.loads(key) if key.startswith("[") else [key]
    for part in [*parts, row["new_value"]]:
        if isinstance(part, str) and (RELEASE.fullmatch(part) or CASE.fullmatch(part)):
            yield (part,)
            yield from ((case,) for case in cases.get(part, ()))
