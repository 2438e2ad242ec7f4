"""What an argument means, and that whatever is broken ends in one sentence that names it."""

import io
import sqlite3
import subprocess
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_versions import CITIES, schema_of, text, write_csv, write_version

from csea.compare import stores
from csea.compare.reading import VersionError, check_keys, read_csv, read_parquet
from csea.compare.sources import WORKING_TREE, read_version
from csea.compare.versions import compare_versions
from csea.errors import UsageError

OF_GIT = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"]


class Invented:
    """A project whose one table is the invented one."""

    def __init__(self, root):
        self.root, self.tables = root, {"cities": schema_of()}


@pytest.fixture
def project(tmp_path):
    """An invented project: a folder with a version of its own."""
    return Invented(write_version(tmp_path / "project"))


def git(folder, *arguments):
    subprocess.run(["git", "-C", str(folder), *OF_GIT, *arguments], check=True, capture_output=True)


def same(project, text):
    """The version that a text means, which must have the cells of the working tree."""
    found = read_version(project, str(text))
    assert not compare_versions(read_version(project, str(project.root)), found)
    return found


# Folders and files.


def test_the_working_tree(project):
    found = read_version(project, str(project.root))
    assert (found.label, found.number, found.is_lent, found.is_part) == (WORKING_TREE, "1.0.0", False, False)
    assert found.tables["cities"].equals(text()) and found.schemas["cities"].primary_key == ("city_id",)


def test_a_folder_of_csv_takes_the_descriptor_above_it_if_that_lists_its_files(project, tmp_path):
    assert not same(project, project.root / "data").is_lent
    (tmp_path / "project" / "others").mkdir()
    write_csv(tmp_path / "project" / "others" / "cities.csv", text())
    assert same(project, project.root / "others").is_lent


def test_a_folder_without_descriptor_is_a_part_read_by_the_present_schemas(project, tmp_path):
    write_csv(tmp_path / "cities.csv", text())
    write_csv(tmp_path / "citties.csv", text())
    found = same(project, tmp_path)
    assert (found.is_lent, found.is_part) == (True, True)
    assert "read by the schemas of this project" in found.notes[0] and found.notes[1].endswith("citties.csv.")


def test_a_folder_of_parquet(project, tmp_path):
    typed = text().set_column(3, "area", pa.array([12.5, 200, None])).set_column(4, "is_port", [[True, False, None]])
    (tmp_path / "parquet").mkdir()
    pq.write_table(typed, tmp_path / "parquet" / "cities.parquet")
    same(project, tmp_path / "parquet")


def test_one_file_alone(project):
    found = same(project, project.root / "data" / "cities.csv")
    assert (found.is_lent, found.is_part, list(found.tables)) == (False, True, ["cities"])


def test_columns_are_those_of_the_file(project):
    write_csv(
        project.root / "data" / "cities.csv", text().drop_columns(["area"]).append_column("mayor", text()["name"])
    )
    found = read_version(project, str(project.root))
    assert found.schemas["cities"].columns == ["city_id", "name", "size", "is_port", "mayor"]


def test_a_table_that_a_version_describes_and_lacks_is_noted(project, tmp_path):
    folder = write_version(tmp_path / "old")
    descriptor = folder / "datapackage.json"
    descriptor.write_text(
        descriptor.read_text().replace("[{", '[{"name": "towns", "schema": {"fields": [], "primaryKey": []}}, {', 1)
    )
    (note,) = read_version(project, str(folder)).notes
    assert note.endswith("describes tables of which it holds no file: towns.")


# SQLite.


@pytest.fixture
def database(tmp_path):
    """An SQLite file as ours: booleans are 0 and 1, and there is more in it than tables."""
    path = tmp_path / "any.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE cities (city_id TEXT, name TEXT, size TEXT, area REAL, is_port INTEGER)")
    rows = [
        ("c3", None, "small", None, None),
        ("c1", "Greywick", "small", 12.5, 1),
        ("c2", "Oakham", "large", 200.0, 0),
    ]
    connection.executemany("INSERT INTO cities VALUES (?, ?, ?, ?, ?)", rows)
    connection.execute("CREATE TABLE strangers (a)")
    connection.execute("CREATE VIEW towns AS SELECT * FROM cities")
    connection.commit()
    yield connection, path
    connection.close()


def test_an_sqlite_file_is_the_same_through_the_types_of_the_schema(project, database):
    found = same(project, database[1])
    assert (found.is_lent, found.is_part, list(found.tables)) == (True, True, ["cities"])


def test_a_value_that_does_not_fit_its_column_stands_as_it_is(project, database):
    database[0].execute("UPDATE cities SET area = 'wide', is_port = 7 WHERE city_id = 'c1'")
    database[0].commit()
    found = read_version(project, str(database[1])).tables["cities"].to_pylist()[1]
    assert (found["area"], found["is_port"]) == ("wide", "7")


