"""What git knows of a branch: where it left another one, and which files it changed since."""

from __future__ import annotations

import os
from pathlib import Path

from csea.errors import UsageError, printable
from csea.git import answer, asked


def merge_base(root: Path, revision: str) -> str:
    """The commit at which the present one left ``revision``. UsageError where there is no such commit."""
    given = printable(revision)
    if asked(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").returncode:
        raise UsageError(f"{given!r} is no revision that git knows in {printable(str(root))}. Fetch it first.")
    found = asked(root, "merge-base", "--end-of-options", revision, "HEAD").stdout.decode().strip()
    if not found:
        raise UsageError(f"Git finds no commit that {given!r} and HEAD share. Fetch the whole history.")
    return found


def changed_files(root: Path, base: str, folder: str) -> tuple[list[str], list[str]]:
    """Files of a folder that differ from the commit ``base`` or are new, and those that are gone; by path."""
    listed = ("diff", "--name-only", "--relative", "--no-renames", "-z")
    found = answer(root, *listed, "--diff-filter=d", base, "--", folder)
    new = answer(root, "ls-files", "--others", "--exclude-standard", "-z", "--", folder)
    gone = answer(root, *listed, "--diff-filter=D", base, "--", folder)
    return _names(found + new), _names(gone)


def _names(listed: bytes) -> list[str]:
    return sorted({os.fsdecode(name) for name in listed.split(b"\0") if name})
