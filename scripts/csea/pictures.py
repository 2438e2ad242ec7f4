"""The pictures: YAML files in ``schemas/pictures/``, each a question's answer drawn in Vega-Lite.

A file says ``title``, ``unit`` and ``source`` (texts), ``question`` (a file of ``schemas/views/``), ``rank`` (its
place; the first four stand on the front page), ``coverage`` and ``alt`` (SQL that gives one text each, so that their
numbers are those of the database) and ``spec``. It may say ``parameters`` (what the question's page is asked with),
``select`` (SQL that makes the rows to draw), ``also`` (more questions that this SQL reads) and ``shapes`` (a file of
the site's map shapes). All its SQL may read ``answer``, which is what the question's page answers with these
parameters; ``coverage`` and ``alt`` may read ``drawn`` as well, the rows that are drawn.

``spec`` is Vega-Lite without what is the same for all. What draws it (``csea.site.figures``, and the site's script
``pictures.js`` in the same way) adds this:

- data: the rows, named ``answer``, at the top, unless the specification has data of its own;
- ``{"url": "shapes"}`` as data stands for the file of shapes;
- a width ``container`` is what room there is, less ``usermeta.beside`` pixels, which the axes of concatenated views
  need; a height ``container`` is ``usermeta.ratio`` of that width;
- the parameter ``room`` is the pixels there are from side to side, so that an expression can suit a phone;
- a text such as ``$blue`` is that colour of the theme, light or dark, as ``picture-config.json`` names them.

Out of scope: drawing.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from csea.schema import SchemaError
from csea.views import View, load_views

FOLDER = "schemas/pictures"
TEXTS = ("title", "unit", "source", "question", "coverage", "alt")
NEEDED = (*TEXTS, "rank", "spec")
OPTIONAL = {"parameters": dict, "also": list, "select": str, "shapes": str}
NAME = re.compile(r"[a-z][a-z0-9_]*")
ALL = "SELECT * FROM answer"
WITH = re.compile(r"\A\s*WITH\b", flags=re.IGNORECASE)

Row = dict[str, Any]


@dataclass(frozen=True)
class Picture:
    """A picture: the question that it draws, its texts and how it is drawn (see the module)."""

    name: str
    title: str
    unit: str
    source: str
    question: str
    rank: int
    coverage: str
    alt: str
    spec: dict[str, Any]
    parameters: dict[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    select: str = ""
    shapes: str = ""


def load_pictures(root: Path, views: Iterable[View] | None = None) -> list[Picture]:
    """Every picture, by rank; SchemaError names the file and what is wrong with it.

    ``views`` are the questions, which are read where they are not given.
    """
    by_name = {view.name: view for view in (load_views(root) if views is None else views)}
    pictures = [_read(path, by_name) for path in sorted((root / FOLDER).glob("*.yaml"))]
    by_rank: dict[int, Picture] = {}
    for picture in pictures:
        other = by_rank.setdefault(picture.rank, picture)
        if other is not picture:
            raise SchemaError(
                f"{FOLDER}/{picture.name}.yaml: rank {picture.rank} is that of {other.name}.yaml already; give another"
            )
    return [by_rank[rank] for rank in sorted(by_rank)]


def rows_sql(picture: Picture, views: Iterable[View]) -> str:
    """The SQL of the rows to draw, with the question's parameters by name."""
    return _with({"answer": _view(picture, views).page_sql}, picture.select or ALL)


def text_sql(picture: Picture, views: Iterable[View], part: str) -> str:
    """The SQL of the ``coverage`` or the ``alt`` text."""
    parts = {"answer": _view(picture, views).page_sql, "drawn": picture.select or ALL}
    return _with(parts, getattr(picture, part))


def bindings(picture: Picture, views: Iterable[View]) -> dict[str, str]:
    """Each parameter of the question's page with its value, empty where the picture says nothing."""
    return {name: picture.parameters.get(name, "") for name in _view(picture, views).parameters}


def answer_rows(connection: sqlite3.Connection, picture: Picture, views: Iterable[View]) -> list[Row]:
    """The rows to draw; SchemaError where the SQL fails."""
    views = list(views)
    return _asked(connection, picture, rows_sql(picture, views), bindings(picture, views), "select")


