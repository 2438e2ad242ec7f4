"""What a release announces: the title decides where it says, else the furthest step that the opening tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csea.code.boilerplate import prepare
from csea.code.variables.kind import CASE_KINDS, kind_findings

BODY = "The U.S. Attorney made the announcement."
TITLES = {
    "charge": [
        "Federal Grand Jury Indicts Man on Child Exploitation Charges",
        "Convicted Felon Charged With Possession of a Firearm",
        "Previously Convicted Offender Charged With New Crimes",
        "Man Indicted and Arrested for Fraud",
        "Superseding Indictment Adds Charges Against Former Coach",
        "Man Makes Initial Court Appearance on Charges of Enticement",
        "Indictment: Man Used Chat Room to Entice Minors",
        "Five Men Charged in Single Conspiracy",
        "New Counts Added in Case Against Camp Director",
        "Grand Jury Charges Man Sentenced in 2010 With New Crimes",
    ],
    "arrest": [
        "Teacher Arrested on Enticement Charges",
        "School Employee Arrested and Charged by Complaint",
        "Search of Home Ends in Arrest",
        "Man Taken Into Custody on Federal Warrant",
    ],
    "plea": [
        "Former Officer Admits Fraud",
        "Man Faces 15 to 30 Years After Pleading Guilty",
        "Man Pleads Guilty and Is Set To Be Sentenced in May",
        "Man Faces Sentencing After Admitting Enticement",
        "Doctor Pleads Guilty to Information Charging Fraud",
        "Man Extradited From Spain Pleads Guilty to Fraud",
        "Company Pleads Guilty and Agrees to Pay $10 Million",
        "Undercover Operation Leads to Guilty Plea",
        "Officer Pleads Guilty to Civil Rights Violation",
    ],
    "conviction": [
        "Jury Finds Man Guilty of Attempted Enticement",
        "Convicted Offender Found Guilty of New Crimes",
        "Man to Be Sentenced in July After Jury Convicts Him",
        "Judge Convicts Man After Bench Trial",
        "Guilty Verdict in Fraud Trial",
    ],
    "sentence": [
        "Former Teacher Sentenced to 30 Years in Prison",
        "Man Who Pleaded Guilty to Fraud Sentenced",
        "Man Charged With Fraud Is Sentenced",
        "Predator Gets 25 Years for Enticement",
        "Local Man Headed to Federal Prison",
        "Man Ordered to Serve 15 Years in Prison",
        "Life Sentence for Man Who Abused Children",
        "Thirty Years for Man Who Sold Files",
        "Man Sentenced and Ordered to Pay Restitution",
        "Courier Receives Probation",
        "One Man Sentenced, Another Indicted in Unrelated Cases",
        "Man Sentenced in Operation Harbor Case",
    ],
    "other_case_update": [
        "Man Extradited From Spain to Face Charges",
        "Appeals Court Affirms 25-Year Sentence",
        "Judge Revokes Supervised Release of Man Convicted of Fraud",
        "Man Resentenced to 20 Years",
        "Judge Orders Man Charged With Fraud Held Without Bond",
        "Defendant Found Competent to Stand Trial",
        "Jury Deadlocks in Enticement Trial",
        "Court Orders Forfeiture of House",
        "Court Orders Restitution for Victims",
        "Sex Offender Civilly Committed",
        "Judge Denies Motion for Early Release",
        "Fugitive Returned to Face Charges",
    ],
    "roundup": [
        "Operation Harbor Results in 40 Arrests",
        "Twelve Arrested in Three-Day Operation",
        "Federal Grand Jury Returns 25 Indictments",
        "Federal Court Sentencings for March 2011",
        "Marshals Announce Results of Registration Compliance Checks",
        "District Files 130 Cases This Week",
        "U.S. Attorney's Office Prosecutes Record Number of Cases",
        "Three Sentenced, Two Indicted in Unrelated Cases",
    ],
    "program": [
        "U.S. Attorney Warns Parents of Sextortion",
        "Justice Department Awards $33 Million to Task Forces",
        "U.S. Attorney's Office Hosts Training for Investigators",
        "Detective Honored for Work on Exploitation Cases",
        "New Task Force to Combat Crimes Against Children",
        "Department Releases National Strategy",
        "Agreement Signed to Coordinate Cases on Tribal Lands",
    ],
    "non_criminal": [
        "U.S. Attorney to Step Down",
        "Hospital Agrees to Pay $3 Million to Settle Allegations",
        "Justice Department Sues Company Over Privacy",
        "Court Enters Consent Judgment on Child Labor",
        "U.S. Attorney's Office Collects $9 Million in Fiscal Year 2015",
        "U.S. Attorney Announces District Election Officer",
        "U.S. Attorney Issues Statement on New Law",
        "Assistant U.S. Attorney Named Chief of Criminal Division",
    ],
    "speech": ["Attorney General Speaks at National Conference", "Deputy Delivers Remarks at Summit"],
    "other": ["Op-Ed: Our Duty as Adults", "Media Advisory: Press Conference on New Initiative"],
}
OPENINGS = [
    ("A Brookmere man was sentenced today to ten years in prison.", "sentence"),
    ("A Brookmere man pleaded guilty today to fraud. He will be sentenced in May.", "plea"),
    ("A federal jury convicted a Brookmere man today.", "conviction"),
    ("A man was arrested today on a criminal complaint.", "arrest"),
    ("A grand jury returned an indictment charging a man with fraud.", "charge"),
    ("A man was extradited from Canada on Tuesday.", "other_case_update"),
    ("The following individuals were sentenced this week.", "roundup"),
    ("The office launched a campaign for parents.", "program"),
    ("The county agreed to settle the civil lawsuit.", "non_criminal"),
    ("The complaint in the civil suit alleges that the company charged a fee.", "non_criminal"),
    ("Nothing of the kind is told.", "other"),
]


def kind(title, body=BODY):
    return kind_findings(prepare(f"{title}\n{body}"))


@pytest.mark.parametrize("expected, title", [(kind, title) for kind, titles in TITLES.items() for title in titles])
@pytest.mark.parametrize("written", [str, str.upper], ids=["as written", "in capitals"])
def test_a_title_decides(expected, title, written):
    if expected == "non_criminal" and written is str.upper and "Named" in title:
        title = title.replace("Named", "NAMED")
    found = kind(written(title))
    assert found[0].value == expected, found[0].rule
    assert found[1].value == ("true" if expected in CASE_KINDS else "false")


@pytest.mark.parametrize("body, expected", OPENINGS)
def test_the_opening_decides_where_the_title_does_not(body, expected):
    assert kind("Brookmere", body)[0].value == expected


def test_a_title_stands_against_its_opening():
    assert kind("Man Charged With Fraud", "He was sentenced to ten years today.")[0].value == "charge"


def test_a_title_that_only_hints_gives_way_to_a_step_in_the_opening():
    title = "Agencies Join Forces for Children"
    assert kind(title)[0].value == "program"
    assert kind(title, "A Brookmere man was sentenced today to ten years in prison.")[0].value == "sentence"
    assert kind(title, "The work of last week led to 30 arrests.")[0].value == "roundup"


def test_a_title_only_hinting_is_of_low_confidence():
    assert kind("Agencies Join Forces for Children")[0].confidence == "low"
    assert kind("Man Charged With Fraud")[0].confidence == "high"
    assert kind("Brookmere", "A man pleaded guilty today.")[0].confidence == "medium"


@given(st.text(max_size=300))
def test_any_text_has_one_kind(text):
    found = kind_findings(prepare(text))
    assert [finding.variable for finding in found] == ["release_kind", "is_criminal_case"]
