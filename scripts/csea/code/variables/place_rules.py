"""The rules of ``rules/place.toml``: where in a text a place may stand, and how states are written.

Loaded once. Patterns are compiled for Latin-1, a byte a character, so that positions are those of the text.
Out of scope: what is a place (``place.py``).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import re2

FILE = Path(__file__).parents[1] / "rules" / "place.toml"
_MEMORY = 64 << 20  # bytes that a pattern's automaton may take
_WORD_LIST = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; the comment at the head of ``place.toml`` explains its fields."""

    id: str
    where: str
    about: str
    reads: str
    confidence: str
    pattern: str
    example: str
    found: str
    counter_example: str
    source: str
    finder: Any  # ``pattern``, compiled


@cache
def rules() -> tuple[Rule, ...]:
    """The rules in the order in which they are tried."""
    return tuple(Rule(**row, finder=_compiled(row["pattern"])) for row in _content()["place"])


@cache
def ignored() -> frozenset[str]:
    """Names of towns that say nothing on where when they stand without a state."""
    return frozenset(_content()["not_a_place"])


@cache
def abroad() -> frozenset[str]:
    """Parts of other countries, in lower case."""
    return frozenset(_content()["abroad"])


def state_code(text: str) -> str | None:
    """The postal code of a state in any spelling: "N. C.", "TEXAS"; None where it is none."""
    return _spellings().get(re.sub("[. ]", "", text).upper())


def state_at(text: str, position: int) -> str | None:
    """The postal code of the state that stands at ``position``."""
    found = _states().match(text, position)
    return state_code(found[0]) if found else None


@cache
def _states() -> re.Pattern[str]:
    return re.compile(_state_pattern())


@cache
def _spellings() -> dict[str, str]:
    states: dict[str, list[str]] = _content()["states"]
    spelled = {name.replace(".", "").replace(" ", "").upper(): code for code in states for name in states[code]}
    return spelled | {code: code for code in states}


@cache
def _state_pattern() -> str:
    """One pattern for all spellings, the longest first: as written and in capitals, with or without a full stop."""
    states: dict[str, list[str]] = _content()["states"]
    names = {*states, *(name for names in states.values() for name in names)}
    both = sorted(names | {name.upper() for name in names}, key=lambda name: (-len(name), name))
    return "(?:" + "|".join(name.replace(".", r"\. ?") for name in both) + r")\b\.?"


def _compiled(pattern: str) -> Any:
    lists = _content()["words"]
    while _WORD_LIST.search(pattern):
        pattern = _WORD_LIST.sub(lambda match: _state_pattern() if match[1] == "state" else lists[match[1]], pattern)
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = _MEMORY
    return re2.compile(pattern.encode("latin-1"), options)


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
