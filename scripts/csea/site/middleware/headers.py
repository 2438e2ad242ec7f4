"""The same safety headers on every answer, and a last word where the program fails."""

from __future__ import annotations

import logging

from csea.site.middleware.asgi import App, Message, RawHeaders, Receive, Scope, Send, header, say

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS: RawHeaders = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    # Anybody may read the data from their own page; nothing here depends on who asks.
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-expose-headers", b"Content-Disposition, Content-Length, Content-Range, ETag, Link, Retry-After"),
]
# What Datasette says of these is replaced; there are no cookies, so no answer depends on one.
DROPPED = (*(name for name, _ in ALWAYS), b"access-control-", b"set-cookie", b"server", b"vary")
FAILED = "Something failed here. It was not your doing."


class Headers:
    """Adds the headers; answers 500 in one sentence where nothing else did."""

    def __init__(self, app: App) -> None:
        """Wrap the application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_safely(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message = {**message, "headers": safe(message["status"], message.get("headers") or [])}
            await send(message)

        try:
            await self.app(scope, receive, send_safely)
        except Exception:
            logging.getLogger("uvicorn.error").exception("A request failed")
            if started:
                raise
            await say(scope, send_safely, 500, FAILED)


def safe(status: int, headers: RawHeaders) -> RawHeaders:
    """The headers of an answer as they are sent."""
    given = [(key.lower(), value) for key, value in headers]
    kept = [(key, value) for key, value in given if not key.startswith(DROPPED)]
    is_page = header(kept, b"content-type").startswith("text/html")
    added = [*ALWAYS, (b"vary", b"Accept-Encoding")]
    added.append((b"cross-origin-resource-policy", b"same-origin" if is_page else b"cross-origin"))
    if status >= 400 and status not in (404, 410):
        kept = [(key, value) for key, value in kept if key != b"cache-control"]
        added.append((b"cache-control", b"no-store"))
    return kept + added
