"""The token bucket: no second sees more than the rate, and nearly all of the rate is used."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from virtual import now, run_virtually

from csea.collect.bucket import MARGIN, Bucket

RATES = st.integers(1, 10)
WAITS = st.lists(st.floats(0, 2), max_size=12)
PAUSES = st.lists(st.tuples(st.floats(0, 2), st.floats(0, 5)), max_size=3)


def taken_at(rate, waits, pauses=()):
    """When tokens went out: a task for each list of waits before its takes, and one that asks for pauses."""
    bucket, times = Bucket(rate), []

    async def take(own):
        for seconds in own:
            await asyncio.sleep(seconds)
            await bucket.take()
            times.append(now())

    async def pause():
        for wait, seconds in pauses:
            await asyncio.sleep(wait)
            bucket.pause(seconds)

    async def go():
        await asyncio.gather(pause(), *(take(own) for own in waits))

    run_virtually(go())
    return times, bucket


def most_in_a_window(times):
    """The most tokens in any second that holds its beginning but not its end."""
    return max((sum(start <= time < start + 1 for time in times) for start in times), default=0)


class TestRate:
    @given(rate=RATES, waits=st.lists(WAITS, min_size=1, max_size=8), pauses=PAUSES)
    def test_no_second_has_more_than_the_rate(self, rate, waits, pauses):
        times, _ = taken_at(rate, waits, pauses)
        assert most_in_a_window(times) <= rate

    @given(waits=st.lists(WAITS, min_size=1, max_size=8))
    def test_everybody_who_waits_gets_a_token(self, waits):
        times, bucket = taken_at(4, waits)
        assert len(times) == bucket.taken == sum(map(len, waits))

    def test_a_rate_below_one_spaces_tokens_by_more_than_a_second(self):
        times, _ = taken_at(0.5, [[0, 0, 0]])
        assert [later - earlier >= 2 for earlier, later in pairwise(times)] == [True, True]

    def test_idle_time_is_not_made_up_for(self):
        times, _ = taken_at(4, [[0, 60], [60, 0], [60, 0]])
        assert most_in_a_window(times) <= 4

    def test_a_thousand_takes_by_eight_tasks_use_nearly_all_of_the_rate(self):
        times, _ = taken_at(4, [[0] * 125] * 8)
        assert 0.97 <= (len(times) - 1) / (times[-1] - times[0]) / 4 <= 1

    def test_no_limit_takes_no_time(self):
        times, _ = taken_at(float("inf"), [[0] * 100] * 8)
        assert times[-1] == times[0]

    def test_who_stops_waiting_does_not_hold_up_the_others(self):
        async def go():
            bucket = Bucket(1)
            await bucket.take()
            impatient = asyncio.create_task(bucket.take())
            patient = asyncio.create_task(bucket.take())
            await asyncio.sleep(0.5)
            impatient.cancel()
            began = now()
            await patient
            return now() - began

        assert run_virtually(go()) == pytest.approx(MARGIN - 0.5)


class TestPause:
    @pytest.mark.parametrize("rate", [4, float("inf")])
    def test_nobody_gets_a_token_meanwhile(self, rate):
        times, _ = taken_at(rate, [[0.3, 0, 0]] * 8, [(0.2, 30.0)])
        assert min(times) == pytest.approx(1_030.2)

    def test_those_who_wait_already_are_held_too(self):
        times, _ = taken_at(1, [[0]] * 8, [(0.5, 30.0)])
        assert sorted(times)[1] == pytest.approx(1_030.5)

    def test_no_burst_follows(self):
        times, _ = taken_at(4, [[0] * 5] * 8, [(0.2, 30.0)])
        assert most_in_a_window(times) <= 4

    def test_a_shorter_one_does_not_end_a_longer_one(self):
        times, _ = taken_at(4, [[0.4]], [(0.2, 30.0), (0.1, 1.0)])
        assert times == [pytest.approx(1_030.2)]


class TestAccount:
    @settings(max_examples=50)
    @given(waits=st.lists(WAITS, min_size=1, max_size=5))
    def test_most_in_a_second_is_what_happened(self, waits):
        times, bucket = taken_at(float("inf"), waits)
        assert bucket.most_in_a_second == max(
            (sum(end - 1 < time <= end for time in times) for end in times), default=0
        )

    def test_a_second_ends_before_the_next_begins(self):
        _, bucket = taken_at(float("inf"), [[0, 1, 1]])
        assert bucket.most_in_a_second == 1

    def test_nothing_was_used_before_the_second_token(self):
        _, bucket = taken_at(4, [[0]])
        assert bucket.utilisation is None

    def test_without_a_rate_there_is_no_share_of_it(self):
        _, bucket = taken_at(float("inf"), [[0, 1, 1]])
        assert bucket.utilisation is None

    def test_share_of_the_rate_from_the_first_token_to_the_last(self):
        _, bucket = taken_at(2, [[5, 0, 10 - MARGIN / 2]])
        assert bucket.utilisation == pytest.approx(2 / (10 * 2))
