"""Datasette plugin of row pages: where ids that are no longer used lead, and what was corrected on a row.

A merged id answers 301 to the row that it is part of now, a withdrawn one 410 with a page that says no more than that.
Like every plugin here it is loaded by its path.
"""

import csv
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.utils import add_cors_headers, urlsafe_components
from datasette.utils.asgi import Request

App = Callable[[Any, Any, Any], Awaitable[None]]
States = dict[str, tuple[str, str]]  # id to state and the id that it forwards to, of ids that are not in use

ROW = re.compile(r"/csea/(?P<table>releases|cases)/(?P<id>[rc]\d{6,7})(?P<form>\.json)?")
FOUND = (
    "SELECT * FROM corrections WHERE table_name = :table "
    "AND (row_key = :key OR (correction_action = 'merge' AND new_value = :key)) ORDER BY correction_id DESC"
)
_read: dict[Path, tuple[int, States]] = {}


def data_folder(datasette: Datasette) -> Path | None:
    """The folder with the published files, which is served at /files/."""
    mounts: dict[str, str] = dict(datasette.static_mounts)
    return Path(mounts["files"]) if "files" in mounts else None


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """Answer for ids that are merged or withdrawn, before Datasette says that there is no such row."""

    def wrap(app: App) -> App:
        async def answer(scope: Any, receive: Any, send: Any) -> None:
            row = ROW.fullmatch(scope["path"]) if scope["type"] == "http" else None
            found = await _instead(datasette, row, Request(scope, receive)) if row else None
            await (app(scope, receive, send) if found is None else found.asgi_send(send))

        return answer

    return wrap


async def _instead(datasette: Datasette, row: re.Match[str], request: Request) -> Response | None:
    """What to answer in place of the row's page; None where the id is in use, or unknown."""
    states = _states(data_folder(datasette), row["table"])
    id_, state, seen = row["id"], "merged", set[str]()
    while id_ in states and id_ not in seen and state == "merged":
        seen.add(id_)
        state, forward = states[id_]
        id_ = forward if state == "merged" else id_
    if not seen:
        return None
    headers: dict[str, str] = {}
    if datasette.cors:
        add_cors_headers(headers)
    if state == "merged" and id_ not in seen:
        query = f"?{request.query_string}" if request.query_string else ""
        path = datasette.urls.path(f"/csea/{row['table']}/{id_}{row['form'] or ''}{query}")
        return Response("", status=301, headers={**headers, "Location": str(path)})
    return await _gone(datasette, row, headers)


async def _gone(datasette: Datasette, row: re.Match[str], headers: dict[str, str]) -> Response:
    message = f"{row['id']} was withdrawn and is not published any more."
    if row["form"]:
        body = {"ok": False, "error": message, "status": 410, "title": None}
        return Response.json(body, status=410, headers=headers)
    template = datasette.jinja_env.get_template("gone.html")
    page = await template.render_async(
        id=row["id"], urls=datasette.urls, app_css_hash=datasette.app_css_hash(), menu_links=lambda: []
    )
    return Response.html(page, status=410, headers=headers)


def _states(data: Path | None, table: str) -> States:
    """The ids of a register that are merged or withdrawn, read anew when the file has changed."""
    path = (data or Path()) / "registry" / f"{table}.csv"
    if data is None or not path.is_file():
        return {}
    at = path.stat().st_mtime_ns
    if _read.get(path, (None,))[0] != at:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            states = {row["id"]: (row["state"], row["forwards_to"]) for row in rows if row["state"] != "active"}
        _read[path] = (at, states)
    return _read[path][1]


@hookimpl
def extra_template_vars(
    datasette: Datasette, request: Request | None, view_name: str, database: str | None, table: str | None
) -> Callable[[], Awaitable[dict[str, Any]]] | dict[str, Any]:
    """Give the page of a row its corrections, the newest first."""
    if view_name != "row" or request is None or not database or not table or "pks" not in request.url_vars:
        return {}

    async def found() -> dict[str, Any]:
        from csea.compare.keys import key_text

        source = datasette.get_database(database)
        if not await source.table_exists("corrections"):
            return {"corrections": []}
        key = key_text(urlsafe_components(request.url_vars["pks"]))
        rows = await source.execute(FOUND, {"table": table, "key": key})
        return {"corrections": [dict(row) for row in rows]}

    return found
