"""Datasette plugin of errors: what went wrong in words, with what to do about it; never how the program failed.

The page, JSON and CSV of a fault say the same. A fault of the program itself is told to the log alone. Like every
plugin here it is loaded by its path.
"""

import sqlite3
import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.plugins import pm
from datasette.utils import InvalidSql, tilde_decode
from datasette.utils.asgi import Base400, NotFound, Request
from datasette.views.base import DatasetteError

from csea.site.asked import DATABASE, facts

NAMES = {400: "This cannot be answered", 403: "Not open to readers", 404: "There is no such page"}
OURS = "Something failed here"
DEFAULT = "datasette.handle_exception"

# Datasette asks every plugin, then answers with the first answer: its own page would be made each time for nothing.
if pm.has_plugin(DEFAULT):
    pm.unregister(name=DEFAULT)


# What SQLite says of the file or the machine, never of a query.
OF_THE_FILE = (
    "database disk image is malformed",
    "disk I/O error",
    "file is not a database",
    "unable to open database file",
)


@hookimpl
def startup(datasette: Datasette) -> None:
    """Keep what readers ask out of the log; what fails in the file or in a question of ours goes there."""
    known = (datasette.metadata("databases") or {}).get(DATABASE, {}).get("queries", {})
    questions = {query["sql"].strip(): slug for slug, query in known.items()}
    for database in datasette.databases.values():
        database.execute = _discreet(questions, database.execute)


def _discreet(questions: dict[str, str], execute: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def executed(sql: str, *parts: Any, **options: Any) -> Any:
        try:
            return await execute(sql, *parts, **{**options, "log_sql_errors": False})
        except sqlite3.Error as error:
            ours = next((slug for question, slug in questions.items() if question in sql), None)
            if ours or str(error) in OF_THE_FILE:
                print(f"The database failed{f' at the question {ours}' if ours else ''}: {error}", file=sys.stderr)
            raise

    return executed


@dataclass
class Fault:
    """What a reader is told: a heading, a sentence, and the SQL where it is about a query."""

    status: int
    title: str
    message: str
    sql: str | None = None


@hookimpl
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Callable[[], Awaitable[Response]]:
    """Answer in the form that was asked for."""

    async def answer() -> Response:
        fault = _fault(datasette, request, exception)
        form = request.path.rpartition("/")[2].rpartition(".")[2]
        if form == "json":
            said = {"ok": False, "error": fault.message, "status": fault.status, "title": fault.title}
            return Response.json(said, status=fault.status)
        if form == "csv":
            return Response.text(f"{fault.title}. {fault.message}\n", status=fault.status)
        context = {"fault": fault, "nearest": _nearest(datasette, request) if fault.status == 404 else []}
        page = await datasette.render_template("error.html", context, request=request, view_name="error")
        return Response.html(page, status=fault.status)

    return answer


@hookimpl
def forbidden(datasette: Datasette, request: Request) -> Callable[[], Awaitable[Response]]:
    """What readers may not see is not there; Datasette's own page would want a template of its own."""
    return handle_exception(datasette, request, NotFound("404"))  # type: ignore[no-any-return]


def _fault(datasette: Datasette, request: Request, exception: Exception) -> Fault:
    """The exception in words."""
    sql = request.args.get("sql")
    if isinstance(exception, QueryInterrupted) or getattr(exception, "title", None) == "SQL Interrupted":
        seconds = datasette.setting("sql_time_limit_ms") / 1000
        message = f"A query may take {seconds:g} seconds here, and this one was stopped."
        return Fault(400, "The query took too long", message, sql)
    if isinstance(exception, NotFound):
        return Fault(404, NAMES[404], _missing(datasette, request, str(exception)))
    if isinstance(exception, Base400):
        return Fault(exception.status, NAMES.get(exception.status, NAMES[400]), _sentence(str(exception)), sql)
    if isinstance(exception, InvalidSql | sqlite3.Error) and sql:
        return Fault(400, "The query cannot be run", _sentence(str(exception)), sql)
    if isinstance(exception, DatasetteError) and not exception.message_is_html:
        # Datasette gives 500 to some things that were asked wrongly, such as an unknown column to sort by.
        status = 400 if exception.status == 500 else exception.status
        is_query = exception.title == "Invalid SQL"
        title = "The query cannot be run" if is_query else exception.title or NAMES.get(status, OURS)
        return Fault(status, title, _sentence(exception.message), sql)
    traceback.print_exception(exception)
    return Fault(500, OURS, "It was not your doing. The log of the server says more.")


def _missing(datasette: Datasette, request: Request, said: str) -> str:
    """Which table, question or row is not there."""
    parts = [tilde_decode(part) for part in request.path.strip("/").split("/")]
    if parts[0] == "csea" and len(parts) == 3 and parts[1] in _addresses(datasette):
        return f"The table {parts[1]} has no row {parts[2]}. It may be misspelt."
    if parts[0] == "csea" and len(parts) == 2:
        return f"There is no table and no question {parts[1]}."
    is_ours = said.startswith(("There is", "No "))  # what our own pages say is fit to be read
    return _sentence(said) if is_ours else "The address may be misspelt."


def _nearest(datasette: Datasette, request: Request) -> list[tuple[str, str]]:
    """Address and title of the tables and questions whose names are most like what was asked for."""
    there = _addresses(datasette)
    asked = (
        tilde_decode(request.path).rstrip("/").rpartition("/")[2].rpartition(".")[0] or request.path.rpartition("/")[2]
    )
    return [(name, there[name]) for name in get_close_matches(asked.lower(), there, n=3)]


def _addresses(datasette: Datasette) -> dict[str, str]:
    """Name in the address to title, of every table and question."""
    known = facts(datasette)
    tables = {table["name"]: table["title"] for group in known.get("groups", []) for table in group["tables"]}
    return tables | {question["slug"]: question["title"] for question in known.get("questions", [])}


def _sentence(text: str) -> str:
    """The text with a capital and a full stop."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}" if text else ""
