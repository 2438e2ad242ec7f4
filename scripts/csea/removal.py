"""What goes when a release is withdrawn: its rows in hand-kept files and in what the rules found, and corrections.

Everything is worked out on frames of text before anything is written. Files that others refer to come last, so that a
process killed in between leaves files that fit together. Out of scope: the order of the whole, and the archive
(``withdraw.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from csea import ROOT
from csea.correct import FOLDER as CORRECTIONS
from csea.correct import Correction
from csea.correct.forms import correction_of
from csea.correct.write import yaml_text
from csea.correct.yaml_file import Parts, read_parts
from csea.curate import Frames
from csea.io import csv_bytes
from csea.link.cases import case_key, release_groups
from csea.project import Project, folder_of
from csea.register import Registers, address_key
from csea.rooms import ordered
from csea.schema import Schema, load_tables

# Files with rows of releases, those that refer to another before it; columns with a release's key, or its address.
BY_KEY = {
    "reviews": ("key_sha256",),
    "pair_decisions": ("left_key", "right_key"),
    "unsure_pairs": ("left_key", "right_key"),
    "found_codings": ("key_sha256",),
    "found_releases": ("key_sha256",),
}
BY_ADDRESS = ("case_groups", "coded_releases")
NAMING = ("key", "row", "case", "into", "present", "value")  # parts of a correction that may name a row

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Change:
    """What is done to a file, in words, and its new bytes; None where the file goes."""

    path: str
    what: str
    data: bytes | None


@dataclass(frozen=True)
class Case:
    """What becomes of the case that was founded on the release: the case that it forwards to, "" where it ends.

    ``rest`` is the id, before merges, of the releases that linking put beside the release; "" without such.
    """

    id: str
    into: str = ""
    rest: str = ""


def input_changes(project: Project, inputs: Frames, keys: set[str]) -> Iterator[Change]:
    """The hand-kept and found files without the rows of a release, in the order to write them."""
    for name in (*BY_KEY, *BY_ADDRESS):
        frame = inputs[name]
        if name in BY_KEY:
            gone = frame[list(BY_KEY[name])].isin(keys).any(axis=1)
        else:
            gone = frame["url"].map(address_key).isin(keys)
        linked = frame[["case_key", "duplicate_key"]].isin(keys).any(axis=None) if name == "found_releases" else False
        if gone.any() or linked:
            kept = _with_new_firsts(frame[~gone], keys) if name == "found_releases" else frame[~gone]
            data = csv_bytes(ordered(kept, project.inputs[name]))
            yield Change(f"{folder_of(name)}/{name}.csv", counted(int(gone.sum()), "row", "removed"), data)


def counted(number: int, noun: str, done: str) -> str:
    """A count in words, such as ``2 rows removed``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'} {done}"


def _with_new_firsts(found: pd.DataFrame, keys: set[str]) -> pd.DataFrame:
    """Releases that named a withdrawn one as the first of their case or text, with the first of those that are left.

    Linking would name the same one, were it asked again.
    """
    found = found.sort_values(["published_date", "key_sha256"], na_position="last")
    for column in ("case_key", "duplicate_key"):
        named = found[column].isin(keys)
        first = found[named].groupby(column)["key_sha256"].first()
        found = found.assign(**{column: found[column].mask(named, found[column].map(first))})
    found = found.assign(duplicate_key=found["duplicate_key"].mask(found["duplicate_key"] == found["key_sha256"]))
    alone = found["case_key"].notna() & ~found["case_key"].duplicated(keep=False)
    return found.assign(
        link_method=found["link_method"].mask(alone, "only_release"), link_score=found["link_score"].mask(alone, "1")
    )


def active_merges(root: Path, schemas: Mapping[str, Schema]) -> list[tuple[str, str]]:
    """The case that goes and the one that stays, of each merge in force. Files that cannot be read are passed over."""
    found = [correction_of("", shown, parts, schemas)[0] for shown, parts in _correction_files(root)]
    return [(item.key[0], item.value) for item in found if item and item.action == "merge" and item.is_active]


def companions(inputs: Frames, registers: Registers, release: str, merges: Pairs = ()) -> list[str]:
    """Other published releases of its case: put beside it by people or rules, or by a merge of cases (id and into)."""
    groups, rows = release_groups(inputs, registers), registers.releases.rows
    own = groups.get(release, release)
    group_of = {id_: groups.get(known, known) for known in rows["id"] if (id_ := _founded(registers, known))}
    joined = {id_ for id_, group in group_of.items() if group == own}
    while more := {id_ for pair in merges if joined.intersection(pair) for id_ in pair} - joined:
        joined |= more
    near = {own, *(group_of[id_] for id_ in joined if id_ in group_of)}
    published = rows.loc[rows["state"] == "active", "id"]
    return sorted(other for other in published if other != release and groups.get(other, other) in near)


