"""Datasette plugin of tables and rows: where ids lead that are no longer used, rows in one order, and plain refusals.

A merged id answers 301 to the row that it is part of now, a withdrawn one 410 with a page that says no more than that.
Like every plugin here it is loaded by its path.
"""

import asyncio
import csv
import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from datasette import NotFound, Response, hookimpl
from datasette.app import Datasette
from datasette.filters import Filters
from datasette.utils import MultiParams, escape_sqlite, tilde_decode
from datasette.utils.asgi import Request
from datasette.views.row import RowView
from datasette.views.table import TableView
from markupsafe import escape

from csea.site.asked import data_folder, facts, refused

States = dict[str, tuple[str, str]]  # id to state and the id that it forwards to, of ids that are not in use

REGISTERED = ("releases", "cases")
ID = re.compile(r"[rc]\d{6,7}")
STREAMED = 1000  # rows that a stream of a table reads at once: far from the bound of one answer, in plugins/limits.py
COMPARISONS = tuple(sorted(item.key for item in Filters._filters))
SORTED = {"_sort": "", "_sort_desc": " desc"}
# The end of a first page's SQL as Datasette writes it, and as it should be, while such a page is made.
_ending: ContextVar[tuple[str, str] | None] = ContextVar("ending", default=None)
UNREADABLE = "Something in the address cannot be read; leave out the parameters that you do not know."
_read: dict[Path, tuple[int, States]] = {}


async def _instead(datasette: Datasette, request: Request) -> Response | None:
    """What to answer where there is no such row: what became of it; None where the id was never in use."""
    table, id_, form = (request.url_vars[name] for name in ("table", "pks", "format"))
    if table not in REGISTERED or not ID.fullmatch(id_) or form not in (None, "json"):
        return None
    states = await asyncio.to_thread(_states, data_folder(datasette), table)
    state, now = _led(states, id_)
    if state == "merged":
        query = f"?{request.query_string}" if request.query_string else ""
        path = datasette.urls.path(f"/csea/{table}/{now}{'.json' if form else ''}{query}")
        says = f'{id_} is part of <a href="{escape(path)}">{now}</a> now.'
        body = "" if form else f'<!doctype html><html lang="en"><title>{id_}</title><p>{says}</p></html>'
        return Response.html(body, status=301, headers={"Location": str(path)})
    if state != "withdrawn":
        return None
    if form:
        message = f"{id_} was withdrawn and is not published any more."
        said = {"ok": False, "error": message, "status": 410, "title": None}
        return Response.json(said, status=410)
    page = await datasette.render_template("gone.html", {"id": id_}, request=request, view_name="gone")
    return Response.html(page, status=410)


def _led(states: States, id_: str) -> tuple[str, str]:
    """Where an id leads: ``merged`` and the id in use, ``withdrawn``, or ``active``; a circle leads nowhere."""
    seen: set[str] = set()
    while id_ in states and id_ not in seen:
        seen.add(id_)
        state, forward = states[id_]
        if state != "merged":
            return "withdrawn", id_
        id_ = forward
    if id_ in seen:
        return "withdrawn", id_
    return ("merged" if seen else "active"), id_


def _states(data: Path | None, table: str) -> States:
    """The ids of a register that are merged or withdrawn, read anew when the file has changed."""
    path = (data or Path()) / "registry" / f"{table}.csv"
    if data is None or not path.is_file():
        return {}
    at = path.stat().st_mtime_ns
    if _read.get(path, (None,))[0] != at:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(line for line in file if ",active," not in line)  # nearly all are
            states = {row["id"]: (row["state"], row["forwards_to"]) for row in rows}
        _read[path] = (at, states)
    return _read[path][1]


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, Any]]:
    """Tables and rows by Datasette's own views, after what is asked has been looked at."""
    form = r"(\.(?P<format>\w+))?$"
    return [
        (rf"^/(?P<database>csea)/(?P<table>[^/.]+){form}", Table.as_view(datasette)),
        (rf"^/(?P<database>csea)/(?P<table>[^/]+?)/(?P<pks>[^/]+?){form}", Row.as_view(datasette)),
    ]


class _Uncounted(Request):  # type: ignore[misc]
    """A request for which no facets are counted; the links of its page do not say so."""

    @property
    def args(self) -> Any:
        return MultiParams({**super().args._data, "_nofacet": ["1"]})


