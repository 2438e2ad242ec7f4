"""A text is parted into sentences where a person would part it, and every position knows its sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csea.code.boilerplate import prepare
from csea.code.document import LONGEST_SENTENCE, OPENING_SENTENCES, Document, Span, mark_sentences

PIECES = [
    "He",
    "pleaded",
    "Mr.",
    "U.S.",
    "Jr.",
    "a.m.",
    "21.",
    "yes!",
    'end."',
    "(he",
    "ok)",
    "No.",
    "A.",
    "?",
    ";",
    "and",
]
TEXTS = st.lists(st.sampled_from([*PIECES, "\n", "Yahoo!", "in", "9"]) | st.text(max_size=4)).map(" ".join)


def sentences(text):
    return mark_sentences(text).split("\n")


@pytest.mark.parametrize(
    "text",
    [
        "He was sentenced. The judge spoke.",
        'He said "yes." The judge spoke.',
        "He left (at last.) The judge spoke.",
        "He left in 2019. The judge spoke.",
        "Did he? Yes.",
        "He left! Then she left.",
        'He left. "I know," she said.',
        "He left. 21 others stayed.",
    ],
)
def test_a_sentence_ends_before_the_next_one(text):
    assert len(sentences(text)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. Attorney spoke.",
        "Mr. Doe and Dr. Roe left with Sgt. Poe.",
        "He lives in Laredo, Tex. The town is small.".replace(" The", " and the"),
        "On Jan. 5 and Sept. 6 they met.",
        "No. 21 and Nos. 22 and 23 are his.",
        "John Q. Public, Jr. of Ostley left.",
        "Smith v. Jones is a case.",
        "It cost $1.5 million at 3 p.m. EST.",
        "The company Acme Inc. Was sold".replace("Was", "was"),
        "He used Yahoo! Messenger daily.",
        "See www.example.org and 18 U.S.C. 2252.",
    ],
)
def test_an_abbreviation_ends_no_sentence(text):
    assert sentences(text) == [text]


def test_a_list_of_terms_joined_by_semicolons_is_parted_at_its_last_term():
    assert sentences("He sent one; and in May he sent two.") == ["He sent one;", "and in May he sent two."]


@given(TEXTS)
def test_marks_change_spaces_alone(text):
    marked = mark_sentences(text)
    assert len(marked) == len(text)
    assert all(a == b or (a == " " and b == "\n") for a, b in zip(text, marked, strict=True))


@given(TEXTS)
def test_every_position_lies_in_one_sentence(text):
    document = Document(text)
    spans = [document.sentence(start) for start in document.starts]
    assert [span.start for span in spans] == document.starts
    assert [span.end for span in spans] == [*(start - 1 for start in document.starts[1:]), len(text)]
    for span in spans:
        for position in range(span.start, span.end + 1):
            assert document.sentence(position) == span
        assert "\n" not in document.marked[span.start : span.end]


@given(TEXTS)
def test_a_byte_stands_for_each_character(text):
    document = Document(text)
    assert len(document.data) == len(document.whole) == len(document.text) == len(document.marked)
    assert document.data.decode("latin-1") == "".join(c if ord(c) < 256 else "?" for c in document.marked)


@given(TEXTS)
def test_the_opening_follows_the_title_and_ends_with_a_sentence(text):
    document = Document(text)
    assert document.title_end <= document.opening_end <= len(text)
    assert document.opening_end == len(text) or document.marked[document.opening_end] == "\n"


def test_the_title_is_the_first_line():
    document = Document("Man Charged\nA man was charged.")
    assert document.title_end == len("Man Charged")
    assert Document("Man Charged").title_end == len("Man Charged")
    assert Document("").title_end == 0
    assert Document("\nA man was charged.").title_end == 0


def test_a_title_of_two_sentences_is_still_the_title():
    document = Document("Man Charged. Another Sought.\nText.")
    assert document.title_end == len("Man Charged. Another Sought.")


def test_the_opening_ends_after_some_sentences_of_some_length():
    sentence = "The grand jury returned an indictment today. "
    document = Document("Title\n" + sentence * 20)
    assert document.text[: document.opening_end].count("indictment") == OPENING_SENTENCES


def test_a_dateline_is_no_sentence_of_the_opening():
    sentence = "The grand jury returned an indictment today. "
    document = Document("Title\nOSTLEY.\nNews.\n" + sentence * 20)
    assert document.text[: document.opening_end].count("indictment") == OPENING_SENTENCES


def test_a_part_that_is_blanked_keeps_all_positions():
    document = Document("Title\nOne two three.")
    document.blank([Span(6, 9)])
    assert document.data == b"Title\n    two three."
    assert document.whole == b"Title\nOne two three."
    assert document.text == "Title\nOne two three."


def test_repeated_sentences_are_blanked_and_the_past_is_known():
    text = "Man Charged\nA man was charged. He has a prior state conviction.\nFollow us on Twitter and Facebook."
    document = prepare(text)
    assert b"Twitter" not in document.data
    assert len(document.data) == len(text)
    assert document.is_history(text.index("He has"))
    assert not document.is_history(text.index("A man"))


@given(st.lists(st.sampled_from(["Follow us on X.", "He has a prior conviction.", "A man left.", "\n"]), max_size=8))
def test_preparing_any_text_keeps_its_length(pieces):
    text = "Title\n" + " ".join(pieces)
    assert len(prepare(text).data) == len(text)


def test_a_sentence_without_end_is_parted_at_spaces():
    text = "Title\n" + "word " * 1_000
    spans = [Document(text).sentence(start) for start in Document(text).starts]
    assert max(span.end - span.start for span in spans) <= LONGEST_SENTENCE
    assert mark_sentences(text).replace("\n", " ") == text.replace("\n", " ")


def test_a_word_without_end_is_left_whole():
    text = "a" * 5_000 + " b"
    assert mark_sentences(text) == "a" * 5_000 + "\nb"
