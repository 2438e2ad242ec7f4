"""The version before with its change list is this version, exactly, and the other way round."""

import json

import pyarrow as pa
import pytest
from hypothesis import given, settings
from small_versions import changed, registers, schema, state, texts, version

from csea.io import csv_bytes, sort_by
from csea.release.blanks import redact as redacted_lines
from csea.release.causes import Causes
from csea.release.changes import (
    ChangeListError,
    change_list,
    list_schema,
    misfits,
    of_table,
    read_changes,
)
from csea.release.state import applied, inverted

TOWNS = {"towns": schema("towns", {"town": "string", "size": "integer", "note": "string"}, ["town"])}
BEFORE = {"towns": texts("town size note", ("ash", "3", None), ("elm", "5", "old"), ("oak", None, "x"))}
NOW = {"towns": texts("town size note", ("ash", "4", None), ("fir", "1", 'a "b", c\\d'), ("oak", None, None))}


def lines(table, *columns):
    return list(zip(*(table[name].to_pylist() for name in columns), strict=True))


class TestList:
    def test_first_version_adds_every_table_and_row(self):
        assert lines(changed("0.1.0", {}, BEFORE, TOWNS), "op", "row_key") == [
            ("row_added", "ash"),
            ("row_added", "elm"),
            ("row_added", "oak"),
            ("table_added", None),
        ]

    def test_tells_rows_and_cells(self):
        found = lines(changed("0.2.0", BEFORE, NOW, TOWNS), "row_key", "column_name", "op", "old_value", "new_value")
        assert found == [
            ("ash", "size", "cell_changed", "3", "4"),
            ("elm", None, "row_removed", '{"town":"elm","size":"5","note":"old"}', None),
            ("fir", None, "row_added", None, '{"town":"fir","size":"1","note":"a \\"b\\", c\\\\d"}'),
            ("oak", "note", "cell_changed", "x", None),
        ]

    def test_says_nothing_where_nothing_changed(self):
        assert changed("0.2.0", BEFORE, BEFORE, TOWNS).num_rows == 0

    def test_leaves_empty_cells_out_of_a_row(self):
        first = changed("0.1.0", {}, BEFORE, TOWNS)
        assert json.loads(first["new_value"][0].as_py()) == {"town": "ash", "size": "3"}

    def test_takes_typed_tables_as_it_takes_text(self):
        typed = {
            "towns": pa.table({"town": ["ash"], "size": pa.array([3], pa.int64()), "note": pa.nulls(1, pa.string())})
        }
        plain = {"towns": texts("town size note", ("ash", "3", None))}
        assert changed("0.1.0", {}, typed, TOWNS).equals(changed("0.1.0", {}, plain, TOWNS))

    def test_has_the_columns_of_its_schema_in_canonical_order(self):
        found = changed("0.2.0", BEFORE, NOW, TOWNS)
        assert found.column_names == list_schema().columns
        assert sort_by(found, list(list_schema().primary_key)).equals(found)

    def test_is_read_back_as_it_was_written(self, tmp_path):
        path = tmp_path / "0.2.0.csv"
        found = changed("0.2.0", BEFORE, NOW, TOWNS)
        path.write_bytes(csv_bytes(found))
        assert read_changes(path).equals(found)


WIDER = {"towns": schema("towns", {"town": "string", "mayor": "string", "size": "integer"}, ["town"])}
OTHER_KEY = {"towns": schema("towns", {"town": "string", "size": "integer", "note": "string"}, ["town", "size"])}
TURNED = {"towns": schema("towns", {"note": "string", "town": "string", "size": "integer"}, ["town"])}
RETYPED = {"towns": schema("towns", {"town": "string", "size": "string", "note": "string"}, ["town"])}
ROWS = {
    "wider": (WIDER, texts("town mayor size", ("ash", "kim", "3"), ("elm", None, "5"), ("oak", None, None))),
    "another key": (OTHER_KEY, texts("town size note", ("ash", "9", None), ("ash", "10", "x"), ("fir", "1", None))),
    "another order": (TURNED, texts("note town size", (None, "ash", "3"), ("y", "elm", "5"), ("x", "oak", None))),
    "another type": (RETYPED, texts("town size note", ("ash", "few", None), ("elm", "5", "old"))),
}


