"""The report's questions on eight cases that can be counted by eye: mentions, repeats, scope, dates and coverage."""

import re
import sqlite3

import pytest

from csea import ROOT, answers
from csea.link.coverage import FACEBOOK
from csea.schema.sqlite import create_table
from csea.views import load_views

VIEWS = {view.name: view for view in load_views(ROOT)}
BLANK = {"string": "", "integer": 0, "number": 0, "boolean": 0, "date": ""}

# release, day, case, in scope, concerns child exploitation, coded by
RELEASES = [
    ("r1", "2014-02-10", "A", 1, 1, "human"),
    ("r2", "2014-05-10", "A", 1, 1, "machine"),
    ("r3", "2015-03-01", "B", 1, 1, "machine"),
    ("r4", None, "C", 1, 1, "human"),
    ("r5", "2018-04-10", "D", 1, 1, "machine"),
    ("r6", "2018-04-11", "E", 1, 1, "machine"),
    ("r7", "2018-06-01", "F", 0, 0, "human"),  # out of scope
    ("r8", "2020-06-01", None, 1, 1, "human"),  # a program, no case, after the report
    ("r9", "2016-01-05", "G", 1, 0, "machine"),  # a fraud on Facebook
    ("r10", "2018-07-01", "H", 1, 1, "machine"),
]
ROLES = [
    ("r1", "facebook", "used"),
    ("r1", "facebook", "mentioned"),
    ("r2", "facebook_messenger", "used"),
    ("r3", "facebook", "mentioned"),
    ("r3", "kik", "used"),
    ("r4", "facebook", "reported_by"),
    ("r6", "snapchat", "used"),
    ("r8", "kik", "mentioned"),
    ("r9", "facebook", "used"),
]
CONDUCT = [("r1", "csam"), ("r2", "csam"), ("r3", "grooming"), ("r3", "csam")]
# case, origin, first day, quarter, concerns child exploitation, latitude, what the point is
CASES = [
    ("A", "not_stated", "2014-02-10", "2014-Q1", 1, 40.0, "place"),
    ("B", "platform_report", "2015-03-01", "2015-Q1", 1, 41.0, "county"),
    ("C", "ncmec_report", None, None, 1, 42.0, "district"),
    ("D", "undercover", "2018-04-10", "2018-Q2", 1, None, None),
    ("E", "ncmec_report", "2018-04-11", "2018-Q2", 1, 43.0, "place"),
    ("F", "not_stated", "2018-06-01", "2018-Q2", 0, 44.0, "place"),
    ("G", "not_stated", "2016-01-05", "2016-Q1", 0, 45.0, "place"),
    ("H", None, "2018-07-01", "2018-Q3", 1, 46.0, "place"),
]
USES = [("A", "facebook", "csam"), ("A", "facebook_messenger", "csam"), ("B", "kik", "grooming")]
FIGURES = [
    ("ttp_press_releases", 1387, "exact", "2013-01-01", "2019-12-31"),
    ("ttp_cases_facebook", 841, "exact", "2013-01-01", "2019-12-31"),
    ("ttp_examples", 658, "exact", "2013-01-01", "2019-12-31"),
    ("ttp_share_examples_csam", 49, "exact", "2013-01-01", "2019-12-31"),
    ("ttp_share_started_by_tips", 9, "exact", "2013-01-01", "2019-12-31"),
    ("ttp_cases_per_quarter_maximum", 10, "at_most", "2014-01-01", "2014-12-31"),
    ("ttp_tip_cases_per_quarter", 1, "less_than", "2013-01-01", "2018-03-31"),
    ("ttp_tip_cases_per_quarter", 3, "more_than", "2018-04-01", "2019-12-31"),
    ("cybertipline_reports", 1000, "exact", "2018-01-01", "2018-12-31"),
]
ORIGINS = (
    "platform_report",
    "ncmec_report",
    "public_tip",
    "undercover",
    "other_agency_lead",
    "other_investigation",
    "not_stated",
)


