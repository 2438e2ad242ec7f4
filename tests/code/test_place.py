"""Places of releases: the defendant's town first, then where the court was; never a word that may be a name."""

import csv
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csea import places
from csea.code.variables import place as module
from csea.code.variables.place import find_place
from csea.code.variables.place_rules import rules, state_code

LABELLED = Path(__file__).resolve().parents[3] / "shared" / "curated" / "labelled_texts.jsonl"
RULES = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)


def found(text, state):
    place = find_place(text, state)
    return place and (place.place, place.state, place.county)


def by_rule(rule, sample):
    text = sample if rule.where == "title" else f"Title\n{sample}"
    place = next(module._found(rule, text, rule.found[-2:]), None)
    return place and f"{place.place}, {place.state}"


@RULES
def test_the_example_of_a_rule_gives_its_place(rule):
    assert by_rule(rule, rule.example) == rule.found


@RULES
def test_the_counter_example_of_a_rule_gives_nothing(rule):
    assert by_rule(rule, rule.counter_example) is None


def test_ids_of_rules_are_unique():
    assert len({rule.id for rule in rules()}) == len(rules())


@pytest.mark.parametrize(
    "text, state, expected",
    [
        ("Worcester Man Arrested\nBOSTON - x", "MA", ("Worcester", "MA", "Worcester County")),
        ("WORCESTER MAN ARRESTED\nx", "MA", ("Worcester", "MA", "Worcester County")),
        ("ST. PAUL MAN SENTENCED\nx", "MN", ("St. Paul", "MN", None)),
        ("Former North Little Rock Man Sentenced\nx", "AR", ("North Little Rock", "AR", "Pulaski County")),
        ("Coeur d'Alene Man Sentenced\nx", "ID", ("Coeur d'Alene", "ID", "Kootenai County")),
        ("Boston-Area Man Charged\nx", "MA", ("Boston", "MA", "Suffolk County")),
        ("Carrollton, Texas, Man Sentenced\nx", "TX", ("Carrollton", "TX", None)),
        ("T\nA 34-year-old man from Elizabethtown, Kentucky, x", "KY", ("Elizabethtown", "KY", "Hardin County")),
        ("T\nX, 45, of Laredo, x", "TX", ("Laredo", "TX", "Webb County")),
        ("T\nX, age 34, of Waldorf, Maryland, x", "MD", ("Waldorf", "MD", "Charles County")),
        ("T\nA Saginaw resident x", "MI", ("Saginaw", "MI", "Saginaw County")),
        ("T\nX, 41, of O’Fallon, Ill., x", "IL", ("O'Fallon", "IL", "St. Clair County")),
        ("T\nX, 41, of Española, x", "NM", ("Española", "NM", "Rio Arriba County")),
        ("T\nX, 41, of Truth or Consequences, x", "NM", ("Truth or Consequences", "NM", "Sierra County")),
        ("T\nLAREDO, Texas – x", "TX", ("Laredo", "TX", "Webb County")),
        ("T\nWINSTON-SALEM, N.C. — x", "NC", ("Winston-Salem", "NC", "Forsyth County")),
        ("T\nBOSTON - x in federal court in Worcester", "MA", ("Worcester", "MA", "Worcester County")),
        ("T\nNEW YORK - x", "NY", ("New York", "NY", "New York County")),
    ],
)
def test_the_place_is_found(text, state, expected):
    assert found(text, state) == expected


@pytest.mark.parametrize("name", ["Graham Co.", "Graham County", "GRAHAM COUNTY"])
def test_a_county_is_its_own_county(name):
    assert found(f"{name} Man Sentenced\nx", "NC") == ("Graham County", "NC", "Graham County")


def test_a_town_of_the_county_in_the_title_says_more():
    text = "{} County Man Sentenced\nX, 45, of Robbinsville, N.C., x"
    assert found(text.format("Graham"), "NC") == ("Robbinsville", "NC", "Graham County")
    assert found(text.format("Wake"), "NC") == ("Wake County", "NC", "Wake County")


@pytest.mark.parametrize(
    "text, state, expected",
    [
        ("San Juan Man\nx", "PR", ("San Juan", "PR", "San Juan Municipio")),
        ("T\nX, 30, of Dededo, Guam, x", "GU", ("Dededo", "GU", "Guam")),
        ("T\nST. THOMAS, USVI - x", "VI", ("St. Thomas", "VI", None)),
        ("T\nSAIPAN, MP - x", "MP", ("Saipan", "MP", None)),
        ("T\nX, 40, of Pago Pago, American Samoa, x", "AS", ("Pago Pago", "AS", None)),
        ("T\nX, 31, of Washington, D.C., x", "DC", ("Washington", "DC", "District of Columbia")),
        ("T\nWASHINGTON - x", "DC", ("Washington", "DC", "District of Columbia")),
    ],
)
def test_territories_and_the_capital_work(text, state, expected):
    assert found(text, state) == expected


