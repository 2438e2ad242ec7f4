"""The published files: described by one descriptor, and the same from every build."""

import hashlib
import json

import pyarrow.parquet as pq
import pytest

from csea import ROOT
from csea.build import build
from csea.package import summary
from csea.project import DATABASE, Project
from csea.schema import load_tables

TABLES = sorted(load_tables(ROOT))


@pytest.fixture(scope="module")
def descriptor(root):
    return json.loads((root / "datapackage.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", TABLES)
class TestParquet:
    def test_carries_the_description_of_each_column(self, root, schemas, name):
        fields = pq.read_schema(root / "data" / "parquet" / f"{name}.parquet")
        carried = {field.name: field.metadata[b"description"].decode() for field in fields}
        assert carried == {field.name: field.description for field in schemas[name].fields}

    def test_carries_the_unit_of_each_column_that_has_one(self, root, schemas, name):
        fields = pq.read_schema(root / "data" / "parquet" / f"{name}.parquet")
        carried = {field.name: field.metadata.get(b"unit", b"").decode() for field in fields}
        assert carried == {field.name: field.unit for field in schemas[name].fields}


class TestDescriptor:
    def test_names_both_files_of_every_table(self, descriptor):
        wanted = {path for name in TABLES for path in (f"data/{name}.csv", f"data/parquet/{name}.parquet")}
        assert {resource["path"] for resource in descriptor["resources"]} == wanted

    def test_gives_the_size_of_each_file(self, root, descriptor):
        sizes = {item["path"]: (root / item["path"]).stat().st_size for item in descriptor["resources"]}
        assert {item["path"]: item["bytes"] for item in descriptor["resources"]} == sizes

    def test_gives_the_hash_of_each_file(self, root, descriptor):
        hashes = {
            item["path"]: f"sha256:{hashlib.sha256((root / item['path']).read_bytes()).hexdigest()}"
            for item in descriptor["resources"]
        }
        assert {item["path"]: item["hash"] for item in descriptor["resources"]} == hashes

    def test_gives_the_rows_of_each_table(self, root, descriptor):
        rows = {
            name: len((root / "data" / f"{name}.csv").read_text(encoding="utf-8").splitlines()) - 1 for name in TABLES
        }
        assert {item["name"]: item["rows"] for item in descriptor["resources"] if item["format"] == "csv"} == rows

    def test_says_what_columns_each_csv_has(self, schemas, descriptor):
        columns = {
            item["name"]: [field["name"] for field in item["schema"]["fields"]]
            for item in descriptor["resources"]
            if item["format"] == "csv"
        }
        assert columns == {name: schema.columns for name, schema in schemas.items()}

    def test_has_a_licence(self, descriptor):
        assert [licence["name"] for licence in descriptor["licenses"]] == ["CC0-1.0"]

    def test_credits_the_gazetteer_where_there_are_coordinates(self, descriptor):
        credited = {
            item["name"]
            for item in descriptor["resources"]
            if any("BY" in licence["name"] for licence in item.get("licenses", []))
        }
        assert {name for name in credited if not name.endswith("_parquet")} == {"cases", "components"}


@pytest.fixture(scope="module")
def chapters(root):
    """Chapters of the codebook, by table."""
    text = (root / "docs/codebook.md").read_text(encoding="utf-8")
    return {chapter.split("\n", 1)[0]: chapter for chapter in text.split("\n## ")[1:]}


class TestCodebook:
    def test_has_a_chapter_for_every_table(self, chapters):
        assert sorted(chapters) == TABLES

    def test_names_every_column(self, chapters, schemas):
        missing = [
            (name, field.name)
            for name, schema in schemas.items()
            for field in schema.fields
            if f"| `{field.name}` |" not in chapters[name]
        ]
        assert missing == []

    def test_explains_every_value_of_a_list(self, chapters, schemas):
        missing = [
            (name, field.name, item.value)
            for name, schema in schemas.items()
            for field in schema.fields
            for item in field.categories
            if f"- `{item.value}` ({item.label}): {item.meaning}" not in chapters[name]
        ]
        assert missing == []

    def test_gives_the_number_of_rows(self, root, tables):
        text = (root / "docs/codebook.md").read_text(encoding="utf-8")
        missing = [name for name in TABLES if f"| [{name}](#{name}) | {tables[name].num_rows:,} |" not in text]
        assert missing == []


class TestSummary:
    def test_gives_the_rows_of_every_table(self, root, tables):
        assert summary(root)["tables"] == {name: table.num_rows for name, table in tables.items()}

    def test_gives_a_row_for_every_population(self, root, tables):
        assert len(summary(root)["coverage"]) == tables["coverage"].num_rows


def outputs(folder):
    """Every file that a build makes, by path."""
    patterns = ("data/*.csv", "data/parquet/*", "data/registry/*", "docs/codebook.md", "datapackage.json", DATABASE)
    paths = sorted(path for pattern in patterns for path in folder.glob(pattern))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def remove_outputs(folder):
    for name in outputs(folder):
        if not name.startswith("data/registry/"):
            (folder / name).unlink()


def test_two_builds_give_the_same_bytes(copy_to, tmp_path_factory):
    made = []
    for name in ("one", "two"):
        folder = copy_to(tmp_path_factory.mktemp(name))
        remove_outputs(folder)
        assert build(Project.read(folder)).report.errors == []
        made.append(outputs(folder))
    one, two = made
    assert len(one) == 2 * len(TABLES) + 6
    assert [name for name in one | two if one.get(name) != two.get(name)] == []
