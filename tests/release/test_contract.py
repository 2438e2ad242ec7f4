"""What a reader wrote for the last version works with this one."""

import json
import shutil
from dataclasses import replace

import pytest
from small_versions import schema

from csea import ROOT
from csea.release.changes import FOLDER
from csea.release.contract import read_as_before, removals_without_notice
from csea.release.history import numbers, released_tables
from csea.schema.deprecated import Deprecated

RELEASED = sorted(
    (path.name.removesuffix(".datapackage.json") for path in (ROOT / FOLDER).glob("*.datapackage.json")), key=numbers
)
VERSION = (ROOT / "VERSION").read_text(encoding="utf-8").strip()
TOWNS = schema("towns", {"town": "string", "size": "integer"}, ["town"])


def marked(since="0.2.0", until="1.0.0"):
    """The schema with notice on the column size."""
    town, size = TOWNS.fields
    return replace(TOWNS, fields=(town, replace(size, deprecated=Deprecated(since, until))))


def rules(old, new, previous, following):
    return [
        problem.rule
        for problem in removals_without_notice({"towns": old}, {"towns": new} if new else {}, previous, following)
    ]


LESS = replace(TOWNS, fields=TOWNS.fields[:1])
OTHER = schema("towns", {"town": "string", "size": "string"}, ["town"])


class TestRemovals:
    def test_nothing_that_went_is_no_problem(self):
        assert rules(TOWNS, TOWNS, "0.1.0", "0.2.0") == []

    def test_new_columns_are_no_problem(self):
        assert rules(LESS, TOWNS, "0.1.0", "0.1.1") == []

    @pytest.mark.parametrize("following", ["0.2.1", "0.3.0"])
    def test_column_may_not_go_in_a_minor_version_even_with_notice(self, following):
        assert rules(marked(), LESS, "0.2.0", following) == ["release.removed_in_minor"]

    @pytest.mark.parametrize("previous", ["0.2.0", "0.2.5", "0.9.0"])
    def test_column_with_notice_may_go_in_the_major_version(self, previous):
        assert rules(marked(), LESS, previous, "1.0.0") == []

    @pytest.mark.parametrize(
        "old",
        [
            pytest.param(TOWNS, id="no notice"),
            pytest.param(marked(since="0.3.0"), id="notice of a version that is not out"),
            pytest.param(marked(until="2.0.0"), id="promised for longer"),
        ],
    )
    def test_column_without_notice_may_not(self, old):
        assert rules(old, LESS, "0.2.0", "1.0.0") == ["release.removed_without_notice"]

    def test_table_that_went_is_told_by_its_columns(self):
        assert rules(TOWNS, None, "0.1.0", "0.2.0") == ["release.removed_in_minor"] * 2

    def test_another_type_waits_for_a_major_version(self):
        assert rules(TOWNS, OTHER, "0.1.0", "0.2.0") == ["release.type_changed"]
        assert rules(TOWNS, OTHER, "0.1.0", "1.0.0") == []

    def test_problem_names_file_and_column_and_how_to_mend_it(self):
        (problem,) = removals_without_notice({"towns": TOWNS}, {"towns": LESS}, "0.1.0", "0.2.0")
        assert problem.where() == "schemas/towns.schema.json, column size"
        assert problem.fix.startswith('Keep it: say "deprecated" in its schema')


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A copy of the published files, and the tables of the version that they were released in."""
    folder = tmp_path_factory.mktemp("released")
    shutil.copytree(ROOT / "data", folder / "data", ignore=lambda path, names: [n for n in names if "." not in n])
    return folder, released_tables(json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8")))


@pytest.fixture
def copy(released, tmp_path):
    shutil.copytree(released[0] / "data", tmp_path / "data")
    return tmp_path


class TestReader:
    """A version is released as the tables stand, and then they change."""

    def rewrite(self, copy, change):
        path = copy / "data" / "coverage.csv"
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    def problems(self, copy, released):
        return [(p.rule, p.file, p.column) for p in read_as_before(copy, released[1])]

    def test_same_tables_are_read(self, copy, released):
        assert self.problems(copy, released) == []

    def test_new_column_is_passed_over(self, copy, released):
        self.rewrite(copy, lambda text: "\n".join(f"{line},x" for line in text.splitlines()) + "\n")
        assert self.problems(copy, released) == []

    def test_missing_column_is_told(self, copy, released):
        self.rewrite(copy, lambda text: text.replace("coverage_id,name,unit", "coverage_id,name,units", 1))
        assert self.problems(copy, released) == [("form.missing_column", "data/coverage.csv", "unit")]

    def test_missing_table_is_told(self, copy, released):
        (copy / "data" / "coverage.csv").unlink()
        assert [file for _, file, _ in self.problems(copy, released)] == ["data/coverage.csv"]

    @pytest.mark.parametrize("new", ["n-e-w", "x" * 50])
    def test_new_value_is_no_problem(self, copy, released, new):
        platforms = copy / "data" / "platforms.csv"
        text = platforms.read_text(encoding="utf-8")
        platforms.write_text(text.replace(",messaging,", f",{new},", 1), encoding="utf-8")
        assert self.problems(copy, released) == []

    @pytest.mark.parametrize(("value", "rule"), [("", "column.required"), ("many", "column.type")])
    def test_cell_that_no_reader_expects_is_told(self, copy, released, value, rule):
        cases = copy / "data" / "cases.csv"
        head, first, rest = cases.read_text(encoding="utf-8").split("\n", 2)
        cells = first.split(",")
        cells[head.split(",").index("n_releases")] = value
        cases.write_text("\n".join([head, ",".join(cells), rest]), encoding="utf-8")
        assert self.problems(copy, released) == [(rule, "data/cases.csv", "n_releases")]


@pytest.fixture
def last():
    """The newest released version and its tables by name, where one has been released."""
    if not RELEASED:
        pytest.skip("no version has been released yet")
    if numbers(VERSION)[0] > numbers(RELEASED[-1])[0]:
        pytest.skip("a major version may break with the one before")
    text = (ROOT / FOLDER / f"{RELEASED[-1]}.datapackage.json").read_text(encoding="utf-8")
    return RELEASED[-1], released_tables(json.loads(text))


def test_reader_of_the_last_released_version_reads_what_is_published(last):
    assert read_as_before(ROOT, last[1]) == []


def test_columns_of_the_last_released_version_are_all_there(last, schemas):
    old = {name: table.schema for name, table in last[1].items()}
    assert removals_without_notice(old, schemas, last[0], VERSION) == []
