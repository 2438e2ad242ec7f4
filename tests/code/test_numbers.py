"""Numbers are read in digits and in words; what is no number is None."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csea.code.variables.numbers import ONES, TENS, number_of

ONE_WORDS, TEN_WORDS = list(ONES), list(TENS)


def in_words(number):
    """A number below 10,000 in English words."""
    if number >= 1_000:
        return f"{in_words(number // 1_000)} thousand" + (f" {in_words(number % 1_000)}" if number % 1_000 else "")
    if number >= 100:
        return f"{in_words(number // 100)} hundred" + (f" and {in_words(number % 100)}" if number % 100 else "")
    if number < 20:
        return ONE_WORDS[number]
    return TEN_WORDS[number // 10 - 2] + (f"-{ONE_WORDS[number % 10]}" if number % 10 else "")


@pytest.mark.parametrize(
    "text, number",
    [
        ("120", 120),
        ("1,200", 1200),
        ("12.5", 12.5),
        ("twenty-two", 22),
        ("a", 1),
        ("a dozen", 12),
        ("two dozen", 24),
        ("a couple", 2),
        ("six and a half", 6.5),
        ("12-and-a-half", 12.5),
        ("two-and-one-half", 2.5),
        ("12 1/2", 12.5),
        ("12½", 12.5),
        ("One Hundred and Ten", 110),
        ("a hundred", 100),
    ],
)
def test_a_number_is_read(text, number):
    assert number_of(text) == number


@pytest.mark.parametrize(
    "text", ["", " ", "and", "-", "many", "the two", "1e5", "nan", "infinity", "1_000", "12,5", "½", "²"]
)
def test_what_is_no_number_is_none(text):
    assert number_of(text) is None


@given(st.integers(0, 9_999), st.booleans())
def test_a_number_in_words_is_the_number_in_digits(number, hyphens):
    words = in_words(number)
    assert number_of(words if hyphens else words.replace("-", " ")) == number
    assert number_of(words.upper()) == number == number_of(f"{number:,}") == number_of(str(number))


@given(st.text(max_size=60))
def test_any_text_is_read_without_error(text):
    assert number_of(text) is None or number_of(text) >= 0
