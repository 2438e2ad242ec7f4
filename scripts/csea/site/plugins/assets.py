"""Datasette plugin of our own files: their addresses carry their hash, so that they may be cached for ever.

Like every plugin here it is loaded by its path.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from datasette import hookimpl
from datasette.app import Datasette


@hookimpl
def extra_template_vars(datasette: Datasette) -> dict[str, Callable[[str], str]]:
    """Give every template ``asset``, which turns ``/assets/csea.css`` into an address with its hash."""
    mounts: dict[str, str] = dict(datasette.static_mounts)

    def asset(path: str) -> str:
        mount, _, name = path.strip("/").partition("/")
        address = str(datasette.urls.path(path))
        file = Path(mounts.get(mount, "")) / name
        return f"{address}?v={_hash(file, file.stat().st_mtime_ns)}" if file.is_file() else address

    return {"asset": asset}


@cache
def _hash(file: Path, changed: int) -> str:
    """The file's hash, taken anew when it has changed."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]
