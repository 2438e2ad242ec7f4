"""Conduct: what a suspect did or is charged with, several kinds together, earlier matters left out."""

import pytest

from csea.code.boilerplate import prepare
from csea.code.rules import rule_set
from csea.code.variables.conduct import conduct_findings

RULES = pytest.mark.parametrize("rule", rule_set("conduct").rules, ids=lambda rule: rule.id)
TITLE = "Man Sentenced in Federal Court"


def coded(sentence, title=TITLE):
    document = prepare(f"{title}\nANYTOWN - {sentence}")
    return ";".join(finding.value for finding in conduct_findings(document, document.data))


def matches(rule, sample):
    text = f"{sample}\nNothing more." if rule.scope == "title" else f"Title\n{sample}"
    return rule.id in [hit.rule.id for hit in rule_set("conduct").hits(prepare(text))]


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
        "Agents found more than 600 images and videos of child sexual abuse on his phone.",
        "He was a member of a website dedicated to the sexual exploitation of children, and downloaded files from it.",
        "He uploaded 14 files of apparent child sexual abuse material to a cloud account.",
        "The defendant placed a camera in a bathroom vent and recorded children as they undressed.",
        "He hid a phone in the changing room to record girls.",
        "He was convicted of sexual exploitation of children.",
        "He used artificial intelligence to create sexually explicit images of minors.",
        "He paid sellers abroad to stream the abuse of children live.",
        "He was sentenced for advertising child pornography on a message board.",
        "He ordered DVDs that showed boys engaged in sexual acts.",
        "Forensic analysis revealed videos depicting prepubescent minors engaged in sexual conduct.",
        "The hard drive held over 10,000 files depicting the sexual exploitation of minors.",
        "He was charged with receipt of visual depictions of minors engaging in sexually explicit conduct.",
        "He mailed a disc with child erotica and child pornography to another collector.",
        "He ran a site where members exchanged files, and was convicted of a child exploitation enterprise.",
    ],
)
def test_making_having_or_passing_on_images_is_csam(sentence):
    assert coded(sentence) == "csam"


@pytest.mark.parametrize(
    "sentence",
    [
        "He was sentenced for receipt of child pornography and must register as a sex offender.",
        "He possessed child pornography. He is not to have contact with minors or possess a firearm.",
        "He possessed child pornography. In 2009 he was convicted of sexual abuse of a child in state court.",
        "He distributed child pornography and must pay under the Justice for Victims of Trafficking Act.",
        "He traded child pornography with another user, who said that he had molested a child.",
        "He was convicted of possessing child pornography. The girls in the files have written to the court.",
        "He was convicted of receiving child pornography. Some of the children shown were as young as three.",
        "Officers met with a girl who had seen the files, and he was charged with possession of child pornography.",
        "He sent child pornography to an officer who posed as the father of a young girl, and distributed it.",
        "He was a teacher at a middle school when he downloaded child pornography.",
        "The files included images of toddlers being sexually abused.",
        "He was charged with possession of child pornography, and the judge told him to stay away from children.",
        'He was convicted of receiving child pornography; "those who lure and abuse children will be found," she said.',
    ],
)
def test_history_bystanders_and_conditions_add_nothing_to_csam(sentence):
    assert coded(sentence) == "csam"


@pytest.mark.parametrize(
    "sentence",
    [
        "He met a 13-year-old girl on a chat site and induced her to send nude photos.",
        "Posing as a teenage girl, he convinced boys to send him sexually explicit videos.",
        "He began an online relationship with a 14-year-old and received explicit photographs from her.",
        "He threatened to publish the pictures unless the girl sent more, and she sent two further videos.",
        "He solicited nude images from a 12-year-old over text, and the child sent several.",
        "He offered gift cards to minors online in exchange for explicit videos, which the minors sent.",
        "He blackmailed a teenage victim into producing sexually explicit videos.",
        "He directed an 11-year-old to record herself and send him the video through the app.",
        "He exchanged messages with a child victim, who produced sexually explicit images at his request.",
        "He used a fake profile to contact minor girls and obtained explicit images from nine of them.",
        "He was convicted of production of child pornography and of enticement of a minor.",
        "He communicated with the victim, who was 15 years old, and had her send pornographic images of herself.",
        "He sextorted dozens of minors and kept their nude images.",
    ],
)
def test_images_obtained_from_a_minor_by_messages_are_csam_and_grooming(sentence):
    assert coded(sentence) == "csam;grooming"


@pytest.mark.parametrize(
    "sentence",
    [
        "He asked a 13-year-old to send nude photos, but she refused.",
        "He believed he was writing to a 14-year-old boy, who was an undercover agent.",
        "He drove four hours to meet the girl, where agents were waiting.",
        "He sent pictures of his genitals to a 15-year-old.",
        "He was charged with attempted coercion and enticement of a minor.",
        "He was sentenced for using a facility of interstate commerce to entice a minor.",
        "An officer posing as a 13-year-old girl received sexual messages from the defendant.",
        "He was convicted of traveling across state lines with intent to engage in sexual activity with a minor.",
        "He contacted a teenager on a social network and suggested that they meet for sex.",
        "He chatted with an undercover officer who offered a fictitious 9-year-old daughter for sex.",
        "He sent sexually explicit text messages to a 12-year-old girl.",
        "He was convicted of transferring obscene matter to an individual under 16.",
        "He is charged with attempted sexual exploitation of a child; he asked a girl for photos and she sent none.",
        "He groomed a student through private messages.",
        "He arranged to have sex with a 12-year-old through an advertisement placed by an agent.",
        "He exposed himself to a minor on a webcam.",
        "He asked for images, but the child blocked him and sent nothing.",
    ],
)
def test_contact_without_images_received_is_grooming_only(sentence):
    assert coded(sentence) == "grooming"


