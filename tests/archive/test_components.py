"""Names and addresses of offices: each to its own code, and to none rather than to a wrong one."""

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csea.archive.components import ALIASES, PATHS, SECTION_PATHS, SHORT_DIVISIONS, Components
from csea.errors import UsageError

HEADER = "component,name,component_kind,state,district_name\n"


@pytest.fixture(scope="module")
def components(root):
    return Components.read(root)


@pytest.fixture(scope="module")
def attorneys(root):
    """Rows of the U.S. Attorney's Offices."""
    with (root / "data" / "inputs" / "components.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["component_kind"] == "us_attorney"]


def api_name(district):
    """The API's form of a district's name, worked out apart from the module's own way."""
    if district == "District of Columbia":
        return f"USAO - {district}"
    direction, place = re.fullmatch(r"(\w*) ?District of (?:the )?(.*)", district).groups()
    return f"USAO - {place}, {direction}" if direction else f"USAO - {place}"


def test_every_attorneys_office_maps_from_the_apis_name(components, attorneys):
    found = {row["component"]: components.of([{"name": api_name(row["district_name"])}], "") for row in attorneys}
    assert len(found) == 94
    assert found == {code: (code, []) for code in found}


@pytest.mark.parametrize(
    "start", ["https://www.justice.gov/", "http://justice.gov/", "https://www.justice.gov/archives/"]
)
def test_every_attorneys_office_maps_from_its_address(components, attorneys, start):
    found = {row["component"]: components.of("", f"{start}{row['component']}/pr/some-title-0") for row in attorneys}
    assert len(found) == 94
    assert found == {code: (code, []) for code in found}


def test_every_office_maps_from_the_tables_name(components, root):
    with (root / "data" / "inputs" / "components.csv").open(encoding="utf-8", newline="") as file:
        names = {row["component"]: row["name"] for row in csv.DictReader(file)}
    assert {code: components.of(name, "") for code, name in names.items()} == {code: (code, []) for code in names}


def test_known_are_the_codes_of_the_table(components):
    assert {"usao-wdky", "crm", "criminal-ceos", "opa"} < components.known


def test_every_code_of_the_modules_own_tables_is_in_the_table(components):
    codes = [*ALIASES.values(), *SHORT_DIVISIONS.values(), *PATHS.values(), *SECTION_PATHS.values()]
    assert set(codes) <= components.known


@pytest.mark.parametrize(
    "name, code",
    [
        ("USAO - Kentucky, Western", "usao-wdky"),
        ("usao – kentucky,  western ", "usao-wdky"),
        ("USAO - Western District of Kentucky", "usao-wdky"),
        ("USAO - District of Columbia", "usao-dc"),
        ("USAO - Virgin Islands", "usao-vi"),
        ("USAO - West Virginia, Northern", "usao-ndwv"),
        ("USAO - Virginia, Western", "usao-wdva"),
        ("USAO - Guam and Northern Mariana Islands", "usao-gu"),
        ("USAO - Guam & the Northern Mariana Islands", "usao-gu"),
        ("USAO - Guam &amp; Northern Mariana Islands", "usao-gu"),
        ("Criminal Division", "crm"),
        ("Criminal - Child Exploitation and Obscenity Section (CEOS)", "criminal-ceos"),
        ("Criminal - Criminal Fraud Section", "crm"),
        ("Criminal - Some Section, of Two Parts (SSTP)", "crm"),
        ("Civil - Some Branch", "civ"),
        ("Civil Rights - Criminal Section", "crt"),
        ("Environment - Some Section", "enrd"),
        ("Environment and Natural Resources - Some Section", "enrd"),
        ("Antitrust - Some Section", "atr"),
        ("National Security Division (NSD)", "nsd"),
        ("Civil Rights Division (CRT)", "crt"),
        ("Office of the Attorney General", "ag"),
        ("Office of the Deputy Attorney General (ODAG)", "dag"),
        ("Office of Public Affairs", "opa"),
        ("Federal Bureau of Investigation (FBI)", "fbi"),
        ("Bureau of Alcohol, Tobacco, Firearms and Explosives (ATF)", "atf"),
        ("Bureau of Alcohol, Tobacco, Firearms & Explosives", "atf"),
        ("Drug Enforcement Administration (DEA)", "dea"),
        ("Community Oriented Policing Services (COPS)", "cops"),
        ("Office on Violence Against Women (OVW)", "ovw"),
        ("U.S. Trustee Program (USTP)", "ustp"),
        ("INTERPOL Washington", "interpol"),
        ("Federal Bureau of Prisons (BOP)", "bop"),
        ("Bureau of Prisons (BOP)", "bop"),
        ("United States Marshals Service (USMS)", "usms"),
        ("US Marshals Service", "usms"),
        ("Executive Office for Immigration Review", "eoir"),
        ("Executive Office for United States Attorneys (EOUSA)", "usao"),
        ("Office of the Inspector General (OIG)", "oig"),
        ("Office of Justice Programs (OJP)", "ojp"),
        ("U.S. Immigration and Customs Enforcement (ICE)", "ice"),
    ],
)
def test_name_maps(components, name, code):
    assert components.of([{"uuid": "0", "name": name}], "") == (code, [])


@pytest.mark.parametrize(
    "name",
    [
        "USAO",
        "USAO - ",
        "USAO - Columbia",
        "USAO - Kentucky",
        "USAO - Virginia",
        "USAO - Nowhere, Western",
        "USAO - Kentucky, Southern",
        "Office of the Associate Attorney General",
        "Office of the Inspector General (HHS)",
        "Office of the Inspector General (Department of Nowhere)",
        "Justice Management Division",
        "Bureau of Justice Assistance",
        "Division",
        "- Some Section",
        "Nowhere - Some Section",
        "()",
    ],
)
def test_unknown_name_maps_to_nothing_and_is_handed_back(components, name):
    assert components.of([{"name": name}], "") == (None, [name.strip()])


class TestShapes:
    URL = "https://www.justice.gov/usao-wdky/pr/some-title"

    @pytest.mark.parametrize("empty", [None, "", " ", [], {}, [None], [{}], [{"name": None}], [[["x"]]], 3, True, {1}])
    def test_nothing_said_leaves_the_address(self, components, empty):
        assert components.of(empty, self.URL) == ("usao-wdky", [])

    @pytest.mark.parametrize(
        "component",
        [
            [{"uuid": "0", "name": "Tax Division"}],
            {"uuid": "0", "name": "Tax Division"},
            ["Tax Division"],
            "Tax Division",
            [None, {"name": " Tax Division\n"}],
        ],
    )
    def test_name_outranks_the_address(self, components, component):
        assert components.of(component, self.URL) == ("tax", [])

    def test_first_name_that_maps_decides_and_unknown_ones_are_listed(self, components):
        names = [{"name": "Office of Puddles"}, {"name": "USAO - Alaska"}, "Office of Hills", {"name": "Tax Division"}]
        assert components.of(names, self.URL) == ("usao-ak", ["Office of Puddles", "Office of Hills"])

    def test_unknown_name_leaves_the_address(self, components):
        assert components.of("Office of Puddles", self.URL) == ("usao-wdky", ["Office of Puddles"])

    def test_same_answer_the_second_time(self, components):
        answers = [components.of(["Office of Puddles", "Tax Division"], "") for _ in range(3)]
        assert answers == [("tax", ["Office of Puddles"])] * 3

    def test_changing_an_answer_does_not_change_the_next(self, components):
        components.of("Office of Puddles", "")[1].append("more")
        assert components.of("Office of Puddles", "") == (None, ["Office of Puddles"])

    @pytest.mark.parametrize("piece", ["a, ", " ", "(", "a - ", "Tax Division, "])
    def test_what_is_too_long_for_a_name_is_none(self, components, piece):
        text = "a" + piece * 100_000 + "b"
        assert components.of(text, self.URL) == ("usao-wdky", [text])

    @given(
        component=st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.just("name") | st.text(), inner),
        ),
        url=st.none() | st.text() | st.text().map("https://www.justice.gov/".__add__),
    )
    def test_nothing_is_raised(self, components, component, url):
        code, unknown = components.of(component, url)
        assert code is None or code in components.known
        assert all(isinstance(name, str) for name in unknown)


