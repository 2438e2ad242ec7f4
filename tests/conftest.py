"""Fixtures for all rooms: the repository, its definitions and tables, and a copy of it to break."""

import gc
import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import platformdirs
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, settings

from csea import rooms
from csea.archive import store
from csea.build import build
from csea.cli import main
from csea.io import sha256
from csea.project import Project
from csea.release import git
from csea.schema import load_tables
from csea.schema.frames import check_frame

# No example may fail for being slow: the machine that runs the tests may be busy.
# Half of Hypothesis's own number of examples: each run draws others, and the suite is run often.
settings.register_profile("unhurried", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
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


# Modules that take longest. They go first, or one process would be left with them at the end.
LONGEST = (
    "test_browser",
    "test_release_kills",
    "test_withdraw",
    "test_differential",
    "test_build",
    "test_reading",
    "test_correct_commands",
    "test_replay",
    "test_cli_coding",
    "test_walk",
    "test_faults",
    "test_linking_truth",
)


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


def pytest_collection_finish():
    """The collected tests stay to the end: to look through thousands of them for garbage takes a twentieth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def nothing_outside(tmp_path_factory):
    """No test asks the real service or touches the user's own archive, whatever it runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CSEA_API", "http://127.0.0.1:9/")  # nobody listens on the discard port
        # No test cuts the power, and waiting for the disk takes as long as all else.
        patch.setattr(os, "fsync", lambda handle: None)
        patch.setattr(store, "SYNCHRONOUS", "OFF")
        patch.setattr(git, "FSYNC", "none")
        patch.setenv("GIT_CONFIG_COUNT", "1")
        patch.setenv("GIT_CONFIG_KEY_0", "core.fsync")
        patch.setenv("GIT_CONFIG_VALUE_0", "none")
        cache = tmp_path_factory.mktemp("cache")
        for table in Path(platformdirs.user_cache_dir("csea", appauthor=False)).glob("places-*.parquet"):
            shutil.copy(table, cache)  # the gazetteer that a build has derived: seconds for each process
        patch.setenv("CSEA_CACHE", str(cache))
        yield


@pytest.fixture(scope="session", autouse=True)
def boundaries_once():
    """A table that pandera admitted at a boundary is not shown to it again: most builds here make the same tables."""
    admitted = set()

    def check_once(table, schema, room):
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        asked = (schema, room, sha256(sink.getvalue()))
        problems = [] if asked in admitted else check_frame(table, schema, room)
        if not problems:
            admitted.add(asked)
        return problems

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rooms, "check_frame", check_once)
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
    """A copy as before the first release, without pictures: tests make their own, and both are large."""
    for name in COPIED:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, ignore=shutil.ignore_patterns("changes", "figures"))
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
