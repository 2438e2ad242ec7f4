"""Withdraw a release for good: out of every table and file, with a tombstone that says nothing about the person.

The list of withheld keys is written first: from then on no build, collection or import takes the release in again,
however this ends. Then, in this order, the register of cases, change lists of earlier versions, corrections, rows that
people keep or the rules found, the local archive, and the published tables. Each write is whole or not at all; a run
that is killed is finished by the same command. Out of scope: git history and what others hold (PRIVACY.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from csea.archive import Archive, holds_archive
from csea.archive.purge import held_releases, purge
from csea.archive.record import normal_address
from csea.archive.withheld import uuid_key
from csea.build import check_inputs
from csea.corrections import load_corrections
from csea.curate import Frames
from csea.errors import Report, UsageError, did_you_mean
from csea.io import csv_bytes, write_atomic
from csea.link.cases import release_groups
from csea.project import VERSIONS, Project
from csea.register import Registers, address_key
from csea.release.redaction import redaction
from csea.removal import (
    Case,
    Change,
    active_merges,
    cited,
    companions,
    correction_changes,
    counted,
    founded_case,
    input_changes,
    rows_gone,
)
from csea.rooms import ordered

LISTS = "the hashes of the change lists"
LONGEST_SLIP = 12  # characters of what may be a mistyped id; nothing longer is compared or repeated
JUSTICE = "https://www.justice.gov/"  # whose addresses the archive writes in a form of its own
_ID = re.compile(r"r\d{7}", re.IGNORECASE)
_KEY = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)


@dataclass(frozen=True)
class Target:
    """The release that is meant: its id, "" where none was issued, and its key hash."""

    id: str
    key: str


@dataclass
class Withdrawal:
    """All that a withdrawal does, worked out before anything is written.

    ``before`` are written ahead of the change lists, then ``lists`` (path to content, with ``versions.json``), then
    ``after``. ``ids`` are those of the release, which has two where it came under two addresses; ``copies``
    and ``others`` those of releases with the same text, and of the same case. ``cited`` are files where other rows cite
    the address. ``is_new`` is false where it was withdrawn before. ``archived`` are the archive's numbers of it.
    """

    target: Target
    keys: set[str]
    ids: set[str]
    is_new: bool
    before: list[Change] = field(default_factory=list)
    after: list[Change] = field(default_factory=list)
    lists: dict[str, bytes] = field(default_factory=dict)
    copies: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    cited: list[str] = field(default_factory=list)
    archived: dict[int, str] = field(default_factory=dict)

    @property
    def changes(self) -> list[Change]:
        """Every file that is written or goes, in the order in which that happens."""
        lists = [Change(path, LISTS if path == VERSIONS else "its values", data) for path, data in self.lists.items()]
        return [*self.before, *lists, *self.after]


@contextmanager
def opened(folder: Path, dry_run: bool) -> Iterator[Archive | None]:
    """The archive in ``folder``, locked against other writers unless ``dry_run``; None where there is none.

    UsageError where another process collects into it.
    """
    if not holds_archive(folder):
        yield None
        return
    with Archive.reader(folder) if dry_run else Archive.writer(folder, "csea withdraw") as archive:
        yield archive


def plan(
    project: Project, text: str, reason: str, day: str, archive: Archive | None, report: Report
) -> Withdrawal | None:
    """What withdrawing the release that ``text`` names would do; None where a file is wrong, which ``report`` says.

    UsageError where it names no release, or one that was merged into another; ChangeListError where a change list
    cannot be read.
    """
    inputs, ids = check_inputs(project, report)
    if report.errors:
        return None
    registers = Registers.of(ids)
    addresses = _corrected_addresses(project)
    target = find(text, registers.releases.rows, addresses)
    keys, archived = _keys(target, inputs, addresses, archive)
    others = companions(inputs, registers, target.id, active_merges(project.root, project.tables))
    groups = release_groups(inputs, registers)
    case = founded_case(registers, target.id, others, project.version, groups) if target.id else None
    refused, what = _withheld(inputs["withheld"], keys, reason, day)
    rows = registers.releases.rows
    own = {*rows.loc[rows["key_sha256"].isin(keys), "id"]}
    is_new = target.key not in set(inputs["withheld"]["key_sha256"])
    made = Withdrawal(target, keys, own, is_new, others=others, archived=archived)
    made.before = _differing(
        project,
        Change("data/inputs/withheld.csv", what, csv_bytes(ordered(refused, project.inputs["withheld"]))),
        *_case_changes(project, registers, case),
    )
    removed = list(correction_changes(project.root, own, keys, case, project.tables))
    made.after = [*removed, *input_changes(project, inputs, keys)]
    if gone := rows_gone(project, own, case, removed):
        made.lists = redaction(project.root, gone, own).files(project.root)
    made.copies, made.cited = _copies(inputs["found_releases"], registers, keys), cited(inputs, keys)
    return made


def carry_out(root: Path, made: Withdrawal, archive: Archive | None) -> None:
    """Do what was planned, but for the build."""
    for change in made.changes:
        if change.data is None:
            (root / change.path).unlink(missing_ok=True)
        else:
            write_atomic(root / change.path, change.data)
    if archive is not None:
        purge(archive, made.keys, made.archived)


def find(text: str, rows: pd.DataFrame, addresses: Mapping[str, str] = MappingProxyType({})) -> Target:
    """The release that an id, a key hash or an address names. ``rows`` are those of the register of releases.

    ``addresses`` gives the release of addresses (by hash) that it has by a correction. UsageError, which never repeats
    an address, where the text is none of these or an id that is not in use.
    """
    text = text.strip()
    if _KEY.fullmatch(text):
        return _of_keys([text.lower()], rows)
    if "/" in text:
        keys = _address_keys(text)
        corrected = next((addresses[key] for key in keys if key in addresses), None)
        return find(corrected, rows) if corrected else _of_keys(keys, rows)
    known = rows.set_index("id")
    id_ = text.lower()
    if not _ID.fullmatch(text):
        if re.fullmatch(r"c\d{6}", id_):
            raise UsageError(f"{id_} is a case: withdraw each of its releases.")
        near = did_you_mean(id_, map(str, known.index)) if len(text) < LONGEST_SLIP else ""
        raise UsageError(f"That is no release id, key hash or address. {near}A release id looks like r0000001.")
    if id_ not in known.index:
        ids = sorted(map(str, known.index)) or ["nothing"]
        raise UsageError(f"There is no release {id_}. {did_you_mean(id_, ids)}The register has {ids[0]} to {ids[-1]}.")
    if known.at[id_, "state"] == "merged":
        current = str(known.at[id_, "forwards_to"])
        raise UsageError(f"{id_} was merged into {current}. If you mean that release, withdraw {current}.")
    return Target(id_, str(known.at[id_, "key_sha256"]))


def _of_keys(keys: list[str], rows: pd.DataFrame) -> Target:
    """The release with one of these keys; without one in the register, a release that is to be refused beforehand."""
    issued = rows[rows["key_sha256"].isin(keys)]
    if len(issued) > 1:
        raise UsageError(f"Two releases have this address: {', '.join(issued['id'])}. Withdraw each by its id.")
    if issued.empty:
        return Target("", keys[0])
    return find(str(issued["id"].iloc[0]), rows)


def _corrected_addresses(project: Project) -> dict[str, str]:
    """Hash of every address that a correction gives or gave a release, with the release's id."""
    corrections, _ = load_corrections(project.root, project.tables)
    own = [item for item in corrections if (item.table, item.column) == ("releases", "url")]
    urls = [(url, item.key[0]) for item in own for url in (item.present, item.value) if url]
    return {key: release for url, release in urls for key in _address_keys(url)}


