"""The town or county of a release: the defendant's in the office's state, else that of the offence or court.

Patterns of ``rules/place.toml`` say where a place may stand; the gazetteer says what is one. A word that it
does not know is never returned, since it may be a person's name. Only the title and the first paragraphs are
read, by RE2 in linear time, so no text can keep it busy. Out of scope: coordinates (``places``), districts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from csea import places
from csea.code.variables.place_rules import Rule, abroad, ignored, rules, state_at, state_code
from csea.places import place_key

READ_CHARS = 2_500
TITLE_CHARS = 400  # a first line that goes on is no title
LARGE = 100_000  # inhabitants of a town whose name may stand without a state
UNRIVALLED = 5  # times as many inhabitants as any other town of the name
MENTIONS = 3  # of a place are looked at for the state that is said after them
_SAME = str.maketrans("–—‐‑−’‘\xa0", "-----'' ")
_COUNTY = re.compile(r" (?:County|Parish|Borough|Co\.)$", re.IGNORECASE)
_AROUND = re.compile(r"[ -](?:area|based|metro)$", re.IGNORECASE)
_AFTER_COMMA = re.compile(r", ([A-Z][\w.']*)(?: ([A-Z][\w.']*))?")


@dataclass(frozen=True, slots=True)
class Place:
    """A place as published. The text from ``start`` to before ``end`` names it."""

    place: str
    state: str
    county: str | None
    start: int
    end: int
    rule: str
    confidence: str


def find_place(text: str, component_state: str | None) -> Place | None:
    """The place of a release, or None. ``text`` has the title as its first line, then a paragraph a line.

    ``component_state`` is the postal code of the office's state. Without it (main Justice) a place needs a state
    of its own or a name that only one large town has.
    """
    part = text[:READ_CHARS].translate(_SAME)
    county = None
    for rule in rules():
        if county and rule.about != "defendant":
            break
        found = next(_found(rule, part, component_state), None)
        if found is None:
            continue
        if county is None and (found.place != found.county or rule.about != "defendant" or rule.where != "title"):
            return found
        if county and found.place != found.county and found.county in (None, county.county):
            return found  # the town says more than the county that the title names
        county = county or found
    return county


@dataclass(frozen=True, slots=True)
class _Mention:
    """Words of the text that may be a place, with the state that is said with them; ``stop`` is after both."""

    start: int
    end: int
    stop: int
    state: str | None


def _found(rule: Rule, part: str, office: str | None) -> Iterator[Place]:
    """Places where the rule matches, in the order of the text."""
    for mention in _mentions(rule, part):
        place = _known(rule, part, mention, office)
        if place is None and mention.state is None and (parted := _without_state(part, mention)):
            place = _known(rule, part, parted, office)
        if place:
            yield place


def _mentions(rule: Rule, part: str) -> Iterator[_Mention]:
    title_end = part.find("\n") if "\n" in part else len(part)
    begin, end = (0, min(title_end, TITLE_CHARS)) if rule.where == "title" else (title_end + 1, len(part))
    groups = rule.finder.groupindex  # by name in bytes
    for match in rule.finder.finditer(part[begin:end].encode("latin-1", "replace")):
        if b"not" in groups and match[groups[b"not"]]:
            continue
        start, stop = (begin + at for at in match.span(groups[b"place"]))
        if around := _AROUND.search(part[start:stop]):
            stop = start + around.start()
        if b"state" in groups and (state := match[groups[b"state"]]):
            yield _Mention(start, stop, begin + match.end(groups[b"state"]), state_code(state.decode("latin-1")))
        else:
            yield _Mention(start, stop, stop, None)


def _without_state(part: str, mention: _Mention) -> _Mention | None:
    """A mention that ends in a state's name, parted: "Laredo Texas"."""
    words = part[mention.start : mention.end].split(" ")
    for n in (3, 2, 1):
        last = " ".join(words[-n:])
        if (len(last) > 2 or last.isupper()) and (state := state_code(last)):
            end = mention.end - len(last) - 1
            return _Mention(mention.start, end, mention.end, state) if end > mention.start else None
    return None


def _known(rule: Rule, part: str, mention: _Mention, office: str | None) -> Place | None:
    """The longest part of the words that the gazetteer knows; by some rules only all of them."""
    if mention.state is None and _is_abroad(part, mention.end):
        return None
    if office and mention.state and mention.state != office:
        return None
    start = mention.start
    while start < mention.end:
        name = part[start : mention.end]
        state = mention.state or office or _only_state(name)
        if state and (place := _spelled(rule, name, state, stated=mention.state is not None)):
            if mention.state is None and _said_elsewhere(part, name, state):
                return None
            sure = rule.confidence if mention.state or office else "low"
            county = place if _COUNTY.search(name) else places.county_of(place, state)
            return Place(place, state, county, start, mention.stop, f"place.{rule.id}", sure)
        space = part.find(" ", start, mention.end)
        if rule.reads == "all" or space < 0 or (len(name) > 2 and state_code(name)):
            return None  # "New York Man" is not from York
        start = space + 1
    return None


def _spelled(rule: Rule, name: str, state: str, stated: bool) -> str | None:
    """The place as published, or None where the state has none of the name."""
    if _COUNTY.search(name):
        county = re.sub(r" co\.$", " county", name, flags=re.IGNORECASE)
        known = places.counties().get((place_key(county), state))
        return known and (known if name.isupper() or county != name else name)
    key = place_key(name)
    if not stated:
        if key in ignored() or (key == "washington" and state != "DC"):  # datelines name the capital everywhere
            return None
        named_alike = {"washington": True, "new york": rule.about == "event"}  # a "New York man" may be from Buffalo
        if state_code(name) and not named_alike.get(key):
            return None
    elif rule.about == "event" and state_code(name) and key not in ("washington", "new york"):
        return None  # "in California, Pennsylvania and Ohio" is a list
    town = places.towns().get((key, state))
    if town is None or not name.isupper():
        return town and name
    return town[0].replace("Saint ", "St. ") if key.startswith("st ") else town[0]


def _is_abroad(part: str, end: int) -> bool:
    after = _AFTER_COMMA.match(part, end)
    if after is None or state_at(part, after.start(1)):
        return False
    words = [word.lower().rstrip(".") for word in after.groups() if word]
    return any(name in abroad() or name in places.countries() for name in (words[0], " ".join(words)))


def _said_elsewhere(part: str, name: str, state: str) -> bool:
    """Whether the text says of the place that it is in another state, and nowhere that it is in this one."""
    states, at = set(), -1
    text, wanted = part.lower(), f"{name.lower()}, "
    for _ in range(MENTIONS):
        at = text.find(wanted, at + 1)
        if at < 0:
            break
        states.add(state_at(part, at + len(wanted)))
    states.discard(None)
    return bool(states) and state not in states


def _only_state(name: str) -> str | None:
    """The state of the one large town of this name, for places without a state."""
    known = _by_name().get(place_key(name), [])
    (largest, state), *others = sorted(known, reverse=True) or [(0, "")]
    rival = others[0][0] if others else 0
    return state if largest >= max(LARGE, UNRIVALLED * rival) and place_key(name) != "washington" else None


@cache
def _by_name() -> dict[str, list[tuple[int, str]]]:
    found: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for (key, state), (_, population) in places.towns().items():
        found[key].append((population or 0, state))
    return found
