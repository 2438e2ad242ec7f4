"""Answers are stored in the order in which they read each other, with their indexes, and never without coverage."""

import sqlite3

import pytest

from csea import answers
from csea.schema import SchemaError
from csea.views import View


def question(name, sql, page_sql=None, **rest):
    page_sql = page_sql or f"SELECT * FROM [{name}] ORDER BY rowid"
    covered = rest.pop("covered_by", ("n",))
    return View(name, "", "", "", "", sql, page_sql, "", covered, rest.pop("page_covered_by", covered), **rest)


@pytest.fixture
def connection():
    opened = sqlite3.connect(":memory:")
    opened.execute("CREATE TABLE towns (town, n)")
    opened.executemany("INSERT INTO towns VALUES (?, ?)", [("a", 2), ("b", 3), ("c", 1)])
    yield opened
    opened.close()


ALL = question("all_towns", "SELECT sum(n) AS n FROM big_towns")
BIG = question("big_towns", "SELECT town, n FROM towns WHERE n > 1 ORDER BY n DESC", indexes=(("town", "n"),))


@pytest.mark.parametrize("asked", [[ALL, BIG], [BIG, ALL]])
def test_an_answer_may_read_another_whatever_their_names(connection, asked):
    answers.store(connection, asked)
    assert connection.execute("SELECT n FROM all_towns").fetchall() == [(5,)]


def test_rows_keep_the_order_of_the_question(connection):
    answers.store(connection, [BIG])
    assert connection.execute("SELECT town FROM big_towns ORDER BY rowid").fetchall() == [("b",), ("a",)]


def test_an_index_serves_the_page(connection):
    answers.store(connection, [BIG])
    plan = connection.execute("EXPLAIN QUERY PLAN SELECT * FROM big_towns WHERE town = 'a'").fetchall()
    assert "big_towns_town_n" in plan[0][-1]


def test_questions_that_read_each_other_are_named(connection):
    ring = [question("day", "SELECT 1 AS n FROM night"), question("night", "SELECT 1 AS n FROM day")]
    with pytest.raises(SchemaError, match=r"these read each other: (day, night, day|night, day, night)"):
        answers.store(connection, ring)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (question("sizes", "SELECT town FROM towns"), r"sizes\.sql: the answer lacks n, named as what its numbers"),
        (question("sizes", "SELECT n FROM towns", "SELECT 1 AS m"), r"sizes\.sql: the page lacks n, named as"),
        (question("sizes", "SELECT n FROM towns", page_covered_by=("n", "m")), r"sizes\.sql: the page lacks m, named"),
        (question("sizes", "SELECT n FROM nowhere"), r"sizes\.sql fails: no such table: nowhere"),
        (question("sizes", "SELECT n FROM towns", "SELECT x FROM sizes"), r"sizes\.sql fails: no such column: x"),
        (question("sizes", "SELECT n FROM towns", indexes=(("x",),)), r"sizes\.sql fails: no such column: x"),
        (question("towns", "SELECT n FROM towns"), r"towns\.sql fails: table \[?towns\]? already exists"),
    ],
)
def test_a_faulty_question_is_named(connection, asked, said):
    with pytest.raises(SchemaError, match=said):
        answers.store(connection, [asked])
