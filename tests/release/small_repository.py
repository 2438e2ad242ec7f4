"""A small repository to release in, a plan of a release with invented files, and all that one can see of a state."""

import os
import shutil
import subprocess
from dataclasses import replace

from csea.release import git as git_module
from csea.release import journal as journal_module
from csea.release.journal import FOLDER, Plan

NAMED = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
NAMED |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in NAMED.items()}
# Equal inputs give equal commits, whoever runs the tests and however their git is set up.
SETTING = {
    **NAMED,
    "GIT_AUTHOR_DATE": "1767225600 +0000",
    "GIT_COMMITTER_DATE": "1767225600 +0000",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}
BRANCH = "refs/heads/main"
FILES = {"VERSION": b"0.1.0\n", "CHANGELOG.md": b"# Changelog\n\n## [0.1.0] - 2026-01-01\n", "data/new.csv": b"a\n1\n"}
BUNDLE = {"towns-0.1.0.zip": b"a bundle", "SHA256SUMS": b"the sums\n"}


def git(folder, *arguments):
    """What git answers."""
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def make_repository(folder, files):
    """A repository with one commit on main that has these files."""
    folder.mkdir(exist_ok=True)
    git(folder, "init", "--quiet", "--template=", "--initial-branch=main")
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Begin")
    return packed(folder)


def packed(folder):
    """The repository with one file for all objects, since tests copy it many times."""
    git(folder, "repack", "-a", "-d", "--quiet")
    return folder


def plan_for(folder, version="0.1.0"):
    """A release of the invented files on what is there."""
    files = {**FILES, "VERSION": f"{version}\n".encode()}
    return replace(
        Plan("", BRANCH, git(folder, "rev-parse", "HEAD"), f"Release {version}\n\nTwo rows.\n", files, BUNDLE),
        version=version,
    )


def state(folder):
    """References, index, working tree and dist/, and whatever else a release may have left."""
    seen = {"refs": git(folder, "for-each-ref"), "HEAD": (folder / ".git" / "HEAD").read_text()}
    seen["index"] = git(folder, "ls-files", "--stage")
    seen["status"] = git(folder, "status", "--porcelain", "--ignored=no")
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith((".git/", f"{FOLDER}/lock")):
            seen[name] = path.read_bytes()
    seen["locks"] = [path.name for path in (folder / ".git").rglob("*.lock")]
    seen["scratch"] = [path.name for path in (folder / ".git").glob("csea-*")]
    return seen


def run_and_die(nth, work, *given):
    """Run ``work`` in a process that ends, without cleaning up, before its n-th step; whether it got that far.

    A step is whatever can be seen from outside: a git command, a file that is flushed, takes its place or goes.
    """
    child = os.fork()
    if not child:
        try:
            _die_before(nth)
            work(*given)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def _die_before(nth):
    left = iter(range(nth - 1))

    def dying(call):
        def stepping(*given, **named):
            if next(left, None) is None:
                os._exit(9)
            return call(*given, **named)

        return stepping

    git_module.subprocess.run = dying(subprocess.run)
    os.fsync = dying(os.fsync)
    for name in ("replace", "unlink", "hardlink_to"):
        setattr(journal_module.Path, name, dying(getattr(journal_module.Path, name)))
    shutil.rmtree = dying(shutil.rmtree)
