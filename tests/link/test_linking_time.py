"""Time and the number of questions stay bounded however many releases share a name, a day, a place or a text."""

import time
from datetime import date, timedelta

import numpy as np
import pytest
from linking import key_of, table

from csea.link.prosecutions import link_releases

N = 5_000
SECONDS = 5.0
DAY = date(2019, 5, 2)
RNG = np.random.default_rng(0)
STOCK = RNG.integers(0, 1 << 16, 128, dtype=np.uint16)


def syllables(number):
    return "".join("bcdfghjklm"[int(digit)] + "aeiouaeiou"[int(digit)] for digit in f"{number:05}")


def release(number, **known):
    base = {
        "key": key_of(str(number)),
        "component": "usao-ma",
        "published_date": DAY,
        "release_kind": "charge",
        "place": "Ostley",
        "state": "MA",
        "n_suspects": 1,
        "dockets": [],
        "defendants": [],
        "wording": STOCK.tobytes(),
        "text_sha256": None,
    }
    return base | known


ARCHIVES = {
    "one name": lambda n: release(n, defendants=["jovin marlin"], published_date=DAY + timedelta(days=n)),
    "one name in all courts": lambda n: release(n, defendants=["jovin marlin"], component=f"usao-x{n % 90}"),
    "one surname": lambda n: release(n, defendants=[f"{syllables(n)} marlin"]),
    "one given name": lambda n: release(n, defendants=[f"jovin {syllables(n)}"]),
    "one surname alone": lambda n: release(n, defendants=["marlin"]),
    "one docket": lambda n: release(n, dockets=["19-cr-00123"], defendants=[f"jovin {syllables(n)}"]),
    "one docket in all courts": lambda n: release(n, dockets=["19-cr-00123"], component=f"usao-x{n % 90}"),
    "twenty dockets": lambda n: release(n, dockets=[f"19-cr-{d:05}" for d in range(20)]),
    "forty co-defendants": lambda n: release(n, defendants=[f"jovin {syllables(d)}" for d in range(40)]),
    "nobody, one stock text": lambda n: release(n),
    "nobody, one text": lambda n: release(n, text_sha256="a" * 64),
    "one day and office": lambda n: release(n, defendants=[f"{syllables(n)} {syllables(N - n)}"]),
    "the department's only": lambda n: release(n, defendants=["jovin marlin"], component="opa"),
}


@pytest.mark.parametrize("make", ARCHIVES.values(), ids=ARCHIVES)
def test_releases_that_share_a_key_are_linked_in_seconds(make):
    evidence = table([make(number) for number in range(N)])
    start = time.process_time()
    linked = link_releases(evidence)
    assert time.process_time() - start < SECONDS
    assert len(linked.unsure) <= 3 * N


def test_one_day_of_one_office_with_one_template_is_as_many_cases_as_defendants():
    evidence = table([ARCHIVES["one day and office"](number) for number in range(3_000)])
    linked = link_releases(evidence)
    assert len(set(linked.groups.column("group").to_pylist())) == 3_000
    assert len(linked.duplicates) == 0


def test_equal_texts_are_one_case():
    linked = link_releases(table([ARCHIVES["nobody, one text"](number) for number in range(1_000)]))
    assert len(set(linked.groups.column("group").to_pylist())) == 1
    assert len(linked.duplicates) == 999
