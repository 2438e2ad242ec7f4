"""Datasette plugin of earlier versions: ``/-/as-of`` lists them, ``/-/as-of/VERSION/TABLE`` shows one table, read-only.

The tables are rebuilt from the change lists by ``csea.release.history``, in a thread of its own, one at a time; the few
that were asked for last are kept. Like every plugin here it is loaded by its path.
"""

import asyncio
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette import NotFound, Response, hookimpl
from datasette.app import Datasette
from datasette.utils import add_cors_headers
from datasette.utils.asgi import Request
from datasette.views.base import DatasetteError

if TYPE_CHECKING:
    import pyarrow as pa  # which no page needs until an earlier version is asked for

SHOWN = 100  # rows on a page; the file has all
KEPT = 4
VERSION = r"(?P<version>\d+\.\d+\.\d+)"
TABLE = r"(?P<table>[a-z][a-z0-9_]*)"


@dataclass
class Past:
    """A table in a version, with what is to be said about it."""

    table: "pa.Table"
    notes: list[str] = field(default_factory=list)


_kept: OrderedDict[tuple[object, ...], Past] = OrderedDict()
_one_at_a_time = threading.Lock()


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
    root = _root(datasette)
    return {"has_feed": root is not None and (root / "data" / "changes" / "feed.atom").is_file()}


async def versions_page(datasette: Datasette, request: Request) -> Response:
    """Every released version, the newest first, with links to its tables; or the one that is asked for."""
    versions, asked = _versions(_root(datasette)), request.url_vars.get("version")
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
    rows = [list(row.values()) for row in past.table.slice(0, SHOWN).to_pylist()]
    context = {
        "version": version,
        "table": name,
        "columns": past.table.column_names,
        "rows": rows,
        "n_rows": past.table.num_rows,
        "notes": past.notes,
    }
    return Response.html(await datasette.render_template("past.html", context, request=request))


async def table_file(datasette: Datasette, request: Request) -> Response:
    """The whole table in a version, as canonical CSV."""
    from csea.io import csv_bytes

    version, name = request.url_vars["version"], request.url_vars["table"]
    past = await _asked(datasette, version, name)
    headers = {"content-disposition": f'attachment; filename="{name}-{version}.csv"'}
    if datasette.cors:
        add_cors_headers(headers)
    body = await asyncio.to_thread(csv_bytes, past.table)
    return Response(body.decode(), headers=headers, content_type="text/csv; charset=utf-8")


async def _asked(datasette: Datasette, version: str, table: str) -> Past:
    """The table in that version; 404 where there is none, 503 with the reason where the change lists are damaged."""
    from csea.errors import UsageError
    from csea.schema import SchemaError

    root = _root(datasette)
    if root is None:
        raise NotFound("No files are served here")
    try:
        return await asyncio.to_thread(_rebuilt, root, version, table)
    except UsageError as error:
        raise NotFound(str(error)) from None
    except SchemaError as error:
        why = f"This version cannot be put together: {error}"
        raise DatasetteError(why, title="Not now", status=503) from None


def _rebuilt(root: Path, version: str, table: str) -> Past:
    """The table in that version, from what is kept or from the change lists; runs in a thread."""
    from csea.release.history import as_of

    changes = (root / "data" / "changes").glob("*")
    files = [root / "versions.json", root / "data" / f"{table}.csv", *sorted(changes)]
    key = (root, version, table, *(path.stat().st_mtime_ns for path in files if path.is_file()))
    with _one_at_a_time:
        if key not in _kept:
            notes: list[str] = []
            _kept[key] = Past(as_of(root, version, table, notes.append), notes)
        _kept.move_to_end(key)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
        return _kept[key]


def _root(datasette: Datasette) -> Path | None:
    """The folder of the dataset: above the one that is served at /files/."""
    mounts: dict[str, str] = dict(datasette.static_mounts)
    return Path(mounts["files"]).parent if "files" in mounts else None


def _versions(root: Path | None) -> list[dict[str, Any]]:
    """The released versions, the newest first; none where there is no list of them."""
    try:
        found = json.loads(((root or Path()) / "versions.json").read_text(encoding="utf-8"))
        versions: list[dict[str, Any]] = found["versions"]
        return sorted(versions, key=lambda item: [int(part) for part in item["version"].split(".")], reverse=True)
    except (OSError, ValueError, LookupError, TypeError):
        return []
