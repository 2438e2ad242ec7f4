"""The feeds are what RFC 4287 and JSON Feed 1.1 ask for, and what people wrote cannot break them."""

import json
from uuid import UUID
from xml.etree import ElementTree

import pytest

from csea.release.feeds import ATOM, JSON_FEED, atom_feed, entries_of, json_feed

BUNDLE = {"name": "towns.zip", "bytes": 1234, "sha256": "ab" * 32}
VERSIONS = [
    {"version": "0.2.0", "date": "2026-02-03", "bundle": BUNDLE},
    {"version": "0.1.0", "date": "2026-01-02", "bundle": BUNDLE},
]
CHANGELOG = """# Changelog

## [Unreleased]

- Not yet.

## [0.2.0] - 2026-02-03

- A & B, <b>bold</b> ]]> "quoted" 'single' \x0b\x00 \ufffe end.

### Data

- More.

## [0.1.0] - 2026-01-02

- First.
"""
ENTRIES = entries_of(CHANGELOG)
NAMES = {"": ATOM}


def test_entries_are_those_of_dated_versions():
    assert list(ENTRIES) == ["0.2.0", "0.1.0"]
    assert ENTRIES["0.1.0"] == "- First."
    assert ENTRIES["0.2.0"].endswith("### Data\n\n- More.")


@pytest.fixture
def atom():
    return ElementTree.fromstring(atom_feed("towns", VERSIONS, ENTRIES))


def texts(element, name):
    return [item.text for item in element.findall(name, NAMES)]


def test_atom_has_what_must_be_there_once(atom):
    assert atom.tag == f"{{{ATOM}}}feed"
    for element in (atom, *atom.findall("entry", NAMES)):
        for name in ("id", "title", "updated"):
            assert len(texts(element, name)) == 1 and texts(element, name)[0], name
    assert atom.find("author/name", NAMES).text  # then entries need none
    assert [link.get("rel") for link in atom.findall("link", NAMES)] == ["self"]
    for entry in atom.findall("entry", NAMES):
        assert [link.get("rel") for link in entry.findall("link", NAMES)].count("alternate") == 1


def test_atom_ids_are_absolute_and_all_different(atom):
    ids = [*texts(atom, "id"), *(texts(entry, "id")[0] for entry in atom.findall("entry", NAMES))]
    assert len(set(ids)) == 3
    assert [f"urn:uuid:{UUID(id_.removeprefix('urn:uuid:'))}" for id_ in ids] == ids


def test_atom_newest_is_first_and_dates_the_feed(atom):
    assert [texts(entry, "title") for entry in atom.findall("entry", NAMES)] == [["Version 0.2.0"], ["Version 0.1.0"]]
    assert texts(atom, "updated") == ["2026-02-03T00:00:00Z"]


def test_text_is_escaped_and_what_xml_cannot_hold_is_left_out(atom):
    content = atom.find("entry/content", NAMES)
    assert content.get("type") == "text"
    assert content.text.startswith("""- A & B, <b>bold</b> ]]> "quoted" 'single'   end.""")
    assert content.text.endswith(f"towns.zip: 1,234 bytes, SHA-256 {BUNDLE['sha256']}")


def test_json_feed_has_what_must_be_there():
    feed = json.loads(json_feed("towns", VERSIONS, ENTRIES))
    assert feed["version"] == JSON_FEED and feed["title"]
    assert [item["title"] for item in feed["items"]] == ["Version 0.2.0", "Version 0.1.0"]
    for item in feed["items"]:
        assert item["id"] and item["content_text"] and item["date_published"].endswith("T00:00:00Z")
        assert all(part["url"] and part["mime_type"] for part in item["attachments"])


def test_both_feeds_name_the_same_entries(atom):
    items = json.loads(json_feed("towns", VERSIONS, ENTRIES))["items"]
    assert [item["id"] for item in items] == [texts(entry, "id")[0] for entry in atom.findall("entry", NAMES)]


def test_ids_stay_when_a_version_is_added():
    def ids(versions):
        return [item["id"] for item in json.loads(json_feed("towns", versions, ENTRIES))["items"]]

    assert ids(VERSIONS)[1:] == ids(VERSIONS[1:])
