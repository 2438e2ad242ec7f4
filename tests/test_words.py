"""Known words: titles and addresses without names pass, invented names do not."""

import pytest

from csea import words

SITE = "https://www.justice.gov/usao-xx/pr/"
PASSING = [
    "savannah-man-sentenced-federal-prison-distributing-child-sexual-abuse-material",
    "former-teacher-pleads-guilty-receiving-child-pornography",
    "new-york-man-charged-sexually-exploiting-minors-using-facebook-and-snapchat",
    "salt-lake-city-man-sentenced-15-years-prison",
    "jackson-county-resident-indicted-cyberstalking",
    "two-men-arrested-operation-broken-heart",
    "st-louis-woman-pleads-guilty",
    "us-attorney-announces-project-safe-childhood-grant-0",
]


@pytest.mark.parametrize("slug", PASSING)
def test_an_address_of_known_words_passes(slug):
    assert words.unknown_words(SITE + slug) == []


@pytest.mark.parametrize("slug", PASSING)
def test_the_same_words_as_a_title_pass(slug):
    assert words.is_known(slug.replace("-", " ").title())


@pytest.mark.parametrize(
    "text",
    [
        "Prisoner's Appeal Fails",
        "Former Teacher's Aide Sentenced to 240 Months",
        "Anne Arundel County Man Sentenced",
        "Mary Esther Woman Sentenced",
        "https://www.justice.gov/archive/usao/nys/pressreleases/2010/0412.pdf",
        "https://www.justice.gov/node/5e542e80-b522-11eb-8bec-23ce2a7b29ac",
    ],
)
def test_possessives_places_of_several_words_and_codes_pass(text):
    assert words.unknown_words(text) == []


def test_the_host_of_an_address_is_not_read():
    assert words.unknown_words("https://quillfeather.example/town-man-sentenced") == []


@pytest.mark.parametrize(
    "text, found",
    [
        ("Mark Quillfeather Sentenced", ["Mark Quillfeather", "Quillfeather"]),
        ("Zorblan Quillfeather Sentenced", ["Zorblan", "Quillfeather"]),
        (SITE + "zorblan-quillfeather-sentenced", ["zorblan", "quillfeather"]),
        (SITE + "town-man-quillfeather-sentenced", ["quillfeather"]),
        (SITE + "town%2Dquillfeather-sentenced", ["quillfeather"]),
        (SITE + "news?person=quillfeather", ["quillfeather"]),
        (SITE + "townmanquillfeather04", ["townmanquillfeather04"]),
    ],
)
def test_an_invented_name_is_unknown(text, found):
    assert words.unknown_words(text) == found


@pytest.mark.parametrize(
    "text, found",
    [
        ("Mark Baker Sentenced", ["Mark Baker"]),
        (SITE + "mark-baker-sentenced-ten-years", ["mark baker"]),
        ("Savannah Baker Sentenced", ["Savannah Baker"]),
        ("Jackson Hunter Pleads Guilty", ["Jackson Hunter"]),
        ("Oakland Man Mark Baker Sentenced", ["Mark Baker"]),
        ("Mark A. Baker Sentenced", ["Mark Baker"]),
        (SITE + "mark-a-baker-sentenced", ["mark baker"]),
        (SITE + "mark-a-b-baker-sentenced", ["mark baker"]),
    ],
)
def test_a_name_of_two_dictionary_words_is_unknown(text, found):
    assert words.unknown_words(text) == found


@pytest.mark.parametrize("text", ["Savannah Man Sentenced", "Jackson County Man Sentenced", "Charlotte"])
def test_a_place_that_is_also_a_given_name_passes_before_a_word_that_is_no_surname(text):
    assert words.is_known(text)


def test_masking_a_name_leaves_nothing_to_refuse_but_the_word_for_it():
    # The coding room withholds masked addresses by the mask itself; see code/hand.py.
    assert words.unknown_words(SITE + "town-man-[name]-sentenced") == []
    assert words.unknown_words(SITE + "town-man-zorblan-sentenced") == ["zorblan"]


@pytest.mark.parametrize("word", ["sentenced", "minors", "cities", "trafficking", "stopped", "charged", "abuses"])
def test_forms_of_dictionary_words_are_known(word):
    assert words.is_known(word)


@pytest.mark.parametrize("read", [words.given_names, words.after_place])
def test_word_lists_are_lower_case_and_hold_no_comment(read):
    assert read() and all(word == word.lower() and "#" not in word for word in read())


@pytest.mark.parametrize("text, found", [("https://[", []), ("https://[quillfeather/man", ["quillfeather"])])
def test_what_cannot_be_parsed_as_an_address_is_read_whole(text, found):
    assert words.unknown_words(text) == found


def test_a_text_longer_than_any_title_is_not_known():
    assert words.is_known("town " * 200)
    assert not words.is_known("town " * 201)


def test_an_empty_text_is_known():
    assert words.is_known("")