class TestSchemaChanges:
    @pytest.mark.parametrize("kind", ROWS)
    def test_can_be_applied_and_undone(self, kind):
        schemas, table = ROWS[kind]
        found = changed("0.2.0", BEFORE, {"towns": table}, TOWNS, schemas)
        before, now = state(BEFORE["towns"], TOWNS["towns"]), state(table, schemas["towns"])
        assert applied(before, found) == now
        assert applied(now, inverted(found)) == before

    def test_column_that_goes_is_told_with_its_cells(self):
        schemas, table = ROWS["wider"]
        found = changed("0.2.0", BEFORE, {"towns": table}, TOWNS, schemas)
        assert ("cell_changed", "note", "old") in lines(found, "op", "column_name", "old_value")
        assert ("column_removed", "note", '{"place":2,"type":"string"}') in lines(
            found, "op", "column_name", "old_value"
        )
        assert ("column_added", "mayor", '{"place":1,"type":"string"}') in lines(
            found, "op", "column_name", "new_value"
        )

    def test_table_that_goes_is_told_with_its_rows(self):
        causes = Causes.of(BEFORE, {}, {}, registers(), "2021-01-01")
        found = change_list("0.2.0", BEFORE, {}, TOWNS, {}, causes)
        assert found["op"].to_pylist() == ["row_removed"] * 3 + ["table_removed"]
        assert applied(state(BEFORE["towns"], TOWNS["towns"]), found) is None
        assert applied(None, inverted(found)) == state(BEFORE["towns"], TOWNS["towns"])


class TestRoundTrip:
    @settings(max_examples=30)
    @given(version(), version())
    def test_any_two_versions(self, one, other):
        found = changed("0.2.0", one[0], other[0], one[1], other[1])
        for name in {*one[0], *other[0]}:
            before, now = (state(t[name], s[name]) if name in t else None for t, s in (one, other))
            assert applied(before, of_table(found, name)) == now
            assert applied(now, inverted(of_table(found, name))) == before
        assert misfits(found, one[0], other[0], one[1], other[1]) == []

    @settings(max_examples=10)
    @given(version(), version())
    def test_any_list_through_its_file(self, tmp_path_factory, one, other):
        path = tmp_path_factory.mktemp("lists") / "0.2.0.csv"
        found = changed("0.2.0", one[0], other[0], one[1], other[1])
        path.write_bytes(csv_bytes(found))
        assert read_changes(path).equals(found)

    def test_published_tables_of_which_rows_and_cells_are_gone(self, tables, schemas):
        def thinned(step, columns):
            for name, table in tables.items():
                cells = {c: table[c] for c in table.column_names}
                spared = [c for c in table.column_names if c not in schemas[name].primary_key][:columns]
                cells |= {c: pa.nulls(table.num_rows, table.schema.field(c).type) for c in spared}
                rows = [row for row in range(table.num_rows) if row % step]
                yield name, pa.table(cells).take(pa.array(rows, pa.int64()))

        one, other = dict(thinned(3, 0)), dict(thinned(5, 2))
        found = changed("0.2.0", one, other, schemas)
        assert misfits(found, one, other, schemas, schemas) == []
        assert found["cause"].null_count == 0
        assert set(found["cause"].to_pylist()) <= set(list_schema().field("cause").enum)

    def test_a_list_that_does_not_fit_is_noticed(self):
        found = changed("0.2.0", BEFORE, NOW, TOWNS)
        assert misfits(found.slice(1), BEFORE, NOW, TOWNS, TOWNS) == ["towns"]


KEYS = {
    "releases": schema("releases", {"release_id": "string", "place": "string"}, ["release_id"]),
    "codings": schema("codings", {"release_id": "string", "coded_value": "string"}, ["release_id", "coded_value"]),
    "uses": schema("uses", {"case_id": "string", "conduct": "string"}, ["case_id", "conduct"]),
    "withheld": schema("withheld", {"key_sha256": "string"}, ["key_sha256"]),
}
SHOWN = {
    "releases": texts("release_id place", ("r0000001", "Elmwood"), ("r0000002", "Oakville")),
    "codings": texts("release_id coded_value", *[(f"r000000{n}", v) for n in (1, 2) for v in ("Elmwood", "Oakville")]),
    "uses": texts("case_id conduct", ("c000001", "csam"), ("c000001", "grooming")),
    "withheld": texts("key_sha256"),
}
HIDDEN = {
    "releases": SHOWN["releases"].slice(1),
    "codings": SHOWN["codings"].slice(2),
    "uses": SHOWN["uses"].slice(1),
    "withheld": texts("key_sha256", ("aa",)),
}
IDS = registers(("r0000001", "aa", "0.1.0", "withdrawn", None), ("r0000002", "bb", "0.1.0", "active", None))


