"""Primary, unique and foreign keys."""

import pyarrow as pa
import pytest

from csea.check.keys import check_references, check_unique
from csea.schema import Field, ForeignKey, Schema

FILE = "data/roads.csv"


def schema(*columns, primary=("road_id",), unique=(), foreign=(), lists=()):
    fields = tuple(
        Field(name, name, "string", name, separator=";" if name in lists else "") for name in ("road_id", *columns)
    )
    return Schema("roads", "Roads", "Invented roads.", fields, primary, unique, foreign)


def text(**columns):
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def place(problem):
    return problem.rule, problem.file, problem.line, problem.key, problem.column, problem.value


TOWNS = text(town_id=["oakfield", "millbrook"], county=["north", "south"])
TO_TOWN = ForeignKey(("town",), "towns", ("town_id",))


def test_distinct_keys_have_no_problem():
    assert check_unique(text(road_id=["r1", "r2"]), FILE, schema()) == []


def test_a_repeated_primary_key_names_the_second_row(only):
    problem = only(check_unique(text(road_id=["r1", "r2", "r3", "r1"]), FILE, schema()))
    assert place(problem) == ("key.primary", FILE, 5, "road_id=r1", "road_id", "r1")


def test_every_further_row_of_a_repeated_key_is_named():
    problems = check_unique(text(road_id=["r1", "r1", "r2", "r1"]), FILE, schema())
    assert [problem.line for problem in problems] == [3, 5]


def test_a_primary_key_of_two_columns_may_repeat_in_one():
    roads = text(road_id=["r1", "r1"], town=["oakfield", "millbrook"])
    assert check_unique(roads, FILE, schema("town", primary=("road_id", "town"))) == []


def test_a_repeated_primary_key_of_two_columns_is_named_with_both(only):
    roads = text(road_id=["r1", "r1"], town=["oakfield", "oakfield"])
    problem = only(check_unique(roads, FILE, schema("town", primary=("road_id", "town"))))
    assert place(problem) == (
        "key.primary",
        FILE,
        3,
        "road_id=r1, town=oakfield",
        "road_id, town",
        "r1, oakfield",
    )


def test_a_repeated_typed_key_is_named(only):
    roads = pa.table({"road_id": pa.array([1, 2, 2], pa.int64())})
    assert place(only(check_unique(roads, FILE, schema()))) == ("key.primary", FILE, 4, "road_id=2", "road_id", "2")


def test_a_repeated_unique_key_names_the_second_row_by_its_primary_key(only):
    roads = text(road_id=["r1", "r2"], url=["https://example.org/a", "https://example.org/a"])
    problem = only(check_unique(roads, FILE, schema("url", unique=(("url",),))))
    assert place(problem) == ("key.unique", FILE, 3, "road_id=r2", "url", "https://example.org/a")


def test_empty_cells_repeat_no_unique_key():
    roads = text(road_id=["r1", "r2", "r3"], url=[None, None, "https://example.org/a"])
    assert check_unique(roads, FILE, schema("url", unique=(("url",),))) == []


def test_a_unique_key_of_two_columns_with_one_empty_is_not_counted():
    roads = text(road_id=["r1", "r2", "r3"], town=["oakfield"] * 3, number=[None, None, "4"])
    assert check_unique(roads, FILE, schema("town", "number", unique=(("town", "number"),))) == []


def test_an_empty_table_has_no_key_problem():
    roads = schema("town", unique=(("town",),), foreign=(TO_TOWN,))
    none = text(road_id=[], town=[])
    assert check_unique(none, FILE, roads) + check_references(none, FILE, roads, {"towns": TOWNS}) == []


def check_town(*towns, lists=()):
    roads = text(road_id=[f"r{number}" for number in range(1, len(towns) + 1)], town=list(towns))
    return check_references(roads, FILE, schema("town", foreign=(TO_TOWN,), lists=lists), {"towns": TOWNS})


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
    roads = text(road_id=["r1"], town=["oakfield"])
    found = check_references(roads, FILE, schema("town", foreign=(TO_TOWN,)), {"towns": TOWNS.slice(0, 0)})
    assert place(only(found)) == ("key.foreign", FILE, 2, "road_id=r1", "town", "oakfield")


def test_a_reference_to_a_table_that_was_not_read_is_passed_over():
    roads = text(road_id=["r1"], town=["elsewhere"])
    assert check_references(roads, FILE, schema("town", foreign=(TO_TOWN,)), {}) == []


def test_a_dangling_element_of_a_list_cell_is_named_alone(only):
    problem = only(check_town("oakfield;millbrook", None, "oakfield;elsewhere", lists=("town",)))
    assert place(problem) == ("key.foreign", FILE, 4, "road_id=r3", "town", "elsewhere")


BOTH = ForeignKey(("town", "county"), "towns", ("town_id", "county"))


def check_both(towns, counties):
    roads = text(road_id=[f"r{number}" for number in range(1, len(towns) + 1)], town=towns, county=counties)
    return check_references(roads, FILE, schema("town", "county", foreign=(BOTH,)), {"towns": TOWNS})


def test_a_reference_of_two_columns_must_stand_as_a_pair(only):
    problem = only(check_both(["oakfield", "oakfield"], ["north", "south"]))
    assert place(problem) == ("key.foreign", FILE, 3, "road_id=r2", "town, county", "oakfield, south")


@pytest.mark.parametrize("town, county", [(None, "elsewhere"), ("elsewhere", None)])
def test_a_reference_of_two_columns_with_an_empty_part_is_allowed(town, county):
    assert check_both([town], [county]) == []


def test_a_table_may_refer_to_itself(only):
    within = ForeignKey(("joins",), "roads", ("road_id",))
    roads = text(road_id=["r1", "r2", "r3"], joins=["r2", None, "r9"])
    problem = only(check_references(roads, FILE, schema("joins", foreign=(within,)), {"roads": roads}))
    assert place(problem) == ("key.foreign", FILE, 4, "road_id=r3", "joins", "r9")
