"""The boxes of the questions' pages: each defined once and used, with choices from the built database."""

import re
import sqlite3
from contextlib import closing

import pytest

from csea import ROOT
from csea.parameters import FILE, Parameter, load_parameters
from csea.project import DATABASE
from csea.schema import SchemaError
from csea.views import View, load_views

PARAMETERS = load_parameters(ROOT, load_views(ROOT))
MOON = "moon: {label: Moon, hint: Its phase., example: full}"


def load(folder, text, *used):
    (folder / "schemas").mkdir()
    (folder / FILE).write_text(text, encoding="utf-8")
    return load_parameters(folder, [View("sky", "", "", "", "", "", "", parameters=used)])


@pytest.mark.parametrize("name", sorted(PARAMETERS))
class TestEveryParameter:
    def test_is_described(self, name):
        parameter = PARAMETERS[name]
        assert parameter.label and parameter.hint.endswith(".")

    def test_offers_choices_once_each_and_its_example_among_them(self, name):
        with closing(sqlite3.connect(f"{(ROOT / DATABASE).as_uri()}?mode=ro", uri=True)) as connection:
            choices = PARAMETERS[name].choices(connection)
        if choices is None:
            assert re.fullmatch(r"\d{4}", PARAMETERS[name].example)
            return
        values = [value for value, _ in choices]
        assert len(values) == len(set(values)) and PARAMETERS[name].example in values
        assert all(value and label for value, label in choices)


def test_a_parameter_is_read(tmp_path):
    assert load(tmp_path, MOON, "moon") == {"moon": Parameter("moon", "Moon", "Its phase.", "full")}


def test_no_file_defines_no_parameter(tmp_path):
    assert load_parameters(tmp_path, []) == {}


@pytest.mark.parametrize(
    ("text", "used", "said"),
    [
        (MOON, (), "no question asks for moon"),
        (MOON, ("moon", "sun"), "sky.sql: the page asks for sun, which schemas/parameters.yaml does not define"),
        ("moon: {label: Moon}", ("moon",), "moon needs example, hint, label, and perhaps options"),
        ("moon: full", ("moon",), "moon needs example, hint, label, and perhaps options"),
        ("[", (), "is not YAML"),
        ("- moon", (), "needs the name of a parameter"),
    ],
)
def test_a_faulty_definition_is_told(tmp_path, text, used, said):
    with pytest.raises(SchemaError, match=re.escape(said)):
        load(tmp_path, text, *used)


@pytest.mark.parametrize(("sql", "said"), [("SELECT 1 FROM nowhere", "no such table"), ("SELECT 1", "two columns")])
def test_faulty_choices_are_told(sql, said):
    with pytest.raises(SchemaError, match=f"the options of moon .*{said}"):
        Parameter("moon", "Moon", "", "", sql).choices(sqlite3.connect(":memory:"))