class TestPrivacy:
    def test_rows_that_go_leave_nothing_but_ids(self):
        found = changed("0.2.0", SHOWN, HIDDEN, KEYS, ids=IDS)
        gone = found.filter(pa.compute.equal(found["op"], "row_removed"))
        assert lines(gone, "table_name", "row_key", "old_value", "cause")[:2] == [
            ("codings", '["r0000001",null]', None, "privacy"),
            ("releases", "r0000001", None, "privacy"),
        ]
        assert "Elmwood" not in csv_bytes(of_table(found, "releases")).decode()

    def test_the_list_still_makes_this_version(self):
        found = changed("0.2.0", SHOWN, HIDDEN, KEYS, ids=IDS)
        assert misfits(found, SHOWN, HIDDEN, KEYS, KEYS) == []

    def test_rows_of_a_case_that_loses_a_release_are_told_without_what_they_said(self):
        cased = SHOWN | {"releases": texts("release_id case_id", ("r0000001", "c000001"))}
        hidden = HIDDEN | {"releases": texts("release_id case_id")}
        found = changed("0.2.0", cased, hidden, KEYS, ids=IDS)
        assert lines(of_table(found, "uses"), "row_key", "op", "old_value") == [
            ('["c000001","grooming"]', "row_added", None),
            ('["c000001",null]', "row_removed", None),
        ]
        assert "uses" not in misfits(found, cased, hidden, KEYS, KEYS)

    def test_what_went_stays_away_when_the_list_is_undone(self):
        found = changed("0.2.0", SHOWN, HIDDEN, KEYS, ids=IDS)
        back = applied(state(HIDDEN["codings"], KEYS["codings"]), inverted(of_table(found, "codings")))
        assert back == state(HIDDEN["codings"], KEYS["codings"])


def redact(path, keys):
    data = csv_bytes(redacted_lines(read_changes(path), keys))
    is_new = data != path.read_bytes()
    path.write_bytes(data)
    return is_new


@pytest.fixture
def first(tmp_path):
    path = tmp_path / "0.1.0.csv"
    path.write_bytes(csv_bytes(changed("0.1.0", {}, SHOWN, KEYS)))
    return path


class TestRedact:
    def test_takes_all_of_a_release_out(self, first):
        assert redact(first, {"releases": {"r0000001"}, "codings": {"r0000001"}})
        found = read_changes(first)
        assert ("codings", '["r0000001",null]', None) in lines(found, "table_name", "row_key", "new_value")
        assert ("releases", "r0000001", None) in lines(found, "table_name", "row_key", "new_value")

    def test_makes_of_a_first_version_one_without_the_release(self, first):
        redact(first, {"releases": {"r0000001"}, "codings": {"r0000001"}})
        made = applied(None, of_table(read_changes(first), "codings"))
        assert made == state(HIDDEN["codings"], KEYS["codings"])

    def test_leaves_other_rows_and_tables_alone(self, first):
        before = read_changes(first)
        redact(first, {"codings": {"r0000001"}})
        after = read_changes(first)
        assert of_table(after, "releases").equals(of_table(before, "releases"))
        assert [key for (key,) in lines(of_table(after, "codings"), "row_key")][-3:-1] == [
            '["r0000002","Elmwood"]',
            '["r0000002","Oakville"]',
        ]

    def test_takes_out_one_row_by_its_whole_key(self, first):
        redact(first, {"uses": {'["c000001","csam"]'}})
        assert lines(of_table(read_changes(first), "uses"), "row_key", "new_value")[:2] == [
            ('["c000001","csam"]', None),
            ('["c000001","grooming"]', '{"case_id":"c000001","conduct":"grooming"}'),
        ]

    def test_takes_out_what_a_later_list_names_by_a_shortened_key(self, first):
        redact(first, {"uses": {'["c000001",null]'}})
        assert lines(of_table(read_changes(first), "uses"), "row_key", "new_value")[:-1] == [('["c000001",null]', None)]

    def test_finds_the_release_in_rows_with_a_key_of_their_own(self, tmp_path):
        path = tmp_path / "0.1.0.csv"
        notes = {"notes": schema("notes", {"note_id": "string", "release_id": "string"}, ["note_id"])}
        table = {"notes": texts("note_id release_id", ("n1", "r0000001"), ("n2", "r0000002"))}
        path.write_bytes(csv_bytes(changed("0.1.0", {}, table, notes)))
        redact(path, {"notes": {"r0000001"}})
        assert read_changes(path)["new_value"].null_count == 1

    def test_changes_nothing_where_there_is_nothing(self, first):
        before = first.read_bytes()
        assert not redact(first, {"releases": {"r0000009"}, "nothing": {"r0000001"}})
        assert first.read_bytes() == before


class TestRead:
    @pytest.mark.parametrize(
        ("wrong", "right"),
        [
            pytest.param("row_added", "row_lost", id="operation"),
            pytest.param(",curated,", ",whim,", id="cause"),
            pytest.param("0.1.0,", "0.1.1,", id="version"),
            pytest.param("row_key", "key", id="header"),
            pytest.param(",curated,", ",curated,,", id="cells"),
        ],
    )
    def test_damage_is_told_in_a_sentence(self, first, wrong, right):
        first.write_text(first.read_text(encoding="utf-8").replace(wrong, right, 1), encoding="utf-8")
        with pytest.raises(ChangeListError, match=r"^data/changes/0\.1\.0\.csv.*git\.$"):
            read_changes(first)

    def test_missing_file_is_told_in_a_sentence(self, tmp_path):
        with pytest.raises(ChangeListError, match=r"data/changes/0\.9\.0\.csv"):
            read_changes(tmp_path / "0.9.0.csv")