def text(connection: sqlite3.Connection, picture: Picture, views: Iterable[View], part: str) -> str:
    """The ``coverage`` or the ``alt`` text; SchemaError where the SQL fails or gives anything but one text."""
    views = list(views)
    rows = _asked(connection, picture, text_sql(picture, views, part), bindings(picture, views), part)
    values = [value for row in rows for value in row.values()]
    if len(values) != 1 or not isinstance(values[0], str) or not values[0].strip():
        raise SchemaError(f"{FOLDER}/{picture.name}.yaml: {part} gives {values!r} where it must give one text")
    return values[0]


def csv_of(rows: list[Row]) -> bytes:
    """The rows as canonical CSV, in their own order; nothing for no rows."""
    import pyarrow as pa

    from csea.io import csv_bytes

    return csv_bytes(pa.table({name: [row[name] for row in rows] for name in rows[0]})) if rows else b""


def _with(parts: dict[str, str], sql: str) -> str:
    """``sql`` with named results before it, which it and the later ones of them may read."""
    # MATERIALIZED: the texts read each several times.
    before = ",\n".join(f"{name} AS MATERIALIZED (\n{_bare(part)}\n)" for name, part in parts.items())
    return f"WITH {before}" + WITH.sub(",", "\n" + _bare(sql), count=1)


def _bare(sql: str) -> str:
    return sql.strip().rstrip(";")


def _view(picture: Picture, views: Iterable[View]) -> View:
    return next(view for view in views if view.name == picture.question)


def _asked(connection: sqlite3.Connection, picture: Picture, sql: str, values: dict[str, str], part: str) -> list[Row]:
    try:
        cursor = connection.execute(sql, values)
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor]
    except sqlite3.Error as error:
        raise SchemaError(f"{FOLDER}/{picture.name}.yaml: the SQL of {part} fails: {error}") from error


def _read(path: Path, views: dict[str, View]) -> Picture:
    shown = f"{FOLDER}/{path.name}"
    try:
        item = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SchemaError(f"{shown} cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(item, dict):
        raise SchemaError(f"{shown}: a picture is a mapping of {', '.join(NEEDED)}")
    if fault := _fault(path, item) or _fault_of_question(item, views):
        raise SchemaError(f"{shown}: {fault}")
    item["also"] = tuple(item.get("also", ()))
    item["parameters"] = {name: str(value) for name, value in item.get("parameters", {}).items()}
    return Picture(name=path.stem, **item)


def _fault(path: Path, item: dict[str, Any]) -> str | None:
    """What is wrong with the parts of a picture taken by themselves; None when nothing is."""
    if not NAME.fullmatch(path.stem):
        return "the name of the file may have small letters, digits and _ only"
    if missing := [part for part in NEEDED if item.get(part) in (None, "", {})]:
        return f"it lacks {', '.join(missing)}"
    if unknown := sorted(set(map(str, item)) - set(NEEDED) - set(OPTIONAL)):
        return f"there is no part {', '.join(unknown)}; the parts are {', '.join((*NEEDED, *OPTIONAL))}"
    kinds = {**dict.fromkeys(TEXTS, str), "rank": int, "spec": dict, **OPTIONAL}
    if wrong := sorted(part for part, value in item.items() if not isinstance(value, kinds[part])):
        return f"{', '.join(wrong)} must be of another type: {', '.join(kinds[part].__name__ for part in wrong)}"
    return "shapes must be the name of a file, without folders" if "/" in item.get("shapes", "") else None


def _fault_of_question(item: dict[str, Any], views: dict[str, View]) -> str | None:
    """What is wrong with the questions that a picture names; None when nothing is."""
    unknown = [str(name) for name in (item["question"], *item.get("also", ())) if name not in views]
    if unknown:
        return f"there is no question {', '.join(unknown)} in schemas/views/"
    has = views[item["question"]].parameters
    if foreign := sorted(set(map(str, item.get("parameters", {}))) - set(has)):
        what = f"its parameters are {', '.join(has)}" if has else "it has none"
        return f"the page of {item['question']} has no parameter {', '.join(foreign)}; {what}"
    return None
