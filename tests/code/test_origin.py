"""How an investigation began: who told whom, or what was found how; credits, penalties and quotes tell nothing."""

import pytest

from csea.code.boilerplate import prepare
from csea.code.rules import rule_set
from csea.code.text import normal_text
from csea.code.variables.origin import MARKS, origin_finding
from csea.code.variables.platform_names import aliases
from csea.code.variables.platforms import marked_names, named_platforms

RULES = pytest.mark.parametrize("rule", rule_set("origin").rules, ids=lambda rule: rule.id)


def origin(text, title="Man Charged With Possession of Child Pornography"):
    document = prepare(normal_text(title, text))
    return origin_finding(document, marked_names(document, named_platforms(document)), aliases())


def matches(rule, text):
    document = prepare(f"Title\n{text}")
    sentence = marked_names(document, named_platforms(document))[6:]
    return any(rule.allows(sentence) for _ in rule.finder.finditer(sentence))


@RULES
def test_a_rule_matches_its_example(rule):
    assert matches(rule, rule.example)


@RULES
def test_a_rule_does_not_match_its_counter_example(rule):
    assert not matches(rule, rule.counter_example)


@RULES
def test_the_example_of_a_rule_has_a_cue_and_is_read(rule):
    if rule.value not in MARKS:
        assert origin(rule.example).value != "not_stated"


@pytest.mark.parametrize(
    "expected, text, reason",
    [
        ("platform_report", "Kik sent a CyberTipline report to NCMEC about an account.", "a company reported"),
        ("platform_report", "The case began with a cybertip submitted by Snapchat.", "a report by a company"),
        ("platform_report", "The NCMEC tip had come from Google, LLC.", "company reports outrank NCMEC"),
        ("platform_report", "A cloud storage provider alerted NCMEC to the files.", "a company without a name"),
        ("platform_report", "He posted files on Tumblr, which closed the blog and filed a tip.", "relative clause"),
        ("platform_report", "His upload was flagged by the messaging app.", "passive voice"),
        ("ncmec_report", "Police received a CyberTip from NCMEC about a Kik account.", "a named account sends nothing"),
        ("ncmec_report", "NCMEC alerted the state police to an account.", "only NCMEC is named"),
        ("public_tip", "The girl's father found the messages and contacted the sheriff.", "a relative"),
        ("public_tip", "The child told a friend, and the friend told a teacher, who called police.", "a chain"),
        ("public_tip", "A technician at a repair shop told police what he saw.", "a company, no platform"),
        ("public_tip", "A user of Reddit saw his posts and sent a tip to the FBI.", "a user is not the company"),
        ("public_tip", "An employee called a fraud hotline in 2010, which led to the inquiry.", "a hotline"),
        ("public_tip", "A student showed the messages to a teacher, and the school called the police.", "a school"),
        ("public_tip", "One of the women reported him to the FBI.", "the victim's own complaint"),
        ("public_tip", "An anonymous tip led officers to the apartment.", "an unnamed person"),
        ("public_tip", "After a relative alerted police, an undercover officer wrote to him.", "the first link counts"),
        ("undercover", "He wrote to a person he believed to be 14, and officers were waiting.", "the word is absent"),
        ("undercover", "A detective posing as a girl of 13 answered him.", "a person posing"),
        ("undercover", "An undercover agent downloaded files over BitTorrent.", "undercover on a watched network"),
        ("undercover", "The mother of the girl was in fact an FBI agent.", "the person was police"),
        ("undercover", "A detective answered his advertisement.", "police answered"),
        ("other_agency_lead", "The FBI received a tip from Dutch police.", "foreign police"),
        ("other_agency_lead", "The state police referred the matter to Homeland Security Investigations.", "handed on"),
        ("other_agency_lead", "Toronto police found his name on a list and sent it to the FBI.", "found and handed on"),
        ("other_agency_lead", "Child Protective Services notified the sheriff.", "a welfare agency is no relative"),
        ("other_investigation", "A detective monitoring a peer-to-peer network found his computer.", "watched network"),
        ("other_investigation", "During a traffic stop a trooper saw pictures on his phone.", "by chance"),
        ("other_investigation", "Probation officers searched his home and found a phone.", "a probation search"),
        ("other_investigation", "Customs officers examined his laptop at the airport.", "a border search"),
        ("other_investigation", "His name was among the customers of a site that agents had seized.", "a seized site"),
        ("other_investigation", "Officers searched his house for stolen rifles and saw images.", "another search"),
        ("not_stated", "The account came to the attention of law enforcement.", "nobody told"),
        ("not_stated", "Law enforcement became aware of him in May.", "no source"),
        ("not_stated", "Agents received information that he possessed such files.", "no source"),
        ("not_stated", "The FBI and the police investigated the case with help from NCMEC.", "credits"),
        ("not_stated", "The U.S. Attorney thanked the FBI and the police for their work.", "thanks"),
        ("not_stated", "The images were compared with those known to NCMEC.", "identification of victims"),
        ("not_stated", "NCMEC reported a rise of 300 percent in online enticement.", "a statistic"),
        ("not_stated", "He must report to a probation officer and allow searches.", "terms of release"),
        ("not_stated", "He posed as a boy of 15 on Instagram and asked girls for pictures.", "the suspect posed"),
        ("not_stated", "He told the girl on Snapchat not to tell her mother.", "the suspect spoke"),
        ("not_stated", "The victim told the jury that he had threatened her.", "trial evidence"),
        ("not_stated", "Officers found messages on Kik in his phone.", "evidence found later"),
        ("not_stated", "In 2009 he was convicted after an undercover officer met him.", "an earlier case"),
        ("not_stated", "Anyone with information is asked to call the FBI or the CyberTipline.", "an appeal"),
    ],
)
def test_origin_as_one_sentence_tells_it(expected, text, reason):
    assert origin(text).value == expected, reason


@pytest.mark.parametrize(
    "expected, text",
    [
        ("public_tip", "A detective posing as a girl wrote to him. It began when a father called the sheriff."),
        ("platform_report", "The inquiry began when NCMEC received a tip. Kik had reported his account."),
        ("other_agency_lead", "The case began when Dutch police alerted the FBI. An undercover agent met him."),
    ],
)
def test_a_told_beginning_counts_before_other_sentences_and_a_company_before_all(expected, text):
    assert origin(text).value == expected


def test_the_title_counts_after_the_body():
    finding = origin("The boy's mother called the police.", title="Man Caught in Undercover Operation Sentenced")
    assert finding.value == "public_tip"


def test_the_evidence_is_cut_from_the_text_itself():
    text = normal_text("Man Charged", "He lives in Ohio. His aunt called the police. He was arrested.")
    finding = origin("He lives in Ohio. His aunt called the police. He was arrested.", title="Man Charged")
    assert text[finding.start : finding.end] == "aunt called the police"
