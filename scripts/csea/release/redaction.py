"""Redaction: what is withdrawn for privacy goes from the change lists of all earlier versions.

``versions.json`` goes along: it records the hash of each list, and the tables that can no longer be checked. Both are
made in memory, for ``csea withdraw`` and for a release to write. Out of scope: which rows are withdrawn.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from csea.io import csv_bytes, sha256
from csea.project import VERSIONS
from csea.release.blanks import redact
from csea.release.cause_rules import PRIVACY
from csea.release.changes import FOLDER, OF_CASES, of_table, read_changes
from csea.release.history import History, unrecorded
from csea.release.records import versions_file

Rows = Mapping[str, Set[str]]


@dataclass(frozen=True)
class Redaction:
    """What changes: ``lists``, path to content, and ``entries``, those of ``versions.json``, the newest first.

    ``history`` has the lists as they will be.
    """

    lists: dict[str, bytes]
    entries: list[dict[str, Any]]
    history: History

    def files(self, root: Path) -> dict[str, bytes]:
        """Path to content of every file that changes, in the order to write them.

        ``versions.json`` is the first: a list that a killed process left as it was is then not the recorded one, so
        that nobody takes values from it, and becomes the recorded one when the same is done again.
        """
        path, data = root / VERSIONS, versions_file(self.entries)
        is_new = bool(self.entries) and path.read_bytes() != data
        return {**({VERSIONS: data} if is_new else {}), **self.lists}


def redaction(root: Path, rows: Rows, releases: Set[str]) -> Redaction:
    """Take ``rows`` (by table, as :func:`~csea.release.changes.redact` has them) of ``releases`` out of all lists.

    With them goes what the rows of a case said while one of the releases belonged to it, since part of it is what that
    release said. ChangeListError where a list is neither the recorded one nor becomes it.
    """
    history = History(root)
    before = {version: read_changes(root / FOLDER / f"{version}.csv") for version in history.versions}
    cases, shared = _cases_of(releases, before.values()), _while_published(releases, before)
    wider = {**rows, **{name: {*rows.get(name, ()), *cases} for name in OF_CASES}}
    after = {version: redact(lines, wider if version in shared else rows) for version, lines in before.items()}
    lists: dict[str, bytes] = {}
    touched: set[str] = set()
    for version, lines in after.items():
        path = f"{FOLDER}/{version}.csv"
        present, data = (root / path).read_bytes(), csv_bytes(lines)
        if not (history.is_recorded(version, present) or history.is_recorded(version, data)):
            raise unrecorded(version)
        if data != present:
            lists[path] = data
            touched |= _differing(before[version], lines)
    changed = History(root, after)
    lacking = _lacking(changed, touched)
    entries = [_with(entry, lists, lacking[version]) for version, entry in history.entries.items()]
    return Redaction(lists, entries, changed)


def _cases_of(releases: Set[str], lists: Iterable[pa.Table]) -> set[str]:
    """The cases that releases belonged to in any version. Both ids stay in the key of a link, whatever is withdrawn."""
    keys = {key for lines in lists for key in of_table(lines, "case_links")["row_key"].drop_null().to_pylist()}
    pairs = (json.loads(key) for key in keys if key.startswith("["))
    return {case for case, release in pairs if case and release in releases}


def _while_published(releases: Set[str], lists: Mapping[str, pa.Table]) -> set[str]:
    """The versions up to the last one that had any of the releases, and the one that took it out for another reason.

    What a case says in later lists it says without them.
    """
    found: set[str] = set()
    for version, lines in lists.items():
        own = of_table(lines, "releases")
        gone = own.filter(
            pc.and_(pc.equal(own["op"], "row_removed"), pc.is_in(own["row_key"], value_set=_texts(releases)))
        )
        if PRIVACY in gone["cause"].to_pylist():
            break
        found.add(version)
        if gone.num_rows:
            break
    return found


def _texts(values: Set[str]) -> pa.Array:
    return pa.array(sorted(values), pa.string())


def _differing(one: pa.Table, other: pa.Table) -> set[str]:
    """The tables about which two lists say something else."""
    names = one["table_name"].unique().to_pylist()
    return {name for name in names if not of_table(one, name).equals(of_table(other, name))}


def _lacking(history: History, names: Set[str]) -> defaultdict[str, set[str]]:
    """By version those of the tables that no longer come out as they were released."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    released = {version: history.tables(version) for version in history.versions} if names else {}
    for name in names:
        for version, state in history.states(name):
            table = released[version].get(name)
            if table and not (state and table.has(state)):
                found[version].add(name)
    return found


def _with(entry: dict[str, Any], lists: Mapping[str, bytes], lacking: Set[str]) -> dict[str, Any]:
    """The entry of a version with what its list is now, and the tables that lack something."""
    data = lists.get(f"{FOLDER}/{entry['version']}.csv")
    known = {"changes_bytes": len(data), "changes_sha256": sha256(data)} if data is not None else {}
    more = {"redacted": sorted({*entry.get("redacted", []), *lacking})} if lacking else {}
    return {**entry, **known, **more}
