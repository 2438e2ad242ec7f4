"""Compiled milestones become milestones, bodies and jurisdictions, none lost and none twice."""

import csv
from collections import Counter, defaultdict

import pandas as pd
import pyarrow.compute as pc
import pytest

from csea.curate.milestones import date_columns, milestone_tables


@pytest.fixture(scope="module")
def compiled(root):
    with (root / "data/inputs/milestones.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def milestones(tables):
    return {row["milestone_id"]: row for row in tables["milestones"].to_pylist()}


def text(**columns: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype="str")


def curate(**row: str | None) -> dict[str, pd.DataFrame]:
    """The tables of one compiled milestone of two bodies and two jurisdictions."""
    compiled = {
        "milestone_id": "report-due",
        "instrument": "Act of 2020 s. 2",
        "instrument_title": "Sample Act",
        "kind": "obligation",
        "date_due": None,
        "date_occurred": None,
        "date_precision": "day",
        "fiscal_year": None,
        "amount_usd": None,
        "responsible_body": "House; Senate",
        "jurisdiction": "US; UK",
    } | row
    return milestone_tables(
        {
            "milestones": text(**{name: [value] for name, value in compiled.items()}),
            "instrument_names": text(
                instrument=["Act of 2020 s. 2", "Act of 2020 s. 3"],
                instrument_title=["Sample Act", "Sample Act"],
                instrument_id=["sample-act", "sample-act"],
                provision=["s. 2", "s. 3"],
                note=[None, None],
            ),
            "amounts": text(milestone_id=["report-due"], amount_kind=["none"], is_per_year=[None], note=["Not found."]),
            "bodies": text(responsible_body=["House; Senate"] * 2 + ["House"], body=["House", "Senate", "House"]),
            "jurisdictions": text(jurisdiction=["US; UK"] * 2 + ["US"], code=["US", "GB", "US"]),
        }
    )


class TestDateColumns:
    @pytest.mark.parametrize(
        "written, precision, earliest, latest",
        [
            ("2009", "year", "2009-01-01", "2009-12-31"),
            ("2009-10", "month", "2009-10-01", "2009-10-31"),
            ("2023-02", "month", "2023-02-01", "2023-02-28"),
            ("2024-02", "month", "2024-02-01", "2024-02-29"),
            ("2024-02-29", "day", "2024-02-29", "2024-02-29"),
            ("2009-10-13", "day", "2009-10-13", "2009-10-13"),
            ("1984", "year", "1984-01-01", "1984-12-31"),
        ],
    )
    def test_date_spans_what_it_can_mean(self, written, precision, earliest, latest):
        columns = date_columns(pd.Series([written], dtype="str"), "due")
        assert {name: values[0] for name, values in columns.items()} == {
            "due_precision": precision,
            "due_earliest": earliest,
            "due_latest": latest,
        }

    @pytest.mark.parametrize("dates", [[None], [None, "2009"]])
    def test_empty_date_stays_empty(self, dates):
        columns = date_columns(pd.Series(dates, dtype="str"), "due")
        assert all(pd.isna(values[0]) for values in columns.values())


class TestOneMilestone:
    def test_name_with_section_becomes_instrument_and_provision(self):
        row = curate()["milestones"].iloc[0]
        assert (row["instrument_id"], row["provision"], row["cited_title"]) == ("sample-act", "s. 2", "Sample Act")

    def test_list_of_bodies_becomes_a_row_each(self):
        assert curate()["milestone_bodies"]["responsible_body"].to_list() == ["House", "Senate"]

    def test_list_of_jurisdictions_becomes_a_code_each(self):
        assert curate()["milestone_jurisdictions"]["jurisdiction"].to_list() == ["US", "GB"]

    def test_single_body_is_not_confused_with_a_list_that_holds_it(self):
        assert curate(responsible_body="House")["milestone_bodies"]["responsible_body"].to_list() == ["House"]

    @pytest.mark.parametrize(
        "fiscal_year, start, end", [("2009", "2009", "2009"), ("2009-2016", "2009", "2016"), (None, None, None)]
    )
    def test_fiscal_years_split_into_start_and_end(self, fiscal_year, start, end):
        row = curate(fiscal_year=fiscal_year)["milestones"].astype("object").iloc[0]
        years = [None if pd.isna(year) else year for year in row[["fiscal_year_start", "fiscal_year_end"]]]
        assert years == [start, end]

    def test_no_amount_has_no_kind(self):
        assert pd.isna(curate()["milestones"].iloc[0]["amount_kind"])


def test_every_source_milestone_arrives_exactly_once(compiled, tables):
    arrived = Counter(tables["milestones"]["milestone_id"].to_pylist())
    assert arrived == Counter(row["milestone_id"] for row in compiled)


@pytest.mark.parametrize("column", ["obligation_id", "date_due", "date_occurred", "status", "source_url"])
def test_cell_arrives_unchanged(compiled, milestones, column):
    assert {row["milestone_id"]: row[column] or None for row in compiled} == {
        key: row[column] for key, row in milestones.items()
    }


def test_amounts_arrive_unchanged(compiled, milestones):
    amounts = {row["milestone_id"]: int(row["amount_usd"]) for row in compiled if row["amount_usd"]}
    assert {key: row["amount_usd"] for key, row in milestones.items() if row["amount_usd"] is not None} == amounts


def test_every_amount_has_a_kind(milestones):
    assert [key for key, row in milestones.items() if (row["amount_usd"] is None) != (row["amount_kind"] is None)] == []


def test_fiscal_years_arrive_as_written(compiled, milestones):
    def written(row: dict[str, object]) -> str:
        start, end = row["fiscal_year_start"], row["fiscal_year_end"]
        return "" if start is None else str(start) if start == end else f"{start}-{end}"

    assert {key: written(row) for key, row in milestones.items()} == {
        row["milestone_id"]: row["fiscal_year"] for row in compiled
    }


def test_amount_for_each_year_of_a_range_is_said_to_be_per_year(milestones):
    row = milestones["icac-data-system-authorization-fy2009-2016"]
    assert (row["amount_is_per_year"], row["fiscal_year_start"], row["fiscal_year_end"]) == (True, 2009, 2016)


@pytest.mark.parametrize(
    "table, column, names, member",
    [
        ("milestone_bodies", "responsible_body", "bodies", "body"),
        ("milestone_jurisdictions", "jurisdiction", "jurisdictions", "code"),
    ],
)
def test_every_list_cell_becomes_its_members(root, compiled, tables, table, column, names, member):
    members = defaultdict(set)
    with (root / f"data/inputs/{names}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            members[row[column]].add(row[member])
    arrived = defaultdict(set)
    for row in tables[table].to_pylist():
        arrived[row["milestone_id"]].add(row[column])
    assert arrived == {row["milestone_id"]: members[row[column]] for row in compiled}


@pytest.mark.parametrize("table", ["milestone_bodies", "milestone_jurisdictions"])
def test_list_members_are_at_least_as_many_as_the_cell_names(compiled, tables, table):
    column = tables[table].column_names[1]
    arrived = Counter(tables[table]["milestone_id"].to_pylist())
    named = {row["milestone_id"]: len(row[column].split("; ")) for row in compiled}
    assert [key for key, number in named.items() if arrived[key] < number] == []


@pytest.fixture(scope="module")
def due(milestones):
    """Status of the national strategy by due date."""
    return {
        row["date_due"]: row["status"]
        for row in milestones.values()
        if row["obligation_id"] == "national-strategy" and row["milestone_kind"] == "obligation"
    }


class TestNationalStrategy:
    def test_was_due_a_year_after_the_act_and_then_every_odd_year(self, due):
        odd_years = [f"{year}-02-01" for year in range(2011, 2028, 2)]
        assert sorted(due) == ["2009-10-13", *odd_years, "2029-02-01"]

    def test_three_of_the_due_dates_were_met_all_late(self, due):
        met = {date: status for date, status in due.items() if status.startswith("met")}
        assert met == dict.fromkeys(["2009-10-13", "2015-02-01", "2023-02-01"], "met_late")

    def test_due_dates_to_come_are_not_called_missed(self, due):
        assert (due["2027-02-01"], due["2029-02-01"]) == ("unknown", "pending")

    def test_no_other_due_date_is_counted_twice(self, tables):
        due = tables["milestones"].filter(pc.field("obligation_id") == "national-strategy")["date_due"].drop_null()
        assert len(due) == len(due.unique())
