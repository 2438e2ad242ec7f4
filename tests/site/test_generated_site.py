"""The invented dataset that bench/site.py serves fits together as the rules ask, whatever its size."""

import sys
from dataclasses import replace

import pyarrow.compute as pc
import pytest

from csea import ROOT
from csea.check import check_files
from csea.check.targets import published
from csea.errors import Report
from csea.io import csv_bytes

sys.path.append(str(ROOT / "bench"))
from generate_cases import tables as made_tables

RELEASES = 300


@pytest.fixture(scope="module")
def made(project):
    return made_tables(RELEASES, project)


def test_the_rows_break_no_rule(project, made, tmp_path):
    for name, table in made.items():
        (tmp_path / f"{name}.csv").write_bytes(csv_bytes(table))
    report = Report()
    check_files(replace(published(project, tmp_path, "data"), bounds=[]), report)
    assert [(problem.rule, problem.file, problem.key, problem.value) for problem in report.problems] == []


def test_there_is_of_everything_something_and_the_same_each_time(project, made):
    assert made["releases"].num_rows == RELEASES
    assert 1.3 < made["case_links"].num_rows / made["cases"].num_rows < 1.7
    assert made["codings"].num_rows > 9 * RELEASES
    for name in ("release_platforms", "release_conduct", "release_statutes", "uses", "readings", "coverage_days"):
        assert made[name].num_rows > 10, name
    assert set(pc.unique(made["release_platforms"]["role"]).to_pylist()) == {"used", "mentioned", "reported_by"}
    again = made_tables(RELEASES, project)
    assert all(again[name].equals(table) for name, table in made.items())
