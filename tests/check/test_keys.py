"""Primary, unique and foreign keys, and the order of rows."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from told import place

from csea.check.keys import check_order, check_references, check_unique
from csea.check.rows import Rows, rows_of
from csea.schema import Field, ForeignKey, Schema

FILE = "data/roads.csv"


def schema(*columns, primary=("road_id",), unique=(), foreign=(), lists=()):
    fields = tuple(
        Field(name, name, "string", name, separator=";" if name in lists else "") for name in ("road_id", *columns)
    )
    return Schema("roads", "Roads", "Invented roads.", fields, primary, unique, foreign)


def text(**columns):
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def unique(table, described):
    return check_unique(rows_of(table, FILE, described))


def test_distinct_keys_have_no_problem():
    assert unique(text(road_id=["r1", "r2"]), schema()) == []


def test_a_repeated_primary_key_names_the_second_row_and_the_line_of_the_first(only):
    problem = only(unique(text(road_id=["r1", "r2", "r3", "r2"]), schema()))
    assert place(problem) == ("key.primary", FILE, 5, "road_id=r2", "road_id", "r2")
    assert problem.message == "The primary key (road_id) stands in line 3 too."


def test_every_further_row_of_a_repeated_key_names_the_first():
    problems = unique(text(road_id=["r0", "r1", "r1", "r2", "r1"]), schema())
    assert [problem.line for problem in problems] == [4, 6]
    assert all("line 3 " in problem.message for problem in problems)


def test_lines_are_the_physical_ones_where_lines_are_missing(only):
    rows = Rows(text(road_id=["r1", "r1"]), np.array([7, 20]), FILE, schema())
    problem = only(check_unique(rows))
    assert problem.line == 20
    assert "line 7 " in problem.message


def test_a_primary_key_of_two_columns_may_repeat_in_one():
    roads = text(road_id=["r1", "r1", "r2"], town=["oakfield", "millbrook", "oakfield"])
    assert unique(roads, schema("town", primary=("road_id", "town"))) == []


def test_a_repeated_primary_key_of_two_columns_is_named_with_both(only):
    roads = text(road_id=["r1", "r2", "r1"], town=["oakfield", "oakfield", "oakfield"])
    problem = only(unique(roads, schema("town", primary=("road_id", "town"))))
    assert place(problem) == ("key.primary", FILE, 4, "road_id=r1, town=oakfield", "road_id, town", "r1, oakfield")
    assert "line 2 " in problem.message


def test_parts_of_a_key_that_read_alike_when_joined_are_told_apart():
    roads = text(road_id=["a, b", "a"], town=["c", "b, c"])
    assert unique(roads, schema("town", primary=("road_id", "town"))) == []


def test_a_repeated_typed_key_is_named(only):
    roads = pa.table({"road_id": pa.array([1, 2, 2], pa.int64())})
    assert place(only(unique(roads, schema()))) == ("key.primary", FILE, 4, "road_id=2", "road_id", "2")


def test_a_repeated_unique_key_names_the_second_row_by_its_primary_key(only):
    roads = text(road_id=["r1", "r2"], url=["https://example.org/a", "https://example.org/a"])
    problem = only(unique(roads, schema("url", unique=(("url",),))))
    assert place(problem) == ("key.unique", FILE, 3, "road_id=r2", "url", "https://example.org/a")
    assert "unique key (url)" in problem.message


def test_empty_cells_repeat_no_unique_key():
    roads = text(road_id=["r1", "r2", "r3"], url=[None, None, "https://example.org/a"])
    assert unique(roads, schema("url", unique=(("url",),))) == []


def test_a_unique_key_of_two_columns_with_one_empty_is_not_counted():
    roads = text(road_id=["r1", "r2", "r3"], town=["oakfield"] * 3, number=[None, None, "4"])
    assert unique(roads, schema("town", "number", unique=(("town", "number"),))) == []


def test_a_key_whose_column_is_missing_is_passed_over(only):
    roads = Rows(
        text(road_id=["r1", "r1"], url=[None, None]), np.array([2, 3]), FILE, schema("url", unique=(("url",),))
    )
    assert only(check_unique(replace(roads, absent=frozenset(["url"])))).rule == "key.primary"


def order(table, described=None):
    return check_order(rows_of(table, FILE, described or schema()))


def test_rows_by_code_point_of_their_key_are_in_order():
    assert order(text(road_id=["Z", "a", "r10", "r2", "é"])) == []


def test_numbers_are_ordered_by_size():
    assert order(pa.table({"road_id": pa.array([2, 10], pa.int64())})) == []


def test_each_row_that_stands_below_a_greater_one_is_named():
    problems = order(text(road_id=["r2", "r1", "r3", "r2", "r4"]))
    assert [place(problem) for problem in problems] == [
        ("form.order", FILE, 3, "road_id=r1", "road_id", "r1"),
        ("form.order", FILE, 5, "road_id=r2", "road_id", "r2"),
    ]


def test_a_key_of_two_columns_is_ordered_by_the_first_then_the_second(only):
    roads = text(road_id=["r1", "r1", "r2", "r2"], town=["a", "b", "b", "a"])
    problem = only(order(roads, schema("town", primary=("road_id", "town"))))
    assert place(problem) == ("form.order", FILE, 5, "road_id=r2, town=a", "road_id, town", "r2, a")


@pytest.mark.parametrize("ids", [[], ["r1"], ["r1", "r1"], ["r2", None, "r1"]], ids=str)
def test_repeated_and_empty_keys_are_not_out_of_order(ids):
    assert order(text(road_id=ids)) == []


TOWNS = text(town_id=["oakfield", "millbrook"], county=["north", "south"])
TOWN_SCHEMA = Schema(
    "towns",
    "Towns",
    "Invented towns.",
    tuple(Field(name, name, "string", name) for name in TOWNS.column_names),
    ("town_id",),
)
TARGET = rows_of(TOWNS, "data/towns.csv", TOWN_SCHEMA)
TO_TOWN = ForeignKey(("town",), "towns", ("town_id",))


def check_town(*towns, lists=(), target=TARGET):
    roads = text(road_id=[f"r{number}" for number in range(1, len(towns) + 1)], town=list(towns))
    return check_references(rows_of(roads, FILE, schema("town", foreign=(TO_TOWN,), lists=lists)), {"towns": target})


def test_an_empty_table_has_no_key_problem():
    none = rows_of(text(road_id=[], town=[]), FILE, schema("town", unique=(("town",),), foreign=(TO_TOWN,)))
    assert check_unique(none) + check_references(none, {"towns": TARGET}) == []


def test_references_that_stand_have_no_problem():
    assert check_town("oakfield", "millbrook", "oakfield") == []


def test_an_empty_reference_is_allowed():
    assert check_town(None, "oakfield") == []


def test_a_dangling_reference_is_named_with_the_nearest_row(only):
    problem = only(check_town("oakfield", "milbrook"))
    assert place(problem) == ("key.foreign", FILE, 3, "road_id=r2", "town", "milbrook")
    assert 'Did you mean "millbrook"?' in problem.fix
    assert "towns" in problem.message


def test_every_row_with_a_dangling_reference_is_named():
    assert [problem.line for problem in check_town("elsewhere", None, "oakfield", "elsewhere")] == [2, 5]


def test_a_reference_into_an_empty_table_dangles(only):
    found = check_town("oakfield", target=replace(TARGET, table=TOWNS.slice(0, 0)))
    assert place(only(found)) == ("key.foreign", FILE, 2, "road_id=r1", "town", "oakfield")


@pytest.mark.parametrize(
    "target",
    [replace(TARGET, is_whole=False), replace(TARGET, absent=frozenset(["town_id"]))],
    ids=["lines are missing", "the column is missing"],
)
def test_a_target_that_could_not_be_read_whole_is_passed_over(target):
    assert check_town("elsewhere", target=target) == []


def test_a_target_that_lacks_another_column_is_asked(only):
    target = replace(TARGET, absent=frozenset(["county"]))
    assert only(check_town("elsewhere", target=target)).rule == "key.foreign"


def test_a_reference_to_a_table_that_was_not_read_is_passed_over():
    roads = rows_of(text(road_id=["r1"], town=["elsewhere"]), FILE, schema("town", foreign=(TO_TOWN,)))
    assert check_references(roads, {}) == []


def test_a_reference_whose_own_column_is_missing_is_passed_over():
    roads = rows_of(text(road_id=["r1"], town=["elsewhere"]), FILE, schema("town", foreign=(TO_TOWN,)))
    assert check_references(replace(roads, absent=frozenset(["town"])), {"towns": TARGET}) == []


def test_a_dangling_element_of_a_list_cell_is_named_alone(only):
    problem = only(check_town("oakfield;millbrook", None, "oakfield;elsewhere", lists=("town",)))
    assert place(problem) == ("key.foreign", FILE, 4, "road_id=r3", "town", "elsewhere")


def test_text_may_refer_to_numbers(only):
    numbered = rows_of(pa.table({"town_id": pa.array([1, 2]), "county": ["a", "b"]}), "data/towns.csv", TOWN_SCHEMA)
    assert place(only(check_town("1", "3", target=numbered)))[-1] == "3"


BOTH = ForeignKey(("town", "county"), "towns", ("town_id", "county"))


def check_both(towns, counties):
    roads = text(road_id=[f"r{number}" for number in range(1, len(towns) + 1)], town=towns, county=counties)
    return check_references(rows_of(roads, FILE, schema("town", "county", foreign=(BOTH,))), {"towns": TARGET})


def test_a_reference_of_two_columns_must_stand_as_a_pair(only):
    problem = only(check_both(["oakfield", "oakfield"], ["north", "south"]))
    assert place(problem) == ("key.foreign", FILE, 3, "road_id=r2", "town, county", "oakfield, south")


@pytest.mark.parametrize("town, county", [(None, "elsewhere"), ("elsewhere", None)])
def test_a_reference_of_two_columns_with_an_empty_part_is_allowed(town, county):
    assert check_both([town], [county]) == []


def test_a_table_may_refer_to_itself(only):
    within = ForeignKey(("joins",), "roads", ("road_id",))
    roads = rows_of(
        text(road_id=["r1", "r2", "r3"], joins=["r2", None, "r9"]), FILE, schema("joins", foreign=(within,))
    )
    problem = only(check_references(roads, {"roads": roads}))
    assert place(problem) == ("key.foreign", FILE, 4, "road_id=r3", "joins", "r9")
