"""The site room: the dataset in Datasette, with everything generated from schemas, views and files.

At the start, here: :func:`prepared` says what to serve and :func:`serve` replaces this process by the server.
``metadata`` makes Datasette's configuration from ``about`` (version, files, citation), ``columns`` and ``pictures``.

In the server: ``server`` runs Datasette; ``middleware/`` bounds, keeps and marks what passes; ``plugins/`` make the
pages from ``templates/`` and ``static/``, with ``asked``, ``cells``, ``citation`` and ``guides``. What takes long or
much memory runs ``apart``, in a process of its own: ``judge`` for corrections, ``earlier`` for earlier versions.

Without a server: ``figures`` draws the pictures (``vega`` bundles the script that draws them in a page) and ``export``
writes the site as files. By hand, when boundaries change: ``map/``.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import socket
import sqlite3
import sys
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csea.errors import UsageError

if TYPE_CHECKING:
    from csea.project import Project
    from csea.site.server import Serving

HERE = Path(__file__).parent
HOST = "127.0.0.1"
INSPECTED = "build/site/inspected.json"
BUILT = "build/site/assets"  # what is made for the site alone, such as the bundled scripts
BUNDLE = "vega.js"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
PUBLIC = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?/?", re.IGNORECASE)
REPOSITORY = re.compile(r"https://[a-z0-9.-]+(?::\d+)?/[\w./~-]+", re.IGNORECASE)

# Suggested facets are nearly the whole cost of a table page; the schemas name the sensible ones.
# Bulk belongs in the files, which every page links to.
SETTINGS: dict[str, int | str] = {
    "default_page_size": 50,
    "default_facet_size": 10,
    "suggest_facets": False,
    "sql_time_limit_ms": 2000,
    "facet_time_limit_ms": 1000,
    "max_returned_rows": 5000,
    "max_csv_mb": 200,
    "num_sql_threads": 3,  # two for pages that may take long (AT_ONCE in middleware/room.py), one for the others
    "truncate_cells_html": 300,
}


@dataclass(frozen=True)
class Options:
    """How the site is served."""

    host: str = HOST
    port: int = 8001
    rate_limit: int | None = None  # requests a minute for each client
    behind_proxy: bool = False
    hashed_urls: bool = False
    repository: str | None = None
    public_url: str | None = None  # where readers find the site, whatever host a request names
    static_copy: bool = False  # the pages will be files, without this program behind them


def serve(project: Project, options: Options) -> None:
    """Serve the database read-only; does not return.

    UsageError when the database is not built, the address cannot be listened on or an option is no address of its kind.
    """
    if options.repository and not REPOSITORY.fullmatch(options.repository):
        raise UsageError(f"--repository must be the https address of a repository, not {options.repository!r}.")
    if options.public_url and not PUBLIC.fullmatch(options.public_url):
        raise UsageError(
            "--public-url must be where readers find the site, such as https://data.example.org, "
            f"with no path or query, not {options.public_url!r}."
        )
    check_address(options.host, options.port)
    if options.host not in LOOPBACK and os.geteuid() == 0:
        print("Warning: the root user serves on an open address; an ordinary user is enough.", file=sys.stderr)
    serving = _handed_on(prepared(project, options).to_json())
    shown = f"[{options.host}]" if ":" in options.host else options.host
    print(f"The dataset is at http://{shown}:{options.port}/ (Ctrl-C stops it).", flush=True)
    environment = {"MALLOC_ARENA_MAX": "2", **os.environ}  # with few arenas, freed memory goes back to the system
    os.execve(sys.executable, [sys.executable, "-m", "csea.site.server", str(serving)], environment)


def _handed_on(data: bytes) -> int:
    """The descriptor of an open file with this data, which has no name, so that no other start can change it."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        descriptor = os.dup(file.fileno())
    os.set_inheritable(descriptor, True)  # by the program that replaces this one
    return descriptor


