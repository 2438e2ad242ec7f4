"""How much of each population was read: the counts that every share stands on."""

import pandas as pd
import pytest

from csea.link.coverage import coverage_table

#            release   exploitation  in scope  case       district   platform
RELEASES = [
    ("r0000001", "true", "true", "c000001", "usao-ct", "facebook"),
    ("r0000002", "true", "true", "c000001", "usao-ct", "facebook_messenger"),
    ("r0000003", "false", "true", "c000002", "usao-nm", "facebook"),
    ("r0000004", "true", "true", "c000003", "usao-ri", "kik"),
    ("r0000005", "false", "false", None, None, None),
]


def count(population: str) -> tuple[str | None, str | None]:
    """(n_read, n_in_scope) of a population over ``RELEASES``."""
    columns = ["release_id", "is_child_exploitation", "in_scope", "case_id", "district", "platform_id"]
    releases = pd.DataFrame(RELEASES, columns=columns, dtype="str").assign(coding_method="human", text_sha256=None)
    releases.loc[0, "coding_method"] = "machine"  # and so among the releases of readings
    tables = {
        "releases": releases,
        "cases": releases.dropna(subset="case_id").drop_duplicates("case_id"),
        "release_platforms": releases.dropna(subset="platform_id"),
        "milestones": pd.DataFrame({"milestone_id": ["a", "b"]}, dtype="str"),
        "figures": pd.DataFrame({"figure_id": ["a", "b", "c"]}, dtype="str"),
        "readings": pd.DataFrame({"n_read": ["6", "4"]}, dtype="str"),
    }
    row = coverage_table({"populations": pd.DataFrame({"coverage_id": [population]}, dtype="str")}, tables).iloc[0]
    read, in_scope = ((None if pd.isna(row[name]) else row[name]) for name in ("n_read", "n_in_scope"))
    return read, in_scope


@pytest.mark.parametrize(
    "population, read, in_scope",
    [
        ("doj_releases", "14", "4"),
        ("report_releases", "3", "3"),
        ("report_cases", "1", None),
        ("districts", "3", "2"),
        ("milestones", "2", None),
        ("figures", "3", None),
    ],
)
def test_population_is_counted(population, read, in_scope):
    assert count(population) == (read, in_scope)


def test_population_that_nothing_counts_has_no_number():
    assert count("unheard_of") == (None, None)


class TestRealCoverage:
    @pytest.fixture
    def read(self, tables):
        return {row["coverage_id"]: row["n_read"] for row in tables["coverage"].to_pylist()}

    @pytest.mark.parametrize("population, table", [("milestones", "milestones"), ("figures", "figures")])
    def test_counts_the_rows_of_the_table(self, read, tables, population, table):
        assert read[population] == tables[table].num_rows

    def test_districts_are_no_more_than_there_are(self, read):
        assert 0 < read["districts"] <= 94

    def test_every_population_says_where_its_size_comes_from(self, tables):
        rows = tables["coverage"].to_pylist()
        assert [row["coverage_id"] for row in rows if row["n_population"] and not row["population_source"]] == []