@pytest.mark.parametrize(
    "sentence, kinds",
    [
        ("He was convicted of sex trafficking of a minor by force.", "sex_trafficking"),
        ("She rented motel rooms in which a 15-year-old was sold for sex.", "sex_trafficking"),
        ("He transported a 16-year-old across state lines for prostitution.", "sex_trafficking"),
        (
            "They posted ads that offered a 17-year-old for commercial sex acts and kept the proceeds.",
            "sex_trafficking",
        ),
        ("He paid a 15-year-old for sex.", "sex_trafficking"),
        (
            "He recruited a 16-year-old through a social media site to engage in prostitution.",
            "grooming;sex_trafficking",
        ),
        ("He messaged a 15-year-old on a dating app and paid her $200 for sex.", "grooming;sex_trafficking"),
    ],
)
def test_trade_in_minors_is_sex_trafficking_and_contact_by_a_platform_grooming(sentence, kinds):
    assert coded(sentence) == kinds


@pytest.mark.parametrize(
    "sentence, kinds",
    [
        ("He pleaded guilty to aggravated sexual abuse of a child.", "hands_on_abuse"),
        ("He sexually assaulted a 9-year-old relative on the reservation.", "hands_on_abuse"),
        ("He engaged in sexual acts with a child under 12.", "hands_on_abuse"),
        ("He was convicted of engaging in illicit sexual conduct in a foreign place.", "hands_on_abuse"),
        ("He traveled to Thailand and had sex with boys there.", "hands_on_abuse"),
        ("He took a 14-year-old across state lines and had sex with her.", "hands_on_abuse"),
        ("He was found guilty of abusive sexual contact.", "hands_on_abuse"),
        ("A teacher was convicted of sexual abuse of a ward.", "hands_on_abuse"),
        ("He transported a minor with intent that the minor engage in criminal sexual activity.", "hands_on_abuse"),
        ("He sexually abused two children and filmed the abuse.", "csam;hands_on_abuse"),
        ("He raped a toddler and shared videos of the assaults.", "csam;hands_on_abuse"),
        ("He molested a boy in his care and was convicted of production of child pornography.", "csam;hands_on_abuse"),
        ("He met a 14-year-old through an app, had sex with her and recorded it.", "csam;grooming;hands_on_abuse"),
    ],
)
def test_contact_offences_that_happened_are_hands_on_abuse(sentence, kinds):
    assert coded(sentence) == kinds


@pytest.mark.parametrize(
    "sentence",
    [
        "He was convicted of possession of child pornography and of being a felon in possession of a firearm.",
        "He was convicted of receipt of child pornography and obstruction of justice for destroying his computer.",
        "He pleaded guilty to possession of child pornography and failure to register as a sex offender.",
    ],
)
def test_a_further_count_of_another_kind_is_other_beside_the_rest(sentence):
    assert coded(sentence) == "csam;other"


def test_attempted_production_by_a_hidden_camera_is_csam():
    text = (
        "He pleaded guilty to attempted production of child pornography. A guest found a camera hidden in a bathroom."
    )
    assert coded(text) == "csam"


def test_attempted_production_alone_is_csam():
    assert coded("He pleaded guilty to attempted production of child pornography.") == "csam"


def test_attempted_production_where_nothing_arrived_is_grooming():
    text = "He is charged with attempted production of child pornography. He wrote to a 14-year-old; none were sent."
    assert coded(text, "Man Charged With Production of Child Pornography") == "grooming"


def test_a_title_of_child_pornography_yields_to_the_charge_that_the_body_names():
    text = "A jury found him guilty of attempted enticement of a minor."
    assert coded(text, "Man Found Guilty of Child Pornography Charge") == "grooming"


def test_a_title_of_child_pornography_stands_where_the_body_tells_nothing_else():
    assert coded("He was sentenced to five years in prison.", "Man Sentenced in Child Pornography Case") == "csam"


def test_a_case_in_which_nothing_is_told_is_other():
    document = prepare(f"{TITLE}\nHe was sentenced.")
    (finding,) = conduct_findings(document, document.data)
    assert (finding.value, finding.rule, finding.confidence) == ("other", "conduct.nothing_found", "low")


def test_each_kind_points_at_its_own_words():
    text = f"{TITLE}\nHe was convicted of possession of child pornography and enticement of a minor."
    document = prepare(text)
    evidence = {
        finding.value: text[finding.start : finding.end] for finding in conduct_findings(document, document.data)
    }
    assert evidence == {"csam": "possession of child pornography", "grooming": "enticement"}
