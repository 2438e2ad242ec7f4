"""The fake API shows the faults and changes that it is told to show, and the same ones for the same seed."""

import json
from dataclasses import fields
from email.utils import parsedate_to_datetime

import pytest

from fake_doj import Behaviour, FakeDoj, make_records
from fake_doj.asking import LISTING, ask, detail, numbers, uuids, walk
from fake_doj.behaviour import FAULTS

RECORDS = make_records(130, seed=7)
UUIDS = {record["uuid"] for record in RECORDS}


def always(fault, **settings):
    return FakeDoj(RECORDS, Behaviour(**{fault: 1.0}, **settings), wall_clock=lambda: 0.0)


class TestFaults:
    @pytest.mark.parametrize(
        "fault, retry_after",
        [("throttle", "2"), ("throttle_date", "Thu, 01 Jan 1970 00:00:02 GMT"), ("throttle_silent", None)],
    )
    def test_throttling_says_when_to_come_back_or_not(self, fault, retry_after):
        answer = ask(always(fault))
        assert (answer.status, answer.headers.get("Retry-After")) == (429, retry_after)

    def test_retry_after_as_a_date_can_be_read(self):
        answer = ask(FakeDoj(RECORDS, Behaviour(throttle_date=1.0), wall_clock=lambda: 1e9))
        assert parsedate_to_datetime(answer.headers["Retry-After"]).timestamp() == 1e9 + 2

    @pytest.mark.parametrize("fault, status", [("wall", 403), ("wall_ok", 200)])
    def test_wall_is_html(self, fault, status):
        answer = ask(always(fault))
        assert (answer.status, answer.headers["Content-Type"], answer.body[:9]) == (
            status,
            "text/html; charset=utf-8",
            b"<!DOCTYPE",
        )

    def test_server_errors_are_of_all_four_kinds(self):
        fake = always("server_error")
        assert {ask(fake, page=page).status for page in range(50)} == {500, 502, 503, 504}

    def test_slow_answer_is_sound_but_late(self):
        fake = always("slow", slow_seconds=9.0)
        answer = ask(fake)
        assert (answer.delay, answer.body) == (9.0, ask(FakeDoj(RECORDS)).body)

    def test_truncated_answer_is_a_beginning_of_the_whole(self):
        whole, cut = ask(FakeDoj(RECORDS)).body, ask(always("truncated")).body
        assert 0 < len(cut) < len(whole) and whole.startswith(cut)

    def test_truncated_answer_is_no_json(self):
        with pytest.raises(json.JSONDecodeError):
            json.loads(ask(always("truncated")).body)

    def test_empty_answer_has_the_right_count(self):
        answer = ask(always("empty"))
        assert (uuids(answer), numbers(answer)["count"]) == ([], "130")

    def test_short_page_lacks_some_records(self):
        whole, short = uuids(ask(FakeDoj(RECORDS))), uuids(ask(always("short")))
        assert 0 < len(short) < 20 and set(short) < set(whole)

    def test_duplicate_comes_from_the_page_before(self):
        sound = FakeDoj(RECORDS)
        found = uuids(ask(always("duplicate"), page=1))
        strangers = set(found) - set(uuids(ask(sound, page=1)))
        assert len(strangers) == 1 and strangers <= set(uuids(ask(sound, page=0)))

    def test_first_page_has_no_duplicate(self):
        fake = always("duplicate")
        ask(fake, page=0)
        assert fake.log[0].fault == ""

    def test_reset_answers_nothing(self):
        answer = ask(always("reset"))
        assert (answer.reset, answer.body) == (True, b"")

    @pytest.mark.parametrize("fault", FAULTS)
    def test_log_names_the_fault(self, fault):
        fake = always(fault)
        ask(fake, page=1)
        assert fake.log[0].fault == fault

    @pytest.mark.parametrize("fault", FAULTS)
    def test_fourth_try_gets_through(self, fault):
        fake = always(fault)
        tries = [ask(fake, page=1) for _ in range(4)]
        assert tries[3].body == ask(FakeDoj(RECORDS), page=1).body

    def test_each_url_counts_its_own_faults_in_a_row(self):
        fake = always("wall", faults_in_a_row=1)
        ask(fake, page=1)
        assert ask(fake, page=2).status == 403

    def test_faults_end_after_the_greatest_number(self):
        fake = always("wall", max_faults=5)
        for page in range(20):
            ask(fake, page=page)
        assert sum(request.fault == "wall" for request in fake.log) == 5

    def test_faults_come_as_often_as_told(self):
        fake = FakeDoj(RECORDS, Behaviour(throttle=0.2, reset=0.1))
        for page in range(2000):
            ask(fake, page=page)
        assert 0.17 < sum(request.fault == "throttle" for request in fake.log) / 2000 < 0.23

    def test_details_are_faulty_too(self):
        assert detail(always("server_error"), RECORDS[0]["uuid"]).status >= 500

    def test_latency_lies_between_its_ends(self):
        fake = FakeDoj(RECORDS, Behaviour(latency=(0.5, 0.7)))
        assert all(0.5 <= ask(fake, page=page).delay <= 0.7 for page in range(20))

    def test_more_than_certain_is_refused(self):
        with pytest.raises(ValueError, match="more than 1"):
            Behaviour(throttle=0.6, wall=0.6)

    def test_all_is_off_by_default(self):
        assert {getattr(Behaviour(), field.name) for field in fields(Behaviour) if field.name in FAULTS} == {0.0}


