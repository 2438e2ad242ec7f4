"""Names of defendants as numbers, and how two names relate: the same, in part, misspelt, a surname alone.

Names stay in memory. Out of scope: nicknames (Bill for William): a wrong guess joins two persons, and place, docket
and wording find most of those pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from csea.link.evidence import UNKNOWN, Facts, Ints

# How two names relate, better ones higher.
OTHER, SURNAME_ONLY, MISSPELT, IN_PART, SAME = range(5)
PARTS = 3  # words after the given name that may be the surname or half of it
MIN_MISSPELT = 4  # letters of a misspelt name: in shorter ones one letter makes another name (Lee, Lew)
MIN_SHORT_GIVEN = 3  # letters of a short given name: "rob" for "robert"
A_SLICE = 500_000  # pairs compared at a time


@dataclass(frozen=True)
class Names:
    """The distinct names, by number.

    ``given`` and ``last`` are numbers of words, ``given`` ``UNKNOWN`` for a surname alone; ``parts`` has ``PARTS``
    columns of words after the given name, the last first. ``words`` are the words, ``rows`` the releases with their
    names (columns row, name), ``n_courts`` how many courts announce a given name and surname.
    """

    given: Ints
    last: Ints
    parts: Ints
    words: NDArray[np.object_]
    rows: pd.DataFrame
    n_courts: Ints

    def relation(self, left: Ints, right: Ints) -> NDArray[np.int8]:
        """How the names of two columns relate, element by element."""
        slices = [slice(start, start + A_SLICE) for start in range(0, len(left), A_SLICE)]
        found = [self._relation(left[each], right[each]) for each in slices]
        return np.concatenate(found) if found else np.empty(0, np.int8)

    def _relation(self, left: Ints, right: Ints) -> NDArray[np.int8]:
        relation = np.zeros(len(left), np.int8)
        given_l, given_r, last_l, last_r = self.given[left], self.given[right], self.last[left], self.last[right]
        alone_l, alone_r = given_l == UNKNOWN, given_r == UNKNOWN
        full = ~alone_l & ~alone_r
        same_given, same_last = (given_l == given_r) & full, last_l == last_r
        shares_part = self._shares(left, last_r) | self._shares(right, last_l)
        relation[(alone_l | alone_r) & (same_last | shares_part)] = SURNAME_ONLY
        near_last, near_given = ~same_last & same_given, ~same_given & same_last & full
        relation[_within_one(self.words, last_l, last_r, near_last) & near_last] = MISSPELT
        alike = _within_one(self.words, given_l, given_r, near_given) | _shortened(
            self.words, given_l, given_r, near_given
        )
        relation[alike & near_given] = MISSPELT
        relation[same_given & shares_part] = IN_PART
        relation[same_given & same_last] = np.where(self._middles_differ(left, right), OTHER, SAME)[
            same_given & same_last
        ]
        relation[left == right] = np.where(alone_l, SURNAME_ONLY, SAME)[left == right]
        return relation

    def _shares(self, names: Ints, last: Ints) -> NDArray[np.bool_]:
        """Whether ``last`` is among the words after the given name."""
        shares: NDArray[np.bool_] = (self.parts[names] == last[:, None]).any(axis=1)
        return shares

    def _middles_differ(self, left: Ints, right: Ints) -> NDArray[np.bool_]:
        """Whether both names have words between given name and surname and share none of them."""
        middle_l, middle_r = self.parts[left, 1:], self.parts[right, 1:]
        shared = ((middle_l[:, :, None] == middle_r[:, None, :]) & (middle_l[:, :, None] != UNKNOWN)).any(axis=(1, 2))
        differ: NDArray[np.bool_] = (middle_l[:, 0] != UNKNOWN) & (middle_r[:, 0] != UNKNOWN) & ~shared
        return differ


def read_names(facts: Facts) -> Names:
    """Number the names of all releases."""
    numbers, texts = pd.factorize(facts.names["name"])
    split = [text.split() for text in texts]
    words: dict[str, int] = {}
    coded = [[words.setdefault(word, len(words)) for word in each] for each in split]
    given = np.array([each[0] if len(each) > 1 else UNKNOWN for each in coded], np.int32)
    parts = np.full((len(coded), PARTS), UNKNOWN, np.int32)
    for number, each in enumerate(coded):
        tail = (each[1:] or each)[::-1][:PARTS]
        parts[number, : len(tail)] = tail
    last = parts[:, 0].copy()
    rows = facts.names.assign(name=numbers.astype(np.int32))
    return Names(given, last, parts, np.array(list(words), dtype=object), rows, _n_courts(facts, rows, given, last))


def _n_courts(facts: Facts, rows: pd.DataFrame, given: Ints, last: Ints) -> Ints:
    """For each name, how many courts announce its given name and surname."""
    person = pd.Series(given.astype(np.int64) << 32 | last)
    seen = pd.DataFrame({"person": person.to_numpy()[rows["name"]], "court": facts.court[rows["row"]]})
    counts = seen[seen["court"] != UNKNOWN].drop_duplicates().groupby("person").size()
    known: Ints = person.map(counts).fillna(1).to_numpy().astype(np.int32)
    return known


def _within_one(words: NDArray[np.object_], left: Ints, right: Ints, where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether two words differ by one letter added, lost, changed or swapped with its neighbour."""
    near = np.zeros(len(left), bool)
    places = np.flatnonzero(where)
    distances = cpdist(words[left[places]], words[right[places]], scorer=OSA.distance, score_cutoff=1, dtype=np.int32)
    lengths = np.array([len(word) for word in words], np.int32)
    short = np.minimum(lengths[left[places]], lengths[right[places]]) < MIN_MISSPELT
    near[places] = (distances <= 1) & ~short
    return near


def _shortened(words: NDArray[np.object_], left: Ints, right: Ints, where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether one of two words begins the other."""
    begins = np.zeros(len(left), bool)
    for place in np.flatnonzero(where).tolist():
        one, two = sorted((words[left[place]], words[right[place]]), key=len)
        begins[place] = len(one) >= MIN_SHORT_GIVEN and two.startswith(one)
    return begins
