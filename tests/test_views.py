"""The ready questions: each runs, explains itself, and gives the known answers."""

import re
import sqlite3

import pytest

from csea import ROOT, answers, database
from csea.views import ASKERS, PARTS, TEXTS, load_views

VIEWS = {view.name: view for view in load_views(ROOT)}


@pytest.fixture(scope="module")
def connection(tables, schemas):
    opened = sqlite3.connect(":memory:")
    opened.row_factory = sqlite3.Row
    database.fill(opened, tables, schemas)
    answers.store(opened, VIEWS.values())
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
        heads = re.findall(r"^-- ([a-z ]+): \S.*$", text, flags=re.MULTILINE)
        page = heads.index("page") if VIEWS[name].boxes else len(heads)
        assert [head for head in heads[:page] if head != "index"] == list(PARTS)
        assert set(heads[page:]) <= {"page", "covered by"}

    def test_has_a_page_that_answers_with_empty_boxes(self, connection, name):
        assert connection.execute(VIEWS[name].page_sql, dict.fromkeys(VIEWS[name].parameters, "")).fetchone()

    def test_says_in_words_what_each_box_takes(self, name):
        said = re.findall(r"\w+", VIEWS[name].boxes)
        assert [box for box in VIEWS[name].parameters if box not in said] == []

    def test_leaves_no_order_to_chance(self, connection, name):
        values = dict.fromkeys(VIEWS[name].parameters, "")
        answers = []
        for order in ("OFF", "ON"):
            connection.execute(f"PRAGMA reverse_unordered_selects = {order}")
            answers.append(
                [connection.execute(sql, values).fetchall() for sql in (VIEWS[name].sql, VIEWS[name].page_sql)]
            )
        connection.execute("PRAGMA reverse_unordered_selects = OFF")
        assert answers[0] == answers[1]

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


HEADER = f"-- title: T\n-- question: Q\n-- caveat: C\n-- coverage: V\n-- asks: {ASKERS[0]}\n-- covered by: n, m\n"


def load_one(folder, text):
    (folder / "schemas" / "views").mkdir(parents=True)
    (folder / "schemas" / "views" / "sample.sql").write_text(text, encoding="utf-8")
    return load_views(folder)[0]


class TestLoading:
    def test_takes_the_name_from_the_file(self, tmp_path):
        assert load_one(tmp_path, f"{HEADER}SELECT 1;\n").name == "sample"

    def test_leaves_header_and_semicolon_out_of_the_sql(self, tmp_path):
        assert load_one(tmp_path, f"{HEADER}SELECT 1;\n").sql == "SELECT 1"

    def test_page_of_a_question_without_boxes_is_the_whole_answer(self, tmp_path):
        view = load_one(tmp_path, f"{HEADER}SELECT 1;\n")
        assert (view.page_sql, view.boxes, view.parameters) == ("SELECT * FROM [sample] ORDER BY rowid", "", ())

    def test_second_select_is_the_page(self, tmp_path):
        view = load_one(tmp_path, f"{HEADER}SELECT 1;\n\n-- page: year, then b\nSELECT :b, :year;\n")
        assert (view.sql, view.page_sql) == ("SELECT 1", "SELECT :b, :year")

    def test_boxes_stand_in_the_order_of_the_sentence(self, tmp_path):
        view = load_one(tmp_path, f"{HEADER}SELECT 1;\n-- page: year, then b\nSELECT :b, :year;\n")
        assert (view.boxes, view.parameters) == ("year, then b", ("year", "b"))

    def test_box_that_the_sentence_names_twice_is_one_box(self, tmp_path):
        view = load_one(tmp_path, f"{HEADER}SELECT 1;\n-- page: year is a year (empty: this year)\nSELECT :year;\n")
        assert view.parameters == ("year",)

    def test_sentence_says_what_an_empty_box_stands_for(self, tmp_path):
        view = load_one(tmp_path, f"{HEADER}SELECT 1;\n-- page: b is a bay (empty: all); year\nSELECT :b, :year;\n")
        assert (view.when_empty("b"), view.when_empty("year")) == ("all", "")

    def test_names_the_box_that_the_sentence_leaves_out(self, tmp_path):
        with pytest.raises(ValueError, match=r"sample\.sql.* does not say what year is"):
            load_one(tmp_path, f"{HEADER}SELECT 1;\n-- page: b\nSELECT :b, :year;\n")

    @pytest.mark.parametrize("part", PARTS)
    def test_names_the_file_and_the_part_that_a_header_lacks(self, tmp_path, part):
        header = "".join(line for line in HEADER.splitlines(keepends=True) if not line.startswith(f"-- {part}"))
        with pytest.raises(ValueError, match=rf"sample\.sql.* {part}"):
            load_one(tmp_path, f"{header}SELECT 1;\n")

    def test_header_of_an_earlier_version_needs_its_texts_alone(self, tmp_path):
        header = "".join(line for line in HEADER.splitlines(keepends=True) if line[3:].split(":")[0] in TEXTS)
        (tmp_path / "schemas" / "views").mkdir(parents=True)
        (tmp_path / "schemas" / "views" / "old.sql").write_text(f"{header}SELECT 1;\n", encoding="utf-8")
        (view,) = load_views(tmp_path, is_past=True)
        assert (view.asks, view.covered_by) == ("", ())

    def test_coverage_columns_are_those_of_the_answer_and_of_the_page(self, tmp_path):
        view = load_one(tmp_path, f"{HEADER}SELECT 1;\n-- page: a\n-- covered by: n_a\nSELECT :a;\n")
        assert (view.covered_by, view.page_covered_by) == (("n", "m"), ("n_a",))

    def test_page_has_the_coverage_of_the_answer_unless_it_says_otherwise(self, tmp_path):
        assert load_one(tmp_path, f"{HEADER}SELECT 1;\n").page_covered_by == ("n", "m")

    def test_somebody_unknown_who_asks_is_named(self, tmp_path):
        with pytest.raises(ValueError, match=r"sample\.sql: nobody of the name 'Martians' asks"):
            load_one(tmp_path, f"{HEADER.replace(ASKERS[0], 'Martians')}SELECT 1;\n")

    def test_index_is_a_line_of_columns(self, tmp_path):
        assert load_one(tmp_path, f"{HEADER}-- index: a, b\n-- index: c\nSELECT 1;\n").indexes == (("a", "b"), ("c",))


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


