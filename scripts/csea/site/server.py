"""The server process: Datasette under uvicorn, with bounds on slow and many clients.

``csea serve`` writes what to serve into a file without a name and replaces itself by ``python -m csea.site.server
DESCRIPTOR``, the number under which it stays open, so that this process imports only what it needs. ``datasette serve``
starts uvicorn without any of these bounds.

Datasette and uvicorn have no hook for some of it, so these of their names are replaced; ``tests/site/test_replaced.py``
holds each to what it is in the pinned versions:

- ``H11Protocol`` (here): uvicorn waits for ever for a request's end and for a client that does not read.
- ``uvicorn.Server.startup`` (here): the first reader should not wait for plugins and templates.
- ``datasette.vendored.pint`` (here): half a second of start for units that no column has.
- ``datasette.database.sqlite_timelimit`` (``plugins/limits.py``): its clock stands still within a long function call.
- ``Datasette.permission_allowed`` and ``refresh_schemas`` (``plugins/safety.py``): asked for every table of every page.
- ``Database.execute`` (``plugins/rows.py``, ``plugins/answers.py``, ``plugins/errors.py``): the order of a first page;
  the rows that are shown; what readers ask stays out of the log.
- ``QueryView.data`` (``plugins/answers.py``): a page shows no more rows than a person reads, and errors are errors.
- ``ColumnFacet.facet_results`` (``plugins/facets.py``): counts of a whole table are known beforehand.
- ``TableView.data``, ``RowView.get`` and ``RowView.data`` (``plugins/rows.py``): plain refusals, and ids out of use.
- ``datasette.handle_exception``, unregistered (``plugins/errors.py``), and its ``rich`` (``plugins/csea.py``): its page
  would be made for nothing, and its log would hold what readers asked.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from datasette.app import Datasette

HEAD = 10  # seconds that a client may take to send a request
STALL = 30  # seconds that a client may leave what it asked for untaken
KEEP_ALIVE = 5  # seconds that a connection stays open with nothing asked
HEADERS = 32 * 1024  # bytes of a request's head
CONNECTIONS = 200  # at once; more are told 503
STOPPING = 3  # seconds that running requests have when the server stops


@dataclass
class Serving:
    """What to serve, and how."""

    database: str
    metadata: dict[str, Any]
    templates: str
    plugins: str
    mounts: list[tuple[str, str]]
    settings: dict[str, int | str]
    inspected: dict[str, Any] = field(default_factory=dict)
    host: str = "127.0.0.1"
    port: int = 8001

    def to_json(self) -> bytes:
        """For the file that the server process reads."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()


class NoUnits(ModuleType):
    """Stands in for the library of physical units that Datasette brings: half a second of start, used by no column."""

    UnitRegistry = dict


def site(serving: Serving) -> Datasette:
    """Datasette on the database."""
    sys.modules.setdefault("datasette.vendored.pint", NoUnits("pint"))
    from datasette.app import Datasette

    return Datasette(
        files=[],
        immutables=[serving.database],
        metadata=serving.metadata,
        inspect_data=serving.inspected or None,
        template_dir=serving.templates,
        plugins_dir=serving.plugins,
        static_mounts=[(name, folder) for name, folder in serving.mounts],
        settings=serving.settings,
        cors=True,
    )


class Protocol(H11Protocol):
    """HTTP that does not wait for ever: for the rest of a request, or for a client that does not read."""

    late: asyncio.TimerHandle | None = None
    stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect a request soon."""
        super().connection_made(transport)
        self.late = self.loop.call_later(HEAD, transport.abort)

    def data_received(self, data: bytes) -> None:
        """Expect the rest of a request soon; the time runs from its first byte."""
        super().data_received(data)
        is_answering = self.cycle is not None and not self.cycle.response_complete
        if is_answering:
            self._forget()
        elif self.late is None:
            self.late = self.loop.call_later(HEAD, self.transport.abort)

    def pause_writing(self) -> None:
        """Expect the client to read on soon."""
        super().pause_writing()
        if self.stalled is None:
            self.stalled = self.loop.call_later(STALL, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads."""
        super().resume_writing()
        if self.stalled is not None:
            self.stalled.cancel()
            self.stalled = None

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, even where the client has not taken all."""
        super().timeout_keep_alive_handler()
        self.loop.call_later(STALL, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all clocks."""
        self._forget()
        super().connection_lost(exc)  # resumes writing

    def _forget(self) -> None:
        if self.late is not None:
            self.late.cancel()
            self.late = None


def configuration(app: Any, host: str, port: int) -> uvicorn.Config:
    """Uvicorn's configuration; no list of who asked for what is kept."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=Protocol,
        ws="none",
        lifespan="on",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=STOPPING,
        h11_max_incomplete_event_size=HEADERS,
    )


class Server(uvicorn.Server):
    """A server that is ready before it listens, so that the first reader does not wait for it."""

    def __init__(self, served: Datasette, serving: Serving) -> None:
        """Serve the site at its address."""
        super().__init__(configuration(served.app(), serving.host, serving.port))
        self.served, self.templates = served, Path(serving.templates)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Make ready, then listen."""
        await prepare(self.served, self.templates)
        await super().startup(sockets)


async def prepare(served: Datasette, templates: Path) -> None:
    """Do once what the first page of each kind would do: start the plugins, compile our templates, open the database.

    The templates take a quarter of a second in all, and each page four times as long as it needs where it has to
    compile its own.
    """
    await served.invoke_startup()
    for template in sorted(templates.glob("*.html")):
        served.jinja_env.get_template(template.name)
    await served.get_database().table_names()


def main() -> None:
    """Serve until told to stop."""
    with os.fdopen(int(sys.argv[1]), "rb") as file:
        serving = Serving(**json.load(file))
    Server(site(serving), serving).run()


if __name__ == "__main__":
    main()
