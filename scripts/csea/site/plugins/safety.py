"""Datasette plugin of safety: puts what ``csea.site.middleware`` has before Datasette, outside every other plugin.

Also spares Datasette what costs most here: it asks for each table of a page whether the reader may see it, each time
by a query and a copy of all metadata, and for each request whether the schema has changed. Everybody may read all of
an immutable file. Like every plugin here it is loaded by its path.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette

from csea.site.middleware import chain
from csea.site.middleware.asgi import App

BREATH = 500  # cells drawn before others get their turn
FOR_STAFF = ("permissions-debug", "debug-menu")
OWN_NOTES = "_internal"  # Datasette's database of its own
_drawn = 0


@hookimpl(trylast=True)  # the last to wrap is the outermost
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """Stand before everything that answers."""
    mounts = {name.strip("/"): str(path) for name, path in datasette.static_mounts}
    if "files" in mounts:
        mounts["data"] = mounts["files"]  # the descriptor names its files as data/..., so they can be had there too
    databases = {f"{name}.db": database.path for name, database in datasette.databases.items() if database.path}
    facts: dict[str, Any] = datasette.plugin_config("csea") or {}  # templates have none yet
    return lambda app: chain(app, {**databases, **mounts}, facts.get("serving") or {})


@hookimpl
def startup(datasette: Datasette) -> None:
    """Answer Datasette's questions about rights and changes without looking."""

    async def permission_allowed(actor: object, action: str, resource: object = None, default: bool = False) -> bool:
        about = resource[0] if isinstance(resource, tuple) else resource
        return action not in FOR_STAFF and about != OWN_NOTES

    async def refresh_schemas() -> None:
        """Nothing changes."""

    datasette.permission_allowed = permission_allowed
    datasette.refresh_schemas = refresh_schemas


@hookimpl(tryfirst=True)
def render_cell() -> Coroutine[Any, Any, None] | None:
    """Let others have their turn while a large page is drawn, which otherwise keeps them all waiting."""
    global _drawn
    _drawn += 1
    return asyncio.sleep(0) if _drawn % BREATH == 0 else None
