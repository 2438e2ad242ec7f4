"""Datasette plugin of the dataset: limits, cells that read well, and the front page's facts.

Datasette imports this file by its path, so it imports nothing of ``csea``; what it needs stands in the
``plugins`` part of the generated metadata.
"""

import sqlite3
from typing import Any

import datasette.handle_exception
from datasette import hookimpl
from datasette.app import Datasette
from markupsafe import Markup, escape

# Datasette prints tracebacks with all local variables when rich is installed, and its own 404 page then
# fails with 500 on deep unknown paths. frictionless brings rich along, so it is switched off here.
datasette.handle_exception.rich = None

LARGEST_VALUE = 10_000_000  # bytes; without it one query can fill the memory
PLAIN_NUMBERS = ("year", "section", "title_number", "suspect_no", "start", "end", "rank")


@hookimpl
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Bound the size of any value that SQL can make: the time limit does not bound memory."""
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)


@hookimpl
def render_cell(value: Any, column: str, table: str | None, datasette: Datasette) -> str | None:
    """Show booleans as yes and no, whole numbers without ".0" and large ones with separators."""
    if isinstance(value, int) and column in _facts(datasette)["booleans"].get(table or "", ()):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return f"{int(value):,}"
    if isinstance(value, int) and abs(value) >= 10_000 and not any(part in column for part in PLAIN_NUMBERS):
        return f"{value:,}"
    if isinstance(value, str) and value.startswith("https://") and len(value) > 60:
        host = escape(value.split("/")[2].removeprefix("www."))
        return Markup(f'<a href="{escape(value)}" title="{escape(value)}" rel="nofollow">{host}</a>')
    return None


@hookimpl
def extra_template_vars(datasette: Datasette) -> dict[str, Any]:
    """Give every template the dataset's version, tables, questions and coverage."""
    return {"dataset": _facts(datasette)}


def _facts(datasette: Datasette) -> dict[str, Any]:
    facts: dict[str, Any] = datasette.plugin_config("csea") or {"booleans": {}}
    return facts
