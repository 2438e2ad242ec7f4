"""Datasette plugin of corrections: ``/-/correct/TABLE/KEY`` fills a correction in, checks it and shows its file.

What is checked is what ``csea correct new`` checks, by the same code. Nothing is stored and nothing written; the file
goes to the dataset by a pull request or the issue form. Like every plugin here it is loaded by its path.
"""

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from datasette import NotFound, Response, hookimpl
from datasette.app import Datasette
from datasette.utils import escape_sqlite, tilde_decode, tilde_encode, urlsafe_components
from datasette.utils.asgi import Request
from datasette.views.base import DatasetteError

from csea.site import apart
from csea.site.asked import DATABASE, facts, refused, root_folder

PARTS = {"value": 1_000, "why": 500, "evidence": 600, "credit": 100}  # and the most characters of each
SECONDS = 15.0
HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex"}


@dataclass(frozen=True)
class Cell:
    """The row and column that are to be corrected, and what stands there."""

    table: str
    schema: dict[str, Any]
    key: tuple[str, ...]
    row: dict[str, Any]
    column: str = ""


@dataclass
class Made:
    """The correction that somebody asked for: its file where nothing is wrong, else problems by part of the form."""

    file: str
    text: str
    problems: dict[str, list[str]] = field(default_factory=dict)


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The addresses of corrections."""
    return [(r"^/-/correct/(?P<table>[^/]+)/(?P<pks>[^/]+?)(?P<form>\.yaml)?$", correct_page)]


async def correct_page(datasette: Datasette, request: Request) -> Response:
    """The columns of the row, the form of one, or the correction's file. 404 for no such row, 400 for odd input."""
    known = facts(datasette)
    cell = await _cell(datasette, request, known)
    parts = _parts(request)
    is_sent = cell.column and "value" in request.args and "again" not in request.args
    made = await _made(datasette, cell, parts) if is_sent else None
    if request.url_vars["form"]:
        return _file(made)
    path = ",".join(map(tilde_encode, cell.key))
    context = {
        "cell": cell,
        "columns": {name: _state(cell, name) for name in cell.schema["columns"]},
        "known": cell.schema["columns"].get(cell.column, {}),
        "target": known["references"].get(cell.table, {}).get(cell.column),
        "parts": parts,
        "longest": PARTS,
        "made": made,
        "issue": _issue(known.get("repository"), cell, parts) if made and not made.problems else None,
        "row_address": str(datasette.urls.row(DATABASE, cell.table, path)),
        "address": str(datasette.urls.path(f"/-/correct/{tilde_encode(cell.table)}/{path}")),
        "file_address": str(datasette.urls.path(f"/-/correct/{tilde_encode(cell.table)}/{path}.yaml"))
        + "?"
        + urlencode({"column": cell.column, **parts}),
    }
    page = await datasette.render_template("correct.html", context, request=request, view_name="correct")
    return Response.html(page, headers=HEADERS)


def _parts(request: Request) -> dict[str, str]:
    """What was entered, on one line each. DatasetteError 400 for what no correction can hold."""
    parts = {name: " ".join((request.args.get(name) or "").split()) for name in PARTS}
    for name, text in parts.items():
        if len(text) > PARTS[name]:
            raise _refused(f"The part {name} has {len(text):,} characters; it may have {PARTS[name]:,}.")
        if not text.isprintable():
            raise _refused(f"The part {name} holds a character that cannot be seen. Type it again.")
    return parts


async def _cell(datasette: Datasette, request: Request, known: dict[str, Any]) -> Cell:
    """The row, and the column that is asked for. NotFound for no such row, DatasetteError for no such column."""
    table = tilde_decode(request.url_vars["table"])
    schema = known["schemas"].get(table)
    key = tuple(urlsafe_components(request.url_vars["pks"]))
    if schema is None or len(key) != len(schema["key"]):
        raise NotFound("There is no such row to correct")
    where = " AND ".join(f"{escape_sqlite(name)} = :p{number}" for number, name in enumerate(schema["key"]))
    sql = f"SELECT * FROM {escape_sqlite(table)} WHERE {where}"
    found = await datasette.get_database(DATABASE).execute(sql, {f"p{n}": value for n, value in enumerate(key)})
    if not found.rows:
        raise NotFound("There is no such row to correct")
    row = dict(zip(found.columns, found.rows[0], strict=True))
    column = request.args.get("column") or ""
    cell = Cell(table, schema, key, row)
    if not column:
        return cell
    if column not in schema["columns"]:
        raise _refused(f"{table} has no such column. Its columns are: {', '.join(schema['columns'])}.")
    instead = _state(cell, column)["instead"]
    if instead:
        raise _refused(f"The column {column} is not corrected itself. {instead}")
    return replace(cell, column=column)


def _state(cell: Cell, name: str) -> dict[str, Any]:
    """A column for the list: what stands there, and what to correct instead where it cannot be corrected itself."""
    instead = cell.schema["derived"] or cell.schema["columns"][name]["derived"]
    if not instead and name in cell.schema["key"]:
        instead = "It names the row, and what a name means never changes."
    return {**cell.schema["columns"][name], "present": cell.row.get(name), "instead": instead}


async def _made(datasette: Datasette, cell: Cell, parts: dict[str, str]) -> Made:
    """The correction, made and judged in a process of its own. DatasetteError 503 where it takes too long."""
    given = {
        "root": str(root_folder(datasette)),
        "table": cell.table,
        "key": cell.key,
        "column": cell.column,
        "type": cell.schema["columns"][cell.column]["type"],
        "present": cell.row[cell.column],
        "parts": parts,
    }
    target = facts(datasette)["references"].get(cell.table, {}).get(cell.column)
    is_there = not target or not parts["value"] or await _is_there(datasette, target, parts["value"])
    try:
        made = Made(**await apart.done("csea.site.judge", given, SECONDS))
    except TimeoutError:
        why = "The checks are busy. Try again in a minute."
        raise DatasetteError(why, title="Not now", status=503) from None
    if not is_there:
        made.problems.setdefault("value", []).append(f"The table {target} has no row of that name.")
    return made


async def _is_there(datasette: Datasette, target: str, value: str) -> bool:
    key = escape_sqlite(facts(datasette)["schemas"][target]["key"][0])
    sql = f"SELECT 1 FROM {escape_sqlite(target)} WHERE {key} = :value"
    return bool((await datasette.get_database(DATABASE).execute(sql, {"value": value})).rows)


def _file(made: Made | None) -> Response:
    if made is None or made.problems:
        raise _refused("There is no file yet: fill the form in first.")
    name = made.file.rpartition("/")[2]
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
    return Response(made.text, headers=headers, content_type="application/yaml; charset=utf-8")


def _issue(repository: str | None, cell: Cell, parts: dict[str, str]) -> str | None:
    """The issue form with its answers filled in, where the dataset has a repository."""
    if not repository:
        return None
    names = cell.schema["key"]
    lines = [f"{name}: {value}" for name, value in zip(names, cell.key, strict=True)]
    answers = {
        "template": "correction.yml",
        "what": "Change a cell",
        "table": f"{cell.table} ({cell.schema['title']})",
        "key": cell.key[0] if len(names) == 1 else "\n".join(lines),
        "column": cell.column,
        **{name: parts[name] for name in ("why", "evidence", "credit") if parts[name]},
        "value": parts["value"] or "(empty)",
    }
    return f"{repository.rstrip('/')}/issues/new?{urlencode(answers)}"


def _refused(why: str) -> DatasetteError:
    return refused(why, "That cannot be corrected so")
