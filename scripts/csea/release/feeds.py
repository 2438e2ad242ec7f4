"""Feeds of versions: Atom (RFC 4287) and JSON Feed 1.1, from ``versions.json`` and the entries of the changelog.

The project has no address of its own, so ids are names (``urn:uuid``) and links are relative to the feed. Out of scope:
reading and writing the files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_OID, uuid5
from xml.etree import ElementTree

ATOM = "http://www.w3.org/2005/Atom"
JSON_FEED = "https://jsonfeed.org/version/1.1"
AUTHOR = "The CSEA Accountability Dataset contributors"
TITLE = "CSEA Accountability Dataset: versions"
# What XML 1.0 cannot hold, even escaped.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def entries_of(changelog: str) -> dict[str, str]:
    """The text below each dated heading of a changelog, by version."""
    parts = re.split(r"^## \[(\S+)\] - \d{4}-\d\d-\d\d *$", changelog, flags=re.MULTILINE)
    texts = (re.split(r"^## ", text, maxsplit=1, flags=re.MULTILINE)[0].strip() for text in parts[2::2])
    return dict(zip(parts[1::2], texts, strict=True))


def atom_feed(name: str, versions: list[dict[str, Any]], entries: Mapping[str, str]) -> bytes:
    """The Atom feed of the package ``name``: an entry a version, in the order of ``versions`` (the newest first)."""
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(feed, "id", _id(name))
    _add(feed, "title", TITLE)
    _add(feed, "updated", _moment(versions[0]))
    _add(_add(feed, "author"), "name", AUTHOR)
    _add(feed, "link", rel="self", type="application/atom+xml", href="feed.atom")
    for version in versions:
        number = version["version"]
        entry = _add(feed, "entry")
        _add(entry, "id", _id(name, number))
        _add(entry, "title", f"Version {number}")
        _add(entry, "updated", _moment(version))
        _add(entry, "link", rel="alternate", type="text/csv", href=f"{number}.csv", title="Change list")
        _add(entry, "link", rel="related", type="application/json", href=f"{number}.datapackage.json")
        _add(entry, "content", _text(version, entries), type="text")
    ElementTree.indent(feed)
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def json_feed(name: str, versions: list[dict[str, Any]], entries: Mapping[str, str]) -> bytes:
    """The JSON feed of the package ``name``, with what the Atom feed has."""
    items = [
        {
            "id": _id(name, version["version"]),
            "url": f"{version['version']}.csv",
            "title": f"Version {version['version']}",
            "content_text": _text(version, entries),
            "date_published": _moment(version),
            "attachments": [
                {"url": f"{version['version']}.csv", "mime_type": "text/csv", "title": "Change list"},
                {"url": f"{version['version']}.datapackage.json", "mime_type": "application/json"},
            ],
        }
        for version in versions
    ]
    feed = {
        "version": JSON_FEED,
        "title": TITLE,
        "description": "A new item for each version of the dataset, with what changed.",
        "language": "en",
        "authors": [{"name": AUTHOR}],
        "items": items,
    }
    return (json.dumps(feed, indent=2, ensure_ascii=False) + "\n").encode()


def _id(name: str, version: str = "") -> str:
    """A name that stays: that of the feed, or of the entry of a version."""
    return f"urn:uuid:{uuid5(NAMESPACE_OID, f'{name}/{version}')}"


def _moment(version: Mapping[str, Any]) -> str:
    return f"{version['date']}T00:00:00Z"


def _text(version: Mapping[str, Any], entries: Mapping[str, str]) -> str:
    """What the changelog says, and how to know the bundle again."""
    bundle = version["bundle"]
    written = entries.get(version["version"], "")
    size = f"{bundle['name']}: {bundle['bytes']:,} bytes, SHA-256 {bundle['sha256']}"
    return NOT_XML.sub("", f"{written}\n\n{size}".strip())


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = text or None
    return element