def _keys(
    target: Target, inputs: Frames, addresses: Mapping[str, str], archive: Archive | None
) -> tuple[set[str], dict[int, str]]:
    """Every hash that the release may come back by, of its addresses in either form and of its uuid.

    With them, number and own key of what the archive has of it.
    """
    key = target.key
    coded, found = inputs["coded_releases"]["url"], inputs["found_releases"]
    own = coded[coded.map(address_key) == key]
    uuids = found.loc[found["key_sha256"] == key, "doj_uuid"].dropna()
    keys = {key, *(form for url in own for form in _address_keys(url)), *uuids.map(uuid_key)}
    keys |= {known for known, release in addresses.items() if release == target.id}
    archived = held_releases(archive, keys) if archive else {}
    return keys | {*archived.values()}, archived


def _address_keys(url: str) -> list[str]:
    """The key of an address as it stands, and as the archive writes it."""
    normal = normal_address(url)
    return list(dict.fromkeys([address_key(url), *([address_key(normal)] if normal.startswith(JUSTICE) else [])]))


def _withheld(rows: pd.DataFrame, keys: set[str], reason: str, day: str) -> tuple[pd.DataFrame, str]:
    """The list with these keys; those that stand there already keep their reason and day."""
    fresh = sorted(keys.difference(rows["key_sha256"]))
    added = pd.DataFrame({"key_sha256": fresh, "reason": reason, "withheld_date": day}, dtype="str")
    return pd.concat([rows, added], ignore_index=True), counted(len(fresh), "row", "added, by hash alone")


def _case_changes(project: Project, registers: Registers, case: Case | None) -> list[Change]:
    if case is None or not case.into:
        return []
    data = csv_bytes(ordered(registers.cases.rows, project.inputs["register"]))
    return [Change("data/registry/cases.csv", f"{case.id} forwards to {case.into}", data)]


def _differing(project: Project, *changes: Change) -> list[Change]:
    paths = [project.root / change.path for change in changes]
    return [
        change
        for change, path in zip(changes, paths, strict=True)
        if not path.is_file() or path.read_bytes() != change.data
    ]


def _copies(found: pd.DataFrame, registers: Registers, keys: set[str]) -> list[str]:
    """Releases that repeat this one, or that it repeats: each needs a withdrawal of its own."""
    repeating = found.loc[found["duplicate_key"].isin(keys), "key_sha256"]
    repeated = found.loc[found["key_sha256"].isin(keys), "duplicate_key"].dropna()
    ids = {registers.releases.find(str(key)) for key in [*repeating, *repeated]}
    return sorted(id_ for id_ in ids if id_)
