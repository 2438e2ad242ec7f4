"""Datasette plugin of the site's face: the front page, the page of downloads, and what every page says of itself.

Like every plugin here it is loaded by its path. What the pages show stands in the generated metadata.
"""

import asyncio
import re
from typing import Any

import datasette.views.database as database_views
from datasette import NotFound, Response, hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request
from jinja2 import Environment
from markupsafe import Markup, escape

from csea.site.asked import DATABASE, facts, root_folder
from csea.site.cells import size

# Files beside the folder data/, at an address of their own.
FILES = {
    "datapackage.json": ("datapackage.json", "application/json"),
    "versions.json": ("versions.json", "application/json"),
    "CITATION.cff": ("CITATION.cff", "text/plain; charset=utf-8"),
    "codebook.md": ("docs/codebook.md", "text/plain; charset=utf-8"),
}
CAPITALS = ("doj", "fosta", "gao", "icac", "id", "ncmec", "usd", "url")
ADDRESSES = ("@id", "url", "contentUrl")


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Let every template use these, a page of error included, for which Datasette asks no plugin."""
    env.globals["dataset"] = {"schemas": {}, "references": {}} | (datasette.plugin_config("csea") or {})
    env.globals["site_title"] = datasette.metadata("title") or ""
    env.globals.setdefault("asset", datasette.urls.path)
    env.filters["code"] = code
    env.filters["size"] = size
    env.filters["words"] = words


@hookimpl
def extra_template_vars(datasette: Datasette, request: Request | None) -> dict[str, Any]:
    """Give every page its address without the query, and a way to make addresses absolute."""
    if request is None:
        return {}

    def absolute(path: str) -> str:
        return str(datasette.absolute_url(request, datasette.urls.path(path)))

    return {"absolute": absolute, "canonical": str(datasette.absolute_url(request, request.path))}


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The front page, the downloads and the package's files."""
    return [
        (r"^/$", front_page),
        (rf"^/{DATABASE}/?$", database_page),
        (r"^/-/downloads/?$", downloads_page),
        (rf"^/(?P<name>{'|'.join(re.escape(name) for name in FILES)})$", package_file),
        (r"^/favicon\.ico$", favicon),
    ]


async def front_page(datasette: Datasette, request: Request) -> Response:
    """The front page, from the facts alone: Datasette's own would count every table and hash the database first."""
    description = _absolute(facts(datasette).get("about", {}).get("jsonld", {}), datasette, request)
    context = {"jsonld": description, "alternate_url_json": None}
    page = await datasette.render_template("index.html", context, request=request, view_name="index")
    return Response.html(page)


async def database_page(datasette: Datasette, request: Request) -> Response:
    """Every table and question, from the facts alone too; an answer where a query is asked."""
    if request.args.get("sql"):
        request.scope["url_route"]["kwargs"].update(database=DATABASE, format=None)
        answer: Response = await database_views.DatabaseView(datasette).dispatch_request(request)
        return answer
    context = {"database": DATABASE, "size": datasette.get_database(DATABASE).size}
    page = await datasette.render_template("database.html", context, request=request, view_name="database")
    return Response.html(page)


async def downloads_page(datasette: Datasette, request: Request) -> Response:
    """Every file with its size and hash; the database's is taken when it is first asked for, and kept."""
    database = datasette.get_database(DATABASE)
    taken = await asyncio.to_thread(lambda: database.hash)
    context = {"sqlite": {"bytes": database.size, "sha256": taken}, "others": _others(datasette)}
    page = await datasette.render_template("downloads.html", context, request=request, view_name="downloads")
    return Response.html(page)


async def package_file(datasette: Datasette, request: Request) -> Response:
    """A file of the package that stands beside its folder of data."""
    path, kind = FILES[request.url_vars["name"]]
    file = root_folder(datasette) / path
    if not file.is_file():
        raise NotFound(f"There is no {request.url_vars['name']} yet")
    return Response(file.read_text(encoding="utf-8"), content_type=kind)


async def favicon() -> Response:
    """The sign of the site where a browser asks for it by its old name."""
    return Response.redirect("/assets/favicon.svg", status=301)


def code(text: str) -> Markup:
    """A text of a schema with what stands in backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def words(name: str) -> str:
    """A column's name as a heading: n_ is a count, and short names of bodies stay in capitals."""
    parts = [part.upper() if part in CAPITALS else part for part in name.removeprefix("n_").split("_")]
    text = " ".join(parts)
    return text[:1].upper() + text[1:]


def _absolute(value: Any, datasette: Datasette, request: Request, key: str = "") -> Any:
    """The description with addresses as they are from outside."""
    if isinstance(value, dict):
        return {name: _absolute(part, datasette, request, name) for name, part in value.items()}
    if isinstance(value, list):
        return [_absolute(part, datasette, request) for part in value]
    if key in ADDRESSES:
        return str(datasette.absolute_url(request, datasette.urls.path(value)))
    return value


def _others(datasette: Datasette) -> list[dict[str, Any]]:
    """The files that are not tables, with their bytes and hashes."""
    import hashlib

    found = []
    for name, (path, _) in FILES.items():
        file = root_folder(datasette) / path
        if file.is_file():
            body = file.read_bytes()
            address = f"/{name}"
            found.append(
                {"name": name, "address": address, "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
            )
    return found
