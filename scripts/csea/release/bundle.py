"""The bundle: one ZIP file with all that a reader of a version needs, the same bytes for the same contents.

Names are sorted, times are the day of the release, rights are fixed; the compression depends on the version of zlib.
Out of scope: making the contents (``build``, ``notes``).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from csea.io import sha256
from csea.project import DATABASE

SUMS = "SHA256SUMS"
# Files that the bundle takes from the repository or, where it makes them anew, from the release.
DOCUMENTS = (
    "CHANGELOG.md",
    "CITATION.cff",
    "LICENSE",
    "LICENSE-DATA",
    "PRIVACY.md",
    "README.md",
    "VERSION",
    "datapackage.json",
    "docs/codebook.md",
)
READABLE = 0o100644 << 16  # a regular file that everybody may read
UNIX = 3


def bundle_name(version: str) -> str:
    """The name of a version's bundle."""
    return f"csea-{version}.zip"


def bundle_files(root: Path, version: str, made: Mapping[str, bytes]) -> dict[str, bytes]:
    """Path in the bundle to content, with the checksums of all others; ``made`` has what the release makes, by path.

    FileNotFoundError for a document that is nowhere.
    """
    schemas = sorted(path for path in (root / "schemas").rglob("*") if path.is_file())
    wanted = [*DOCUMENTS, *(path.relative_to(root).as_posix() for path in schemas), f"data/changes/{version}.csv"]
    files = {path: made[path] if path in made else (root / path).read_bytes() for path in wanted}
    files["csea.db"] = made[DATABASE]
    tables = [path for path in made if _is_table(path)]
    files |= {path: made[path] for path in tables}
    return {**files, SUMS: sums(files)}


def _is_table(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return (folder, Path(name).suffix) in {("data", ".csv"), ("data/parquet", ".parquet")}


def sums(files: Mapping[str, bytes]) -> bytes:
    """Checksums as ``sha256sum --check`` reads them."""
    return "".join(f"{sha256(data)}  {path}\n" for path, data in sorted(files.items())).encode()


def zip_bytes(folder: str, files: Mapping[str, bytes], date: str) -> bytes:
    """A ZIP file with one top folder; ``date`` (ISO 8601) is the time of every file in it."""
    year, month, day = map(int, date.split("-"))
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, data in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{path}", (year, month, day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = UNIX
            entry.external_attr = READABLE
            archive.writestr(entry, data)
    return sink.getvalue()
