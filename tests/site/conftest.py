"""The site in process, for tests that ask pages without a browser."""

import asyncio
import json
from copy import deepcopy
from dataclasses import replace

import pytest

from csea.project import DATABASE
from csea.site import Options, prepared, server


@pytest.fixture(scope="module")
def served(project):
    """A function that makes the site as `csea serve` starts it, without a socket, with these options of the command.

    It keeps pages only when told to (cache=True); what else it is served with can be told like that too.
    """

    def in_process(options=None, **told):
        assert (project.root / DATABASE).is_file(), "run `make build` first"
        serving = prepared(project, options or Options())
        facts = deepcopy(serving.metadata)
        facts["plugins"]["csea"]["serving"] |= {"cache": False, **told}
        sites.append(server.site(replace(serving, metadata=facts)))
        return sites[-1]

    sites = []
    yield in_process
    for site in sites:  # gives back what SQLite holds: all sites of a process share one bound, in plugins/limits.py
        site.executor.shutdown()
        for database in site.databases.values():
            database.close()


@pytest.fixture(scope="module")
def site(served):
    return served()


@pytest.fixture(scope="module")
def get(site):
    """Ask for a path; gives the response."""
    return lambda path, **options: asyncio.run(site.client.get(path, **options))


@pytest.fixture(scope="session")
def version(root):
    """The version of the published files, which is marked between releases."""
    return json.loads((root / "datapackage.json").read_text(encoding="utf-8"))["version"]
