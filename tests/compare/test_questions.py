"""What moves in the answers: each number of each question that differs, the furthest first."""

import pyarrow as pa
import pytest

from csea.compare.questions import Move, answer_moves
from csea.schema import Field, Schema
from csea.views import View

TOWNS = Schema(
    name="towns",
    title="Towns",
    description="Towns.",
    fields=tuple(
        Field(name, name, kind, name) for name, kind in (("town", "string"), ("year", "integer"), ("n", "integer"))
    ),
    primary_key=("town", "year"),
)


def question(sql):
    return View("sizes", "How large?", "", "", "", sql, sql)


def moves(old, new, sql="SELECT town, year, n FROM towns ORDER BY town, year"):
    tables = (pa.table({"town": list(t), "year": list(y), "n": list(n)}) for t, y, n in (old, new))
    before, now = ({"towns": table} for table in tables)
    return answer_moves(before, now, {"towns": TOWNS}, [question(sql)])


OLD = ("ab", (2019, 2019), (10, 4))


def test_nothing_moves_between_the_same():
    assert moves(OLD, OLD) == []


def test_number_is_told_with_its_row_and_column():
    assert moves(OLD, ("ab", (2019, 2019), (11, 4))) == [Move("How large?", "a, 2019", "n", 10, 11)]


def test_furthest_move_stands_first():
    found = moves(OLD, ("ab", (2019, 2019), (11, 6)))
    assert [(move.row, move.share) for move in found] == [("b, 2019", 0.2), ("a, 2019", 0.1)]


def test_new_row_moves_from_nothing():
    assert moves(OLD, ("abc", (2019,) * 3, (10, 4, 2)))[0] == Move("How large?", "c, 2019", "n", None, 2)


def test_row_that_is_gone_moves_to_nothing():
    assert moves(OLD, ("a", (2019,), (10,))) == [Move("How large?", "b, 2019", "n", 4, None)]


def test_year_names_a_row_and_is_no_number():
    assert {move.row for move in moves(OLD, ("ab", (2020, 2019), (10, 4)))} == {"a, 2019", "a, 2020"}


def test_order_of_rows_is_no_move():
    assert moves(OLD, ("ba", (2019, 2019), (4, 10)), "SELECT town, year, n FROM towns") == []


@pytest.mark.parametrize(
    ("old", "new", "share"), [(None, 3, 0.3), (0, 20, 2.0), (40, None, 1.0), (-40, -20, 0.5), (4, 2, 0.2)]
)
def test_share_is_of_what_it_was(old, new, share):
    assert Move("", "", "", old, new).share == share
