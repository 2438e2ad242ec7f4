"""Walks are complete and proved so, whichever way the list runs and however it moves meanwhile."""

from dataclasses import replace

import pytest
from collecting import collect, held, pages_asked, sound, truth

from csea.archive import Archive
from csea.archive.walks import Walk
from csea.collect.client import Away
from fake_doj import Behaviour, FakeDoj, make_records

SMALL = Behaviour(max_page_size=10, latency=(0.05, 1.5))
RECORDS = make_records(237)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "archive"


@pytest.mark.parametrize("order", ["honoured", "oldest_first", "newest_first", "shuffled"])
def test_a_crawl_brings_every_record_whichever_way_the_list_runs(folder, order):
    fake = FakeDoj(RECORDS, replace(SMALL, order=order))
    run = collect(fake, folder)
    assert run.outcome.complete
    assert held(folder) == truth(fake)


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("honoured", "oldest_first"),
        ("oldest_first", "oldest_first"),
        ("newest_first", "newest_first"),
        ("shuffled", "unknown"),
    ],
)
def test_the_order_of_the_list_is_found_out(folder, order, found):
    assert collect(FakeDoj(RECORDS, replace(SMALL, order=order)), folder).outcome.walk.order == found


@pytest.mark.parametrize(("order", "honoured"), [("honoured", True), ("newest_first", False), ("shuffled", False)])
def test_whether_the_sort_was_honoured_is_found_out(folder, order, honoured):
    assert collect(FakeDoj(RECORDS, replace(SMALL, order=order)), folder).outcome.walk.as_asked is honoured


def test_a_quiet_crawl_asks_for_each_page_once(folder):
    fake = FakeDoj(RECORDS, SMALL)
    collect(fake, folder)
    assert set(pages_asked(fake).values()) == {1}


def test_an_unknown_order_is_proved_by_a_second_walk_that_meets_the_same(folder):
    run = collect(FakeDoj(RECORDS, replace(SMALL, order="shuffled")), folder)
    assert (run.outcome.complete, run.outcome.walks) == (True, 2)


@pytest.mark.parametrize("n", [0, 1, 9, 10, 11])
def test_lists_of_a_page_or_less_are_complete(folder, n):
    fake = FakeDoj(RECORDS[:n], SMALL)
    assert collect(fake, folder).outcome.complete
    assert held(folder) == truth(fake)


@pytest.mark.parametrize("behaviour", [{"numbers_as": "strings"}, {"numbers_as": "integers"}, {"wrapped_dates": True}])
def test_another_form_of_the_same_answers_is_no_edit(folder, behaviour):
    fake = FakeDoj(RECORDS, SMALL)
    collect(fake, folder)
    fake.set_behaviour(replace(SMALL, **behaviour))
    run = collect(fake, folder)
    assert run.counts["changed"] == 0
    assert run.counts["unchanged"] >= len(RECORDS)


def at_request(fake, number, change):
    """Let the truth change just before a request is answered."""
    fake.on_request = lambda n: change() if n == number else None


@pytest.mark.parametrize("order", ["honoured", "oldest_first", "newest_first"])
@pytest.mark.parametrize("number", [1, 2, 3, 7, 15, 24, 25])
def test_a_withdrawal_at_any_time_of_the_walk_loses_no_other_record(folder, order, number):
    fake = FakeDoj(RECORDS, replace(SMALL, order=order))
    at_request(fake, number, lambda: fake.withdraw(RECORDS[118]["uuid"]))
    assert collect(fake, folder).outcome.complete
    assert held(folder) == truth(fake)


@pytest.mark.parametrize("order", ["honoured", "oldest_first", "newest_first"])
@pytest.mark.parametrize("number", [1, 2, 3, 7, 15, 24, 25])
def test_what_is_published_during_the_walk_is_brought_too(folder, order, number):
    fake = FakeDoj(RECORDS[:-1], replace(SMALL, order=order))
    at_request(fake, number, lambda: fake.insert(RECORDS[-1]))
    assert collect(fake, folder).outcome.complete
    assert held(folder) == truth(fake)


@pytest.mark.parametrize("number", [3, 7, 15, 24])
def test_a_release_that_comes_as_another_goes_is_not_missed(folder, number):
    fake = FakeDoj(RECORDS[:-1], SMALL)

    def exchange():
        fake.withdraw(RECORDS[118]["uuid"])
        fake.insert(RECORDS[-1])

    at_request(fake, number, exchange)
    assert collect(fake, folder).outcome.complete
    assert held(folder) == truth(fake)