class TestChanges:
    def test_insertion_is_the_newest_by_either_order(self):
        fake = FakeDoj(RECORDS, Behaviour(insertion=1.0))
        ask(fake)
        (new,) = set(fake.truth) - UUIDS
        fake.set_behaviour(Behaviour())
        assert [uuids(ask(fake, sort=sort, direction="DESC"))[0] for sort in ("date", "created")] == [new, new]

    def test_insertion_raises_the_count_of_its_own_answer(self):
        assert numbers(ask(FakeDoj(RECORDS, Behaviour(insertion=1.0))))["count"] == "131"

    def test_backdated_record_is_older_than_the_newest(self):
        fake = FakeDoj(RECORDS, Behaviour(backdated=1.0))
        ask(fake)
        (new,) = set(fake.truth) - UUIDS
        assert int(fake.truth[new]["created"]) < int(RECORDS[-1]["created"])

    def test_edit_changes_the_truth(self):
        fake = FakeDoj(RECORDS, Behaviour(edit=1.0))
        ask(fake)
        assert {r["uuid"] for r in RECORDS if fake.truth[r["uuid"]] != r} == fake.edited != set()

    def test_edit_by_hand_is_answered(self):
        fake = FakeDoj(RECORDS)
        detail(fake, RECORDS[3]["uuid"])
        fake.edit(RECORDS[3]["uuid"])
        answered = json.loads(detail(fake, RECORDS[3]["uuid"]).body)["results"]
        assert answered == [fake.truth[RECORDS[3]["uuid"]]] != [RECORDS[3]]

    def test_withdrawal_lowers_the_count(self):
        assert numbers(ask(FakeDoj(RECORDS, Behaviour(withdrawal=1.0))))["count"] == "129"

    def test_withdrawn_record_is_told_and_gone(self):
        fake = FakeDoj(RECORDS, Behaviour(withdrawal=1.0))
        ask(fake)
        assert UUIDS - set(fake.truth) == fake.withdrawn != set()

    def test_withdrawn_record_leaves_the_listing(self):
        fake = FakeDoj(RECORDS)
        walk(fake)
        fake.withdraw(RECORDS[0]["uuid"])
        assert RECORDS[0]["uuid"] not in walk(fake)

    def test_withdrawn_record_has_no_detail(self):
        fake = FakeDoj(RECORDS)
        fake.withdraw(RECORDS[0]["uuid"])
        assert detail(fake, RECORDS[0]["uuid"]).status == 404

    def test_changes_end_after_the_greatest_number(self):
        fake = FakeDoj(RECORDS, Behaviour(insertion=1.0, max_changes=4))
        walk(fake)
        walk(fake)
        assert len(fake.truth) == 134

    def test_details_change_nothing(self):
        fake = FakeDoj(RECORDS, Behaviour(insertion=1.0, withdrawal=1.0))
        detail(fake, RECORDS[0]["uuid"])
        assert list(fake.truth) == [r["uuid"] for r in RECORDS]

    def test_truth_can_lose_its_last_record(self):
        fake = FakeDoj(RECORDS[:1], Behaviour(withdrawal=1.0))
        assert [numbers(ask(fake))["count"] for _ in range(2)] == ["0", "0"]

    def test_listing_stays_true_to_the_truth_through_many_changes(self):
        fake = FakeDoj(RECORDS, Behaviour(insertion=0.5, backdated=0.5, edit=0.5, withdrawal=0.5))
        for page in range(100):
            ask(fake, page=page, sort="created" if page % 2 else "date")
        fake.set_behaviour(Behaviour())
        assert (sorted(walk(fake)), sorted(walk(fake, sort="created"))) == (sorted(fake.truth), sorted(fake.truth))


BUSY = Behaviour(
    **dict.fromkeys(FAULTS, 0.05), insertion=0.2, backdated=0.2, edit=0.2, withdrawal=0.2, latency=(0.0, 1.0)
)


class TestSeed:
    def run(self, seed):
        fake = FakeDoj(RECORDS, BUSY, seed, wall_clock=lambda: 0.0)
        return [ask(fake, page=page % 7) for page in range(60)]

    def test_same_seed_gives_the_same_answers(self):
        assert self.run(1) == self.run(1)

    def test_other_seed_gives_other_answers(self):
        assert self.run(1) != self.run(2)

    def test_faults_of_a_url_do_not_depend_on_the_order_of_requests(self):
        faults = Behaviour(throttle=0.3, reset=0.3)
        there, back = FakeDoj(RECORDS, faults), FakeDoj(RECORDS, faults)
        for page in range(50):
            ask(there, page=page)
            ask(back, page=49 - page)
        assert [r.fault for r in there.log] == [r.fault for r in reversed(back.log)]


class TestHooks:
    def test_requests_are_announced_with_their_number(self):
        fake, seen = FakeDoj(RECORDS), []
        fake.on_request = seen.append
        walk(fake)
        assert seen == [1, 2, 3]

    def test_announced_request_sees_a_change_made_just_then(self):
        fake = FakeDoj(RECORDS)
        fake.on_request = lambda number: fake.withdraw(RECORDS[0]["uuid"])
        assert numbers(ask(fake))["count"] == "129"

    def test_log_keeps_moment_params_and_headers(self):
        fake = FakeDoj(RECORDS, clock=lambda: 12.5)
        fake.answer(LISTING, {"page": "2"}, {"User-Agent": "test"})
        request = fake.log[0]
        assert (request.at, request.params, request.headers) == (12.5, {"page": "2"}, {"user-agent": "test"})

    def test_behaviour_can_switch(self):
        fake = always("wall")
        fake.set_behaviour(Behaviour())
        assert ask(fake).status == 200
