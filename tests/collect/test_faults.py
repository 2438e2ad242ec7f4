"""Every fault of the service, alone and all together: the archive ends up as the service is, or the run says not.

Each case is decided by its number, so a failure can be run again. Time is virtual: nobody waits.
"""

import random
from dataclasses import replace
from types import SimpleNamespace

import pytest
from collecting import collect, held, sound, truth

from csea.collect.client import Away
from fake_doj import Behaviour, FakeDoj, make_records
from fake_doj.behaviour import FAULTS

RECORDS = make_records(180)
CALM = Behaviour(max_page_size=10, latency=(0.05, 1.5))
MOST_RUNS = 6


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "archive"


@pytest.fixture(scope="module", params=FAULTS)
def faulty(request, tmp_path_factory):
    """A run against a service with one fault now and then."""
    fake = FakeDoj(RECORDS, replace(CALM, **{request.param: 0.2}, slow_seconds=90.0), seed=3)
    folder = tmp_path_factory.mktemp("faulty") / "archive"
    return SimpleNamespace(fake=fake, folder=folder, run=collect(fake, folder))


def test_a_fault_now_and_then_costs_no_record(faulty):
    assert faulty.run.outcome.complete
    assert held(faulty.folder) == truth(faulty.fake)


def test_a_fault_is_met(faulty):
    """The test above would prove nothing if the fault never came."""
    assert any(request.fault for request in faulty.fake.log)


def a_behaviour(chance):
    """A behaviour with some of all faults and changes."""
    faults = {name: chance.choice([0, 0, 0.03, 0.08]) for name in FAULTS}
    changes = {name: chance.choice([0, 0.03, 0.1]) for name in ("insertion", "edit", "withdrawal")}
    return replace(
        CALM,
        **faults,
        **changes,
        order=chance.choice(["honoured", "honoured", "oldest_first", "newest_first", "shuffled"]),
        numbers_as=chance.choice(["mixed", "strings", "integers"]),
        wrapped_dates=chance.random() < 0.5,
        slow_seconds=chance.choice([5.0, 90.0]),
        max_changes=chance.choice([3, 12]),
    )


def until_complete(fake, folder, kind="full"):
    """Run as a person would: the same command again while it says that something is missing."""
    for _ in range(MOST_RUNS):
        try:
            run = collect(fake, folder, kind)
        except Away:
            continue
        if run.outcome.complete:
            return run
    return None


@pytest.mark.parametrize("seed", range(40))
def test_whatever_happens_at_once_the_archive_ends_up_as_the_service_is(folder, seed):
    chance = random.Random(seed)
    behaviour = a_behaviour(chance)
    fake = FakeDoj(RECORDS, behaviour, seed=seed)
    run = until_complete(fake, folder)
    assert run is not None, behaviour
    assert set(held(folder)) == set(truth(fake)), "the run said that it was complete"
    quiet = replace(behaviour, insertion=0, edit=0, withdrawal=0)
    fake.set_behaviour(quiet)
    assert until_complete(fake, folder) is not None
    assert held(folder) == truth(fake)
    assert sound(folder) == []


@pytest.mark.parametrize("seed", range(10))
def test_what_was_withdrawn_is_marked_and_kept(folder, seed):
    fake = FakeDoj(RECORDS, replace(CALM, withdrawal=0.2, max_changes=8), seed=seed)
    collect(fake, folder)
    until_complete(fake, folder)
    everything = held(folder, withdrawn=True)
    assert set(everything) - set(held(folder)) == fake.withdrawn & set(everything)
