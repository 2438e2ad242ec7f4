"""Problems that repair: where the fault is, what the rule says and how to mend it.

Every check returns :class:`Problem` objects; nothing here raises for bad data. A :class:`Report` holds those of one
run and decides the exit code. Out of scope: finding problems (``check/``) and telling them (``reports.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from rapidfuzz import fuzz, process

EXAMPLES_PER_RULE = 5
NEAR = 70  # percent of letters alike, from which a value is suggested in place of another
BAD_DATA = 1
WRONG_USAGE = 2


class RulesError(ValueError):
    """A file of coding rules is wrong; the message says which rule, what and how to mend it."""


class UsageError(Exception):
    """The command cannot run as asked; the message is one plain sentence. Exit code 2."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in one place.

    ``file`` is relative to the checked folder; ``line`` is the physical line, counted from 1 with the header as
    line 1 (in Parquet, which has no lines, the row), or 0 where the whole file is meant; ``key`` names the row
    (``milestone_id=...``). ``severity`` is error, warning, or allowed for a known failure, which counts as neither.
    """

    rule: str
    file: str
    message: str
    fix: str
    line: int = 0
    key: str = ""
    column: str = ""
    value: str = ""
    severity: str = "error"

    def where(self) -> str:
        """File, line, key and column in the order that a reader looks for them."""
        line = f", row {self.line}" if self.file.endswith(".parquet") else f":{self.line}"
        place = f"{self.file}{line}" if self.line else self.file
        extras = [part for part in (self.key, self.column and f"column {self.column}") if part]
        return printable(", ".join([place, *extras]))


@dataclass
class Report:
    """All problems of one run."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, found: Iterable[Problem]) -> None:
        """Append problems."""
        self.problems.extend(found)

    def of(self, severity: Literal["error", "warning", "allowed"]) -> list[Problem]:
        """Problems of one severity."""
        return [problem for problem in self.problems if problem.severity == severity]

    @property
    def errors(self) -> list[Problem]:
        """Problems that make the data bad; warnings and known failures do not."""
        return self.of("error")

    @property
    def exit_code(self) -> int:
        """0 when there is no error, 1 otherwise."""
        return BAD_DATA if self.errors else 0


def printable(text: str) -> str:
    """Text that stays on its line and that no terminal obeys: control characters are written as escapes."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def did_you_mean(value: str, choices: Iterable[str]) -> str:
    """A sentence that suggests the nearest choice, or an empty string where none is near."""
    near = process.extractOne(value, list(choices), scorer=fuzz.ratio, score_cutoff=NEAR)
    return f'Did you mean "{near[0]}"? ' if near else ""
