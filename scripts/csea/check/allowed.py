"""Known failures: problems that ``schemas/allowed.yaml`` lists with a reason, so that they fail nobody's change.

Old debt must not hide new faults: an entry names one place, privacy rules cannot be allowed, and an entry that is no
longer needed is itself a problem, so that the list only shrinks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from csea.errors import Problem
from csea.schema import SchemaError

FILE = "schemas/allowed.yaml"
NEEDED = {"rule", "file", "reason"}
POSSIBLE = NEEDED | {"key", "column", "value"}
NEVER = ("privacy.", "form.", "volume.", "column.canonical")


@dataclass(frozen=True)
class Allowed:
    """A known failure: the rule that is broken, where, and why that stands; empty parts match anything."""

    rule: str
    file: str
    reason: str
    key: str = ""
    column: str = ""
    value: str = ""

    def covers(self, problem: Problem) -> bool:
        """Whether the problem is this known failure."""
        parts = ((self.key, problem.key), (self.column, problem.column), (self.value, problem.value))
        same = (self.rule, self.file) == (problem.rule, problem.file)
        return same and all(not wanted or wanted == found for wanted, found in parts)


def load_allowed(root: Path) -> list[Allowed]:
    """Entries of ``schemas/allowed.yaml``, where there is one; SchemaError names an entry that is none."""
    try:
        items = yaml.safe_load((root / FILE).read_text(encoding="utf-8")) or []
    except FileNotFoundError:
        return []
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SchemaError(f"{FILE} cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(items, list):
        raise SchemaError(f"{FILE}: not a list of entries")
    return [_entry(item, number) for number, item in enumerate(items, start=1)]


def _entry(item: object, number: int) -> Allowed:
    place = f"{FILE}, entry {number}"
    if not isinstance(item, dict) or not NEEDED <= set(item) <= POSSIBLE:
        raise SchemaError(f"{place}: an entry has {', '.join(sorted(NEEDED))} and may have key, column and value")
    if not all(isinstance(value, str) and value for value in item.values()):
        raise SchemaError(f"{place}: every part is text; put numbers and dates in quotes")
    if item["rule"].startswith(NEVER):
        raise SchemaError(f"{place}: {item['rule']} cannot be allowed; mend what it names")
    return Allowed(**item)


def set_aside(problems: list[Problem], entries: list[Allowed], files: Iterable[str]) -> list[Problem]:
    """``problems`` with known ones marked as allowed, and a problem for each entry on ``files`` that covers none."""
    used: set[Allowed] = set()
    marked = []
    for problem in problems:
        covering = [entry for entry in entries if problem.severity == "error" and entry.covers(problem)]
        used.update(covering)
        marked.append(replace(problem, severity="allowed") if covering else problem)
    checked = set(files)
    return marked + [unneeded(entry) for entry in entries if entry.file in checked and entry not in used]


def unneeded(entry: Allowed) -> Problem:
    """The problem of an entry that covers nothing."""
    message = f"The list allows {entry.rule} in {entry.file}, which no longer fails there."
    return Problem("allowed.unneeded", FILE, message, "Remove the entry.", key=entry.key, column=entry.column)
