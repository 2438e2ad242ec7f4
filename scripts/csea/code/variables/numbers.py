"""Numbers as releases write them: "1,200", "12.5", "twenty-two", "one hundred and ten", "six and a half", "a dozen"."""

from __future__ import annotations

import re

_TO_TWELVE = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
ONES = {word: number for number, word in enumerate((*_TO_TWELVE, *_TEENS))}
TENS = {
    word: 10 * place
    for place, word in enumerate(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), 2)
}
ORDINALS = {
    word: place
    for place, word in enumerate(
        ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"), 2
    )
}
_SINGLE = {**ONES, **TENS, "a": 1, "an": 1, "couple": 2}
_SCALE = {"dozen": 12, "hundred": 100, "thousand": 1000}
_DIGITS = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,9})(\.\d{1,3})?")
_HALF = re.compile(r"[ -](?:and[ -](?:a|one)[ -]half|1/2)$|½$", re.IGNORECASE)


def number_of(text: str) -> float | None:
    """The number that a text writes in digits or words; None where it is no number."""
    bare = text.strip().lower()
    half = _HALF.search(bare)
    whole = _whole(bare[: half.start()].strip() if half else bare)
    return whole + 0.5 if half and whole is not None else whole


def _whole(bare: str) -> float | None:
    digits = _DIGITS.fullmatch(bare)
    if digits and bare.isascii():
        return float(bare.replace(",", ""))
    words = [word for word in bare.replace("-", " ").split() if word != "and"]
    words = words[1:] if words[1:] and words[0] in ("a", "an") else words
    return float(_sum(words)) if words and all(word in _SINGLE or word in _SCALE for word in words) else None


def _sum(words: list[str]) -> int:
    """What number words add up to: those before a scale word ("two hundred") multiply it."""
    total = group = 0
    for word in words:
        if word not in _SCALE:
            group += _SINGLE[word]
        elif word == "thousand":
            total, group = total + max(group, 1) * 1000, 0
        else:
            group = max(group, 1) * _SCALE[word]
    return total + group
