"""Privacy: no person's name, contact or identifying detail in any published text cell.

A schema's ``privacy`` says how a text column is read:

``known_words``  titles, addresses and short values of releases: every word must be known (``csea.words``).
``free_text``    notes and summaries: no given name before a capitalised word, no contact details, no age
                 below the year, no word of the kind that describes abuse.
``caption``      official captions, titles of sources, names of bodies: as free text, but names may stand,
                 since court captions and public officials are cited as published.
``masked_address``  addresses in hand-kept files: known words, or a person's name masked as ``[name]``.
``address``      addresses of sources; checked by their pattern alone.

A problem tells where a word stands and its first letter, never the word. Columns without ``privacy`` are numbers, dates
or bound by an enum or pattern. Out of scope: deciding what is withheld (``code/``): both rooms ask ``csea.words``, so
that they agree.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import re2

from csea import places
from csea.check.rows import Rows, take, where
from csea.errors import Problem
from csea.words import LONGEST, MASKED_NAME, after_place, given_names, public_names, unknown_words
from csea.words.columns import all_settled

CONTACT = re2.compile(r"[^\s@,;:()<>\[\]]+@[\w-]+\.\w+|\b\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b|\b\d{3}-\d{2}-\d{4}\b")
STREET = re2.compile(
    r"\b\d{1,5} (?:[A-Z][a-z]+ ){1,3}(?:Street|St\.|Avenue|Ave\.|Road|Rd\.|Lane|Drive|Boulevard|Blvd)\b"
)
YOUNG_AGE = re2.compile(r"(?i)\b\d+[- ](?:month|week|day)s?[- ]old\b")
GRAPHIC = re2.compile(
    r"(?i)\b(?:penetrat|genital|masturbat|ejaculat|sodom|intercourse|orgasm|erect(?:ion|ed penis)|molest(?:ed|ing))"
)
# A lookahead, so that matches overlap: in "Agent Mark Baker" the second pair is the name.
NAME = re.compile(r"\b(?=(([A-Z][a-z]+)(?: [A-Z]\.?)? ([A-Z]['’A-Za-z-]*[A-Za-z]))\b)")

AT_A_TIME = 50_000  # texts parted into words at once
LONGEST_OF = {"known_words": LONGEST, "masked_address": LONGEST, "free_text": 20_000, "caption": 20_000}  # characters

WHY = {
    "privacy.contact": ("The text holds a contact detail or number of a person.", "Remove it."),
    "privacy.street": ("The text holds a street address.", "Remove it; a town is enough."),
    "privacy.young_age": ("The text gives an age in days, weeks or months.", "Give the age in years, or leave it out."),
    "privacy.description": ("The text describes abuse.", "Say what the law calls the offence, no more."),
    "privacy.name": (
        "The text may hold a person's name.",
        "Write the role in place of the name; what a public official did belongs in a caption.",
    ),
}
UNKNOWN = {
    "known_words": (
        "Words that begin like this are not known, so the cell may hold a name.",
        "Empty the cell; or, where no word is a person's name, add the words to scripts/csea/words/known.txt.",
    ),
    "masked_address": (
        "Words that begin like this are not known, so the address may hold a name.",
        f"Write {MASKED_NAME} for a person's name; add any other word to scripts/csea/words/known.txt.",
    ),
}


def check_privacy(rows: Rows) -> list[Problem]:
    """Problems for every text cell that breaks its column's privacy rule."""
    problems = []
    for name in rows.columns:
        privacy = rows.schema.field(name).privacy
        column = rows.table[name]
        if privacy and privacy != "address" and column.null_count < len(column):
            problems += _column_faults(rows, name, privacy)
    return problems


def _column_faults(rows: Rows, name: str, privacy: str) -> list[Problem]:
    """Problems of one column; texts that stand in many rows are read once."""
    column = rows.table[name]
    doubtful = _doubtful(column.unique().drop_null(), privacy)
    faulty = {text: faults for text in doubtful if (faults := _faults(text, privacy))}
    if not faulty:
        return []
    found = where(pc.is_in(column, value_set=pa.array(faulty, pa.string())))
    by_rule: dict[str, list[tuple[int, str, tuple[str, str]]]] = {}
    for index, text in zip(found.tolist(), take(column, found).to_pylist(), strict=True):
        for rule, value, message, fix in faulty[text]:
            by_rule.setdefault(rule, []).append((index, value, (message, fix)))
    problems = []
    for rule, placed in by_rule.items():
        indexes, values, texts = zip(*placed, strict=True)
        problems += rows.problems(rule, np.array(indexes), name, values, texts)
    return problems


def _doubtful(texts: pa.Array, privacy: str) -> list[str]:
    """The texts that must be read one by one: where words must be known, those with a word that needs a look."""
    if privacy not in UNKNOWN:
        every: list[str] = texts.to_pylist()
        return every
    doubtful: list[str] = []
    for start in range(0, len(texts), AT_A_TIME):
        part = texts.slice(start, AT_A_TIME)
        doubtful += part.filter(pc.invert(all_settled(part))).to_pylist()
    return doubtful


@lru_cache(maxsize=100_000)  # titles, places and values repeat
def _faults(text: str, privacy: str) -> list[tuple[str, str, str, str]]:
    """Rule, value, message and fix of each fault of a text."""
    if len(text) > LONGEST_OF[privacy]:
        message = f"The text is longer than {LONGEST_OF[privacy]:,} characters, too long to be read for names."
        return [("privacy.long_text", f"{len(text):,} characters", message, "Shorten it.")]
    if privacy in UNKNOWN:
        words = unknown_words(text.replace(MASKED_NAME, " ") if privacy == "masked_address" else text)
        return [(f"privacy.{privacy}", masked(" ".join(words)), *UNKNOWN[privacy])] if words else []
    patterns = [
        ("privacy.contact", CONTACT, True),
        ("privacy.street", STREET, True),
        ("privacy.young_age", YOUNG_AGE, False),
        ("privacy.description", GRAPHIC, False),
    ]
    found = []
    for rule, pattern, is_masked in patterns:
        if match := pattern.search(text):
            found.append((rule, masked(match.group()) if is_masked else match.group(), *WHY[rule]))
    if privacy == "free_text" and (name := _person(text)):
        found.append(("privacy.name", masked(name), *WHY["privacy.name"]))
    return found


def masked(text: str) -> str:
    """Words of which only the first letter is told: a report is public too, and what it repeats may be a name."""
    return " ".join(f"{word[0]}..." for word in text.split())


def _person(text: str) -> str:
    """The first given name that stands before a capitalised word and is not a known public name or place."""
    for match in NAME.finditer(text):
        full, first, last = match.groups()
        pair = (first.lower(), last.lower())
        if pair[0] not in given_names() or f"{first} {last}" in public_names():
            continue
        before = text[: match.start()].split()[-1:]
        if pair[1] in after_place() or {pair, (*map(str.lower, before), *pair)} & places.names():
            continue
        return str(full)
    return ""
