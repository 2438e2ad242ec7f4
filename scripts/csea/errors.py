"""Problems that repair: where the fault is, what the rule says and how to mend it.

Every check returns :class:`Problem` objects; nothing here raises for bad data. A :class:`Report` groups
them by rule, shows at most five examples of each (a sixth teaches nothing new) and decides the exit code.
Out of scope: finding the problems (``check/``) and printing to the terminal (``cli.py``).
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

EXAMPLES_PER_RULE = 5
BAD_DATA = 1
WRONG_USAGE = 2


class RulesError(ValueError):
    """A file of coding rules is wrong; the message says which rule, what and how to mend it."""


class UsageError(Exception):
    """The command cannot run as asked; the message is one plain sentence. Exit code 2."""


@dataclass(frozen=True)
class Problem:
    """One fault in one place.

    ``file`` is relative to the checked folder; ``line`` is the physical line, counted from 1 with the header
    as line 1, or 0 where the whole file is meant; ``key`` names the row (``milestone_id=...``).
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
        place = f"{self.file}:{self.line}" if self.line else self.file
        extras = [part for part in (self.key, self.column and f"column {self.column}") if part]
        return ", ".join([place, *extras])


@dataclass
class Report:
    """All problems of one run."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, found: Iterable[Problem]) -> None:
        """Append problems."""
        self.problems.extend(found)

    @property
    def errors(self) -> list[Problem]:
        """Problems that make the data bad; warnings do not."""
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def exit_code(self) -> int:
        """0 when there is no error, 1 otherwise."""
        return BAD_DATA if self.errors else 0

    def by_rule(self) -> dict[str, list[Problem]]:
        """Problems grouped by rule, the most frequent rule first."""
        groups: dict[str, list[Problem]] = {}
        for problem in self.problems:
            groups.setdefault(problem.rule, []).append(problem)
        return dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])))

    def to_text(self) -> str:
        """Plain text for people."""
        if not self.problems:
            return "No problems found."
        lines = []
        for rule, problems in self.by_rule().items():
            lines.append(f"{rule}: {_count(len(problems), problems[0].severity)}")
            for problem in problems[:EXAMPLES_PER_RULE]:
                lines += _describe(problem)
            if len(problems) > EXAMPLES_PER_RULE:
                lines.append(f"  ... and {len(problems) - EXAMPLES_PER_RULE} more")
        lines.append(f"{_count(len(self.errors), 'error')}, {len(self.problems) - len(self.errors)} warning(s)")
        return "\n".join(lines)

    def to_json(self) -> str:
        """Every problem, as JSON for machines."""
        body = {"errors": len(self.errors), "problems": [asdict(problem) for problem in self.problems]}
        return json.dumps(body, indent=2, ensure_ascii=False)

    def to_github(self) -> str:
        """GitHub workflow commands; at most five a rule, since GitHub shows ten a step."""
        shown = [problem for group in self.by_rule().values() for problem in group[:EXAMPLES_PER_RULE]]
        return "\n".join(_annotation(problem) for problem in shown)


def _describe(problem: Problem) -> list[str]:
    value = f" is {problem.value!r}" if problem.value else ""
    return [f"  {problem.where()}{value}", f"    {problem.message}", f"    Fix: {problem.fix}"]


def _annotation(problem: Problem) -> str:
    level = "error" if problem.severity == "error" else "warning"
    text = f"{problem.where()}: {problem.value!r}. {problem.message} Fix: {problem.fix}"
    for char, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        text = text.replace(char, code)
    line = f",line={problem.line}" if problem.line else ""
    return f"::{level} file={problem.file}{line},title={problem.rule}::{text}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def did_you_mean(value: str, choices: Iterable[str]) -> str:
    """A sentence that suggests the nearest choice, or an empty string where none is near."""
    near = difflib.get_close_matches(value, list(choices), n=1, cutoff=0.7)
    return f'Did you mean "{near[0]}"? ' if near else ""
