"""Where the files of a version lie: a folder, a ZIP bundle, a revision of a git repository. Nothing is unpacked.

A store knows the names of its files, relative to the top of the version and with ``/``, opens one, and says how a
message should call it. Out of scope: what files mean (``sources.py``) and what they say (``reading.py``).
"""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from csea.compare.reading import VersionError
from csea.errors import printable

DESCRIPTOR = "datapackage.json"
# Where tables may lie and how their files end; the first place that holds one is read.
PLACES = (("data/", ".csv"), ("", ".csv"), ("data/parquet/", ".parquet"), ("parquet/", ".parquet"), ("", ".parquet"))
MOST_BYTES = 4 * 2**30  # of one file in a bundle, uncompressed; our largest tables have a hundredth of it
MOST_PACKED = 200  # times as large as when packed; text of ours packs to a tenth
SMALL = 10 * 2**20  # bytes below which nobody cares how well a file packs


class Store(Protocol):
    """The files of one version."""

    @property
    def only(self) -> str:
        """The one file that is meant, where one alone is."""
        ...

    @property
    def names(self) -> frozenset[str]:
        """The files that may hold tables or their descriptor."""
        ...

    def open(self, name: str) -> pa.NativeFile:
        """One of them."""
        ...

    def shown(self, name: str) -> str:
        """How a message calls it."""
        ...


def is_wanted(name: str) -> bool:
    """Whether a file may hold a table, by its place and ending, or is a descriptor."""
    folder, _, own = name.rpartition("/")
    return own == DESCRIPTOR or any(f"{folder}/".lstrip("/") == at and own.endswith(end) for at, end in PLACES)


@dataclass(frozen=True)
class Folder:
    """A folder, or one file of it alone."""

    path: Path
    only: str = ""

    @property
    def names(self) -> frozenset[str]:
        """Files in the places where tables may lie."""
        folders = {place for place, _ in PLACES}
        found = {
            f"{at}{file.name}" for at in folders if (self.path / at).is_dir() for file in (self.path / at).iterdir()
        }
        files = {name for name in found if is_wanted(name) and (self.path / name).is_file()}
        return frozenset(name for name in files if not self.only or name in (self.only, DESCRIPTOR))

    def open(self, name: str) -> pa.NativeFile:
        """One file, mapped to memory; OSError where it cannot be read."""
        path = self.path / name
        return pa.memory_map(str(path)) if path.stat().st_size else pa.BufferReader(b"")

    def shown(self, name: str) -> str:
        """Its path."""
        return printable(str(self.path / name))


@dataclass(frozen=True)
class Bundle:
    """A ZIP file, perhaps with all its files in one folder."""

    path: Path
    only: str = field(init=False, default="")
    _top: str = field(init=False, default="")
    _sizes: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Read the list of files. VersionError where it is broken, or where a file would be absurdly large."""
        try:
            with zipfile.ZipFile(self.path) as file:
                entries = [item for item in file.infolist() if not item.is_dir()]
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise VersionError(f"{self.shown('')} cannot be read as a ZIP file: {printable(str(error))}.") from error
        tops = {item.filename.split("/")[0] for item in entries}
        if len(tops) == 1 and all("/" in item.filename for item in entries):
            object.__setattr__(self, "_top", f"{tops.pop()}/")
        for item in entries:
            name = item.filename.removeprefix(self._top)
            if is_wanted(name):
                self._weigh(name, item)

    def _weigh(self, name: str, item: zipfile.ZipInfo) -> None:
        packed_well = item.file_size > SMALL and item.file_size > MOST_PACKED * max(item.compress_size, 1)
        if packed_well or item.file_size + sum(self._sizes.values()) > MOST_BYTES:
            raise VersionError(f"{self.shown(name)} would unpack to {item.file_size:,} bytes, so it is not read.")
        self._sizes[name] = item.file_size

    @property
    def names(self) -> frozenset[str]:
        """Files in the places where tables may lie, without the folder that holds them all."""
        return frozenset(self._sizes)

    def open(self, name: str) -> pa.NativeFile:
        """One file, in memory. zipfile gives no more bytes than the list says, whatever follows in the file."""
        try:
            with zipfile.ZipFile(self.path) as file:
                return pa.BufferReader(file.read(f"{self._top}{name}"))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
            raise VersionError(f"{self.shown(name)} cannot be unpacked: {printable(str(error))}.") from error

    def shown(self, name: str) -> str:
        """The bundle's path and the name in it."""
        return printable(f"{self.path}, {name}" if name else str(self.path))


def descriptor_above(folder: Path) -> Path | None:
    """The ``datapackage.json`` one or two folders above that lists a file of ``folder``; None where there is none."""
    for above in list(folder.absolute().parents)[:2]:
        try:
            package = json.loads((above / DESCRIPTOR).read_text(encoding="utf-8"))
            paths = [Path(above, item["path"]).parent for item in package["resources"]]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            continue
        if folder.absolute() in paths:
            return above / DESCRIPTOR
    return None
