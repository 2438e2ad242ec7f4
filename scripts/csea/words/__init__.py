"""Known words: what a title or address may hold without risk of naming a person.

A word is known when a dictionary has it (in lower case, so no names), the gazetteer has it as a place, or
``known.txt`` lists it. A given name that is also a word or place (``given_names.txt``) counts as unknown when
another word follows it that may be a surname. What is not known is withheld: a name is what such a list does
not know. Out of scope: free text (``check/privacy.py``).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from english_words import get_english_words_set

from csea import places

FOLDER = Path(__file__).parent
MASKED_NAME = "[name]"  # what hand-kept addresses hold in place of a person's name
LONGEST_PLACE = 4  # words
LONGEST = 1_000  # characters of a title or address
SUFFIXES = (
    ("ies", "y"),
    ("ied", "y"),
    ("es", ""),
    ("s", ""),
    ("ed", ""),
    ("ed", "e"),
    ("d", ""),
    ("ing", ""),
    ("ing", "e"),
)


def is_known(text: str) -> bool:
    """Whether every word of a title or address is known, so that it cannot hold a name unseen.

    A text that is longer than any title or address is not known.
    """
    return len(text) <= LONGEST and not unknown_words(text)


def unknown_words(text: str) -> list[str]:
    """The words of a title, or of an address's path, that keep it from being published."""
    words = re.findall(r"[^\W_]+", _readable(text).replace("'", ""))
    lower = [word.lower() for word in words]
    found, index = [], 0
    while index < len(words):
        length = _place_length(lower, index)
        if length != 1 and length:
            index += length
            continue
        word = lower[index]
        if not _is_known_word(word, place=bool(length)):
            found.append(words[index])
        elif word in given_names():
            # An initial parts a name, but ends none.
            following = next((after for after in words[index + 1 :] if len(after) > 1), "")
            if _looks_like_surname(following.lower()):
                found.append(f"{words[index]} {following}")
        index += 1
    return found


def is_settled(word: str) -> bool:
    """Whether a word in lower case is known wherever it stands: no given name, and a known word or place."""
    return word not in given_names() and _is_known_word(word, place=(word,) in places.names())


def _readable(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        return text
    try:
        parts = urlsplit(text)
    except ValueError:  # no address after all: all of it must be known
        return text
    return unquote(f"{parts.path} {parts.query}")


def _place_length(words: list[str], index: int) -> int:
    """How many words, in lower case, from ``index`` on are the longest name of a place; 0 where none is."""
    if words[index] not in _place_starts():
        return 0
    for length in range(LONGEST_PLACE, 0, -1):
        if tuple(words[index : index + length]) in places.names():
            return length
    return 0


@cache
def _place_starts() -> frozenset[str]:
    """First words of place names."""
    return frozenset(name[0] for name in places.names())


def _looks_like_surname(word: str) -> bool:
    return word.isalpha() and word not in after_place()


def _is_known_word(word: str, place: bool) -> bool:
    if place or len(word) == 1 or word.isdigit() or word in dictionary():
        return True
    if any(char.isdigit() for char in word):  # file names and codes: no more than three letters in a row
        return not re.search(r"[^\W\d_]{4}", word) or bool(re.fullmatch(r"[0-9a-f]+", word))
    return any(word.endswith(end) and _stem(word, end, put) in dictionary() for end, put in SUFFIXES)


def _stem(word: str, end: str, put: str) -> str:
    stem = word[: -len(end)] + put
    doubled = not put and len(stem) > 3 and stem[-1] == stem[-2] and end in ("ed", "ing")
    return stem[:-1] if doubled else stem


@cache
def dictionary() -> frozenset[str]:
    """Words in lower case: the entries that two dictionaries do not capitalise, and ``words/known.txt``."""
    entries = get_english_words_set(["web2", "gcide"])
    return frozenset(word for word in entries if word == word.lower()) | _words("known.txt")


@cache
def given_names() -> frozenset[str]:
    """Given names in lower case."""
    return _words("given_names.txt")


@cache
def after_place() -> frozenset[str]:
    """Words that may follow a place that is also a given name: "Savannah man", "Jackson County"."""
    return _words("after_place.txt")


@cache
def public_names() -> frozenset[str]:
    """Names that free text may hold: acts and programs named for people."""
    return frozenset(_lines("public_names.txt"))


def _words(name: str) -> frozenset[str]:
    return frozenset(word for line in _lines(name) for word in line.split())


def _lines(name: str) -> list[str]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
