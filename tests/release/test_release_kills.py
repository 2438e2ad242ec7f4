"""A release that is killed at any instant leaves the old state or the new one, and the next one works."""

import bisect
import errno
import itertools
import json
import os
import shutil
from pathlib import Path

import pytest
from small_repository import BRANCH, BUNDLE, FILES, SETTING, git, make_repository, plan_for, run_and_die, state

from csea.errors import UsageError
from csea.release import journal, lock
from csea.release.git import Git, GitError, check_ready
from csea.release.journal import FOLDER, JOURNAL, carry_out, pending, recover
from csea.release.lock import locked

STEPS = 60  # that a release of the invented files takes


@pytest.fixture(scope="module", autouse=True)
def setting():
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SETTING.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """A repository before the release; to be left as it is."""
    files = {
        ".gitignore": "build/\ndist/\n",
        "VERSION": "0.0.0\n",
        "CHANGELOG.md": "# Changelog\n",
        "data/a.csv": "a\n",
    }
    return make_repository(tmp_path_factory.mktemp("old") / "repository", files)


@pytest.fixture(scope="module")
def new(old, tmp_path_factory):
    """The same after it; to be left as it is."""
    folder = shutil.copytree(old, tmp_path_factory.mktemp("new") / "repository")
    carry_out(folder, plan_for(folder))
    return folder


@pytest.fixture(scope="module")
def before(old):
    return state(old)


@pytest.fixture(scope="module")
def plan(old):
    return plan_for(old)


@pytest.fixture(scope="module")
def after(new):
    return state(new)


@pytest.fixture
def folder(old, tmp_path):
    return shutil.copytree(old, tmp_path / "repository")


def test_a_release_is_one_commit_with_its_tag_and_its_bundle(old, new):
    assert git(new, "log", "-1", "--format=%P %s") == f"{git(old, 'rev-parse', 'HEAD')} Release 0.1.0"
    assert git(new, "rev-parse", "v0.1.0^{commit}") == git(new, "rev-parse", "main")
    assert git(new, "cat-file", "-t", "v0.1.0") == "tag"
    assert git(new, "diff", "--name-only", "HEAD^").split() == sorted(FILES)
    assert {path.name: path.read_bytes() for path in (new / "dist").iterdir()} == BUNDLE
    assert git(new, "status", "--porcelain") == ""
    assert git(new, "fsck", "--strict") == ""
    assert [path.name for path in (new / "build" / "release").iterdir()] == ["lock"]


def has_moved(folder, new):
    main = Path(".git/refs/heads/main")
    return (folder / main).read_text() == (new / main).read_text()


@pytest.mark.parametrize("nth", range(1, STEPS))
def test_killed_at_any_step_leaves_the_old_state_or_the_new_one(new, before, after, folder, plan, nth):
    died = run_and_die(nth, carry_out, folder, plan)
    moved, was_pending = has_moved(folder, new), pending(folder)
    run_and_die(nth * 5 % 19 + 1, recover, folder)  # recovering may be killed too
    recover(folder)
    assert not was_pending or not pending(folder)
    assert died
    assert state(folder) == (after if moved else before)
    if nth % 4:  # the next release is tried after some of them: it takes as long as all else
        return
    carry_out(folder, plan_for(folder, "0.2.0" if moved else "0.1.0"))
    assert moved or state(folder) == after
    assert git(folder, "tag").split() == (["v0.1.0", "v0.2.0"] if moved else ["v0.1.0"])


def test_no_step_is_missing(folder):
    assert not run_and_die(STEPS, carry_out, folder, plan_for(folder))


@pytest.fixture(scope="module")
def decided(old, new, tmp_path_factory):
    """Killed just before references move, and just after: the states between which git decides."""
    folders = {}

    def has_decided(nth):
        folders[nth] = shutil.copytree(old, tmp_path_factory.mktemp("decided") / "repository")
        run_and_die(nth, carry_out, folders[nth], plan_for(folders[nth]))
        return has_moved(folders[nth], new)

    first = bisect.bisect_left(range(STEPS), True, lo=1, key=has_decided)
    return [folders.get(first - 1) or has_decided(first - 1) or folders[first - 1], folders[first]]


