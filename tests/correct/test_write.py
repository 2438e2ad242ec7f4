"""What is written is read back as the same correction."""

from dataclasses import replace

import yaml
from hypothesis import given
from hypothesis import strategies as st
from writing import change

from csea.correct.forms import correction_of
from csea.correct.write import file_of, new_id, yaml_text
from csea.correct.yaml_file import read_parts
from csea.schema import load_tables

ONE_LINE = st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "), max_size=30).map(
    lambda text: " ".join(text.split())
)
WORDS = ONE_LINE.filter(bool)


def read_back(folder, correction, schema):
    path = folder / f"{correction.id}.yaml"
    path.write_text(yaml_text(correction, schema), encoding="utf-8")
    parts, problems = read_parts(path, correction.shown)
    assert problems == []
    made, problems = correction_of(correction.id, correction.shown, parts, {schema.name: schema})
    assert problems == []
    return replace(made, lines={})


@given(
    old=ONE_LINE,
    new=ONE_LINE,
    key=WORDS,
    why=WORDS,
    credit=ONE_LINE,
    state=st.sampled_from(["active", "overtaken", "withdrawn"]),
)
def test_any_change_is_read_back(tmp_path_factory, root, old, new, key, why, credit, state):
    schema = load_tables_once(root)["platforms"]
    if old == new:
        new += "x"
    given_one = change(key=(key,), present=old, value=new, why=why, credit=credit, state=state)
    assert read_back(tmp_path_factory.getbasetemp(), given_one, schema) == given_one


@given(st.dictionaries(st.sampled_from(["name", "owner", "note", "launched"]), WORDS))
def test_any_row_is_read_back(tmp_path_factory, root, cells):
    schema = load_tables_once(root)["platforms"]
    row = {"platform_id": "newone", **cells}
    added = change(action="add", key=("newone",), column="", present="", value="", row=row)
    assert read_back(tmp_path_factory.getbasetemp(), added, schema) == added


def test_other_readers_of_yaml_take_every_value_for_text(schemas):
    values = ["2016-02-29", "007", "no", "Null", "1e3", "12:30", "a: b", "#x", "- x", "y", "{}", "plain words", "=1"]
    for value in values:
        text = yaml_text(change(value=value), schemas["platforms"])
        assert yaml.safe_load(text)["value"] == value


def test_file_stands_in_the_folder_of_its_year():
    assert str(file_of("20260131-aim")) == "data/corrections/2026/20260131-aim.yaml"


def test_id_is_made_of_day_and_words():
    assert new_id("20260131", "platforms Zürich's  aim!", set()) == "20260131-platforms-zurich-s-aim"


def test_taken_id_gets_a_number():
    assert new_id("20260131", "aim", {"20260131-aim", "20260131-aim-2"}) == "20260131-aim-3"


_LOADED = {}


def load_tables_once(root):
    return _LOADED or _LOADED.update(load_tables(root)) or _LOADED
