"""Federal provisions are read alike in every style of citation; state codes and acts by name are none."""

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csea.code.boilerplate import prepare
from csea.code.variables.statutes import LAST_TITLE, statute_findings

STYLES = [
    "{title} U.S.C. § {section}",
    "{title} U.S.C. §{section}",
    "{title} U.S.C. {section}",
    "{title} U. S. C. § {section}",
    "{title} USC {section}",
    "{title} USC Sec. {section}",
    "{title} U.S.C. Section {section}",
    "{title} U.S.C.A. § {section}",
    "Title {title}, United States Code, Section {section}",
    "Title {title} of the United States Code, Section {section}",
    "Title {title} United States Code Section {section}",
    "Title {title}, U.S.C., § {section}",
    "Title {title} U.S. Code {section}",
    "Section {section} of Title {title}",
]
SUBSECTIONS = st.tuples(
    st.sampled_from("abcdefghjk"),
    st.integers(1, 9).map(str),
    st.sampled_from("ABCDEFG"),
    st.sampled_from(["i", "ii", "iv"]),
)
LISTS = [
    ("18 U.S.C. §§ 2251(a), (d) and (e) and 18 U.S.C. § 1519", ["2251-a", "2251-d", "2251-e", "1519"]),
    ("18 USC Sec. 2422(b) and 18 USC Sec. 2423(b)", ["2422-b", "2423-b"]),
    ("18 U.S.C. §§ 2421-2423", ["2421", "2423"]),
    ("18 U.S.C. §§ 921-24", ["921", "924"]),
    ("18 U.S.C. §§ 2251 through 2252A", ["2251", "2252a"]),
    ("Title 18, United States Code, Sections 2252(a)(4)(B) and (b)(2), and 2253", ["2252-a-4-b", "2252-b-2", "2253"]),
    ("18 U.S.C. § 1956(a)(1)(B)(i) and (ii)", ["1956-a-1-b-i", "1956-a-1-b-ii"]),
    ("18 U.S.C. § 2252A(a)(4) and (5)", ["2252a-a-4", "2252a-a-5"]),
    ("Sections 2251(a) and 2252A(a)(5)(B) of Title 18", ["2251-a", "2252a-a-5-b"]),
    ("18 U.S.C. § 2252A(a)(2)(A) and 2", ["2252a-a-2-a", "2"]),
    ("18 U.S.C. § 2252A, 2 counts", ["2252a"]),
    ("18 U.S.C. §§ 1591(a), 1594(c), and 2", ["1591-a", "1594-c", "2"]),
]


def cited(text):
    return [finding.value for finding in statute_findings(prepare(f"Man Charged\nHe is charged under {text}."))]


@pytest.mark.parametrize("text, sections", LISTS)
def test_a_list_is_taken_apart(text, sections):
    assert cited(text) == [f"18-usc-{section}" for section in sections]


@pytest.mark.parametrize(
    "text, ids",
    [
        ("42 U.S.C. § 1320a-7b(b)", ["42-usc-1320a-7b-b"]),
        ("15 U.S.C. 78dd-1", ["15-usc-78dd-1"]),
        ("16 U.S.C. 470aa-470mm", ["16-usc-470aa", "16-usc-470mm"]),
        ("21 U.S.C. §§ 841(a)(1), (b)(1)(A)(viii), and 846", ["21-usc-841-a-1", "21-usc-841-b-1-a-viii", "21-usc-846"]),
        ("Title 18 USC 2251, Title 21 USC 841", ["18-usc-2251", "21-usc-841"]),
    ],
)
def test_hyphens_of_names_and_of_ranges_are_told_apart(text, ids):
    assert cited(text) == ids


@pytest.mark.parametrize(
    "text",
    [
        "Section 39-17-1004 of the Tennessee Code",
        "Texas Penal Code § 43.26",
        "the Adam Walsh Act",
        "Title IX",
        "99 U.S.C. § 12",
        "18 U.S.C. Chapter 110",
        "18 U.S.C. and 12 others",
        "26 C.F.R. 1.1",
    ],
)
def test_what_is_no_section_of_the_code_is_none(text):
    assert cited(text) == []


def test_a_provision_is_found_once_at_its_first_citation():
    text = "Man Charged\nHe violated 18 U.S.C. § 2251. Section 2251 of Title 18 was violated."
    findings = statute_findings(prepare(text))
    assert [text[finding.start : finding.end] for finding in findings] == ["2251"]


@pytest.mark.parametrize("style", STYLES)
def test_every_known_provision_is_read_in_every_style(style, root):
    with (root / "data/inputs/statutes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            section = row["citation"].split("U.S.C.")[1].strip()
            assert cited(style.format(title=row["title_number"], section=section)) == [row["statute_id"]]


@given(
    st.integers(1, LAST_TITLE),
    st.integers(1, 99_999),
    st.sampled_from(["", "A", "aa"]),
    SUBSECTIONS,
    st.integers(0, 4),
    st.sampled_from(STYLES),
)
def test_a_citation_in_any_style_gives_the_same_id(title, number, letters, subsections, depth, style):
    section = f"{number}{letters}" + "".join(f"({part})" for part in subsections[:depth])
    expected = "-".join([str(title), "usc", f"{number}{letters}", *subsections[:depth]]).lower()
    assert cited(style.format(title=title, section=section)) == [expected]


@given(st.text(max_size=200), st.text(alphabet="18 USC.§(a)(1)-,and title section", max_size=200))
def test_any_text_is_read_without_error(text, near):
    for words in (text, near, f"18 U.S.C. {near}"):
        for finding in statute_findings(prepare(words)):
            assert re.fullmatch(r"\d{1,2}-usc(?:-[0-9a-z]+)+", finding.value)
