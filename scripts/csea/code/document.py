"""A release's normal text, ready for rules: its sentences, title and opening, and what rules must not see.

``marked`` is the text with a line end in place of the space after each sentence, so that in a pattern ``.``
never leaves a sentence; positions stay those of the text. ``data`` is that as Latin-1, a byte a character.
Sentences that every release repeats, and names of units, are blanked in it (``boilerplate.toml``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

OPENING_SENTENCES = 5  # after the title: what is announced stands there
OPENING_CHARS = 1_500
LONGEST_SENTENCE = 2_000  # characters; a longer one is parted at a space, so that what reads sentences stays quick

# A full stop after these ends no sentence. Months, titles, states and the like, in lower case.
_SHORT = """
mr mrs ms dr hon jr sr st no nos inc co corp llc ltd vs v sec sgt lt capt det gen col rep sen gov dept div ass't
asst approx est al fed cir supp jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thurs fri
ala ariz ark calif cal colo conn del fla ga ill ind kan kans ky la mass md mich minn miss mo mont neb nebr nev
okla ore pa tenn tex va vt wash wis wyo wva ft mt rev ave blvd rd e.g i.e a.m p.m u.s u.s.c d.c n.c s.c n.d s.d
n.h n.j n.m n.y r.i w.va p.r v.i a.k.a d.b.a ph.d ed art
"""
_ABBREVIATIONS = frozenset(_SHORT.split())
_STOP = re.compile(r"[.!?][\"')\]]* (?=[\"'(\[]?[A-Z0-9])|; (?=and in )")
_WORD_BEFORE = re.compile(r"[A-Za-z.']+$")


def mark_sentences(text: str) -> str:
    """``text`` with a line end in place of the space after each sentence; as long as before."""
    pieces, last = [], 0
    for stop in _STOP.finditer(text):
        at, after = stop.span()
        mark = text[at]
        if mark == "." and _is_abbreviation(text, at):
            continue
        if mark == "!" and text[max(0, at - 5) : at].lower() == "yahoo":
            continue
        pieces.append(text[last : after - 1])
        last = after
    pieces.append(text[last:])
    marked = "\n".join(pieces)
    if len(marked) <= LONGEST_SENTENCE:
        return marked
    return "\n".join(_parted(line) if len(line) > LONGEST_SENTENCE else line for line in marked.split("\n"))


def _parted(line: str) -> str:
    """A long sentence with line ends in place of spaces, wherever it would otherwise be too long."""
    pieces, last = [], 0
    while len(line) - last > LONGEST_SENTENCE:
        space = line.rfind(" ", last, last + LONGEST_SENTENCE)
        if space < 0:
            space = line.find(" ", last)
        if space < 0:
            break
        pieces.append(line[last:space])
        last = space + 1
    return "\n".join([*pieces, line[last:]])


def _is_abbreviation(text: str, stop: int) -> bool:
    word = text[max(0, stop - 12) : stop].rpartition(" ")[2]
    if not (word.isascii() and word.isalpha()):
        run = _WORD_BEFORE.search(word)
        if run is None:
            return False
        word = run[0]
    bare = word.lower().lstrip("'")
    return bare in _ABBREVIATIONS or len(bare) == 1  # an initial


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text: first character, and the one after the last."""

    start: int
    end: int


class Document:
    """One release's normal text with what rules ask of it."""

    def __init__(self, text: str) -> None:
        """``text`` is the normal form of ``text.py``: the title is its first line."""
        self.text = text
        self.title_end = text.find("\n") if "\n" in text else len(text)
        self.marked = mark_sentences(text)
        self.whole = self.marked.encode("latin-1", "replace")
        self.data = self.whole
        self.named = self.whole  # what is read for names of platforms: ``data`` with asides on NCMEC
        self.past: frozenset[int] = frozenset()  # sentences by their first character
        self.penalties: frozenset[int] = frozenset()
        self.units: list[Span] = []

    @cached_property
    def starts(self) -> list[int]:
        """First character of each sentence, the title being the first."""
        found, at = [0], self.marked.find("\n")
        while at >= 0:
            found.append(at + 1)
            at = self.marked.find("\n", at + 1)
        return found

    def sentence(self, position: int) -> Span:
        """The sentence that holds the character at ``position``."""
        index = bisect_right(self.starts, position)
        end = self.starts[index] - 1 if index < len(self.starts) else len(self.text)
        return Span(self.starts[index - 1], end)

    @cached_property
    def opening_end(self) -> int:
        """Where the opening ends: the title and the first sentences that are not blanked."""
        seen = 0
        for index, start in enumerate(self.starts[1:], 1):
            end = self.starts[index + 1] - 1 if index + 1 < len(self.starts) else len(self.text)
            seen += len(self.data[start:end].strip()) > 30  # a dateline or a unit's name is no sentence
            if seen == OPENING_SENTENCES or end - self.title_end > OPENING_CHARS:
                return end
        return len(self.text)

    def is_history(self, sentence_start: int) -> bool:
        """Whether the sentence that begins there tells of the past, such as earlier convictions."""
        return sentence_start in self.past

    @cached_property
    def without_units(self) -> bytes:
        """``data`` with the names of units ("Crimes Against Children Task Force") blanked too."""
        data = bytearray(self.data)
        for span in self.units:
            data[span.start : span.end] = b" " * (span.end - span.start)
        return bytes(data)

    def blank(self, spans: list[Span]) -> None:
        """Let rules no longer see these parts."""
        data = bytearray(self.data)
        for span in spans:
            data[span.start : span.end] = b" " * (span.end - span.start)
        self.data = bytes(data)
