"""The compilers' shorthand is published in words that a reader knows; everything else stays as it was written."""

import csv

import pandas as pd
import pytest

from csea.curate.wording import COLUMNS, reword

WORDINGS = pd.DataFrame(
    {
        "as_compiled": ["the seed", "the seed copy", "see A.B"],
        "as_published": ["the first text", "the copy of the first text", "see the notes"],
    },
    dtype="str",
)


def note(text: str | None) -> str | None:
    (found,) = reword(pd.DataFrame({"note": [text]}, dtype="str"), WORDINGS)["note"]
    return None if pd.isna(found) else found


@pytest.mark.parametrize(
    "written, published",
    [
        ("Only in the seed.", "Only in the first text."),
        ("Only in the seed copy.", "Only in the copy of the first text."),
        ("the seed, then the seed copy", "the first text, then the copy of the first text"),
        ("see A.B", "see the notes"),
        ("see AxB", "see AxB"),
        ("Nothing of the kind.", "Nothing of the kind."),
        (None, None),
    ],
)
def test_shorthand_is_replaced_longest_first(written, published):
    assert note(written) == published


def test_other_columns_stay_as_they_are():
    frame = pd.DataFrame({"note": ["the seed"], "place": ["the seed"]}, dtype="str")
    assert reword(frame, WORDINGS)["place"].to_list() == ["the seed"]


def test_table_without_texts_stays_as_it_is():
    frame = pd.DataFrame({"place": ["the seed"]}, dtype="str")
    assert reword(frame, WORDINGS).equals(frame)


def test_no_wordings_change_nothing():
    frame = pd.DataFrame({"note": ["the seed"]}, dtype="str")
    assert reword(frame, WORDINGS.head(0)).equals(frame)


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def shorthand(root):
    return [row["as_compiled"] for row in rows_of(root / "data/inputs/wordings.csv")]


@pytest.mark.parametrize(
    "table, key, column",
    [
        ("milestones", "milestone_id", "note"),
        ("milestones", "milestone_id", "summary"),
        ("milestones", "milestone_id", "source_title"),
        ("figures", "figure_id", "note"),
        ("figures", "figure_id", "source_title"),
    ],
)
def test_text_without_shorthand_arrives_unchanged(root, tables, shorthand, table, key, column):
    compiled = {row[key]: row[column] for row in rows_of(root / "data" / "inputs" / f"{table}.csv")}
    plain = {id_ for id_, text in compiled.items() if not any(word in text for word in shorthand)}
    published = {row[key]: row[column] or "" for row in tables[table].to_pylist()}
    assert plain and {id_: published[id_] for id_ in plain} == {id_: compiled[id_] for id_ in plain}


@pytest.mark.parametrize("table", ["milestones", "figures", "releases"])
def test_no_shorthand_is_published(tables, shorthand, table):
    texts = [text for name in COLUMNS if name in tables[table].column_names for text in tables[table][name].to_pylist()]
    assert [text for text in texts if text and any(word in text for word in shorthand)] == []
