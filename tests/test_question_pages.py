"""The pages of all questions, asked with every kind of input: an answer or none, but never an error."""

import sqlite3

import pytest

from csea import ROOT, answers, database
from csea.views import ASKERS, load_views

VIEWS = {view.name: view for view in load_views(ROOT)}
WITH_BOXES = sorted(name for name, view in VIEWS.items() if view.parameters)
WEIRD = ["%", "'", '"; DROP TABLE cases; --', "%' OR 1 = 1 --", "\x00", "ünïcödé ☃", "9" * 400, "x" * 100_000]
WEIRD += [" ", "-1"]


@pytest.fixture(scope="module")
def connection(tables, schemas):
    opened = sqlite3.connect(":memory:")
    opened.row_factory = sqlite3.Row
    database.fill(opened, tables, schemas)
    answers.store(opened, VIEWS.values())
    opened.execute("PRAGMA query_only = ON")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def page(connection):
    """A function that gives the rows of a question's page when these boxes are filled in."""

    def page_of(name, **boxes):
        assert boxes.keys() <= set(VIEWS[name].parameters)
        values = dict.fromkeys(VIEWS[name].parameters, "") | boxes
        return [dict(row) for row in connection.execute(VIEWS[name].page_sql, values)]

    return page_of


def test_everybody_who_asks_has_questions():
    assert {view.asks for view in VIEWS.values()} == set(ASKERS)
    assert len(VIEWS) >= 24


@pytest.mark.parametrize("name", sorted(VIEWS))
class TestEveryQuestion:
    def test_answer_stored_is_that_of_its_sql(self, connection, name):
        stored = connection.execute(f"SELECT * FROM [{name}] ORDER BY rowid").fetchall()
        assert [tuple(row) for row in stored] == [tuple(row) for row in connection.execute(VIEWS[name].sql)]

    def test_page_shows_its_coverage_with_numbers(self, page, name):
        rows = page(name)
        covered = [[row[column] for column in VIEWS[name].page_covered_by] for row in rows]
        assert VIEWS[name].page_covered_by
        assert any(value is not None for values in covered for value in values)


@pytest.mark.parametrize("name", WITH_BOXES)
class TestEveryPageWithBoxes:
    def test_says_what_an_empty_box_stands_for(self, name):
        boxes = set(VIEWS[name].parameters) - {"first_year", "last_year"}
        assert [box for box in boxes if not VIEWS[name].when_empty(box)] == []

    @pytest.mark.parametrize("text", WEIRD, ids=range(len(WEIRD)))
    def test_weird_text_is_no_error(self, page, name, text):
        for box in VIEWS[name].parameters:
            page(name, **{box: text})
        page(name, **dict.fromkeys(VIEWS[name].parameters, text))

    def test_choice_that_is_not_there_gives_an_empty_answer(self, page, name):
        for box in set(VIEWS[name].parameters) - {"first_year", "last_year"}:
            assert page(name, **{box: "nobody-of-this-name"}) == [], box

    def test_years_the_wrong_way_round_give_no_count(self, page, name):
        if not {"first_year", "last_year"} <= set(VIEWS[name].parameters):
            return
        rows = page(name, first_year="2019", last_year="2013")
        counted = [row[column] for row in rows for column in row if column in ("cases", "n", "count_a", "this_dataset")]
        assert not any(counted)