def check_address(host: str, port: int) -> None:
    """UsageError with the reason when this address cannot be listened on."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except PermissionError:
        raise UsageError(f"Port {port} is kept for the root user. Choose one above 1023.") from None
    except (OSError, UnicodeError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            text = f"Port {port} is taken by another program. Choose another: make serve PORT={port + 1}"
        else:
            text = f"This machine has no address {host!r} to serve on. Try --host 127.0.0.1 or --host 0.0.0.0."
        raise UsageError(text) from None


def prepared(project: Project, options: Options) -> Serving:
    """What the server process is told; makes the files that it serves. UsageError when the database is not built."""
    from csea.project import DATABASE
    from csea.site.metadata import metadata
    from csea.site.server import Serving

    if not (project.root / DATABASE).is_file():
        raise UsageError("There is no database yet. Run `make build` first.")
    inspected = inspect(project.root, {name: list(schema.facets) for name, schema in project.tables.items()})
    facts = metadata(project)
    mounts = dict(static_mounts(project.root)) | {"built": str(_bundled(project.root / BUILT))}
    facts["plugins"]["csea"] |= {
        "serving": {
            "cache": True,
            "sha256": inspected["hash"],
            "pages_sha256": _pages_hash(
                inspected["hash"], {**facts, "at": [options.public_url, options.repository]}, mounts
            ),
            "hashed_urls": options.hashed_urls,
            "rate_limit": options.rate_limit,
            "behind_proxy": options.behind_proxy,
            "public_url": options.public_url,
        },
        "static_copy": options.static_copy,
        **({"repository": options.repository.rstrip("/")} if options.repository else {}),
    }
    return Serving(
        database=str(project.root / DATABASE),
        metadata=facts,
        templates=str(HERE / "templates"),
        plugins=str(HERE / "plugins"),
        mounts=list(mounts.items()),
        settings=SETTINGS,
        inspected={"csea": inspected},
        host=options.host,
        port=options.port,
    )


def _pages_hash(database: str, facts: Mapping[str, Any], mounts: Mapping[str, str]) -> str:
    """The hash of all that the database's pages are made of: what is in it, what is said of it, and how it is shown.

    ``database`` is its own hash. Of the files that pages link to under their hashes, the hash changes with each.
    """
    digest = hashlib.sha256(database.encode())
    digest.update(json.dumps(facts, sort_keys=True).encode())
    folders = [HERE / "templates", HERE / "plugins", *(Path(mounts[name]) for name in ("assets", "figures", "built"))]
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.suffix != ".pyc"):
        if path.is_file():
            digest.update(path.name.encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _bundled(folder: Path) -> Path:
    """The folder of what is made for the site alone: this one, or one for this start alone where it may not be written.

    `make build` has filled it, unless another version did.
    """
    from csea.site.vega import write_bundle

    try:
        write_bundle(folder / BUNDLE)
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="csea-"))
        write_bundle(folder / BUNDLE)
    return folder


def inspect(root: Path, facets: Mapping[str, list[str]] | None = None) -> dict[str, Any]:
    """What `datasette inspect` finds in the database, its hash and the rows of its tables, and the tables' facets.

    ``facets`` is table to columns. Kept until the database changes, so that no page counts rows that cannot change.
    """
    from csea.database import open_readonly
    from csea.project import DATABASE

    database, kept = root / DATABASE, root / INSPECTED
    found = database.stat()
    facets = facets or {}
    now = {"file": database.name, "size": found.st_size, "mtime_ns": found.st_mtime_ns, "facets": facets}
    if kept.is_file():
        known: dict[str, Any] = json.loads(kept.read_bytes())
        if known.items() >= now.items():
            return known
    with database.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with closing(open_readonly(database)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables = {name: _counts(connection, name, facets.get(name, [])) for name in names}
    result = {**now, "hash": digest, "tables": tables}
    _written(kept, (json.dumps(result, indent=2) + "\n").encode())
    return result


def _counts(connection: sqlite3.Connection, table: str, facets: list[str]) -> dict[str, Any]:
    """The table's number of rows, and of each facet the commonest values with theirs, as Datasette orders them."""
    result: dict[str, Any] = {"count": connection.execute(f"SELECT count(*) FROM [{table}]").fetchone()[0]}
    there = {row[1] for row in connection.execute(f"PRAGMA table_info([{table}])")}
    most = int(SETTINGS["default_facet_size"]) + 1  # with one more than is shown a page can tell that there are more
    for column in there.intersection(facets):
        sql = f"SELECT [{column}], count(*) FROM [{table}] WHERE [{column}] IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
        result.setdefault("facets", {})[column] = [list(row) for row in connection.execute(f"{sql} LIMIT {most}")]
    return result


def _written(path: Path, data: bytes) -> Path:
    """Where the data stands now: in this file, or in one for this start alone where the file system is read-only."""
    from csea.io import write_atomic

    try:
        write_atomic(path, data)
    except OSError:
        path = Path(tempfile.mkdtemp(prefix="csea-")) / path.name
        path.write_bytes(data)
    return path


def static_mounts(root: Path) -> list[tuple[str, str]]:
    """Address and folder of the files that are served as they are."""
    folders = {
        "assets": HERE / "static",
        "files": root / "data",
        "figures": root / "docs/figures",
        "built": root / BUILT,
    }
    return [(name, str(folder)) for name, folder in folders.items()]
