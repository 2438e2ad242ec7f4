"""How many people a release tells of as charged: co-defendants count, victims, agents and the uncharged do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csea.code.boilerplate import prepare
from csea.code.variables.suspects import MOST, suspects_finding

COUNTED = [
    (4, "Four Charged in Fraud Scheme", "Four people were charged today."),
    (2, "Federal Jury Convicts Two in Fraud Scheme", "A jury convicted two men."),
    (7, "Last of Seven Defendants Surrenders", "She gave herself up."),
    (12, "A Dozen Defendants Charged With Running Site", "A dozen people were charged."),
    (2, "Brothers Indicted on Fraud Charges", "The brothers were charged."),
    (2, "Husband and Wife Sentenced", "Both were sentenced."),
    (2, "Mother and Her Boyfriend Charged", "Both were charged."),
    (2, "Father, Son Sentenced for Fraud", "Both were sentenced."),
    (2, "One Man Sentenced, Another Indicted", "Both cases are unrelated."),
    (2, "Second Man Sentenced in Fraud Scheme", "He was sentenced today."),
    (5, "Men Indicted", "A federal grand jury indicted five men today."),
    (14, "Charges Unsealed", "An indictment charging 14 defendants was unsealed."),
    (3, "Three Convicted", "All three were convicted."),
    (3, "Two Men Convicted", "Two men were convicted. A third defendant pleaded guilty in January."),
    (3, "Man Sentenced", "A man was sentenced to ten years. Two co-defendants previously pleaded guilty."),
    (4, "Man Sentenced", "A man was sentenced along with three others."),
    (2, "Man Convicted", "A co-defendant pleaded guilty in May and awaits sentencing."),
    (2, "Man Pleads Guilty", "A man pleaded guilty. His wife was also charged and awaits trial."),
    (6, "Man Sentenced", "A man was sentenced for his role in a six-person conspiracy."),
    (3, "Men Arrested", "Agents arrested a man and two women, and they were charged."),
    (2, "Charges Filed", "A Brookmere man and a Lakeford woman have been indicted."),
    (2, "Guilty Pleas", "One man, 34, of Brookmere, and another, 29, of Lakeford, pleaded guilty today."),
    (3, "Group Charged", "Residents of Brookmere, ages 24, 26 and 30, were charged."),
    (2, "Sentences Imposed", "They were sentenced to 60 and 40 months, respectively."),
    (3, "Sentences Imposed", "Able, Baker and Charlie were sentenced on Tuesday."),
    (8, "Man Sentenced", "He is the last of eight defendants to be sentenced in the case."),
]
ONE = [
    ("Man Sentenced for Abusing Six Girls", "He was sentenced for abusing three girls and two women."),
    ("Two-Time Offender Sentenced", "A two-time offender was sentenced."),
    ("Father of Four Sentenced", "He was sentenced."),
    ("Man Charged With Three Counts", "Two officers arrested him. Four victims were identified."),
    ("Jury Convicts Man", "A jury of seven women and five men convicted a man."),
    ("Man Convicted", "A second man remains unidentified and has not been charged."),
    ("Man Pleads Guilty", "Unindicted co-conspirators helped him."),
    ("Man Pleads Guilty", "Four other people face state charges that came out of the operation."),
    ("Man Pleads Guilty", "Two U.S. probation officers visited him; he was then charged."),
    ("Man Sentenced", "He and two others shared a flat in which files were found, and he was sentenced."),
    ("Man Charged", "The case began when another man, who was convicted in Ohio, was found to know him."),
    ("Man Arrested", "A man, 41, was charged with stalking a 24-year-old woman."),
    ("Man Sentenced", "Doe, 34, of Brookmere, was sentenced on March 24, 2015."),
    ("Man Sentenced", "At least 22 women sent him money. He was sentenced."),
    ("Man Pleads Guilty", "The count carries fifteen (15) years and thirty (30) years. He pleaded guilty."),
    ("Doctor Charged", "The doctor was charged with defrauding 22 people."),
]


def suspects(title, body):
    return int(suspects_finding(prepare(f"{title}\n{body}")).value)


@pytest.mark.parametrize("expected, title, body", COUNTED)
def test_the_people_charged_are_counted(expected, title, body):
    assert suspects(title, body) == expected


@pytest.mark.parametrize("title, body", ONE)
def test_others_than_the_charged_are_not_counted(title, body):
    assert suspects(title, body) == 1


@given(st.text(max_size=200), st.integers(0, 10**6))
def test_any_text_has_one_suspect_at_least_and_never_too_many(text, number):
    for words in (text, f"{text}\n{number} men were charged. {text}"):
        finding = suspects_finding(prepare(words))
        assert 1 <= int(finding.value) <= MOST
        assert 0 <= finding.start <= finding.end <= len(words)
