"""The fake API keeps the contract of the real one while no fault is switched on."""

import json
from random import Random

import pytest

from fake_doj import Behaviour, FakeDoj, edited, fresh, make_records
from fake_doj.asking import ask, detail, numbers, ordered, uuids, walk

RECORDS = make_records(130, seed=7)
DAY_2 = "1231243200"  # 2009-01-06, noon UTC


def by(*names, reverse=False):
    return ordered(RECORDS, *names, reverse=reverse)


class TestRecords:
    def test_same_seed_gives_the_same_records(self):
        assert make_records(30, seed=3) == make_records(30, seed=3)

    def test_they_come_in_order_of_creation(self):
        assert [r["uuid"] for r in RECORDS] == by("created")

    def test_no_two_share_a_url(self):
        records = make_records(3000)
        assert len({r["url"] for r in records}) == len(records)

    def test_repeated_titles_are_told_apart_by_a_number(self):
        assert any(r["url"].endswith("-0") for r in make_records(3000))

    def test_component_comes_in_all_forms_of_the_contract(self):
        forms = [r.get("component", "missing") for r in make_records(500)]
        assert {type(form) for form in forms} == {list, dict, str} and [] in forms

    def test_bodies_have_the_length_asked_for(self):
        assert 500 < len(make_records(1, body_words=600)[0]["body"].split()) < 700

    def test_edit_changes_body_version_and_moment_only(self):
        old, new = RECORDS[0], edited(RECORDS[0], Random(0))
        assert {name for name in new if new[name] != old[name]} == {"body", "changed", "vuuid"}

    def test_fresh_record_has_the_moment_asked_for(self):
        assert fresh(Random(0), 1738777030)["created"] == "1738777030"


class TestPaging:
    def test_first_page_has_twenty_records(self):
        assert len(uuids(ask(FakeDoj(RECORDS)))) == 20

    def test_page_size_is_cut_to_fifty(self):
        assert len(uuids(ask(FakeDoj(RECORDS), pagesize=100))) == 50

    def test_pages_together_are_the_archive(self):
        fake = FakeDoj(RECORDS)
        assert sorted(walk(fake)) == sorted(fake.truth)

    def test_last_page_has_the_rest(self):
        assert len(uuids(ask(FakeDoj(RECORDS), pagesize=50, page=2))) == 30

    def test_page_past_the_end_is_empty(self):
        assert uuids(ask(FakeDoj(RECORDS), page=99)) == []

    def test_page_past_the_end_has_the_right_count(self):
        assert numbers(ask(FakeDoj(RECORDS), page=99))["count"] == "130"

    def test_records_arrive_as_they_are(self):
        record = json.loads(detail(FakeDoj(RECORDS), RECORDS[5]["uuid"]).body)["results"]
        assert record == [RECORDS[5]]


class TestOrder:
    @pytest.mark.parametrize(
        "params, expected",
        [
            ({}, by("date", "created")),
            ({"sort": "date", "direction": "ASC"}, by("date", "created")),
            ({"sort": "date", "direction": "DESC"}, by("date", "created", reverse=True)),
            ({"sort": "created", "direction": "ASC"}, by("created")),
            ({"sort": "created", "direction": "DESC"}, by("created", reverse=True)),
        ],
    )
    def test_sort_and_direction_are_honoured(self, params, expected):
        assert walk(FakeDoj(RECORDS), **params) == expected

    def test_oldest_first_ignores_the_direction(self):
        fake = FakeDoj(RECORDS, Behaviour(order="oldest_first"))
        assert walk(fake, direction="DESC") == by("date", "created")

    def test_newest_first_ignores_the_direction(self):
        fake = FakeDoj(RECORDS, Behaviour(order="newest_first"))
        assert walk(fake, direction="ASC") == by("date", "created", reverse=True)

    def test_shuffled_order_ignores_the_direction(self):
        fake = FakeDoj(RECORDS, Behaviour(order="shuffled"))
        assert walk(fake, direction="DESC") == walk(fake, direction="ASC")

    def test_shuffled_order_is_no_order(self):
        found = walk(FakeDoj(RECORDS, Behaviour(order="shuffled")))
        assert found not in (by("date", "created"), by("date", "created", reverse=True))

    def test_shuffled_pages_together_are_the_archive(self):
        assert sorted(walk(FakeDoj(RECORDS, Behaviour(order="shuffled")))) == sorted(by("created"))

    def test_unknown_order_is_refused(self):
        with pytest.raises(ValueError, match="order is one of"):
            Behaviour(order="newest")


