"""``versions.json``, the index of all released versions, and the feeds that are made from it.

Out of scope: what a version holds (``prepare``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from csea.io import csv_bytes, sha256
from csea.release import notes
from csea.release.changes import FOLDER
from csea.release.feeds import atom_feed, entries_of, json_feed


def record_of(
    version: str,
    date: str,
    level: str,
    changes: pa.Table,
    made: Mapping[str, bytes],
    bundle: tuple[str, bytes],
    registers: Mapping[str, Any],
) -> dict[str, Any]:
    """What ``versions.json`` says of a version; ``made`` are the files of its build, ``bundle`` is name and content.

    ``redacted`` names the tables that can no longer be checked against their hash, since values of them were withdrawn.
    """
    described = json.loads(made["datapackage.json"])["resources"]
    rows = {item["name"]: item["rows"] for item in described if item["format"] == "csv"}
    name, data = bundle
    listed = csv_bytes(changes)
    return {
        "version": version,
        "date": date,
        "tag": f"v{version}",
        "level": level,
        "changes": f"{FOLDER}/{version}.csv",
        "changes_bytes": len(listed),
        "changes_sha256": sha256(listed),
        "redacted": [],
        "n_changes": dict.fromkeys(notes.WORDS, 0) | notes.sums(changes, "op"),
        "causes": notes.sums(changes, "cause"),
        "bundle": {"name": name, "bytes": len(data), "sha256": sha256(data)},
        "tables": {
            table: {"rows": count, "sha256": sha256(made[f"data/{table}.csv"])} for table, count in rows.items()
        },
        "registers": dict(registers),
    }


def versions_file(versions: list[dict[str, Any]]) -> bytes:
    """``versions.json`` of these entries, the newest first."""
    return (json.dumps({"versions": versions}, indent=2, ensure_ascii=False) + "\n").encode()


def feeds(name: str, versions: list[dict[str, Any]], changelog: str) -> dict[str, bytes]:
    """Path to content of the feeds of the package ``name``."""
    entries = entries_of(changelog)
    return {
        f"{FOLDER}/feed.atom": atom_feed(name, versions, entries),
        f"{FOLDER}/feed.json": json_feed(name, versions, entries),
    }
