"""The ready questions: SQL files in ``schemas/views/``, each an answer stored in the database and a page on the site.

A file begins with comment lines: ``-- title:``, ``-- question:``, ``-- caveat:``, ``-- coverage:``, ``-- asks:`` (one
of ``ASKERS``) and ``-- covered by:`` (the columns that say what its numbers rest on), then one SELECT. The name of the
file is the name of the answer. The SELECT takes no parameters, so the answer has every platform and year as rows; it
may read the answers of other files. To let its page ask for some of them, a line ``-- page:`` may follow, with a
sentence on what to enter, and then a second SELECT on the answer with named parameters (``parameters.py``); an empty
box reaches it as an empty text; where its columns have other names, a second ``-- covered by:`` follows. A line
``-- index:`` names columns by which the page looks rows up.

Out of scope: making and storing answers (``answers.py``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from csea.schema import SchemaError

# Who asks, in the order of the site; every question names one of them.
ASKERS = (
    "Legislators and their staff",
    "Reporters",
    "Researchers",
    "Trust and safety teams",
    "Contributors and users of the data",
)
TEXTS = ("title", "question", "caveat", "coverage")
PARTS = (*TEXTS, "asks", "covered by")
PAGE = re.compile(r"^-- page:(.*)\n", flags=re.MULTILINE)
PARAMETER = re.compile(r":([a-z_]+)")


@dataclass(frozen=True)
class View:
    """A question with its answer in SQL, its caveat, who asks it and what it says about coverage.

    ``page_sql`` is what its page on the site runs, ``boxes`` says what to enter there, and ``parameters`` are the
    boxes in the order in which it speaks of them; without a ``-- page:`` the page shows the whole answer. The columns
    ``covered_by`` stand in the answer, ``page_covered_by`` on the page. ``indexes`` are columns by which the answer is
    looked up.
    """

    name: str
    title: str
    question: str
    caveat: str
    coverage: str
    sql: str
    page_sql: str
    asks: str = ""
    covered_by: tuple[str, ...] = ()
    page_covered_by: tuple[str, ...] = ()
    boxes: str = ""
    parameters: tuple[str, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()

    @property
    def slug(self) -> str:
        """Its name in the address of its page; with underscores it is that of the stored answer."""
        return self.name.replace("_", "-")

    def when_empty(self, parameter: str) -> str:
        """What an empty box stands for, as its sentence says behind the box in brackets; empty where it does not."""
        found = re.search(rf"\b{parameter}\b[^(;.]*\(empty: ([^)]*)\)", self.boxes)
        return found[1] if found else ""

    @property
    def file(self) -> str:
        """Where it is defined, for messages."""
        return f"schemas/views/{self.name}.sql"


def load_views(root: Path, is_past: bool = False) -> list[View]:
    """Every view, by name; SchemaError names a file whose header is incomplete.

    ``is_past``: of an earlier version, when a header needed no more than its four texts.
    """
    wanted = TEXTS if is_past else PARTS
    return [_read(path, wanted) for path in sorted((root / "schemas" / "views").glob("*.sql"))]


def _read(path: Path, wanted: tuple[str, ...]) -> View:
    text = path.read_text(encoding="utf-8")
    answer, *page = PAGE.split(text, maxsplit=1)
    header = dict(re.findall(r"^-- ([a-z ]+): (.+)$", answer, flags=re.MULTILINE))
    shown = f"schemas/views/{path.name}"
    missing = [part for part in wanted if part not in header]
    if missing:
        raise SchemaError(f"{shown}: the header lacks {', '.join(missing)}")
    asks = header.get("asks", "")
    if "asks" in wanted and asks not in ASKERS:  # an earlier version may have named them otherwise
        raise SchemaError(f"{shown}: nobody of the name {asks!r} asks; known are {', '.join(ASKERS)}")
    boxes, page_sql = page or ("", f"SELECT * FROM [{path.stem}] ORDER BY rowid")
    own = re.search(r"^-- covered by: (.+)$", page_sql, flags=re.MULTILINE)
    said = {name: re.search(rf"\b{name}\b", boxes) for name in PARAMETER.findall(page_sql)}
    unsaid = sorted(name for name, place in said.items() if not place)
    if unsaid:
        raise SchemaError(f"{shown}: the line -- page: does not say what {', '.join(unsaid)} is")
    return View(
        name=path.stem,
        sql=_statement(answer),
        page_sql=_statement(page_sql),
        asks=asks,
        covered_by=_names(header.get("covered by", "")),
        page_covered_by=_names(own[1] if own else header.get("covered by", "")),
        boxes=boxes.strip(),
        parameters=tuple(dict.fromkeys(name for name in re.findall(r"\w+", boxes) if name in said)),
        indexes=tuple(_names(line) for line in re.findall(r"^-- index: (.+)$", answer, flags=re.MULTILINE)),
        **{part: header[part] for part in TEXTS},
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _statement(text: str) -> str:
    """The SQL without comment lines and the last semicolon."""
    return re.sub(r"^--.*\n", "", text, flags=re.MULTILINE).strip().rstrip(";")