def test_a_service_that_gives_smaller_pages_than_it_says_is_read_to_the_end(folder):
    fake = FakeDoj(RECORDS, replace(SMALL, max_page_size=20))
    answer = fake.answer

    def boasting(path, params, headers):
        good = answer(path, params, headers)
        return replace(good, body=good.body.replace(b'"pagesize": "20"', b'"pagesize": "50"'))

    fake.answer = boasting
    assert b'"pagesize": "50"' in fake.answer("/api/v1/press_releases.json", {"pagesize": "50"}, {}).body
    assert collect(fake, folder).outcome.complete
    assert held(folder) == truth(fake)


def test_an_edit_is_kept_as_a_second_version(folder):
    fake = FakeDoj(RECORDS, SMALL)
    collect(fake, folder)
    fake.edit(RECORDS[40]["uuid"])
    run = collect(fake, folder)
    assert run.counts["changed"] == 1
    with Archive.reader(folder) as archive:
        assert archive.value("SELECT count(*) FROM versions") == len(RECORDS) + 1
    assert held(folder) == truth(fake)


def test_a_withdrawn_release_is_kept_and_marked(folder):
    fake = FakeDoj(RECORDS, SMALL)
    collect(fake, folder)
    gone = RECORDS[40]["uuid"]
    fake.withdraw(gone)
    run = collect(fake, folder)
    assert run.counts["withdrawn"] == 1
    assert gone in held(folder, withdrawn=True)
    assert held(folder) == truth(fake)


def test_a_release_that_is_there_but_not_listed_is_not_marked_as_withdrawn(folder):
    fake = FakeDoj(RECORDS, SMALL)
    collect(fake, folder)
    unlisted = RECORDS[40]["uuid"]
    hide = fake.answer

    def answer(path, params, headers):
        if unlisted not in path:
            return hide(path, params, headers)
        return still_there.answer(path, params, headers)

    still_there = FakeDoj(RECORDS, SMALL)
    fake.withdraw(unlisted)
    fake.answer = answer
    assert collect(fake, folder).counts["withdrawn"] == 0


def test_a_list_that_lost_half_of_its_releases_marks_none(folder):
    fake = FakeDoj(RECORDS, SMALL)
    collect(fake, folder)
    for record in RECORDS[:150]:
        fake.withdraw(record["uuid"])
    run = collect(fake, folder)
    assert run.counts["withdrawn"] == 0
    assert "too many at once" in run.outcome.notes[0]


def test_a_release_that_comes_back_is_restored(folder):
    fake = FakeDoj(RECORDS, SMALL)
    collect(fake, folder)
    fake.withdraw(RECORDS[40]["uuid"])
    collect(fake, folder)
    fake.insert(RECORDS[40])
    run = collect(fake, folder)
    assert run.counts["restored"] == 1
    assert held(folder) == truth(fake)


def test_an_update_asks_for_the_newest_pages_alone(folder):
    fake = FakeDoj(make_records(2_000), Behaviour())
    collect(fake, folder)
    fake.log.clear()
    for record in make_records(2_010)[2_000:]:
        fake.insert(record)
    run = collect(fake, folder, "update")
    assert run.outcome.complete
    assert run.counts["new"] == 10
    assert len(fake.log) < 15


def test_an_update_goes_on_to_the_oldest_page_for_a_release_published_with_an_old_date(folder):
    fake = FakeDoj(RECORDS[:3] + RECORDS[4:], SMALL)
    collect(fake, folder)
    fake.insert(RECORDS[3])
    run = collect(fake, folder, "update")
    assert run.outcome.complete
    assert held(folder) == truth(fake)


def test_an_update_says_that_releases_were_withdrawn(folder):
    fake = FakeDoj(RECORDS, SMALL)
    collect(fake, folder)
    fake.withdraw(RECORDS[2]["uuid"])
    assert "csea collect --full" in collect(fake, folder, "update").outcome.notes[0]


def test_the_first_update_is_a_full_crawl(folder):
    fake = FakeDoj(RECORDS, SMALL)
    assert collect(fake, folder, "update").outcome.complete
    assert held(folder) == truth(fake)


def test_a_page_that_always_fails_is_named_and_the_rest_is_stored(folder):
    fake = FakeDoj(RECORDS, SMALL)
    fail_page(fake, "7")
    run = collect(fake, folder)
    assert not run.outcome.complete
    assert run.outcome.failed == ["page 7"]
    assert len(held(folder)) == len(RECORDS) - 10


