"""A report told: as text for people, as JSON, GitHub annotations or JUnit for machines.

Text and annotations group problems by rule, the most frequent first, and show at most five examples of each (a sixth
teaches nothing new) unless all are asked for; in text a sentence that serves several stands once below them. JSON and
JUnit always hold every problem. The JSON has a schema in ``schemas/formats/``. Out of scope: finding problems
(``check/``).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from itertools import groupby
from xml.etree import ElementTree

from csea.errors import EXAMPLES_PER_RULE, Problem, Report, printable

RED, YELLOW, CYAN, BOLD, PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[36m", "\x1b[1m", "\x1b[0m"
COLOURS = {"error": RED, "warning": YELLOW, "allowed": CYAN}
LONGEST = 200  # characters of a value that text repeats
# What XML 1.0 cannot hold, even escaped.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_text(report: Report, every: bool = False, colour: bool = False) -> str:
    """Plain text for people, with colour for a terminal."""

    def painted(text: str, paint: str) -> str:
        return f"{paint}{text}{PLAIN}" if colour else text

    if not report.problems:
        return painted("No problems found.", BOLD)
    lines = []
    for rule, problems in _by_rule(report).items():
        counts = Counter(problem.severity for problem in problems)
        told = ", ".join(_count(count, severity) for severity, count in counts.items())
        lines.append(painted(f"{printable(rule)}: {told}", BOLD + COLOURS[problems[0].severity]))
        shown = problems if every else problems[:EXAMPLES_PER_RULE]
        for (message, fix), alike in groupby(shown, lambda problem: (problem.message, problem.fix)):
            for problem in alike:
                value = f" is {_shown(problem.value)}" if problem.value else ""
                lines.append(f"  {painted(problem.where(), BOLD)}{value}")
            lines += [f"    {printable(message)}", f"    Fix: {printable(fix)}"]
        if len(problems) > len(shown):
            lines.append(f"  ... and {len(problems) - len(shown):,} more (--all shows them)")
    return "\n".join([*lines, painted(_summary(report), BOLD)])


def as_json(report: Report) -> str:
    """Every problem, with counts."""
    counts = {f"{severity}s": len(found) for severity in ("error", "warning") for found in [report.of(severity)]}
    body = {**counts, "allowed": len(report.of("allowed")), "problems": [_parts(item) for item in report.problems]}
    return json.dumps(body, indent=2, ensure_ascii=False)


def _parts(problem: Problem) -> dict[str, str | int]:
    return {name: getattr(problem, name) for name in Problem.__slots__}


def as_github(report: Report, every: bool = False) -> str:
    """GitHub workflow commands; at most five a rule, since GitHub shows ten a step."""
    groups = [group if every else group[:EXAMPLES_PER_RULE] for group in _by_rule(report).values()]
    return "\n".join(_annotation(problem) for group in groups for problem in group)


def as_junit(report: Report) -> str:
    """JUnit XML: a test case for each rule that was broken, with its problems; one that passes when none was."""
    groups = _by_rule(report)
    counts = {"tests": str(max(len(groups), 1)), "failures": str(len({problem.rule for problem in report.errors}))}
    suite = ElementTree.Element("testsuite", {"name": "csea check", **counts})
    for rule, problems in groups.items():
        case = ElementTree.SubElement(suite, "testcase", classname="csea.check", name=printable(rule))
        errors = [problem for problem in problems if problem.severity == "error"]
        others = [problem for problem in problems if problem.severity != "error"]
        if errors:
            message = f"{_count(len(errors), 'error')}: {errors[0].message}"
            failure = ElementTree.SubElement(
                case, "failure", type=printable(rule), message=NOT_XML.sub("\ufffd", message)
            )
            failure.text = _plain(errors)
        if others:
            ElementTree.SubElement(case, "system-out").text = _plain(others)
    if not groups:
        ElementTree.SubElement(suite, "testcase", classname="csea.check", name="all rules")
    ElementTree.indent(suite)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suite, encoding="unicode")


FORMATS: dict[str, Callable[[Report, bool], str]] = {
    "text": as_text,
    "json": lambda report, every: as_json(report),
    "github": as_github,
    "junit": lambda report, every: as_junit(report),
}


def _by_rule(report: Report) -> dict[str, list[Problem]]:
    """Problems grouped by rule, errors before the rest, the most frequent rule first."""
    groups: dict[tuple[str, str], list[Problem]] = {}
    for problem in report.problems:
        groups.setdefault((problem.severity, problem.rule), []).append(problem)
    order = list(COLOURS)
    ranked = sorted(groups.items(), key=lambda item: (order.index(item[0][0]), -len(item[1]), item[0][1]))
    merged: dict[str, list[Problem]] = {}
    for (_, rule), problems in ranked:
        merged.setdefault(rule, []).extend(problems)
    return merged


def _summary(report: Report) -> str:
    counts = [_count(len(report.errors), "error"), _count(len(report.of("warning")), "warning")]
    known = len(report.of("allowed"))
    return ", ".join([*counts, f"{known:,} known and allowed"] if known else counts)


def _shown(value: str) -> str:
    """A value as written, in quotes and with odd characters escaped; a long one cut."""
    return repr(value) if len(value) <= LONGEST else f"{value[:LONGEST]!r}... ({len(value):,} characters)"


def _plain(problems: list[Problem]) -> str:
    return NOT_XML.sub("\ufffd", "\n".join(map(_sentence, problems)))


def _sentence(problem: Problem) -> str:
    value = f": {_shown(problem.value)}. " if problem.value else ": "
    return f"{problem.where()}{value}{problem.message} Fix: {problem.fix}"


def _annotation(problem: Problem) -> str:
    level = {"error": "error", "warning": "warning"}.get(problem.severity, "notice")
    text = _sentence(problem)
    line = f",line={problem.line}" if problem.line and not problem.file.endswith(".parquet") else ""
    return f"::{level} file={_escaped(problem.file, ',:')}{line},title={_escaped(problem.rule, ',:')}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    """As GitHub's workflow commands ask; in a property commas and colons too."""
    for char in ("%", "\r", "\n", *more):
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def _count(number: int, noun: str) -> str:
    if noun == "allowed":
        return f"{number:,} known and allowed"
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
