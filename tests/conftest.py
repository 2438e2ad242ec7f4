"""Fixtures for all rooms: the repository, its definitions and tables, and a copy of it to break."""

import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import platformdirs
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, settings

from csea.build import build
from csea.cli import main
from csea.project import Project
from csea.schema import load_tables

# No example may fail for being slow: the machine that runs the tests may be busy.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

# What a build reads and writes; build/ and .venv/ stay behind.
COPIED = (
    "data",
    "schemas",
    "docs",
    "VERSION",
    "requirements.lock",
    "datapackage.json",
    "tests/labelled",
)


@pytest.fixture(scope="session", autouse=True)
def nothing_outside(tmp_path_factory):
    """No test asks the real service or touches the user's own archive, whatever it runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CSEA_API", "http://127.0.0.1:9/")  # nobody listens on the discard port
        patch.setattr(os, "fsync", lambda handle: None)  # no test cuts the power, and flushing takes seconds in all
        cache = tmp_path_factory.mktemp("cache")
        for table in Path(platformdirs.user_cache_dir("csea", appauthor=False)).glob("places-*.parquet"):
            shutil.copy(table, cache)  # the gazetteer that a build has derived: seconds for each process
        patch.setenv("CSEA_CACHE", str(cache))
        yield


@pytest.fixture(scope="session")
def root():
    """The repository; nothing may write to it."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def schemas(root):
    """Schemas of the published tables, by name."""
    return load_tables(root)


@pytest.fixture(scope="session")
def uncorrected(root, tmp_path_factory):
    """The repository as it is without the corrections that people contributed; itself where there are none.

    Tests that correct a row, or hold a table against its hand-kept file, must not hang on what is corrected today.
    """
    if not any((root / "data" / "corrections").glob("*/*.yaml")):
        return root
    folder = _copied(root, tmp_path_factory.mktemp("uncorrected"))
    for year in (folder / "data" / "corrections").glob("*/"):
        shutil.rmtree(year)
    assert build(Project.read(folder), force=True).report.errors == []
    return folder


@pytest.fixture(scope="session")
def tables(root, schemas):
    """The published tables, typed, by name."""
    return {name: pq.read_table(root / "data" / "parquet" / f"{name}.parquet") for name in schemas}


@pytest.fixture(scope="session")
def uncorrected_tables(uncorrected, schemas):
    """The tables, typed, by name, as they are without corrections."""
    return {name: pq.read_table(uncorrected / "data" / "parquet" / f"{name}.parquet") for name in schemas}


@pytest.fixture(scope="session")
def project(root):
    """The repository's definitions."""
    return Project.read(root)


@pytest.fixture(scope="session")
def copy_to(uncorrected):
    """A function that copies the project, without contributed corrections, into an empty folder; gives the folder."""
    return lambda target: _copied(uncorrected, target)


def _copied(source, target):
    """A copy as before the first release: tests of versions make their own, and change lists are long."""
    for name in COPIED:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, ignore=shutil.ignore_patterns("changes"))
        elif (source / name).is_file():
            shutil.copy(source / name, target / name)
    return target


@pytest.fixture
def copy(copy_to, tmp_path):
    """A copy of the project that a test may change: `csea --root COPY build` works on it."""
    return copy_to(tmp_path)


@pytest.fixture
def csea(monkeypatch, capsys):
    """A function that runs `csea` with these arguments, as the console script does."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["csea", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return SimpleNamespace(code=stop.value.code or 0, out=printed.out, err=printed.err)

    return run
