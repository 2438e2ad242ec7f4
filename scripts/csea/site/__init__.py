"""The site room: the dataset in Datasette, with everything generated from schemas, views and files.

``metadata`` makes Datasette's configuration; ``plugins/``, ``templates/`` and ``static/`` are what Datasette
loads from here. :func:`serve` replaces this process by the server.
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
METADATA = "build/site/metadata.json"
INSPECTED = "build/site/inspected.json"
SERVING = "build/site/serving.json"
BUILT = "build/site/assets"  # what is made for the site alone, such as the bundled scripts
LOOPBACK = ("127.0.0.1", "::1", "localhost")
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
    "num_sql_threads": 3,  # two for pages that may take long (AT_ONCE in middleware/cache.py), one for the others
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
    static_copy: bool = False  # the pages will be files, without this program behind them


def serve(project: Project, options: Options) -> None:
    """Serve the database read-only; does not return.

    UsageError when the database is not built, the address cannot be listened on or the repository is no https address.
    """
    from csea.project import DATABASE

    if not (project.root / DATABASE).is_file():
        raise UsageError("There is no database yet. Run `make build` first.")
    if options.repository and not REPOSITORY.fullmatch(options.repository):
        raise UsageError(f"--repository must be the https address of a repository, not {options.repository!r}.")
    check_address(options.host, options.port)
    if options.host not in LOOPBACK and os.geteuid() == 0:
        print("Warning: the root user serves on an open address; an ordinary user is enough.", file=sys.stderr)
    serving = _written(project.root / SERVING, prepared(project, options).to_json())
    shown = f"[{options.host}]" if ":" in options.host else options.host
    print(f"The dataset is at http://{shown}:{options.port}/ (Ctrl-C stops it).", flush=True)
    environment = {"MALLOC_ARENA_MAX": "2", **os.environ}  # with few arenas, freed memory goes back to the system
    os.execve(sys.executable, [sys.executable, "-m", "csea.site.server", str(serving)], environment)


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
    """What the server process is told; writes the metadata that it reads."""
    from csea.project import DATABASE
    from csea.site.metadata import metadata
    from csea.site.server import Serving
    from csea.site.vega import write_bundle

    inspected = inspect(project.root)
    facts = metadata(project)
    facts["plugins"]["csea"] |= {
        "serving": {
            "cache": True,
            "sha256": inspected["hash"],
            "hashed_urls": options.hashed_urls,
            "rate_limit": options.rate_limit,
            "behind_proxy": options.behind_proxy,
        },
        "static_copy": options.static_copy,
        **({"repository": options.repository.rstrip("/")} if options.repository else {}),
    }
    settings = _written(project.root / METADATA, (json.dumps(facts, indent=2, ensure_ascii=False) + "\n").encode())
    for folder in (BUILT, "docs/figures"):
        (project.root / folder).mkdir(parents=True, exist_ok=True)
    write_bundle(project.root / BUILT / "vega.js")
    return Serving(
        database=str(project.root / DATABASE),
        metadata=str(settings),
        templates=str(HERE / "templates"),
        plugins=str(HERE / "plugins"),
        mounts=static_mounts(project.root),
        settings=SETTINGS,
        inspected={"csea": inspected},
        host=options.host,
        port=options.port,
    )


def inspect(root: Path) -> dict[str, Any]:
    """What `datasette inspect` finds in the database: its hash and the rows of its tables; kept until it changes.

    So no page counts rows that cannot change.
    """
    from csea.project import DATABASE

    database, kept = root / DATABASE, root / INSPECTED
    found = database.stat()
    now = {"file": database.name, "size": found.st_size, "mtime": int(found.st_mtime)}
    if kept.is_file():
        known: dict[str, Any] = json.loads(kept.read_bytes())
        if known.items() >= now.items():
            return known
    with database.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?immutable=1", uri=True)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counts = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
    result = {**now, "hash": digest, "tables": {name: {"count": count} for name, count in counts.items()}}
    _written(kept, (json.dumps(result, indent=2) + "\n").encode())
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
