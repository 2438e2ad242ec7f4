"""Fixtures of the check room: a small table, a file of it, and what every problem must hold."""

import pytest

from csea.check.files import read_file
from csea.schema import Field, Schema


@pytest.fixture(scope="session")
def towns():
    """A table of invented towns."""
    return Schema(
        name="towns",
        title="Towns",
        description="Invented towns.",
        fields=(
            Field("town_id", "Id", "string", "The town's id.", required=True),
            Field("name", "Name", "string", "The town's name."),
            Field("sentence_months", "Months", "integer", "A number of months."),
        ),
        primary_key=("town_id",),
    )


@pytest.fixture
def read(tmp_path, towns):
    """A function that writes these bytes, or this text, as a file of towns and reads it."""

    def write_and_read(data, canonical=False):
        path = tmp_path / "towns.csv"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return read_file(path, "data/towns.csv", towns, canonical)

    return write_and_read


@pytest.fixture(scope="session")
def only():
    """A function that gives the one problem of a list, and fails where there are none or more."""

    def the_one(problems):
        assert len(problems) == 1, problems
        assert problems[0].message and problems[0].fix
        return problems[0]

    return the_one
