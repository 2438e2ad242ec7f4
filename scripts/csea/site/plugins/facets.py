"""Datasette plugin of facets: those of a whole table were counted before the server started, and are not counted again.

A facet reads an entry of an index for every row of the table, millions of them in the longest. Filtered rows are fewer
and are counted when they are asked for. Like every plugin here it is loaded by its path.
"""

import functools
from typing import Any

from datasette.app import Datasette
from datasette.database import Results
from datasette.facets import ColumnFacet
from datasette.utils import escape_sqlite

Counts = dict[str, list[list[Any]]]  # column to its commonest values with their numbers, as csea.site.inspect counts

_count = getattr(ColumnFacet.facet_results, "__wrapped__", ColumnFacet.facet_results)


class _Counted:
    """Datasette, which answers what a facet asks from the numbers that are known."""

    def __init__(self, datasette: Datasette, counts: Counts) -> None:
        self.datasette = datasette
        self.counts = {f"select {escape_sqlite(column)} as value,": rows for column, rows in counts.items()}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.datasette, name)

    async def execute(self, database: str, sql: str, *parts: Any, **options: Any) -> Any:
        for start, rows in self.counts.items():
            if sql.lstrip().startswith(start):
                return Results([{"value": value, "count": count} for value, count in rows], False, [])
        return await self.datasette.execute(database, sql, *parts, **options)


@functools.wraps(_count)
async def facet_results(self: Any) -> Any:
    """What Datasette's own facet gives."""
    counts = _known(self)
    if counts:
        self.ds = _Counted(self.ds, counts)
    return await _count(self)


def _known(facet: Any) -> Counts:
    """The facets of this page that need no counting: of the whole table, and no more values than were kept."""
    if facet.params or " where " in f" {facet.sql} ":
        return {}
    table = (facet.ds.inspect_data or {}).get(facet.database, {}).get("tables", {}).get(facet.table, {})
    counts: Counts = table.get("facets", {})
    kept, asked = facet.ds.setting("default_facet_size"), facet.get_facet_size()
    return {column: rows for column, rows in counts.items() if asked <= kept or len(rows) <= kept}


ColumnFacet.facet_results = facet_results
