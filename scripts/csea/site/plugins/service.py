"""Datasette plugin of what machines ask: /-/health, /sitemap.xml and /robots.txt.

Like every plugin here it is loaded by its path.
"""

import asyncio
import sqlite3
from typing import Any
from xml.sax.saxutils import escape

from datasette import Response, hookimpl
from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Request

from csea.site.asked import facts

PATIENCE = 5  # seconds until a database that does not answer counts as failed
# Crawlers that follow every facet and filter never end; pages that they should read have no question mark. Rows are
# left out of the sitemap too: the tables lead to them, and they would be a file of their own for every 50,000.
ROBOTS = """User-agent: *
Allow: /assets/
Allow: /built/
Allow: /figures/
Disallow: /*?
Disallow: /-/as-of/
Disallow: /-/correct/
Disallow: /csea.db

Sitemap: {base}/sitemap.xml
"""


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The addresses."""
    return [(r"^/-/health$", health), (r"^/sitemap\.xml$", sitemap), (r"^/robots\.txt$", robots)]


async def health(datasette: Datasette) -> Response:
    """Whether the database answers, and which it is; 503 where it does not."""
    headers = {"cache-control": "no-store"}
    known = facts(datasette)
    digest = (known.get("serving") or {}).get("sha256")
    said = {"ok": True, "version": known.get("about", {}).get("version"), "database_sha256": digest}
    rows = {table["name"]: table["rows"] for group in known.get("groups", []) for table in group["tables"]}
    try:
        asked = datasette.get_database("csea").execute("SELECT 1 FROM sqlite_master LIMIT 1")
        await asyncio.wait_for(asked, PATIENCE)
    except (sqlite3.Error, QueryInterrupted, TimeoutError, LookupError):
        return Response.json({**said, "ok": False}, status=503, headers=headers)
    return Response.json({**said, "tables": len(rows), "rows": sum(rows.values())}, headers=headers)


async def sitemap(datasette: Datasette, request: Request) -> Response:
    """The pages that crawlers should read: front, questions, tables, pictures and the list of versions."""
    known = facts(datasette)
    paths = ["/", "/csea", "/-/downloads", "/-/as-of"]
    paths += [f"/csea/{question['slug']}" for question in known.get("questions", [])]
    paths += [f"/csea/{table['name']}" for group in known.get("groups", []) for table in group["tables"]]
    paths += [f"/-/pictures/{picture['name']}" for picture in known.get("pictures", [])]
    entries = "".join(f"<url><loc>{escape(_base(datasette, request) + path)}</loc></url>\n" for path in paths)
    text = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return Response(f"{text}{entries}</urlset>\n", content_type="application/xml; charset=utf-8")


async def robots(datasette: Datasette, request: Request) -> Response:
    """What crawlers should leave alone."""
    return Response.text(ROBOTS.format(base=_base(datasette, request)))


def _base(datasette: Datasette, request: Request) -> str:
    """How this reader reached the site; the gate has checked the host."""
    return str(datasette.absolute_url(request, "/")).rstrip("/")
