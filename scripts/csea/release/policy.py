"""The version policy: which number the next version gets from what changed since the last one.

Major for a break of the schema, minor for rows or columns added or withdrawn, patch for corrected values and texts.
The policy in words is ``docs/versions.md``. A row in the table ``corrections`` only records that a value was corrected,
so it asks for no more than a patch. Out of scope: finding what changed (``compare``, ``answers``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from csea.compare.definitions import LEVELS, DefinitionChange, Level
from csea.compare.tables import Changes
from csea.compare.versions import RECORD
from csea.errors import UsageError
from csea.schema import Schema

FIRST = "first"
NUMBER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
SHOWN = 5  # places that a reason names before it counts the rest
MEASURED = ("bytes", "hash", "rows")  # what a descriptor says of files, and not of what they mean


@dataclass(frozen=True)
class Reason:
    """Something that changed: the level that it asks for, what it is, where, and how many times."""

    level: Level
    what: str
    count: int
    places: tuple[str, ...] = ()

    def text(self) -> str:
        """As one line."""
        more = f" and {len(self.places) - SHOWN:,} more" if len(self.places) > SHOWN else ""
        where = f": {', '.join(self.places[:SHOWN])}{more}" if self.places else ""
        return f"{self.what} ({self.count:,}){where}"


def of_definitions(changes: Iterable[DefinitionChange]) -> list[Reason]:
    """A reason for each kind of change of the schemas."""
    reasons = []
    ordered = sorted(changes, key=lambda change: (LEVELS.index(change.level), change.kind))
    for kind, alike in groupby(ordered, lambda change: change.kind):
        found = list(alike)
        places = tuple(f"{item.table}.{item.column}" if item.column else item.table for item in found)
        reasons.append(Reason(found[0].level, kind.replace("_", " "), len(found), places))
    return reasons


def of_rows(changed: Iterable[Changes]) -> list[Reason]:
    """Reasons for rows added, rows removed and cells changed."""
    reasons = []
    tables = list(changed)
    for what, part in (("rows added", "added"), ("rows removed", "removed"), ("cells changed", "cells")):
        for is_record in (False, True):
            counts = {
                item.table: getattr(item, part).num_rows for item in tables if (item.table == RECORD) is is_record
            }
            counts = {table: count for table, count in counts.items() if count}
            level: Level = "patch" if part == "cells" or is_record else "minor"
            if counts:
                reasons.append(Reason(level, what, sum(counts.values()), tuple(counts)))
    return reasons


def of_notices(old: Mapping[str, Schema], new: Mapping[str, Schema]) -> list[Reason]:
    """A reason for columns of which it is now announced that they go: only a minor version may say so first."""
    known = {(name, field.name) for name, schema in old.items() for field in schema.fields if field.deprecated}
    announced = [
        f"{name}.{field.name}"
        for name, schema in new.items()
        for field in schema.fields
        if field.deprecated and (name, field.name) not in known
    ]
    return [Reason("minor", "columns announced to go", len(announced), tuple(announced))] if announced else []


def of_descriptors(old: bytes, new: bytes) -> list[Reason]:
    """A reason where two descriptors differ in more than version, hashes and sizes."""
    before, now = _meaning(old), _meaning(new)
    differing = [name for name in dict.fromkeys([*before, *now]) if before.get(name) != now.get(name)]
    return [Reason("patch", "descriptor changed", len(differing), tuple(differing))] if differing else []


def _meaning(descriptor: bytes) -> dict[str, Any]:
    package: dict[str, Any] = json.loads(descriptor)
    package.pop("version", None)
    parts = {item["name"]: {key: item[key] for key in item if key not in MEASURED} for item in package.pop("resources")}
    return {**package, **parts}


def bump(version: str, level: Level) -> str:
    """The version after ``version``."""
    major, minor, patch = map(int, version.split("."))
    if level == "major":
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if level == "minor" else f"{major}.{minor}.{patch + 1}"


def level_of(reasons: Iterable[Reason]) -> Level:
    """The most serious level that any of the reasons asks for. ValueError where there is none."""
    return min((reason.level for reason in reasons), key=LEVELS.index)


def next_version(previous: str | None, stated: str, wish: str | None, reasons: list[Reason]) -> tuple[str, str]:
    """The version to release and its level.

    ``previous`` is the newest released version, ``stated`` what the file VERSION says, ``wish`` what was asked for.
    Without a previous one it is the wish, or the stated one. UsageError for a version that may not follow, with the
    reason.
    """
    for text in filter(None, (stated, wish)):
        if not NUMBER.fullmatch(text):
            raise UsageError(f"{text!r} is no version: it has to be three numbers, such as 0.2.0.")
    if previous is None:
        if wish and _parts(wish) < _parts(stated):
            raise UsageError(f"{wish} is less than {stated}, which the file VERSION says.")
        return wish or stated, FIRST
    needed = level_of(reasons)
    asked = wish or (stated if stated != previous else None)
    if asked is None:
        return bump(previous, needed), needed
    following: dict[str, Level] = {bump(previous, level): level for level in LEVELS}
    if asked not in following:
        *others, last = sorted(following, key=_parts)
        raise UsageError(f"After {previous} comes {', '.join(others)} or {last}, not {asked}.")
    level = following[asked]
    if LEVELS.index(level) > LEVELS.index(needed):
        why = next(reason for reason in reasons if reason.level == needed).text()
        lowest = f"{needed} one, {bump(previous, needed)}"
        raise UsageError(f"{asked} is a {level} version, and the changes need a {lowest}: {why}.")
    return asked, level


def _parts(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]
