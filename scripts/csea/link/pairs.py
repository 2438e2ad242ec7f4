"""Which releases are worth comparing: pairs that share a key, never all pairs.

Releases are sorted by a key (a name within a court, a docket number, a place and a piece of wording) and then by
date, and each is paired with the few that follow it under the same key. So the number of pairs grows with the number
of releases, however many share one name, one day or one stock text. Out of scope: whether a pair is one case.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csea.link.evidence import UNKNOWN, Facts, Ints
from csea.link.names import MIN_MISSPELT, PARTS, Names

# How many following releases under a key are compared. A prosecution has three to six releases; co-defendants
# sentenced one by one bring a dozen, and each of those is then near another one of the chain.
NAME_WINDOW = 8
MISSPELT_WINDOW = 4  # a misspelt name is rare, so its key has few releases
DOCKET_WINDOW = 3  # releases of one docket and court chain up, so neighbours are enough
ANYWHERE_WINDOW = 12  # a common name across all courts: the office's release is within days of the department's
WEAK_WINDOW = 4  # keys that only suggest: a surname and a place, a piece of wording
BANDS, BAND_ROWS = 20, 5  # texts that share 0.7 of their runs meet in a band with a chance of 97%, 0.3 with 5%
COMPARED_NAMES = 12  # co-defendants of a release whose names are keys; the others are found by their docket

Hashes = NDArray[np.uint64]


def candidate_pairs(facts: Facts, names: Names) -> pd.DataFrame:
    """Pairs of releases to compare, with the names that brought them together.

    Columns left, right (row numbers, left < right), left_name, right_name (``UNKNOWN`` where another key did); each
    combination once.
    """
    rows = names.rows[names.rows.groupby("row").cumcount() < COMPARED_NAMES]
    row, name = rows["row"].to_numpy(), rows["name"].to_numpy()
    found = [
        *_by_name(facts, names, row, name),
        _by_name_anywhere(facts, names, row, name),
        *_by_surname(facts, names, row, name),
        *_by_docket(facts),
        _by_wording(facts),
        _by_text(facts),
    ]
    return pd.concat(found, ignore_index=True).drop_duplicates(ignore_index=True)


def _by_name(facts: Facts, names: Names, row: Ints, name: Ints) -> list[pd.DataFrame]:
    """Court, first letter of the given name, a word of the surname; and that word with a letter less."""
    initials = _hash(np.array([word[0] for word in names.words], dtype=object))
    initial = (
        np.where(names.given[name] == UNKNOWN, np.uint64(0), initials[names.given[name]]) if len(name) else _none()
    )
    who = _mix(facts.court[row], initial)
    exact, rest = [], []
    shorter, counts = _shorter(names.words)
    starts = np.cumsum(counts) - counts
    for place in range(PARTS):
        part = names.parts[name, place]
        has = np.flatnonzero(part != UNKNOWN)
        exact.append((_mix(who[has], part[has]), has))
        n = counts[part[has]]
        within = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
        variant = shorter[np.repeat(starts[part[has]], n) + within]
        owner = np.repeat(has, n)
        rest.append((_mix(who[owner], variant), owner))
    return [
        _paired(np.concatenate([key for key, _ in each]), np.concatenate([at for _, at in each]), row, name, window)
        for each, window in ((exact, NAME_WINDOW), (rest, MISSPELT_WINDOW))
    ]


def _shorter(words: NDArray[np.object_]) -> tuple[Hashes, Ints]:
    """Hashes of each word itself and of the word without each of its letters, one word after the other, and how many.

    Two words that differ by one letter added, lost, changed or swapped have one of these in common.
    """
    variants: list[str] = []
    counts = np.empty(len(words), np.int32)
    for number, word in enumerate(words):
        own = [word]
        if len(word) >= MIN_MISSPELT:
            own += dict.fromkeys(word[:letter] + word[letter + 1 :] for letter in range(len(word)))
        variants += own
        counts[number] = len(own)
    return _hash(np.array(variants, dtype=object)), counts


def _by_name_anywhere(facts: Facts, names: Names, row: Ints, name: Ints) -> pd.DataFrame:
    """Given name and surname across courts, where one of the two releases is the whole department's."""
    person = _mix(names.given[name], names.last[name])
    full = names.given[name] != UNKNOWN
    national = facts.court[row] == UNKNOWN
    here = np.flatnonzero(full & np.isin(person, person[national & full]))
    pairs = _paired(person[here], here, row, name, ANYWHERE_WINDOW)
    return _with_department(facts, pairs)