REPORTED = "platform_id = 'facebook_family' AND year = 'any'"
ALL = "platform_id = 'any' AND year = 'any'"


class TestFunnel:
    def test_reproduces_the_report(self, ask):
        steps = [row["report_2020"] for row in ask(f"SELECT report_2020 FROM funnel WHERE {REPORTED} ORDER BY step")]
        assert steps == [1387, 841, 638, 658, 366, 385]

    def test_takes_the_reports_numbers_from_figures(self, ask):
        unlike = ask("SELECT * FROM funnel JOIN figures USING (figure_id) WHERE report_2020 <> figures.value")
        assert unlike == []

    def test_no_step_of_cases_has_more_than_the_one_before(self, ask):
        here = ask(f"SELECT this_dataset FROM funnel WHERE {REPORTED} AND step IN (1, 2, 3, 5) ORDER BY step")
        numbers = [row["this_dataset"] for row in here]
        assert numbers == sorted(numbers, reverse=True)

    @pytest.mark.parametrize(
        ("step", "counted"),
        [
            (1, "SELECT sum(in_scope) AS n FROM releases"),
            (2, "SELECT count(DISTINCT case_id) AS n FROM releases WHERE in_scope"),
            (6, "SELECT count(*) AS n FROM uses"),
        ],
    )
    def test_any_counts_what_the_tables_hold(self, ask, step, counted):
        here = ask(f"SELECT this_dataset AS n FROM funnel WHERE platform_id = 'any' AND year = 'any' AND step = {step}")
        assert here == ask(counted)

    def test_releases_of_the_family_are_those_of_the_coverage_table(self, ask):
        here = ask(f"SELECT this_dataset AS n FROM funnel WHERE {REPORTED} AND step = 1")
        assert here == ask("SELECT n_read AS n FROM coverage WHERE coverage_id = 'report_releases'")

    def test_years_add_up_for_every_platform(self, ask):
        sums = "platform_id, step, sum(this_dataset) AS n FROM funnel WHERE step <> 4 AND year"
        assert ask(f"SELECT {sums} <> 'any' GROUP BY 1, 2") == ask(f"SELECT {sums} = 'any' GROUP BY 1, 2")


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


FOSTA = "cybertips_before_after_fosta"


