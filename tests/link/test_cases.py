"""Releases of one prosecution become one case, whatever order they come in and whenever they join."""

import pandas as pd
import pytest

from csea.build import check_inputs
from csea.errors import Report
from csea.link.cases import ORIGINS, STAGES, case_tables, link_cases
from csea.register import Registers, address_key
from csea.rooms import make_tables

RELEASE = {
    "published_date": None,
    "component": "usao-ct",
    "district": "usao-ct",
    "release_kind": "charge",
    "is_criminal_case": "true",
    "is_child_exploitation": "true",
    "origin": "not_stated",
    "n_suspects": "1",
    "place": "Sampletown",
    "state": "CT",
    "confidence": "high",
}
OFFICES = [
    {"component": "usao-ct", "latitude": "41.3082", "longitude": "-72.9282"},
    {"component": "ice", "latitude": None, "longitude": None},
]


BY_DOCKET = {"link_method": "docket_number", "link_score": "0.9"}
FOUND = ["key_sha256", "case_key", "link_method", "link_score", "link_rules_version"]


def text(rows: list[dict[str, str | None]], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns, dtype="str")


def empty_registers() -> Registers:
    columns = ["id", "key_sha256", "issued_in", "state", "forwards_to"]
    return Registers.of({name: text([], columns) for name in ("releases", "cases", "suspects")})


def link(
    *releases: dict[str, object], registers: Registers | None = None, seed: int | None = None
) -> dict[str, pd.DataFrame]:
    """The link room's tables.

    Each release differs from ``RELEASE`` as given; ``group`` joins releases by hand and ``case_key`` by rule,
    ``platforms`` (id to role) and ``conduct`` fill the other tables. With ``seed`` all tables are shuffled first.
    """
    registers = registers or empty_registers()
    urls = [f"https://example.org/{number}" for number in range(len(releases))]
    ids = registers.releases.issue(map(address_key, urls), "1.0.0")
    found = [
        {"key_sha256": address_key(url), "case_key": row["case_key"], **BY_DOCKET}
        for url, row in zip(urls, releases, strict=True)
        if "case_key" in row
    ]
    rows = [RELEASE | {"release_id": id_} | row for id_, row in zip(ids, releases, strict=True)]
    coded = {
        "releases": text(rows, ["release_id", *RELEASE]),
        "release_platforms": text(
            [
                {"release_id": row["release_id"], "platform_id": name, "role": role}
                for row in rows
                for name, role in row.get("platforms", {}).items()
            ],
            ["release_id", "platform_id", "role"],
        ),
        "release_conduct": text(
            [{"release_id": row["release_id"], "conduct": kind} for row in rows for kind in row.get("conduct", [])],
            ["release_id", "conduct"],
        ),
    }
    groups = [{"url": url, "group": row["group"]} for url, row in zip(urls, releases, strict=True) if "group" in row]
    inputs = {
        "case_groups": text(groups, ["url", "group"]),
        "components": text(OFFICES, list(OFFICES[0])),
        "found_releases": text(found, FOUND),
    }
    if seed is not None:
        coded, inputs = shuffled(coded, seed), shuffled(inputs, seed)
    linked = link_cases(coded["releases"], inputs, registers, "1.0.0")
    return case_tables(coded, inputs, registers, linked, "1.0.0")


def shuffled(frames: dict[str, pd.DataFrame], seed: int) -> dict[str, pd.DataFrame]:
    return {name: frame.sample(frac=1, random_state=seed).reset_index(drop=True) for name, frame in frames.items()}


def one_case(*releases: dict[str, object]) -> dict[str, object]:
    """The case that the releases make together; None for what is empty."""
    cases = link(*({"group": "one"} | release for release in releases))["cases"]
    assert len(cases) == 1
    return {name: None if pd.isna(value) else value for name, value in cases.iloc[0].items()}


def case_ids(tables: dict[str, pd.DataFrame]) -> list[str | None]:
    return [None if pd.isna(value) else value for value in tables["releases"]["case_id"]]


class TestGroups:
    def test_two_releases_of_a_group_are_one_case(self):
        assert case_ids(link({"group": "a"}, {"group": "a"})) == ["c000001", "c000001"]

    def test_releases_without_a_group_stay_apart(self):
        assert case_ids(link({}, {})) == ["c000001", "c000002"]

    def test_two_groups_stay_apart(self):
        assert case_ids(link({"group": "a"}, {"group": "b"}, {"group": "a"})) == ["c000001", "c000002", "c000001"]

    def test_release_that_is_no_criminal_case_has_no_case(self):
        assert case_ids(link({"is_criminal_case": "false"}, {})) == [None, "c000001"]

    def test_every_release_of_a_case_has_a_link(self):
        links = link({"group": "a"}, {}, {"group": "a"}, {"is_criminal_case": "false"})["case_links"]
        assert links[["case_id", "release_id", "method"]].values.tolist() == [
            ["c000001", "r0000001", "hand_grouped"],
            ["c000002", "r0000002", "only_release"],
            ["c000001", "r0000003", "hand_grouped"],
        ]

    def test_releases_of_a_case_are_counted(self):
        assert one_case({}, {}, {})["n_releases"] == "3"


