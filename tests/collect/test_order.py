"""Which way a list runs, by what its first and last page show."""

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from csea.collect.order import latest_day, order_of
from fake_doj import make_records

DAY = 86_400
NOON = 1_262_347_200  # UTC, 1 January 2010
RECORDS = make_records(150, seed=3)


def created(*times):
    return [{"created": str(NOON + time)} for time in times]


def dated(*days):
    return [{"date": str(NOON + day * DAY)} for day in days]


def backwards(first, last):
    """The ends of the same list read from its other end."""
    return last[::-1], first[::-1]


class TestOldestFirst:
    def test_by_created(self):
        assert order_of(RECORDS[:50], RECORDS[100:]) == "oldest_first"

    def test_by_date_where_created_is_missing(self):
        assert order_of(dated(1, 2, 2), dated(7, 8)) == "oldest_first"

    def test_by_date_where_the_list_is_sorted_by_date_alone(self):
        first, last = (
            [{**record, "created": str(NOON + number * 7 % 5)} for number, record in enumerate(page)]
            for page in (dated(1, 2, 3), dated(4, 5, 6))
        )
        assert order_of(first, last) == "oldest_first"

    def test_of_one_page(self):
        assert order_of(RECORDS[:50], RECORDS[:50]) == "oldest_first"

    def test_with_ties_within_the_pages(self):
        assert order_of(created(1, 1, 1), created(2, 2)) == "oldest_first"

    def test_with_a_few_records_out_of_place(self):
        times = [*range(40), 38, *range(41, 50)]
        assert order_of(created(*times), created(*range(50, 100))) == "oldest_first"

    def test_wrapped_times(self):
        page = [{"created": f'<time datetime="2010-01-01T07:00:00-05:00">{NOON + time}</time>\n'} for time in (1, 2, 3)]
        assert order_of(page, page) == "oldest_first"

    def test_by_date_where_all_were_created_at_once(self):
        first, last = ([{**record, "created": str(NOON)} for record in page] for page in (dated(1, 2), dated(8, 9)))
        assert order_of(first, last) == "oldest_first"


class TestNewestFirst:
    def test_by_created(self):
        assert order_of(*backwards(RECORDS[:50], RECORDS[100:])) == "newest_first"

    def test_by_date_where_created_is_missing(self):
        assert order_of(dated(8, 7), dated(2, 2, 1)) == "newest_first"

    def test_of_one_page(self):
        assert order_of(RECORDS[49::-1], RECORDS[49::-1]) == "newest_first"


class TestUnknown:
    def test_empty_list(self):
        assert order_of([], []) == "unknown"

    def test_shuffled(self):
        shuffled = random.Random(5).sample(RECORDS, len(RECORDS))
        assert order_of(shuffled[:50], shuffled[100:]) == "unknown"

    def test_pages_rise_but_the_list_falls(self):
        assert order_of(created(5, 6, 7), created(1, 2, 3)) == "unknown"

    def test_records_without_times(self):
        assert order_of([{"title": "Lake reopens"}], [{"created": "", "date": None}]) == "unknown"

    def test_what_is_no_record(self):
        assert order_of([None, "text", 7, [], True], [None]) == "unknown"


def test_one_record_has_an_order_so_that_a_list_of_one_can_be_proved():
    assert order_of(created(1), created(1)) != "unknown"


@pytest.mark.parametrize(
    "odd", [None, "text", 7, [], {}, {"created": "soon"}, {"created": ["x"]}, {"created": "9" * 30}]
)
def test_what_cannot_be_read_is_passed_over(odd):
    first, last = created(1, 2), created(3, 4)
    assert order_of([odd, *first], [*last, odd]) == "oldest_first"


def test_latest_day_passes_over_what_has_none():
    assert latest_day([None, *dated(3, 1), {"date": "soon"}]) == latest_day(dated(3))


def test_no_latest_day_without_days():
    assert latest_day([None, {}]) is None


@given(
    times=st.lists(st.integers(0, 60), min_size=2, max_size=80),
    sort=st.sampled_from(["rises", "falls", "as it comes"]),
    cut=st.floats(0, 1),
    make=st.sampled_from([created, dated]),
)
def test_the_same_list_from_its_other_end_runs_the_other_way(times, sort, cut, make):
    times = times if sort == "as it comes" else sorted(times, reverse=sort == "falls")
    assume(times[0] != times[-1])  # ends that are alike show no order
    middle = min(len(times) - 1, max(1, int(cut * len(times))))
    first, last = make(*times[:middle]), make(*times[middle:])
    opposite = {"oldest_first": "newest_first", "newest_first": "oldest_first", "unknown": "unknown"}
    assert order_of(*backwards(first, last)) == opposite[order_of(first, last)]


@given(times=st.lists(st.integers(0, 9), min_size=2, max_size=80), cut=st.floats(0, 1))
def test_a_sorted_list_with_ties_is_recognised(times, cut):
    times.sort()
    assume(times[0] != times[-1])
    middle = min(len(times) - 1, max(1, int(cut * len(times))))
    assert order_of(created(*times[:middle]), created(*times[middle:])) == "oldest_first"
