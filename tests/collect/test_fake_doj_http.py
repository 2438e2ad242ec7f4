"""The fake API as clients meet it: through httpx without a socket, and over loopback."""

import asyncio
import http.client
import json
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from fake_doj import Behaviour, FakeDoj, make_records
from fake_doj.asking import LISTING, ask

RECORDS = make_records(130, seed=7)


def always(fault, **settings):
    return FakeDoj(RECORDS, Behaviour(**{fault: 1.0}, **settings))


def fetch(fake, **options):
    """One answer through httpx, without a socket."""

    async def get():
        async with httpx.AsyncClient(transport=fake.transport(), base_url="http://fake.test/api/v1/") as client:
            return await client.get("press_releases.json", params={"parameters[title]": "tax"}, **options)

    return asyncio.run(get())


class TestTransport:
    def test_brackets_in_parameters_arrive(self):
        fake = FakeDoj(RECORDS)
        fetch(fake)
        assert fake.log[0].params == {"parameters[title]": "tax"}

    def test_truncated_body_arrives_cut(self):
        response = fetch(always("truncated"))
        with pytest.raises(json.JSONDecodeError):
            response.json()

    def test_reset_is_a_read_error(self):
        with pytest.raises(httpx.ReadError):
            fetch(always("reset"))

    def test_slow_answer_meets_the_client_s_time_limit(self):
        with pytest.raises(httpx.ReadTimeout):
            fetch(always("slow", slow_seconds=3600.0), timeout=0.0)


@pytest.fixture
def connect():
    """A function that serves a fake and connects to it."""
    opened = []

    def open_connection(fake):
        context = fake.serve()
        connection = http.client.HTTPConnection(urlsplit(context.__enter__()).netloc, timeout=10)
        opened.append((connection, context))
        return connection

    yield open_connection
    for connection, context in opened:
        connection.close()
        context.__exit__(None, None, None)


def get(connection, **params):
    connection.request("GET", f"{LISTING}?{urlencode(params)}")
    return connection.getresponse()


class TestServer:
    def test_base_url_is_on_loopback(self):
        with FakeDoj(RECORDS).serve() as base:
            assert base.startswith("http://127.0.0.1:") and base.endswith("/api/v1/")

    def test_answers_what_the_fake_answers(self, connect):
        assert get(connect(FakeDoj(RECORDS)), page=1).read() == ask(FakeDoj(RECORDS), page=1).body

    def test_connection_is_kept_alive(self, connect):
        connection = connect(FakeDoj(RECORDS))
        get(connection).read()
        first = connection.sock
        get(connection).read()
        assert connection.sock is first is not None

    def test_connection_outlives_a_refusal(self, connect):
        connection = connect(always("wall", max_faults=1))
        statuses = []
        for _ in range(2):
            response = get(connection)
            response.read()
            statuses.append(response.status)
        assert (statuses, connection.sock is None) == ([403, 200], False)

    def test_truncated_body_has_a_length_that_fits(self, connect):
        response = get(connect(always("truncated")))
        assert int(response.headers["Content-Length"]) == len(response.read())

    def test_reset_resets_the_connection(self, connect):
        connection = connect(always("reset"))
        with pytest.raises(ConnectionResetError) as caught:
            get(connection)
        assert not isinstance(caught.value, http.client.RemoteDisconnected)

    def test_server_says_nothing(self, connect, capfd):
        get(connect(FakeDoj(RECORDS))).read()
        assert capfd.readouterr() == ("", "")

    def test_server_is_gone_after_its_context(self):
        with FakeDoj(RECORDS).serve() as base:
            pass
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{base}press_releases.json")
