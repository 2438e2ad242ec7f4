"""The longest prison term imposed, in months; no supervision, maximum, request, earlier or state term."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csea.code.boilerplate import prepare
from csea.code.variables.sentence import sentence_findings

IMPOSED = [
    (120, "He was sentenced today to 120 months in federal prison, followed by 15 years of supervised release."),
    (264, "He was sentenced to twenty-two years in prison and a lifetime of supervised release."),
    (120, "He was sentenced to one hundred and twenty (120) months in prison."),
    (12, "He was sentenced to a year and a day in prison."),
    (18, "She received 18 months and one day."),
    (78, "He was sentenced to six and a half years in prison."),
    (150, "He will spend the next 12 1/2 years in prison."),
    (135, "He was sentenced to 11 years and 3 months."),
    (188, "He was sentenced to 15 years, 8 months."),
    (120, "He was sentenced to a decade in prison."),
    (33, "He was sentenced to 2.75 years in prison."),
    (300, "He got 180 months on count one and 120 months on count two, for a total of 300 months in prison."),
    (144, "The terms of 144 months and 60 months will be served at the same time in prison."),
    (327, "A judge sentenced a husband and wife to 327 and 180 months, respectively, in federal prison."),
    (360, "The leader was sentenced on June 8 to 30 years imprisonment and the driver received 63 months."),
    (180, "He was sentenced to the mandatory minimum of 15 years in prison."),
    (360, "The defendant received the statutory maximum sentence of 30 years."),
    (90, "He was ordered to prison for nearly eight years. The judge imposed 90 months in federal prison."),
    (16, "He was sentenced to time served, about 16 months, and ten years of supervised release."),
    (60, "Doe, who previously pleaded guilty, was sentenced to 60 months in prison."),
    (72, "After a two-year investigation he was sentenced to 72 months."),
    (54, "He was sentenced to 54 months in prison, less than the 70 to 87 months recommended."),
    (46, "He was sentenced to 46 months in prison, consecutive to a 10-year state sentence."),
    (6, "He was sentenced to six months in prison and eight months of home confinement."),
    (240, "The court gave him 20 years."),
    (97, "Following his 97-month sentence he will be supervised for 10 years."),
]
NONE = [
    "He was sentenced to five years of probation and no prison.",
    "He was sentenced to time served and five years of supervised release.",
    "The sentence was 36 months' probation, including six months of home detention.",
    "The maximum penalty is 20 years in prison.",
    "He faced up to 20 years in prison.",
    "Prosecutors asked for a sentence of 40 years.",
    "The court rejected a sentence within the range of 41 to 51 months.",
    "He must register as a sex offender for 25 years.",
    "He had been sentenced in county court in 2003 to 8 years in prison.",
    "He abused his office for three years and was sentenced.",
]
LIFE = [
    "He was sentenced to life in prison.",
    "The judge imposed two consecutive life sentences plus 20 years.",
    "He will spend the rest of his life in prison.",
    "He was sentenced to three terms of life imprisonment.",
]

PIECES = [
    "a",
    "one",
    "and",
    "two",
    "hundred",
    "12",
    "1/2",
    "years",
    "months",
    "life",
    "to",
    "sentenced",
    "prison",
    "in",
]
PIECES += ["-", ",", "(", ")", "."]


def found(body, title="Man Sentenced"):
    return [(finding.variable, finding.value) for finding in sentence_findings(prepare(f"{title}\n{body}"))]


@pytest.mark.parametrize("months, body", IMPOSED)
def test_the_longest_imposed_term_counts(months, body):
    assert found(body) == [("sentence_months", str(months))]


@pytest.mark.parametrize("body", NONE)
def test_other_lengths_of_time_are_no_sentence(body):
    assert found(body) == []


@pytest.mark.parametrize("body", LIFE)
def test_a_life_term_gives_no_months(body):
    assert found(body) == [("life_sentence", "true")]


@pytest.mark.parametrize("body", ["supervised release for life", "a life term of supervised release"])
def test_supervision_for_life_is_no_life_term(body):
    assert found(f"He was sentenced to 120 months in prison, followed by {body}.") == [("sentence_months", "120")]


def test_the_text_counts_over_a_rounded_title():
    title = "Man Sentenced to More Than 6 Years in Prison"
    assert found("He was sentenced to 76 months in prison.", title) == [("sentence_months", "76")]
    assert found("He was sentenced today.", title) == [("sentence_months", "72")]


def test_a_term_told_roughly_gives_way_to_the_same_term_told_exactly_only():
    rough = "The leader was sentenced to more than 20 years in prison."
    assert found(f"{rough} The driver was sentenced to 60 months.") == [("sentence_months", "240")]
    assert found(f"{rough} The term of 243 months was imposed on Monday.") == [("sentence_months", "243")]


@given(st.integers(1, 1_200), st.sampled_from(["sentenced to {} months in prison", "given a {}-month prison term"]))
def test_any_number_of_months_is_read(months, wording):
    assert found(f"He was {wording.format(months)}.") == [("sentence_months", str(months))]


@given(st.lists(st.sampled_from(PIECES)))
def test_any_words_are_read_without_error(words):
    text = f"Man Sentenced\nHe was sentenced to {' '.join(words)}."
    for finding in sentence_findings(prepare(text)):
        assert 0 <= finding.start < finding.end <= len(text)
