"""Datasette plugin of the guides: ``/-/docs/NAME`` shows docs/NAME.md, such as the codebook, as a page.

Like every plugin here it is loaded by its path.
"""

import asyncio
import re
from pathlib import Path
from typing import Any

from datasette import NotFound, Response, hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request
from markupsafe import Markup

NAME = r"(?P<name>[a-z][a-z-]*)"
LINK = re.compile(r'<a href="(?!https?://|#)([^"]*)">(.*?)</a>', flags=re.DOTALL)
GUIDE = re.compile(r"(?:docs/)?([a-z][a-z-]*)\.md(#[\w-]*)?")
ALIGNED = re.compile(r' style="text-align:(\w+)"')  # what Markdown's tables come with, and our pages do not admit
HEADING = re.compile(r"<h([2-4])>(.*?)</h\1>", flags=re.DOTALL)


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The addresses of the guides."""
    return [(rf"^/-/docs/{NAME}$", guide_page)]


async def guide_page(datasette: Datasette, request: Request) -> Response:
    """A guide as a page; 404 where there is none of that name."""
    mounts: dict[str, str] = dict(datasette.static_mounts)
    folder = Path(mounts["files"]).parent / "docs" if "files" in mounts else Path()
    name = request.url_vars["name"]
    path = folder / f"{name}.md"
    if not path.is_file():
        raise NotFound(f"There is no guide {name}")
    text = path.read_text(encoding="utf-8")
    title = text.partition("\n")[0].removeprefix("# ")
    body = await asyncio.to_thread(as_html, text.partition("\n")[2], {file.stem for file in folder.glob("*.md")})
    context = {"title": title, "body": Markup(body)}
    return Response.html(await datasette.render_template("guide.html", context, request=request))


def as_html(text: str, guides: set[str]) -> str:
    """Markdown as HTML: no markup of the text passes, headings can be linked to, links lead to the guides' pages.

    A link to a file that is no guide becomes its words, since the site does not have it.
    """
    from markdown_it import MarkdownIt

    html = MarkdownIt("js-default", {"linkify": False}).render(text)
    html = HEADING.sub(lambda found: f'<h{found[1]} id="{_anchor(found[2])}">{found[2]}</h{found[1]}>', html)
    html = ALIGNED.sub(r' class="\1"', html)
    html = html.replace("<table>", '<div class="table-wrapper" tabindex="0"><table>').replace(
        "</table>", "</table></div>"
    )
    return LINK.sub(lambda found: _link(found[1], found[2], guides), html)


def _anchor(heading: str) -> str:
    """The part of an address that leads to a heading, as GitHub makes it."""
    words = re.sub(r"<[^>]+>|&\w+;", "", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def _link(target: str, words: str, guides: set[str]) -> str:
    found = GUIDE.fullmatch(target)
    return f'<a href="/-/docs/{found[1]}{found[2] or ""}">{words}</a>' if found and found[1] in guides else words
