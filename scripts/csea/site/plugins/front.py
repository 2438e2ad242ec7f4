"""Datasette plugin of the site's face: the front page, the page of downloads, and what every page says of itself.

Like every plugin here it is loaded by its path. What the pages show stands in the generated metadata.
"""

import asyncio
import functools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import datasette.views.database as database_views
from datasette import NotFound, Response, hookimpl
from datasette.app import Datasette
from datasette.utils import add_cors_headers, tilde_encode
from datasette.utils.asgi import Request, asgi_static
from datasette.views.base import DatasetteError
from jinja2 import Environment
from markupsafe import Markup, escape

DATABASE = "csea"
SHOWN = 200  # rows of an answer on a page; its files and JSON have more
# Files beside the folder data/, at an address of their own.
FILES = {
    "datapackage.json": ("datapackage.json", "application/json"),
    "versions.json": ("versions.json", "application/json"),
    "CITATION.cff": ("CITATION.cff", "text/plain; charset=utf-8"),
    "codebook.md": ("docs/codebook.md", "text/plain; charset=utf-8"),
}
# Pages with which Datasette shows its own workings: not for readers, and they bring scripts and styles in the page.
NOT_HERE = r"^/-/(patterns|allow-debug|messages|permissions|logout|auth-token|threads|actor)(\.json)?/?$"
CAPITALS = ("doj", "fosta", "gao", "icac", "id", "ncmec", "usd", "url")
ADDRESSES = ("@id", "url", "contentUrl")


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Let every template use these, a page of error included, for which Datasette asks no plugin."""
    env.globals["dataset"] = datasette.plugin_config("csea") or {}
    env.globals["site_title"] = datasette.metadata("title") or ""
    env.globals["limits"] = {
        "seconds": datasette.setting("sql_time_limit_ms") / 1000,
        "rows": datasette.setting("max_returned_rows"),
        "shown": SHOWN,
    }
    env.globals["described"] = described
    env.globals.setdefault("asset", datasette.urls.path)
    env.filters["code"] = code
    env.filters["size"] = size
    env.filters["words"] = words
    env.filters["tilde"] = lambda value: tilde_encode(str(value))


@hookimpl
def extra_template_vars(datasette: Datasette, request: Request | None) -> dict[str, Any]:
    """Give every page its address without the query, and a way to make addresses absolute."""
    if request is None:
        return {}

    def absolute(path: str) -> str:
        return str(datasette.absolute_url(request, datasette.urls.path(path)))

    return {"absolute": absolute, "canonical": str(datasette.absolute_url(request, request.path))}


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, Any]]:
    """The front page, the downloads and the package's files; and no page of Datasette's own workings."""
    files = _data(datasette)
    # The descriptor names its files as data/..., so they can be had there too.
    package = [(r"^/data/(?P<path>.*)$", asgi_static(files))] if files else []
    return [
        (r"^/$", front_page),
        (rf"^/{DATABASE}/?$", database_page),
        (r"^/-/downloads/?$", downloads_page),
        (rf"^/(?P<name>{'|'.join(re.escape(name) for name in FILES)})$", package_file),
        (r"^/favicon\.ico$", favicon),
        (NOT_HERE, not_here),
        *package,
    ]


async def front_page(datasette: Datasette, request: Request) -> Response:
    """The front page, from the facts alone: Datasette's own would count every table and hash the database first."""
    facts = datasette.plugin_config("csea") or {}
    description = _absolute(facts.get("about", {}).get("jsonld", {}), datasette, request)
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
    file = _root(datasette) / path
    if not file.is_file():
        raise NotFound(f"There is no {request.url_vars['name']} yet")
    headers: dict[str, str] = {}
    if datasette.cors:
        add_cors_headers(headers)
    return Response(file.read_text(encoding="utf-8"), headers=headers, content_type=kind)


async def favicon() -> Response:
    """The sign of the site where a browser asks for it by its old name."""
    return Response.redirect("/assets/favicon.svg", status=301)


async def not_here() -> Response:
    """Say that there is no such page."""
    raise NotFound("404")


def described(columns: Sequence[str], rows: Sequence[Sequence[Any]], facts: dict[str, Any]) -> list[dict[str, Any]]:
    """The columns of an answer, for its table: what each means, whether it holds numbers, flags or the keys of rows.

    A column whose name is that of a table's column has its meaning, unit and labels; the name of any other says what
    it is. ``key_of`` is the table of whose rows the values are keys.
    """
    schemas: dict[str, Any] = facts.get("schemas", {})
    known = {name: column for schema in schemas.values() for name, column in schema["columns"].items()}
    keys = {schema["key"][0]: table for table, schema in schemas.items() if len(schema["key"]) == 1}
    found = []
    for index, name in enumerate(columns):
        values = {row[index] for row in rows} - {None}
        numeric = bool(values) and all(isinstance(value, int | float) for value in values)
        flag = numeric and values <= {0, 1} and known.get(name, {"type": name[:3]})["type"] in ("boolean", "is_")
        about = known.get(name, {"title": name, "text": "", "unit": None, "labels": {}})
        found.append({**about, "name": name, "numeric": numeric and not flag, "flag": flag, "key_of": keys.get(name)})
    return found


def code(text: str) -> Markup:
    """A text of a schema with what stands in backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def words(name: str) -> str:
    """A column's name as a heading: n_ is a count, and short names of bodies stay in capitals."""
    parts = [part.upper() if part in CAPITALS else part for part in name.removeprefix("n_").split("_")]
    text = " ".join(parts)
    return text[:1].upper() + text[1:]


def size(count: int) -> str:
    """Bytes as people read them: 1,353 bytes, 18 kB, 2.3 MB."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= factor:
            number = count / factor
            return f"{number:.1f} {unit}" if number < 10 else f"{number:,.0f} {unit}"
    return f"{count:,} bytes"


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
        file = _root(datasette) / path
        if file.is_file():
            body = file.read_bytes()
            address = f"/{name}"
            found.append(
                {"name": name, "address": address, "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
            )
    return found


def _data(datasette: Datasette) -> Path | None:
    mounts: dict[str, str] = dict(datasette.static_mounts)
    return Path(mounts["files"]) if "files" in mounts else None


def _root(datasette: Datasette) -> Path:
    """The folder in which data/ stands; NotFound where no files are served."""
    data = _data(datasette)
    if data is None:
        raise NotFound("No files are served here")
    return data.parent


_whole_answer = getattr(database_views.QueryView.data, "__wrapped__", database_views.QueryView.data)


@functools.wraps(_whole_answer)
async def few_rows(self: Any, request: Request, *args: Any, **options: Any) -> Any:
    """Datasette's answer to a query, with no more rows on a page than a person reads, and how many there were.

    JSON and CSV are as they were. The rows are those that Datasette formats for the page afterwards.
    DatasetteError for a query that fails, asked as CSV: Datasette would answer with an empty file.
    """
    answer = await _whole_answer(self, request, *args, **options)
    if isinstance(answer, tuple) and answer[0].get("error") and request.url_vars.get("format") == "csv":
        raise DatasetteError(answer[0]["error"], title="Invalid SQL", status=400)
    if isinstance(answer, tuple) and request.url_vars.get("format") is None:
        rows = answer[0]["rows"]
        answer[0]["n_found"] = len(rows)
        del rows[SHOWN:]
    return answer


database_views.QueryView.data = few_rows
