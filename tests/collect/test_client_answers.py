"""The client takes an answer in any form that the service has used, and asks again for what is none."""

import json

import pytest
from scripted import GOOD, PAGE, RECORDS, Script, ask, good

from fake_doj import Behaviour, FakeDoj

SHAPES = [
    [],
    7,
    None,
    "text",
    {"results": 3},
    {"metadata": None, "results": []},
    {"metadata": [], "results": []},
    {"metadata": {"resultset": None}, "results": []},
    {"metadata": {"resultset": {}}, "results": []},
    {"metadata": {"resultset": {"count": None}}, "results": []},
    {"metadata": {"resultset": {"count": -1}}, "results": []},
    {"metadata": {"resultset": {"count": "many"}}, "results": []},
    {"metadata": {"resultset": {"count": 2, "pagesize": "all"}}, "results": []},
    {"metadata": {"resultset": {"count": 2}}},
    {"metadata": {"resultset": {"count": 2}}, "results": {"0": {}}},
    {"metadata": {"resultset": {"count": 2}}, "results": None},
]
NO_NUMBERS = [b"Infinity", b"1e999", b"NaN", b"1" * 5000]


class TestShape:
    @pytest.mark.parametrize("form", ["strings", "integers", "mixed"])
    def test_numbers_in_any_form(self, form):
        answer = ask(FakeDoj(RECORDS, Behaviour(numbers_as=form))).answer
        assert (answer.count, answer.page_size) == (130, 50)

    def test_page_size_may_be_missing(self):
        answer = ask(Script(good({"metadata": {"resultset": {"count": 2}}, "results": [{}]}))).answer
        assert answer.page_size is None

    @pytest.mark.parametrize("shape", SHAPES, ids=json.dumps)
    def test_what_is_no_answer_is_asked_again(self, shape):
        result = ask(Script(good(shape), good()))
        assert (result.answer.count, result.faults) == (2, {"odd_answer": 1})

    @pytest.mark.parametrize("number", NO_NUMBERS, ids=lambda number: number[:8].decode())
    def test_what_is_no_count_is_asked_again(self, number):
        body = b'{"metadata": {"resultset": {"count": %b}}, "results": []}' % number
        result = ask(Script(good(body), good()))
        assert (result.answer.count, sum(result.faults.values())) == (2, 1)

    def test_half_a_surrogate_pair_costs_no_page(self):
        body = json.dumps({**GOOD, "results": [{"title": "\ud800"}, {}]}).encode()
        assert ask(Script(good(body))).answer.results == [{"title": "\ud800"}, {}]

    def test_page_beyond_the_end_may_be_empty(self):
        answer = ask(FakeDoj(RECORDS), lambda client: client.listing({**PAGE, "page": 3})).answer
        assert answer.results == []

    def test_empty_list(self):
        answer = ask(FakeDoj([]), lambda client: client.listing({**PAGE, "page": 0})).answer
        assert (answer.count, answer.results) == (0, [])

    def test_answer_says_what_was_asked(self):
        answer = ask(FakeDoj(RECORDS)).answer
        assert (
            answer.request
            == "http://fake.test/api/v1/press_releases.json?pagesize=50&page=1&sort=created&direction=ASC"
        )
