"""Datasette plugin of earlier versions: ``/-/as-of`` lists them, ``/-/as-of/VERSION/TABLE`` shows one table, read-only.

The tables are rebuilt from the change lists by ``csea.site.earlier``, in a process of its own, one at a time; of the
few that were asked for last, the first rows and a file are kept. Like every plugin here it is loaded by its path.
"""

import asyncio
import json
import os
import tempfile
import weakref
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasette import NotFound, Response, hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request
from datasette.views.base import DatasetteError

from csea.site import apart
from csea.site.asked import data_folder, root_folder
from csea.site.middleware.asgi import PIECE, Send, start

KEPT = 4
SECONDS = 60.0
VERSION = r"(?P<version>\d+\.\d+\.\d+)"
TABLE = r"(?P<table>[a-z][a-z0-9_]*)"


@dataclass
class Past:
    """A table in a version: what its page shows, as ``csea.site.earlier`` gives it, and an open file with all of it."""

    page: dict[str, Any]
    descriptor: int  # of a file without a name, which goes when nobody has the table any more


_kept: OrderedDict[tuple[object, ...], Past] = OrderedDict()


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The addresses of earlier versions."""
    return [
        (r"^/-/as-of/?$", versions_page),
        (rf"^/-/as-of/{VERSION}/?$", versions_page),
        (rf"^/-/as-of/{VERSION}/{TABLE}$", table_page),
        (rf"^/-/as-of/{VERSION}/{TABLE}\.csv$", table_file),
    ]


@hookimpl
def extra_template_vars(datasette: Datasette) -> dict[str, Any]:
    """Say on every page whether there is a feed of versions."""
    data = data_folder(datasette)
    return {"has_feed": data is not None and (data / "changes" / "feed.atom").is_file()}


async def versions_page(datasette: Datasette, request: Request) -> Response:
    """Every released version, the newest first, with links to its tables; or the one that is asked for."""
    versions, asked = _versions(data_folder(datasette)), request.url_vars.get("version")
    if asked:
        versions = [item for item in versions if item["version"] == asked]
        if not versions:
            raise NotFound(f"There is no version {asked}")
    context = {"versions": versions, "asked": asked}
    return Response.html(await datasette.render_template("versions.html", context, request=request))


async def table_page(datasette: Datasette, request: Request) -> Response:
    """The first rows of a table in a version."""
    version, name = request.url_vars["version"], request.url_vars["table"]
    past = await _asked(datasette, version, name)
    context = {**past.page, "version": version, "table": name}
    return Response.html(await datasette.render_template("past.html", context, request=request))


async def table_file(datasette: Datasette, request: Request) -> "Csv":
    """The whole table in a version, as canonical CSV."""
    version, name = request.url_vars["version"], request.url_vars["table"]
    past = await _asked(datasette, version, name)
    return Csv(f"{name}-{version}.csv", past)


@dataclass
class Csv:
    """The file as an answer, sent piece by piece."""

    name: str
    past: Past

    async def asgi_send(self, send: Send) -> None:
        """Send it; others may read the same file meanwhile."""
        descriptor = self.past.descriptor
        headers = {
            "content-type": "text/csv; charset=utf-8",
            "content-disposition": f'attachment; filename="{self.name}"',
            "content-length": str(os.fstat(descriptor).st_size),
        }
        await start(send, 200, [(key.encode(), value.encode()) for key, value in headers.items()])
        at = 0
        while piece := await asyncio.to_thread(os.pread, descriptor, PIECE, at):
            at += len(piece)
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _asked(datasette: Datasette, version: str, table: str) -> Past:
    """The table in that version, from what is kept or from the change lists.

    NotFound where there is none, DatasetteError 503 where it takes too long or the change lists are damaged.
    """
    root = root_folder(datasette)
    known = {item["version"]: item["tables"] for item in _versions(root / "data")}
    if table not in known.get(version, {}):
        raise NotFound(f"There is no table {table} in version {version}")
    key = await asyncio.to_thread(_state, root, version, table)
    if key not in _kept:
        _kept[key] = await _rebuilt(root, version, table)
    _kept.move_to_end(key)
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return _kept[key]


def _state(root: Path, version: str, table: str) -> tuple[object, ...]:
    """What a rebuilt table depends on: which it is, and when its files changed."""
    changes = (root / "data" / "changes").glob("*")
    files = [root / "versions.json", root / "data" / f"{table}.csv", *sorted(changes)]
    return (root, version, table, *(path.stat().st_mtime_ns for path in files if path.is_file()))


async def _rebuilt(root: Path, version: str, table: str) -> Past:
    with tempfile.TemporaryFile() as file:
        given = {"root": str(root), "version": version, "table": table, "file": file.fileno()}
        try:
            page = await apart.done("csea.site.earlier", given, SECONDS, (file.fileno(),))
        except TimeoutError:
            why = "It takes too long to put this version together. Try again in a minute."
            raise DatasetteError(why, title="Not now", status=503) from None
        past = Past(page, os.dup(file.fileno()))
    weakref.finalize(past, os.close, past.descriptor)
    if "missing" in page:
        raise NotFound(page["missing"])
    if "damaged" in page:
        why = f"This version cannot be put together: {page['damaged']}"
        raise DatasetteError(why, title="Not now", status=503)
    return past


def _versions(data: Path | None) -> list[dict[str, Any]]:
    """The released versions, the newest first; none where there is no list of them."""
    try:
        found = json.loads(((data.parent if data else Path()) / "versions.json").read_text(encoding="utf-8"))
        versions: list[dict[str, Any]] = found["versions"]
        return sorted(versions, key=lambda item: [int(part) for part in item["version"].split(".")], reverse=True)
    except (OSError, ValueError, LookupError, TypeError):
        return []
