"""A limit on how many requests a client may make in a minute; off unless asked for."""

from __future__ import annotations

import ipaddress
import re
import time
from collections import OrderedDict

from csea.site.middleware.asgi import App, Message, Receive, Scope, Send, path_of, say

PERIOD = 60.0  # seconds
MOST_CLIENTS = 10_000  # remembered; who came longest ago is forgotten first
FREE = ("/assets/", "/built/", "/-/static/")  # kept by the browser, where there is such a file
HEALTH = "/-/health"  # asked by the operator
WITH_PORT = re.compile(r"\[([^\]]*)\](?::\d+)?|([\d.]+):\d+")


class Rate:
    """Answers 429 to a client that has had its requests of this minute."""

    def __init__(self, app: App, limit: int, behind_proxy: bool = False) -> None:
        """Wrap the application; ``limit`` is in requests a minute for each client address."""
        self.app = app
        self.limit = limit
        self.behind_proxy = behind_proxy
        self.seen: OrderedDict[str, tuple[float, int]] = OrderedDict()  # client to start of its minute and requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = path_of(scope) if scope["type"] == "http" else HEALTH
        if path == HEALTH:
            await self.app(scope, receive, send)
        elif path.startswith(FREE):
            await self.app(scope, receive, self._free(scope, send))
        elif not await self._refused(scope, send):
            await self.app(scope, receive, send)

    async def _refused(self, scope: Scope, send: Send) -> bool:
        """Count a request; true where it was answered 429."""
        wait = self.counted(client(scope, self.behind_proxy), time.monotonic())
        if wait:
            text = f"Too many requests: {self.limit:,} a minute are answered. Try again in {wait} s."
            await say(scope, send, 429, text, [(b"retry-after", str(wait).encode())])
        return wait > 0

    def _free(self, scope: Scope, send: Send) -> Send:
        """Passes a file on uncounted; that there is none is an answer like others."""
        is_refused = False

        async def passed(message: Message) -> None:
            nonlocal is_refused
            if message.get("status") == 404:
                is_refused = await self._refused(scope, send)
            if not is_refused:
                await send(message)

        return passed

    def counted(self, who: str, now: float) -> int:
        """Count a request; gives the whole seconds to wait, 0 where it may be answered."""
        begun, requests = self.seen.pop(who, (now, 0))
        if now - begun >= PERIOD:
            begun, requests = now, 0
        self.seen[who] = (begun, requests + 1)
        while len(self.seen) > MOST_CLIENTS:
            self.seen.popitem(last=False)
        return 0 if requests < self.limit else max(1, round(begun + PERIOD - now))


def client(scope: Scope, behind_proxy: bool) -> str:
    """The address that asks; behind a proxy the one that the proxy added last, which the client cannot choose.

    Of IPv6 the first 64 bits: who has one such address has all of them.
    """
    address: str = (scope.get("client") or ("",))[0]
    if behind_proxy:
        given = [value for key, value in scope["headers"] if key.lower() == b"x-forwarded-for"]
        address = given[-1].decode("latin-1").rpartition(",")[2].strip() if given else address
    found = WITH_PORT.fullmatch(address)
    try:
        parsed = ipaddress.ip_address((found[1] or found[2]) if found else address)
    except ValueError:
        return "unknown"
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
