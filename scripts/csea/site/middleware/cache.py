"""Finished pages in memory: what does not change is made once, packed once, and asked for by its ETag.

Bounded in bytes. Pages with a query string have a smaller part of their own, so that a walk through odd addresses
cannot push out the pages that everybody reads. Who asks for a page that is being made waits for it.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from csea.site.middleware.asgi import App, Message, RawHeaders, Receive, Scope, Send, body, header, path_of, say, start

KEPT = 16 * 2**20  # bytes of pages without a query string
KEPT_ODD = 6 * 2**20  # bytes of pages with one, and of those that say that there is nothing
LARGEST = 2 * 2**20  # bytes of a page that is kept
LARGEST_SQL = 100_000  # bytes of an answer to a reader's own SQL that is kept
SECONDS = 3_600  # a question may ask for today's date
OVERHEAD = 1_000  # bytes that an entry costs beside its body
AT_ONCE, WAITING = 2, 32  # pages with a query string that are being made, and that wait for it
STREAMS = 3
MOST_HOSTS = 8  # names by which the site is known; pages for other names count as odd

NEVER = ("/-/as-of", "/-/correct", "/-/health")
FILES = ("/assets/", "/built/", "/files/", "/figures/", "/csea.db")
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
    tag: bytes
    until: float

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        return len(self.content) + OVERHEAD


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


class Crowd(Exception):
    """More requests wait than will be answered."""


class Cache:
    """Answers from memory where it can, and lets few long requests run at once."""

    def __init__(self, app: App, keeps: bool = True) -> None:
        """Wrap the application; with ``keeps`` false nothing is kept, and only the bounds hold."""
        self.app = app
        self.keeps = keeps
        self.plain, self.odd = Shelf(KEPT), Shelf(KEPT_ODD)
        self.hosts: set[str] = set()
        self.making: dict[object, asyncio.Future[Page | None]] = {}
        self.slots = {"page": _Slots(AT_ONCE, WAITING), "stream": _Slots(STREAMS, 0)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path, query = path_of(scope), scope["query_string"]
        if (path.startswith(FILES) and not query.startswith(b"v=")) or header(scope["headers"], b"range"):
            await self.app(scope, receive, send)
            return
        try:
            if b"_stream=" in query:
                async with self.slots["stream"].one():
                    await self.app(scope, receive, send)
            elif path.startswith(NEVER):
                await self.app(scope, receive, send)
            else:
                await self._page(scope, receive, send, path, query)
        except Crowd:
            await say(scope, send, 503, BUSY, [(b"retry-after", b"5")])

    async def _page(self, scope: Scope, receive: Receive, send: Send, path: str, query: bytes) -> None:
        host = header(scope["headers"], b"host")
        if len(self.hosts) < MOST_HOSTS:
            self.hosts.add(host)
        key = (path, query, host, scope["scheme"])
        shelf = self.odd if query or host not in self.hosts else self.plain
        page = shelf.get(key) or self.odd.get(key)
        if page is None and key in self.making:
            page = await asyncio.shield(self.making[key])
        if page is not None:
            await _sent(page, scope, send)
            return
        future = self.making[key] = asyncio.get_running_loop().create_future()
        try:
            made = _Made(LARGEST)
            async with self._slot(path, query):
                await self.app({**scope, "method": "GET"}, receive, made)
            page = await self._finished(made, query) if made.is_whole else None
            if page is not None and self.keeps:
                (shelf if page.status == 200 else self.odd).put(key, page)
        finally:
            if self.making.get(key) is future:
                del self.making[key]
            future.set_result(page)
        await (_sent(page, scope, send) if page else made.pass_on(scope, send))

    @asynccontextmanager
    async def _slot(self, path: str, query: bytes) -> AsyncIterator[None]:
        """Room for the work: pages with a query string may take long, so few are made at once."""
        if query and path.startswith("/csea"):
            async with self.slots["page"].one():
                yield
        else:
            yield

    async def _finished(self, made: _Made, query: bytes) -> Page | None:
        """The answer as a page to keep; None where it is not one."""
        largest = LARGEST_SQL if b"sql=" in query else LARGEST
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
        return Page(made.status, headers, content, is_packed, tag, time.monotonic() + SECONDS)


class _Slots:
    """Room for a few at once, and for a few more to wait; Crowd for the rest."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self.semaphore = asyncio.Semaphore(at_once)
        self.left = at_once + waiting

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        if not self.left:
            raise Crowd
        self.left -= 1
        try:
            async with self.semaphore:
                yield
        finally:
            self.left += 1


class _Made:
    """Takes an answer as it is made, all of it; who reads slowly keeps nobody else waiting."""

    def __init__(self, largest: int) -> None:
        self.largest = largest
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

    async def pass_on(self, scope: Scope, send: Send) -> None:
        """Send the answer as it was made."""
        await start(send, self.status, self.headers)
        await body(scope, send, self.content)


async def _sent(page: Page, scope: Scope, send: Send) -> None:
    """Send a page, packed where the client unpacks, or 304 where it has it."""
    headers = [*page.headers, (b"etag", page.tag)]
    if page.status == 200 and page.tag.removeprefix(b"W/") in header(scope["headers"], b"if-none-match").encode():
        await start(send, 304, headers)
        await send({"type": "http.response.body", "body": b""})
        return
    content = page.content
    if page.is_packed and _unpacks(scope):
        headers.append((b"content-encoding", b"gzip"))
    elif page.is_packed:
        content = gzip.decompress(content)
    headers.append((b"content-length", str(len(content)).encode()))
    await start(send, page.status, headers)
    await body(scope, send, content)


def _unpacks(scope: Scope) -> bool:
    accepted = header(scope["headers"], b"accept-encoding").replace(" ", "").lower()
    return "gzip" in accepted and "gzip;q=0," not in f"{accepted},"
