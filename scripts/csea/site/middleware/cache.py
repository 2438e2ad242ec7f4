"""Finished pages in memory: what does not change is made once, packed once, and asked for by its ETag.

Bounded in bytes. Pages with a query string have a smaller part of their own, so that a walk through odd addresses
cannot push out the pages that everybody reads. Who asks for a page that is being made waits for it. Long work of each
kind is done few at a time, so that it keeps nobody else waiting.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
import time
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from dataclasses import dataclass, field

from csea.site.middleware.asgi import (
    PIECE,
    App,
    Message,
    RawHeaders,
    Receive,
    Scope,
    Send,
    body,
    header,
    path_of,
    say,
    send_pieces,
    start,
)
from csea.site.middleware.files import HASHED
from csea.site.middleware.room import Crowd, Hosts, all_slots, parameters, slot_of

KEPT = 16 * 2**20  # bytes of pages without a query string
KEPT_ODD = 6 * 2**20  # bytes of pages with one, and of those that say that there is nothing
LARGEST = 2 * 2**20  # bytes of a page that is kept
LARGEST_SQL = 100_000  # bytes of an answer to a reader's own SQL that is kept
SECONDS = 3_600  # a question may ask for today's date
OVERHEAD = 1_000  # bytes that an entry costs beside its body

NEVER = ("/-/as-of", "/-/correct", "/-/health")
FILE = re.compile(r"/(?:assets|built|data|files|figures)/.*|/csea\.db")  # what ``files`` answers, bit by bit
PACKED = tuple(f"/{name}/" for name in HASHED)  # small files, which are kept packed under their hash (?v=)
KEEPABLE = (200, 301, 404, 410)
PACKABLE = ("text/", "application/json", "application/xml", "application/atom+xml", "image/svg+xml")
BUSY = "Too many questions are being answered just now. Try again in a few seconds."
FOR_NOW = b"public, max-age=300"


@dataclass
class Page:
    """A finished answer; its body is packed where that makes it smaller."""

    status: int
    headers: RawHeaders
    content: bytes
    is_packed: bool
    length: int  # bytes of the body unpacked
    tag: bytes
    until: float

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        return len(self.content) + OVERHEAD

    async def send(self, scope: Scope, send: Send) -> None:
        """Send it, packed where the client unpacks, or 304 where it has it."""
        headers = [*self.headers, (b"etag", self.tag)]
        if self.status == 200 and self.tag.removeprefix(b"W/") in header(scope["headers"], b"if-none-match").encode():
            await start(send, 304, headers)
            await send({"type": "http.response.body", "body": b""})
            return
        is_sent_packed = self.is_packed and _unpacks(scope)
        if is_sent_packed:
            headers.append((b"content-encoding", b"gzip"))
        length = len(self.content) if is_sent_packed else self.length
        headers.append((b"content-length", str(length).encode()))
        await start(send, self.status, headers)
        if self.is_packed and not is_sent_packed:
            await send_pieces(scope, send, _unpacked(self.content))
        else:
            await body(scope, send, self.content)


@dataclass
class Shelf:
    """Pages by key, up to a number of bytes; what was not asked for longest goes first."""

    bound: int
    pages: OrderedDict[object, Page] = field(default_factory=OrderedDict)
    size: int = 0

    def get(self, key: object) -> Page | None:
        """The page, where there is one that is not too old."""
        page = self.pages.get(key)
        if page is None or page.until < time.monotonic():
            return None
        self.pages.move_to_end(key)
        return page

    def put(self, key: object, page: Page) -> None:
        """Keep the page."""
        old = self.pages.pop(key, None)
        self.pages[key] = page
        self.size += page.size - (old.size if old else 0)
        while self.size > self.bound:
            self.size -= self.pages.popitem(last=False)[1].size


class Cache:
    """Answers from memory where it can, and lets few long requests run at once."""

    def __init__(self, app: App, keeps: bool = True) -> None:
        """Wrap the application; with ``keeps`` false nothing is kept, and only the bounds hold."""
        self.app = app
        self.keeps = keeps
        self.plain, self.odd = Shelf(KEPT), Shelf(KEPT_ODD)
        self.hosts = Hosts()
        self.making: dict[bytes, asyncio.Future[Page | _Made | None]] = {}
        self.slots = all_slots()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path, query = path_of(scope), scope["query_string"]
        is_packed = path.startswith(PACKED) and query.startswith(b"v=") and not header(scope["headers"], b"range")
        if FILE.fullmatch(path) and not is_packed:
            await self.app(scope, receive, send)
            return
        given = parameters(query)
        slot = slot_of(path, given)
        try:
            if slot == "stream":
                async with self._room(slot):
                    await self.app(scope, receive, send)
            elif path.startswith(NEVER):
                await self._unkept(scope, receive, send, slot)
            else:
                answer = await self._answer(scope, receive, slot, LARGEST_SQL if "sql" in given else LARGEST)
                await answer.send(scope, send)
        except Crowd:
            await say(scope, send, 503, BUSY, [(b"retry-after", b"5")])

    async def _answer(self, scope: Scope, receive: Receive, slot: str | None, largest: int) -> Page | _Made:
        """The page from memory, or as somebody else has it made just now, or made."""
        host, query = header(scope["headers"], b"host"), scope["query_string"]
        shelf = self.plain if self.hosts.knows(host) and not query else self.odd
        parts = repr((path_of(scope), query, host, scope["scheme"]))  # long ones would take more room than their pages
        key = hashlib.sha256(parts.encode()).digest()
        page: Page | _Made | None = self.plain.get(key) or self.odd.get(key)
        while page is None and key in self.making:
            page = await asyncio.shield(self.making[key])  # None where that failed: then one of those who wait tries
        if page is not None:
            return page
        future = self.making[key] = asyncio.get_running_loop().create_future()
        try:
            made = _Made()
            async with self._room(slot):
                await self.app({**scope, "method": "GET"}, receive, made)
            if made.is_whole:
                page = await self._finished(made, largest) or made
            if isinstance(page, Page) and self.keeps:
                (shelf if page.status == 200 else self.odd).put(key, page)
        finally:
            del self.making[key]
            future.set_result(page)
        return page or made

    async def _unkept(self, scope: Scope, receive: Receive, send: Send, slot: str | None) -> None:
        """Pass an answer on as it is made; the room is free when it begins, since who reads may be slow."""
        async with AsyncExitStack() as room:
            await room.enter_async_context(self._room(slot))

            async def begun(message: Message) -> None:
                await room.aclose()
                await send(message)

            await self.app(scope, receive, begun)

    def _room(self, slot: str | None) -> AbstractAsyncContextManager[None]:
        """Room for the work, where it may take long."""
        return self.slots[slot].one() if slot else nullcontext()

    async def _finished(self, made: _Made, largest: int) -> Page | None:
        """The answer as a page to keep; None where it is not one."""
        if made.status not in KEEPABLE or len(made.content) > largest:
            return None
        headers = [pair for pair in made.headers if pair[0] not in (b"content-length", b"cache-control", b"etag")]
        kind = header(headers, b"content-type")
        packed = made.content
        if len(packed) > 500 and kind.startswith(PACKABLE):
            packed = await asyncio.to_thread(gzip.compress, made.content, 6, mtime=0)
        tag = b'W/"' + hashlib.sha256(made.content).hexdigest()[:20].encode() + b'"'
        lasting = header(made.headers, b"cache-control").encode()
        headers.append((b"cache-control", lasting if b"immutable" in lasting else FOR_NOW))
        is_packed = len(packed) < len(made.content)
        content = packed if is_packed else made.content
        return Page(made.status, headers, content, is_packed, len(made.content), tag, time.monotonic() + SECONDS)


class _Made:
    """Takes an answer as it is made, all of it; who reads slowly keeps nobody else waiting."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: RawHeaders = []
        self.pieces: list[bytes] = []
        self.is_whole = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [(key.lower(), value) for key, value in message.get("headers") or []]
        else:
            self.pieces.append(message.get("body") or b"")
            self.is_whole = not message.get("more_body")

    @property
    def content(self) -> bytes:
        if len(self.pieces) > 1:
            self.pieces = [b"".join(self.pieces)]
        return self.pieces[0] if self.pieces else b""

    async def send(self, scope: Scope, send: Send) -> None:
        """Send the answer as it was made."""
        await start(send, self.status, self.headers)
        await body(scope, send, self.content)


def _unpacks(scope: Scope) -> bool:
    accepted = header(scope["headers"], b"accept-encoding").replace(" ", "").lower()
    return "gzip" in accepted and "gzip;q=0," not in f"{accepted},"


def _unpacked(content: bytes) -> Iterator[bytes]:
    """The content piece by piece: whole, it would stay in memory for as long as a client does not read on."""
    unpack = zlib.decompressobj(wbits=31)
    while piece := unpack.decompress(content, PIECE):
        yield piece
        content = unpack.unconsumed_tail
