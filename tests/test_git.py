"""Git is asked about the folder that is meant, and says why it fails."""

import subprocess

import pytest

from csea.errors import UsageError
from csea.git import answer, asked, reason
from csea.proposals.git import changed_files


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "whole" / "dataset"
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet", tmp_path / "whole"], check=True)
    return folder


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_WORK_TREE", "GIT_NAMESPACE"])
def test_environment_leads_to_no_other_repository(repository, monkeypatch, name):
    monkeypatch.setenv(name, "/nowhere")
    assert asked(repository, "rev-parse", "--is-inside-work-tree").stdout == b"true\n"


def test_other_variables_stay(repository, monkeypatch):
    monkeypatch.setenv("DIR", "kept")
    config = ("-c", "alias.show-dir=!printf %s $DIR")
    assert asked(repository, *config, "show-dir").stdout == b"kept"


def test_failure_says_why(repository):
    with pytest.raises(UsageError, match=r"^git log failed: .*does not have any commits yet\.$"):
        answer(repository, "log")


def test_changed_files_of_a_commit_that_is_not_there_are_no_empty_answer(repository):
    with pytest.raises(UsageError, match="git diff failed"):
        changed_files(repository, "0" * 40, "data")


def test_changed_files_are_named_from_the_folder_of_the_dataset(repository):
    (repository / "data").mkdir()
    (repository / "data" / "new.yaml").write_text("a: 1\n")
    identity = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org")
    answer(repository, *identity, "commit", "--quiet", "--allow-empty", "--message", "First")
    base = answer(repository, "rev-parse", "HEAD").decode().strip()
    answer(repository, "add", "--all")
    assert changed_files(repository, base, "data") == (["data/new.yaml"], [])


@pytest.mark.parametrize(
    ("said", "told"),
    [(b"hint: x\nfatal: it is so.\nhint: y\n", "it is so"), (b"", "it gave no reason"), (b"alone", "alone")],
)
def test_reason_is_the_line_that_has_one(said, told):
    assert reason(said) == told
