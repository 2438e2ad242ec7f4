"""Which version a build is of: the one being made, a released one, or what came after it."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from csea.io import sha256
from csea.package import version_of
from csea.register import Register
from csea.schema import SchemaError

FILES = {"data/towns.csv": b"town\na\n", "data/parquet/towns.parquet": b"x"}
RELEASED = [{"version": "0.2.0", "tables": {"towns": {"sha256": sha256(b"town\na\n")}}}, {"version": "0.1.0"}]


def test_tables_as_released_have_the_version():
    assert version_of("0.2.0", FILES, RELEASED) == "0.2.0"


def test_tables_that_changed_since_say_so():
    assert version_of("0.2.0", FILES | {"data/towns.csv": b"town\nb\n"}, RELEASED) == "0.2.0+unreleased"


def test_new_table_changes_what_was_released():
    assert version_of("0.2.0", FILES | {"data/more.csv": b""}, RELEASED) == "0.2.0+unreleased"


@pytest.mark.parametrize("released", [[], RELEASED])
def test_version_that_is_being_made_has_its_own_name(released):
    assert version_of("0.3.0", FILES | {"data/towns.csv": b"town\nb\n"}, released) == "0.3.0"


@pytest.fixture
def project_at(project, tmp_path):
    """A function that gives the project as if it were at this version, with these released before."""

    def at(version, *released):
        if released:
            entries = [{"version": item} for item in released]
            (tmp_path / "versions.json").write_text(json.dumps({"versions": entries}))
        return replace(project, root=tmp_path, version=version)

    return at


def test_ids_are_issued_in_the_version_being_made(project_at):
    assert project_at("0.3.0", "0.2.0", "0.1.0").issuing == "0.3.0"


def test_ids_after_a_release_are_issued_in_the_next_minor_version(project_at):
    assert project_at("0.2.3", "0.2.3", "0.1.0").issuing == "0.3.0"


def test_first_version_needs_no_list_of_versions(project_at):
    assert (project_at("0.1.0").released, project_at("0.1.0").issuing) == ([], "0.1.0")


@pytest.mark.parametrize("text", ["", "[]", "{}", "not json"])
def test_broken_list_of_versions_is_one_sentence(project, tmp_path, text):
    (tmp_path / "versions.json").write_text(text)
    with pytest.raises(SchemaError, match=r"versions\.json cannot be read"):
        _ = replace(project, root=tmp_path).released


def test_ids_of_no_released_version_are_issued_in_the_one_being_made():
    rows = pd.DataFrame({"id": ["r1", "r2"], "key_sha256": ["a", "b"], "issued_in": ["0.1.0", "0.2.0"]}, dtype="str")
    register = Register(rows.assign(state="active", forwards_to=None), "r{}")
    register.date_issues(["0.1.0"], "1.0.0")
    assert register.rows["issued_in"].to_list() == ["0.1.0", "1.0.0"]
