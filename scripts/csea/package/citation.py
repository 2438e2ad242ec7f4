"""How to cite the dataset, in the forms that people need, from what CITATION.cff says.

The file names who made the dataset and what it is called; version and date are those of the package, so that a build
between two releases is never cited as one of them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from csea.errors import UsageError

FILE = "CITATION.cff"


def citations(root: Path, version: str, date: str | None) -> dict[str, str]:
    """Form (``plain``, ``apa``, ``bibtex``) to text; ``date`` is that of the release, None before it is released.

    UsageError when CITATION.cff is missing or names no title, author or licence.
    """
    try:
        said: dict[str, Any] = yaml.safe_load((root / FILE).read_text(encoding="utf-8"))
        title, licence = said["title"], said["license"]
        authors = [person["name"] for person in said["authors"]]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise UsageError(f"{FILE} cannot be read, or lacks title, authors or license: {error}") from error
    year = date[:4] if date else None
    return {
        "plain": f"{', '.join(authors)}. {title}, version {version} [data set].{f' {year}.' if year else ''}",
        "apa": f"{', '.join(authors)}. ({year or 'n.d.'}). {title} (Version {version}) [Data set].",
        "bibtex": _bibtex(title, authors, version, year, licence),
    }


def _bibtex(title: str, authors: list[str], version: str, year: str | None, licence: str) -> str:
    """An entry whose names are in double braces: they are names of groups, and capitals stay as they are."""
    key = re.sub(r"\W+", "_", f"{title} {version}").lower()
    fields = {
        "author": " and ".join(f"{{{name}}}" for name in authors),
        "title": f"{{{title}}}",
        **({"year": year} if year else {}),
        "version": version,
        "note": f"Data set, {licence}",
    }
    return "\n".join([f"@misc{{{key},", *(f"  {name} = {{{text}}}," for name, text in fields.items()), "}"])