@pytest.fixture
def undecided(decided, tmp_path):
    return shutil.copytree(decided[0], tmp_path / "undecided")


@pytest.fixture
def half_way(decided, tmp_path):
    return shutil.copytree(decided[1], tmp_path / "half_way")


def test_recovering_says_what_it_did(before, after, undecided, half_way):
    assert recover(undecided) == "Undid the release 0.1.0 that was interrupted: nothing of it remains."
    assert state(undecided) == before
    assert recover(half_way) == "Finished the release 0.1.0 that was interrupted."
    assert state(half_way) == after
    assert recover(half_way) == ""


def test_git_killed_between_the_tag_and_the_branch(before, undecided):
    journal = json.loads((undecided / JOURNAL).read_text())
    git(undecided, "update-ref", journal["tag"], journal["tag_object"])
    recover(undecided)
    assert state(undecided) == before


def test_git_killed_between_the_branch_and_the_tag(after, half_way):
    git(half_way, "tag", "--delete", "v0.1.0")
    recover(half_way)
    assert state(half_way) == after


def test_locks_that_a_killed_git_left_are_removed(before, undecided, monkeypatch):
    monkeypatch.setattr(journal, "PATIENCE", 0.1)
    for name in ("refs/heads/main.lock", "refs/tags/v0.1.0.lock"):
        (undecided / ".git" / name).parent.mkdir(exist_ok=True)
        (undecided / ".git" / name).touch()
    recover(undecided)
    assert state(undecided) == before


@pytest.mark.parametrize(("name", "stood_before"), [("HEAD", 0), ("packed-refs", 0), ("refs/heads/main", 1)])
def test_lock_that_may_be_of_another_program_stays(before, undecided, monkeypatch, name, stood_before):
    monkeypatch.setattr(journal, "PATIENCE", 0.1)
    lock = undecided / ".git" / f"{name}.lock"
    lock.touch()
    if stood_before:
        os.utime(lock, (1, 1))
    with pytest.raises(GitError, match=rf"Another git command holds .*{name}\.lock\. Wait until it ends, or delete"):
        recover(undecided)
    assert lock.exists() and pending(undecided)
    lock.unlink()
    recover(undecided)
    assert state(undecided) == before


def test_edit_made_since_is_never_overwritten(after, half_way):
    (half_way / "CHANGELOG.md").write_text("Mine.\n")
    with pytest.raises(UsageError, match=r"CHANGELOG\.md was edited since .* Move your version"):
        recover(half_way)
    assert (half_way / "CHANGELOG.md").read_text() == "Mine.\n"
    assert pending(half_way)
    (half_way / "CHANGELOG.md").unlink()
    recover(half_way)
    assert state(half_way) == after


def test_work_on_another_branch_is_left_alone(half_way):
    git(half_way, "stash", "--include-untracked")
    git(half_way, "switch", "--quiet", "--create", "other", "HEAD^")
    assert recover(half_way).endswith("so the working tree was left as it is.")
    assert git(half_way, "status", "--porcelain") == ""
    assert (half_way / "VERSION").read_text() == "0.0.0\n"
    assert (half_way / "dist" / "SHA256SUMS").read_bytes() == BUNDLE["SHA256SUMS"]


def full_disk(monkeypatch, nth, times):
    """Let the n-th file that is written, and as many in all as ``times``, find the disk full."""
    calls = itertools.count(1)
    write = journal.write_atomic

    def fail_or_write(path, data):
        if nth <= next(calls) < nth + times:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return write(path, data)

    monkeypatch.setattr(journal, "write_atomic", fail_or_write)


@pytest.mark.parametrize("nth", [1, 3])
def test_disk_full_before_the_decision(before, folder, monkeypatch, nth):
    full_disk(monkeypatch, nth, 1)
    with pytest.raises(OSError, match="No space left"):
        carry_out(folder, plan_for(folder))
    assert state(folder) == before


