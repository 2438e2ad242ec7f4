"""The site room: the dataset in Datasette, with everything generated from schemas, views and files.

``metadata`` makes Datasette's configuration; ``plugins/``, ``templates/`` and ``static/`` are what Datasette
loads from here. :func:`serve` replaces this process by the server.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from csea.errors import UsageError
from csea.io import write_atomic
from csea.project import DATABASE
from csea.site.metadata import metadata_bytes

if TYPE_CHECKING:
    from csea.project import Project

HERE = Path(__file__).parent
HOST = "127.0.0.1"
METADATA = "build/site/metadata.json"
BUILT = "build/site/assets"  # what is made for the site alone, such as the bundled scripts

# Suggested facets are nearly the whole cost of a table page; the schemas name the sensible ones.
# Bulk belongs in the files, which every page links to.
SETTINGS = {
    "default_page_size": 50,
    "default_facet_size": 10,
    "suggest_facets": "off",
    "sql_time_limit_ms": 2000,
    "facet_time_limit_ms": 1000,
    "max_returned_rows": 5000,
    "num_sql_threads": 2,
    "truncate_cells_html": 300,
}


def serve(project: Project, port: int) -> None:
    """Serve the database read-only on 127.0.0.1; does not return.

    UsageError when the database is not built or the port is taken.
    """
    if not (project.root / DATABASE).is_file():
        raise UsageError("There is no database yet. Run `make build` first.")
    if port_is_taken(port):
        raise UsageError(f"Port {port} is taken by another program. Choose another: make serve PORT={port + 1}")
    print(f"The dataset is at http://{HOST}:{port}/ (Ctrl-C stops it).", flush=True)
    os.execv(sys.executable, [sys.executable, "-m", "datasette", *arguments(project, port)])


def port_is_taken(port: int) -> bool:
    """Whether another program listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def arguments(project: Project, port: int) -> list[str]:
    """Datasette's arguments; writes the metadata file that they name."""
    metadata = project.root / METADATA
    write_atomic(metadata, metadata_bytes(project))
    for folder in (BUILT, "docs/figures"):
        (project.root / folder).mkdir(parents=True, exist_ok=True)
    settings = [part for name, value in SETTINGS.items() for part in ("--setting", name, str(value))]
    mounts = [part for name, folder in static_mounts(project.root) for part in ("--static", f"{name}:{folder}")]
    return [
        "serve",
        "--immutable",
        str(project.root / DATABASE),
        "--host",
        HOST,
        "--port",
        str(port),
        "--metadata",
        str(metadata),
        "--template-dir",
        str(HERE / "templates"),
        "--plugins-dir",
        str(HERE / "plugins"),
        *mounts,
        "--cors",
        *settings,
    ]


def static_mounts(root: Path) -> list[tuple[str, str]]:
    """Address and folder of the files that are served as they are."""
    folders = {
        "assets": HERE / "static",
        "files": root / "data",
        "figures": root / "docs/figures",
        "built": root / BUILT,
    }
    return [(name, str(folder)) for name, folder in folders.items()]
