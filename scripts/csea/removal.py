"""What goes when a release is withdrawn: its rows in hand-kept files and in what the rules found, and corrections.

Everything is worked out on frames of text before anything is written. Files that others refer to come last, so that a
process killed in between leaves files that fit together. Out of scope: the order of the whole, and the archive
(``withdraw.py``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml

from csea.correct import FOLDER as CORRECTIONS
from csea.curate import Frames
from csea.io import csv_bytes
from csea.link.cases import case_key, release_groups
from csea.project import Project, folder_of
from csea.register import Registers, address_key
from csea.rooms import ordered

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


@dataclass(frozen=True)
class Change:
    """What is done to a file, in words, and its new bytes; None where the file goes."""

    path: str
    what: str
    data: bytes | None


@dataclass(frozen=True)
class Case:
    """What becomes of the case that was founded on the release: the case that it forwards to, "" where it ends."""

    id: str
    into: str = ""


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


def companions(inputs: Frames, registers: Registers, release: str) -> list[str]:
    """Other releases that linking by people or rules puts beside this one."""
    groups = release_groups(inputs, registers)
    own = groups.get(release)
    return sorted(other for other, group in groups.items() if own is not None and group == own and other != release)


def founded_case(registers: Registers, release: str, others: list[str], version: str) -> Case | None:
    """The case that has its id from this release, where one has; its id then forwards to that of the others.

    A case is known by its release with the lowest number. Without that one the others have another id, which the
    register issues here if need be.
    """
    cases = registers.cases
    id_ = cases.known(case_key(release))
    if id_ is None:
        return None
    if not others:
        return Case(id_) if cases.current(id_) == id_ else None
    issued = [known for other in others if (known := cases.known(case_key(other)))]
    if issued and min(issued) < id_:
        return None
    into = min(issued) if issued else cases.issue([case_key(others[0])], version)[0]
    rows = cases.rows.set_index("id")
    rows.loc[into, ["state", "forwards_to"]] = ["active", None]
    rows.loc[id_, ["state", "forwards_to"]] = ["merged", into]
    cases.rows = rows.reset_index()[list(cases.rows.columns)]
    return Case(id_, into)


def correction_changes(root: Path, releases: set[str], keys: set[str], case: Case | None) -> Iterator[Change]:
    """Corrections of the releases go, and of a case that ends with one; those of one that forwards name the other."""
    gone = releases | ({case.id} if case and not case.into else set())
    for path in sorted((root / CORRECTIONS).rglob("*.yaml")):
        shown = path.relative_to(root).as_posix()
        try:
            text = path.read_text(encoding="utf-8")
            parts = yaml.load(text, Loader=yaml.BaseLoader)
        except (UnicodeDecodeError, yaml.YAMLError):
            continue  # the build names what is wrong with it
        if not isinstance(parts, dict):
            continue
        named = {value for part in NAMING for value in _values(parts.get(part))}
        if named & gone or address_key(str(parts.get("evidence", ""))) in keys:
            yield Change(shown, "removed", None)
        elif case and case.into and case.id in named:
            data = re.sub(rf"\b{case.id}\b", case.into, text).encode()
            yield Change(shown, f"{case.id} is {case.into} now", data)


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


def _values(value: object) -> Iterator[str]:
    """Every text in a part of a correction, also in one that is JSON."""
    if isinstance(value, dict):
        value = list(value.values())
    elif isinstance(value, str) and value[:1] in "[{":
        try:
            value = json.loads(value)
        except ValueError:
            return
        if isinstance(value, dict):
            value = list(value.values())
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield item.strip()


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
