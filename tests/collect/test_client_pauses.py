"""The client waits between two tries: longer each time, or as long as the service asks."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from scripted import PAGE, Script, ask, good, throttled

from csea.collect.client import Away


def in_seconds(seconds):
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


class TestPauses:
    def test_double_and_stay_within_a_half_and_the_whole(self):
        service = Script((500, {}, b""))
        ask(service)
        most = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
        assert [whole / 2 <= wait <= whole for wait, whole in zip(service.waits, most, strict=True)] == [True] * 6

    def test_are_the_same_for_the_same_seed(self):
        one, other = Script((500, {}, b"")), Script((500, {}, b""))
        ask(one, seed=1), ask(other, seed=1)
        assert one.waits == other.waits

    def test_differ_for_another_seed(self):
        one, other = Script((500, {}, b"")), Script((500, {}, b""))
        ask(one, seed=1), ask(other, seed=2)
        assert not set(one.waits) & set(other.waits)


class TestRetryAfter:
    @pytest.mark.parametrize("status", [429, 503])
    @pytest.mark.parametrize("seconds", [1, 30, 900])
    def test_seconds_are_waited_exactly(self, status, seconds):
        service = Script((status, {"Retry-After": str(seconds)}, b""), good())
        ask(service)
        assert service.waits == [pytest.approx(seconds)]

    def test_a_date_is_waited_for(self):
        service = Script(throttled(in_seconds(600)), good())
        ask(service)
        assert service.waits == [pytest.approx(600, abs=30)]  # the machine that runs the tests may be slow

    @pytest.mark.parametrize(
        "retry_after",
        [
            None,
            "",
            "soon",
            "-5",
            "1.5",
            "Mon, 99 Jan 2024 00:00:00 GMT",
            ",",
            "\xb2",
            "Mon, 01 Jan 2024 00:00:00 +99999999999999",
        ],
    )
    def test_what_is_none_is_passed_over(self, retry_after):
        encoded = None if retry_after is None else retry_after.encode("latin-1")
        service = Script(throttled(encoded), good())
        ask(service)
        assert [0.5 <= wait <= 1.0 for wait in service.waits] == [True]

    def test_means_all_requests(self):
        service = Script(good(), good(), throttled("30"), good())

        def job(client):
            return asyncio.gather(*(client.listing({**PAGE, "page": 0}) for _ in range(8)))

        ask(service, job, rate=4)
        assert [wait >= 30 for wait in service.waits] == [False, False, True] + [False] * 5

    def test_no_burst_follows(self):
        service = Script(*[throttled("30")] * 8, good())

        def job(client):
            return asyncio.gather(*(client.listing({**PAGE, "page": 0}) for _ in range(8)))

        ask(service, job, rate=4)
        assert min(service.waits) >= 0.25

    @pytest.mark.parametrize("retry_after, minutes", [("901", 15), ("1800", 30), ("86400", 1440)])
    def test_of_more_than_a_quarter_of_an_hour_ends_the_run(self, retry_after, minutes):
        error = ask(Script(throttled(retry_after))).error
        assert isinstance(error, Away)
        assert f"wait {minutes} minutes" in str(error)

    def test_date_of_more_than_a_quarter_of_an_hour_ends_the_run(self):
        assert isinstance(ask(Script(throttled(in_seconds(2000)))).error, Away)
