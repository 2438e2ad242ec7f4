"""Words for ASGI: types, and plain answers."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
RawHeaders = list[tuple[bytes, bytes]]

PIECE = 64 * 1024  # bytes handed to the network at once: what a client that does not read can make the server hold


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """The value of the first header of that name (lower case); empty where there is none."""
    return next((value.decode("latin-1") for key, value in headers if key.lower() == name), "")


def path_of(scope: Scope) -> str:
    """The path as it was sent, undecoded and without the query string."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.partition(b"?")[0].decode("latin-1")


def nowhere(scope: Scope) -> Scope:
    """The request for an address that does not exist, so that the site's own page says so."""
    return {**scope, "path": "/-/none", "raw_path": b"/-/none", "query_string": b""}


async def say(scope: Scope, send: Send, status: int, text: str, headers: RawHeaders | None = None) -> None:
    """Answer with one sentence, as JSON where JSON was asked for."""
    is_json = path_of(scope).endswith(".json")
    said = json.dumps({"ok": False, "error": text, "status": status}) if is_json else f"{text}\n"
    kind = b"application/json" if is_json else b"text/plain; charset=utf-8"
    await start(send, status, [(b"content-type", kind), *(headers or [])])
    await body(scope, send, said.encode())


async def start(send: Send, status: int, headers: RawHeaders) -> None:
    """Send the head of an answer."""
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def body(scope: Scope, send: Send, content: bytes) -> None:
    """Send a body piece by piece; none for HEAD."""
    await send_pieces(scope, send, (content[at : at + PIECE] for at in range(0, len(content), PIECE)))


async def send_pieces(scope: Scope, send: Send, pieces: Iterable[bytes]) -> None:
    """Send the pieces of a body; none for HEAD."""
    if scope["method"] != "HEAD":
        for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
