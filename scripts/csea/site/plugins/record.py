"""Datasette plugin of the page of a row: its name, sources, coding, corrections, related rows, and how to cite it.

All of it is read in one visit to the database. Like every plugin here it is loaded by its path.
"""

import json
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils import tilde_encode, urlsafe_components
from datasette.utils.asgi import Request

from csea.site.asked import facts
from csea.site.citation import citations

SHOWN = 20  # related rows on the page; the table has all
# What says where a row was read, and how its values came about, in the order of the page.
SOURCES = ("url", "source_url", "source_2_url", "instrument_url", "evidence_url", "population_source")
CODED = (
    "coding_method",
    "method",
    "coder",
    "confidence",
    "verified",
    "text_scope",
    "rule_id",
    "rules_version",
    "score",
    "reviewed",
    "start",
    "end",
    "retrieved_date",
)
# The rows that belong on the page of a row: table, the column that names the row, the columns to show, their order.
SPANS = ("variable", "coded_value", "method", "coder", "confidence", "rule_id", "start", "end")
STEPS = ("milestone_kind", "date_due", "date_occurred", "status", "summary")
BY_DAY = "coalesce(date_due, date_occurred)"
RELATED: dict[str, list[tuple[str, str, tuple[str, ...], str]]] = {
    "cases": [
        (
            "releases",
            "case_id",
            ("published_date", "release_kind", "component", "title", "confidence"),
            "published_date",
        )
    ],
    "releases": [("codings", "release_id", SPANS, "variable")],
    "obligations": [("milestones", "obligation_id", STEPS, BY_DAY)],
    "instruments": [("milestones", "instrument_id", STEPS, BY_DAY)],
    "measures": [
        ("figures", "measure_id", ("entity", "value", "period_start", "period_end", "geography"), "period_start")
    ],
    "platforms": [("platform_aliases", "platform_id", ("alias", "is_ambiguous"), "alias")],
}
CORRECTIONS = (
    "SELECT * FROM corrections WHERE table_name = :table "
    "AND (row_key = :key OR (correction_action = 'merge' AND new_value = :key)) ORDER BY correction_id DESC"
)


@dataclass(frozen=True)
class Asked:
    """The row that a page is about: its table, what the metadata says of it, and the key's values."""

    table: str
    schema: dict[str, Any]
    schemas: dict[str, Any]
    references: dict[str, dict[str, str]]
    key: list[str]


@hookimpl
def extra_template_vars(
    datasette: Datasette, request: Request | None, view_name: str, database: str | None, table: str | None
) -> Callable[[], Awaitable[dict[str, Any]]] | dict[str, Any]:
    """Give the page of a row all that stands on it beside its cells."""
    if view_name != "row" or request is None or not database or not table or "pks" not in request.url_vars:
        return {}

    async def found() -> dict[str, Any]:
        known = facts(datasette)
        schemas, version = known["schemas"], known.get("about")
        key = urlsafe_components(request.url_vars["pks"])
        asked = Asked(table, schemas.get(table, {}), schemas, known["references"], key)
        try:
            about = await datasette.get_database(database).execute_fn(lambda connection: _about(connection, asked))
        except QueryInterrupted:
            about = {"corrections": [], "labels": {}, "related": [], "name": ", ".join(key)}
        path = ",".join(map(tilde_encode, key))
        address = datasette.absolute_url(request, datasette.urls.row(database, table, path))
        which = f"{asked.schema.get('title', table)}, row {', '.join(key)}"
        return {
            **about,
            "sources": SOURCES,
            "coded": CODED,
            "cite": citations(**version["cite"], row=which, address=address) if version else {},
            "correct_path": str(datasette.urls.path(f"/-/correct/{tilde_encode(table)}/{path}")),
        }

    return found


def _about(connection: sqlite3.Connection, asked: Asked) -> dict[str, Any]:
    """Name, labels of references, corrections and related rows, read from the database."""
    row = _row(connection, asked)
    labels = {
        column: label
        for column, target in asked.references.get(asked.table, {}).items()
        if row.get(column) is not None and (label := _labels(connection, asked, target, [row[column]]).get(row[column]))
    }
    own = row.get(asked.schema.get("label", ""))
    keys = dict(zip(asked.schema.get("key", []), asked.key, strict=False))
    said = [str(labels.get(name, value)) for name, value in keys.items()] or asked.key
    return {
        "name": str(own) if own not in (None, "") else ", ".join(said),
        "labels": labels,
        "corrections": _corrections(connection, asked),
        "related": [_related(connection, asked, *item) for item in RELATED.get(asked.table, ()) if asked.schema],
    }


def _row(connection: sqlite3.Connection, asked: Asked) -> dict[str, Any]:
    keys = asked.schema.get("key", [])
    if not keys:
        return {}
    where = " AND ".join(f"[{name}] = ?" for name in keys)
    cursor = connection.execute(f"SELECT * FROM [{asked.table}] WHERE {where}", asked.key)
    names = [item[0] for item in cursor.description]
    found = cursor.fetchone()
    return dict(zip(names, found, strict=True)) if found else {}


def _labels(connection: sqlite3.Connection, asked: Asked, target: str, ids: Sequence[Any]) -> dict[Any, Any]:
    """The label of each row of ``target`` with one of these ids."""
    schema = asked.schemas.get(target, {})
    if not schema.get("label") or not ids:
        return {}
    key, label = schema["key"][0], schema["label"]
    sql = f"SELECT [{key}], [{label}] FROM [{target}] WHERE [{key}] IN ({', '.join('?' for _ in ids)})"
    return {row[0]: row[1] for row in connection.execute(sql, list(ids))}


def _corrections(connection: sqlite3.Connection, asked: Asked) -> list[dict[str, Any]]:
    """The corrections of the row, the newest first; none where there is no table of them."""
    # As csea.compare.keys.key_text writes it, which would bring pyarrow along.
    key = asked.key[0] if len(asked.key) == 1 else json.dumps(asked.key, ensure_ascii=False, separators=(",", ":"))
    with suppress(sqlite3.OperationalError):
        cursor = connection.execute(CORRECTIONS, {"table": asked.table, "key": key})
        names = [item[0] for item in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]
    return []


def _related(
    connection: sqlite3.Connection, asked: Asked, table: str, column: str, columns: Sequence[str], order: str
) -> dict[str, Any]:
    """The first rows of ``table`` that name this row, with labels in place of ids."""
    keys = asked.schemas[table]["key"]
    names = list(dict.fromkeys([*keys, *columns]))
    sql = (
        f"SELECT {', '.join(f'[{name}]' for name in names)} FROM [{table}] WHERE [{column}] = ? "
        f"ORDER BY {order}, {', '.join(f'[{name}]' for name in keys)} LIMIT {SHOWN + 1}"
    )
    rows = [dict(zip(names, row, strict=True)) for row in connection.execute(sql, asked.key[:1])]
    labels = {
        name: _labels(connection, asked, target, [row[name] for row in rows[:SHOWN] if row[name] is not None])
        for name, target in asked.references.get(table, {}).items()
        if name in columns
    }
    return {
        "table": table,
        "column": column,
        "columns": columns,
        "keys": keys,
        "labels": labels,
        "rows": rows[:SHOWN],
        "has_more": len(rows) > SHOWN,
    }
