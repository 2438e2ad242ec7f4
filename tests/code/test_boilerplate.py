"""What rules must not see: sentences that every release repeats, names of units, and the past."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csea.code.boilerplate import prepare

REPEATED = [
    "Project Safe Childhood is a nationwide initiative to combat the epidemic of child sexual exploitation.",
    "Follow us on Twitter and Facebook.",
    "Find more at facebook.com/usaomd today.",
    "The charges in the indictment are merely allegations, and the defendant is presumed innocent.",
    "There is no parole in the federal system.",
    "Anyone with information on the case is urged to call the FBI.",
    "NCMEC is a private, non-profit organization that serves as a clearinghouse.",
    "Investigators submitted the files to NCMEC for identification of victims.",
]
TOLD = [
    "The defendant used a chat application to reach the girl.",
    "He told the girl to follow him on another application.",
    "A company sent a report to NCMEC, which passed it to the police.",
    "He was sentenced in a case brought under Project Safe Childhood, and he was arrested in May.",
    "The girl's mother called the police.",
]
PAST = [
    "He has a prior state conviction for possession of child pornography.",
    "He was previously convicted of the abuse of a child.",
    "He had been convicted in Lakeford of the same crime.",
    "He was convicted in county court in 2003.",
]
NEWS = [
    "He was convicted today.",
    "He previously pleaded guilty to one count of fraud.",
    "He was sentenced on Tuesday to ten years in prison.",
]


def body(sentence):
    document = prepare(f"Man Charged\n{sentence} The case goes on.")
    return document, document.sentence(len("Man Charged\n"))


@pytest.mark.parametrize("sentence", REPEATED)
def test_a_sentence_that_every_release_repeats_is_blanked(sentence):
    document, span = body(sentence)
    assert not document.data[span.start : span.end].strip()
    assert document.text[span.start : span.end] == sentence  # the text itself stays


@pytest.mark.parametrize("sentence", TOLD)
def test_a_sentence_of_the_case_is_not_blanked(sentence):
    document, span = body(sentence)
    assert document.data[span.start : span.end].decode("latin-1") == sentence


@pytest.mark.parametrize("sentence", PAST)
def test_a_sentence_on_earlier_matters_is_history(sentence):
    document, span = body(sentence)
    assert document.is_history(span.start)


@pytest.mark.parametrize("sentence", NEWS)
def test_a_step_of_this_case_is_no_history(sentence):
    document, span = body(sentence)
    assert not document.is_history(span.start)


def test_a_title_is_never_blanked():
    title = "Follow us on Twitter"
    assert prepare(f"{title}\nText.").data.startswith(title.encode())


def test_names_of_units_are_known_and_stay_in_the_text():
    text = "Man Charged\nThe Internet Crimes Against Children Task Force led the case."
    document = prepare(text)
    assert [text[span.start : span.end] for span in document.units] == ["Internet Crimes Against Children Task Force"]


def test_what_a_conviction_could_bring_is_known_as_a_penalty():
    document, span = body("He faces up to 20 years in prison.")
    assert span.start in document.penalties


@given(st.text(max_size=300))
def test_any_text_keeps_its_length(text):
    document = prepare(text)
    assert len(document.data) == len(document.whole) == len(text)
