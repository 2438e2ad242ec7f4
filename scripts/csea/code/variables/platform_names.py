"""Names of platforms in a text: which stand there, and which words only look like one.

Names are the aliases of ``data/inputs/platform_aliases.csv``, found in one pass; of names at one place the longest
wins. A name written in capitals that is also a word needs its capitals (``CAPITAL``); one marked as ambiguous must
be shown to be a service as well (``platform_proof.py``). An alias written in lower case counts in any case.
Out of scope: what part a platform plays (``platforms.py``), and services that no alias names ("a messaging app").
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any

from csea.code.document import Span
from csea.code.rules import compiled

INPUTS = Path(__file__).parents[4] / "data" / "inputs"
ALIASES = INPUTS / "platform_aliases.csv"
PLATFORMS = INPUTS / "platforms.csv"
# Names that are English words but not marked as ambiguous: a capital letter is enough.
WORDS = frozenset({"adobe", "bing", "bumble", "telegram", "tinder", "tor", "twitch"})
# Ambiguous names that hardly begin another name: a capital within a sentence is enough.
RARE_WORDS = frozenset({"amino", "discord", "hangouts", "hinge", "insta", "musically", "periscope", "playpen", "zoom"})
# Names of several words of which one shows the service need no capitals: "kik app", "google drive".
_PLAIN_NAME = re.compile(
    r" (?:apps?|messenger|server|account|network|browser|links?)$|^(?:aol|facebook|gmail|google|xbox|yahoo!?) ",
    re.IGNORECASE,
)


class Need(IntEnum):
    """What a name needs beside its letters to count, the least first."""

    NOTHING = 0
    CAPITAL = 1  # written with capitals, in a sentence that is not all capitals
    COMPANY = 2  # a company whose name is a word (Apple): a capital, and no longer name around it
    CONTEXT = 3  # shown to be a service by the words around it
    TYPE = 4  # plain words for a kind of network: not where they only describe a named program


@dataclass(frozen=True, slots=True)
class Named:
    """A platform's name in a text. ``is_word`` says that it is a company whose name is a word, such as Apple."""

    platform: str
    span: Span
    kind: str = ""  # platform_kind of the platforms table
    is_word: bool = False


@dataclass(frozen=True)
class Form:
    """What a written form of a name stands for."""

    platform: str
    need: Need
    kind: str
    case: str  # of an ambiguous name: upper (LINE), title (Snap, while SNAP is something else) or any
    is_rare_word: bool


@dataclass(frozen=True)
class Aliases:
    """The names of platforms: one pattern for all (the name is its first group), and what each form stands for."""

    finder: Any
    forms: dict[tuple[bytes, bool], Form]

    def form(self, word: bytes) -> Form:
        """What a match of ``finder`` stands for."""
        return self.forms[_key(word)]


@cache
def aliases() -> Aliases:
    """The names in ``data/inputs/platform_aliases.csv``."""
    with ALIASES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return make_aliases((row["platform_id"], row["alias"], row["is_ambiguous"] == "true") for row in rows)


@cache
def platform_kinds() -> dict[str, str]:
    """The kind of each platform in ``data/inputs/platforms.csv``."""
    with PLATFORMS.open(encoding="utf-8", newline="") as file:
        return {row["platform_id"]: row["platform_kind"] for row in csv.DictReader(file)}


def make_aliases(rows: Iterable[tuple[str, str, bool]], kinds: dict[str, str] | None = None) -> Aliases:
    """Aliases over rows of platform_id, name, and whether the name is also a word; ``kinds`` by platform_id."""
    kinds = platform_kinds() if kinds is None else kinds
    kept = sorted(rows, key=lambda row: (-len(row[1]), row[1], row[0]))
    forms: dict[tuple[bytes, bool], Form] = {}
    for platform, name, is_ambiguous in kept:
        key = _key(name.encode("latin-1", "replace"))
        form = _form(platform, name, is_ambiguous, kinds.get(platform, ""))
        before = forms.get(key, form)
        forms[key] = replace(
            before, need=min(form.need, before.need), case=form.case if form.case == before.case else "any"
        )
    for platform, name, _ in kept:  # the other spacing of a name: "Meet Me" of MeetMe, "FreedomHosting"
        squeezed, is_apart = _key(name.encode("latin-1", "replace"))
        other = Form(platform, Need.NOTHING if is_apart else Need.CAPITAL, kinds.get(platform, ""), "any", True)
        forms.setdefault((squeezed, not is_apart), other)
    patterns = [part for _, name, _ in kept for part in _patterns(name, forms)]
    finder = compiled(rf"(?:^|\b|[^\w])({'|'.join(dict.fromkeys(patterns))})(?:'s)?(?:$|\b|[^\w])")
    return Aliases(finder, forms)


def _form(platform: str, name: str, is_ambiguous: bool, kind: str) -> Form:
    if name.islower():
        need = Need.TYPE if is_ambiguous else Need.NOTHING
    elif kind == "services" and (is_ambiguous or name.lower() in WORDS):
        need = Need.COMPANY
    elif is_ambiguous:
        need = Need.CONTEXT
    else:
        apart = " " in name and not _PLAIN_NAME.search(name)
        need = Need.CAPITAL if apart or name.lower() in WORDS else Need.NOTHING
    case = "any" if len(name) == 1 else "upper" if name.isupper() else "title"
    return Form(platform, need, kind, case, " " in name or name.lower() in RARE_WORDS)


def _patterns(name: str, forms: dict[tuple[bytes, bool], Form]) -> list[str]:
    """Patterns for a name written together and, where it has parts, apart: "Face book", "You-Tube", "WhatsApp"."""
    parts = [part for part in re.findall(r"[A-Z]?[^\sA-Z-]+|[A-Z]+(?![a-z])|[^\s]", name) if part not in "-'"]
    squeezed = _key(name.encode("latin-1", "replace"))[0]
    found = []
    for is_apart in (True, False) if len(parts) > 1 else (False,):
        form = forms.get((squeezed, is_apart))
        capitals = form is not None and Need.CAPITAL <= form.need <= Need.CONTEXT
        words = [_word(part, capitals and part[0].isupper()) for part in parts]
        found.append((r"['\- ]?" if is_apart else "'?").join(words))
    return found


def _word(part: str, has_capital: bool) -> str:
    pattern = re.escape(part).replace("µ", "[uµ]")
    return f"(?-i:{part[0]}){re.escape(part[1:])}" if has_capital else pattern


def _key(word: bytes) -> tuple[bytes, bool]:
    """A name as it is looked up: lower case without spaces, hyphens and apostrophes; and whether it had any."""
    inner = word.lower().replace(b"\xb5", b"u")
    squeezed = re.sub(rb"[\s'\-]", b"", inner)
    return squeezed, bool(re.search(rb"[\s\-]", inner))
