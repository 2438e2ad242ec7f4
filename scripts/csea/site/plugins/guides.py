"""Datasette plugin of the guides: ``/-/docs/NAME`` shows docs/NAME.md, such as the codebook, as a page.

Like every plugin here it is loaded by its path.
"""

import asyncio
from typing import Any

from datasette import NotFound, Response, hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request
from markupsafe import Markup

from csea.site.asked import root_folder
from csea.site.guides import as_html, guide_files


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The addresses of the guides."""
    return [(r"^/-/docs/(?P<name>[a-z][a-z-]*)$", guide_page)]


async def guide_page(datasette: Datasette, request: Request) -> Response:
    """A guide as a page; 404 where there is none of that name."""
    guides = guide_files(root_folder(datasette))
    name = request.url_vars["name"]
    if name not in guides:
        raise NotFound(f"There is no guide {name}")
    heading, _, text = guides[name].read_text(encoding="utf-8").partition("\n")
    body = await asyncio.to_thread(as_html, text, guides)
    context = {"title": heading.removeprefix("# "), "body": Markup(body)}
    return Response.html(await datasette.render_template("guide.html", context, request=request))
