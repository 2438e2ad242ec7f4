"""Refuses, in words, what no page of the site needs: other methods, bodies, overlong or odd addresses."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from datasette.utils import tilde_encode

from csea.site.middleware.asgi import App, RawHeaders, Receive, Scope, Send, header, nowhere, path_of, say, start

LONGEST_PATH = 2_000  # bytes
# The form of a correction at its fullest (PARTS in plugins/correct.py), where each letter may take nine bytes; with the
# other headers it stays within HEADERS of csea.site.server.
LONGEST_QUERY = 20_000
LONGEST_VALUE = 4_000  # characters of a parameter that is no SQL
MOST_PARAMETERS = 100
MOST_FACETS = 6  # each may cost its time limit
LONGEST_SEARCH = 200  # characters
READS = ("GET", "HEAD")
ALLOW = (b"allow", b"GET, HEAD, OPTIONS")
CLOSE = (b"connection", b"close")  # what follows a refused body is not read

HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")
AS_THEY_ARE = re.compile(r"/(?:assets|built|data|figures|files)/")  # names of files, which Datasette does not decode
ESCAPED = re.compile(r"[~%]([0-9A-Fa-f]{2})")
ODD_PATH = re.compile(r"[\x00-\x20\\\x7f-\xff]|%00|~00", re.IGNORECASE)
# Datasette's pages for those who run it: they tell a reader nothing about the data.
FOR_STAFF = re.compile(
    r"/-/(?:metadata|versions|plugins|settings|config|threads|databases|actor|auth-token|logout|permissions|messages"
    r"|allow-debug|patterns)(?:\.json)?/?|/_(?:internal|memory)(?:[./].*)?|/:memory:.*"
)

Refusal = tuple[int, str, RawHeaders]


class Gate:
    """Lets through what a page may be asked with."""

    def __init__(self, app: App, behind_proxy: bool = False, public_url: str | None = None) -> None:
        """Wrap the application; behind a proxy its word is taken for how the reader came here (http or https).

        With ``public_url``, everything behind the gate takes the site to be there, whatever host a request names.
        """
        self.app = app
        self.behind_proxy = behind_proxy
        self.public = urlsplit(public_url) if public_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            refused = refusal(scope)
            if refused is not None:
                status, text, headers = refused
                await say(scope, send, status, text, headers)
                return
            if scope["method"] == "OPTIONS":
                await start(send, 204, [ALLOW])
                await send({"type": "http.response.body", "body": b""})
                return
            path = path_of(scope)
            if canonical(path) != path:
                await _lead(scope, send, canonical(path))
                return
            scope = self._plain(scope)
        await self.app(scope, receive, send)

    def _plain(self, scope: Scope) -> Scope:
        """The request without what could make the answer depend on who asks."""
        headers = [pair for pair in scope["headers"] if pair[0].lower() not in (b"cookie", b"authorization")]
        scope = {**scope, "headers": headers}
        if self.behind_proxy and header(headers, b"x-forwarded-proto") == "https":
            scope["scheme"] = "https"
        if self.public:
            others = [pair for pair in headers if pair[0].lower() != b"host"]
            scope |= {"headers": [(b"host", self.public.netloc.encode()), *others], "scheme": self.public.scheme}
        return nowhere(scope) if FOR_STAFF.fullmatch(path_of(scope)) else scope


def canonical(path: str) -> str:
    """The one way to write a path: Datasette decodes ``~63`` to ``c``, and all that stands before it compares paths.

    What must be escaped is, as Datasette does it (``~2F``); nothing else.
    """
    return path if AS_THEY_ARE.match(path) else ESCAPED.sub(_escaped, path)


def _escaped(found: re.Match[str]) -> str:
    byte = int(found[1], 16)
    return str(tilde_encode(chr(byte))) if byte < 128 else f"~{byte:02X}"


async def _lead(scope: Scope, send: Send, path: str) -> None:
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    location = b"/" + path.lstrip("/").encode("latin-1") + query  # two slashes would lead to another host
    await start(send, 301, [(b"location", location)])
    await send({"type": "http.response.body", "body": b""})


def refusal(scope: Scope) -> Refusal | None:
    """Status, sentence and headers of a refusal; None where there is none."""
    path, query = path_of(scope), scope.get("query_string", b"").decode("latin-1")
    headers = scope.get("headers") or []
    if scope["method"] not in (*READS, "OPTIONS"):
        return 405, "This site can only be read: GET, HEAD and OPTIONS are answered.", [ALLOW, CLOSE]
    if header(headers, b"content-length").strip("0") or header(headers, b"transfer-encoding"):
        return 413, "A request to this site has no body.", [CLOSE]
    if not HOST.fullmatch(header(headers, b"host") or "localhost"):
        return 400, "The Host header does not name a host.", [CLOSE]
    if len(path) > LONGEST_PATH or len(query) > LONGEST_QUERY:
        long = f"{LONGEST_PATH:,} characters and what follows its question mark {LONGEST_QUERY:,}"
        return 414, f"The address is too long: its path may have {long}.", []
    if ODD_PATH.search(path) or "%00" in query:
        return 400, "The address holds a character that no address here has.", []
    return _too_much(query)


def _too_much(query: str) -> Refusal | None:
    if query.count("&") + query.count(";") >= MOST_PARAMETERS:
        return 400, f"There are too many parameters: at most {MOST_PARAMETERS} are answered.", []
    pairs = parse_qsl(query, keep_blank_values=True)  # names too may be escaped
    if sum(name in ("_facet", "_facet_array", "_facet_date") for name, _ in pairs) > MOST_FACETS:
        return 400, f"There are too many facets: at most {MOST_FACETS} are counted at once.", []
    if any(name.startswith("_search") and len(value) > LONGEST_SEARCH for name, value in pairs):
        return 400, f"The search is too long: at most {LONGEST_SEARCH} characters are looked for.", []
    if any(name != "sql" and len(value) > LONGEST_VALUE for name, value in pairs):
        return 400, f"A parameter is too long: but for SQL, at most {LONGEST_VALUE:,} characters are read.", []
    return None
