"""Carry out a release so that a process killed at any instant leaves the old state or the new one.

Everything is made beside what is there: the bundle under ``build/release/``, commit and tag as git objects that nothing
refers to. A journal then says what is meant to happen. The one step that decides is git's: tag and branch move
together. After it the working tree, the index and ``dist/`` follow, and the journal goes. :func:`recover` reads a
journal that was left: if the branch has the commit it does the rest, if not it takes everything back. Both can
themselves be killed and run again. Out of scope: what is in a release (``prepare.py``).
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from csea.errors import UsageError
from csea.io import sync_folder, write_atomic
from csea.release.git import PATIENCE, Git, GitError, git_is_busy
from csea.release.lock import LOCK, locked

FOLDER = "build/release"
JOURNAL = f"{FOLDER}/journal.json"
DIST = "dist"
FINISHED = "Finished"  # how the sentence on an interrupted release begins when all of it is there now


@dataclass(frozen=True)
class Plan:
    """What to carry out: tracked files with their new content, files for ``dist/``, and where the commit goes.

    ``branch`` is a full name (``refs/heads/main``) and ``parent`` the commit that it is at.
    """

    version: str
    branch: str
    parent: str
    message: str
    files: Mapping[str, bytes]
    dist: Mapping[str, bytes]


@dataclass(frozen=True)
class Journal:
    """What was begun: all that is needed to finish it or to take it back."""

    version: str
    branch: str
    old: str
    new: str
    tag: str
    tag_object: str
    files: list[str]
    dist: list[str]


def pending(root: Path) -> bool:
    """Whether a release was interrupted here, or is being made at this moment."""
    return (root / JOURNAL).is_file()


def carry_out(root: Path, plan: Plan) -> str:
    """Make the release; the commit.

    UsageError or OSError where it could not be made; then nothing has changed, or the message says what to do.
    """
    with locked(root / FOLDER) as handle:
        git = Git(root, handle)
        _settle(root, git)
        try:
            journal = _prepare(root, git, plan)
            git.check_clean()
            git.move_references(journal.branch, journal.old, journal.new, journal.tag, journal.tag_object)
            _follow(root, git, journal)
        except (Exception, KeyboardInterrupt) as error:
            try:
                told = _settle(root, git)
            except (OSError, UsageError) as worse:
                raise UsageError(
                    f"Release {plan.version} stopped half-way ({error}), and going on failed: {worse} "
                    "Run `csea release` again: it finishes or undoes it first."
                ) from error
            if not told.startswith(FINISHED):
                raise
        return git.text("rev-list", "--max-count=1", f"v{plan.version}")


def recover(root: Path) -> str:
    """Finish or undo an interrupted release: a sentence on what was done, or an empty text where there was none.

    UsageError where a release is being made at this moment, or where somebody's edits stand in the way.
    """
    if not (root / FOLDER).is_dir():
        return ""
    with locked(root / FOLDER) as handle:
        git = Git(root, handle)
        return _settle(root, git)


def _settle(root: Path, git: Git) -> str:
    """Finish or undo what the journal says, if there is one."""
    journal = _read(root)
    if journal is None:
        _forget(root)
        return ""
    _wait_for_references(root, git, journal)
    tip = git.find(journal.branch)
    if tip and git.is_ancestor(journal.new, tip):
        is_here = _follow(root, git, journal)
        moved = "" if is_here else " HEAD is elsewhere by now, so the working tree was left as it is."
        return f"{FINISHED} the release {journal.version} that was interrupted.{moved}"
    if git.find(journal.tag) == journal.tag_object:
        git.run("update-ref", "-d", journal.tag, journal.tag_object)
    _forget(root)
    return f"Undid the release {journal.version} that was interrupted: nothing of it remains."


def _prepare(root: Path, git: Git, plan: Plan) -> Journal:
    """Stage the files for ``dist/``, make commit and tag as loose objects, and write the journal."""
    staging = root / FOLDER / plan.version
    staging.mkdir(exist_ok=True)
    for name, data in plan.dist.items():
        write_atomic(staging / name, data)
    tag = f"refs/tags/v{plan.version}"
    if git.find(tag):
        raise GitError(f"The tag v{plan.version} is there already.")
    commit = git.write_commit(plan.parent, plan.files, plan.message, staging / "index")
    journal = Journal(
        version=plan.version,
        branch=plan.branch,
        old=plan.parent,
        new=commit,
        tag=tag,
        tag_object=git.write_tag(f"v{plan.version}", commit, plan.message),
        files=list(plan.files),
        dist=list(plan.dist),
    )
    sync_folder(staging)
    write_atomic(root / JOURNAL, json.dumps(asdict(journal), indent=2).encode())
    sync_folder(root / FOLDER)
    return journal


def _follow(root: Path, git: Git, journal: Journal) -> bool:
    """Bring everything else to the commit that the branch has: tag, working tree, index, ``dist/``.

    False where HEAD has moved on or is on another branch: somebody went on working, and the working tree is theirs.
    """
    if not git.find(journal.tag):
        git.run("update-ref", journal.tag, journal.tag_object, "")
    is_here = git.find("HEAD") == journal.new
    if is_here:
        _write_files(root, git, journal)
        git.bring_index(journal.new)
    for name in journal.dist:
        _write(root / DIST / name, (root / FOLDER / journal.version / name).read_bytes())
    for folder in {(root / DIST / name).parent for name in journal.dist}:
        sync_folder(folder)
    _forget(root)
    return is_here


def _write_files(root: Path, git: Git, journal: Journal) -> None:
    """Bring the working tree to the commit; a file that is neither the old one nor the new one is somebody's edit."""
    old, new = git.files(journal.old, journal.files), git.files(journal.new, journal.files)
    here = {path: (root / path).read_bytes() if (root / path).is_file() else None for path in journal.files}
    edited = [path for path in journal.files if here[path] not in (None, old[path], new[path])]
    if edited:
        raise UsageError(
            f"{edited[0]} was edited since the release {journal.version} was interrupted. "
            "Move your version of it elsewhere, then run `csea release` again."
        )
    for path in journal.files:
        _write(root / path, new[path] or b"")
    for folder in {(root / path).parent for path in journal.files}:
        sync_folder(folder)


