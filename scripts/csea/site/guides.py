"""The guides of the project as HTML: docs/, and what stands beside it for readers and contributors."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

BESIDE = ("CONTRIBUTING", "PRIVACY")
LINK = re.compile(r'<a href="(?!https?://|#)([^"]*)">(.*?)</a>', flags=re.DOTALL)
GUIDE = re.compile(r"(?:\.\./|docs/)?([a-z][a-z-]*)\.md(#[\w-]*)?", flags=re.IGNORECASE)
ALIGNED = re.compile(r' style="text-align:(\w+)"')  # what Markdown's tables come with, and our pages do not admit
HEADING = re.compile(r"<h([2-4])>(.*?)</h\1>", flags=re.DOTALL)


def guide_files(root: Path) -> dict[str, Path]:
    """Name in the address to file, of every guide that is there."""
    files = [*sorted((root / "docs").glob("*.md")), *(root / f"{name}.md" for name in BESIDE)]
    return {file.stem.lower(): file for file in files if file.is_file()}


def as_html(text: str, guides: Collection[str]) -> str:
    """Markdown as HTML: no markup of the text passes, headings can be linked to, links lead to the guides' pages.

    A link to a file that is no guide becomes its words, since the site does not have it.
    """
    from markdown_it import MarkdownIt

    html = MarkdownIt("js-default", {"linkify": False}).render(text)
    html = HEADING.sub(lambda found: f'<h{found[1]} id="{_anchor(found[2])}">{found[2]}</h{found[1]}>', html)
    html = ALIGNED.sub(r' class="\1"', html)
    html = html.replace("<table>", '<div class="table-wrapper" tabindex="0"><table>')
    html = html.replace("</table>", "</table></div>")
    return LINK.sub(lambda found: _link(found[1], found[2], guides), html)


def _anchor(heading: str) -> str:
    """The part of an address that leads to a heading, as GitHub makes it."""
    words = re.sub(r"<[^>]+>|&\w+;", "", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def _link(target: str, words: str, guides: Collection[str]) -> str:
    found = GUIDE.fullmatch(target)
    if found is None or found[1].lower() not in guides:
        return words
    return f'<a href="/-/docs/{found[1].lower()}{found[2] or ""}">{words}</a>'