class TestPermanence:
    def test_case_keeps_its_id_when_a_release_joins_later(self):
        registers = empty_registers()
        before = link({}, {}, registers=registers)
        after = link({}, {"group": "a"}, {"group": "a"}, registers=registers)
        assert (case_ids(before), case_ids(after)) == (["c000001", "c000002"], ["c000001", "c000002", "c000002"])

    def test_case_keeps_its_id_when_another_release_comes_first(self):
        registers = empty_registers()
        link({"group": "a"}, {"group": "a"}, registers=registers)
        assert case_ids(link({"group": "a"}, {"group": "a"}, {}, registers=registers, seed=1)).count("c000001") == 2

    def test_two_cases_found_to_be_one_keep_the_older_id(self):
        registers = empty_registers()
        link({}, {}, registers=registers)
        assert case_ids(link({"group": "a"}, {"group": "a"}, registers=registers)) == ["c000001", "c000001"]

    def test_name_of_a_group_may_change(self):
        registers = empty_registers()
        link({}, {"group": "a"}, {"group": "a"}, registers=registers)
        assert case_ids(link({}, {"group": "b"}, {"group": "b"}, registers=registers)) == [
            "c000001",
            "c000002",
            "c000002",
        ]


class TestDates:
    releases = ({"published_date": "2015-06-01"}, {"published_date": "2014-12-31"}, {"published_date": None})

    def test_first_is_the_earliest(self):
        assert one_case(*self.releases)["first_release_date"] == "2014-12-31"

    def test_last_is_the_latest(self):
        assert one_case(*self.releases)["last_release_date"] == "2015-06-01"

    def test_are_empty_where_no_release_is_dated(self):
        case = one_case({}, {})
        assert (case["first_release_date"], case["last_release_date"], case["quarter"]) == (None, None, None)

    @pytest.mark.parametrize(
        "date, quarter",
        [
            ("2015-01-01", "2015-Q1"),
            ("2015-03-31", "2015-Q1"),
            ("2015-04-01", "2015-Q2"),
            ("2015-06-30", "2015-Q2"),
            ("2015-09-30", "2015-Q3"),
            ("2015-10-01", "2015-Q4"),
            ("2015-12-31", "2015-Q4"),
        ],
    )
    def test_quarter_is_that_of_the_first(self, date, quarter):
        assert one_case({"published_date": date}, {"published_date": "2019-05-05"})["quarter"] == quarter


class TestFacts:
    def test_suspects_are_the_largest_number_not_the_last_in_the_alphabet(self):
        assert one_case({"n_suspects": "9"}, {"n_suspects": "10"}, {"n_suspects": None})["n_suspects"] == "10"

    def test_suspects_stay_empty_where_no_release_counts_them(self):
        assert one_case({"n_suspects": None})["n_suspects"] is None

    @pytest.mark.parametrize("early, late", list(zip(STAGES[1:], STAGES, strict=False)))
    def test_kind_is_the_furthest_stage(self, early, late):
        assert one_case({"release_kind": late}, {"release_kind": early})["latest_kind"] == late

    @pytest.mark.parametrize("weak, strong", list(zip(ORIGINS[1:], ORIGINS, strict=False)))
    def test_origin_is_the_strongest_statement(self, weak, strong):
        assert one_case({"origin": weak}, {"origin": strong}, {"origin": None})["origin"] == strong

    def test_origin_stays_empty_where_no_release_has_one(self):
        assert one_case({"origin": None})["origin"] is None

    def test_case_concerns_exploitation_if_one_release_does(self):
        case = one_case({"is_child_exploitation": "false"}, {"is_child_exploitation": "true"})
        assert case["is_child_exploitation"] == "true"

    def test_confidence_is_that_of_the_best_release(self):
        assert one_case({"confidence": "low"}, {"confidence": "medium"})["confidence"] == "medium"

    def test_prosecuting_office_stands_for_the_case_before_a_partner(self):
        partner = {"component": "ice", "published_date": "2015-01-01"}
        assert one_case(partner, {"published_date": "2016-01-01"})["component"] == "usao-ct"

    def test_kind_that_no_case_can_have_is_left_for_the_checks(self):
        assert one_case({"release_kind": "program"})["latest_kind"] == "program"


class TestPlace:
    def test_is_that_of_the_earliest_release_that_names_one(self):
        case = one_case(
            {"published_date": "2016-01-01", "place": "Latertown"},
            {"published_date": "2015-01-01", "place": "Sampletown"},
            {"published_date": "2014-01-01", "place": None},
        )
        assert case["place"] == "Sampletown"

    @pytest.mark.parametrize("place, county", [("Sample County", "Sample County"), ("Sample Parish", "Sample Parish")])
    def test_that_is_a_county_is_given_as_county(self, place, county):
        assert one_case({"place": place})["county"] == county

    @pytest.mark.parametrize("place", ["Sampletown", "County Line Village", None])
    def test_that_is_no_county_leaves_it_empty(self, place):
        assert one_case({"place": place})["county"] is None