def make_world(schemas, enacted="2018-04-11"):
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row

    def insert(table, **cells):
        row = {field.name: BLANK[field.type] for field in schemas[table].fields if field.required} | cells
        marks = ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))

    for schema in schemas.values():
        for statement in create_table(schema):
            connection.execute(statement)
    for platform in ("facebook", "facebook_messenger", "kik", "snapchat", "omegle"):
        insert("platforms", platform_id=platform)
    for code in ORIGINS:
        insert("codes", list="origin", code=code, label=code)
    for release, day, case, in_scope, exploits, method in RELEASES:
        insert(
            "releases",
            release_id=release,
            published_date=day,
            case_id=case,
            in_scope=in_scope,
            is_child_exploitation=exploits,
            coding_method=method,
        )
    for release, platform, role in ROLES:
        insert("release_platforms", release_id=release, platform_id=platform, role=role)
    for release, conduct in CONDUCT:
        insert("release_conduct", release_id=release, conduct=conduct)
    for case, origin, day, quarter, exploits, latitude, precision in CASES:
        insert(
            "cases",
            case_id=case,
            origin=origin,
            first_release_date=day,
            quarter=quarter,
            is_child_exploitation=exploits,
            latitude=latitude,
            longitude=latitude and -80.0,
            geo_precision=precision,
        )
    for case, platform, conduct in USES:
        insert("uses", case_id=case, suspect_no=1, platform_id=platform, conduct=conduct)
    for month, number in (("2014-02", 100), ("2014-03", 20), ("2018-04", 50), ("0000-00", 7)):
        insert("readings", month=month, n_read=number)
    insert("coverage_days", date="2014-02-10", n_listed=240)
    for number, (measure, value, qualifier, start, end) in enumerate(FIGURES):
        insert(
            "figures",
            figure_id=f"f{number}",
            measure_id=measure,
            entity="NCMEC",
            value=value,
            qualifier=qualifier,
            period_start=start,
            period_end=end,
        )
    insert("milestones", milestone_id="fosta-2018-enactment", date_occurred=enacted)
    answers.store(connection, VIEWS.values())
    return connection


@pytest.fixture(scope="module")
def world(schemas):
    connection = make_world(schemas)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def rows(world):
    """A function that gives the rows of a view in which these columns have these values."""

    def rows_of(view, **wanted):
        found = [dict(row) for row in world.execute(f"SELECT * FROM [{view}]")]
        return [row for row in found if wanted.items() <= row.items()]

    return rows_of


@pytest.fixture(scope="module")
def one(rows):
    """A function that gives the only row of a view in which these columns have these values."""

    def one_of(view, **wanted):
        (row,) = rows(view, **wanted)
        return row

    return one_of


@pytest.fixture(scope="module")
def page(world):
    """A function that gives the rows of a view's page when these boxes are filled in."""

    def page_of(view, **boxes):
        assert boxes.keys() <= set(VIEWS[view].parameters)
        values = dict.fromkeys(VIEWS[view].parameters, "") | boxes
        return [dict(row) for row in world.execute(VIEWS[view].page_sql, values)]

    return page_of


def numbers(row, *columns):
    return tuple(row[column] for column in columns)


def test_every_view_names_the_same_facebook_family():
    texts = (" ".join(view.sql.split()) for view in VIEWS.values() if "'facebook_family'," in view.sql)
    families = {match for text in texts for match in re.findall(r"platform_id IN \(([^)]*)\)", text)}
    assert families == {", ".join(f"'{name}'" for name in FACEBOOK)}


class TestCalendarCoverage:
    def test_adds_the_months_of_a_quarter(self, one):
        row = one("calendar_coverage", quarter="2014-Q1")
        assert numbers(row, "n_listed", "n_read_by_rules", "read_percent", "n_coded_by_hand") == (240, 120, 50.0, 1)

    def test_leaves_empty_what_nobody_read(self, one):
        assert one("calendar_coverage", quarter="2015-Q1")["n_read_by_rules"] is None

    def test_shows_releases_without_a_day(self, one):
        row = one("calendar_coverage", quarter="undated")
        assert numbers(row, "year", "n_read_by_rules", "n_coded_by_hand", "n_held_here") == ("undated", 7, 1, 1)

    def test_counts_what_is_out_of_scope_apart(self, one):
        row = one("calendar_coverage", quarter="2018-Q2")
        assert numbers(row, "n_held_here", "n_in_scope") == (3, 2)


class TestCasePlatforms:
    def test_case_with_two_releases_stands_once_in_the_family(self, rows):
        assert len(rows("case_platforms", platform_id="facebook_family", case_id="A")) == 1

    def test_mention_is_no_use_and_no_report(self, one):
        row = one("case_platforms", platform_id="facebook", case_id="B")
        assert numbers(row, "is_named", "is_used", "is_reporter", "is_involved") == (1, 0, 0, 0)

    def test_case_that_names_no_platform_stands_under_any(self, rows):
        assert [row["platform_id"] for row in rows("case_platforms", case_id="D")] == ["any"]

    def test_case_out_of_scope_stands_nowhere(self, rows):
        assert rows("case_platforms", case_id="F") == []

    def test_undated_case_says_so(self, one):
        assert one("case_platforms", platform_id="any", case_id="C")["year"] == "undated"


