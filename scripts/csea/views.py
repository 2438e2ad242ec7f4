"""The ready questions: SQL files in ``schemas/views/``, each a view in the database and a page on the site.

A file begins with comment lines ``-- title:``, ``-- question:``, ``-- caveat:`` and ``-- coverage:``, then one
SELECT. The name of the file is the name of the view. A view takes no parameters, so it gives every platform and
year as rows. To let its page ask for some of them, a line ``-- page:`` may follow, with a sentence on what to
enter, and then a second SELECT on the view with named parameters; an empty box reaches it as an empty text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from csea.schema import SchemaError

PARTS = ("title", "question", "caveat", "coverage")
PAGE = re.compile(r"^-- page:(.*)\n", flags=re.MULTILINE)


@dataclass(frozen=True)
class View:
    """A question with its answer in SQL, its caveat and what it says about coverage.

    ``page_sql`` is what its page on the site runs, ``boxes`` says what to enter there, and ``parameters`` are the
    boxes in the order in which it speaks of them; without a ``-- page:`` the page runs the view's own SQL.
    """

    name: str
    title: str
    question: str
    caveat: str
    coverage: str
    sql: str
    boxes: str
    page_sql: str
    parameters: tuple[str, ...]


def load_views(root: Path) -> list[View]:
    """Every view, by name; SchemaError names a file whose header is incomplete."""
    return [_read(path) for path in sorted((root / "schemas" / "views").glob("*.sql"))]


def _read(path: Path) -> View:
    text = path.read_text(encoding="utf-8")
    answer, *page = PAGE.split(text, maxsplit=1)
    header = dict(re.findall(r"^-- (\w+): (.+)$", answer, flags=re.MULTILINE))
    missing = [part for part in PARTS if part not in header]
    if missing:
        raise SchemaError(f"schemas/views/{path.name}: the header lacks {', '.join(missing)}")
    boxes, page_sql = page or ("", answer)
    parameters = set(re.findall(r":([a-z_]+)", page_sql)) if page else set()
    unsaid = sorted(name for name in parameters if name not in boxes)
    if unsaid:
        raise SchemaError(f"schemas/views/{path.name}: the line -- page: does not say what {', '.join(unsaid)} is")
    return View(
        name=path.stem,
        sql=_statement(answer),
        boxes=boxes.strip(),
        page_sql=_statement(page_sql),
        parameters=tuple(sorted(parameters, key=boxes.index)),
        **{part: header[part] for part in PARTS},
    )


def _statement(text: str) -> str:
    """The SQL without comment lines and the last semicolon."""
    return re.sub(r"^--.*\n", "", text, flags=re.MULTILINE).strip().rstrip(";")
