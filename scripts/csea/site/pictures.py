"""What the site's pages say of the pictures: their texts with the numbers of the database, and where things are."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from csea.io import sha256
from csea.pictures import Picture, bindings, rows_sql, text
from csea.site.figures import FIGURES, STATIC, database

if TYPE_CHECKING:
    from csea.project import Project

SIZE = re.compile(rb'<svg [^>]*?width="(\d+)" height="(\d+)"')


def picture_facts(project: Project) -> list[dict[str, Any]]:
    """Each picture for templates and routes, by rank.

    UsageError without a built database, SchemaError where a picture's SQL fails on it.
    """
    with closing(database(project)) as connection:
        return [
            {
                "name": picture.name,
                "title": picture.title,
                "unit": picture.unit,
                "source": picture.source,
                "question": picture.question,
                **{part: text(connection, picture, project.views, part) for part in ("coverage", "alt")},
                "questions": _questions(picture, project),
                **_sql(picture, project),
                "image": _image(project.root / FIGURES / f"{picture.name}.svg"),
                "shapes": _versioned(picture.shapes),
                "spec": picture.spec,
            }
            for picture in project.pictures
        ]


def _questions(picture: Picture, project: Project) -> list[dict[str, str]]:
    """Title and page of the questions that it reads, its own first and with the same parameters."""
    views = {view.name: view for view in project.views}
    query = f"?{urlencode(picture.parameters)}" if picture.parameters else ""
    own, *others = (views[name] for name in (picture.question, *picture.also))
    first = {"title": own.title, "path": f"/csea/{own.slug}{query}"}
    return [first, *({"title": view.title, "path": f"/csea/{view.slug}"} for view in others)]


def _sql(picture: Picture, project: Project) -> dict[str, Any]:
    """The SQL of its rows with its parameters, and the address of the box with both."""
    sql, values = rows_sql(picture, project.views), bindings(picture, project.views)
    return {"sql": sql, "bindings": values, "sql_path": f"/csea?{urlencode({'sql': sql, **values})}"}


def _image(path: Path) -> dict[str, int] | None:
    """Width and height of the drawn figure; None where it is not drawn yet."""
    found = SIZE.match(path.read_bytes()[:2000]) if path.is_file() else None
    return {"width": int(found[1]), "height": int(found[2])} if found else None


def _versioned(shapes: str) -> str:
    """The name of a file of shapes with its hash, so that it may be kept for ever."""
    path = STATIC / "map" / shapes
    return f"{shapes}?v={sha256(path.read_bytes())[:12]}" if shapes and path.is_file() else shapes
