"""Privacy: no person's name, contact or identifying detail in any published text cell.

A schema's ``privacy`` says how a text column is read:

``known_words``  titles, addresses and short values of releases: every word must be known (``csea.words``).
``free_text``    notes and summaries: no given name before a capitalised word, no contact details, no age
                 below the year, no word of the kind that describes abuse.
``caption``      official captions, titles of sources, names of bodies: as free text, but names may stand,
                 since court captions and public officials are cited as published.
``masked_address``  addresses in hand-kept files: known words, or a person's name masked as ``[name]``.
``address``      addresses of sources; checked by their pattern alone.

Columns without ``privacy`` are numbers, dates or bound by an enum or pattern. Out of scope: deciding what is
withheld (``code/``): both rooms ask ``csea.words``, so that they agree.
"""

from __future__ import annotations

import re
from functools import lru_cache

import pyarrow as pa

from csea import places
from csea.check.place import FIRST_ROW, row_key
from csea.errors import Problem
from csea.schema import Schema
from csea.words import MASKED_NAME, after_place, given_names, public_names, unknown_words

CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.\w+|\b\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b|\b\d{3}-\d{2}-\d{4}\b")
STREET = re.compile(
    r"\b\d{1,5} (?:[A-Z][a-z]+ ){1,3}(?:Street|St\.|Avenue|Ave\.|Road|Rd\.|Lane|Drive|Boulevard|Blvd)\b"
)
YOUNG_AGE = re.compile(r"\b\d+[- ](?:month|week|day)s?[- ]old\b", re.IGNORECASE)
GRAPHIC = re.compile(
    r"\b(?:penetrat|genital|masturbat|ejaculat|sodom|intercourse|orgasm|erect(?:ion|ed penis)|molest(?:ed|ing))",
    re.IGNORECASE,
)
# A lookahead, so that matches overlap: in "Agent Mark Baker" the second pair is the name.
NAME = re.compile(r"\b(?=(([A-Z][a-z]+)(?: [A-Z]\.?)? ([A-Z]['’A-Za-z-]*[A-Za-z]))\b)")

WHY = {
    "privacy.contact": ("The text holds a contact detail or number of a person.", "Remove it."),
    "privacy.street": ("The text holds a street address.", "Remove it; a town is enough."),
    "privacy.young_age": ("The text gives an age below the year.", "Give the age in years, or leave it out."),
    "privacy.description": ("The text describes abuse.", "Say what the law calls the offence, no more."),
    "privacy.name": (
        "The text may hold a person's name.",
        "Say who it was by role; a public official's act belongs in a caption.",
    ),
}


def check_privacy(table: pa.Table, shown: str, schema: Schema) -> list[Problem]:
    """Problems for every text cell that breaks its column's privacy rule."""
    problems = []
    for name, privacy in ((field.name, field.privacy) for field in schema.fields if field.privacy):
        for index, text in enumerate(table[name].to_pylist()):
            for rule, value, message, fix in _faults(text, privacy) if text else ():
                key = row_key(table, schema, index)
                problems.append(Problem(rule, shown, message, fix, index + FIRST_ROW, key, name, value))
    return problems


@lru_cache(maxsize=100_000)  # titles, places and values repeat
def _faults(text: str, privacy: str) -> list[tuple[str, str, str, str]]:
    if privacy == "known_words":
        words = unknown_words(text)
        message = f"Not every word is known, so it may hold a name: {', '.join(words)}."
        fix = "Withhold the cell, or, if no word is a person's name, add it to scripts/csea/words/known.txt."
        return [("privacy.known_words", text, message, fix)] if words else []
    if privacy == "masked_address":
        words = unknown_words(text.replace(MASKED_NAME, " "))
        message = f"Not every word is known, so the address may hold a name: {', '.join(words)}."
        fix = f"Write {MASKED_NAME} for a person's name; add any other word to scripts/csea/words/known.txt."
        return [("privacy.masked_address", text, message, fix)] if words else []
    if privacy not in ("free_text", "caption"):
        return []
    patterns = [
        ("privacy.contact", CONTACT),
        ("privacy.street", STREET),
        ("privacy.young_age", YOUNG_AGE),
        ("privacy.description", GRAPHIC),
    ]
    found = [(rule, match.group(), *WHY[rule]) for rule, pattern in patterns if (match := pattern.search(text))]
    if privacy == "free_text" and (name := _person(text)):
        found.append(("privacy.name", name, *WHY["privacy.name"]))
    return found


def _person(text: str) -> str:
    """The first given name that stands before a capitalised word and is not a known public name or place."""
    for match in NAME.finditer(text):
        full, first, last = match.groups()
        before = text[: match.start()].split()[-1:]
        pair = (first.lower(), last.lower())
        if pair[0] not in given_names() or f"{first} {last}" in public_names():
            continue
        if pair[1] in after_place() or {pair, (*map(str.lower, before), *pair)} & places.names():
            continue
        return str(full)
    return ""