class TestJoinedNames:
    """The R client usdoj writes all names of a release into one text, with commas between."""

    @pytest.mark.parametrize(
        "text, code, unknown",
        [
            ("Tax Division, USAO - Kentucky, Western", "tax", []),
            ("USAO - Kentucky, Western, Tax Division", "usao-wdky", []),
            ("Office of Puddles, USAO - Kentucky, Western", "usao-wdky", ["Office of Puddles"]),
            ("USAO - Alaska, Office of Puddles", "usao-ak", ["Office of Puddles"]),
            ("Criminal - Child Exploitation and Obscenity Section (CEOS), USAO - Alaska", "criminal-ceos", []),
            ("Criminal - Some Section, Bureau of Alcohol, Tobacco, Firearms and Explosives (ATF)", "crm", []),
            ("Office of Puddles, Office of Hills", None, ["Office of Puddles, Office of Hills"]),
        ],
    )
    def test_are_told_apart(self, components, text, code, unknown):
        assert components.of([{"name": text}], "") == (code, unknown)


@pytest.mark.parametrize(
    "url, code",
    [
        ("https://www.justice.gov/opa/pr/some-title", "opa"),
        ("https://www.justice.gov/archives/opa/pr/some-title", "opa"),
        ("https://www.justice.gov/archive/opa/pr/2005/some-title.htm", "opa"),
        ("HTTPS://WWW.JUSTICE.GOV/USAO-WDKY/pr/some-title", "usao-wdky"),
        ("//www.justice.gov/usao-wdky/pr/some-title", "usao-wdky"),
        ("/usao-wdky/pr/some-title", "usao-wdky"),
        ("http://www.usdoj.gov/opa/pr/some-title", "opa"),
        ("https://www.justice.gov/interpol-washington/pr/some-title", "interpol"),
        ("https://www.justice.gov/criminal/pr/some-title", "crm"),
        ("https://www.justice.gov/criminal-ceos/pr/some-title", "criminal-ceos"),
        ("https://www.justice.gov/criminal-fraud/pr/some-title", "crm"),
        ("https://www.justice.gov/civil/pr/some-title", "civ"),
        ("https://www.justice.gov/ust/pr/some-title", "ustp"),
        ("https://www.justice.gov/usao/pr/some-title", "usao"),
        ("https://www.justice.gov/archive/usao/nye/pr/2009/some-title.html", "usao-edny"),
        ("https://www.justice.gov/archive/usao/ma/news/some-title.html", "usao-ma"),
        ("https://www.justice.gov/archive/usao/pr/news/some-title.html", None),
        ("https://www.justice.gov/usao", None),
        ("https://www.justice.gov/usao-nowhere/pr/some-title", None),
        ("https://www.justice.gov/news/usao-wdky/some-title", None),
        ("https://www.example.org/usao-wdky/pr/some-title", None),
        ("https://example.org/?u=https://www.justice.gov/opa/pr/some-title", None),
        ("https://www.justice.gov/", None),
        ("http://[", None),
        ("", None),
        (None, None),
    ],
)
def test_address_maps(components, url, code):
    assert components.of(None, url) == (code, [])


class TestTable:
    def write(self, folder, text):
        (folder / "data" / "inputs").mkdir(parents=True)
        (folder / "data" / "inputs" / "components.csv").write_text(text, encoding="utf-8")
        return Components.read(folder)

    def test_missing_file_is_wrong_usage(self, tmp_path):
        with pytest.raises(UsageError, match="does not exist"):
            Components.read(tmp_path)

    def test_missing_column_is_named(self, tmp_path):
        with pytest.raises(UsageError, match="has no column component_kind, state, district_name"):
            self.write(tmp_path, "component,name\na,Office of Hills\n")

    def test_name_of_two_offices_is_nobodys(self, tmp_path):
        rows = "a,Office of Hills,bureau,DC,\nb,Office of the Hills,bureau,DC,\n"
        assert self.write(tmp_path, HEADER + rows).of("Office of Hills", "") == (None, ["Office of Hills"])

    def test_alias_of_an_office_that_is_not_there_maps_to_nothing(self, tmp_path):
        assert self.write(tmp_path, HEADER).of("Bureau of Prisons", "/civil/pr/a") == (None, ["Bureau of Prisons"])
