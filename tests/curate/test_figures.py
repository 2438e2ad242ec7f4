"""Compiled figures become figures of named measures; no value, unit or hedge changes on the way."""

import csv

import pandas as pd
import pytest

from csea.curate.figures import figure_table


@pytest.fixture(scope="module")
def compiled(root):
    with (root / "data/inputs/figures.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def figures(tables):
    return {row["figure_id"]: row for row in tables["figures"].to_pylist()}


@pytest.fixture(scope="module")
def units(tables):
    return dict(zip(*(tables["measures"][name].to_pylist() for name in ("measure_id", "unit")), strict=True))


def text(*rows: dict[str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), dtype="str")


def curate(*figures: dict[str, str]) -> pd.DataFrame:
    shared = {"subject": "cybertipline", "geography": "UK", "published_date": "2024-05"}
    names = [("reports", "reports"), ("reports received", "reports"), ("reports", "files")]
    return figure_table(
        {
            "figures": text(*(shared | figure for figure in figures)),
            "measure_names": text(
                *(
                    {"subject": "cybertipline", "measure": measure, "unit": unit, "measure_id": f"cybertipline_{unit}"}
                    for measure, unit in names
                )
            ),
            "jurisdictions": text(
                {"jurisdiction": "UK", "code": "GB"},
                {"jurisdiction": "US; UK", "code": "GB"},
                {"jurisdiction": "US; UK", "code": "US"},
            ),
        }
    )


class TestOneFigure:
    def test_two_wordings_of_one_quantity_get_one_measure(self):
        table = curate({"measure": "reports", "unit": "reports"}, {"measure": "reports received", "unit": "reports"})
        assert table["measure_id"].to_list() == ["cybertipline_reports"] * 2

    def test_one_wording_in_two_units_gets_two_measures(self):
        table = curate({"measure": "reports", "unit": "reports"}, {"measure": "reports", "unit": "files"})
        assert table["measure_id"].to_list() == ["cybertipline_reports", "cybertipline_files"]

    def test_area_becomes_its_code(self):
        assert curate({"measure": "reports", "unit": "reports"})["geography"].to_list() == ["GB"]

    def test_list_of_areas_is_not_cut_to_one_of_them(self):
        table = curate({"measure": "reports", "unit": "reports", "geography": "US; UK"})
        assert table["geography"].isna().all()

    def test_date_of_publication_keeps_its_precision(self):
        assert curate({"measure": "reports", "unit": "reports"})["published"].to_list() == ["2024-05"]


def test_every_figure_arrives_exactly_once(compiled, tables):
    arrived = tables["figures"]["figure_id"].to_pylist()
    assert sorted(arrived) == sorted(row["figure_id"] for row in compiled)


@pytest.mark.parametrize("column", ["value", "value_high"])
def test_number_arrives_unchanged(compiled, figures, column):
    written = {row["figure_id"]: float(row[column]) if row[column] else None for row in compiled}
    assert {key: row[column] for key, row in figures.items()} == written


@pytest.mark.parametrize("column", ["qualifier", "entity", "source_url", "source_locator", "verified"])
def test_text_arrives_unchanged(compiled, figures, column):
    written = {row["figure_id"]: row[column] or None for row in compiled}
    assert {key: row[column] for key, row in figures.items()} == written


@pytest.mark.parametrize("column", ["period_start", "period_end"])
def test_period_arrives_unchanged(compiled, figures, column):
    arrived = {key: row[column].isoformat() if row[column] else "" for key, row in figures.items()}
    assert arrived == {row["figure_id"]: row[column] for row in compiled}


def test_unit_arrives_through_the_measure(compiled, figures, units):
    arrived = {key: units[row["measure_id"]] for key, row in figures.items()}
    assert arrived == {row["figure_id"]: row["unit"] for row in compiled}


def test_measure_is_the_one_that_the_wording_is_named_for(root, compiled, figures):
    with (root / "data/inputs/measure_names.csv").open(encoding="utf-8", newline="") as file:
        names = {(row["subject"], row["measure"], row["unit"]): row["measure_id"] for row in csv.DictReader(file)}
    assert {key: row["measure_id"] for key, row in figures.items()} == {
        row["figure_id"]: names[row["subject"], row["measure"], row["unit"]] for row in compiled
    }


def test_wordings_merged_into_one_measure_share_its_unit(root, units):
    with (root / "data/inputs/measure_names.csv").open(encoding="utf-8", newline="") as file:
        names = list(csv.DictReader(file))
    assert [row for row in names if units[row["measure_id"]] != row["unit"]] == []


class TestSupersedes:
    def test_links_are_those_of_the_source(self, compiled, figures):
        written = {row["figure_id"]: row["supersedes"] for row in compiled if row["supersedes"]}
        assert {key: row["supersedes"] for key, row in figures.items() if row["supersedes"]} == written

    def test_superseded_figures_stay(self, figures):
        assert [row["supersedes"] for row in figures.values() if row["supersedes"] not in {None, *figures}] == []

    def test_a_chain_of_three_values_is_kept(self, figures):
        replaced = {key: row["supersedes"] for key, row in figures.items() if row["supersedes"]}
        assert [key for key, earlier in replaced.items() if earlier in replaced] != []

    def test_a_replacing_figure_is_of_the_same_measure(self, figures):
        other = [
            key
            for key, row in figures.items()
            if row["supersedes"] and figures[row["supersedes"]]["measure_id"] != row["measure_id"]
        ]
        assert other == []