def _with_department(facts: Facts, pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs of which one release is of no district."""
    national = (facts.court[pairs["left"]] == UNKNOWN) | (facts.court[pairs["right"]] == UNKNOWN)
    return pairs.take(np.flatnonzero(national))


def _by_surname(facts: Facts, names: Names, row: Ints, name: Ints) -> list[pd.DataFrame]:
    """Court, surname and place, for given names spelt in two ways; court and surname, where a release has no more."""
    placed = np.flatnonzero(facts.place[row] != UNKNOWN)
    near = _mix(facts.court[row], names.last[name], facts.place[row])[placed]
    court = _mix(facts.court[row], names.last[name])
    alone = np.flatnonzero(np.isin(court, court[names.given[name] == UNKNOWN]))
    return [
        _paired(near, placed, row, name, WEAK_WINDOW),
        _paired(court[alone], alone, row, name, WEAK_WINDOW),
    ]


def _by_docket(facts: Facts) -> list[pd.DataFrame]:
    """Docket number and court; the number alone, where one of the two releases is the whole department's."""
    row, nobody = facts.dockets["row"].to_numpy(), np.full(len(facts.dockets), UNKNOWN, np.int32)
    number = _hash(facts.dockets["number"].to_numpy(dtype=object))
    national = facts.court[row] == UNKNOWN
    everywhere = np.flatnonzero(np.isin(number, number[national]))
    anywhere = _paired(number[everywhere], everywhere, row, nobody, WEAK_WINDOW)
    return [
        _paired(_mix(facts.court[row], number), np.arange(len(row)), row, nobody, DOCKET_WINDOW),
        _with_department(facts, anywhere),
    ]


def _by_wording(facts: Facts) -> pd.DataFrame:
    """Place and a band of the wording, in places where a release names nobody."""
    named = np.zeros(len(facts), bool)
    named[facts.names["row"]] = True
    there = facts.worded & (facts.place != UNKNOWN)
    rows = np.flatnonzero(there & np.isin(facts.place, facts.place[there & ~named])).astype(np.int32)
    n_bands = min(BANDS, facts.wording.shape[1] // BAND_ROWS)
    keys = [_none()]
    for band in range(n_bands):
        piece = facts.wording[rows, band * BAND_ROWS : (band + 1) * BAND_ROWS]
        keys.append(_mix(facts.place[rows], np.full(len(rows), band), *piece.T))
    row = np.tile(rows, n_bands)
    return _paired(np.concatenate(keys), np.arange(len(row)), row, np.full(len(row), UNKNOWN, np.int32), WEAK_WINDOW)


def _by_text(facts: Facts) -> pd.DataFrame:
    """Equal texts."""
    rows = np.flatnonzero(facts.text != UNKNOWN).astype(np.int32)
    return _paired(_mix(facts.text[rows]), np.arange(len(rows)), rows, np.full(len(rows), UNKNOWN, np.int32), 1)


def _paired(key: Hashes, at: NDArray[np.int64], row: Ints, name: Ints, window: int) -> pd.DataFrame:
    """Each entry with the ``window`` entries that follow it under its key, by row; ``at`` is its place in row, name."""
    order = np.lexsort((row[at], key))
    key, at = key[order], at[order]
    lefts, rights = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for step in range(1, window + 1):
        same = np.flatnonzero(key[step:] == key[:-step])
        if not len(same):
            break
        lefts.append(at[same])
        rights.append(at[same + step])
    left, right = np.concatenate(lefts), np.concatenate(rights)
    pairs = pd.DataFrame({"left": row[left], "right": row[right], "left_name": name[left], "right_name": name[right]})
    return pairs[pairs["left"] < pairs["right"]].drop_duplicates()


def _hash(texts: NDArray[np.object_]) -> Hashes:
    return pd.util.hash_array(texts, categorize=False)


def _none() -> Hashes:
    return np.empty(0, np.uint64)


def _mix(*columns: NDArray[np.generic]) -> Hashes:
    """One number for each combination of values. Where two combinations meet, a pair too many is compared, no more."""
    mixed = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        mixed = (mixed ^ column.astype(np.int64).view(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed
