"""A new column needs one edit in its schema, and its value in the hand-kept file; all else follows."""

import csv
import json
import sqlite3

import pyarrow.parquet as pq
import pytest

from csea.build import build
from csea.project import DATABASE, Project

COLUMN = {
    "name": "website_note",
    "title": "Website note",
    "type": "string",
    "description": "A remark on the website, made up for a test.",
    "privacy": "free_text",
}


def add_to_schema(folder):
    path = folder / "schemas" / "platforms.schema.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw["fields"].append(COLUMN)
    path.write_text(json.dumps(raw), encoding="utf-8")


def add_to_input(folder):
    path = folder / "data" / "inputs" / "platforms.csv"
    header, first, *rest = path.read_text(encoding="utf-8").splitlines()
    lines = [f"{header},website_note", f"{first},Under repair", *(f"{line}," for line in rest)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def folder(copy_to, tmp_path_factory):
    target = copy_to(tmp_path_factory.mktemp("column"))
    add_to_schema(target)
    add_to_input(target)
    assert build(Project.read(target)).report.problems == []
    return target


def test_arrives_in_the_csv(folder):
    with (folder / "data" / "platforms.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["website_note"] == "Under repair"


def test_arrives_in_the_parquet_file(folder):
    table = pq.read_table(folder / "data" / "parquet" / "platforms.parquet")
    assert table["website_note"].drop_null().to_pylist() == ["Under repair"]


def test_arrives_in_the_parquet_file_with_its_description(folder):
    field = pq.read_schema(folder / "data" / "parquet" / "platforms.parquet").field("website_note")
    assert field.metadata[b"description"].decode() == COLUMN["description"]


def test_arrives_in_the_database(folder):
    connection = sqlite3.connect(folder / DATABASE)
    found = connection.execute("SELECT website_note FROM platforms WHERE website_note IS NOT NULL").fetchall()
    connection.close()
    assert found == [("Under repair",)]


def test_arrives_in_the_descriptor(folder):
    resources = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    (platforms,) = (item for item in resources if item["name"] == "platforms")
    assert platforms["schema"]["fields"][-1] == COLUMN


def test_arrives_in_the_codebook(folder):
    text = (folder / "docs" / "codebook.md").read_text(encoding="utf-8")
    assert f"| `website_note` | string | {COLUMN['description']} | <1% | `Under repair` |" in text


def test_without_its_value_in_the_hand_kept_file_is_one_problem(copy):
    add_to_schema(copy)
    (problem,) = build(Project.read(copy)).report.problems
    assert (problem.rule, problem.file, problem.column) == (
        "form.missing_column",
        "data/inputs/platforms.csv",
        "website_note",
    )
