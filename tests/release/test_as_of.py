"""Any released version of a table comes back, byte for byte, from the newest one or from nothing."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from small_versions import record, registers, release, schema, texts, version, withdraw

from csea import ROOT
from csea import cli as cli_module
from csea.cli.history import as_of as command
from csea.errors import UsageError
from csea.io import csv_bytes, sha256
from csea.project import VERSIONS as INDEX
from csea.release.changes import FOLDER, ChangeListError
from csea.release.history import History, as_of

TOWNS = {"towns": schema("towns", {"town": "string", "size": "integer", "since": "date"}, ["town"])}
WIDER = {"towns": schema("towns", {"town": "string", "note": "string", "size": "integer", "since": "date"}, ["town"])}
RIVERS = {"rivers": schema("rivers", {"river": "string"}, ["river"])}
COLUMNS = "town size since"
FIRST = {"towns": texts(COLUMNS, ("ash", "3", "1990-01-31"), ("elm", "10", None))}
SECOND = {"towns": texts(COLUMNS, ("ash", "4", "1990-01-31"), ("oak", "2", None)), "rivers": texts("river", ("avon",))}
THIRD = {"towns": texts("town note size since", ("ash", 'a "b", c', "4", None), ("elm", None, "10", None))}
VERSIONS = {"0.1.0": FIRST, "0.2.0": SECOND, "0.10.0": THIRD}


@pytest.fixture
def root(tmp_path):
    release(tmp_path, "0.1.0", {}, FIRST, TOWNS)
    release(tmp_path, "0.2.0", FIRST, SECOND, TOWNS, TOWNS | RIVERS)
    release(tmp_path, "0.10.0", SECOND, THIRD, TOWNS | RIVERS, WIDER)
    return tmp_path


def run(root, *arguments):
    return CliRunner().invoke(command, [str(item) for item in arguments], obj=root)


class TestAsOf:
    @pytest.mark.parametrize("number", VERSIONS)
    def test_gives_the_table_of_every_version(self, root, number):
        for name, table in VERSIONS[number].items():
            assert csv_bytes(as_of(root, number, name)) == csv_bytes(table)

    def test_starts_from_nothing_where_the_table_is_not_as_released(self, root):
        path = root / "data" / "towns.csv"
        path.write_text(path.read_text().replace("ash", "asp"))
        assert csv_bytes(as_of(root, "0.2.0", "towns")) == csv_bytes(SECOND["towns"])
        path.unlink()
        assert csv_bytes(as_of(root, "0.10.0", "towns")) == csv_bytes(THIRD["towns"])

    def test_gives_a_table_that_is_gone(self, root):
        assert as_of(root, "0.2.0", "rivers").to_pydict() == {"river": ["avon"]}

    def test_says_nothing_where_nothing_is_missing(self, root):
        told = []
        as_of(root, "0.1.0", "towns", told.append)
        assert told == []

    @settings(max_examples=8)
    @given(version(), version(), version())
    def test_both_ways_give_the_same_bytes(self, tmp_path_factory, one, two, three):
        root = tmp_path_factory.mktemp("versions")
        before = {}, {}
        for number, (tables, schemas) in zip(("0.1.0", "0.2.0", "1.0.0"), (one, two, three), strict=True):
            release(root, number, before[0], tables, before[1], schemas)
            before = tables, schemas
        history = History(root)
        for number, (tables, _) in zip(history.versions, (one, two, three), strict=True):
            for name, table in tables.items():
                is_released, newest = history.newest(name)
                assert is_released
                ways = history.forward(number, name), history.backward(number, name, newest)
                assert [csv_bytes(way.table) for way in ways] == [csv_bytes(table)] * 2


def test_lists_of_the_repository_lead_to_every_version_of_every_table(root_of_lists):
    history = History(root_of_lists)
    for number in history.versions:
        for name, released in history.tables(number).items():
            made = history.forward(number, name)
            assert made and (sha256(csv_bytes(made.table)) == released.sha256 or name in history.redacted(number))


class TestWrongAsking:
    def test_unknown_version(self, root):
        with pytest.raises(
            UsageError, match=r'Did you mean "0\.2\.0"\? The versions are: 0\.10\.0, 0\.2\.0, 0\.1\.0\.'
        ):
            as_of(root, "0.2", "towns")

    def test_unknown_table(self, root):
        with pytest.raises(
            UsageError, match=r'Version 0\.2\.0 has no table .* "towns"\? Its tables are: rivers, towns\.'
        ):
            as_of(root, "0.2.0", "town")

    def test_table_of_another_version(self, root):
        with pytest.raises(UsageError, match="rivers"):
            as_of(root, "0.1.0", "rivers")

    def test_nothing_released(self, tmp_path):
        with pytest.raises(UsageError, match="No version has been released yet"):
            as_of(tmp_path, "0.1.0", "towns")


def damage(path, wrong, right):
    text = path.read_text(encoding="utf-8")
    assert wrong in text
    path.write_text(text.replace(wrong, right, 1), encoding="utf-8")


class TestDamage:
    @pytest.mark.parametrize("is_released", [True, False])
    @pytest.mark.parametrize(
        ("name", "wrong", "right"),
        [
            pytest.param("0.10.0.csv", "column_added", "column_lost", id="operation"),
            pytest.param("0.2.0.datapackage.json", '"hash"', '"mash"', id="descriptor"),
            pytest.param("0.2.0.datapackage.json", "{", "", id="descriptor that is no JSON"),
        ],
    )
    def test_is_told_in_a_sentence(self, root, name, wrong, right, is_released):
        if not is_released:
            (root / "data" / "towns.csv").unlink()
        damage(root / FOLDER / name, wrong, right)
        with pytest.raises(ChangeListError, match=r"data/changes/.*with git\.$"):
            for number in VERSIONS:
                as_of(root, number, "towns")

    @pytest.mark.parametrize(
        ("name", "wrong", "right"),
        [
            pytest.param("0.10.0.csv", '{""place"":1', '{""place"":""1""', id="place of a column"),
            pytest.param("0.1.0.csv", '{""columns"":', '{""pillars"":', id="shape"),
            pytest.param("0.1.0.csv", '"{""town"":""elm""', '"[""town"":""elm""', id="row"),
        ],
    )
    def test_of_what_was_added_is_told_in_a_sentence(self, root, name, wrong, right):
        (root / "data" / "towns.csv").unlink()
        damage(root / FOLDER / name, wrong, right)
        with pytest.raises(
            ChangeListError, match=rf"^data/changes/{name} holds a line that is no change\..*with git\.$"
        ):
            as_of(root, "0.10.0", "towns")

    def test_lists_that_lead_elsewhere_from_the_newest_are_not_believed(self, root):
        damage(root / FOLDER / "0.2.0.csv", "cell_changed,3,4", "cell_changed,5,6")
        assert csv_bytes(as_of(root, "0.1.0", "towns")) == csv_bytes(FIRST["towns"])  # from nothing
        (root / "data" / "towns.csv").unlink()
        with pytest.raises(ChangeListError, match=r"do not lead to towns as it was in 0\.2\.0"):
            as_of(root, "0.2.0", "towns")

    def test_list_that_is_not_the_recorded_one_is_refused(self, root):
        record(root)
        assert csv_bytes(as_of(root, "0.1.0", "towns")) == csv_bytes(FIRST["towns"])
        damage(root / FOLDER / "0.2.0.csv", "cell_changed,3,4", "cell_changed,5,6")
        with pytest.raises(ChangeListError, match=r"^data/changes/0\.2\.0\.csv is not the list that .* with git\.$"):
            as_of(root, "0.1.0", "towns")

    def test_index_that_is_damaged_is_told_in_a_sentence(self, root):
        (root / INDEX).write_text("{")
        with pytest.raises(ChangeListError, match=r"^versions\.json cannot be read\. Restore it with git\.$"):
            as_of(root, "0.1.0", "towns")

    def test_lists_that_lead_elsewhere_are_noticed(self, root):
        (root / "data" / "towns.csv").unlink()
        damage(root / FOLDER / "0.1.0.csv", '""ash""', '""asp""')
        with pytest.raises(ChangeListError, match=r"do not lead to towns as it was in 0\.1\.0"):
            as_of(root, "0.1.0", "towns")


PEOPLE = {
    "releases": schema("releases", {"release_id": "string", "place": "string"}, ["release_id"]),
    "codings": schema("codings", {"release_id": "string", "coded_value": "string"}, ["release_id", "coded_value"]),
    "withheld": schema("withheld", {"key_sha256": "string"}, ["key_sha256"]),
}
SHOWN = {
    "releases": texts("release_id place", ("r0000001", "Elmwood"), ("r0000002", "Oakville")),
    "codings": texts("release_id coded_value", ("r0000001", "a"), ("r0000001", "b"), ("r0000002", "a")),
    "withheld": texts("key_sha256"),
}
HIDDEN = {name: SHOWN[name].slice(count) for name, count in (("releases", 1), ("codings", 2))}
HIDDEN["withheld"] = texts("key_sha256", ("aa",))
IDS = registers(("r0000001", "aa", "0.1.0", "withdrawn", None), ("r0000002", "bb", "0.1.0", "active", None))


@pytest.fixture
def root_of_lists():
    """The repository, where a version has been released."""
    if not History(ROOT).versions:
        pytest.skip("no version has been released yet")
    return ROOT


@pytest.fixture
def withdrawn(tmp_path):
    release(tmp_path, "0.1.0", {}, SHOWN, PEOPLE)
    release(tmp_path, "0.2.0", SHOWN, HIDDEN, PEOPLE, ids=IDS)
    record(tmp_path)
    withdraw(tmp_path, {"releases": {"r0000001"}, "codings": {"r0000001"}}, {"r0000001"})
    return tmp_path


MISSING = "Values withdrawn since to protect a person are missing, so this table cannot be checked against its hash."


class TestWithdrawn:
    @pytest.mark.parametrize("is_released", [True, False])
    @pytest.mark.parametrize(
        ("name", "note"), [("releases", "1 row is missing of 2."), ("codings", "2 rows are missing of 3.")]
    )
    def test_rows_are_missing_and_it_is_said(self, withdrawn, name, note, is_released):
        told = []
        if not is_released:
            (withdrawn / "data" / f"{name}.csv").unlink()
        assert as_of(withdrawn, "0.1.0", name, told.append).equals(HIDDEN[name])
        assert told == [f"{MISSING} {note}"]

    def test_nothing_of_it_stays_in_any_file(self, withdrawn):
        texts = [path.read_text(encoding="utf-8") for path in sorted((withdrawn / "data").rglob("*.csv"))]
        assert [text for text in texts if "Elmwood" in text or '""b""' in text] == []

    def test_more_that_is_missing_is_damage(self, withdrawn):
        path = withdrawn / FOLDER / "0.1.0.csv"
        kept = [line for line in path.read_text().splitlines(keepends=True) if "r0000002" not in line]
        path.write_text("".join(kept))
        (withdrawn / "data" / "releases.csv").unlink()
        with pytest.raises(ChangeListError, match="is not the list that"):
            as_of(withdrawn, "0.1.0", "releases")

    def test_falsified_value_is_damage_also_where_a_row_is_missing(self, withdrawn):
        (withdrawn / "data" / "releases.csv").unlink()
        damage(withdrawn / FOLDER / "0.1.0.csv", "Oakville", "Elsewhere")
        with pytest.raises(ChangeListError, match="is not the list that"):
            as_of(withdrawn, "0.1.0", "releases")
        (withdrawn / INDEX).unlink()  # without the record nothing may be missing
        with pytest.raises(ChangeListError, match="do not lead to releases"):
            as_of(withdrawn, "0.1.0", "releases")

    def test_the_record_names_the_tables_that_lack_values_and_no_other(self, withdrawn):
        history = History(withdrawn)
        assert [history.redacted(number) for number in history.versions] == [["codings", "releases"], []]
        assert History(withdrawn).is_recorded("0.1.0", (withdrawn / FOLDER / "0.1.0.csv").read_bytes())

    def test_other_tables_must_still_be_what_was_released(self, withdrawn):
        path = withdrawn / FOLDER / "0.1.0.csv"
        damage(path, "0.1.0,withheld,,,table_added", "0.1.0,withhold,,,table_added")
        record(withdrawn, ["codings", "releases"])
        (withdrawn / "data" / "withheld.csv").unlink()
        with pytest.raises(ChangeListError, match="do not lead to withheld"):
            as_of(withdrawn, "0.1.0", "withheld")


class TestCommand:
    def test_prints_the_csv_as_it_was_released(self, root):
        assert run(root, "0.2.0", "towns").stdout_bytes == csv_bytes(SECOND["towns"])

    def test_takes_a_tag_for_a_version(self, root):
        assert run(root, "v0.2.0", "towns").stdout_bytes == csv_bytes(SECOND["towns"])

    def test_prints_json_with_types(self, root):
        assert json.loads(run(root, "0.2.0", "towns", "--format", "json").stdout)[0] == {
            "town": "ash",
            "size": 4,
            "since": "1990-01-31",
        }

    def test_writes_parquet_with_types(self, root, tmp_path):
        assert run(root, "0.2.0", "towns", "--format", "parquet", "--output", tmp_path / "towns.parquet").exit_code == 0
        types = pq.read_schema(tmp_path / "towns.parquet").types
        assert types == [pa.string(), pa.int64(), pa.date32()]

    def test_prints_no_parquet(self, root):
        assert isinstance(run(root, "0.2.0", "towns", "--format", "parquet").exception, UsageError)

    def test_says_on_stderr_what_is_missing(self, withdrawn):
        result = run(withdrawn, "0.1.0", "releases")
        assert result.stdout_bytes == csv_bytes(HIDDEN["releases"])
        assert result.stderr == f"csea: {MISSING} 1 row is missing of 2.\n"

    def test_says_what_is_damaged_and_fails(self, root, monkeypatch, capsys):
        damage(root / FOLDER / "0.10.0.csv", "column_added", "column_lost")
        monkeypatch.setattr(cli_module.sys, "argv", ["csea", "--root", str(root), "as-of", "0.1.0", "towns"])
        (root / "schemas").mkdir()
        (root / "VERSION").touch()
        with pytest.raises(SystemExit) as ended:
            cli_module.main()
        assert ended.value.code == 1
        assert capsys.readouterr().err.startswith("csea: data/changes/0.10.0.csv:")
