"""What is no record is refused with a sentence that says why; nothing else is ever raised."""

from contextlib import suppress
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from json_objects import objects

from csea.archive.record import RecordError

HALF_PAIR = "\ud83d"
ANY_TEXT = st.text(st.characters() | st.characters(categories=["Cs"]), max_size=5)


@pytest.mark.parametrize(
    "received, reason",
    [
        (None, "it is null, not an object"),
        ("text", "it is a text, not an object"),
        ([{}], "it is a list, not an object"),
        (7, "it is a number, not an object"),
        (True, "it is true or false, not an object"),
    ],
)
def test_what_is_no_object_is_refused(read, received, reason):
    with pytest.raises(RecordError, match=f"^{reason}$"):
        read(received)


@pytest.mark.parametrize("received", [{}, {"title": "T"}, {"date": "0"}, {"uuid": " ", "url": "", "body": "B"}])
def test_what_nothing_tells_from_others_is_refused(read, received):
    with pytest.raises(RecordError, match="nothing tells it from others"):
        read(received)


@pytest.mark.parametrize("value, kind", [(["B"], "a list"), ({"value": "B"}, "an object"), (True, "true or false")])
def test_text_field_with_other_content_is_refused(read, release, value, kind):
    with pytest.raises(RecordError, match=f"^body is {kind}, expected text$"):
        read({**release, "body": value})


@pytest.mark.parametrize("name", ["uuid", "title", "body", "url", "date"])
def test_half_a_surrogate_pair_in_a_text_is_refused(read, release, name):
    with pytest.raises(RecordError, match="surrogates not allowed"):
        read({**release, name: HALF_PAIR})


@pytest.mark.parametrize(
    "field",
    [
        {"topic": HALF_PAIR},
        {"component": [{"name": HALF_PAIR}]},
        {HALF_PAIR: 1},
        {"new": 2**64},
        {"new": float("nan")},
        {"new": reduce(lambda inner, _: [inner], range(300), [])},
    ],
    ids=["topic", "component", "name of a field", "large number", "no number", "depth"],
)
def test_what_the_archive_cannot_keep_is_refused(read, release, field):
    with pytest.raises(RecordError):
        read({**release, **field})


FREE = ("component", "topic", "image", "new")  # may hold anything


@settings(max_examples=60)
@given(received=objects(st.integers(), ANY_TEXT, FREE))
def test_nothing_but_a_record_error_is_raised_for_an_object(read, received):
    with suppress(RecordError):
        read({**received, "uuid": "u"})


@settings(max_examples=60)
@given(received=st.one_of(st.none(), st.floats(), ANY_TEXT, objects(st.integers(), ANY_TEXT)))
def test_nothing_but_a_record_error_is_raised_for_any_value(read, received):
    with suppress(RecordError):
        read(received)


@settings(max_examples=60)
@given(time=st.text() | st.from_regex(r"-?[0-9]+(\.[0-9]*)?|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+)?[-+Z0-9:]*"))
def test_nothing_but_a_record_error_is_raised_for_any_time(read, time):
    with suppress(RecordError):
        read({"uuid": "u", "date": time, "changed": f'<time datetime="{time}"></time>'})
