"""Evidence marked in its text: bold or coloured on a terminal, [[...]] elsewhere.

Control characters never reach the terminal: normal text holds none (``text.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import click

# A colour for each variable; two that share one never stand for the same words by rule.
COLOURS = {
    "release_kind": "yellow",
    "is_criminal_case": "yellow",
    "is_child_exploitation": "red",
    "platform": "cyan",
    "conduct": "magenta",
    "origin": "green",
    "place": "blue",
    "state": "blue",
    "n_suspects": "bright_yellow",
    "sentence_months": "bright_red",
    "life_sentence": "bright_red",
    "statute": "bright_blue",
    "project_safe_childhood": "bright_green",
}


@dataclass(frozen=True)
class Mark:
    """Characters ``start`` to ``end`` of a text, and the variable that rests on them."""

    start: int
    end: int
    variable: str = ""


def marked(text: str, marks: Iterable[Mark], terminal: bool) -> str:
    """``text`` with its marks; where marks overlap the one that begins first goes before."""
    pieces, at = [], 0
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        start, end = max(mark.start, at), min(mark.end, len(text))
        if start >= end:
            continue
        pieces += [text[at:start], _styled(text[start:end], mark.variable, terminal)]
        at = end
    return "".join([*pieces, text[at:]])


def _styled(words: str, variable: str, terminal: bool) -> str:
    """The words marked; a style never runs over the end of a line."""
    if not terminal:
        return f"[[{words}]]"
    return "\n".join(click.style(line, fg=COLOURS.get(variable), bold=True) for line in words.split("\n"))


def legend(variables: Iterable[str], terminal: bool) -> str:
    """Which colour stands for which variable; "" where there are no colours."""
    if not terminal:
        return ""
    shown: dict[str, list[str]] = {}
    for variable in variables:
        shown.setdefault(COLOURS.get(variable, ""), []).append(variable)
    return "  ".join(click.style(", ".join(names), fg=colour or None, bold=True) for colour, names in shown.items())