class TestFilters:
    def test_date_finds_the_records_of_that_eastern_day(self):
        found = uuids(ask(FakeDoj(RECORDS), **{"parameters[date]": DAY_2, "pagesize": 50}))
        # Eastern midnight and noon UTC of 6 January.
        assert set(found) == {r["uuid"] for r in RECORDS if r["date"] in ("1231218000", DAY_2)}

    def test_count_of_a_filter_is_of_what_it_finds(self):
        answer = ask(FakeDoj(RECORDS), **{"parameters[date]": DAY_2, "pagesize": 50})
        assert numbers(answer)["count"] == str(len(uuids(answer)))

    def test_title_finds_a_part_in_any_case(self):
        found = uuids(ask(FakeDoj(RECORDS), **{"parameters[title]": "WIRE fraud", "pagesize": 50}))
        assert set(found) == {r["uuid"] for r in RECORDS if "Wire Fraud" in r["title"]}

    def test_other_filters_are_ignored(self):
        assert numbers(ask(FakeDoj(RECORDS), **{"parameters[topic]": "Tax"}))["count"] == "130"

    @pytest.mark.parametrize("name, value", [("date", DAY_2), ("title", "wire fraud")])
    def test_ignored_filter_answers_the_whole_archive(self, name, value):
        fake = FakeDoj(RECORDS, Behaviour(filters_ignored=True))
        assert numbers(ask(fake, **{f"parameters[{name}]": value}))["count"] == "130"

    def test_filter_finds_a_record_inserted_later(self):
        fake = FakeDoj(RECORDS)
        before = uuids(ask(fake, **{"parameters[date]": DAY_2, "pagesize": 50}))
        record = fresh(Random(1), int(DAY_2))
        fake.insert(record)
        assert set(uuids(ask(fake, **{"parameters[date]": DAY_2, "pagesize": 50}))) == {*before, record["uuid"]}


class TestShape:
    @pytest.mark.parametrize(
        "numbers_as, expected",
        [
            ("mixed", {"count": "130", "pagesize": "20", "page": 1}),
            ("strings", {"count": "130", "pagesize": "20", "page": "1"}),
            ("integers", {"count": 130, "pagesize": 20, "page": 1}),
        ],
    )
    def test_numbers_arrive_as_told(self, numbers_as, expected):
        assert numbers(ask(FakeDoj(RECORDS, Behaviour(numbers_as=numbers_as)), page=1)) == expected

    def test_moments_may_be_wrapped(self):
        record = RECORDS[0] | {"created": "1738777030"}
        answer = ask(FakeDoj([record], Behaviour(wrapped_dates=True)))
        wrapped = '<time datetime="2025-02-05T12:37:10-05:00">1738777030</time>\n'
        assert json.loads(answer.body)["results"][0]["created"] == wrapped

    def test_wrapping_leaves_the_truth_plain(self):
        fake = FakeDoj(RECORDS, Behaviour(wrapped_dates=True))
        ask(fake)
        assert fake.truth[RECORDS[0]["uuid"]] == RECORDS[0]

    def test_records_may_have_an_unknown_field(self):
        answer = ask(FakeDoj(RECORDS, Behaviour(unknown_field=True)))
        assert "summary_plain" in json.loads(answer.body)["results"][0]

    def test_first_records_may_be_malformed_in_turn(self):
        results = json.loads(ask(FakeDoj(RECORDS, Behaviour(unparsable=3)), sort="created").body)["results"]
        nameless = {name: value for name, value in RECORDS[2].items() if name not in ("uuid", "url")}
        assert results[:4] == [None, "This item is not available.", nameless, RECORDS[3]]


class TestDetail:
    def test_comes_in_the_same_envelope(self):
        assert numbers(detail(FakeDoj(RECORDS), RECORDS[0]["uuid"]))["count"] == "1"

    def test_of_an_unknown_record_is_404_in_json(self):
        answer = detail(FakeDoj(RECORDS), "no-such-record")
        assert (answer.status, json.loads(answer.body)["results"]) == (404, [])

    def test_of_another_path_is_404(self):
        assert FakeDoj(RECORDS).answer("/api/v1/blog_entries.json", {}, {}).status == 404
