"""What a release asks of git, with git's own plumbing: objects, two references at once, the index.

Nothing here touches HEAD, index or working tree but :meth:`Git.bring_index`. Git's hooks for commits do not run; one
that guards references can refuse. Out of scope: in which order things happen (``journal.py``).
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from csea.errors import UsageError, printable
from csea.git import environment, reason

FRESH_INDEX = "csea-release-index"  # beside git's own, which it replaces
UNFINISHED = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply", "BISECT_LOG")
FSYNC = "all"  # objects and references are on the disk before the journal says so
PATIENCE = 2.0  # seconds in which somebody else's git command ends


class GitError(UsageError):
    """Git cannot do what the release needs; the message is one plain sentence."""


def git_is_busy(lock: Path) -> GitError:
    """The error of a lock that does not go."""
    return GitError(f"Another git command holds {lock}. Wait until it ends, or delete the file if none runs.")


@dataclass(frozen=True)
class Git:
    """A repository; ``held`` is a file that git keeps open too, so that its lock outlives us as long as git runs."""

    root: Path
    held: int | None = None

    def run(self, *arguments: str, given: bytes = b"", index: Path | None = None) -> bytes:
        """What a git command answers; GitError, with git's own reason, where it fails."""
        variables = environment() | ({"GIT_INDEX_FILE": str(index)} if index is not None else {})
        try:
            done = subprocess.run(
                ["git", "--no-optional-locks", "-c", f"core.fsync={FSYNC}", *arguments],
                cwd=self.root,
                input=given,
                capture_output=True,
                env=variables,
                pass_fds=() if self.held is None else (self.held,),
                check=False,
            )
        except FileNotFoundError:
            raise GitError("A release needs git, and no program of that name is installed.") from None
        if done.returncode:
            raise GitError(f"git {arguments[0]} failed: {reason(done.stderr)}.")
        return done.stdout

    def text(self, *arguments: str, given: str = "", index: Path | None = None) -> str:
        """The answer as text without its last line end."""
        return self.run(*arguments, given=given.encode(), index=index).decode().removesuffix("\n")

    def find(self, name: str) -> str:
        """The object that a name stands for, or an empty text."""
        try:
            return self.text("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        except GitError:
            return ""

    def path(self, name: str) -> Path:
        """Where git keeps a file of its own."""
        return self.root / self.text("rev-parse", "--git-path", name)

    def is_ancestor(self, commit: str, of: str) -> bool:
        """Whether a commit is in the history of another."""
        return not self.text("rev-list", "--max-count=1", commit, f"^{of}")

    def files(self, commit: str, paths: Iterable[str]) -> dict[str, bytes | None]:
        """Content of files in a commit, in one call; None where it has none."""
        asked = list(paths)
        answer = self.run("cat-file", "--batch", given="".join(f"{commit}:{path}\n" for path in asked).encode())
        found: dict[str, bytes | None] = {}
        for path in asked:
            head, _, answer = answer.partition(b"\n")
            if head.endswith((b" missing", b" ambiguous")):
                found[path] = None
                continue
            size = int(head.split()[-1])
            found[path], answer = answer[:size], answer[size + 1 :]
        return found

    def check_clean(self) -> None:
        """GitError where working tree or index differ from the last commit, or hold files that git does not know."""
        changed = self.text("status", "--porcelain", "--untracked-files=all").splitlines()
        if changed:
            more = f" and {len(changed) - 1:,} more" if len(changed) > 1 else ""
            raise GitError(
                f"The working tree has changes that are not committed ({printable(changed[0][3:])}{more}). "
                "Commit or remove them first."
            )

    def write_commit(self, parent: str, files: Mapping[str, bytes], message: str, index: Path) -> str:
        """A commit on ``parent`` with these files, as an object that nothing refers to yet; ``index`` is scratch."""
        self.run("read-tree", parent, index=index)
        entries = []
        for path, data in files.items():
            blob = self.run("hash-object", "-w", "--stdin", f"--path={path}", given=data).decode().strip()
            entries.append(f"100644 {blob}\t{path}\n")
        self.text("update-index", "--add", "--index-info", given="".join(entries), index=index)
        tree = self.text("write-tree", index=index)
        return self.text("commit-tree", tree, "-p", parent, "-F", "-", given=message)

    def write_tag(self, name: str, commit: str, message: str) -> str:
        """An annotated tag as an object that nothing refers to yet."""
        tagger = self.text("var", "GIT_COMMITTER_IDENT")
        return self.text(
            "mktag", given=f"object {commit}\ntype commit\ntag {name}\ntagger {tagger}\n\n{message.rstrip()}\n"
        )

    def move_references(self, branch: str, old: str, new: str, tag: str, tag_object: str) -> None:
        """Create the tag and bring the branch from ``old`` to ``new``, both or none."""
        self.run(
            *("update-ref", "-m", f"release: {tag.removeprefix('refs/tags/')}", "--stdin"),
            given=f"start\ncreate {tag} {tag_object}\nupdate {branch} {new} {old}\nprepare\ncommit\n".encode(),
        )

    def bring_index(self, commit: str) -> None:
        """Make the index that of a commit, keeping what it knows of files that are the same.

        The new index is made beside the old one and takes its place in one step under git's own lock.
        """
        index = self.path("index")
        fresh = index.with_name(FRESH_INDEX)
        lock = index.with_name("index.lock")
        if fresh.exists() and lock.exists() and fresh.samefile(lock):
            lock.unlink()  # ours, from a run that was killed between the next but one lines
        for left in (fresh, fresh.with_name(f"{FRESH_INDEX}.lock")):
            left.unlink(missing_ok=True)
        if index.exists():
            shutil.copy(index, fresh)
        self.run("read-tree", "-i", "-m", commit, index=fresh)  # -i: files are no matter here
        with suppress(GitError):  # it fails where a file differs, which is for git status to tell
            self.run("update-index", "-q", "--refresh", index=fresh)
        self._take(fresh, lock)
        lock.replace(index)
        fresh.unlink()

    def _take(self, fresh: Path, lock: Path) -> None:
        """Make git's lock with the whole new index as its content."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                lock.hardlink_to(fresh)
                return
            except FileExistsError:
                if time.monotonic() > until:
                    raise git_is_busy(lock) from None
                time.sleep(0.05)


def check_ready(git: Git) -> tuple[str, str]:
    """The branch (``refs/heads/...``) and the commit that a release would build on.

    GitError where there is no git, no branch, no commit, no name to commit under, something unfinished or uncommitted.
    """
    try:
        top = git.text("rev-parse", "--show-toplevel")
    except GitError as error:
        if "not a git repository" not in str(error):
            raise
        raise GitError(f"A release is a commit and a tag, and {git.root} is no git repository.") from None
    if not Path(top).samefile(git.root):
        raise GitError(f"The repository begins at {top}; a release needs it to be {git.root} itself.")
    try:
        branch = git.text("symbolic-ref", "--quiet", "HEAD")
    except GitError:
        raise GitError("HEAD is on no branch. Switch to one first, such as `git switch main`.") from None
    head = git.find("HEAD^{commit}")
    if not head:
        raise GitError("The branch has no commit yet. Commit the dataset first.")
    unfinished = [name for name in UNFINISHED if git.path(name).exists()]
    if unfinished:
        raise GitError(f"Git is in the middle of something ({unfinished[0]}). Finish it first.")
    for who in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"):
        try:
            git.text("var", who)
        except GitError:
            raise GitError(
                "Git does not know who you are. Tell it: git config user.name NAME and git config user.email ADDRESS."
            ) from None
    git.check_clean()
    return branch, head
