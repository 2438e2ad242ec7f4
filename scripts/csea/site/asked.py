"""What the plugins ask of the running site: the facts of the metadata, where the files are, how to refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from datasette import NotFound
from datasette.app import Datasette
from datasette.views.base import DatasetteError

DATABASE = "csea"


def facts(datasette: Datasette) -> dict[str, Any]:
    """What the generated metadata says for plugins; Datasette's own ``plugin_config`` copies all of it each time."""
    found: dict[str, Any] = datasette.jinja_env.globals["dataset"]
    return found


def folder_of(datasette: Datasette, mount: str) -> Path | None:
    """The folder that is served at ``/mount/``, None where none is."""
    folder = dict(datasette.static_mounts).get(mount)
    return None if folder is None else Path(folder)


def data_folder(datasette: Datasette) -> Path | None:
    """The folder with the published files, which is served at /files/."""
    return folder_of(datasette, "files")


def root_folder(datasette: Datasette) -> Path:
    """The folder of the dataset, in which data/ stands; NotFound where no files are served."""
    data = data_folder(datasette)
    if data is None:
        raise NotFound("No files are served here")
    return data.parent


def refused(why: str, title: str = "That cannot be done") -> DatasetteError:
    """The error 400 for something that was asked wrongly."""
    return DatasetteError(why, title=title, status=400)
