"""What each format says; and that nothing of a file is markup, a formula or a terminal's command in any of them."""

import csv
import html.parser
import io
import json
import re
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from made_versions import CELLS, difference, schema_of, text, version, with_field
from markdown_it import MarkdownIt

from csea.compare.definitions import KINDS
from csea.compare.machine import COLUMNS, as_csv, as_json
from csea.compare.markup import as_html, as_markdown
from csea.compare.tell import Detail, as_text
from csea.compare.versions import compare_versions

ALL, SOME, COUNTS = Detail(None), Detail(), Detail(only_counts=True)
CHANGED = text(city_id=["c1", "c2", "c4"], name=["Greywick", None, "Millend"], area=["13", "200", None])
EVIL = "a|b`c`<script>alert(1)</script>\x1b[31m\u202e**d** @nobody \\| =1+1"


@pytest.fixture
def found():
    """A row added, one removed, two changed and a unit."""
    new = replace(version(CHANGED, "b"), schemas={"cities": schema_of(with_field("area", unit="acres"))})
    return compare_versions(version(number="1.0.0", notes=("A note.",)), new)


def test_text(found):
    assert as_text(found, SOME).splitlines() == [
        "From a (1.0.0) to b",
        "Rows differ in 1 of 1 table: 1 row added, 1 row removed, 2 rows changed (2 cells). "
        "Changes of schemas: 1 major. As a version: major.",
        "Note: A note.",
        "",
        "rows       added   removed   changed     cells",
        "cities         1         1         2         2",
        "",
        "Schemas",
        "  major  cities.area: unit changed, 'square miles' -> 'acres'",
        "",
        "cities",
        "  + c4  name: 'Millend'  size: 'small'",
        "  - c3  size: 'small'",
        "  ~ c1",
        "      area: '12.5' -> '13'",
        "  ~ c2",
        "      name: 'Oakham' -> (empty)",
    ]


def test_counts_alone(found):
    for told in (as_text, as_markdown, as_html, as_json):
        assert "Millend" in told(found, SOME) and "Millend" not in told(found, COUNTS)
    assert as_text(found, COUNTS).endswith("cities         1         1         2         2")


def test_no_difference_is_told():
    found = difference(text())
    assert as_text(found, SOME) == "From a to b\nNo differences in 1 table."
    assert as_csv(found, SOME) == ",".join(COLUMNS)
    assert json.loads(as_json(found, SOME))["same"] is True


def many(number):
    ids = [f"c{place}" for place in range(number)]
    return text({name: (ids if name == "city_id" else [None] * number) for name in CELLS})


@pytest.mark.parametrize("told", [as_text, as_markdown, as_html])
def test_of_each_kind_so_many_rows_are_shown(told):
    found = difference(many(30), text().slice(0, 0))
    assert "and 10 more added" in told(found, SOME) and "and 28 more added" in told(found, Detail(2))
    assert "more added" not in told(found, ALL)


def test_changed_rows_are_limited_by_row():
    old, new = many(5), many(5).set_column(1, "name", pa.array(["n"] * 5)).set_column(2, "size", pa.array(["s"] * 5))
    told = as_text(difference(new, old), Detail(2))
    assert told.count("~ c") == 2 and "size: (empty) -> 's'" in told and "... and 3 more changed" in told


def test_a_long_value_is_cut_and_a_wide_row_too():
    told = as_text(difference(text(name=["x" * 300, "y" * 119, "Millend"])), ALL)
    assert f"'{'x' * 200}... (300 characters)'" in told
    assert all(len(line) < 260 for line in told.splitlines())
    wide = text(city_id=["c1", "c2", "c9"], name=["Greywick", "Oakham", "x" * 150])
    assert "  + c9  ..." in as_text(difference(wide), ALL)


def test_colour_is_for_those_who_ask(found):
    assert "\x1b[" not in as_text(found, ALL)
    assert "\x1b[32m  + c4" in as_text(found, Detail(colour=True))


# Whatever stands in a file.


@pytest.fixture
def hostile():
    """A value that is everything at once, in a key, a cell and the names of versions."""
    new = text(city_id=["c1", "c2", EVIL], name=[EVIL, "Oakham", None])
    return compare_versions(version(label="a"), version(new, "b"))


def test_no_control_character_reaches_a_terminal_or_a_page(hostile):
    for told in (as_text, as_markdown, as_html):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", told(hostile, ALL)), told


