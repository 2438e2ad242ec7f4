"""One definition of every column: the schemas agree with themselves and with each other."""

import json

import pytest

from csea import ROOT
from csea.schema import SchemaError, load_inputs, load_tables
from csea.schema.codes import code_table

TABLES = load_tables(ROOT)
USED = {}
for _schema in TABLES.values():
    for _field in _schema.fields:
        USED.setdefault(_field.name, []).append(_field)
SHARED = sorted(name for name, fields in USED.items() if len(fields) > 1)


@pytest.mark.parametrize("part", ["type", "enum", "unit", "description", "pattern", "categories"])
@pytest.mark.parametrize("column", SHARED)
def test_column_of_several_tables_is_one_column(column, part):
    first, *others = (getattr(field, part) for field in USED[column])
    assert [other for other in others if other != first] == []


@pytest.mark.parametrize("name", sorted(TABLES))
class TestTable:
    def test_lists_a_meaning_for_every_value(self, name):
        unlike = [
            field.name
            for field in TABLES[name].fields
            if field.enum != tuple(category.value for category in field.categories)
        ]
        assert unlike == []

    def test_points_to_keys_that_there_are(self, name):
        dangling = [
            key
            for key in TABLES[name].foreign_keys
            if key.table not in TABLES or TABLES[key.table].primary_key != key.reference
        ]
        assert dangling == []

    def test_has_its_own_columns_in_its_keys(self, name):
        schema = TABLES[name]
        named = {*schema.primary_key, *sum(schema.unique_keys, ()), *sum((k.fields for k in schema.foreign_keys), ())}
        assert named - set(schema.columns) == set()

    def test_has_its_own_columns_in_label_facets_and_search(self, name):
        schema = TABLES[name]
        named = {*schema.facets, *schema.search, *filter(None, [schema.label])}
        assert named - set(schema.columns) == set()

    def test_requires_every_column_of_its_key(self, name):
        schema = TABLES[name]
        assert [column for column in schema.primary_key if not schema.field(column).required] == []

    def test_describes_every_column_in_a_sentence(self, name):
        described = [field.description for field in TABLES[name].fields]
        assert [text for text in described if not (text[:1].isupper() and text.endswith("."))] == []

    def test_names_no_column_twice(self, name):
        assert len(set(TABLES[name].columns)) == len(TABLES[name].columns)


def test_tables_stand_after_those_they_point_to():
    order = list(TABLES)
    backward = [
        (name, key.table)
        for name, schema in TABLES.items()
        for key in schema.foreign_keys
        if key.table != name and order.index(key.table) > order.index(name)
    ]
    assert backward == []


def test_code_list_holds_every_value_with_its_meaning():
    listed = set(code_table(TABLES).itertuples(index=False, name=None))
    wanted = {
        (field.name, item.value, item.label, item.meaning)
        for schema in TABLES.values()
        for field in schema.fields
        for item in field.categories
    }
    assert listed == wanted


def test_hand_kept_column_shares_the_definition_of_the_table_it_names(root):
    shared = load_inputs(root, TABLES)["coded_releases"].field("psc")
    assert shared.description == TABLES["releases"].field("project_safe_childhood").description


THING = {
    "name": "thing",
    "title": "Thing",
    "description": "One row is a thing.",
    "primaryKey": ["thing_id"],
    "fields": [
        {"name": "thing_id", "type": "string", "description": "Name.", "constraints": {"required": True}},
        {
            "name": "colour",
            "type": "string",
            "description": "Colour.",
            "constraints": {"enum": ["red"]},
            "categories": [{"value": "red", "label": "Red", "description": "Red."}],
        },
    ],
}


def without(part: str) -> str:
    return json.dumps({key: value for key, value in THING.items() if key != part})


def recoloured() -> str:
    raw = json.loads(json.dumps(THING))
    raw["fields"][1]["categories"][0]["value"] = "blue"
    return json.dumps(raw)


def load(folder, text):
    (folder / "schemas").mkdir()
    (folder / "schemas" / "thing.schema.json").write_text(text, encoding="utf-8")
    return load_tables(folder)


def test_complete_schema_is_read(tmp_path):
    assert load(tmp_path, json.dumps(THING))["thing"].columns == ["thing_id", "colour"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"name": "thing",', id="broken JSON"),
        pytest.param("[]", id="no object"),
        pytest.param(without("fields"), id="no columns"),
        pytest.param(without("primaryKey"), id="no key"),
        pytest.param(without("description"), id="no description"),
        pytest.param(recoloured(), id="values without meaning"),
    ],
)
def test_faulty_schema_is_named_in_the_error(tmp_path, text):
    with pytest.raises(SchemaError, match=r"schemas/thing\.schema\.json"):
        load(tmp_path, text)


def test_column_whose_values_lack_meanings_is_named_in_the_error(tmp_path):
    with pytest.raises(SchemaError, match="colour"):
        load(tmp_path, recoloured())


def test_faulty_schema_of_a_hand_kept_file_is_named_in_the_error(tmp_path):
    folder = tmp_path / "schemas" / "inputs"
    folder.mkdir(parents=True)
    (folder / "wishes.schema.json").write_text("{", encoding="utf-8")
    with pytest.raises(SchemaError, match=r"wishes\.schema\.json"):
        load_inputs(tmp_path, {})


def test_unknown_column_of_a_table_is_a_key_error():
    with pytest.raises(KeyError, match="cases has no column colour"):
        TABLES["cases"].field("colour")
