"""Datasette plugin of our own files: their addresses carry their hash, so that they may be cached for ever.

Like every plugin here it is loaded by its path.
"""

from collections.abc import Callable

from datasette import hookimpl
from datasette.app import Datasette

from csea.site.asked import folder_of
from csea.site.middleware.files import hash_of


@hookimpl
def extra_template_vars(datasette: Datasette) -> dict[str, Callable[[str], str]]:
    """Give every template ``asset``, which turns ``/assets/csea.css`` into an address with its hash."""

    def asset(path: str) -> str:
        mount, _, name = path.strip("/").partition("/")
        address = str(datasette.urls.path(path))
        folder = folder_of(datasette, mount)
        file = folder / name if folder else None
        return f"{address}?v={hash_of(file, file.stat().st_mtime_ns)}" if file and file.is_file() else address

    return {"asset": asset}
