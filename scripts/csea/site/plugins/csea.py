"""Datasette plugin of the dataset: cells that read well, and what all templates are given.

Like every plugin here it is loaded by its path.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_encode
from datasette.utils.asgi import Request
from markupsafe import Markup, escape

from csea.site.asked import data_folder, facts
from csea.site.cells import LONGEST, said, short, shown, size

LONG = 30  # characters from which a text is given room
NOT_KNOWN = Markup('<span class="visually-hidden">not known</span>')
OF_THE_PAGE = ("_next", "_size", "_facet", "_facet_size", "_labels", "_shape", "_stream", "_dl")
ORDER = ("_sort", "_sort_desc", "_sort_by_desc")


@hookimpl
def render_cell(
    value: Any, column: str, table: str | None, database: str | None, datasette: Datasette
) -> str | Markup | None:
    """Show labels in place of ids and codes, booleans as yes and no, numbers with separators, addresses short."""
    if isinstance(value, dict):  # a reference, which Datasette has looked up
        target = facts(datasette)["references"].get(table, {}).get(column)
        return _link(datasette, database, target, value) if database and target else None
    text = shown(_column(facts(datasette), table, column), column, value)
    return text if text != value else None


def _link(datasette: Datasette, database: str, target: str, value: dict[str, Any]) -> Markup:
    path = datasette.urls.row(database, target, tilde_encode(str(value["value"])))
    return Markup(f'<a href="{escape(path)}">{escape(short(str(value["label"] or value["value"])))}</a>')


def _column(known: dict[str, Any], table: str | None, column: str) -> dict[str, Any]:
    """What the schema says of a column; nothing of what is no table's."""
    found: dict[str, Any] = known["schemas"].get(table, {}).get("columns", {}).get(column, {})
    return found


@hookimpl
def extra_template_vars(datasette: Datasette, request: Request | None) -> dict[str, Any]:
    """Give every template a table's schema and how to show its values, rows and files."""
    known = facts(datasette)
    return {
        "schema_of": lambda table: known["schemas"].get(table, {"columns": {}, "key": [], "title": table}),
        "say": lambda table, column, value: said(_column(known, table, column), column, value),
        "short": short,
        "row_path": lambda row, keys: ",".join(tilde_encode(str(_id(row[key]))) for key in keys),
        "row_cells": _row_cells,
        "exports": _exports_of(datasette, request),
    }


def _row_cells(schema: dict[str, Any], row: Any, path: str | None) -> Markup:
    """The cells of a row of a table, as Datasette has prepared them; in Python, since a page has thousands.

    ``path`` leads to the row's own page, None where it has none of our own.
    """
    cells = []
    for cell in row:
        if cell.get("is_special_link_column") and path:
            name = escape(f"Open the row {cell['raw']}")
            cells.append(f'<td><a href="{escape(path)}" aria-label="{name}">open</a></td>')
            continue
        column = schema["columns"].get(cell["column"], {})
        raw = cell["raw"]
        text = raw["label"] if isinstance(raw, dict) else raw
        cells.append(f"<td{_class(column, cell, text)}>{_content(column, cell, text, path)}</td>")
    return Markup("\n").join(map(Markup, cells))


def _class(column: dict[str, Any], cell: dict[str, Any], text: Any) -> str:
    kind = column.get("type") or cell["value_type"]
    if kind in ("integer", "number", "int", "float"):
        return f' class="type-{kind}"'
    if kind == "date" or cell["column"].startswith("date_"):
        return ' class="type-date"'
    is_long = isinstance(text, str) and len(text) > LONG and not text.startswith("http")
    return ' class="long"' if is_long else ""


def _content(column: dict[str, Any], cell: dict[str, Any], text: Any, path: str | None) -> Markup:
    if text is None or text == "":
        return NOT_KNOWN
    is_plain = path and cell["value_type"] == "str" and not isinstance(cell["value"], Markup)
    if not is_plain or len(text) <= LONGEST:
        return escape(cell["value"])
    name = escape(f"Read all of {column.get('title', cell['column'])} on the row's page")
    return escape(short(text)) + Markup(f' <a class="more" href="{escape(path)}" aria-label="{name}">all</a>')


def _id(value: Any) -> Any:
    return value["value"] if isinstance(value, dict) else value


def _exports_of(datasette: Datasette, request: Request | None) -> Callable[[str, str, int | None], dict[str, Any]]:
    """A function of database, table and number of rows, which gives the addresses of the selection and of the files."""

    def exports(database: str, table: str, rows: int | None) -> dict[str, Any]:
        asked = parse_qsl(request.query_string, keep_blank_values=True) if request else []
        kept = [(name, value) for name, value in asked if name not in OF_THE_PAGE]
        most = int(datasette.setting("max_returned_rows"))
        is_long = rows is None or rows > most
        if is_long:  # a stream keeps the table's own order
            csv = [*((name, value) for name, value in kept if name not in ORDER), ("_stream", "on"), ("_dl", "on")]
        else:
            csv = [*kept, ("_size", "max"), ("_dl", "on")]
        path = datasette.urls.table(database, table)
        return {
            "csv": f"{path}.csv?{urlencode(csv)}",
            "json": f"{path}.json?{urlencode([*kept, ('_size', 'max')])}",
            "is_long": is_long,
            "most": most,
            "is_whole": not any(not name.startswith("_") or name in ("_search", "_where") for name, _ in kept),
            "files": _files(datasette, table),
        }

    return exports


def _files(datasette: Datasette, table: str) -> list[dict[str, str]]:
    """Name, address and size of the published files of a table."""
    folder = data_folder(datasette)
    files = {"CSV": f"{table}.csv", "Parquet": f"parquet/{table}.parquet"}
    return [
        {"name": name, "address": str(datasette.urls.path(f"/files/{file}")), "size": size(path.stat().st_size)}
        for name, file in files.items()
        if folder is not None and (path := folder / file).is_file()
    ]
