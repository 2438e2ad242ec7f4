"""Who is accused: the names of suspects in a release, found by the department's usual wording.

A run of capitalised words is a suspect's name only where the words around it say so: an adult's age, a passive verb of
procedure after it, "charged" or "United States v." before it, or another suspect beside it in a list. Officials,
prosecutors, judges, agents and lawyers, whom nearly every release names too, are refused by their offices; ages
below 18 are refused, since their bearers may be victims. A name in the title counts only where the body knows the
surname too: in a title every word is in capitals. Only short windows around a run are looked at, so the time is
linear. Out of scope: victims, companies, and telling two persons of one name apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import re2

from csea.code.identity.lists import NOT_NAMES, OFFICES, PARTICLES, PLACEHOLDERS, SUFFIXES
from csea.code.identity.patterns import (
    ACTS,
    ALIAS_BEFORE,
    BETWEEN,
    BY_AGE,
    BY_VERB,
    FORMER,
    FORMER_WORDS,
    GOES_ON,
    IN_ROW,
    INTRO,
    LED_IN,
    LIST_AGE,
    OFFICE_AFTER,
    OFFICE_BEFORE,
    PLURAL,
    QUOTED,
    RUN,
    SAID,
    SURNAME_AGE,
    TITLE_VERB,
    YEAR_OLD,
)

MAX_NAMES = 40  # defendants kept of one release; the largest indictments announced have some dozens
MAX_WORDS = 5  # words of a name; longer runs of capitals are headlines or agencies
MAX_RUNS = 5_000  # runs of capitals looked at; a release of 4 KB has about 60
REMEMBERED = 60  # characters of a run that is worth remembering
ADULT, OLDEST = 18, 99
BEFORE, AFTER = 48, 170  # characters around a run that can say whose name it is


class Run(NamedTuple):
    """Capitalised words in a row: where they stand, and the name that they end in, or "".

    ``official``: an office stands in the run. ``full``: the name has a given name, so it is more than a surname.
    """

    start: int
    end: int
    name: str
    official: bool
    full: bool


def find_defendants(folded: bytes) -> list[str]:
    """Names of suspects in a folded text, each once, in order of appearance; a surname alone comes last."""
    # American typography sets a comma inside the quotation marks; here it must stand after them.
    title, _, body = folded.replace(b',"', b'",').partition(b"\n")
    if not body.strip():
        title, body = b"", folded
    runs = [_run(body, match) for match in islice(RUN.finditer(body), MAX_RUNS)]
    proven = [_proof(body, run) for run in runs]
    _spread(body, runs, proven)
    found = dict.fromkeys(run.name for run, proof in zip(runs, proven, strict=True) if proof and run.name)
    found |= dict.fromkeys(_surnames(body, runs, found))
    found |= dict.fromkeys(_titled(title, {run.name.rsplit(" ", 1)[-1] for run in runs}))
    return _without_parts(list(found))[:MAX_NAMES]


def _run(body: bytes, match: re2.Match[bytes]) -> Run:
    start, end = match.span()
    raw = body[start:end]
    return Run(start, end, *(_read(raw) if end - start <= REMEMBERED else _read.__wrapped__(raw)))


@lru_cache(maxsize=8_192)  # releases repeat "United States Attorney" and the like, and a name some ten times
def _read(raw: bytes) -> tuple[str, bool, bool]:
    """The name that a run ends in, whether an office stands in it, and whether the name is full."""
    words = _words(raw)
    first, official = _first(words)
    name = _joined(words[first:])
    return name, official, b" " in raw and " " in name


def _words(run: bytes) -> list[bytes]:
    """The words of a run in plain letters, without nicknames in quotation marks; hyphens part words."""
    if b'"' in run or b"'" in run:
        run = QUOTED.sub(b" ", run)
    return run.replace(b"-", b" ").translate(None, b"'\".()").split()


def _first(words: list[bytes]) -> tuple[int, bool]:
    """Where a name begins, after the last word that no name has; and whether one of these is an office."""
    first, official, former = 0, False, False
    for place, word in enumerate(words):
        low = word.lower()
        is_former, former = former, former or low in FORMER_WORDS
        # A single letter is an initial. "los" within a name is no "Los Angeles", nor is "DE LOS SANTOS".
        if low not in NOT_NAMES or len(word) == 1 or (low in PARTICLES and (word == low or place > first)):
            continue
        official |= low in OFFICES and not is_former
        first = place + 1
    return first, official


def _joined(words: list[bytes]) -> str:
    """A name without initials and suffixes; "" where no name has so many words."""
    kept = [low for word in words if len(word) > 1 and (low := word.lower()) not in SUFFIXES]
    return b" ".join(kept).decode() if len(kept) <= MAX_WORDS else ""


def _proof(body: bytes, run: Run) -> str:
    """Why a run names a suspect: "age", "plural" (a verb that several names share), "verb", "intro"; or ""."""
    if not run.full:
        return ""
    proof = _shown(body, run)
    return "" if proof and _alias(body, run) else proof


def _alias(body: bytes, run: Run) -> bool:
    return bool(ALIAS_BEFORE.search(body[max(0, run.start - BEFORE) : run.start]))


def _shown(body: bytes, run: Run) -> str:
    after = body[run.end : run.end + AFTER]
    before = body[max(0, run.start - BEFORE) : run.start]
    match = BY_AGE.match(after)
    if match and not _other_person(match[1]):
        return "age" if ADULT <= int(match[2] or match[3]) <= OLDEST and b"victim" not in before[-14:].lower() else ""
    match = IN_ROW.match(after)
    if match:
        return "age" if ADULT <= int(match[1]) <= OLDEST else ""
    if run.name.rsplit(" ", 1)[-1] in PLACEHOLDERS:
        return ""
    if run.official or OFFICE_BEFORE.search(before):
        return ""
    match = BY_VERB.match(after)
    if match and not _other_person(match[1]):
        return "plural" if PLURAL.match(after) else "verb"
    if INTRO.search(before) or (LED_IN.search(before) and ACTS.match(after)):
        return "intro"
    old = YEAR_OLD.search(before)
    return "age" if old and int(old[1]) >= ADULT and GOES_ON.match(after) else ""


def _other_person(clause: bytes | None) -> bool:
    """Whether the clause after a name gives its bearer an office, or leads on to somebody else."""
    if not clause:
        return False
    return bool(SAID.search(clause) or (OFFICE_AFTER.search(clause) and not FORMER.search(clause)))


def _spread(body: bytes, runs: list[Run], proven: list[str]) -> None:
    """Extend proofs in place to the names of one list: back from a shared verb, on from "charges"."""
    for here in range(len(runs) - 1, 0, -1):
        if proven[here] == "plural" and not proven[here - 1] and _listed(body, runs[here - 1], runs[here]):
            proven[here - 1] = "plural"
    for here in range(len(runs) - 1):
        if proven[here] == "intro" and not proven[here + 1] and _listed(body, runs[here], runs[here + 1]):
            proven[here + 1] = "intro"


def _listed(body: bytes, left: Run, right: Run) -> bool:
    """Whether two names stand side by side in a list."""
    if not left.full or not right.full or left.official or right.official:
        return False
    between = body[left.end : right.start]
    return len(between) < BEFORE and (between in BETWEEN or LIST_AGE.sub(b"", between) in BETWEEN)


def _surnames(body: bytes, runs: list[Run], found: dict[str, None]) -> Iterator[str]:
    """Suspects named by surname alone with an age, with the full name where any run has it."""
    known = {name.rsplit(" ", 1)[-1] for name in found}
    for run in runs:
        if run.name and not run.full and run.name.rsplit(" ", 1)[-1] not in known:
            match = SURNAME_AGE.match(body[run.end : run.end + BEFORE])
            if (
                match
                and not _alias(body, run)
                and ADULT <= int(match[1]) <= OLDEST
                and body[run.end - 1 : run.end] != b"."
            ):
                known.add(run.name.rsplit(" ", 1)[-1])
                full = (other.name for other in runs if other.name.endswith(f" {run.name}") and not other.official)
                yield next(full, run.name)


def _titled(title: bytes, surnames: set[str]) -> Iterator[str]:
    """Names in a title before a verb of procedure, where a run of the body ends in the same surname."""
    for match in islice(RUN.finditer(title), MAX_NAMES):
        inside, behind = TITLE_VERB.search(match[0]), TITLE_VERB.match(title[match.end() : match.end() + BEFORE])
        words = _words(match[0][: inside.start()] if inside else match[0])
        name = _joined(words[_first(words)[0] :])
        if (inside or behind) and " " in name and name.rsplit(" ", 1)[-1] in surnames:
            yield name


def _without_parts(names: list[str]) -> list[str]:
    """The names without those that only repeat a longer one: its surname alone, or given name and surname."""
    kept: list[str] = []
    people: set[tuple[str, str]] = set()
    ends: set[str] = set()
    for name in sorted(names, key=lambda name: -name.count(" ")):  # sorting is stable, so the first of equals stays
        words = name.split()
        if name not in ends and (words[0], words[-1]) not in people:
            kept.append(name)
            people.add((words[0], words[-1]))
            ends |= {" ".join(words[place:]) for place in range(1, len(words))}
    return [name for name in names if name in kept]
