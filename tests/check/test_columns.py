"""Types, required cells, lists of values, patterns and ranges."""

import datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from told import place

from csea.check.columns import cast
from csea.check.rows import rows_of
from csea.io import cells
from csea.schema import Field, Schema

FILE = "data/towns.csv"
KEY = Field("town_id", "Id", "string", "The town's id.", required=True)


def cast_column(field, *values, canonical=False):
    """Cast one column of a table whose rows are t1, t2, ..."""
    schema = Schema("towns", "Towns", "Invented towns.", (KEY, field), ("town_id",))
    ids = [f"t{number}" for number in range(1, len(values) + 1)]
    table = pa.table({"town_id": pa.array(ids, pa.string()), field.name: pa.array(values, pa.string())})
    typed, problems = cast(rows_of(table, FILE, schema), canonical)
    return typed.table[field.name], problems


def column(kind, **settings):
    return Field("found", "Found", kind, "When or how it was found.", **settings)


@pytest.mark.parametrize(
    "kind, text, value",
    [
        ("string", "Oakfield", "Oakfield"),
        ("integer", "-12", -12),
        ("integer", "999999999999999999", 999999999999999999),
        ("number", "0.5", 0.5),
        ("number", "-7", -7.0),
        ("boolean", "true", True),
        ("boolean", "false", False),
        ("date", "2020-02-29", datetime.date(2020, 2, 29)),
        ("date", "0001-01-01", datetime.date(1, 1, 1)),
        ("date", "9999-12-31", datetime.date(9999, 12, 31)),
    ],
)
def test_a_well_formed_cell_gets_its_type(kind, text, value):
    typed, problems = cast_column(column(kind), text, None)
    assert (typed.to_pylist(), problems) == ([value, None], [])


@pytest.mark.parametrize(
    "kind, text",
    [
        ("integer", "1.0"),
        ("integer", "1,000"),
        ("integer", "012"),
        ("integer", "two"),
        ("integer", "9999999999999999999"),
        ("number", "1e5"),
        ("number", "12%"),
        ("number", ".5"),
        ("number", "nan"),
        ("boolean", "True"),
        ("boolean", "yes"),
        ("boolean", "banana"),
        ("date", "2021-02-30"),
        ("date", "2021-02-29"),
        ("date", "2021-13-01"),
        ("date", "2021-1-1"),
        ("date", "01/02/2021"),
        ("date", "2021"),
        ("date", "0000-01-01"),
    ],
)
def test_a_cell_of_another_type_is_named_and_becomes_empty(only, kind, text):
    typed, problems = cast_column(column(kind), None, text)
    assert place(only(problems)) == ("column.type", FILE, 3, "town_id=t2", "found", text)
    assert typed.to_pylist() == [None, None]


@pytest.mark.parametrize("kind", ["string", "integer", "number", "boolean", "date"])
def test_an_empty_required_cell_is_named_with_what_belongs_there(only, kind):
    problem = only(cast_column(column(kind, required=True), None)[1])
    assert place(problem) == ("column.required", FILE, 2, "town_id=t1", "found", "")
    assert "When or how it was found." in problem.fix


def test_a_value_off_the_list_is_named_with_the_nearest_and_the_list(only):
    problem = only(cast_column(column("string", enum=("charge", "sentence")), "charge", "sentance", None)[1])
    assert place(problem) == ("column.enum", FILE, 3, "town_id=t2", "found", "sentance")
    assert problem.fix == 'Did you mean "sentence"? Use one of: charge, sentence.'


def test_a_value_far_from_all_of_the_list_gets_no_suggestion(only):
    problem = only(cast_column(column("string", enum=("charge", "sentence")), "banana")[1])
    assert problem.fix == "Use one of: charge, sentence."


def test_a_value_that_does_not_fit_the_pattern_is_named_with_it(only):
    problem = only(cast_column(column("string", pattern=r"^t\d+$"), "t12", "x12", None)[1])
    assert place(problem) == ("column.pattern", FILE, 3, "town_id=t2", "found", "x12")
    assert r"^t\d+$" in problem.fix


@pytest.mark.parametrize("kind, text", [("integer", "0"), ("number", "0.99")])
def test_a_number_below_the_minimum_is_named(only, kind, text):
    problem = only(cast_column(column(kind, minimum=1), "1", text, None)[1])
    assert place(problem) == ("column.minimum", FILE, 3, "town_id=t2", "found", text)
    assert "below 1" in problem.message


@pytest.mark.parametrize("kind, text", [("integer", "91"), ("number", "90.5")])
def test_a_number_above_the_maximum_is_named(only, kind, text):
    problem = only(cast_column(column(kind, maximum=90), "90", text, None)[1])
    assert place(problem) == ("column.maximum", FILE, 3, "town_id=t2", "found", text)
    assert "above 90" in problem.message


def test_each_element_of_a_list_cell_is_checked(only):
    field = column("string", enum=("csam", "grooming"), separator=";")
    problem = only(cast_column(field, "csam;grooming", None, "csam;groming")[1])
    assert place(problem) == ("column.enum", FILE, 4, "town_id=t3", "found", "groming")
    assert 'Did you mean "grooming"?' in problem.fix


