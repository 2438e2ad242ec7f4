"""The site in process, for tests that ask pages without a browser."""

import asyncio

import pytest
from datasette.app import Datasette

from csea.project import DATABASE
from csea.site import HERE, SETTINGS, static_mounts
from csea.site.metadata import metadata


def in_process(project, **serving):
    """Datasette as `csea serve` starts it, without a socket; it keeps pages only when told to (cache=True)."""
    database = project.root / DATABASE
    assert database.is_file(), "run `make build` first"
    facts = metadata(project)
    facts["plugins"]["csea"]["serving"] = serving
    return Datasette(
        files=[],
        immutables=[str(database)],
        metadata=facts,
        template_dir=str(HERE / "templates"),
        plugins_dir=str(HERE / "plugins"),
        static_mounts=static_mounts(project.root),
        settings=SETTINGS,
        cors=True,
    )


@pytest.fixture(scope="session")
def served(project):
    """A function that makes the site as served with these options, such as cache=True."""
    return lambda **serving: in_process(project, **serving)


@pytest.fixture(scope="module")
def site(project):
    return in_process(project)


@pytest.fixture(scope="module")
def get(site):
    """Ask for a path; gives the response."""
    return lambda path, **options: asyncio.run(site.client.get(path, **options))
