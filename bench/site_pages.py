"""The pages that bench/site.py asks for, with the same question to the default server and as plain SQL.

Where a page is one of many (a row, a filter, a search), many of them are asked in turn, drawn from the database and the
same each time, so that a kept answer does not stand for all.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from csea.project import DATABASE, Project
from csea.site import Options, prepared

MANY = 100  # addresses of a kind
SEARCH = "rowid IN (SELECT rowid FROM releases_fts WHERE releases_fts MATCH :_search)"
SHOWN = 51  # rows that a table page reads: one more than it shows
Statement = tuple[str, dict[str, object]]


@dataclass(frozen=True)
class Page:
    """A kind of page: its addresses on our server and on the default one, and the SQL of the last of them."""

    name: str
    aim: float | None  # ms, cold
    ours: list[str]
    default: list[str]
    sql: list[Statement]
    is_named: bool = True
    is_heavy: bool = False  # that which keeping answers is for


def pages_of(folder: Path) -> list[Page]:
    """Every kind of page of the site in a folder."""
    settings = prepared(Project.read(folder), Options()).metadata
    address = f"{(folder / DATABASE).absolute().as_uri()}?immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        rows = _drawn(connection, "SELECT release_id, case_id, state, release_kind, place FROM releases")
    queries = settings["databases"]["csea"]["queries"]
    facets = settings["databases"]["csea"]["tables"]["releases"]["facets"]
    return [
        Page("front page", 50, ["/"], ["/"], []),
        _row(rows),
        _table(f"table, {len(facets)} facets", [{}], facets),
        _table("the same, one state", [{"state": row["state"]} for row in rows], facets),
        _table("the same, searched", [{"_search": row["place"]} for row in rows], facets),
        _json(rows, facets),
        *(_question(slug, query) for slug, query in queries.items()),
    ]


def _drawn(connection: sqlite3.Connection, sql: str) -> list[dict[str, str]]:
    """Some rows with every cell filled."""
    connection.row_factory = sqlite3.Row
    last = connection.execute("SELECT max(rowid) FROM releases").fetchone()[0]
    numbers = Random(last).sample(range(1, last + 1), min(4 * MANY, last))
    marks = ", ".join("?" * len(numbers))
    found = connection.execute(f"{sql} WHERE rowid IN ({marks}) ORDER BY substr(release_id, -2)", numbers)
    return [dict(row) for row in found if all(row)][:MANY]


def _row(rows: list[dict[str, str]]) -> Page:
    paths = [f"/csea/releases/{row['release_id']}" for row in rows]
    values: dict[str, object] = {"id": rows[-1]["release_id"]}
    tables = ("release_platforms", "release_conduct", "release_statutes", "codings", "case_links")
    counts = ", ".join(f"(SELECT count(*) FROM {table} WHERE release_id = :id)" for table in tables)
    sql = ["SELECT * FROM releases WHERE release_id = :id", f"SELECT {counts}"]
    return Page("row of releases", 20, paths, paths, [(one, values) for one in sql])


def _table(name: str, filters: list[dict[str, str]], facets: list[str]) -> Page:
    """A table page for each filter; its facets are the table's own, which the default server has to be asked for."""
    ours = [f"/csea/releases?{urlencode(asked)}".rstrip("?") for asked in filters]
    default = [f"/csea/releases?{urlencode([*asked.items(), *_asked(facets)])}" for asked in filters]
    return Page(name, 150, ours, default, _table_sql(filters[-1], facets), is_heavy=True)


def _json(rows: list[dict[str, str]], facets: list[str]) -> Page:
    """Rows by state and kind, with their number and facets: what a program gets that asks no more."""
    filters = [{"state": row["state"], "release_kind": row["release_kind"]} for row in rows]
    ours = [f"/csea/releases.json?{urlencode(asked)}" for asked in filters]
    default = [f"/csea/releases.json?{urlencode([*asked.items(), *_asked(facets)])}" for asked in filters]
    return Page("filtered JSON", None, ours, default, _table_sql(filters[-1], facets))


def _asked(facets: list[str]) -> list[tuple[str, str]]:
    return [("_facet", facet) for facet in facets]


def _table_sql(asked: dict[str, str], facets: list[str]) -> list[Statement]:
    """Rows, count and facets."""
    tests = [SEARCH if column == "_search" else f"{column} = :{column}" for column in asked]
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    values: dict[str, object] = {
        column: f'"{value}"' if column == "_search" else value for column, value in asked.items()
    }
    counts = [
        f"SELECT {facet}, count(*) AS n FROM (SELECT * FROM releases{where}) WHERE {facet} IS NOT NULL "
        f"GROUP BY {facet} ORDER BY n DESC, {facet} LIMIT 11"
        for facet in facets
    ]
    rows = f"SELECT * FROM releases{where} ORDER BY release_id LIMIT {SHOWN}"
    return [(sql, values) for sql in (rows, f"SELECT count(*) FROM releases{where}", *counts)]


def _question(slug: str, query: dict[str, object]) -> Page:
    """A ready question with its boxes empty, as the page first asks it."""
    sql, names = str(query["sql"]), query.get("params", [])
    assert isinstance(names, list)
    values: dict[str, object] = dict.fromkeys(names, "")
    default = f"/csea?{urlencode({'sql': sql, **dict.fromkeys(names, '')})}"
    return Page(f"question {slug}", 60, [f"/csea/{slug}"], [default], [(sql, values)], is_named=False)