@pytest.mark.parametrize(
    "text, state",
    [
        ("Texas Man Sentenced\nx", "TX"),
        ("New York Man Sentenced\nx", "NY"),
        ("Young Man Sentenced\nx", "AZ"),
        ("Quillfeather Man Sentenced\nQuillfeather, 45, of Zorblan, x", "TX"),
        ("T\nThe U.S. Attorney for the Eastern District of Texas and the Dallas Field Office", "TX"),
        ("Boston Police Department Thanked\nThe Boston Police Department and Judge Laredo", "MA"),
        ("Two Charged in Murder of Boston Man\nx", "MA"),
        ("T\nA 14-year-old girl from Laredo, x", "TX"),
        ("T\nX, 45, formerly of Laredo, x", "TX"),
        ("T\nX, 30, of London, England, x", "KY"),
        ("T\nWASHINGTON - x", None),
        ("T\nWASHINGTON - x", "PA"),
        ("T\nX, 30, of Springfield, x", None),
        ("", None),
        ("\n", "TX"),
    ],
)
def test_what_is_no_place_of_the_case_is_not_returned(text, state):
    assert find_place(text, state) is None


@pytest.mark.parametrize(
    "text, state, expected",
    [
        ("T\nX, 30, of Jacksonville, Florida, x in federal court in Boston", "MA", "Boston"),
        ("Springfield Man\nX, 30, of Springfield, Missouri, x federal court in Benton.", "IL", "Benton"),
        ("T\nX, 30, of Tijuana, Mexico, x in federal court in San Diego", "CA", "San Diego"),
    ],
)
def test_of_a_defendant_from_elsewhere_the_court_counts(text, state, expected):
    assert find_place(text, state).place == expected


def test_without_the_office_a_place_needs_its_state_or_a_unique_name():
    assert found("T\nX, 30, of Springfield, Mass., x", None) == ("Springfield", "MA", "Hampden County")
    assert found("T\nX, 30, of Chicago, x", None) == ("Chicago", "IL", "Cook County")
    assert find_place("T\nX, 30, of Chicago, x", None).confidence == "low"


def test_what_stands_far_down_is_not_read():
    assert find_place("T\n" + "x " * module.READ_CHARS + "X, 45, of Laredo, x", "TX") is None


@pytest.mark.parametrize(
    "text, code", [("N. C.", "NC"), ("TEXAS", "TX"), ("W.Va.", "WV"), ("Tenn", "TN"), ("Foo", None)]
)
def test_states_are_known_in_every_spelling(text, code):
    assert state_code(text) == code


PIECES = "Man |St. |of |, |45|Laredo|Worcester |WORCESTER|Texas|\n| - |County |(|Co.|é"
pieces = st.sampled_from(PIECES.split("|"))
states = st.sampled_from(["TX", "MA", "PR", None, "", "XX"])


@given(st.one_of(st.text(), st.lists(pieces, max_size=40).map("".join)), states)
def test_any_text_gives_a_place_that_its_span_names_or_none(text, state):
    place = find_place(text, state)
    if place:
        quoted = places.place_key(text[place.start : place.end])
        assert quoted.startswith(places.place_key(place.place).removesuffix("unty"))
        assert place.state == state or not state
        assert (places.place_key(place.place), place.state) in places.towns() | places.counties()


HOSTILE = {
    "capitals": "A",
    "words": "Aa ",
    "datelines": "LAREDO, Texas - ",
    "ages": "45, of Aa ",
    "hyphens": "A-",
    "articles": "a a a ",
    "states": "Laredo, North Carolina, ",
    "lines": "A\n",
    "brackets": "(A (",
    "accents": "É",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("head", ["", "T\n"], ids=["title", "body"])
def test_no_text_keeps_the_rules_busy(head, piece):
    text = head + piece * (1_000_000 // len(piece))
    find_place(head + piece, "TX")  # loads the gazetteer
    started = time.process_time()
    find_place(text, "TX")
    find_place(text, None)
    assert time.process_time() - started < 0.5  # some milliseconds; the machine may be busy


def test_labelled_releases_keep_their_places(root):
    if not LABELLED.is_file():
        pytest.skip("the labelled texts are not here")
    with (root / "data" / "inputs" / "components.csv").open(encoding="utf-8") as file:
        offices = {row["component"]: row for row in csv.DictReader(file)}
    wrong_place, wrong_state, n = [], [], 0
    for line in LABELLED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        codes = row["codes"]
        if codes["is_criminal_case"] != "true" or not codes["place"]:
            continue
        office = offices.get(codes["component"], {})
        state = office.get("state") if office.get("component_kind") == "us_attorney" else None
        place = find_place(f"{row['title']}\n{row['text']}", state)
        n += 1
        if not place or places.place_key(place.place) != places.place_key(codes["place"]):
            wrong_place.append((codes["place"], codes["state"], place))
        if not place or place.state != codes["state"]:
            wrong_state.append((codes["place"], codes["state"], place))
    print(f"place {1 - len(wrong_place) / n:.3f}, state {1 - len(wrong_state) / n:.3f} of {n}", *wrong_place, sep="\n")
    assert len(wrong_place) <= 0.15 * n, wrong_place
    assert len(wrong_state) <= 0.05 * n, wrong_state
