"""A crawl that is killed at any point goes on from there: nothing lost, nothing twice, little asked again."""

import multiprocessing
import os
import random
import signal

import pytest
from collecting import Silent, held, pages_asked, sound, truth

from csea import ROOT
from csea.archive import Archive, store
from csea.collect.run import Options, collect
from fake_doj import Behaviour, FakeDoj, make_records

PAGE = 10
IN_FLIGHT = 4
PATIENCE = 120  # seconds; only a machine that hangs needs them
RECORDS = make_records(400)
FORK = multiprocessing.get_context("fork")  # no second start of the interpreter


def crawl(folder, url):
    """What the killed process does: a full crawl, with parts so small that several are written."""
    store.PART_ROWS = 60
    report = collect(ROOT, folder, Options("full", float("inf"), IN_FLIGHT, api=url), Silent())
    os._exit(report.exit_code)


def run(folder, url):
    """Run a crawl in a process of its own; its exit code, negative where a signal ended it."""
    process = FORK.Process(target=crawl, args=(folder, url))
    process.start()
    return process


def crawl_with_kills(folder, fake, requests):
    """Crawl, killed just before each of these requests (counted from the first of all) is answered; then to the end."""
    with fake.serve() as url:
        for number in requests:
            process = run(folder, url)
            fake.on_request = lambda n, last=number, pid=process.pid: n >= last and os.kill(pid, signal.SIGKILL)
            process.join(PATIENCE)
            assert process.exitcode in (-signal.SIGKILL, 0)
        fake.on_request = None
        process = run(folder, url)
        process.join(PATIENCE)
        return process.exitcode


@pytest.fixture(scope="module", params=range(4))
def killed(request, tmp_path_factory):
    """An archive that was filled in spite of several kills, and the service that filled it."""
    chance = random.Random(request.param)
    fake = FakeDoj(RECORDS, Behaviour(max_page_size=PAGE))
    kills = sorted(chance.sample(range(2, 38), 4))
    folder = tmp_path_factory.mktemp("archive")
    assert crawl_with_kills(folder, fake, kills) == 0
    return folder, fake, len(kills)


def test_no_record_is_lost_by_kills(killed):
    folder, fake, _ = killed
    assert held(folder) == truth(fake)


def test_no_record_is_stored_twice_by_kills(killed):
    folder, _, _ = killed
    with Archive.reader(folder) as archive:
        assert archive.value("SELECT count(*) FROM versions") == len(RECORDS)


def test_the_archive_is_sound_after_kills(killed):
    folder, _, _ = killed
    assert sound(folder) == []


def test_only_pages_in_flight_are_asked_for_again_after_kills(killed):
    _, fake, kills = killed
    asked = pages_asked(fake)
    assert sum(asked.values()) - len(asked) <= kills * IN_FLIGHT
