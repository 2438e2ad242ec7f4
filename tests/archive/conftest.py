"""Fixtures of the archive's tests: an invented record, an archive in a temporary folder, records in and out of it."""

import multiprocessing
from functools import partial

import pytest

from csea.archive import Archive
from csea.archive.components import Components
from csea.archive.parts import received_of
from csea.archive.record import read_record
from csea.archive.scan import scan

AT = "2025-03-01T00:00:00Z"


@pytest.fixture(scope="session")
def read(root):
    """Reads one record, with the project's offices."""
    return partial(read_record, component_of=Components.read(root).of)


@pytest.fixture
def release():
    """A record as the service gives it."""
    return {
        "uuid": "0a1b2c3d-0000-4000-8000-000000000001",
        "title": "Alder Falls Mill Fined",
        "body": "<p>The order lists the fees.</p>",
        "date": "1738731600",
        "changed": "1738777030",
        "url": "https://www.justice.gov/usao-me/pr/alder-falls-mill-fined",
        "component": [{"uuid": "0a1b2c3d-0000-4000-8000-000000000002", "name": "USAO - Maine"}],
        "topic": "",
    }


@pytest.fixture
def bare(release):
    """The same release as old files hold it: neither uuid nor address."""
    return {name: release[name] for name in ("title", "body", "date")}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "archive"


@pytest.fixture
def archive(folder):
    """An empty archive, open for writing."""
    with Archive.writer(folder, "csea collect") as opened:
        yield opened


@pytest.fixture(scope="session")
def add(read):
    """Adds records in one transaction and gives what became of each."""

    def add_all(archive, *received, walk=None):
        with archive.transaction():
            return [archive.add(read(item), "doj_api", "page 0", AT, walk) for item in received]

    return add_all


@pytest.fixture(scope="session")
def held():
    """The records that a scan gives, as they were received."""

    def held_in(archive, **choice):
        return [received_of(row) for batch in scan(archive, **choice) for row in batch.to_pylist()]

    return held_in


@pytest.fixture
def forked():
    """Starts a function in a copy of this process; what still runs when the test ends is killed."""
    children = []

    def start(work, *given):
        child = multiprocessing.get_context("fork").Process(target=work, args=given)
        child.start()
        children.append(child)
        return child

    yield start
    for child in children:
        child.kill()
        child.join()
