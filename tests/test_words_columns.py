"""What is found known a column at a time is known text by text; names here are invented."""

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csea.words import LONGEST, given_names, unknown_words
from csea.words.columns import all_settled

SITE = "https://www.justice.gov/usao-xx/pr/"
SETTLED = [
    "",
    "Town Man Sentenced to 240 Months",
    "Prisoner's Appeal Fails",
    f"{SITE}town-man-sentenced-federal-prison",
    "https://quillfeather.example/town-man-sentenced",
]
OPEN = [
    "Quillfeather Sentenced",
    "Mark Baker Sentenced",
    f"{SITE}town-man-quillfeather-sentenced",
    f"{SITE}town-man?name=quillfeather",
    "quillfeather.example",
]


@pytest.mark.parametrize("text", SETTLED)
def test_a_text_of_plain_words_needs_no_second_look(text):
    assert all_settled(pa.array([text])).to_pylist() == [True]


@pytest.mark.parametrize("text", OPEN)
def test_a_text_with_a_word_to_look_at_is_left_open(text):
    assert all_settled(pa.array(["Town Man", text, "Town Woman"])).to_pylist() == [True, False, True]


@pytest.mark.parametrize(
    "text",
    ["Manéa sentenced", f"{SITE}town%20man", f"{SITE}town#man", "town " * LONGEST],
    ids=["beyond ASCII", "an escape", "a fragment", "a very long text"],
)
def test_a_text_that_is_not_plain_is_left_open(text):
    assert all_settled(pa.array([text])).to_pylist() == [False]


def test_no_texts_give_no_answers():
    assert all_settled(pa.array([], pa.string())).to_pylist() == []


WORDS = ["town", "man", "sentenced", "teachers", "stopped", "s", "a", "2010", "a1b2c3", "cafe04", "abcd04"]
NAMES = ["quillfeather", "zorblan", "baker", "https", "Kelvin", *sorted(given_names())[::40]]
PLACES = ["oakland", "new", "york", "salt", "lake", "city", "anne", "arundel", "county", "savannah", "mary", "esther"]
BETWEEN = [" ", "-", "_", "'", ".", "/", "?", "=", ":", "@", "[", "]", "\\", "%2D", "#", "\t", "\n", "\x7f", "’", ""]
START = ["", "http://", "https://", SITE, "HTTPS://", "https:/", " https://", "https://[", "https://a@", "http://x]"]
PIECE = st.sampled_from([*WORDS, *NAMES, *PLACES]) | st.text(max_size=3)
WRITTEN = st.builds(
    lambda start, pieces, end: start + "".join(map("".join, pieces)) + end,
    st.sampled_from(START),
    st.lists(st.tuples(PIECE, st.sampled_from(BETWEEN)), max_size=7),
    PIECE,
)


@given(texts=st.lists(WRITTEN | WRITTEN.map(str.title), min_size=1, max_size=12))
@example(texts=["https://[quillfeather/man"])
def test_a_text_that_is_settled_holds_no_unknown_word(texts):
    answers = all_settled(pa.array(texts, pa.string())).to_pylist()
    found = {text: unknown_words(text) for text, is_settled in zip(texts, answers, strict=True) if is_settled}
    assert not any(found.values()), found
