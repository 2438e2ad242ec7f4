"""Datasette plugin of corrections: ``/-/correct/TABLE/KEY`` fills a correction in, checks it and shows its file.

What is checked is what ``csea correct new`` checks, by the same code. Nothing is stored and nothing written; the file
goes to the dataset by a pull request or the issue form. Like every plugin here it is loaded by its path.
"""

import asyncio
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette import NotFound, Response, hookimpl
from datasette.app import Datasette
from datasette.utils import escape_sqlite, tilde_decode, tilde_encode, urlsafe_components
from datasette.utils.asgi import Request
from datasette.views.base import DatasetteError

if TYPE_CHECKING:
    from csea.correct import Correction
    from csea.errors import Problem
    from csea.project import Project

DATABASE = "csea"
PARTS = {"value": 2_000, "why": 1_000, "evidence": 1_000, "credit": 100}  # and the most characters of each
LONGEST_QUERY = 12_000  # characters of an address, whose letters may take several
SECONDS = 15.0
HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex"}
# The part of the form that a problem is about, by the column or part that the checks name.
OF_PART = {"new_value": "value", "evidence_url": "evidence", "column_name": "value", "old_value": "value"}
_one_at_a_time = threading.Lock()


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
    facts = datasette.jinja_env.globals["dataset"]
    cell = await _cell(datasette, request, facts)
    parts = _parts(request)
    is_sent = cell.column and "value" in request.args and "again" not in request.args
    made = await _made(datasette, facts, cell, parts) if is_sent else None
    if request.url_vars["form"]:
        return _file(made)
    path = ",".join(map(tilde_encode, cell.key))
    context = {
        "cell": cell,
        "columns": {name: _state(cell, name, facts) for name in cell.schema["columns"]},
        "known": cell.schema["columns"].get(cell.column, {}),
        "target": facts.get("references", {}).get(cell.table, {}).get(cell.column),
        "parts": parts,
        "made": made,
        "issue": _issue(facts, cell, parts) if made and not made.problems else None,
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
    if len(request.query_string) > LONGEST_QUERY:
        raise _refused("That is more than a correction can hold. One correction says one fact.")
    parts = {name: " ".join((request.args.get(name) or "").split()) for name in PARTS}
    for name, text in parts.items():
        if len(text) > PARTS[name]:
            raise _refused(f"The part {name} has {len(text):,} characters; it may have {PARTS[name]:,}.")
        if not text.isprintable():
            raise _refused(f"The part {name} holds a character that cannot be seen. Type it again.")
    return parts


async def _cell(datasette: Datasette, request: Request, facts: dict[str, Any]) -> Cell:
    """The row, and the column that is asked for. NotFound for no such row, DatasetteError for no such column."""
    table = tilde_decode(request.url_vars["table"])
    schema = facts.get("schemas", {}).get(table)
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
    instead = _state(cell, column, facts)["instead"]
    if instead:
        raise _refused(f"The column {column} is not corrected itself. {instead}")
    return replace(cell, column=column)


def _state(cell: Cell, name: str, facts: dict[str, Any]) -> dict[str, Any]:
    """A column for the list: what stands there, and what to correct instead where it cannot be corrected itself."""
    instead = cell.schema["derived"] or cell.schema["columns"][name]["derived"]
    if not instead and name in cell.schema["key"]:
        instead = "It names the row, and what a name means never changes."
    return {**cell.schema["columns"][name], "present": cell.row.get(name), "instead": instead}


async def _made(datasette: Datasette, facts: dict[str, Any], cell: Cell, parts: dict[str, str]) -> Made:
    """The correction, made and judged in a thread, one at a time. DatasetteError 503 where it takes too long."""
    mounts: dict[str, str] = dict(datasette.static_mounts)
    if "files" not in mounts:
        raise NotFound("No files are served here")
    target = facts.get("references", {}).get(cell.table, {}).get(cell.column)
    is_there = not target or not parts["value"] or await _is_there(datasette, facts, target, parts["value"])
    try:
        work = asyncio.to_thread(_judged, Path(mounts["files"]).parent, cell, parts)
        made = await asyncio.wait_for(work, SECONDS)
    except TimeoutError:
        why = "The checks are busy. Try again in a minute."
        raise DatasetteError(why, title="Not now", status=503) from None
    if not is_there:
        made.problems.setdefault("value", []).append(f"The table {target} has no row of that name.")
    return made


async def _is_there(datasette: Datasette, facts: dict[str, Any], target: str, value: str) -> bool:
    key = escape_sqlite(facts["schemas"][target]["key"][0])
    sql = f"SELECT 1 FROM {escape_sqlite(target)} WHERE {key} = :value"
    return bool((await datasette.get_database(DATABASE).execute(sql, {"value": value})).rows)


@lru_cache(maxsize=2)
def _project(root: Path) -> "Project":
    """The definitions, read once: a server serves one version."""
    from csea.project import Project

    return Project.read(root)


def _judged(root: Path, cell: Cell, parts: dict[str, str]) -> Made:
    """Make the file and read it back as every build will; all problems by part of the form."""
    with _one_at_a_time:
        from csea.correct import FOLDER, Correction
        from csea.correct.write import file_of, new_id, yaml_text
        from csea.corrections import load_corrections

        project = _project(root)
        taken = {path.stem for path in (root / FOLDER).rglob("*.yaml")}
        id_ = new_id(f"{datetime.now(UTC):%Y%m%d}", " ".join([cell.table, *cell.key, cell.column]), taken)
        present = _canonical(cell.row[cell.column], cell.schema["columns"][cell.column]["type"])
        item = Correction(
            id_,
            f"{id_}.yaml",
            "change",
            cell.table,
            cell.key,
            parts["why"],
            parts["evidence"],
            cell.column,
            present,
            parts["value"],
            credit=parts["credit"],
        )
        text = yaml_text(item, project.tables[cell.table])
        existing, _ = load_corrections(root, project.tables)
        made = Made(file_of(id_).as_posix(), text)
        for problem in _problems(project, existing, item, text):
            made.problems.setdefault(_part(problem, item), []).append(_said(problem, _part(problem, item)))
        return made


def _problems(project: "Project", existing: list["Correction"], item: "Correction", text: str) -> list["Problem"]:
    """What is wrong with the file, read as a contributed one is, and with it beside the corrections that there are."""
    import tempfile

    from csea.corrections import check_values, collisions, read_correction

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / item.shown
        path.write_text(text, encoding="utf-8")
        read, problems = read_correction(path, item.shown, project.tables)
    if read is None:
        told = {problem.column for problem in problems}
        rest = [problem for problem in check_values([item], project.tables) if _part(problem, item) not in told]
        return [*problems, *rest]
    beside = [problem for problem in collisions([*existing, read]) if problem.file == item.shown]
    return [*problems, *check_values([read], project.tables), *beside]


def _part(problem: "Problem", item: "Correction") -> str:
    """The part of the form that a problem is about, or an empty text."""
    part = "value" if problem.column == item.column else OF_PART.get(problem.column, problem.column)
    return part if part in PARTS else ""


def _said(problem: "Problem", part: str) -> str:
    if part == "evidence" and problem.rule == "column.pattern":  # the pattern itself helps nobody here
        return "This is no address of a page: it begins with https:// and holds no space."
    return f"{problem.message} {problem.fix}".strip()


def _canonical(value: Any, kind: str) -> str:
    """A stored value as the published files write it."""
    if value is None:
        return ""
    if kind == "boolean":
        return "true" if value else "false"
    if isinstance(value, float):
        import pyarrow as pa

        from csea.io import cells

        return str(cells(pa.array([value]))[0])
    return str(value)


def _file(made: Made | None) -> Response:
    if made is None or made.problems:
        raise _refused("There is no file yet: fill the form in first.")
    name = made.file.rpartition("/")[2]
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
    return Response(made.text, headers=headers, content_type="application/yaml; charset=utf-8")


def _issue(facts: dict[str, Any], cell: Cell, parts: dict[str, str]) -> str | None:
    """The issue form with its answers filled in, where the dataset has a repository."""
    if not facts.get("repository"):
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
    return f"{facts['repository'].rstrip('/')}/issues/new?{urlencode(answers)}"


def _refused(why: str) -> DatasetteError:
    return DatasetteError(why, title="That cannot be corrected so", status=400)
