"""Coding rules as data: patterns in TOML files beside this module, each with an example and a counter-example.

A file holds rules of one variable. A pattern is in RE2 syntax, ignores case unless it says ``(?-i)``, and may
use word lists of ``words.toml`` as ``{{name}}``; ``.`` never leaves a sentence. RE2 matches in a time that
grows with the length of the text alone, whatever the text, so no rule can be kept busy.
``scope`` is where the evidence must stand: title, opening (title and first sentences), body or any.
``pattern`` may be a list of which one must match. ``needs`` is a pattern that the same sentence must match too,
``unless`` one that it must not. Out of scope: what follows from the hits.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import re2
from ahocorasick_rs import BytesAhoCorasick

from csea.code.document import Document
from csea.code.literals import needed_words
from csea.errors import RulesError, did_you_mean

RULES_VERSION = "1.0.0"  # of all rules together; any change that can change a coded value raises it
FOLDER = Path(__file__).parent / "rules"
NEEDED = ("id", "value", "pattern", "example", "counter_example", "source")
SCOPES = ("title", "opening", "body", "any")
CONFIDENCES = ("high", "medium", "low")
SELECTIVE = 4  # characters: a shorter word stands in most sentences, so looking for it saves nothing
DEEPEST = 5  # word lists within word lists
_MEMORY = 64 << 20  # bytes that a pattern's automaton may take
_WORD_LIST = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True)
class Rule:
    """One rule; ``finder``, ``need`` and ``veto`` are compiled from ``pattern``, ``needs`` and ``unless``."""

    id: str
    value: str
    pattern: str
    scope: str
    confidence: str
    example: str
    counter_example: str
    source: str
    history: bool  # whether the rule also reads sentences on the past, such as earlier convictions
    finder: Any
    need: Any
    veto: Any

    def allows(self, sentence: bytes) -> bool:
        """Whether the words around a match let it count."""
        if self.need is not None and not self.need.search(sentence):
            return False
        return self.veto is None or not self.veto.search(sentence)


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matched, and where."""

    rule: Rule
    start: int
    end: int


class RuleSet:
    """The rules of one file, in the file's order."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Over rules in the order in which they are to be tried."""
        self.rules = list(rules)
        needed = [needed_words(rule.pattern) for rule in self.rules]
        selective = [words if words and min(map(len, words)) >= SELECTIVE else None for words in needed]
        words = sorted({word for words in selective if words for word in words})
        self.everywhere = [index for index, words in enumerate(selective) if words is None]
        self.rules_of = [[index for index, own in enumerate(selective) if own and word in own] for word in words]
        self.automaton = BytesAhoCorasick([word.encode("latin-1") for word in words]) if words else None

    def search(self, document: Document, data: bytes | None = None) -> Search:
        """The rules' hits in a document; ``data`` is its own, or a copy of it with parts blanked or marked."""
        return Search(self, document, document.data if data is None else data)

    def hits(self, document: Document, data: bytes | None = None) -> list[Hit]:
        """The first valid hit of each rule that has one, in the order of the rules."""
        search = self.search(document, data)
        return [hit for index in search.tried if (hit := next(search.valid(index), None))]

    def all_hits(self, document: Document, data: bytes | None = None) -> list[Hit]:
        """Every valid hit of every rule, in the order of the rules, then of the text."""
        search = self.search(document, data)
        return [hit for index in search.tried for hit in search.valid(index)]


class Search:
    """The hits of a rule set in one document, found when they are asked for.

    A rule is tried on those sentences alone that hold a word without which it cannot match. Most of the time of
    coding would else go into patterns that match nothing.
    """

    def __init__(self, rules: RuleSet, document: Document, data: bytes) -> None:
        """``data`` is as long as the document's text, a byte a character."""
        self._rules = rules.rules
        self._document = document
        self._data = data
        self._places: dict[int, set[int]] = {index: set() for index in rules.everywhere}
        self._fill(rules)
        self.tried = sorted(self._places)
        self._found: dict[str, Hit | None] = {}

    def _fill(self, rules: RuleSet) -> None:
        """By rule, the sentences that hold a word of it."""
        starts, places = self._document.starts, self._places
        if rules.automaton is None:
            return
        matches = rules.automaton.find_matches_as_indexes(self._data.lower(), overlapping=True)
        for word, at in {(word, bisect_right(starts, start) - 1) for word, start, _ in matches}:
            for index in rules.rules_of[word]:
                places.setdefault(index, set()).add(at)

    def of(self, value: str) -> Hit | None:
        """The first valid hit of the first rule of ``value`` that has one."""
        if value not in self._found:
            own = (next(self.valid(index), None) for index in self.tried if self._rules[index].value == value)
            self._found[value] = next((hit for hit in own if hit is not None), None)
        return self._found[value]

    def all_of(self, value: str) -> list[Hit]:
        """Every valid hit of ``value``, in the order of the text."""
        own = [index for index in self.tried if self._rules[index].value == value]
        return sorted((hit for index in own for hit in self.valid(index)), key=lambda hit: (hit.start, hit.rule.id))

    def valid(self, index: int) -> Iterator[Hit]:
        """The valid hits of one rule, in the order of the text."""
        rule, document = self._rules[index], self._document
        begin = document.title_end if rule.scope == "body" else 0
        end = {"title": document.title_end, "opening": document.opening_end}.get(rule.scope, len(self._data))
        text, here, there = self._excerpt(index, begin, end)
        if not text:
            return
        for match in rule.finder.finditer(text):
            at, stop = match.span()
            offset = there[place := bisect_right(here, at) - 1] - here[place]
            sentence = document.sentence(at + offset)
            if stop + offset > sentence.end:  # from one sentence that is tried into the next one that is
                continue
            if not rule.history and document.is_history(sentence.start):
                continue
            if rule.allows(self._data[sentence.start : sentence.end]):
                yield Hit(rule, at + offset, stop + offset)

    def _excerpt(self, index: int, begin: int, end: int) -> tuple[bytes, list[int], list[int]]:
        """The sentences to try, a line each, and where each begins in that text and in the document's."""
        places, starts = sorted(self._places[index]), self._document.starts
        if not places:  # a rule without a word of its own is tried on the whole
            return self._data[begin:end], [0], [begin]
        pieces, here, there, at = [], [0], [begin], 0
        for place in places:
            if begin <= starts[place] < end:
                stop = starts[place + 1] - 1 if place + 1 < len(starts) else len(self._data)
                pieces.append(self._data[starts[place] : min(stop, end)])
                here.append(at)
                there.append(starts[place])
                at += len(pieces[-1]) + 1
        return b"\n".join(pieces), here, there