def _write(path: Path, data: bytes) -> None:
    """Write a file whole, and remove the parts of it that killed processes have left."""
    for part in path.parent.glob(f".{path.name}.*.tmp"):
        part.unlink()
    write_atomic(path, data)


def _wait_for_references(root: Path, git: Git, journal: Journal) -> None:
    """Wait for the locks of the references, and remove those of our tag and branch that a killed git of ours left.

    Whoever holds the release's lock knows that no git of ours runs any more. GitError where another lock stays: it may
    be another program's.
    """
    begun = (root / JOURNAL).stat().st_mtime
    own = [git.path(f"{name}.lock") for name in (journal.tag, journal.branch)]
    locks = [*own, *(git.path(f"{name}.lock") for name in ("HEAD", "packed-refs"))]
    until = time.monotonic() + PATIENCE
    while any(lock.exists() for lock in locks) and time.monotonic() < until:
        time.sleep(0.05)
    for lock in locks:
        with suppress(FileNotFoundError):
            if lock not in own or lock.stat().st_mtime < begun:
                lock.stat()
                raise git_is_busy(lock)
            lock.unlink()


def _read(root: Path) -> Journal | None:
    try:
        return Journal(**json.loads((root / JOURNAL).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:  # the journal is written whole, so somebody edited it
        raise UsageError(f"{JOURNAL} cannot be read. Restore it, or delete it if no release was going on.") from error


def _forget(root: Path) -> None:
    """Remove the journal, then what was staged."""
    folder = root / FOLDER
    (root / JOURNAL).unlink(missing_ok=True)
    sync_folder(folder)
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != LOCK:
            path.unlink()
