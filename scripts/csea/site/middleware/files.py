"""Files as they are: stylesheets, figures, published files, the database; with ETag, parts and long caching."""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from csea.site.middleware.asgi import PIECE, App, RawHeaders, Receive, Scope, Send, header, nowhere, path_of, start

FOR_EVER = "public, max-age=31536000, immutable"  # addresses that carry the file's hash
HASHED = ("assets", "built", "figures")  # files that are linked so; others are large, and their addresses stay
FOR_NOW = "public, max-age=300"
TYPES = {
    ".atom": "application/atom+xml",
    ".csv": "text/csv; charset=utf-8",
    ".db": "application/vnd.sqlite3",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/jsonl; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
}
TEXT = "text/plain; charset=utf-8"  # also of what a browser would run
PART = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class Files:
    """Serves the mounted folders and files; hands everything else on."""

    def __init__(self, app: App, mounts: dict[str, str]) -> None:
        """Wrap the application; ``mounts`` is name in the address to folder or file."""
        self.app = app
        self.mounts = {name: Path(path).resolve() for name, path in mounts.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        name, slash, rest = path_of(scope)[1:].partition("/") if scope["type"] == "http" else ("", "", "")
        mount = self.mounts.get(name)
        if mount is None or mount.is_file() == bool(slash):
            await self.app(scope, receive, send)
            return
        opened = await asyncio.to_thread(_opened, mount, unquote(rest))
        if opened is None:
            await self.app(nowhere(scope), receive, send)
            return
        with opened:
            path, given = Path(opened.name), scope["query_string"].decode("latin-1")
            is_hash = name in HASHED and given.startswith("v=")
            is_lasting = is_hash and given == f"v={await asyncio.to_thread(hash_of, path, path.stat().st_mtime_ns)}"
            await _sent(opened, path, is_lasting, scope, send)


@lru_cache(maxsize=512)
def hash_of(path: Path, changed: int) -> str:
    """The start of the file's SHA-256, which its address carries; taken anew when it has changed."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _opened(mount: Path, rest: str) -> BinaryIO | None:
    """The file, where there is one at this place and it is to be seen."""
    if any(part.startswith(".") for part in rest.split("/")):
        return None
    try:
        path = (mount / rest).resolve() if rest else mount
        return path.open("rb") if path.is_relative_to(mount) and path.is_file() else None
    except (OSError, ValueError):  # a name that no file can have
        return None


async def _sent(file: BinaryIO, path: Path, is_lasting: bool, scope: Scope, send: Send) -> None:
    found = os.fstat(file.fileno())
    tag = f'"{found.st_mtime_ns:x}-{found.st_size:x}"'
    headers = {
        "content-type": TYPES.get(path.suffix) or _guessed(path),
        "etag": tag,
        "cache-control": FOR_EVER if is_lasting else FOR_NOW,
        "accept-ranges": "bytes",
    }
    if path.suffix == ".db":
        headers["content-disposition"] = f'attachment; filename="{path.name}"'
    if tag in header(scope["headers"], b"if-none-match"):
        await start(send, 304, _raw(headers))
        await send({"type": "http.response.body", "body": b""})
        return
    asked = header(scope["headers"], b"range") if header(scope["headers"], b"if-range") in ("", tag) else ""
    first, end = _part(asked, found.st_size)
    status = 206 if end - first < found.st_size else 200
    headers["content-length"] = str(end - first)
    if status == 206:
        headers["content-range"] = f"bytes {first}-{end - 1}/{found.st_size}"
    await start(send, status, _raw(headers))
    file.seek(first)
    left = end - first if scope["method"] != "HEAD" else 0
    while left > 0:
        piece = await asyncio.to_thread(file.read, min(PIECE, left))
        left = left - len(piece) if piece else 0
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _part(asked: str, size: int) -> tuple[int, int]:
    """Start and end of the bytes asked for; all of them where the request cannot be understood or met."""
    match = PART.fullmatch(asked)
    if not match or not size or match.group(1, 2) == ("", ""):
        return 0, size
    if not match[1]:
        return max(0, size - (int(match[2]) or size)), size
    first, last = int(match[1]), int(match[2]) if match[2] else size - 1
    return (first, min(last, size - 1) + 1) if first <= last and first < size else (0, size)


def _guessed(path: Path) -> str:
    kind = mimetypes.guess_type(path.name)[0] or TEXT
    return kind if kind.startswith(("image/", "font/")) or kind == "text/css" else TEXT


def _raw(headers: dict[str, str]) -> RawHeaders:
    return [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