def test_views_and_search_indexes_are_no_tables(project, tmp_path):
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.execute("CREATE VIEW cities AS SELECT 1 AS city_id")
    with pytest.raises(UsageError, match="holds no table that is called like one of ours"):
        read_version(project, str(tmp_path / "a.db"))


@pytest.mark.parametrize("change", ["UPDATE cities SET name = x'ff'", "UPDATE cities SET name = CAST(x'ff' AS TEXT)"])
def test_bytes_in_sqlite_are_refused(project, database, change):
    database[0].execute(change)
    database[0].commit()
    with pytest.raises(VersionError, match=r"any\.db"):
        read_version(project, str(database[1]))


def test_a_broken_sqlite_file(project, tmp_path):
    (tmp_path / "a.db").write_bytes(b"SQLite format 3\x00" + b"\x07" * 4000)
    with pytest.raises(VersionError, match=r"a\.db cannot be read as SQLite"):
        read_version(project, str(tmp_path / "a.db"))


# Bundles.


def bundle(path, files, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return path


def files_of(project, top=""):
    """The files of the project as they lie in a bundle."""
    files = {name: (project.root / name).read_bytes() for name in ("datapackage.json", "data/cities.csv")}
    return {f"{top}{name}": data for name, data in {**files, "csea.db": b"", "README.md": b"Read."}.items()}


@pytest.mark.parametrize("top", ["", "csea-1.0.0/"])
def test_a_bundle_with_and_without_a_folder(project, tmp_path, top):
    found = same(project, bundle(tmp_path / "csea-1.0.0.zip", files_of(project, top)))
    assert (found.number, found.is_lent, found.is_part) == ("1.0.0", False, False)


def test_a_bundle_that_would_unpack_to_too_much_is_not_read(project, tmp_path, monkeypatch):
    monkeypatch.setattr(stores, "SMALL", 1000)
    path = bundle(tmp_path / "a.zip", {**files_of(project), "data/cities.csv": b"city_id\n" + b"\n" * 1_000_000})
    with pytest.raises(VersionError, match=r"a\.zip, data/cities\.csv would unpack to 1,000,008 bytes"):
        read_version(project, str(path))
    monkeypatch.setattr(stores, "MOST_BYTES", 100)
    with pytest.raises(VersionError, match="would unpack to"):
        read_version(project, str(bundle(tmp_path / "b.zip", files_of(project))))


def test_broken_bundles(project, tmp_path):
    whole = bundle(tmp_path / "a.zip", files_of(project)).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(VersionError, match=r"cut\.zip cannot be read as a ZIP file"):
        read_version(project, str(tmp_path / "cut.zip"))
    start = whole.index(b"data/cities.csv") + len("data/cities.csv")
    (tmp_path / "bent.zip").write_bytes(whole[: start + 4] + b"\xff" * 8 + whole[start + 12 :])
    with pytest.raises(VersionError, match=r"bent\.zip, data/cities\.csv cannot be unpacked"):
        read_version(project, str(tmp_path / "bent.zip"))


# Versions in git.


@pytest.fixture
def tagged(project):
    """The project in a repository, where v1.0.0 is tagged and the data changed since."""
    git(project.root, "init", "--quiet")
    git(project.root, "add", ".")
    git(project.root, "commit", "--quiet", "--message", "First")
    git(project.root, "tag", "v1.0.0")
    write_csv(project.root / "data" / "cities.csv", text(name=["Greywick", "Oakham", "Millend"]))
    return project


@pytest.mark.parametrize("name", ["1.0.0", "v1.0.0", "HEAD"])
def test_a_version_a_tag_or_a_revision(tagged, name):
    found = read_version(tagged, name)
    assert (found.label, found.number, found.is_part) == (name, "1.0.0", False)
    assert found.tables["cities"].equals(text())


def test_a_repository_may_hold_the_dataset_in_a_folder(project):
    git(project.root.parent, "init", "--quiet")
    git(project.root.parent, "add", ".")
    git(project.root.parent, "commit", "--quiet", "--message", "First")
    assert not same(project, "HEAD").is_lent


def test_a_path_wins_over_a_version(tagged, tmp_path, monkeypatch):
    write_version(tmp_path / "1.0.0", number="9.0.0")
    monkeypatch.chdir(tmp_path)
    assert read_version(tagged, "1.0.0").number == "9.0.0"


def test_a_hook_does_not_lead_to_another_repository(tagged, monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    assert read_version(tagged, "1.0.0").number == "1.0.0"


def test_an_unknown_version_is_told_with_the_nearest(tagged):
    with pytest.raises(UsageError, match=r"'1\.0\.O' is no file.* Did you mean \"1\.0\.0\"\? `git tag` lists"):
        read_version(tagged, "1.0.O")
    with pytest.raises(UsageError, match="is no file"):
        read_version(tagged, "--help")


def test_a_project_without_git(project, monkeypatch):
    with pytest.raises(UsageError, match=r"is in no git repository"):
        read_version(project, "1.0.0")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="needs git"):
        read_version(project, "1.0.0")


# Wrong usage and broken files.


def test_what_is_no_version(project, tmp_path):
    (tmp_path / "a.txt").write_text("Words.")
    (tmp_path / "citties.csv").write_text("city_id\n")
    (tmp_path / "empty").mkdir()
    for name, sentence in (
        ("a.txt", "neither a folder, a bundle"),
        ("citties.csv", 'Did you mean "cities"\\?'),
        ("empty", "holds no CSV or Parquet file"),
    ):
        with pytest.raises(UsageError, match=sentence):
            read_version(project, str(tmp_path / name))


BROKEN = {
    "": "a.csv has no header",
    "a,b\n1,2\n3\n": "a.csv cannot be read as CSV: its header has 2 columns and row 3 .* has 1",
    "a,b\n1,2\n3,\udcff\n": "a.csv cannot be read as CSV: row 3, column b holds bytes that are not UTF-8",
    'a,b\n1,"2\n3,4\n': "in row 2 the column b holds a line end, or a quote there is not closed",
    'a,b\n1,"2\n' + "3,4\n" * 600_000: "a quote is not closed",
    "a,a\n": "the column a more than once",
    '"a,b\n': "its first line is no header in UTF-8",
    "\udcff\udcfea\n": "its first line is no header in UTF-8",
}


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_broken_csv(content):
    with pytest.raises(VersionError, match=BROKEN[content]):
        read_csv(pa.BufferReader(content.encode(errors="surrogateescape")), "a.csv")


@pytest.mark.parametrize("content", [b"a,b\n", b"a,b", b"\xef\xbb\xbfa,b\r\n", b"a,b\n\n"])
def test_csv_without_rows(content):
    assert read_csv(pa.BufferReader(content), "a.csv").to_pydict() == {"a": [], "b": []}


def test_csv_as_a_spreadsheet_writes_it():
    table = read_csv(pa.BufferReader(b'\xef\xbb\xbfa,b\r\n001,"x, ""y"""\r\n"",NA\r\n'), "a.csv")
    assert table.to_pydict() == {"a": ["001", None], "b": ['x, "y"', "NA"]}


def test_broken_parquet():
    twice = io.BytesIO()
    pq.write_table(pa.table([["1"], ["2"]], names=["a", "a"]), twice)
    nested = io.BytesIO()
    pq.write_table(pa.table({"a": [{"b": 1}]}), nested)
    for data in (b"", b"PAR1PAR1", twice.getvalue(), nested.getvalue()):
        with pytest.raises(VersionError, match=r"^a\.parquet"):
            read_parquet(pa.BufferReader(data), "a.parquet")


@pytest.mark.parametrize(
    "values, sentence",
    [
        (["c1", "c1", "c2", "c2"], "has two rows with the key c1, and 1 more keys"),
        (["c1", None], "has a row without a key: city_id is empty in its row 3"),
    ],
)
def test_keys_that_are_none(values, sentence):
    with pytest.raises(VersionError, match=sentence):
        check_keys(pa.table({"city_id": pa.array(values, pa.string())}), ["city_id"], "a.csv")


def test_a_table_without_its_key(project):
    write_csv(project.root / "data" / "cities.csv", text().drop_columns(["city_id"]))
    with pytest.raises(VersionError, match=r"data/cities\.csv lacks the key column city_id"):
        read_version(project, str(project.root))


@pytest.mark.parametrize("content", ["{", "[]", "[" * 100_000, '{"resources": [{"name": "cities", "schema": {}}]}'])
def test_a_broken_descriptor(project, content):
    (project.root / "datapackage.json").write_text(content)
    with pytest.raises(VersionError, match=r"datapackage\.json is no Data Package descriptor"):
        read_version(project, str(project.root))


def test_an_old_descriptor_may_ask_what_the_present_code_does_not_know():
    fields = [
        {**CITIES["fields"][0], "constraints": {"maxLength": 3}},
        {"name": "name", "categories": [1], "constraints": {"enum": [1], "minimum": "2020-01-01"}, "title": None},
    ]
    name = schema_of({**CITIES, "fields": fields}).field("name")
    assert (name.type, name.title, name.enum, name.minimum, name.categories[0].value) == (
        "string",
        "",
        ("1",),
        None,
        "1",
    )