class TestPoint:
    def test_is_that_of_a_town_in_the_gazetteer(self):
        case = one_case({"place": "Hartford", "state": "CT"})
        found = float(case["latitude"]), float(case["longitude"])
        assert found == (pytest.approx(41.76, abs=0.02), pytest.approx(-72.69, abs=0.02))

    def test_of_a_town_says_so(self):
        assert one_case({"place": "Hartford", "state": "CT"})["geo_precision"] == "place"

    @pytest.mark.parametrize("row", [{"place": "Sampletown"}, {"place": None}, {"place": "Hartford", "state": "AK"}])
    def test_of_an_unknown_place_is_that_of_the_district(self, row):
        case = one_case(row)
        assert (case["latitude"], case["longitude"], case["geo_precision"]) == ("41.3082", "-72.9282", "district")

    @pytest.mark.parametrize("district", ["ice", None])
    def test_is_empty_where_neither_is_known(self, district):
        case = one_case({"district": district})
        assert (case["latitude"], case["longitude"], case["geo_precision"]) == (None, None, None)


KIK = {"platforms": {"kik": "used"}, "conduct": ["csam"]}


def uses(*releases: dict[str, object]) -> list[list[str]]:
    return link(*releases)["uses"][["case_id", "suspect_no", "platform_id", "conduct"]].values.tolist()


class TestUses:
    def test_one_suspect_and_one_kind_of_conduct_make_a_use(self):
        assert uses(KIK) == [["c000001", "1", "kik", "csam"]]

    def test_each_platform_used_makes_a_use(self):
        found = uses(KIK | {"platforms": {"kik": "used", "snapchat": "used"}})
        assert [use[2] for use in found] == ["kik", "snapchat"]

    @pytest.mark.parametrize("n_suspects", ["2", None])
    def test_several_or_uncounted_suspects_make_none(self, n_suspects):
        assert uses(KIK | {"n_suspects": n_suspects}) == []

    @pytest.mark.parametrize("conduct", [["csam", "grooming"], []])
    def test_several_or_no_kinds_of_conduct_make_none(self, conduct):
        assert uses(KIK | {"conduct": conduct}) == []

    @pytest.mark.parametrize("role", ["mentioned", "reported_by"])
    def test_other_roles_than_used_make_none(self, role):
        assert uses(KIK | {"platforms": {"kik": role}}) == []

    def test_release_that_is_no_criminal_case_makes_none(self):
        assert uses(KIK | {"is_criminal_case": "false"}) == []

    def test_two_releases_of_a_case_that_say_the_same_make_one(self):
        assert uses(KIK | {"group": "a"}, KIK | {"group": "a"}) == [["c000001", "1", "kik", "csam"]]

    def test_two_cases_make_one_each(self):
        assert [use[0] for use in uses(KIK, KIK)] == ["c000001", "c000002"]


def in_order(frame: pd.DataFrame) -> list[list[str | None]]:
    rows = frame.sort_values(list(frame.columns)).astype("object")
    return rows.where(rows.notna(), None).values.tolist()


@pytest.mark.parametrize("table", ["releases", "cases", "case_links", "uses"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shuffled_input_gives_the_same_table(table, seed):
    registers = empty_registers()
    releases = (
        KIK | {"group": "a", "published_date": "2015-01-01", "place": "Sampletown"},
        KIK | {"group": "a", "published_date": "2015-01-01", "place": "Othertown", "component": "ice"},
        {"group": "a", "n_suspects": "12", "release_kind": "plea"},
        KIK | {"platforms": {"snapchat": "used", "kik": "used"}},
        {"is_criminal_case": "false"},
    )
    plain = link(*releases, registers=registers)
    assert in_order(link(*releases, registers=registers, seed=seed)[table]) == in_order(plain[table])


def test_shuffled_hand_kept_files_give_the_same_tables(project):
    report = Report()
    inputs, ids = check_inputs(project, report)
    registers = Registers.of(ids)
    plain = make_tables(project, inputs, registers, report)
    mixed = make_tables(project, shuffled(inputs, 1), registers, report)
    assert report.errors == []
    differing = [name for name in project.tables if not plain[name].equals(mixed[name])]
    assert differing == []


class TestRules:
    def test_releases_of_one_case_key_are_one_case(self):
        assert link({"case_key": "a"}, {"case_key": "a"})["cases"]["n_releases"].to_list() == ["2"]

    def test_link_of_a_rule_has_its_method_and_score_and_is_not_reviewed(self):
        links = link({"case_key": "a"}, {"case_key": "a"})["case_links"]
        assert set(zip(links["method"], links["score"], links["reviewed"], strict=True)) == {
            ("docket_number", "0.9", "false")
        }

    def test_person_keeps_apart_what_rules_joined(self):
        linked = link({"case_key": "a", "group": "one"}, {"case_key": "a", "group": "two"})
        assert linked["cases"]["n_releases"].to_list() == ["1", "1"]

    def test_group_of_a_person_takes_in_what_rules_put_beside_it(self):
        linked = link({"group": "one"}, {"group": "one", "case_key": "a"}, {"case_key": "a"})
        assert linked["cases"]["n_releases"].to_list() == ["3"]