def test_the_next_run_asks_for_the_page_that_failed_alone(folder):
    fake = FakeDoj(RECORDS, SMALL)
    answer = fake.answer
    fail_page(fake, "7")
    collect(fake, folder)
    fake.answer = answer
    fake.log.clear()
    assert collect(fake, folder).outcome.complete
    assert set(pages_asked(fake)) == {"7"}


def fail_page(fake, page):
    """Answer one page with status 500, always."""
    answer = fake.answer

    def failing(path, params, headers):
        good = answer(path, params, headers)
        broken = params.get("page") == page and params.get("pagesize") != "1"
        return replace(good, status=500, body=b"{}") if broken else good

    fake.answer = failing


def test_a_service_that_shows_a_bot_wall_stops_the_run_with_words(folder):
    fake = FakeDoj(RECORDS, replace(SMALL, wall=1.0, faults_in_a_row=99))
    with pytest.raises(Away, match="a web page came in place of data"):
        collect(fake, folder)


def test_records_that_cannot_be_read_are_kept_and_the_list_is_still_proved_complete(folder):
    fake = FakeDoj(RECORDS, replace(SMALL, unparsable=2))
    run = collect(fake, folder)
    assert run.outcome.complete
    assert run.counts["quarantined"] == 2
    assert len(held(folder)) == len(RECORDS) - 2


def test_at_full_rate_the_bucket_is_busy(folder):
    fake = FakeDoj(make_records(4_000, body_words=3), Behaviour(max_page_size=10, latency=(0.3, 1.7)))
    run = collect(fake, folder, rate=4)
    assert run.outcome.complete
    assert run.bucket.utilisation >= 0.95
    assert run.bucket.most_in_a_second <= 4


def test_the_count_by_day_finds_a_release_that_no_walk_met(folder):
    fake = FakeDoj(RECORDS, SMALL)
    lost = RECORDS[100]
    fake.withdraw(lost["uuid"])
    collect(fake, folder)
    fake.insert(lost)
    run = collect(fake, folder, "verify")
    assert run.outcome.complete
    assert held(folder) == truth(fake)


def test_the_count_by_day_marks_what_was_withdrawn(folder):
    fake = FakeDoj(RECORDS, SMALL)
    collect(fake, folder)
    fake.withdraw(RECORDS[100]["uuid"])
    run = collect(fake, folder, "verify")
    assert run.counts["withdrawn"] == 1
    assert held(folder) == truth(fake)


class Stopped(Exception):
    """Ends a run in the middle."""


def stop_at(fake, number):
    """End the run just before a request is answered."""

    def stop(n):
        if n == number:
            raise Stopped

    fake.on_request = stop


def test_a_count_by_day_that_was_interrupted_goes_on_where_it_stopped(folder):
    fake = FakeDoj(RECORDS, replace(SMALL, latency=(0, 0)))
    collect(fake, folder, "full")
    fake.log.clear()
    stop_at(fake, 40)
    with pytest.raises(Stopped):
        collect(fake, folder, "verify", in_flight=1)
    fake.on_request = None
    collect(fake, folder, "verify", in_flight=1)
    days = [request.params.get("parameters[date]") for request in fake.log if "parameters[date]" in request.params]
    assert len(days) == len(set(days))


def test_an_ignored_date_filter_is_noticed(folder):
    fake = FakeDoj(RECORDS, SMALL)
    collect(fake, folder)
    fake.set_behaviour(replace(SMALL, filters_ignored=True))
    with pytest.raises(Away, match="ignores the date filter"):
        collect(fake, folder, "verify")


def test_the_archive_of_a_crawl_is_sound(folder):
    collect(FakeDoj(RECORDS, SMALL), folder)
    assert sound(folder) == []


def test_an_interrupted_walk_is_resumed(folder):
    with Archive.writer(folder, "test") as archive:
        walk = Walk.start(archive, "full")
        assert Walk.resume(archive, "full").walk_id == walk.walk_id


def test_a_withdrawal_is_noticed_though_the_newest_record_seems_to_be_the_same(folder):
    """As many came as went, and the last look at the newest end is answered with the record before."""
    fake = FakeDoj(RECORDS[:-1], SMALL)
    answer = fake.answer

    def change(number):
        if number == 9:
            fake.insert(RECORDS[-1])
        if number == 20:
            fake.withdraw(RECORDS[200]["uuid"])

    def misleading(path, params, headers):
        if params.get("pagesize") == "1" and len(fake.log) < 26:
            return answer(path, {**params, "page": str(int(params["page"]) - 1)}, headers)
        return answer(path, params, headers)

    fake.on_request, fake.answer = change, misleading
    assert collect(fake, folder).outcome.complete
    assert held(folder) == truth(fake)