def steps(rows, platform, year="any"):
    """This dataset's numbers by step."""
    found = rows("funnel", platform_id=platform, year=year)
    return [row["this_dataset"] for row in found]


class TestFunnel:
    def test_counts_every_step_of_the_family(self, rows):
        assert steps(rows, "facebook_family") == [5, 4, 2, None, 1, 1]

    def test_counts_everything_in_scope_once_under_any(self, rows):
        assert steps(rows, "any") == [9, 7, 4, None, 3, 3]

    def test_release_with_two_roles_counts_once(self, rows):
        assert steps(rows, "facebook") == [4, 4, 2, None, 1, 1]

    def test_mention_makes_no_use(self, rows):
        assert steps(rows, "kik") == [2, 1, 1, None, 1, 1]

    def test_platform_that_nothing_names_has_zeros(self, rows):
        assert steps(rows, "omegle") == [0, 0, 0, None, 0, 0]

    def test_says_how_many_cases_only_have_a_report_by_the_platform(self, rows):
        found = rows("funnel", platform_id="facebook_family", year="any")
        assert [row["n_only_reporting"] for row in found] == [None, None, 1, None, 1, None]

    def test_sets_the_report_beside_the_family_alone(self, rows):
        beside = [row for row in rows("funnel") if row["report_2020"]]
        assert {numbers(row, "platform_id", "year") for row in beside} == {("facebook_family", "any")}

    def test_share_of_the_report_runs_from_dated_to_undated_too(self, one):
        row = one("funnel", platform_id="facebook_family", year="any", step=2)
        assert numbers(row, "in_report_period", "n_undated") == (3, 1)
        assert numbers(row, "percent_of_report_least", "percent_of_report_most") == (0.4, 0.5)

    def test_counts_in_the_reports_years_what_is_dated_in_them(self, rows):
        found = rows("funnel", platform_id="kik", year="any")
        assert [row["in_report_period"] for row in found] == [1, 1, 1, None, 1, 1]

    def test_undated_stand_in_a_row_of_their_own(self, rows):
        assert steps(rows, "facebook_family", "undated") == [1, 1, 0, None, 0, 0]

    def test_years_add_up_to_any(self, rows):
        for row in rows("funnel", year="any"):
            same = rows("funnel", platform_id=row["platform_id"], step=row["step"])
            years = [other["this_dataset"] or 0 for other in same if other["year"] != "any"]
            assert sum(years) == (row["this_dataset"] or 0), row

    def test_shows_what_was_read(self, one):
        row = one("funnel", platform_id="kik", year="2014", step=1)
        assert numbers(row, "n_read_by_rules", "n_coded_by_hand") == (120, 1)
        row = one("funnel", platform_id="kik", year="any", step=1)
        assert numbers(row, "n_read_by_rules", "n_coded_by_hand") == (177, 4)

    def test_page_begins_with_the_reports_platform_and_all_years(self, page, rows):
        assert [row["this_dataset"] for row in page("funnel")] == steps(rows, "facebook_family")

    @pytest.mark.parametrize(
        ("first", "last", "releases"),
        [("2014", "2015", 3), ("2015", "", 2), ("", "2014", 2), ("undated", "undated", 1)],
    )
    def test_page_counts_the_years_asked_for(self, page, first, last, releases):
        assert page("funnel", first_year=first, last_year=last)[0]["this_dataset"] == releases

    def test_page_keeps_the_report_beside_other_years(self, page):
        row = page("funnel", first_year="2015", last_year="2015")[0]
        assert numbers(row, "report_2020", "in_report_period") == (1387, 4)


