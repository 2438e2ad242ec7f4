"""Reading one record: what its dates and address mean, and when two say the same."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from json_objects import TEXT, WHOLE, objects

from csea.archive.record import RecordError, content_sha256, eastern_day, epoch, normal_address


def tagged(moment, seconds=""):
    return f'<time datetime="{moment}">{seconds}</time>\n'


class TestDay:
    @pytest.mark.parametrize(
        "form",
        [
            pytest.param("1738731600", id="Eastern midnight"),
            pytest.param("1738756800", id="noon UTC"),
            pytest.param("1738713600", id="midnight UTC"),
            pytest.param("2025-02-05", id="ISO day"),
            pytest.param("2025-02-05T00:00:00", id="ISO without zone"),
            pytest.param("2025-02-05T00:00:00-05:00", id="ISO with zone"),
            pytest.param("2025-02-05T12:00:00Z", id="ISO in UTC"),
            pytest.param(tagged("2025-02-05T00:00:00-05:00", 1738731600), id="seconds in a tag"),
            pytest.param(tagged("2025-02-05T00:00:00-05:00"), id="tag alone"),
            pytest.param(" 1738731600\n", id="spaces around"),
        ],
    )
    def test_each_form_in_winter_gives_the_day(self, form):
        assert eastern_day(form) == date(2025, 2, 5)

    @pytest.mark.parametrize("form", ["1720065600", "1720094400", "1720051200", "2024-07-04T00:00:00-04:00"])
    def test_each_form_in_summer_gives_the_day(self, form):
        assert eastern_day(form) == date(2024, 7, 4)

    @pytest.mark.parametrize("form", [1738731600, 1738731600.0])
    def test_may_be_a_number(self, read, release, form):
        assert read({**release, "date": form}).day == date(2025, 2, 5)

    def test_last_second_of_an_eastern_day_is_still_that_day(self):
        assert eastern_day("2025-02-05T23:59:59-05:00") == date(2025, 2, 5)

    @pytest.mark.parametrize("empty", ["", " ", None, [], False])
    def test_empty_date_is_no_day(self, read, release, empty):
        assert read({**release, "date": empty}).day is None


class TestTime:
    @pytest.mark.parametrize("form", ["1738777030", "2025-02-05T12:37:10-05:00", "2025-02-05T17:37:10"])
    def test_is_in_seconds_since_1970(self, form):
        assert epoch("changed", form) == 1738777030

    def test_a_long_text_of_unfinished_tags_is_refused_at_once(self, read, release):
        """Its square of steps would keep the pattern for times busy for minutes."""
        with pytest.raises(RecordError, match=r"^created is"):
            read({**release, "created": "<time " * 300_000})

    @pytest.mark.parametrize("name", ["date", "created", "changed"])
    @pytest.mark.parametrize(
        "nonsense",
        ["soon", "2025-13-01", "-5", "1738777030000", "2100-01-01", "9" * 400, "<time>", "1969-12-31T23:59:59Z"],
    )
    def test_nonsense_is_refused_by_the_name_of_its_field(self, read, release, name, nonsense):
        with pytest.raises(RecordError, match=f"^{name} is "):
            read({**release, name: nonsense})

    def test_last_second_of_2099_is_a_time(self):
        assert epoch("changed", "2099-12-31T23:59:59Z") == 4_102_444_799


class TestAddress:
    @pytest.mark.parametrize(
        "variant",
        [
            "http://www.justice.gov/opa/pr/tarn-ridge-clerk",
            "https://justice.gov/opa/pr/tarn-ridge-clerk",
            "https://WWW.Justice.gov:443/opa/pr/tarn-ridge-clerk",
            "https://www.justice.gov/archives/opa/pr/tarn-ridge-clerk",
            "https://www.justice.gov/opa/pr/tarn-ridge-clerk/",
            "https://www.justice.gov/opa/pr/tarn-ridge-clerk?page=1",
            "https://www.justice.gov/opa/pr/tarn-ridge-clerk/#main",
            " www.justice.gov/opa/pr/tarn-ridge-clerk\n",
        ],
    )
    def test_variants_have_one_form(self, variant):
        assert normal_address(variant) == "https://www.justice.gov/opa/pr/tarn-ridge-clerk"

    @pytest.mark.parametrize("other", ["tarn-ridge-clerk-0", "Tarn-Ridge-Clerk", "tarn-ridge"])
    def test_another_slug_is_another_address(self, other):
        one, two = (normal_address(f"https://www.justice.gov/opa/pr/{slug}") for slug in ("tarn-ridge-clerk", other))
        assert one != two

    @given(
        scheme=st.sampled_from(["", "http://", "https://", "HTTP://"]),
        host=st.sampled_from(["justice.gov", "www.justice.gov", "JUSTICE.gov:80", "example.org"]),
        path=st.lists(st.sampled_from(["archives", "opa", "pr", "a-title-0", "", "ä b"]), max_size=5),
        end=st.sampled_from(["", "/", "?a=/b", "#c", "//", " "]),
    )
    def test_normal_form_is_its_own_normal_form(self, scheme, host, path, end):
        once = normal_address(f"{scheme}{'/'.join([host, *path])}{end}")
        assert normal_address(once) == once

    @pytest.mark.parametrize("nothing", ["/", "?page=1", "https://"])
    def test_url_without_a_host_is_no_address(self, read, release, nothing):
        assert read({**release, "url": nothing}).address is None


class TestContent:
    @pytest.mark.parametrize(
        "change",
        [
            {"date": 1738731600},
            {"date": tagged("2025-02-05T00:00:00-05:00", 1738731600)},
            {"changed": 1738777030},
            {"changed": tagged("2025-02-05T12:37:10-05:00", 1738777030)},
            {"component": {"uuid": "0a1b2c3d-0000-4000-8000-000000000002", "name": "USAO - Maine"}},
            {"topic": []},
            {"topic": None},
            {"topic": {}},
            {"teaser": ""},
            {"image": []},
            {"unheard_of": None},
        ],
        ids=str,
    )
    def test_is_the_same_for_another_form_of_it(self, release, change):
        assert content_sha256({**release, **change}) == content_sha256(release)

    def test_is_the_same_for_a_number_as_text(self, release):
        assert content_sha256({**release, "number": 12}) == content_sha256({**release, "number": "12"})

    @pytest.mark.parametrize("name", ["teaser", "number", "created"])
    def test_is_the_same_for_false_where_it_stands_for_empty(self, release, name):
        empty = {**release, name: ""}
        assert content_sha256({**empty, name: False}) == content_sha256(empty)

    def test_is_the_same_without_an_empty_field(self, release):
        without = {name: value for name, value in release.items() if name != "topic"}
        assert content_sha256(without) == content_sha256(release)

    @pytest.mark.parametrize(
        "change",
        [
            {"uuid": "0a1b2c3d-0000-4000-8000-00000000000f"},
            {"vuuid": "0a1b2c3d-0000-4000-8000-00000000000e"},
            {"title": "Alder Falls Mill Fined Again"},
            {"body": "<p>The order lists the fees. </p>"},
            {"body": ""},
            {"date": "1738818000"},
            {"changed": "1738777031"},
            {"url": "https://www.justice.gov/usao-me/pr/alder-falls-mill-fined-0"},
            {"number": "25-1"},
            {"component": []},
            {"topic": [{"name": "Tax"}]},
            {"image": [{"name": "seal.jpg"}]},
            {"unheard_of": 0},
        ],
        ids=str,
    )
    def test_differs_for_a_change(self, release, change):
        assert content_sha256({**release, **change}) != content_sha256(release)


@settings(max_examples=60)
@given(received=objects(WHOLE, TEXT))
def test_content_does_not_depend_on_the_order_of_fields(received):
    assert content_sha256(dict(reversed(received.items()))) == content_sha256(received)


class TestRecord:
    def test_uuid_is_in_small_letters(self, read, release):
        assert read({**release, "uuid": release["uuid"].upper()}).uuid == release["uuid"]

    def test_component_is_our_code(self, read, release):
        assert read(release).component == "usao-me"

    def test_names_a_component_that_is_not_known(self, read, release):
        assert read({**release, "component": [{"name": "Bureau of Tides"}]}).unknown_components == ("Bureau of Tides",)

    def test_names_fields_that_are_not_known(self, read, release):
        assert set(read({**release, "colour": "", "shape": 1}).unknown_fields) == {"colour", "shape"}

    def test_pictures_and_files_are_known(self, read, release):
        assert read({**release, "image": [], "attachment": ""}).unknown_fields == ()

    def test_title_and_day_do_not_depend_on_case_and_spaces(self, read, bare):
        other = {**bare, "title": "  alder falls  MILL fined", "date": "1738756800"}
        assert read(other).title_day == read(bare).title_day

    def test_record_with_uuid_ranks_above_a_later_one_with_address(self, read, release):
        assert read(release).rank > read({**release, "uuid": "", "changed": "1800000000"}).rank

    def test_later_change_ranks_higher(self, read, release):
        assert read({**release, "changed": "1738777031"}).rank > read(release).rank
