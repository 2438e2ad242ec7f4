"""Two versions: what is compared, by which key, what is noted, and the level of the whole."""

import json
from dataclasses import replace

import pytest
from made_versions import CITIES, difference, schema_of, text, version

from csea.compare.versions import compare_versions
from csea.errors import UsageError


def kinds(found):
    return [(change.kind, change.table, change.column) for change in found.definitions]


def test_the_same_is_no_difference():
    found = difference(text().take([2, 0, 1]))
    assert not found and (found.level, found.changed, found.notes) == ("none", [], [])


@pytest.mark.parametrize(
    "new, level",
    [
        (text(name=["Greywick", "Oakham", "Millend"]), "patch"),
        (text().slice(1), "minor"),
        (text().slice(0, 0), "minor"),
    ],
)
def test_the_level_of_rows(new, level):
    assert difference(new).level == level


def test_the_level_of_the_whole_is_that_of_the_most_serious_change():
    old, new = version(), version(text().slice(1))
    schemas = {"cities": schema_of(uniqueKeys=["name"])}
    assert compare_versions(replace(old, schemas=schemas), new).level == "major"


def test_tables_come_and_go_with_their_rows():
    both = replace(
        version(), tables={"cities": text(), "towns": text()}, schemas={**version().schemas, "towns": schema_of()}
    )
    more, less = compare_versions(version(), both), compare_versions(both, version())
    assert (kinds(more), kinds(less)) == ([("table_added", "towns", "")], [("table_removed", "towns", "")])
    assert (more.tables["towns"].added.num_rows, less.tables["towns"].removed.num_rows) == (3, 3)
    assert (more.level, less.level) == ("minor", "major")


def test_a_table_that_a_part_lacks_is_noted_and_not_compared():
    both = replace(
        version(), tables={"cities": text(), "towns": text()}, schemas={**version().schemas, "towns": schema_of()}
    )
    for found in (
        compare_versions(both, version(is_part=True)),
        compare_versions(version(is_part=True), both),
    ):
        assert not found and found.notes == ["Not compared, since only one of the two holds them: towns."]


def test_no_table_in_common_is_wrong_usage():
    other = replace(version(label="b"), tables={"towns": text()}, schemas={"towns": schema_of()})
    with pytest.raises(UsageError, match="a holds cities and b holds towns"):
        compare_versions(version(), other)


def test_columns_in_another_order_are_noted():
    table = text().select(["city_id", "is_port", "area", "size", "name"])
    turned = replace(version(table), schemas={"cities": schema_of({**CITIES, "fields": CITIES["fields"][::-1]})})
    found = compare_versions(version(), turned)
    assert not found and found.notes == ["The columns stand in another order, which is no difference: cities."]


def test_a_column_that_one_lacks_is_told_once_and_not_by_cell():
    fields = [field for field in CITIES["fields"] if field["name"] != "size"]
    less = replace(version(text().drop_columns(["size"])), schemas={"cities": schema_of({**CITIES, "fields": fields})})
    found = compare_versions(version(), less)
    assert (kinds(found), found.changed) == ([("column_removed", "cities", "size")], [])


def test_rows_are_matched_by_the_new_key_where_that_fits_both():
    named = text(name=["a", "b", "c"])
    new = replace(version(named), schemas={"cities": schema_of(primaryKey="name")})
    assert compare_versions(version(named), new).tables["cities"].key == ("name",)


def test_rows_are_matched_by_the_old_key_where_the_new_one_stands_twice():
    same_names = text(name=["a", "a", "a"])
    new = replace(version(text(name=["a", "b", "c"])), schemas={"cities": schema_of(primaryKey="name")})
    assert compare_versions(version(same_names), new).tables["cities"].key == ("city_id",)


def test_rows_without_a_common_key_all_go_and_come():
    renamed = text().rename_columns(["id", *text().column_names[1:]])
    raw = json.loads(json.dumps(CITIES).replace("city_id", "id"))
    found = compare_versions(version(), replace(version(renamed), schemas={"cities": schema_of(raw)}))
    changes = found.tables["cities"]
    assert (changes.added.num_rows, changes.removed.num_rows, changes.n_same) == (3, 3, 0)
    assert found.level == "major" and "cannot be matched" in found.notes[0]


def test_each_table_is_a_step():
    told = []
    compare_versions(version(), version(), told.append)
    assert told == ["cities"]