class TestCasesByQuarter:
    def test_counts_cases_of_the_family_that_were_not_only_named(self, rows):
        found = rows("cases_by_quarter", platform_id="facebook_family")
        assert {row["quarter"]: row["cases"] for row in found if row["cases"]} == {"2014-Q1": 1, "undated": 1}

    def test_counts_every_case_on_child_exploitation_once_under_any(self, rows):
        found = rows("cases_by_quarter", platform_id="any")
        assert {row["quarter"]: row["cases"] for row in found if row["cases"]} == {
            "2014-Q1": 1,
            "2015-Q1": 1,
            "2018-Q2": 2,
            "2018-Q3": 1,
            "undated": 1,
        }

    def test_says_how_they_began(self, one):
        row = one("cases_by_quarter", platform_id="any", quarter="2018-Q2")
        assert numbers(row, "started_by_platform_or_ncmec", "started_undercover", "start_not_stated") == (1, 1, 0)
        assert one("cases_by_quarter", platform_id="any", quarter="2018-Q3")["start_not_coded"] == 1

    def test_gives_the_share_that_is_dated(self, rows):
        shares = {row["platform_id"]: row["dated_percent"] for row in rows("cases_by_quarter")}
        assert (shares["facebook_family"], shares["any"], shares["omegle"]) == (50.0, 83.3, None)

    def test_shows_the_reports_maximum_in_the_quarters_of_its_year(self, rows):
        found = [row for row in rows("cases_by_quarter") if row["report_2020_maximum"]]
        assert {numbers(row, "platform_id", "year") for row in found} == {("facebook_family", "2014")}

    @pytest.mark.parametrize(
        ("first", "last", "quarters"),
        [("2015", "2016", 2), ("2016", "", 4), ("", "", 8), ("", "2014", 2), ("undated", "undated", 1)],
    )
    def test_page_gives_the_years_asked_for(self, page, first, last, quarters):
        assert len(page("cases_by_quarter", first_year=first, last_year=last)) == quarters


class TestConductShares:
    def test_suspect_on_both_facebook_services_counts_once_in_the_family(self, one):
        row = one("conduct_shares", platform_id="facebook_family", year="any", conduct="csam")
        assert numbers(row, "n_this_conduct", "n_uses", "this_dataset_percent") == (1, 1, 100.0)

    def test_gives_shares_of_all_uses_under_any(self, one):
        row = one("conduct_shares", platform_id="any", year="any", conduct="grooming")
        assert numbers(row, "n_this_conduct", "n_uses", "this_dataset_percent") == (1, 3, 33.3)

    def test_says_how_many_cases_with_a_used_platform_yield_a_use(self, one):
        row = one("conduct_shares", platform_id="any", year="any", conduct="csam")
        assert numbers(row, "n_cases_using", "n_cases_with_use", "cases_covered_percent") == (3, 2, 66.7)

    def test_gives_no_share_of_nothing(self, one):
        row = one("conduct_shares", platform_id="snapchat", year="any", conduct="csam")
        assert numbers(row, "this_dataset_percent", "n_uses", "n_cases_using") == (None, 0, 1)

    def test_sets_the_report_beside_the_family(self, rows):
        beside = [row for row in rows("conduct_shares") if row["report_2020_percent"]]
        assert [numbers(row, "platform_id", "year", "conduct", "report_2020_percent") for row in beside] == [
            ("facebook_family", "any", "csam", 49)
        ]

    def test_page_sums_the_years_asked_for(self, page):
        found = page("conduct_shares", platform_id="any", first_year="2014", last_year="2014")
        assert {row["conduct"]: row["n_this_conduct"] for row in found if row["n_this_conduct"]} == {"csam": 2}
        assert found[0]["cases_covered_percent"] == 100.0


class TestOrigins:
    def test_gives_the_share_of_tips(self, one):
        row = one("origins", platform_id="any", year="any", origin="ncmec_report")
        assert numbers(row, "cases", "n_cases", "percent_of_cases", "percent_of_stated") == (2, 5, 40.0, 50.0)
        assert row["started_by_platform_or_ncmec_percent"] == 60.0

    def test_says_what_was_not_stated_and_not_coded(self, one):
        row = one("origins", platform_id="any", year="any", origin="not_stated")
        assert numbers(row, "cases", "percent_of_stated", "stated_percent", "n_not_coded") == (1, None, 80.0, 1)

    def test_counts_a_report_by_the_platform_but_no_mention_of_it(self, rows):
        found = rows("origins", platform_id="facebook_family", year="any")
        assert {row["origin"]: row["cases"] for row in found if row["cases"]} == {"not_stated": 1, "ncmec_report": 1}

    def test_sets_the_report_beside_the_family(self, rows):
        beside = {row["platform_id"] for row in rows("origins") if row["report_2020_percent"] == 9}
        assert beside == {"facebook_family"}

    def test_undated_cases_stand_in_a_row_of_their_own(self, one):
        assert one("origins", platform_id="any", year="undated", origin="ncmec_report")["cases"] == 1

    def test_page_sums_the_years_asked_for(self, page):
        found = page("origins", first_year="2015", last_year="2018")
        assert {row["origin"]: row["cases"] for row in found if row["cases"]} == {
            "platform_report": 1,
            "undercover": 1,
            "ncmec_report": 1,
        }
        assert numbers(found[0], "n_cases", "n_not_coded", "first_year", "last_year") == (3, 1, "2015", "2018")


FOSTA = "cybertips_before_after_fosta"


