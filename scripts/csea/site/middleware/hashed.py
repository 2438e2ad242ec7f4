"""Addresses with a hash, which a cache may keep for ever: /csea/cases leads to /csea-1a2b3c4d5e6f/cases.

The hash is of all that the pages are made of: the database, what is said of it, and how it is shown.

Done here and not by datasette-hashed-urls: that renames the database, so every other plugin and script would have to
know; here the pages keep their stable names, which are what is cited, and only what is sent carries the hash.
"""

from __future__ import annotations

import re

from csea.site.middleware.asgi import App, Message, Receive, Scope, Send, path_of, start

FOR_EVER = b"public, max-age=31536000, immutable"
PLAIN = re.compile(r"/csea(?P<rest>[/.].*)?")
HASHED = re.compile(r"/csea-(?P<hash>[0-9a-f]{12})(?P<rest>[/.].*)?")


class Hashed:
    """Leads plain addresses of the database to those with the hash."""

    def __init__(self, app: App, digest: str) -> None:
        """Wrap the application; ``digest`` is the SHA-256 of all that the pages are made of."""
        self.app = app
        self.hash = digest[:12]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = path_of(scope) if scope["type"] == "http" else ""
        plain, hashed = PLAIN.fullmatch(path), HASHED.fullmatch(path)
        if plain or (hashed and hashed["hash"] != self.hash):
            rest = ((plain or hashed)["rest"] or "").encode("latin-1")  # type: ignore[index]
            await self._lead(scope, send, rest)
        elif hashed:
            raw = f"/csea{hashed['rest'] or ''}"
            scope = {**scope, "path": "/csea" + scope["path"].removeprefix(f"/csea-{self.hash}")}
            await self.app({**scope, "raw_path": raw.encode("latin-1")}, receive, _for_ever(send))
        else:
            await self.app(scope, receive, send)

    async def _lead(self, scope: Scope, send: Send, rest: bytes) -> None:
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        location = b"/csea-" + self.hash.encode() + rest + query
        await start(send, 302, [(b"location", location), (b"cache-control", b"public, max-age=60")])
        await send({"type": "http.response.body", "body": b""})


def _for_ever(send: Send) -> Send:
    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] in (200, 206, 304):
            headers = [pair for pair in message["headers"] if pair[0] != b"cache-control"]
            message = {**message, "headers": [*headers, (b"cache-control", FOR_EVER)]}
        await send(message)

    return marked
