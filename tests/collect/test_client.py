"""The client: each way in which the service fails is counted, tried again where that helps, and told in words."""

import asyncio

import pytest
from scripted import FOREVER, KINDS, PAGE, RECORDS, UUIDS, Script, always, ask, good, listing

from csea.collect.client import ATTEMPTS, FAILURES_IN_A_ROW, Away, Failure
from fake_doj import Behaviour, FakeDoj


class TestFaultThatPasses:
    @pytest.mark.parametrize("fault", KINDS)
    def test_the_right_answer_comes(self, fault):
        result = ask(always(fault, max_faults=2))
        assert [record["uuid"] for record in result.answer.results] == UUIDS[50:100]

    @pytest.mark.parametrize("fault", KINDS)
    def test_is_counted_under_its_kind(self, fault):
        assert ask(always(fault, max_faults=2)).faults == {KINDS[fault]: 2}

    def test_is_told_to_who_listens(self):
        told = []

        def job(client):
            client.on_fault = lambda: told.append(sum(client.faults.values()))
            return listing(client)

        ask(always("reset", max_faults=3), job)
        assert told == [1, 2, 3]

    @pytest.mark.parametrize("fault", sorted(set(KINDS) - {"empty"}))
    def test_of_a_single_record_too(self, fault):
        result = ask(always(fault, max_faults=2), lambda client: client.detail(UUIDS[3]))
        assert [record["uuid"] for record in result.answer.results] == [UUIDS[3]]

    def test_every_request_takes_a_token(self):
        faults = dict.fromkeys(KINDS, 0.05)
        fake = FakeDoj(RECORDS, Behaviour(**faults, slow_seconds=3600.0), seed=2)

        async def job(client):
            await asyncio.gather(*(client.listing({**PAGE, "page": page}) for page in range(3)))
            await asyncio.gather(*(client.detail(uuid) for uuid in UUIDS[:40]))

        result = ask(fake, job)
        assert result.client.bucket.taken == len(fake.log) > 43


class TestFaultThatStays:
    @pytest.mark.parametrize("fault", sorted(set(KINDS) - {"wall", "wall_ok"}))
    def test_fails_the_page(self, fault):
        fake = always(fault)
        error = ask(fake).error
        assert (type(error), error.kind, len(fake.log)) == (Failure, KINDS[fault], ATTEMPTS)

    @pytest.mark.parametrize("fault", sorted(set(KINDS) - {"wall", "wall_ok"}))
    def test_several_pages_in_a_row_mean_that_the_service_is_away(self, fault):
        assert [type(error) for error in errors(always(fault))] == [Failure] * (FAILURES_IN_A_ROW - 1) + [Away]

    @pytest.mark.parametrize("status", [301, 400, 405])
    def test_refusals_in_a_row_mean_that_the_service_is_away(self, status):
        assert type(errors(Script((status, {}, b"{}")))[-1]) is Away

    def test_an_answer_in_between_ends_the_row(self):
        fake = always("server_error")

        async def job(client):
            await failures(client, FAILURES_IN_A_ROW - 1)
            fake.set_behaviour(Behaviour())
            await client.listing(PAGE)
            fake.set_behaviour(Behaviour(server_error=1.0, faults_in_a_row=FOREVER))
            return await failures(client, FAILURES_IN_A_ROW - 1)

        assert {type(error) for error in ask(fake, job).answer} == {Failure}

    @pytest.mark.parametrize("fault", ["wall", "wall_ok"])
    def test_wall_is_told_in_words(self, fault):
        error = ask(always(fault)).error
        assert isinstance(error, Away)
        assert "not serving us" in str(error) and "web page" in str(error) and "bot wall" in str(error)

    def test_json_refusal_is_tried_again_where_it_is_a_403(self):
        service = Script((403, {}, b'{"message": "no"}'), good())
        assert ask(service).answer.count == 2

    @pytest.mark.parametrize("status", [400, 401, 405, 414])
    def test_what_cannot_pass_is_not_tried_again(self, status):
        service = Script((status, {}, b"{}"))
        error = ask(service).error
        assert (error.kind, len(service.requests)) == ("refused", 1)


async def failures(client, times):
    """The errors of so many pages, one after the other."""
    found = []
    for _ in range(times):
        try:
            await client.listing(PAGE)
        except (Failure, Away) as error:
            found.append(error)
    return found


def errors(service):
    return ask(service, lambda client: failures(client, FAILURES_IN_A_ROW)).answer


class TestDetail:
    def test_a_record_by_its_uuid(self):
        answer = ask(FakeDoj(RECORDS), lambda client: client.detail(UUIDS[3])).answer
        assert answer.results[0]["title"] == RECORDS[3]["title"]

    def test_none_where_the_service_has_none(self):
        fake = FakeDoj(RECORDS)
        result = ask(fake, lambda client: client.detail("0-0"))
        assert (result.answer, result.error, len(fake.log)) == (None, None, 1)

    @pytest.mark.parametrize("status, headers", [(410, {}), (404, {"Content-Type": "text/html"})])
    def test_none_where_it_is_gone(self, status, headers):
        result = ask(Script((status, headers, b"<html></html>")), lambda client: client.detail("0-0"))
        assert (result.answer, result.error) == (None, None)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_to_another_host_are_not_followed(status):
    service = Script((status, {"Location": "http://elsewhere.test/api/v1/press_releases.json"}, b""))
    error = ask(service).error
    assert error.kind == "refused"
    assert {request.url.host for request in service.requests} == {"fake.test"}