class TestTwoPlatforms:
    def test_the_same_twice_has_the_same_numbers(self, page):
        rows = page("platforms_compared", platform_a="kik", platform_b="kik")
        assert rows
        assert all(
            row[f"{column}_a"] == row[f"{column}_b"] for row in rows for column in ("count", "percent", "n_whole")
        )

    def test_turned_round_they_swap_their_columns(self, page):
        def numbers(a, b, first, second):
            rows = page("platforms_compared", platform_a=a, platform_b=b)
            return {(row["topic"], row["item"], row[f"count_{first}"], row[f"count_{second}"]) for row in rows}

        assert numbers("kik", "snapchat", "a", "b") == numbers("snapchat", "kik", "b", "a")

    def test_one_that_is_not_known_has_no_answer(self, page):
        assert page("platforms_compared", platform_a="kik", platform_b="unheard-of") == []

    def test_one_that_no_case_names_has_zeros_and_no_shares(self, page):
        rows = page("platforms_compared", platform_a="kik", platform_b="adobe")
        assert rows
        assert {(row["count_b"], row["percent_b"], row["n_whole_b"]) for row in rows} == {(0, None, 0)}

    def test_empty_boxes_compare_the_family_with_all(self, page):
        (names,) = {(row["platform_a"], row["platform_b"]) for row in page("platforms_compared")}
        assert names == ("facebook_family", "any")

    def test_parts_of_a_topic_make_its_whole(self, page):
        rows = page("platforms_compared", platform_a="any", platform_b="kik")
        for topic in ("how it began", "conduct"):
            own = [row for row in rows if row["topic"] == topic]
            assert sum(row["count_a"] for row in own) == own[0]["n_whole_a"]


class TestBeforeAndAfterALaw:
    def test_empty_box_asks_for_fosta(self, page):
        assert {row["enacted"] for row in page("before_after_law")} == {"2018-04-11"}

    def test_figure_is_the_mean_of_the_years_on_each_side(self, page, connection):
        (row,) = [row for row in page("before_after_law") if row["what"] == "CyberTipline reports received"]
        mean = "SELECT round(avg(reports), 1) FROM cybertipline_by_year WHERE year BETWEEN ? AND ?"
        sides = [connection.execute(mean, years).fetchone()[0] for years in ((2013, 2017), (2019, 2023))]
        assert [row["before_the_law"], row["after_the_law"]] == sides
        assert (row["n_before"], row["n_after"]) == (5, 5)

    def test_totals_of_cases_show_no_change(self, connection):
        changes = "SELECT count(*), count(change_percent) FROM before_after_law WHERE topic = 'Cases'"
        lines, with_change = connection.execute(changes).fetchone()
        assert lines > 10
        assert with_change == 0

    def test_every_number_says_what_it_rests_on(self, connection):
        empty = "n_before IS NULL OR n_after IS NULL OR n_before + n_after = 0"
        assert connection.execute(f"SELECT * FROM before_after_law WHERE {empty}").fetchall() == []

    def test_provider_leaves_only_its_own_figures(self, page):
        rows = page("before_after_law", provider="Facebook")
        assert {row["provider"] for row in rows} == {"Facebook"}


class TestWhoTippedOff:
    def test_origins_are_those_of_the_cases(self, connection):
        same = "SELECT origin, sum(cases) AS n FROM {} GROUP BY origin ORDER BY origin"
        single = "(SELECT DISTINCT platform_id, year, origin, case_id, 1 AS cases FROM case_platforms"
        single += " WHERE platform_id = 'any' AND is_child_exploitation AND origin IS NOT NULL)"
        here = connection.execute(same.format("(SELECT * FROM who_tipped_off WHERE platform_id = 'any')")).fetchall()
        there = connection.execute(same.format(single)).fetchall()
        assert all(row["n"] >= other["n"] for row, other in zip(here, there, strict=True))
        assert [tuple(row) for row in here if "report" not in row["origin"]] == [
            tuple(row) for row in there if "report" not in row["origin"]
        ]

    def test_names_the_platform_that_reported(self, page):
        named = {row["platform_that_reported"] for row in page("who_tipped_off") if row["who"] == "Platform report"}
        assert "Snapchat" in named