def _options() -> Any:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.case_sensitive = False
    options.max_mem = _MEMORY
    options.log_errors = False
    return options


def compiled(pattern: str) -> Any:
    """A pattern with its word lists put in, compiled for Latin-1 bytes. RulesError where it cannot be."""
    try:
        return re2.compile(expanded(pattern).encode("latin-1"), _options())
    except (re2.error, UnicodeError) as error:
        reason = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        raise RulesError(f"RE2 refuses a pattern: {reason}. It knows no lookaround and no backreferences.") from None


def expanded(pattern: str) -> str:
    """A pattern with ``{{name}}`` replaced by the word list of that name. RulesError where there is none."""
    for _ in range(DEEPEST):
        if not _WORD_LIST.search(pattern):
            return pattern
        pattern = _WORD_LIST.sub(_word_list, pattern)
    raise RulesError("A word list holds itself. Take the circle out of words.toml.")


def _word_list(match: re.Match[str]) -> str:
    name = match[1]
    if name not in word_lists():
        raise RulesError(f"There is no word list {name!r} in words.toml. {did_you_mean(name, word_lists())}".strip())
    return f"(?:{word_lists()[name]})"


@cache
def word_lists() -> dict[str, str]:
    """Patterns that rules share, by name, from ``words.toml``."""
    return {name: "|".join(words) for name, words in _read("words")["lists"].items()}


@cache
def rule_set(name: str) -> RuleSet:
    """The rules of ``rules/<name>.toml``."""
    content = _read(name)
    rules = [_rule(name, row, content.get("defaults", {})) for row in content["rule"]]
    for rule, times in Counter(rule.id for rule in rules).items():
        if times > 1:
            raise RulesError(f"rules/{name}.toml has {times} rules {rule.partition('.')[2]!r}. Give each its own id.")
    return RuleSet(rules)


def rule_files() -> list[str]:
    """Names of the files that hold rules."""
    return sorted(path.stem for path in FOLDER.glob("*.toml") if "rule" in _read(path.stem))


@cache
def rules_sha256() -> str:
    """Hash of all that decides codes: the rule files and the modules of this room."""
    room = FOLDER.parent
    files = sorted([*FOLDER.glob("*.toml"), *(path for path in room.rglob("*.py") if path.parent.name != "review")])
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _rule(name: str, row: dict[str, Any], defaults: dict[str, Any]) -> Rule:
    given = {"scope": "any", "confidence": "high", "history": False, "needs": "", "unless": "", **defaults, **row}
    place = f"rules/{name}.toml, rule {row.get('id', '(without id)')!r}"
    missing = [key for key in NEEDED if not given.get(key)]
    unknown = sorted(set(given) - {*NEEDED, "scope", "confidence", "history", "needs", "unless"})
    if missing or unknown:
        told = [f"it lacks {key}" for key in missing] + [f"{key!r} means nothing there" for key in unknown]
        raise RulesError(f"{place}: {', '.join(told)}.")
    parts = [given[part] for part in ("pattern", "needs", "unless")]
    lists = [part if isinstance(part, list) else [part] for part in parts]
    if not all(isinstance(one, str) for pattern in lists for one in pattern):
        raise RulesError(f"{place}: pattern, needs and unless are a text or a list of texts.")
    if not isinstance(given["history"], bool):
        raise RulesError(f"{place}: history is true or false.")
    if given["scope"] not in SCOPES or given["confidence"] not in CONFIDENCES:
        raise RulesError(f"{place}: scope is one of {', '.join(SCOPES)}, confidence one of {', '.join(CONFIDENCES)}.")
    try:
        patterns = {part: _joined(given.pop(part)) for part in ("pattern", "needs", "unless")}
        finders = {part: compiled(pattern) if pattern else None for part, pattern in patterns.items()}
        pattern = expanded(patterns["pattern"])
    except RulesError as error:
        raise RulesError(f"{place}: {error}") from None
    given["id"] = f"{name}.{given['id']}"
    return Rule(**given, pattern=pattern, finder=finders["pattern"], need=finders["needs"], veto=finders["unless"])


def _joined(pattern: str | list[str]) -> str:
    """One pattern of a list of which one must match."""
    return "|".join(pattern) if isinstance(pattern, list) else pattern


@cache
def _read(name: str) -> dict[str, Any]:
    try:
        return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise RulesError(f"rules/{name}.toml is not TOML: {error}.") from None