class TestOthers:
    def test_district_view_lists_every_district(self, ask):
        assert ask("SELECT count(*) AS n FROM cases_by_district") == [{"n": 94}]

    def test_district_view_counts_every_case_with_a_district(self, ask):
        counted = ask("SELECT sum(cases) AS n FROM cases_by_district")
        assert counted == ask("SELECT count(district) AS n FROM cases WHERE is_child_exploitation")

    def test_quarter_view_counts_every_case(self, ask):
        counted = "SELECT coalesce(quarter, 'undated') AS quarter, count(*) AS cases FROM cases"
        assert ask("SELECT quarter, cases FROM cases_by_quarter WHERE platform_id = 'any' AND cases > 0") == ask(
            f"{counted} WHERE is_child_exploitation GROUP BY 1 ORDER BY 1"
        )

    def test_origins_make_the_whole(self, ask):
        sums = "sum(cases) AS n, max(n_cases) AS whole, sum(percent_of_cases) AS percent"
        (row,) = ask(f"SELECT {sums} FROM origins WHERE {ALL}")
        assert (row["n"], round(row["percent"])) == (row["whole"], 100)
        assert ask(f"SELECT sum(cases) AS n FROM origins WHERE {ALL}") == ask(
            "SELECT count(origin) AS n FROM cases WHERE is_child_exploitation"
        )

    @pytest.mark.parametrize(
        ("view", "number"), [("origins", "cases"), ("conduct_shares", "n_this_conduct"), (FOSTA, "n_cases")]
    )
    def test_years_add_up_for_every_platform(self, ask, view, number):
        sums = f"platform_id, sum({number}) AS n FROM {view} WHERE year"
        assert ask(f"SELECT {sums} <> 'any' GROUP BY 1") == ask(f"SELECT {sums} = 'any' GROUP BY 1")

    def test_conduct_shares_of_a_platform_and_year_make_the_whole(self, ask):
        sums = "sum(n_this_conduct) AS n, max(n_uses) AS whole"
        assert ask(f"SELECT {sums} FROM conduct_shares GROUP BY platform_id, year HAVING n <> whole") == []

    def test_conduct_shares_have_every_use(self, ask):
        counted = ask("SELECT conduct, count(*) AS n FROM uses GROUP BY conduct ORDER BY conduct")
        here = f"SELECT conduct, n_this_conduct AS n FROM conduct_shares WHERE {ALL} AND n > 0 ORDER BY conduct"
        assert ask(here) == counted

    @pytest.mark.parametrize(
        ("measure", "published"),
        [("csam", 49), ("grooming", 41), ("sex_trafficking", None)],
    )
    def test_conduct_shares_reproduce_the_report(self, ask, measure, published):
        (row,) = ask(f"SELECT report_2020_percent FROM conduct_shares WHERE {REPORTED} AND conduct = '{measure}'")
        assert row["report_2020_percent"] == published

    def test_origins_reproduce_the_report(self, ask):
        assert ask(f"SELECT DISTINCT report_2020_percent AS n FROM origins WHERE {REPORTED}") == [{"n": 9}]

    def test_fosta_reproduces_the_report_and_the_day(self, ask):
        rows = ask(f"SELECT enacted, part, report_2020_tips_per_quarter AS n FROM {FOSTA} WHERE {REPORTED}")
        assert {row["part"]: row["n"] for row in rows} == {
            "before": "less than 1",
            "after": "more than 3",
            "undated": None,
        }
        assert {row["enacted"] for row in rows} == {"2018-04-11"}

    def test_fosta_shows_the_cybertipline_of_each_year(self, ask):
        unlike = f"SELECT * FROM {FOSTA} JOIN cybertipline_by_year USING (year) WHERE cybertipline_reports <> reports"
        assert ask(unlike) == []
        assert ask(f"SELECT DISTINCT cybertipline_reports AS n FROM {FOSTA} WHERE year = '2018'") == [{"n": 18_462_422}]

    def test_map_has_every_case_in_scope_once(self, ask):
        assert ask("SELECT case_id FROM case_map") == ask(
            "SELECT DISTINCT case_id FROM releases WHERE in_scope AND case_id IS NOT NULL ORDER BY case_id"
        )

    def test_map_points_are_those_of_the_cases(self, ask):
        same = (
            "USING (case_id) WHERE case_map.latitude IS NOT cases.latitude OR case_map.longitude IS NOT cases.longitude"
        )
        assert ask(f"SELECT case_id FROM case_map JOIN cases {same}") == []

    def test_calendar_counts_every_release(self, ask):
        assert ask("SELECT sum(n_held_here) AS n FROM calendar_coverage") == ask("SELECT count(*) AS n FROM releases")

    def test_disagreements_disagree(self, ask):
        assert ask("SELECT * FROM disagreements WHERE value_a = value_b") == []

    def test_listed_providers_are_no_more_than_all(self, ask):
        assert ask("SELECT * FROM reports_by_provider WHERE percent_of_year_listed > 100.05") == []

    def test_summary_counts_every_verdict(self, ask):
        counted = "n_met_on_time + n_met_late + n_not_met + n_pending + n_unknown"
        (summary,) = ask(f"SELECT sum({counted}) AS n FROM obligations_summary")
        assert [summary] == ask("SELECT count(*) AS n FROM obligations_scorecard")