def test_markdown_has_no_markup_but_ours(hostile):
    tokens = MarkdownIt("commonmark").enable("table").parse(as_markdown(hostile, ALL))
    inside = [child for token in tokens for child in token.children or []]
    assert {token.type for token in inside} <= {"text", "code_inline", "strong_open", "strong_close", "softbreak"}
    assert "html_block" not in {token.type for token in tokens}
    in_text = "".join(token.content for token in inside if token.type == "text")
    assert "<script" not in in_text and "@nobody" not in in_text
    cells = "".join(token.type[:2] for token in tokens if token.type in ("tr_open", "th_open", "td_open"))
    assert set(re.findall("tr(?:td)+", cells)) <= {f"tr{'td' * number}" for number in (3, 4, 5)}


def test_markdown_of_plain_values_reads_plainly(found):
    told = as_markdown(found, SOME).splitlines()
    assert told[0] == "# From a (1.0.0) to b"
    assert "- **major** `cities.area`: unit changed, `square miles` -> `acres`" in told
    assert "| `c2` | `name` | `Oakham` |  |" in told


class Page(html.parser.HTMLParser):
    """The tags of a page, its attributes, and its text."""

    def __init__(self, told):
        super().__init__()
        self.tags, self.attributes, self.text = [], {}, ""
        self.feed(told)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.update(attrs)

    def handle_data(self, data):
        self.text += data


def test_html_is_one_page_without_scripts_or_requests(hostile):
    page = Page(as_html(hostile, ALL))
    assert not {"script", "link", "img", "iframe", "b", "strong"} & set(page.tags)
    assert not {"src", "href", "onclick"} & set(page.attributes)
    assert "<script>alert(1)</script>" in page.text
    assert page.attributes["lang"] == "en" and page.attributes["content"].startswith("width")
    assert {"caption", "th", "main", "title"} <= set(page.tags) and {"col", "row"} >= {page.attributes["scope"]}


# Machines.


def records(told):
    return list(csv.DictReader(io.StringIO(told)))


def test_csv_records(found):
    assert as_csv(found, SOME).splitlines() == [
        ",".join(COLUMNS),
        "cities,,area,unit_changed,square miles,acres",
        "cities,c1,area,cell_changed,12.5,13",
        "cities,c2,name,cell_changed,Oakham,",
        "cities,c3,city_id,row_removed,c3,",
        "cities,c3,size,row_removed,small,",
        "cities,c4,city_id,row_added,,c4",
        "cities,c4,name,row_added,,Millend",
        "cities,c4,size,row_added,,small",
    ]


VALUES = st.none() | st.sampled_from(
    ["a", "=1", "'=1", "-1", "-1.5", "-1+1", "-x", "+1", "@a", "\ta", "a,b", 'q"', EVIL]
)


def plain(value):
    """A value as it was before it was made safe for spreadsheets."""
    return (value[1:] if value.startswith("'") else value) or None


@settings(max_examples=40)
@given(st.lists(VALUES, min_size=3, max_size=3), st.lists(VALUES, min_size=3, max_size=3), st.integers(0, 3))
def test_csv_holds_all_and_a_spreadsheet_runs_nothing(before, now, kept):
    old, new = text(name=before).slice(0, kept), text(name=now).slice(1)
    told = as_csv(difference(new, old), SOME)
    assert not re.search(r"(?m)(^|,|\")([=+@\t]|-(?![0-9.]+(,|$)))", told.replace('""', ""))
    rows = {row["city_id"]: row for row in old.to_pylist()}
    empty = dict.fromkeys(CELLS)
    for item in records(told):
        row = rows.setdefault(item["row_key"], dict(empty))
        assert row[item["column_name"]] == plain(item["old_value"])
        row[item["column_name"]] = plain(item["new_value"])
    assert [row for row in rows.values() if row != empty] == sorted(new.to_pylist(), key=lambda row: row["city_id"])


def test_a_line_end_in_a_value_stays_in_its_line():
    told = as_csv(difference(text(name=["one\r\ntwo", "Oakham", None])), SOME)
    assert told.splitlines()[1] == "cities,c1,name,cell_changed,Greywick,one\\r\\ntwo"


def test_json_fits_its_schema_and_holds_all(found, hostile, root):
    schema = json.loads((root / "schemas" / "formats" / "diff-report.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    for item in (found, hostile, difference(text())):
        for detail in (SOME, COUNTS, Detail(0)):
            Draft202012Validator(schema).validate(json.loads(as_json(item, detail)))
    assert set(schema["$defs"]["definition"]["properties"]["kind"]["enum"]) == set(KINDS)
    body = json.loads(as_json(found, Detail(0)))
    assert body["counts"] == [{"table": "cities", "added": 1, "removed": 1, "changed": 2, "cells": 2, "same": 0}]
    (table,) = body["tables"]
    assert table["added"] == [{"key": "c4", "cells": {"city_id": "c4", "name": "Millend", "size": "small"}}]
    assert table["changed"][1] == {"key": "c2", "cells": [{"column": "name", "old": "Oakham", "new": None}]}
