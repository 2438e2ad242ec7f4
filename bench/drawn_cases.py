"""Invented cases, a value each, and the releases that belong to them: what ``generate_cases.py`` makes tables of.

Shares are about those of the published tables today. The same number of releases gives the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from csea.places import county_of, town_point, towns
from csea.words import unknown_words

CRIMINAL, EXPLOITATION, PROGRAM_IN_SCOPE = 0.73, 0.92, 0.78  # of releases, of cases, of the other releases
CASE_SIZES = {1: 0.6, 2: 0.3, 3: 0.1}  # releases of a case, 1.5 in the middle
SUSPECTS = {1: 0.93, 2: 0.04, 3: 0.02, 4: 0.01}
ORIGINS = {
    "not_stated": 0.54,
    "undercover": 0.12,
    "other_investigation": 0.1,
    "public_tip": 0.07,
    "other_agency_lead": 0.06,
    "ncmec_report": 0.06,
    "platform_report": 0.05,
}
STAGES = {
    "sentence": 0.45,
    "conviction": 0.12,
    "plea": 0.2,
    "charge": 0.17,
    "arrest": 0.05,
    "other_case_update": 0.01,
}  # the furthest first
IN_ORDER = ["charge", "plea", "sentence"]  # of a case with more than one release
OTHER_KINDS = {"program": 0.55, "roundup": 0.2, "speech": 0.12, "non_criminal": 0.11, "other": 0.02}
CONDUCT = {"csam": 0.58, "grooming": 0.23, "hands_on_abuse": 0.12, "sex_trafficking": 0.06, "other": 0.01}
SECOND_CONDUCT, NAMES_PLATFORM, SECOND_PLATFORM, NAMES_STATUTE = 0.25, 0.35, 0.2, 0.5
TOWNS_A_STATE = 40


@dataclass
class Drawn:
    """What the tables are made of: one value a release, or one a case, by place; -1 for none."""

    rng: np.random.Generator
    n: int
    case_of: np.ndarray  # of a release: its case
    place_in_case: np.ndarray  # of a release: how many of the case come before
    sizes: np.ndarray  # of a case, as all below
    is_exploitation: np.ndarray
    office: np.ndarray
    town: np.ndarray
    origin: np.ndarray
    suspects: np.ndarray
    platforms: np.ndarray  # (cases, 2)
    is_reporter: np.ndarray
    conduct: np.ndarray  # (cases, 2)
    statute: np.ndarray

    @property
    def in_case(self) -> np.ndarray:
        """The releases that belong to a case."""
        return np.flatnonzero(self.case_of >= 0)

    def of_case(self, values: np.ndarray) -> np.ndarray:
        """A case's values by release of a case."""
        return values[self.case_of[self.in_case]]


def draw(n: int, n_places: int, kept: dict[str, pa.Table]) -> Drawn:
    """Cases for ``n`` releases; ``kept`` are the tables that they refer to."""
    rng = np.random.default_rng(n)
    is_criminal = rng.random(n) < CRIMINAL
    n_criminal = int(is_criminal.sum())
    sizes = pick(rng, CASE_SIZES, n_criminal)
    group = np.repeat(np.arange(n_criminal), sizes)[:n_criminal]
    sizes = np.bincount(group)
    n_cases = len(sizes)
    case_of, before = np.full(n, -1), np.full(n, -1)
    case_of[is_criminal] = group
    before[is_criminal] = np.arange(n_criminal) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    is_exploitation = rng.random(n_cases) < EXPLOITATION
    origin = index(rng, ORIGINS, n_cases)
    platforms = two(rng, 1 / np.arange(1, kept["platforms"].num_rows + 1) ** 1.2, n_cases, SECOND_PLATFORM)
    platforms[rng.random(n_cases) >= NAMES_PLATFORM] = -1
    conduct = two(rng, np.array(list(CONDUCT.values())), n_cases, SECOND_CONDUCT)
    conduct[~is_exploitation] = -1
    statute = rng.integers(0, kept["statutes"].num_rows, n_cases)
    town = rng.integers(0, n_places, n_cases)
    return Drawn(
        rng=rng,
        n=n,
        case_of=case_of,
        place_in_case=before,
        sizes=sizes,
        is_exploitation=is_exploitation,
        office=town // TOWNS_A_STATE,
        town=town,
        origin=origin,
        suspects=pick(rng, SUSPECTS, n_cases),
        platforms=platforms,
        is_reporter=np.array(list(ORIGINS))[origin] == "platform_report",
        conduct=conduct,
        statute=np.where(rng.random(n_cases) < NAMES_STATUTE, statute, -1),
    )


def places_of(offices: pa.Table) -> list[dict[str, object]]:
    """``TOWNS_A_STATE`` places for each office, in its order: the largest towns of its state, over and over."""
    largest: dict[str, list[tuple[int, str]]] = {}
    for (_, state), (name, people) in towns().items():
        if people and not unknown_words(name):
            largest.setdefault(state, []).append((people, name))
    found = []
    for state, city in zip(offices["state"].to_pylist(), offices["office_city"].to_pylist(), strict=True):
        names = [name for _, name in sorted(largest.get(state, []), reverse=True)[:TOWNS_A_STATE]] or [city]
        for place in (names * TOWNS_A_STATE)[:TOWNS_A_STATE]:
            latitude, longitude = town_point(place, state) or (None, None)
            county = county_of(place, state)
            found.append(
                {"place": place, "state": state, "county": county, "latitude": latitude, "longitude": longitude}
            )
    return found


def each(drawn: Drawn, of_case: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Release, value and its place for each value that the case of a release has."""
    values = of_case[drawn.case_of[drawn.in_case]]
    row, place = np.nonzero(values >= 0)
    return drawn.in_case[row], values[row, place], place


def spread(drawn: Drawn, choices: Sequence[object], of_case: np.ndarray) -> pa.Array:
    """A case's choice for each of its releases; empty for a release of no case."""
    chosen = np.where(drawn.case_of >= 0, of_case[drawn.case_of], -1)
    return taken(pa.array(choices), chosen)


def taken(choices: pa.Array, places: np.ndarray) -> pa.Array:
    """The choice at each place; empty at -1."""
    found = choices.take(pa.array(places, mask=places < 0))
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def pick(rng: np.random.Generator, shares: dict[int, float], n: int) -> np.ndarray:
    """``n`` of the numbers that have shares."""
    return np.array(list(shares))[index(rng, shares, n)]


def index(rng: np.random.Generator, shares: dict[int, float] | dict[str, float], n: int) -> np.ndarray:
    """``n`` places in the shares, drawn by them."""
    return np.searchsorted(np.cumsum(list(shares.values()))[:-1], rng.random(n))


def two(rng: np.random.Generator, weights: np.ndarray, n: int, second: float) -> np.ndarray:
    """A choice for each of ``n`` by weight, and for a share of them another one beside it; -1 for none."""
    first = np.searchsorted(np.cumsum(weights / weights.sum())[:-1], rng.random(n))
    other = (first + rng.integers(1, len(weights), n)) % len(weights)
    return np.column_stack([first, np.where(rng.random(n) < second, other, -1)])