def test_each_element_of_a_list_cell_must_fit_the_pattern(only):
    problem = only(cast_column(column("string", pattern="^[a-z]+$", separator=";"), "ab;C1;de")[1])
    assert place(problem) == ("column.pattern", FILE, 2, "town_id=t1", "found", "C1")


def test_a_list_cell_stays_text():
    typed, _ = cast_column(column("string", separator=";"), "b;a")
    assert typed.to_pylist() == ["b;a"]


def test_all_faults_of_a_table_come_out_in_one_run():
    schema = Schema(
        "towns",
        "Towns",
        "Invented towns.",
        (
            KEY,
            Field("size", "Size", "integer", "Inhabitants.", minimum=1),
            Field("kind", "Kind", "string", "Kind.", enum=("town", "village")),
            Field("founded", "Founded", "date", "First day."),
        ),
        ("town_id",),
    )
    table = pa.table(
        {
            "town_id": pa.array(["t1", None, "t3"]),
            "size": pa.array(["0", "many", "3"]),
            "kind": pa.array(["city", "town", "village"]),
            "founded": pa.array(["1900-02-30", None, "1900-03-01"]),
        }
    )
    _, problems = cast(rows_of(table, FILE, schema))
    assert {(problem.rule, problem.line, problem.column) for problem in problems} == {
        ("column.required", 3, "town_id"),
        ("column.minimum", 2, "size"),
        ("column.type", 3, "size"),
        ("column.enum", 2, "kind"),
        ("column.type", 2, "founded"),
    }
    assert len(problems) == 5


def test_a_typed_table_has_the_columns_of_the_schema_with_its_texts():
    schema = Schema("towns", "Towns", "Invented towns.", (KEY, column("integer")), ("town_id",))
    table = pa.table({"town_id": pa.array(["t1"]), "found": pa.array(["3"])})
    typed = cast(rows_of(table, FILE, schema))[0].table
    assert typed.schema.field("found").type == pa.int64()
    assert typed.schema.field("found").metadata[b"description"] == b"When or how it was found."


def test_a_fault_that_many_rows_share_is_named_at_each_of_them():
    # Values that repeat are judged once, so rows must be found again.
    field = column("string", enum=("town", "village"))
    problems = cast_column(field, *["town", "vilage", None, "town", "vilage", "city"] * 3)[1]
    assert [(problem.line, problem.value) for problem in problems] == [
        (line + 6 * turn, value) for turn in range(3) for line, value in ((3, "vilage"), (6, "vilage"), (7, "city"))
    ]
    assert {problem.value: "Did you mean" in problem.fix for problem in problems} == {"vilage": True, "city": False}


def test_a_column_without_any_value_is_typed_and_has_no_problem():
    typed, problems = cast_column(column("date"), *[None] * 5)
    assert (typed.type, typed.null_count, problems) == (pa.date32(), 5, [])


@pytest.mark.parametrize(
    "kind, text, wanted", [("number", "1.50", "1.5"), ("number", "3.0", "3"), ("integer", "-0", "0")]
)
def test_a_number_out_of_canonical_form_is_named_with_it(only, kind, text, wanted):
    typed, problems = cast_column(column(kind), "1", text, None, canonical=True)
    assert place(only(problems)) == ("column.canonical", FILE, 3, "town_id=t2", "found", text)
    assert problems[0].fix.startswith(f"Write {wanted},")
    assert typed[1].as_py() == float(text)


def test_a_number_out_of_canonical_form_passes_where_that_is_not_asked_for():
    assert cast_column(column("number"), "1.50")[1] == []


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)
WRITTEN = {
    "string": TEXT,
    "integer": st.integers(-(10**18) + 1, 10**18 - 1).map(str),
    "number": st.floats(-1e15, 1e15, exclude_min=True, exclude_max=True).map(lambda value: f"{round(value, 6):.6f}"),
    "boolean": st.sampled_from(["true", "false"]),
    "date": st.dates().map(str),
}


@pytest.mark.parametrize("kind", WRITTEN)
def test_the_canonical_text_of_a_value_stands_for_itself(kind):
    @given(st.lists(WRITTEN[kind], min_size=1, max_size=20))
    def holds(texts):
        first, problems = cast_column(column(kind), *texts)
        assert problems == []
        canonical = cells(first).to_pylist()
        again, problems = cast_column(column(kind), *canonical, canonical=True)
        assert problems == []
        assert again.to_pylist() == first.to_pylist()
        assert cells(again).to_pylist() == canonical

    holds()


@pytest.mark.parametrize("kind", ["string", "integer", "boolean", "date"])
def test_what_is_written_canonically_is_kept_to_the_letter(kind):
    @given(st.lists(WRITTEN[kind], min_size=1, max_size=20))
    def holds(texts):
        typed, _ = cast_column(column(kind), *texts)
        assert cells(typed).to_pylist() == texts

    holds()


@pytest.mark.parametrize(
    "text, canonical", [("1.50", "1.5"), ("3.0", "3"), ("10000000000", "10000000000"), ("0.000001", "0.000001")]
)
def test_a_number_has_one_canonical_text(text, canonical):
    typed, _ = cast_column(column("number"), text)
    assert cells(typed).to_pylist() == [canonical]
