"""Changes of schemas: each kind is found alone, with its level."""

import pytest
from made_versions import CITIES, definitions, schema_of, with_field

from csea.compare.definitions import KINDS, DefinitionChange, compare_definitions, reordered

OTHER = {"name": "founded", "title": "Founded", "type": "date", "description": "Day."}
REFERENCE = {"fields": "size", "reference": {"resource": "sizes", "fields": "size"}}
WITH_KEY, WITH_REFERENCE = {**CITIES, "uniqueKeys": ["name"]}, {**CITIES, "foreignKeys": [REFERENCE]}
WITHOUT_SIZE = {**CITIES, "fields": [field for field in CITIES["fields"] if field["name"] != "size"]}
MORE_SIZES = with_field("size", categories=[], constraints={"enum": ["small", "large", "vast"]})
NO_CATEGORIES = with_field("size", categories=[])
WIDER_KEY = {**CITIES, "primaryKey": ["city_id", "name"]}
FREE = with_field("size", categories=[], constraints={})
RANGED = with_field("area", constraints={"minimum": 1, "maximum": 5})

# kind, old, new, column, value before, value now; the mirrored kind where the two are turned round.
CASES = [
    ("column_added", CITIES, {**CITIES, "fields": [*CITIES["fields"], OTHER]}, "founded", "", "date", "column_removed"),
    ("column_removed", CITIES, WITHOUT_SIZE, "size", "string", "", "column_added"),
    ("column_retyped", CITIES, with_field("area", type="integer"), "area", "number", "integer", "column_retyped"),
    ("unit_changed", CITIES, with_field("area", unit="acres"), "area", "square miles", "acres", "unit_changed"),
    ("key_changed", CITIES, WIDER_KEY, "", "city_id", "city_id, name", "key_changed"),
    ("required_added", CITIES, with_field("name", constraints={"required": True}), "name", "", "", "required_dropped"),
    ("enum_value_added", NO_CATEGORIES, MORE_SIZES, "size", "", "vast", "enum_value_removed"),
    ("enum_added", FREE, NO_CATEGORIES, "size", "", "small, large", "enum_dropped"),
    ("pattern_changed", CITIES, with_field("name", constraints={"pattern": "^G"}), "name", "", "^G", "pattern_changed"),
    ("minimum_changed", RANGED, with_field("area", constraints={"minimum": 0.5, "maximum": 5.0}), "area", "1", "0.5",
     "minimum_changed"),
    ("maximum_changed", RANGED, with_field("area", constraints={"minimum": 1}), "area", "5", "", "maximum_changed"),
    ("unique_key_added", CITIES, WITH_KEY, "", "", "name", "unique_key_dropped"),
    ("reference_added", CITIES, WITH_REFERENCE, "", "", "size -> sizes.size", "reference_dropped"),
    ("texts_changed", CITIES, with_field("name", title="Called", description="As on maps."), "", "", "2",
     "texts_changed"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_each_kind_is_found_alone_in_both_directions(case):
    kind, old, new, column, before, now, mirrored = case
    assert definitions(new, old) == [(kind, column, before, now)]
    back = definitions(old, new)
    assert [(found[0], found[1]) for found in back] == [(mirrored, column)]
    if kind != "texts_changed":
        assert back[0][2:] == (now, before)


def test_tables_come_and_go():
    city = schema_of()
    assert compare_definitions({"a": city}, {"b": city}) == [
        DefinitionChange("table_removed", "a"),
        DefinitionChange("table_added", "b"),
    ]


def test_every_kind_is_tested_but_the_separator_which_no_descriptor_has():
    assert {kind for case in CASES for kind in (case[0], case[-1])} | {
        "table_added",
        "table_removed",
        "separator_changed",
    } == set(KINDS)


# What a reader of the old version can rely on no longer is major; this list is the contract of the release.
MAJOR = {
    "table_removed", "column_removed", "column_retyped", "key_changed", "unit_changed", "separator_changed",
    "required_dropped", "enum_dropped", "enum_value_removed", "unique_key_dropped", "reference_dropped",
}  # fmt: skip


def test_levels():
    assert {kind for kind, level in KINDS.items() if level == "major"} == MAJOR
    assert {kind for kind, level in KINDS.items() if level == "patch"} == {"texts_changed"}
    assert DefinitionChange("column_added", "cities").level == "minor"


def test_the_same_is_no_change():
    assert definitions(CITIES) == []


def test_the_meaning_of_a_list_value_is_a_text():
    labels = [{"value": value, "label": "New", "description": "New."} for value in ("small", "large")]
    assert definitions(with_field("size", categories=labels)) == [("texts_changed", "", "", "4")]


def test_the_most_serious_comes_first():
    new = {**with_field("area", unit="acres"), "title": "Towns", "uniqueKeys": ["name"]}
    assert [kind for kind, *_ in definitions(new)] == ["unit_changed", "unique_key_added", "texts_changed"]


def test_the_order_of_columns_is_no_change():
    turned = {**CITIES, "fields": CITIES["fields"][::-1]}
    assert definitions(turned) == []
    assert reordered(schema_of(), schema_of(turned)) and not reordered(schema_of(), schema_of(WITHOUT_SIZE))


def test_lent_schemas_are_asked_for_columns_alone():
    new = {**with_field("area", unit="acres"), "fields": [*with_field("area", unit="acres")["fields"], OTHER]}
    found = compare_definitions({"cities": schema_of()}, {"cities": schema_of(new)}, only_columns=True)
    assert [change.kind for change in found] == ["column_added"]
