"""The two versions that a release compares: the newest released one, from its tag, and what a build has just made.

Out of scope: comparing them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csea.check.files import read_file
from csea.compare.sources import Version, read_revision, read_version
from csea.errors import UsageError
from csea.project import REGISTERS, Project
from csea.register import Registers
from csea.release.changes import FOLDER
from csea.release.git import Git
from csea.release.history import History, Released
from csea.rooms import text_frame
from csea.schema import Schema

READ = ("data/", "datapackage.json")  # where a version has its tables, registers and schemas


@dataclass(frozen=True)
class Previous:
    """The newest released version. ``fingerprints`` are those of its registers, ``released`` its tables by name."""

    number: str
    date: str
    tag: str
    tables: Version
    descriptor: bytes
    released: dict[str, Released]
    fingerprints: dict[str, dict[str, object]]

    @property
    def schemas(self) -> dict[str, Schema]:
        """Its schemas, with the notices of columns that go."""
        return {name: table.schema for name, table in self.released.items()}


def newest(project: Project, git: Git) -> Previous | None:
    """The newest version in ``versions.json``, read from its tag; None before the first release.

    UsageError where neither its tag nor its commit is here, or they are not what was released.
    """
    if not project.released:
        return None
    entry = project.released[0]
    number, tag = entry["version"], _revision(git, entry)
    descriptor = git.files(tag, ["datapackage.json"])["datapackage.json"]
    kept = project.root / FOLDER / f"{number}.datapackage.json"
    if descriptor is None or not kept.is_file() or kept.read_bytes() != descriptor:
        raise UsageError(
            f"The tag {entry['tag']} and {FOLDER}/{kept.name} differ: one of them is not what was released."
        )
    return Previous(
        number=number,
        date=entry["date"],
        tag=tag,
        tables=read_revision(project, tag),
        descriptor=descriptor,
        released=History(project.root).tables(number),
        fingerprints=entry["registers"],
    )


def _revision(git: Git, entry: dict[str, Any]) -> str:
    """The tag of a released version, or, in a copy that was fetched without tags, the commit that made it."""
    tag = f"refs/tags/{entry['tag']}"
    if git.find(tag):
        return tag
    path = f"{FOLDER}/{entry['version']}.datapackage.json"
    commit = git.text("log", "-1", "--diff-filter=A", "--format=%H", "--", path).strip()
    if not commit:
        raise UsageError(
            f"The tag {entry['tag']} of the last version is missing here, and so is its commit, so nothing can be "
            "compared with it. Fetch them: git fetch --tags."
        )
    return commit


def read_made(project: Project, made: Mapping[str, bytes]) -> tuple[Version, Registers]:
    """The tables and registers among the files that a build has made (path to content)."""
    with tempfile.TemporaryDirectory() as name:
        folder = write_files(Path(name), {path: data for path, data in made.items() if path.startswith(READ)})
        ids = {}
        for register in REGISTERS:
            shown = f"data/registry/{register}.csv"
            rows, _ = read_file(folder / shown, shown, project.inputs["register"])
            assert rows is not None  # it was checked when it was made
            ids[register] = text_frame(rows.table)
        return read_version(project, str(folder)), Registers.of(ids)


def write_files(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files by path below a folder."""
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder
