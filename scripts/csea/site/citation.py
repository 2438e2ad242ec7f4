"""How to cite the dataset, or one of its rows, in the forms that people need, from what CITATION.cff says.

The file names who made the dataset and what it is called; version and date are those of the package, so that a build
between two releases is never cited as one of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from csea.errors import UsageError

FILE = "CITATION.cff"
TEX = {"\\": r"\textbackslash{}", "~": r"\~{}", "^": r"\^{}"}


def work(root: Path) -> dict[str, Any]:
    """The dataset as a work, ready for JSON: ``title``, ``authors`` (their names) and ``licence``.

    UsageError when CITATION.cff is missing or lacks one of them.
    """
    import yaml

    try:
        found: dict[str, Any] = yaml.safe_load((root / FILE).read_text(encoding="utf-8"))
        authors = [person["name"] for person in found["authors"]]
        return {"title": found["title"], "authors": authors, "licence": found["license"]}
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise UsageError(f"{FILE} cannot be read, or lacks title, authors or license: {error}") from error


def citations(
    what: Mapping[str, Any], version: str, date: str | None, row: str = "", address: str = ""
) -> dict[str, str]:
    """Form (``plain``, ``apa``, ``bibtex``) to text, of the work, or of the row of it that stands at an address.

    ``date`` is that of the release, None before it is released.
    """
    authors, title = ", ".join(what["authors"]), what["title"]
    year = date[:4] if date else ""
    rest = "".join(f" {part}" for part in (row and f"{row}.", address) if part)
    return {
        "plain": f"{authors}. {title}, version {version} [data set].{f' {year}.' if year else ''}{rest}",
        "apa": f"{authors}. ({year or 'n.d.'}). {title} (Version {version}) [Data set].{rest}",
        "bibtex": _bibtex(what, version, year, row, address),
    }


def _bibtex(what: Mapping[str, Any], version: str, year: str, row: str, address: str) -> str:
    """An entry whose names are in double braces: they are names of groups, and capitals stay as they are."""
    title = f"{what['title']}: {row}" if row else what["title"]
    key = re.sub(r"[^a-z0-9]+", "_", " ".join([what["title"], version, row]).lower()).strip("_")
    fields = {
        "author": " and ".join(f"{{{_tex(name)}}}" for name in what["authors"]),
        "title": f"{{{_tex(title)}}}",
        "year": year,
        "version": _tex(version),
        "note": _tex(f"Data set, {what['licence']}"),
        "url": address,
    }
    return "\n".join([f"@misc{{{key},", *(f"  {name} = {{{text}}}," for name, text in fields.items() if text), "}"])


def _tex(text: str) -> str:
    """Text in which nothing commands TeX."""
    return re.sub(r"[\\{}$&#^_~%]", lambda found: TEX.get(found[0], "\\" + found[0]), text)
