"""The ready questions: each runs, explains itself, and gives the known answers."""

import re
import sqlite3

import pytest

from csea import ROOT, database
from csea.views import PARTS, load_views

VIEWS = {view.name: view for view in load_views(ROOT)}


@pytest.fixture(scope="module")
def connection(tables, schemas):
    opened = sqlite3.connect(":memory:")
    opened.row_factory = sqlite3.Row
    database.fill(opened, tables, schemas)
    for view in VIEWS.values():
        opened.execute(f"CREATE VIEW [{view.name}] AS {view.sql}")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def ask(connection):
    """A function that gives the rows of an SQL question as dicts."""
    return lambda sql: [dict(row) for row in connection.execute(sql)]


def columns_of(connection, name):
    return [item[0] for item in connection.execute(f"SELECT * FROM [{name}] LIMIT 0").description]


@pytest.mark.parametrize("name", sorted(VIEWS))
class TestEveryView:
    def test_has_an_answer(self, ask, name):
        assert ask(f"SELECT * FROM [{name}] LIMIT 1") != []

    def test_has_its_header(self, name):
        text = (ROOT / "schemas" / "views" / f"{name}.sql").read_text(encoding="utf-8")
        heads = re.findall(r"^-- (\w+): \S.*$", text, flags=re.MULTILINE)
        assert heads == list(PARTS)

    def test_asks_a_question_in_its_title(self, name):
        title = VIEWS[name].title
        assert title.endswith("?") or ": " in title

    def test_has_columns_in_lower_snake_case(self, connection, name):
        columns = columns_of(connection, name)
        assert [column for column in columns if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", column)] == []

    def test_names_no_column_twice(self, connection, name):
        columns = columns_of(connection, name)
        assert len(set(columns)) == len(columns)

    def test_says_what_its_numbers_rest_on(self, connection, name):
        coverage = VIEWS[name].coverage
        named = [column for column in columns_of(connection, name) if re.search(rf"\b{column}\b", coverage)]
        is_sentence = len(coverage.split()) > 5 and coverage.endswith(".")
        assert named or is_sentence

    def test_mentions_no_measure_column_that_it_lacks(self, connection, name):
        mentioned = set(re.findall(r"\b(?:n_\w+|\w+_percent)\b", VIEWS[name].coverage))
        assert mentioned - set(columns_of(connection, name)) == set()


HEADER = "-- title: T\n-- question: Q\n-- caveat: C\n-- coverage: V\n"


def load_one(folder, text):
    (folder / "schemas" / "views").mkdir(parents=True)
    (folder / "schemas" / "views" / "sample.sql").write_text(text, encoding="utf-8")
    return load_views(folder)[0]


class TestLoading:
    def test_takes_the_name_from_the_file(self, tmp_path):
        assert load_one(tmp_path, f"{HEADER}SELECT 1;\n").name == "sample"

    def test_leaves_header_and_semicolon_out_of_the_sql(self, tmp_path):
        assert load_one(tmp_path, f"{HEADER}SELECT 1;\n").sql == "SELECT 1"

    @pytest.mark.parametrize("part", PARTS)
    def test_names_the_file_and_the_part_that_a_header_lacks(self, tmp_path, part):
        header = "".join(line for line in HEADER.splitlines(keepends=True) if not line.startswith(f"-- {part}"))
        with pytest.raises(ValueError, match=rf"sample\.sql.* {part}"):
            load_one(tmp_path, f"{header}SELECT 1;\n")


STRATEGIES = "milestone_id LIKE 'protect-act-2008-strategy-%'"


class TestObligationsScorecard:
    @pytest.mark.parametrize("year, least, most", [(2009, 293, 293), (2015, 443, 443), (2023, 120, 149)])
    def test_strategy_came_so_many_days_late(self, ask, year, least, most):
        (row,) = ask(
            "SELECT days_late_least, days_late_most FROM obligations_scorecard"
            f" WHERE milestone_id = 'protect-act-2008-strategy-{year}-due'"
        )
        assert (row["days_late_least"], row["days_late_most"]) == (least, most)

    def test_six_strategies_were_due_by_september_2019(self, ask):
        due = ask(f"SELECT * FROM obligations_scorecard WHERE {STRATEGIES} AND date_due < '2019-09-28'")
        assert len(due) == 6

    def test_two_of_the_six_had_appeared(self, ask):
        met = ask(
            f"SELECT date_due FROM obligations_scorecard WHERE {STRATEGIES} AND date_occurred < '2019-09-28'"
            " AND status LIKE 'met%'"
        )
        assert [row["date_due"] for row in met] == ["2009-10-13", "2015-02-01"]

    def test_missed_duty_has_no_days_late(self, ask):
        assert ask("SELECT * FROM obligations_scorecard WHERE status = 'not_met' AND days_late_most IS NOT NULL") == []

    def test_duty_met_on_time_is_not_late(self, ask):
        assert ask("SELECT * FROM obligations_scorecard WHERE status = 'met_on_time' AND days_late_least > 0") == []

    def test_has_every_obligation_once(self, ask):
        (row,) = ask("SELECT count(*) AS rows, count(DISTINCT milestone_id) AS ids FROM obligations_scorecard")
        (all_of_them,) = ask("SELECT count(*) AS n FROM milestones WHERE milestone_kind = 'obligation'")
        assert row["rows"] == row["ids"] == all_of_them["n"]


class TestFundingGap:
    @pytest.mark.parametrize("year, percent", [(2023, 68.0), (2024, 66.5)])
    def test_gives_the_share_appropriated(self, ask, year, percent):
        assert ask(f"SELECT appropriated_percent FROM funding_gap WHERE fiscal_year = {year}") == [
            {"appropriated_percent": percent}
        ]

    def test_leaves_years_without_an_amount_empty(self, ask):
        assert ask("SELECT appropriated_usd FROM funding_gap WHERE fiscal_year = 2015") == [{"appropriated_usd": None}]

    def test_keeps_the_stimulus_apart_from_the_yearly_line(self, ask):
        (row,) = ask("SELECT one_time_usd, appropriated_usd FROM funding_gap WHERE fiscal_year = 2009")
        assert (row["one_time_usd"], row["appropriated_usd"]) == (50_000_000, None)

    def test_has_every_year_once(self, ask):
        years = [row["fiscal_year"] for row in ask("SELECT fiscal_year FROM funding_gap ORDER BY fiscal_year")]
        assert years == list(range(years[0], years[-1] + 1))


class TestFunnel:
    def test_reproduces_the_report(self, ask):
        steps = [row["report_2020"] for row in ask("SELECT report_2020 FROM funnel ORDER BY step")]
        assert steps == [1387, 841, 638, 366, 385]

    def test_takes_the_reports_numbers_from_figures(self, ask):
        unlike = ask("SELECT * FROM funnel JOIN figures USING (figure_id) WHERE report_2020 <> figures.value")
        assert unlike == []

    def test_counts_no_more_cases_than_releases(self, ask):
        here = [row["this_dataset"] for row in ask("SELECT this_dataset FROM funnel ORDER BY step")]
        assert here[1] <= here[0]


class TestCybertipline:
    def test_gives_the_reports_of_2023(self, ask):
        assert ask("SELECT reports FROM cybertipline_by_year WHERE year = 2023") == [{"reports": 36_210_368}]

    def test_shows_that_sources_disagree_on_1998(self, ask):
        assert ask("SELECT lowest_published, highest_published FROM cybertipline_by_year WHERE year = 1998") == [
            {"lowest_published": 2772, "highest_published": 4560}
        ]

    def test_has_every_year_once(self, ask):
        years = [row["year"] for row in ask("SELECT year FROM cybertipline_by_year ORDER BY year")]
        assert years == list(range(years[0], years[-1] + 1))


class TestOthers:
    def test_district_view_lists_every_district(self, ask):
        assert ask("SELECT count(*) AS n FROM cases_by_district") == [{"n": 94}]

    def test_district_view_counts_every_case_with_a_district(self, ask):
        counted = ask("SELECT sum(cases) AS n FROM cases_by_district")
        assert counted == ask("SELECT count(district) AS n FROM cases WHERE is_child_exploitation")

    def test_quarter_view_counts_every_dated_case(self, ask):
        counted = ask("SELECT sum(cases) AS n FROM cases_by_quarter")
        assert counted == ask("SELECT count(quarter) AS n FROM cases WHERE is_child_exploitation")

    def test_origins_make_the_whole(self, ask):
        (row,) = ask("SELECT sum(cases) AS n, max(n_cases) AS whole, sum(percent_of_cases) AS percent FROM origins")
        assert (row["n"], round(row["percent"])) == (row["whole"], 100)

    def test_conduct_shares_of_a_scope_make_the_whole(self, ask):
        shares = ask("SELECT sum(n_this_conduct) AS n, max(n_uses) AS whole FROM conduct_shares GROUP BY scope")
        assert [row for row in shares if row["n"] != row["whole"]] == []

    def test_disagreements_disagree(self, ask):
        assert ask("SELECT * FROM disagreements WHERE value_a = value_b") == []

    def test_listed_providers_are_no_more_than_all(self, ask):
        assert ask("SELECT * FROM reports_by_provider WHERE percent_of_year_listed > 100.05") == []

    def test_summary_counts_every_verdict(self, ask):
        counted = "n_met_on_time + n_met_late + n_not_met + n_pending + n_unknown"
        (summary,) = ask(f"SELECT sum({counted}) AS n FROM obligations_summary")
        assert [summary] == ask("SELECT count(*) AS n FROM obligations_scorecard")
