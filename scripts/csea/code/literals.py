"""Words that a pattern cannot match without: one pass over a text for all of them tells which rules to try.

Read from the pattern itself, so that a rule's author need not think of it. Out of scope: patterns that hold
no such word; they are tried on every text.
"""

from __future__ import annotations

from functools import cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

SHORTEST = 3  # characters: shorter words stand in nearly every text


@cache
def needed_words(pattern: str) -> frozenset[str] | None:
    """Words in lower case of which a text must hold at least one for ``pattern`` to match; None where unknown."""
    return _of_sequence(list(parser.parse(pattern, parser.SRE_FLAG_IGNORECASE)))


def _of_sequence(items: list[Any]) -> frozenset[str] | None:
    """The best choice that a sequence offers: the one whose shortest word is longest."""
    choices: list[frozenset[str]] = []
    run = ""
    for item, value in [*items, (None, None)]:
        if item is sre.LITERAL:
            run += chr(value).lower()
            continue
        if len(run) >= SHORTEST:
            choices.append(frozenset([run]))
        run = ""
        inner = _of_item(item, value)
        if inner:
            choices.append(inner)
    return max(choices, key=lambda words: (min(map(len, words)), -len(words)), default=None)


def _of_item(item: Any, value: Any) -> frozenset[str] | None:
    if item is sre.SUBPATTERN:
        return _of_sequence(list(value[3]))
    if item in (sre.MAX_REPEAT, sre.MIN_REPEAT) and value[0] >= 1:
        return _of_sequence(list(value[2]))
    if item is sre.BRANCH:
        branches = [_of_sequence(list(branch)) for branch in value[1]]
        return frozenset().union(*branches) if all(branches) else None  # type: ignore[arg-type]
    return None