def founded_case(
    registers: Registers, release: str, others: list[str], version: str, groups: Mapping[str, str] | None = None
) -> Case | None:
    """The case that has its id from this release, or ends with it; its id then forwards to that of the others.

    A group of releases is known by the oldest id that one of them founded; without it the rest of the group has
    another, which the register issues here if need be. Of groups that a merge makes one case the oldest id stays.
    ``groups`` is as linking makes it; without it the others are one group with the release.
    """
    groups = dict.fromkeys([*others, release], release) if groups is None else groups
    cases, own = registers.cases, groups.get(release, release)
    members: dict[str, list[str]] = {own: [release]}
    for name, group in sorted(groups.items()):
        members.setdefault(group, []).append(name)
    rest = [name for name in members[own] if name != release]
    id_, remaining = _founded(registers, release), ""
    if not set(rest).intersection(others):  # nothing of the group is published: its id goes, whoever founded it
        id_ = _oldest(registers, members[own])
    elif id_:
        remaining = _oldest(registers, rest) or cases.issue([case_key(rest[0])], version)[0]
    if id_ is None:
        return None
    apart = {groups.get(other, other) for other in others} - {own}
    left = [known for group in apart if (known := _oldest(registers, members.get(group, [group])))]
    if not left and not remaining:
        return Case(id_, current if (current := cases.current(id_)) != id_ else "")
    into = min([*left, remaining] if remaining else left)
    rows = cases.rows.set_index("id")
    rows.loc[into, ["state", "forwards_to"]] = ["active", None]
    rows.loc[id_, ["state", "forwards_to"]] = ["merged", into]
    cases.rows = rows.reset_index()[list(cases.rows.columns)]
    return Case(id_, into, remaining)


def _founded(registers: Registers, release: str) -> str | None:
    return registers.cases.known(case_key(release))


def _oldest(registers: Registers, releases: list[str]) -> str | None:
    return min((id_ for release in releases if (id_ := _founded(registers, release))), default=None)


def correction_changes(
    root: Path, releases: set[str], keys: set[str], case: Case | None, schemas: Mapping[str, Schema] | None = None
) -> Iterator[Change]:
    """Corrections of the releases go, and of a case that ends with one; those of one that forwards name the other.

    Files go last: a process that is killed before has left every merge that tells which cases are one.
    """
    schemas = load_tables(ROOT) if schemas is None else schemas
    gone = releases | ({case.id} if case and not case.into else set())
    removed: list[str] = []
    merged: set[tuple[str, str]] = set()
    for shown, parts in _correction_files(root):
        named = {value for part in NAMING for value in _values(parts.values.get(part, ""))}
        if named & gone or address_key(str(parts.values.get("evidence", ""))) in keys:
            removed.append(shown)
        elif case and case.into and case.id in named:
            item = correction_of(Path(shown).stem, shown, parts, schemas)[0]
            if item is None:
                continue  # the build names what is wrong with it
            item = _merge_of(item, case) if item.action == "merge" else _forwarded(item, case)
            pair = (item.key[0], item.value)
            if item.action == "merge" and (pair[0] == pair[1] or (item.is_active and pair in merged)):
                removed.append(shown)
                continue
            merged.add(pair)
            yield Change(shown, f"{case.id} is {case.into} now", yaml_text(item, schemas[item.table]).encode())
    yield from (Change(shown, "removed", None) for shown in removed)


def _correction_files(root: Path) -> Iterator[tuple[str, Parts]]:
    """Name and parts of each correction; a file that is not even a list of parts is for the build to name."""
    for path in sorted((root / CORRECTIONS).rglob("*.yaml")):
        shown = path.relative_to(root).as_posix()
        parts, _ = read_parts(path, shown)
        if parts is not None:
            yield shown, parts


def _merge_of(item: Correction, case: Case) -> Correction:
    """The merge without the case that forwards. One with the case that it forwards to is one with the rest of it."""
    newer, older = sorted((case.into if id_ == case.id else id_ for id_ in (item.key[0], item.value)), reverse=True)
    if newer == older and case.rest and item.is_active:
        newer = case.rest
    return replace(item, key=(newer,), value=older)


def _forwarded(item: Correction, case: Case) -> Correction:
    new = {case.id: case.into}
    cells = {name: new.get(value, value) for name, value in item.row.items()}
    key = tuple(new.get(value, value) for value in item.key)
    present, value = new.get(item.present, item.present), new.get(item.value, item.value)
    return replace(item, key=key, row=cells, present=present, value=value)


def rows_gone(project: Project, own: set[str], case: Case | None, removed: list[Change]) -> dict[str, set[str]]:
    """Rows by table that no list of changes may show again; an id stands for every row that has it."""
    if not own:
        return {}
    ids = own | ({case.id} if case and not case.into else set())
    rows = {name: set(ids) for name in project.tables}
    for name in ("cases", "uses"):  # what these said of a case that began with it, the release said
        rows.setdefault(name, set()).update({case.id} if case else ())
    rows.setdefault("corrections", set()).update(Path(change.path).stem for change in removed if change.data is None)
    return rows


def _values(value: str | dict[str, str]) -> list[str]:
    return [cell.strip() for cell in (value.values() if isinstance(value, dict) else [value])]


def cited(inputs: Frames, keys: set[str]) -> list[str]:
    """Files in which other rows cite the release's address as their source: for a person to look at."""
    found = []
    for name, frame in inputs.items():
        if name in BY_KEY or name in BY_ADDRESS:
            continue
        for column in frame.columns:
            addresses = frame[column][frame[column].str.startswith("http", na=False)]
            number = int(addresses.map(address_key).isin(keys).sum())
            if number:
                found.append(f"{folder_of(name)}/{name}.csv, column {column} ({number:,})")
    return found