@pytest.mark.parametrize("nth", [4, 8])
def test_disk_full_for_a_moment_after_the_decision(after, folder, monkeypatch, nth):
    full_disk(monkeypatch, nth, 1)
    carry_out(folder, plan_for(folder))
    assert state(folder) == after


def test_disk_full_for_good_after_the_decision(after, folder, monkeypatch):
    with monkeypatch.context() as patch, pytest.raises(UsageError, match=r"No space left.*Run `csea release` again"):
        full_disk(patch, 4, 2)
        carry_out(folder, plan_for(folder))
    recover(folder)
    assert state(folder) == after


def test_a_second_release_waits_and_is_told(folder, monkeypatch):
    monkeypatch.setattr(lock, "PATIENCE", 0.1)
    with locked(folder / FOLDER), pytest.raises(UsageError, match="Another `csea release` is running here"):
        carry_out(folder, plan_for(folder))


def test_journal_that_nobody_can_read_is_named(folder):
    (folder / JOURNAL).parent.mkdir(parents=True)
    (folder / JOURNAL).write_text("{")
    with pytest.raises(UsageError, match=r"build/release/journal\.json cannot be read"):
        recover(folder)


def test_branch_that_moved_meanwhile_is_not_released_on(folder):
    plan = plan_for(folder)
    git(folder, "commit", "--quiet", "--allow-empty", "--message=Meanwhile")
    tip = git(folder, "rev-parse", "main")
    with pytest.raises(UsageError, match="git update-ref failed"):
        carry_out(folder, plan)
    assert git(folder, "rev-parse", "main") == tip
    assert git(folder, "tag") == ""


def test_hook_that_guards_references_is_heard(before, folder):
    hook = folder / ".git" / "hooks" / "reference-transaction"
    hook.parent.mkdir()
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(UsageError, match=r"git update-ref failed: .*hook"):
        carry_out(folder, plan_for(folder))
    hook.unlink()
    assert state(folder) == before


def edit(folder):
    (folder / "VERSION").write_text("9\n")


def add(folder):
    (folder / "strange.txt").write_text("?\n")


def name_nobody(folder):
    for key in ("user.name", "user.email"):
        git(folder, "config", key, "")


READY = [
    (edit, r"changes that are not committed \(VERSION\)\. Commit"),
    (add, r"changes that are not committed \(strange\.txt\)"),
    (lambda folder: git(folder, "switch", "--quiet", "--detach"), "HEAD is on no branch"),
    (lambda folder: shutil.rmtree(folder / ".git"), "is no git repository"),
    (lambda folder: git(folder, "update-ref", "-d", "HEAD"), "no commit yet"),
    (lambda folder: (folder / ".git" / "MERGE_HEAD").touch(), "in the middle of something"),
]


@pytest.mark.parametrize(("spoil", "said"), READY)
def test_what_must_be_so_before_is_said_in_a_sentence(folder, spoil, said):
    assert check_ready(Git(folder)) == (BRANCH, git(folder, "rev-parse", "main"))
    spoil(folder)
    with pytest.raises(GitError, match=said):
        check_ready(Git(folder))


def test_git_must_know_who_releases(folder, monkeypatch):
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.delenv(f"GIT_{name}_NAME")
        monkeypatch.delenv(f"GIT_{name}_EMAIL")
    name_nobody(folder)
    with pytest.raises(GitError, match="does not know who you are"):
        check_ready(Git(folder))


def test_git_must_be_there(folder, monkeypatch):
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(GitError, match="needs git"):
        check_ready(Git(folder))


def test_folder_inside_a_repository_is_refused(folder):
    with pytest.raises(GitError, match="The repository begins at"):
        check_ready(Git(folder / "data"))


def test_looking_changes_nothing(folder):
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    os.utime(folder / "VERSION", (1, 1))  # git status would write the new time into the index
    check_ready(Git(folder))
    recover(folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == files
