"""The ready questions: SQL files in ``schemas/views/``, each a view in the database and a page on the site.

A file begins with comment lines ``-- title:``, ``-- question:``, ``-- caveat:`` and ``-- coverage:``, then one
SELECT. The name of the file is the name of the view.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from csea.schema import SchemaError

PARTS = ("title", "question", "caveat", "coverage")


@dataclass(frozen=True)
class View:
    """A question with its answer in SQL, its caveat and what it says about coverage."""

    name: str
    title: str
    question: str
    caveat: str
    coverage: str
    sql: str


def load_views(root: Path) -> list[View]:
    """Every view, by name; SchemaError names a file whose header is incomplete."""
    return [_read(path) for path in sorted((root / "schemas" / "views").glob("*.sql"))]


def _read(path: Path) -> View:
    text = path.read_text(encoding="utf-8")
    header = dict(re.findall(r"^-- (\w+): (.+)$", text, flags=re.MULTILINE))
    missing = [part for part in PARTS if part not in header]
    if missing:
        raise SchemaError(f"schemas/views/{path.name}: the header lacks {', '.join(missing)}")
    sql = re.sub(r"^--.*\n", "", text, flags=re.MULTILINE).strip().rstrip(";")
    return View(name=path.stem, sql=sql, **{part: header[part] for part in PARTS})
