"""What git knows of a branch: where it left another one, and which files it changed since."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from csea.compare.revisions import NOT_OURS
from csea.errors import UsageError, printable


def merge_base(root: Path, revision: str) -> str:
    """The commit at which the present one left ``revision``. UsageError where there is no such commit."""
    given = printable(revision)
    if not _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"):
        raise UsageError(f"{given!r} is no revision that git knows in {printable(str(root))}. Fetch it first.")
    found = _git(root, "merge-base", "--end-of-options", revision, "HEAD").decode().strip()
    if not found:
        raise UsageError(f"Git finds no commit that {given!r} and HEAD share. Fetch the whole history.")
    return found


def changed_files(root: Path, base: str, folder: str) -> tuple[list[str], list[str]]:
    """Files of a folder that differ from the commit ``base`` or are new, and those that are gone; by path."""
    found = _git(root, "diff", "--name-only", "--no-renames", "-z", "--diff-filter=d", base, "--", folder)
    new = _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", folder)
    gone = _git(root, "diff", "--name-only", "--no-renames", "-z", "--diff-filter=D", base, "--", folder)
    return _names(found + new), _names(gone)


def _names(listed: bytes) -> list[str]:
    return sorted({os.fsdecode(name) for name in listed.split(b"\0") if name})


def _git(root: Path, *arguments: str) -> bytes:
    """What git answers, nothing where it fails. UsageError where it is not installed."""
    environment = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False, env=environment)
    except FileNotFoundError:
        raise UsageError("This needs git, and no program of that name is installed.") from None
    return b"" if done.returncode else done.stdout
