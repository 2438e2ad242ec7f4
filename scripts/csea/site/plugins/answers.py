"""Datasette plugin of answers: what the page of a query shows of its rows, how many there are, and how cells look.

Like every plugin here it is loaded by its path.
"""

import functools
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

import datasette.views.database as database_views
from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import escape_sqlite, tilde_encode
from datasette.utils.asgi import Request
from datasette.views.base import DatasetteError
from jinja2 import Environment
from markupsafe import Markup, escape

from csea.site.asked import DATABASE, facts, refused
from csea.site.cells import short, shown

SHOWN = 200  # rows of an answer on a page; its files and JSON have more
LONG = 40  # characters of a text in one line
LONGEST = 300  # characters of a text in a cell; CSV and JSON have all
LONGEST_NAME = 80  # characters of the name of a row that stands in place of its key


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """Let templates tell the limits and draw an answer."""
    env.globals["limits"] = {
        "seconds": datasette.setting("sql_time_limit_ms") / 1000,
        "rows": datasette.setting("max_returned_rows"),
    }
    env.globals["described"] = functools.partial(described, datasette)
    env.globals["answer_rows"] = functools.partial(answer_rows, datasette)


def described(datasette: Datasette, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """The columns of an answer, for its table: what each means, whether it holds numbers, flags or the keys of rows.

    A column whose name is that of a table's column has its meaning, unit and labels; the name of any other says what
    it is. ``key_of`` is the table of whose rows the values are keys.
    """
    schemas: dict[str, Any] = facts(datasette)["schemas"]
    known = {name: column for schema in schemas.values() for name, column in schema["columns"].items()}
    keys = {name: table for names in facts(datasette)["references"].values() for name, table in names.items()}
    keys |= {schema["key"][0]: table for table, schema in schemas.items() if len(schema["key"]) == 1}
    found = []
    for index, name in enumerate(columns):
        values = {row[index] for row in rows} - {None}
        numeric = bool(values) and all(isinstance(value, int | float) for value in values)
        flag = numeric and values <= {0, 1} and known.get(name, {"type": name[:3]})["type"] in ("boolean", "is_")
        about = known.get(name, {"title": name, "text": "", "unit": None, "labels": {}})
        kind = "boolean" if flag else "number" if numeric else "string"
        found.append({**about, "name": name, "type": kind, "numeric": kind == "number", "key_of": keys.get(name)})
    return found


async def answer_rows(datasette: Datasette, columns: Sequence[dict[str, Any]], rows: Sequence[Any]) -> Markup:
    """The rows of an answer's table; in Python, since a page has thousands of cells.

    ``columns`` is what :func:`described` gives. The name of a row stands in place of its key, which it leads to.
    """
    names = [await _names(datasette, column, {row[index] for row in rows}) for index, column in enumerate(columns)]
    return Markup("\n".join(f"<tr>{''.join(_cells(datasette, columns, tuple(row), names))}</tr>" for row in rows))


async def _names(datasette: Datasette, column: dict[str, Any], values: set[Any]) -> dict[Any, Any]:
    """Key to name of those of the values that are keys of rows; the name is the key where a row has no other."""
    keys = [value for value in values if isinstance(value, str)]
    if not column["key_of"] or not keys:
        return {}
    schema = facts(datasette)["schemas"][column["key_of"]]
    key = escape_sqlite(schema["key"][0])
    name = escape_sqlite(schema["label"] or schema["key"][0])
    table = escape_sqlite(column["key_of"])
    sql = f"SELECT {key}, {name} FROM {table} WHERE {key} IN ({', '.join('?' * len(keys))})"
    return dict(map(tuple, (await datasette.get_database(DATABASE).execute(sql, keys)).rows))


def _cells(
    datasette: Datasette, columns: Sequence[dict[str, Any]], row: tuple[Any, ...], names: Sequence[dict[Any, Any]]
) -> Iterator[str]:
    for column, value, known in zip(columns, row, names, strict=True):
        title = f' title="{escape(value)}"' if value in column["labels"] else ""
        if value in known:
            path = datasette.urls.row(DATABASE, column["key_of"], tilde_encode(value))
            name = known[value] if known[value] not in (None, *row) else value  # which another column has already
            text = short(str(name), LONGEST_NAME)
            cell: Any = Markup('<a href="{}" title="{}">{}</a>').format(path, value, text)
        else:
            cell = _text(column, value)
            text = value if isinstance(cell, Markup) else cell
        kind = "number" if column["numeric"] else _kind(text)
        yield f'<td class="{kind}"{title}>{escape(cell)}</td>' if kind else f"<td{title}>{escape(cell)}</td>"


def _text(column: dict[str, Any], value: Any) -> Any:
    text = "" if value is None else shown(column, column["name"], value)
    return short(text, LONGEST) if text is value and isinstance(value, str) else text


def _kind(value: Any) -> str:
    """How a text is set: a long one has room, one word is not broken."""
    if not isinstance(value, str) or not value:
        return ""
    return "text" if len(value) > LONG else "" if " " in value else "word"


@dataclass
class _Asked:
    """The ready question whose page is being made: its SQL, and how many rows its answer has, up to the most."""

    sql: str
    n_found: int = 0


_asked: ContextVar[_Asked | None] = ContextVar("asked", default=None)
_whole_answer = getattr(database_views.QueryView.data, "__wrapped__", database_views.QueryView.data)


@hookimpl
def startup(datasette: Datasette) -> None:
    """Let the page of a question read the rows that it shows and count the others, which costs a third of reading."""
    database_views.QueryView.data = few_rows  # here, so that all of a process have the same, with the same _asked
    for database in datasette.databases.values():
        database.execute = _first_rows(datasette, database.execute)


def _first_rows(datasette: Datasette, execute: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def executed(sql: str, params: Any = None, **options: Any) -> Any:
        asked = _asked.get()
        if asked is None or sql != asked.sql:
            return await execute(sql, params, **options)
        answer = await execute(f"SELECT * FROM (\n{sql}\n) LIMIT {SHOWN + 1}", params, **options)
        asked.n_found, most = len(answer.rows), int(datasette.setting("max_returned_rows"))
        if asked.n_found > SHOWN:
            counted = await execute(f"SELECT count(*) FROM (SELECT 1 FROM (\n{sql}\n) LIMIT {most + 1})", params)
            asked.n_found = counted.rows[0][0]
        answer.truncated = asked.n_found > most
        return answer

    return executed


def _tidied(datasette: Datasette, request: Request, question: str) -> Request:
    """The request without blanks around what was entered. DatasetteError for what a box does not take."""
    boxes = {box["name"]: box for box in facts(datasette)["question_pages"].get(question, {}).get("parameters", ())}
    entered = parse_qsl(request.query_string, keep_blank_values=True)
    tidied = [(name, value.strip() if name in boxes else value) for name, value in entered]
    for name, value in tidied:
        pattern = boxes[name]["pattern"] if name in boxes else ""
        if value and pattern and not re.fullmatch(pattern, value):
            box = boxes[name]
            raise refused(f"“{box['label']}” cannot be {value!r}. {box['hint']} An example: {box['example']}.")
    return Request({**request.scope, "query_string": urlencode(tidied).encode()}, request.receive)


@functools.wraps(_whole_answer)
async def few_rows(self: Any, request: Request, sql: str, *args: Any, **options: Any) -> Any:
    """Datasette's answer to a query, with no more rows on a page than a person reads, and how many there were.

    JSON and CSV are as they were. Datasette has no row of the page to format: the template does it.
    DatasetteError for a query that fails, asked as CSV: Datasette would answer with an empty file.
    """
    form = request.url_vars.get("format")
    if options.get("canned_query"):
        request = _tidied(self.ds, request, options["canned_query"])
    asked = _Asked(sql) if form is None and options.get("canned_query") else None
    token = _asked.set(asked)
    try:
        answer = await _whole_answer(self, request, sql, *args, **options)
    finally:
        _asked.reset(token)
    if isinstance(answer, tuple) and answer[0].get("error") and form == "csv":
        raise DatasetteError(answer[0]["error"], title="Invalid SQL", status=400)
    if isinstance(answer, tuple) and form is None:
        rows = answer[0]["rows"]
        most = int(self.ds.setting("max_returned_rows"))
        answer[0]["n_found"] = min(asked.n_found, most) if asked else len(rows)
        answer[0]["rows"] = rows[:SHOWN]
        rows.clear()
    return answer
