"""Versions in git: the files of a tag or any other revision, read from the repository without a checkout."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from csea.compare.stores import is_wanted
from csea.errors import UsageError, did_you_mean, printable
from csea.git import asked


@dataclass(frozen=True)
class Revision:
    """The files of one commit."""

    label: str
    blobs: dict[str, bytes]
    only: str = ""

    @property
    def names(self) -> frozenset[str]:
        """Files in the places where tables may lie."""
        return frozenset(self.blobs)

    def open(self, name: str) -> pa.NativeFile:
        """One file, from memory."""
        return pa.BufferReader(self.blobs[name])

    def shown(self, name: str) -> str:
        """As git writes it."""
        return printable(f"{self.label}:{name}" if name else self.label)


def revision(root: Path, text: str) -> Revision:
    """The version, tag or other revision ``text`` of the repository at ``root``; a version stands for its tag.

    UsageError where git is missing, ``root`` is in no repository, or there is no such revision.
    """
    given = printable(text)
    if asked(root, "rev-parse", "--is-inside-work-tree").returncode:
        raise UsageError(
            f"{given!r} is no file or folder, and {printable(str(root))} is in no git repository, where it could be a "
            "version. Give a folder, a bundle or an SQLite file."
        )
    for name in (f"refs/tags/v{text}", text):
        found = asked(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if not found.returncode:
            return Revision(text, _blobs(root, text, found.stdout.decode().strip()))
    tags = asked(root, "tag", "--list").stdout.decode(errors="replace").split()
    near = did_you_mean(text, [*tags, *(tag.removeprefix("v") for tag in tags)])
    raise UsageError(f"{given!r} is no file, folder, version or git revision. {near}`git tag` lists the versions.")


def _blobs(root: Path, text: str, commit: str) -> dict[str, bytes]:
    """Contents of the files that may hold tables or their descriptor, by name relative to ``root``."""
    listed = asked(root, "ls-tree", "-z", commit, "datapackage.json", "data/", "data/parquet/").stdout
    hashes = {}
    for entry in filter(None, listed.split(b"\0")):
        about, _, path = entry.partition(b"\t")
        name, (_, kind, blob) = path.decode(errors="replace"), about.split()
        if kind == b"blob" and is_wanted(name):
            hashes[name] = blob
    if any(name.endswith(".csv") for name in hashes):
        hashes = {name: blob for name, blob in hashes.items() if not name.endswith(".parquet")}
    done = asked(root, "cat-file", "--batch", given=b"".join(blob + b"\n" for blob in hashes.values()))
    if done.returncode:
        raise UsageError(f"This copy of the repository lacks files of {printable(text)!r}. Fetch them first.")
    answers = done.stdout
    contents, at = {}, 0
    for name in hashes:  # each answer is a line that ends in the size, the content and a newline
        head = answers.index(b"\n", at)
        about = answers[at:head]
        if about.endswith(b"missing"):
            raise UsageError(f"This copy of the repository lacks {name} of {printable(text)!r}. Fetch it first.")
        size = int(about.split()[2])
        contents[name] = answers[head + 1 : head + 1 + size]
        at = head + 2 + size
    return contents
