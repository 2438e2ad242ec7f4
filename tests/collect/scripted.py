"""A client in virtual time, and the services that it asks: a fake one that fails, or answers from a script."""

import json
import random
from itertools import pairwise
from types import SimpleNamespace

import httpx
from virtual import now, run_virtually

from csea.collect.bucket import Bucket
from csea.collect.client import Away, Client, Failure
from fake_doj import Behaviour, FakeDoj, make_records

RECORDS = make_records(130, seed=7)
UUIDS = [record["uuid"] for record in RECORDS]
PAGE = {"pagesize": 50, "page": 1, "sort": "created", "direction": "ASC"}
GOOD = {"metadata": {"resultset": {"count": "2", "pagesize": 50}}, "results": [{}, {}]}
KINDS = {
    "throttle": "throttled",
    "throttle_date": "throttled",
    "throttle_silent": "throttled",
    "wall": "wall",
    "wall_ok": "wall",
    "server_error": "server_error",
    "slow": "timeout",
    "truncated": "truncated",
    "empty": "empty_page",
    "reset": "network",
}
FOREVER = 10**9


def listing(client):
    """The second page."""
    return client.listing(PAGE)


def ask(service, job=listing, rate=float("inf"), seed=7):
    """What ``job(client)`` comes to, in virtual time. ``service`` is a FakeDoj or a function for MockTransport."""

    async def go():
        transport = service.transport() if isinstance(service, FakeDoj) else httpx.MockTransport(service)
        async with httpx.AsyncClient(transport=transport, base_url="http://fake.test/api/v1/", timeout=60.0) as http:
            client = Client(http, Bucket(rate), random.Random(seed))
            answer = error = None
            try:
                answer = await job(client)
            except (Failure, Away) as caught:
                error = caught
            return SimpleNamespace(answer=answer, error=error, client=client, faults=dict(client.faults))

    return run_virtually(go())


class Script:
    """A service that gives these answers in turn, then the last again and again; it notes who asked when."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests, self.times = [], []

    def __call__(self, request):
        self.requests.append(request)
        self.times.append(now())
        status, headers, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return httpx.Response(status, headers=headers, content=body if isinstance(body, bytes) else json.dumps(body))

    @property
    def waits(self):
        return [later - earlier for earlier, later in pairwise(self.times)]


def good(body=GOOD):
    return 200, {}, body


def throttled(retry_after):
    return 429, {} if retry_after is None else {"Retry-After": retry_after}, b""


def always(fault, **settings):
    return FakeDoj(RECORDS, Behaviour(**{fault: 1.0}, slow_seconds=3600.0, faults_in_a_row=FOREVER, **settings))
