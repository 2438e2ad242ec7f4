"""Datasette plugin of the pictures: ``/-/pictures/NAME`` is a page, and the same with .json, .csv, .svg or .png a file.

What the pages say stands in the generated metadata; the rows are asked of the database and kept, since it does not
change while it is served. Like every plugin here it is loaded by its path.
"""

import asyncio
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request
from datasette.views.base import DatasetteError

from csea.site.asked import facts, folder_of

NAME = r"(?P<name>[a-z][a-z0-9_]*)"
SAID = ("name", "title", "unit", "source", "coverage", "alt", "question", "questions", "shapes", "spec")
IMAGES = {"svg": "image/svg+xml", "png": "image/png"}
SHOWN = 500  # rows of the table on the page; the CSV has all

Row = dict[str, Any]
_kept: WeakKeyDictionary[Datasette, dict[str, list[Row]]] = WeakKeyDictionary()


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The addresses of the pictures."""
    return [
        (rf"^/-/pictures/{NAME}$", picture_page),
        (rf"^/-/pictures/{NAME}\.json$", picture_json),
        (rf"^/-/pictures/{NAME}\.csv$", picture_csv),
        (rf"^/-/pictures/{NAME}\.(?P<kind>svg|png)$", picture_image),
    ]


async def picture_page(datasette: Datasette, request: Request) -> Response:
    """A picture with its texts, its rows as a table and its files."""
    picture = _picture(datasette, request)
    rows = await _rows(datasette, picture)
    columns = list(rows[0]) if rows else []
    context = {
        "picture": picture,
        "columns": columns,
        "rows": [list(row.values()) for row in rows[:SHOWN]],
        "n_rows": len(rows),
    }
    return Response.html(await datasette.render_template("picture.html", context, request=request))


async def picture_json(datasette: Datasette, request: Request) -> Response:
    """All that draws a picture: texts, specification and rows."""
    picture = _picture(datasette, request)
    said = {name: picture[name] for name in SAID}
    return Response.json({**said, "rows": await _rows(datasette, picture)})


async def picture_csv(datasette: Datasette, request: Request) -> Response:
    """The rows of a picture as canonical CSV."""
    from csea.pictures import csv_of

    picture = _picture(datasette, request)
    rows = await _rows(datasette, picture)
    body = await asyncio.to_thread(csv_of, rows)
    headers = {"content-disposition": f'attachment; filename="{picture["name"]}.csv"'}
    return Response(body.decode(), headers=headers, content_type="text/csv; charset=utf-8")


async def picture_image(datasette: Datasette, request: Request) -> Response:
    """A picture as it was drawn for docs/figures/; 404 where it has not been drawn."""
    picture, kind = _picture(datasette, request), request.url_vars["kind"]
    folder = folder_of(datasette, "figures")
    path = (folder or Path()) / f"{picture['name']}.{kind}"
    if folder is None or not path.is_file():
        raise DatasetteError("This picture has not been drawn as a file yet: run csea figures.", status=404)
    return Response(await asyncio.to_thread(path.read_bytes), content_type=IMAGES[kind])


def _picture(datasette: Datasette, request: Request) -> dict[str, Any]:
    name = request.url_vars["name"]
    for picture in facts(datasette).get("pictures", ()):
        if picture["name"] == name:
            return dict(picture)
    raise DatasetteError("There is no such picture.", status=404)


async def _rows(datasette: Datasette, picture: dict[str, Any]) -> list[Row]:
    kept = _kept.setdefault(datasette, {})
    if picture["name"] not in kept:
        answer = await datasette.get_database("csea").execute(picture["sql"], picture["bindings"])
        kept[picture["name"]] = [dict(row) for row in answer.rows]
    return kept[picture["name"]]