class TestReportsPerWhat:
    def test_most_reports_of_a_year_stand_first(self, page):
        rows = page("reports_per_what", first_year="2023", last_year="2023")
        assert rows[0]["provider"] == "Facebook"
        assert rows[0]["rank_among_listed"] == 1

    def test_quarters_count_only_as_a_whole_year(self, page):
        acted = [row for row in page("reports_per_what", provider="Facebook") if row["per_what_unit"] == "pieces"]
        assert {row["n_figures"] for row in acted} == {4}
        assert 2021 not in {row["year"] for row in acted}

    def test_every_second_number_names_its_figure_and_source(self, connection):
        bare = "per_what IS NOT NULL AND (per_what_figure_id IS NULL OR per_what_source_url IS NULL)"
        assert connection.execute(f"SELECT * FROM reports_per_what WHERE {bare}").fetchall() == []

    def test_lists_every_report_count_of_ncmec(self, connection):
        counted = "SELECT DISTINCT figure_id FROM {} ORDER BY 1"
        here, there = (counted.format(name) for name in ("reports_per_what", "reports_by_provider"))
        assert connection.execute(here).fetchall() == connection.execute(there).fetchall()


class TestDueInYear:
    def test_empty_box_is_the_year_of_the_data(self, page):
        rows = page("due_in_year")
        assert {str(row["year"]) for row in rows} == {row["data_as_of"][:4] for row in rows} != set()

    def test_year_has_what_fell_due_in_it(self, page):
        assert {row["date_due"][:4] for row in page("due_in_year", year="2009")} == {"2009"}

    def test_any_year_has_every_due_date(self, page, connection):
        (due,) = connection.execute("SELECT count(date_due) FROM milestones WHERE obligation_id IS NOT NULL").fetchone()
        assert len(page("due_in_year", year="any")) == due


class TestOthers:
    def test_district_page_lists_every_district_whatever_the_conduct(self, page):
        assert len(page("district_cases")) == len(page("district_cases", conduct="grooming")) == 94

    def test_district_page_counts_every_case_with_a_district(self, page, connection):
        counted = "SELECT count(district) FROM cases WHERE is_child_exploitation"
        assert sum(row["cases"] for row in page("district_cases")) == connection.execute(counted).fetchone()[0]

    def test_ranked_platforms_rest_on_all_cases(self, page, connection):
        (all_of_them,) = connection.execute("SELECT sum(is_child_exploitation) FROM case_map").fetchone()
        assert {row["n_cases"] for row in page("platforms_ranked")} == {all_of_them}

    def test_strategies_are_told_edition_by_edition(self, page):
        rows = page("duty_editions", obligation_id="national-strategy")
        assert [row["edition"] for row in rows] == list(range(1, len(rows) + 1))
        assert rows[0]["n_appeared"] == sum(row["date_appeared"] is not None for row in rows)

    def test_revised_figures_stand_for_the_same_period(self, connection):
        unlike = (
            "SELECT later.figure_id FROM figures_revised JOIN figures AS later ON later.figure_id = figure_after"
            " JOIN figures AS earlier ON earlier.figure_id = figure_before WHERE later.measure_id <> earlier.measure_id"
        )
        assert connection.execute(unlike).fetchall() == []

    def test_hosts_add_up_to_all_rows_with_a_source(self, connection):
        total, whole = connection.execute("SELECT sum(n_rows), max(n_rows_with_source) FROM sources_used").fetchone()
        assert total == whole

    def test_change_is_from_the_year_before(self, page):
        rows = {row["period_start"]: row for row in page("measure_over_time") if row["qualifier"] == "exact"}
        assert rows["1999-01-01"]["change_percent"] == round(100 * (9668 - 4560) / 4560, 1)

    def test_platform_of_a_case_list_is_the_one_that_was_asked_for(self, page):
        assert {row["platform_id"] for row in page("case_platforms", platform_id="kik")} == {"kik"}
        assert not {row["platform_id"] for row in page("case_platforms")} & {"any", "facebook_family"}

    def test_state_of_the_map_may_be_written_small(self, page):
        assert {row["state"] for row in page("case_map", state="oh")} == {"OH"}
        assert page("case_map", state="oh", platform_id="any") == page("case_map", state="OH")
