"""One release stays one, from whatever file it first came; two that look alike stay two."""

import pytest


@pytest.fixture
def addressed(bare, release):
    """The release as files with addresses hold it."""
    return {**bare, "url": release["url"]}


def n_releases(archive):
    return archive.value("SELECT count(*) FROM releases")


class TestRecordOfAFileFirst:
    @pytest.fixture(params=["bare", "addressed"])
    def poorer(self, request):
        return request.getfixturevalue(request.param)

    def test_services_record_adopts_its_release(self, archive, add, poorer, release):
        first, second = add(archive, poorer, release)
        assert (first.release_no, "changed") == (second.release_no, second.outcome)

    def test_services_record_becomes_the_current_version(self, archive, add, held, poorer, release):
        add(archive, poorer, release)
        assert held(archive) == [release]

    def test_file_read_again_changes_nothing(self, archive, add, held, poorer, release):
        assert add(archive, poorer, release, poorer)[2].outcome == "unchanged"
        assert (held(archive), len(held(archive, all_versions=True))) == ([release], 2)

    def test_edit_of_an_adopted_release_is_a_version_of_it(self, archive, add, poorer, release):
        edited = {**release, "title": "Alder Falls Mill Fined (Updated)", "url": ""}
        assert {added.release_no for added in add(archive, poorer, release, edited)} == {1}


def test_record_with_address_adopts_the_release_without(archive, add, held, bare, addressed):
    add(archive, bare, addressed)
    assert (n_releases(archive), held(archive)) == (1, [addressed])


def test_record_without_url_that_names_the_uuid_is_the_release(archive, add, release):
    add(archive, release, {**release, "url": "", "title": "Another title"})
    assert n_releases(archive) == 1


def test_release_that_moved_to_the_archives_is_the_same(archive, add, release):
    moved = {**release, "uuid": "", "url": release["url"].replace("/usao-me/", "/archives/usao-me/")}
    add(archive, release, moved)
    assert n_releases(archive) == 1


class TestServicesRecordFirst:
    @pytest.fixture(params=["bare", "addressed"])
    def poorer(self, request):
        return {**request.getfixturevalue(request.param), "body": "<p>Cut short.</p>"}

    def test_poorer_record_is_kept_as_a_version(self, archive, add, held, poorer, release):
        add(archive, release, poorer)
        assert (n_releases(archive), held(archive, all_versions=True)) == (1, [release, poorer])

    def test_poorer_record_does_not_become_current(self, archive, add, held, poorer, release):
        assert add(archive, release, poorer)[1].outcome == "older"
        assert held(archive) == [release]


class TestAlike:
    """Two releases of one title and one day."""

    @pytest.fixture
    def twins(self, release):
        return [release, {**release, "uuid": f"{release['uuid'][:-1]}9", "url": f"{release['url']}-0"}]

    def test_two_uuids_are_two_releases(self, archive, add, twins):
        add(archive, *twins)
        assert n_releases(archive) == 2

    def test_two_addresses_are_two_releases(self, archive, add, twins):
        add(archive, *({**twin, "uuid": ""} for twin in twins))
        assert n_releases(archive) == 2

    def test_each_uuid_adopts_its_own_address(self, archive, add, held, twins):
        poorer = [{**twin, "uuid": ""} for twin in twins]
        add(archive, *poorer, *reversed(twins))
        assert (n_releases(archive), held(archive)) == (2, list(reversed(twins)))

    def test_record_without_address_is_neither_of_two(self, archive, add, twins, bare):
        assert [added.outcome for added in add(archive, *twins, bare)] == ["new"] * 3

    def test_two_texts_without_address_are_two_releases(self, archive, add, bare):
        add(archive, bare, {**bare, "body": "<p>Another order.</p>"})
        assert n_releases(archive) == 2

    def test_two_texts_without_address_read_again_change_nothing(self, archive, add, held, bare):
        both = [bare, {**bare, "body": "<p>Another order.</p>"}]
        add(archive, *both)
        assert [added.outcome for added in add(archive, *both)] == ["unchanged"] * 2
        assert held(archive, all_versions=True) == both

    def test_another_day_is_another_release(self, archive, add, bare):
        add(archive, bare, {**bare, "date": "1738818000"})
        assert n_releases(archive) == 2

    def test_service_record_does_not_adopt_the_release_of_another_text(self, archive, add, twins, bare):
        """Either could be meant."""
        one, other = twins[0], {**twins[1], "body": "<p>Another order.</p>"}
        without = [{**bare, "body": record["body"]} for record in (one, other)]
        first, _, adopted = add(archive, *without, other)
        assert adopted.release_no != first.release_no
