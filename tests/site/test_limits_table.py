"""The table of limits in docs/deploying.md says what the program holds to."""

import re
import sqlite3

import pytest
from datasette.plugins import pm

from csea.site import SETTINGS, server
from csea.site.middleware import cache, gate, room


@pytest.fixture(scope="module")
def said(root):
    """What is limited to the words of its limit."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", (root / "docs/deploying.md").read_text(), re.MULTILINE)
    return dict(rows)


@pytest.fixture(scope="module")
def sql(site):
    """The plugin that limits SQL, which Datasette has loaded."""
    return next(plugin for plugin in pm.get_plugins() if getattr(plugin, "__file__", "").endswith("plugins/limits.py"))


def slots(name):
    kind = room.all_slots()[name]
    at_once = kind.semaphore._value
    return at_once, kind.left - at_once


def test_every_limit_is_the_one_that_holds(said, sql):
    seconds, facets = (SETTINGS[f"{name}_time_limit_ms"] / 1000 for name in ("sql", "facet"))
    limit = sql.LIMITS
    mb, kb = 2**20, 2**10
    waiting = "{}, and {} that wait"
    expected = {
        "Time of a query": f"{seconds:g} s (a facet: {facets:g} s)",
        "Memory of all queries together, sorting included": f"{sql.HEAP // mb} MB, never on disk",
        "One value in SQL": (
            f"{limit[sqlite3.SQLITE_LIMIT_LENGTH]:,} bytes; {sql.SEARCHED:,} where a search index is asked"
        ),
        "One answer": (
            f"{SETTINGS['max_returned_rows']:,} rows, {sql.ANSWER // mb} MB, "
            f"{limit[sqlite3.SQLITE_LIMIT_COLUMN]} columns"
        ),
        "SQL": (
            f"{limit[sqlite3.SQLITE_LIMIT_SQL_LENGTH]:,} characters, depth {limit[sqlite3.SQLITE_LIMIT_EXPR_DEPTH]}, "
            f"{limit[sqlite3.SQLITE_LIMIT_COMPOUND_SELECT]} joined SELECTs, "
            f"patterns of {limit[sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH]} characters"
        ),
        "Pages with parameters made at once": waiting.format(*slots("page")),
        "Corrections checked at once": waiting.format(*slots("correction")),
        "Earlier versions put together at once": waiting.format(*slots("past")),
        "CSV streams at once": f"{slots('stream')[0]}, each to {SETTINGS['max_csv_mb']} MB",
        "Address": (
            f"{gate.LONGEST_PATH:,} characters, {gate.LONGEST_QUERY:,} after the question mark, "
            f"{gate.MOST_PARAMETERS} parameters, {gate.MOST_FACETS} facets, "
            f"{gate.LONGEST_SEARCH} characters searched for"
        ),
        "One parameter that is no SQL": f"{gate.LONGEST_VALUE:,} characters",
        "Head of a request": f"{server.HEADERS // kb} KB, sent within {server.HEAD} s",
        "A client that does not read on": f"{server.STALL} s",
        "Connections at once": f"{server.CONNECTIONS}",
        "Pages kept in memory": (
            f"{(cache.KEPT + cache.KEPT_ODD) // mb} MB, each to {cache.LARGEST // mb} MB, "
            f"for {'an hour' if cache.SECONDS == 3_600 else cache.SECONDS}"
        ),
    }
    assert {name: said.get(name) for name in expected} == expected


def test_a_search_is_no_longer_than_its_statement_may_hold(sql):
    assert gate.LONGEST_SEARCH <= gate.LONGEST_VALUE <= sql.SEARCHED
