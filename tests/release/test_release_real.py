"""A release of the real dataset, in a copy with a git of its own."""

import json
import shutil

import pytest
from click.testing import CliRunner
from small_repository import SETTING, git, make_repository

import csea.build
from csea import ROOT
from csea.build import PAGE, build, stale_files
from csea.cli.releasing import release
from csea.project import Project

DOCUMENTS = ("CHANGELOG.md", "CITATION.cff", "README.md", "LICENSE", "LICENSE-DATA", "PRIVACY.md", ".gitignore")


@pytest.fixture
def repository(copy, monkeypatch):
    for name, value in SETTING.items():
        monkeypatch.setenv(name, value)
    # Measuring the rules takes longer than all else and has tests of its own.
    monkeypatch.setattr(csea.build, "quality_page", lambda root, *given: (root / PAGE).read_bytes())
    for name in DOCUMENTS:
        shutil.copy(ROOT / name, copy / name)
    if (ROOT / "versions.json").is_file():  # the copy is as if nothing had been released yet
        assert build(Project.read(copy), force=True).report.errors == []
    return make_repository(copy, {})


def test_release_of_what_is_there(repository):
    version = Project.read(repository).version
    log = repository / "CHANGELOG.md"
    log.write_text(log.read_text().replace(f"## [{version}] -", "## [0.0.0] -"))  # it may be dated
    git(repository, "commit", "--all", "--quiet", "--message=Undated")
    result = CliRunner().invoke(release, ["--json"], obj=repository)
    assert result.exit_code == 0, result.output
    facts = json.loads(result.output)
    assert facts["commit"] == git(repository, "rev-parse", f"v{version}^{{commit}}")
    assert git(repository, "status", "--porcelain") == ""
    assert f"{facts['bundle']['sha256']}  csea-{version}.zip\n" == (repository / "dist" / "SHA256SUMS").read_text()
    project = Project.read(repository)
    assert project.version == project.released[0]["version"] == version
    assert stale_files(project).written == []
