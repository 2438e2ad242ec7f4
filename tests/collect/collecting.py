"""Collecting from the fake service, in virtual time within this process, and comparing the archive with its truth."""

import random
from collections import Counter
from types import SimpleNamespace

import httpx
from virtual import run_virtually

from csea.archive import Archive
from csea.archive.parts import received_of
from csea.archive.record import content_sha256
from csea.archive.scan import scan
from csea.archive.verify import faults
from csea.collect.bucket import Bucket
from csea.collect.client import Client
from csea.collect.days import count_days
from csea.collect.intake import Intake
from csea.collect.walk import Walker

BASE = "http://127.0.0.1:1/api/v1/"
TASKS = {"full": Walker.crawl, "update": Walker.update, "verify": count_days}


class Silent:
    """Progress that nobody watches; it remembers how far it was told."""

    def __init__(self):
        self.due = self.done = 0

    def total(self, units):
        self.due = units

    def advance(self, units):
        self.done += units

    def fault(self):
        pass


def no_component(component, url):
    """A component map for tests that are not about components."""
    return None, []


def collect(fake, folder, kind="full", rate=float("inf"), in_flight=8):
    """Collect from a FakeDoj into the archive in ``folder``; what the walk came to, and what was seen on the way."""

    async def go():
        bucket = Bucket(rate)
        async with httpx.AsyncClient(transport=fake.transport(), base_url=BASE, timeout=60.0) as http:
            client = Client(http, bucket, chance=random.Random(7))
            outcome = await TASKS[kind](Walker(client, intake, Silent(), in_flight))
        return SimpleNamespace(outcome=outcome, bucket=bucket, faults=client.faults, counts=intake.counts)

    with Archive.writer(folder, "test") as archive:
        intake = Intake(archive, no_component)
        return run_virtually(go())


def held(folder, withdrawn=False):
    """The current records of an archive: content hash by uuid."""
    with Archive.reader(folder) as archive:
        rows = [row for batch in scan(archive, withdrawn=withdrawn) for row in batch.to_pylist()]
    assert len({row["uuid"] for row in rows}) == len(rows), "a release is held twice"
    return {row["uuid"]: content_sha256(received_of(row)) for row in rows}


def truth(fake):
    """The current records of the fake service, in the same form."""
    return {uuid: content_sha256(record) for uuid, record in fake.truth.items()}


def sound(folder):
    """The faults that `csea archive verify` finds."""
    with Archive.reader(folder) as archive:
        return list(faults(archive))


def pages_asked(fake):
    """How often each page was asked for."""
    return Counter(request.params.get("page") for request in fake.log if request.params.get("pagesize") != "1")