@hookimpl
def startup(datasette: Datasette) -> None:
    """Let equal values stand in the order of the key on a first page too, as they do on later ones.

    Datasette's own first page leaves their order open, so that with an index on the column some rows came twice
    over the pages, or in a stream, and others not at all.
    """
    for database in datasette.databases.values():
        database.execute = _in_order(database.execute)


def _in_order(execute: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def executed(sql: str, *parts: Any, **options: Any) -> Any:
        ending = _ending.get()
        if ending and ending[0] in sql:
            before, _, after = sql.rpartition(ending[0])
            sql = before + ending[1] + after
        return await execute(sql, *parts, **options)

    return executed


class Table(TableView):  # type: ignore[misc]
    """A table, or a question: sorted rows have one order over all pages, and what cannot be done is said in words."""

    async def data(self, request: Any, default_labels: bool = False, _next: Any = None, _size: Any = None) -> Any:
        """What Datasette shows of the table. DatasetteError 400 for parameters that cannot be."""
        name = tilde_decode(request.url_vars["table"])
        database = self.ds.get_database(request.url_vars["database"])
        # What a question is asked stands in the same place; it is not a filter.
        questions = {item["slug"] for item in facts(self.ds).get("questions", [])}
        is_table = name not in questions and await database.table_exists(name)
        columns = await database.table_columns(name) if is_table else []
        ending = None
        if columns:
            keys = await database.primary_keys(name) or ["rowid"]
            _check_filters(request, name, columns, keys)
            ending = _checked_order(request, name, columns, keys)
            if request.args.get("_stream"):
                _size = STREAMED
            if _next or request.args.get("_next"):  # the counts would be of the rows from here on
                request = _Uncounted(request.scope, request.receive)
        token = _ending.set(ending)
        try:
            return await super().data(request, default_labels=default_labels, _next=_next, _size=_size)
        except (ValueError, LookupError) as error:
            raise refused(UNREADABLE) from error
        finally:
            _ending.reset(token)


def _check_filters(request: Request, table: str, columns: list[str], keys: list[str]) -> None:
    """DatasetteError 400 for a filter by no column of the table, or no comparison: Datasette finds no row, or all."""
    for name in request.args:
        column, _, comparison = name.rpartition("__") if "__" in name else (name, "", "exact")
        if name.startswith("_") and "__" not in name:  # what Datasette itself is told
            continue
        if column not in [*columns, *keys]:
            near = "".join(f'Did you mean "{like}"? ' for like in get_close_matches(column, columns, n=1))
            known = f"Its columns are: {', '.join(columns)}."
            raise refused(f'{table} has no column "{column}" to filter by. {near}{known}')
        if comparison not in COMPARISONS:
            raise refused(f'There is no comparison "{comparison}". There are: {", ".join(COMPARISONS)}.')


def _checked_order(request: Request, table: str, columns: list[str], keys: list[str]) -> tuple[str, str] | None:
    """The end of the SQL as it will be and as it should be; None where the rows are not sorted by a column."""
    given = [way for way in SORTED if request.args.get(way)]
    if len(given) > 1:
        raise refused("Rows can be sorted by one column: give _sort or _sort_desc, not both.")
    if not given:
        return None
    column = request.args.get(given[0])
    if column not in [*columns, *keys]:
        raise refused(f"{table} has no column of that name to sort by. Its columns are: {', '.join(columns)}.")
    if request.args.get("_stream"):
        raise refused(
            "A stream keeps the table's own order: leave the sorting out. "
            f"The whole table is the file /files/{table}.csv."
        )
    by = f"order by {escape_sqlite(column)}{SORTED[given[0]]}"
    return f"{by} limit ", f"{by}, {', '.join(map(escape_sqlite, keys))} limit "


class Row(RowView):  # type: ignore[misc]
    """A row, or what became of it; an address that cannot be one of the table's rows is not found."""

    async def get(self, request: Any) -> Any:
        """The row's page or JSON, or the answer for an id that is not in use any more."""
        try:
            return await super().get(request)
        except NotFound:
            instead = await _instead(self.ds, request)
            if instead is None:
                raise
            return instead

    async def data(self, request: Any, default_labels: bool = False) -> Any:
        """What Datasette shows of the row. NotFound for a key with too few or too many parts."""
        table = tilde_decode(request.url_vars["table"])
        database = self.ds.get_database(request.url_vars["database"])
        keys = await database.primary_keys(table) or ["rowid"] if await database.table_exists(table) else []
        if len(request.url_vars["pks"].split(",")) != len(keys):
            raise NotFound("There is no such row")
        return await super().data(request, default_labels=default_labels)