class TestFosta:
    def test_divides_at_the_day_of_enactment(self, one):
        before, after = (one(FOSTA, platform_id="any", year="2018", part=part) for part in ("before", "after"))
        assert numbers(before, "n_cases", "tips") == (1, 0)
        assert numbers(after, "n_cases", "tips", "n_not_coded") == (1, 1, 1)

    def test_takes_the_day_from_the_milestone(self, schemas):
        earlier = make_world(schemas, enacted="2018-04-10")
        found = earlier.execute(f"SELECT n_cases FROM {FOSTA} WHERE platform_id = 'any' AND year = '2018'").fetchall()
        assert [row["n_cases"] for row in found] == [0, 2]

    def test_gives_share_and_number_of_tips(self, one):
        row = one(FOSTA, platform_id="any", year="any", part="before")
        assert numbers(row, "tips", "platform_tips", "ncmec_tips", "tips_percent") == (1, 1, 0, 33.3)
        assert numbers(row, "n_quarters", "tips_per_quarter", "stated_percent") == (4, 0.25, 66.7)

    def test_shows_undated_cases_apart(self, one):
        row = one(FOSTA, platform_id="any", year="any", part="undated")
        assert numbers(row, "tips", "n_cases", "n_quarters", "tips_per_quarter") == (1, 1, None, None)

    def test_counts_the_platforms_own_cases(self, one):
        assert one(FOSTA, platform_id="snapchat", year="any", part="after")["tips_percent"] == 100.0
        assert one(FOSTA, platform_id="kik", year="any", part="before")["platform_tips"] == 1
        assert one(FOSTA, platform_id="facebook", year="any", part="before")["platform_tips"] == 0

    def test_shows_cybertipline_reports_of_the_year(self, rows):
        found = {row["year"]: row["cybertipline_reports"] for row in rows(FOSTA, platform_id="any")}
        assert (found["2018"], found["2014"], found["any"]) == (1000, None, None)

    def test_sets_the_report_beside_the_family(self, rows):
        found = rows(FOSTA, platform_id="facebook_family", year="any")
        assert [row["report_2020_tips_per_quarter"] for row in found] == ["less than 1", "more than 3", None]

    def test_page_begins_with_sums_of_the_years_asked_for(self, page):
        found = page(FOSTA, first_year="2014", last_year="2018")
        sums = [numbers(row, "part", "n_cases", "tips") for row in found if row["year"] == "sum"]
        assert sums == [("before", 3, 1), ("after", 1, 1)]
        assert found[-1]["year"] == "2018"

    def test_page_without_years_shows_undated_cases(self, page):
        assert [row["part"] for row in page(FOSTA) if row["n_cases"] and row["year"] == "undated"] == ["undated"]


class TestCaseMap:
    def test_has_every_case_in_scope_once(self, rows):
        assert [row["case_id"] for row in rows("case_map")] == ["A", "B", "C", "D", "E", "G", "H"]

    def test_keeps_used_reporting_and_mentioned_platforms_apart(self, rows):
        columns = ("platforms_used", "platforms_reporting", "platforms_only_mentioned")
        found = {row["case_id"]: numbers(row, *columns) for row in rows("case_map")}
        assert found["A"] == ("facebook facebook_messenger", None, None)
        assert found["B"] == ("kik", None, "facebook")
        assert found["C"] == (None, "facebook", None)

    def test_lists_conduct_once(self, rows):
        found = {row["case_id"]: row["conduct"] for row in rows("case_map")}
        assert (found["A"], found["B"], found["D"]) == ("csam", "csam grooming", None)

    def test_says_what_points_stand_for_and_how_many_there_are(self, one):
        assert numbers(one("case_map", case_id="C"), "latitude", "geo_precision") == (42.0, "district")
        row = one("case_map", case_id="D")
        assert numbers(row, "latitude", "geo_precision", "mapped_percent", "town_percent") == (None, None, 85.7, 57.1)

    def test_shows_nothing_that_could_hold_a_name(self, rows):
        assert {"title", "url", "note", "suspect_no", "release_id", "case_number"} & set(rows("case_map")[0]) == set()

    @pytest.mark.parametrize(
        ("boxes", "cases"),
        [
            ({"platform_id": "facebook_family"}, "ACG"),
            ({"platform_id": "kik"}, "B"),
            ({"first_year": "2015", "last_year": "2016"}, "BG"),
            ({"state": "OH"}, ""),
            ({}, "ABCDEGH"),
        ],
    )
    def test_page_gives_the_cases_asked_for(self, page, boxes, cases):
        assert "".join(row["case_id"] for row in page("case_map", **boxes)) == cases
