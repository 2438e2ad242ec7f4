"""The version is the same wherever it is written, before the first release and after any."""

import json
import re
from xml.etree import ElementTree

import pytest
import yaml

from csea import ROOT
from csea.io import sha256
from csea.release.feeds import ATOM

UNRELEASED = "+unreleased"
VERSION = (ROOT / "VERSION").read_text(encoding="utf-8").strip()
INDEX = ROOT / "versions.json"
RELEASED = json.loads(INDEX.read_text(encoding="utf-8"))["versions"] if INDEX.is_file() else []


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def differs():
    """Whether the tables are no longer those that were released as this version."""
    if not RELEASED or RELEASED[0]["version"] != VERSION:
        return False
    released = {name: table["sha256"] for name, table in RELEASED[0]["tables"].items()}
    return released != {path.stem: sha256(path.read_bytes()) for path in (ROOT / "data").glob("*.csv")}


def test_version_is_three_numbers():
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)


GENERATED = {
    "datapackage.json": r'^  "version": "(.+)"',
    "docs/codebook.md": r"^Version (\S+)\. ",
    "docs/quality.md": r"^Version (\S+), ",
}


@pytest.mark.parametrize("name", GENERATED)
def test_generated_files_have_the_version_marked_only_where_tables_differ(name):
    (found,) = re.findall(GENERATED[name], text_of(name), flags=re.MULTILINE)
    assert found == VERSION + (UNRELEASED if differs() else "")


def test_citation_and_readme_have_the_version():
    citation = yaml.safe_load(text_of("CITATION.cff"))
    assert str(citation["version"]) == VERSION
    (cited,) = re.findall(r"version (\S+) \[data set\]\. (\d{4})\.", text_of("README.md"))
    assert cited[0] == VERSION
    if RELEASED:
        assert str(citation["date-released"]) == RELEASED[0]["date"]
        assert cited[1] == RELEASED[0]["date"][:4]


def test_newest_heading_of_the_changelog_has_the_version():
    headings = re.findall(r"^## \[(.+?)\](?: - (\S+))?$", text_of("CHANGELOG.md"), flags=re.MULTILINE)
    numbered = [heading for heading in headings if heading[0] != "Unreleased"]
    assert numbered[0] == (VERSION, RELEASED[0]["date"] if RELEASED else "unreleased")
    assert [version for version, _ in numbered[: len(RELEASED)]] == [entry["version"] for entry in RELEASED]


def test_version_is_the_newest_released_one_if_any_is():
    assert [entry["version"] for entry in RELEASED[:1]] in ([], [VERSION])


def test_change_lists_and_feeds_are_there_for_each_released_version_and_no_other():
    folder = ROOT / "data" / "changes"
    versions = [entry["version"] for entry in RELEASED]
    assert {path.stem for path in folder.glob("*.csv")} == set(versions)
    assert {path.name.removesuffix(".datapackage.json") for path in folder.glob("*.datapackage.json")} == set(versions)
    if RELEASED:
        atom = ElementTree.parse(folder / "feed.atom").getroot()
        titles = [title.text for title in atom.iterfind(f"{{{ATOM}}}entry/{{{ATOM}}}title")]
        items = [item["title"] for item in json.loads(text_of("data/changes/feed.json"))["items"]]
        assert titles == items == [f"Version {version}" for version in versions]


@pytest.mark.parametrize("entry", RELEASED, ids=[entry["version"] for entry in RELEASED])
def test_files_of_a_version_name_it(entry):
    version = entry["version"]
    assert entry["tag"] == f"v{version}"
    assert entry["bundle"]["name"] == f"csea-{version}.zip"
    assert entry["changes"] == f"data/changes/{version}.csv"
    assert json.loads(text_of(f"data/changes/{version}.datapackage.json"))["version"] == version
    lines = text_of(entry["changes"]).splitlines()
    assert {line.split(",", 1)[0] for line in lines[1:]} <= {version}
    told = sum(entry["n_changes"].values())
    assert len(lines) - 1 == told or (entry.get("redacted") and len(lines) - 1 < told)  # one line may stand for several
    assert told == sum(entry["causes"].values())
    if "changes_sha256" in entry:
        data = (ROOT / entry["changes"]).read_bytes()
        assert (sha256(data), len(data)) == (entry["changes_sha256"], entry["changes_bytes"])
