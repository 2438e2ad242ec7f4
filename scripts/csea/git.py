"""Ask git about the repository of a folder, whatever the environment says of others. ``release/git.py`` writes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from csea.errors import UsageError, printable

# Set inside hooks and by some users; they would lead git to another repository than that of the folder.
ELSEWHERE = frozenset(
    f"GIT_{name}"
    for name in ("DIR", "WORK_TREE", "INDEX_FILE", "OBJECT_DIRECTORY", "COMMON_DIR", "NAMESPACE", "PREFIX")
)


def environment() -> dict[str, str]:
    """The variables for git: none that names another repository, and messages in English."""
    return {name: value for name, value in os.environ.items() if name not in ELSEWHERE} | {"LC_ALL": "C"}


def asked(root: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """What git answers in ``root``, and whether it failed. UsageError where git is not installed."""
    command = ["git", "-C", str(root), *arguments]
    try:
        return subprocess.run(command, input=given, capture_output=True, check=False, env=environment())
    except FileNotFoundError:
        raise UsageError("This needs git, and no program of that name is installed.") from None


def answer(root: Path, *arguments: str) -> bytes:
    """What git answers in ``root``. UsageError, with git's own reason, where it fails."""
    done = asked(root, *arguments)
    if done.returncode:
        raise UsageError(f"git {arguments[0]} failed: {reason(done.stderr)}.")
    return done.stdout


def reason(said: bytes) -> str:
    """Git's reason for a failure, as a part of a sentence: the first line with one, since advice may follow it."""
    lines = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
    first = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1] if lines else "")
    told = printable(first.removeprefix("fatal:").removeprefix("error:").strip())
    return told.rstrip(".") or "it gave no reason"
