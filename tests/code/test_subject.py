"""Whether a release is about child sexual exploitation: by the crime charged, or by what it is about."""

import pytest

from csea.code.boilerplate import prepare
from csea.code.rules import rule_set
from csea.code.variables.subject import subject_finding

RULES = pytest.mark.parametrize("rule", rule_set("subject").rules, ids=lambda rule: rule.id)
PLAIN_TITLE = "Man Sentenced in Federal Court"
FILLER = "The hearing in the courthouse lasted for an hour. The judge thanked the jurors for their long service. " * 3


def coded(text, is_case=True):
    return subject_finding(prepare(text), is_case).value


def matches(rule, sample):
    text = f"{sample}\nNothing more." if rule.scope == "title" else f"Title\n{sample}"
    return rule.id in [hit.rule.id for hit in rule_set("subject").hits(prepare(text))]


@RULES
def test_the_example_of_a_rule_matches(rule):
    assert matches(rule, rule.example)


@RULES
def test_the_counter_example_of_a_rule_does_not(rule):
    assert not matches(rule, rule.counter_example)


@pytest.mark.parametrize(
    "sentence",
    [
        "He pleaded guilty to possession of child pornography.",
        "A search found videos of child sexual abuse on his tablet.",
        "He was convicted of sexual exploitation of a minor.",
        "He was charged with attempted enticement of a minor.",
        "He asked a 13-year-old to send explicit photos.",
        "He believed that he was meeting a 14-year-old for sex.",
        "He was convicted of abusive sexual contact with a child.",
        "He engaged in a sexual act with a person who was under the age of 16.",
        "He transferred obscene material to a minor.",
        "They were convicted of sex trafficking of two teenagers.",
        "He took a 15-year-old across state lines for sex.",
        "He hid a camera in a bathroom to record girls.",
        "He paid to stream the abuse of children.",
        "He violated 18 U.S.C. § 2252A(a)(2).",
        "He used profiles with false names to exploit children.",
        "He was convicted of illicit sexual conduct in a foreign place.",
    ],
)
def test_an_offence_against_a_minor_makes_the_subject(sentence):
    assert coded(f"{PLAIN_TITLE}\n{sentence}") == "true"


@pytest.mark.parametrize(
    "sentence",
    [
        "He failed to pay child support for two minor children.",
        "She billed the state for child care that no child received.",
        "They were convicted of neglect of a four-year-old child.",
        "She took her six-year-old daughter abroad against a custody order.",
        "He sent threats against children at a middle school.",
        "He sold pills to a 17-year-old, who died.",
        "He was convicted of sex trafficking of two adult women by force.",
        "He demanded intimate photographs from women; all of the victims were adults.",
        "He mailed obscene films that showed adults only.",
        "He played a minor role in a robbery in which a child was not hurt.",
        "He sold drugs from a car in which a minor sat.",
        "The plant was fined for the exploitation of children as workers.",
        "The official took bribes and exploited vulnerable children for profit.",
        "He trafficked in protected turtles, including juveniles.",
        "He has prior convictions for possession of child pornography and was found with a gun.",
        "He is a prisoner whose person and reason were examined for competence.",
    ],
)
def test_a_child_in_the_story_of_another_crime_does_not(sentence):
    assert coded(f"{PLAIN_TITLE}\n{sentence}") == "false"


@pytest.mark.parametrize(
    "title, sentence",
    [
        ("Sex Offender Sentenced for Failing to Register", "The man was known for an offense against a child."),
        ("Woman Charged With Harboring Fugitive", "She hid a man wanted on a warrant for child pornography offenses."),
        (
            "Woman Admits Destroying Evidence in Child Pornography Investigation",
            "She broke a drive on the day agents came to search for child pornography.",
        ),
        ("Man Sentenced for Threats", "He called a clerk a child molester."),
    ],
)
def test_another_crime_in_the_title_decides(title, sentence):
    assert coded(f"{title}\n{sentence}") == "false"


def test_another_crime_in_the_title_does_not_hide_an_offence_charged_beside_it():
    text = (
        "Sex Offender Sentenced for Failing to Register\n"
        "He pleaded guilty to failing to register and to possession of child pornography."
    )
    assert coded(text) == "true"


def test_one_remark_far_down_in_a_case_is_no_subject():
    text = f"{PLAIN_TITLE}\nHe was sentenced for stalking a woman. {FILLER}A sexual act with a girl was recalled."
    assert coded(text) == "false"


def test_the_closing_paragraph_on_project_safe_childhood_is_no_subject():
    text = (
        "Felon Sentenced for Possessing Firearm\nHe had a gun. This case was brought as part of Project Safe "
        "Childhood, a nationwide initiative to combat the epidemic of child sexual exploitation."
    )
    assert coded(text) == "false"


@pytest.mark.parametrize(
    "text",
    [
        "U.S. Attorney Warns of Sextortion\nThe number of reports has risen.",
        "New Task Force on Crimes Against Children\nThe offices signed an agreement.",
        "Officers Honored for Work Against Child Exploitation\nA plaque was given.",
        "Operation Lantern Ends\nThe operation aimed at child sexual exploitation. Ten men were arrested.",
        "Remarks at Safety Summit for Parents\nGood morning. A child exploitation case once meant a desktop computer.",
        "Civil Complaint Against a Site\nThe complaint concerns advertisements of minors for commercial sex.",
    ],
)
def test_a_program_speech_or_round_up_is_about_it_where_it_says_so(text):
    assert coded(text, is_case=False) == "true"


@pytest.mark.parametrize(
    "text",
    [
        f"U.S. Attorney to Step Down\n{FILLER}In her time the office took up child exploitation.",
        "Hotel Workers Trained to Recognize Trafficking\nSome victims work on farms. Others sell sex. " + FILLER,
        "What Parents Should Know About Fake Pills\nA boy of sixteen died.",
        "Clinic for Children Pays to Settle Claims\nThe clinic billed for fillings that no child received.",
        "Sweep Checks on Registered Sex Offenders\nOfficers visited 300 homes. Nine persons had moved.",
        f"Monthly Sentencings\nA clerk stole mail. A driver sold drugs. A woman lied. {FILLER}"
        "A man received child pornography.",
    ],
)
def test_a_program_speech_or_round_up_that_only_touches_it_is_not(text):
    assert coded(text, is_case=False) == "false"


def test_the_evidence_is_the_words_that_decide():
    text = f"{PLAIN_TITLE}\nHe pleaded guilty to possession of child pornography."
    finding = subject_finding(prepare(text), True)
    assert text[finding.start : finding.end] == "child pornography"


def test_without_evidence_the_title_stands_for_it():
    finding = subject_finding(prepare(f"{PLAIN_TITLE}\nHe robbed a bank."), True)
    assert (finding.value, finding.rule, finding.start, finding.end) == (
        "false",
        "subject.nothing_found",
        0,
        len(PLAIN_TITLE),
    )
