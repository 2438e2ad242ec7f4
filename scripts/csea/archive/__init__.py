"""The archive: every record of the News API as received, every version of it, on this machine alone.

Texts of releases hold names, so the archive stays out of the repository, in the user's cache folder. It is
append-only: ``state.sql`` says what is held, ``parts/*.parquet`` hold the texts. ``collect/`` fills it and
``code/`` reads it, in Arrow batches. Out of scope: what the texts say.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from csea.archive.store import Archive, ArchiveError

__all__ = ["Archive", "ArchiveError", "archive_folder", "holds_archive"]


def archive_folder(cache: Path | None = None) -> Path:
    """Where the archive is: below ``cache``, or the variable CSEA_CACHE, or the user's cache folder."""
    base = cache or os.environ.get("CSEA_CACHE") or platformdirs.user_cache_dir("csea", appauthor=False)
    return Path(base).expanduser() / "archive"


def holds_archive(folder: Path) -> bool:
    """Whether there is an archive in ``folder``."""
    return (folder / "state.db").is_file()
