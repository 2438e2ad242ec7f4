"""A column that will go says so in every text, and is filled until it goes."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from csea import ROOT
from csea.check.columns import cast
from csea.check.rows import rows_of
from csea.io import text_table
from csea.rooms import ordered
from csea.schema import SchemaError, load_inputs, load_tables, read_schema
from csea.schema.codebook import codebook
from csea.schema.deprecated import Deprecated, with_aliases
from csea.schema.texts import column_text, describe, table_metadata

NOTICE = {"since": "0.2.0", "use": "colour", "until": "1.0.0"}
SENTENCE = "Deprecated since 0.2.0: use colour; it goes in 1.0.0."


def raw(**others):
    text = {"type": "string", "description": "Made up."}
    return {
        "name": "things",
        "title": "Things",
        "description": "One row is a thing.",
        "primaryKey": ["thing_id"],
        "fields": [
            {"name": "thing_id", **text},
            {"name": "hue", **text, "deprecated": NOTICE, **others},
            {"name": "colour", **text},
            {"name": "size", "type": "integer", "description": "Made up."},
            {"name": "tint", **text, "deprecated": {"since": "0.3.0", "until": "1.0.0"}},
        ],
        "uniqueKeys": [["hue"], ["colour"]],
        "input": "data/inputs/things.csv",
    }


def read(folder, body):
    (folder / "schemas").mkdir(exist_ok=True)
    path = folder / "schemas" / "things.schema.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    return read_schema(path)


@pytest.fixture
def things(tmp_path):
    return read(tmp_path, raw())


class TestReading:
    def test_notice_is_read(self, things):
        assert things.field("hue").deprecated == Deprecated("0.2.0", "1.0.0", "colour")

    def test_column_without_notice_has_none(self, things):
        assert things.field("colour").deprecated is None

    @pytest.mark.parametrize(
        "notice",
        [
            pytest.param({"use": "colour", "until": "1.0.0"}, id="no since"),
            pytest.param({"since": "0.2.0", "use": "colour"}, id="no until"),
            pytest.param({"since": "0.2", "use": "colour", "until": "1.0.0"}, id="no version"),
            pytest.param({"since": "0.2.0", "use": "colour", "until": "0.3.0"}, id="until a minor version"),
            pytest.param({"since": "0.2.0", "use": "nothing", "until": "1.0.0"}, id="use of no column"),
            pytest.param({"since": "0.2.0", "use": "size", "until": "1.0.0"}, id="use of another type"),
            pytest.param({"since": "0.2.0", "use": "tint", "until": "1.0.0"}, id="use of one that goes"),
            pytest.param({"since": "0.2.0", "use": "hue", "until": "1.0.0"}, id="use of itself"),
            pytest.param({**NOTICE, "why": "x"}, id="unknown part"),
            pytest.param("0.2.0", id="no object"),
        ],
    )
    def test_wrong_notice_names_file_and_column(self, tmp_path, notice):
        with pytest.raises(SchemaError, match=r"schemas/things\.schema\.json.*hue"):
            read(tmp_path, raw(deprecated=notice))

    def test_column_of_another_table_may_be_named(self, tmp_path):
        assert (
            read(tmp_path, raw(deprecated={**NOTICE, "use": "cases.place"})).field("hue").deprecated.use
            == "cases.place"
        )


class TestTexts:
    def test_say_so(self, things):
        assert column_text(things.field("hue")) == f"Made up. {SENTENCE}"
        assert column_text(things.field("tint")).endswith("Deprecated since 0.3.0: it goes in 1.0.0.")

    def test_site_and_terminal_say_so(self, tmp_path, things):
        assert SENTENCE in table_metadata(things)["columns"]["hue"]
        assert SENTENCE in describe(tmp_path, things, "text")

    def test_codebook_says_so(self, things):
        frame = pd.DataFrame({name: ["x"] for name in things.columns}, dtype="str").assign(size="1")
        typed = cast(rows_of(ordered(frame, things), "things", things))[0].table
        text = codebook("0.2.0", {"things": typed}, {"things": things}, []).decode()
        assert f"| `hue` | string | Made up. {SENTENCE} |" in text


class TestAlias:
    def frame(self, **columns):
        return pd.DataFrame({"thing_id": ["t1", "t2"], "colour": ["red", None], **columns}, dtype="str")

    def test_is_filled_with_the_column_that_takes_its_place(self, things):
        filled = with_aliases(self.frame(hue=["blue", "green"]), things)
        assert filled["hue"].to_list()[:1] == ["red"]
        assert filled["hue"].isna().to_list() == [False, True]

    def test_is_made_where_no_room_made_it(self, things):
        assert with_aliases(self.frame(), things)["hue"][0] == "red"

    def test_stays_where_the_other_column_is_not_made(self, things):
        frame = self.frame(hue=["blue", "green"]).drop(columns="colour")
        assert with_aliases(frame, things).equals(frame)

    def test_without_another_column_stays_as_it_is(self, things):
        assert with_aliases(self.frame(tint=["pale", "dark"]), things)["tint"].to_list() == ["pale", "dark"]

    def test_table_without_notices_is_left_alone(self):
        frame = pd.DataFrame({"case_id": ["c000001"]}, dtype="str")
        assert with_aliases(frame, load_tables(ROOT)["cases"]).equals(frame)

    def test_is_not_asked_of_the_hand_kept_file(self, tmp_path, things):
        kept = load_inputs(tmp_path, {"things": things})["things"]
        assert kept.columns == ["thing_id", "colour", "size", "tint"]
        assert kept.unique_keys == (("colour",),)

    def test_shared_column_of_a_hand_kept_file_is_not_deprecated(self, tmp_path, things):
        folder = tmp_path / "schemas" / "inputs"
        folder.mkdir()
        body = {**raw(), "name": "wishes", "fields": [{"name": "hue", "from": "things.hue"}], "primaryKey": ["hue"]}
        (folder / "wishes.schema.json").write_text(json.dumps({**body, "uniqueKeys": []}), encoding="utf-8")
        assert load_inputs(tmp_path, {"things": things})["wishes"].field("hue").deprecated is None


def test_alias_and_column_hold_the_same_in_the_tables_that_are_published(tables, schemas):
    for name, schema in schemas.items():
        for field in schema.fields:
            if field.deprecated and field.deprecated.use in schema.columns:
                text = text_table(tables[name])
                assert text[field.name].equals(text[field.deprecated.use])


def test_nothing_is_deprecated_by_default():
    field = load_tables(ROOT)["cases"].field("case_id")
    assert replace(field, deprecated=None) == field
