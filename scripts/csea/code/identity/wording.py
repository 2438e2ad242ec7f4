"""The wording of a release as a fixed number of bytes, so that two releases compare without their texts.

A minhash over runs of words: the share of equal places in two signatures estimates the share of runs that the two
texts have in common (Jaccard), give or take 0.04. Stock sentences that many releases share are left out first. The
hash is plain arithmetic with constants written here, so signatures are equal on every machine and version. Out of
scope: meaning. Two prosecutions told with one template are alike in wording, so wording alone proves no link.
"""

from __future__ import annotations

import numpy as np
import re2
from numpy.typing import NDArray

PLACES = 128  # numbers in a signature; a standard error of 0.044 at worst
RUN = 3  # words of a run: two are common phrases, five break at every changed word
MIN_RUNS = 12  # shorter texts have no wording to speak of
LONGEST_STOCK = 1_500  # a stock paragraph is shorter; of a longer one only the stock sentences are left out
SLICE = 4_096  # runs hashed at a time: 2 MB, whatever the length of the text

_STOCK = (
    rb"(?i:project safe childhood|projectsafechildhood|safechildhood|marshals federal, state"
    rb"|nationwide initiative (?:launched|to combat)"
    rb"|(?:is|are|remains) (?:merely|only|simply) (?:an )?(?:allegation|accusation)"
    rb"|presumed (?:to be )?innocent|proven guilty|beyond a reasonable doubt|merely a formal|not evidence of guilt"
    rb"|contain(?:s|ed) (?:only )?(?:a charge|charges|allegations)|charging documents? are allegations"
    rb"|sentencing guidelines and other statutory|determine any sentence after"
    rb"|anyone (?:with|who has) information|you (?:have|believe you) (?:information|are a victim)|victims? assistance"
    rb"|cybertipline\.(?:org|com)|1-800-|tips\.fbi\.gov|www\.|https?:|for more information|follow us on|copies of"
    rb"|innocence in danger|internet safety education)"
)
_STOCK_LINE = re2.compile(_STOCK)

_LETTERS = np.zeros(256, np.uint32)
for _code in range(256):
    if chr(_code).isascii() and chr(_code).isalnum():
        _LETTERS[_code] = ord(chr(_code).lower())


def _constants(count: int, seed: int) -> NDArray[np.uint32]:
    """Odd multipliers, by the splitmix64 recurrence: a library's generator may change between its versions."""
    mask, values = (1 << 64) - 1, []
    for _ in range(count):
        seed = (seed + 0x9E3779B97F4A7C15) & mask
        mixed = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9 & mask
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB & mask
        values.append((mixed >> 32) | 1)
    return np.array(values, np.uint32)


_POWERS = _constants(
    32, seed=1
)  # weight of a letter by its place in the word; a word's 33rd letter counts as its first
_WORDS = _constants(RUN, seed=2)  # weight of a word by its place in the run
_MULTIPLIERS = _constants(PLACES, seed=3)[:, None]
_SHIFTS = _constants(PLACES, seed=4)[:, None]


def signature(folded: bytes) -> bytes:
    """``2 * PLACES`` bytes for a folded text, or none where it has fewer than ``MIN_RUNS`` runs of its own."""
    runs = _runs(_without_stock(folded))
    if len(runs) < MIN_RUNS:
        return b""
    least = np.full(PLACES, 0xFFFFFFFF, np.uint32)
    for start in range(0, len(runs), SLICE):
        hashed = runs[None, start : start + SLICE] * _MULTIPLIERS + _SHIFTS
        np.minimum(least, hashed.min(axis=1), out=least)
    # The high bits of a minimum are nearly always zero; the low ones tell the runs apart.
    return (least ^ (least >> 16)).astype("<u2").tobytes()


def _without_stock(folded: bytes) -> bytes:
    """The text without stock paragraphs."""
    kept = []
    for line in folded.split(b"\n"):
        if not _STOCK_LINE.search(line):
            kept.append(line)
        elif len(line) > LONGEST_STOCK:
            kept += [sentence for sentence in line.split(b". ") if not _STOCK_LINE.search(sentence)]
    return b"\n".join(kept)


def _runs(text: bytes) -> NDArray[np.uint32]:
    """A hash of each distinct run of words; the words are letters and digits in lower case."""
    letters = _LETTERS[np.frombuffer(b" " + text + b" ", np.uint8)]
    inside = letters > 0
    starts = np.flatnonzero(inside[1:] & ~inside[:-1]) + 1
    if len(starts) < RUN:
        return np.empty(0, np.uint32)
    places = np.arange(len(letters), dtype=np.int64)
    places -= np.repeat(np.r_[0, starts], np.diff(np.r_[0, starts, len(letters)]))
    words = np.add.reduceat(letters * _POWERS[places % len(_POWERS)], starts, dtype=np.uint32)
    words = _mixed(words)
    n_runs = len(words) - RUN + 1
    total = np.zeros(n_runs, np.uint32)
    for place in range(RUN):
        total += words[place : place + n_runs] * _WORDS[place]
    return np.unique(_mixed(total))


def _mixed(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Each value stirred so that all its bits depend on all of the input's (the finish of MurmurHash3)."""
    values = (values ^ (values >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    values = (values ^ (values >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return values ^ (values >> np.uint32(16))
