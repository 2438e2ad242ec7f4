"""Two tables by key: what is found applies, mirrors, and is nothing for the same rows in another order."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csea.compare.keys import key_text, key_values, row_keys
from csea.compare.tables import compare_tables

KEY = ("one", "two")
WORDS = st.sampled_from(["a", "b", 'quo"te', "back\\slash", "ctrl\x01", "[1]", "é", "null"])
ROWS = st.dictionaries(st.tuples(WORDS, st.none() | WORDS), st.tuples(st.none() | WORDS, st.none() | WORDS), max_size=6)
COLUMNS = ("one", "two", "left", "right")


def table_of(rows, order=None):
    """A table of ``rows`` (key to other cells), perhaps in another order, in chunks of two rows."""
    listed = [(*key, *cells) for key, cells in rows.items()]
    listed = [listed[place] for place in order] if order else listed
    parts = [listed[start : start + 2] for start in range(0, len(listed), 2)] or [[]]
    chunks = [[pa.array([row[place] for row in part], pa.string()) for part in parts] for place in range(4)]
    return pa.table([pa.chunked_array(column, pa.string()) for column in chunks], names=COLUMNS)


def applied(changes, old):
    """The old rows with the changes, by key as text."""
    rows = dict(zip(row_keys(old, KEY).to_pylist(), old.to_pylist(), strict=True))
    for key in row_keys(changes.removed, KEY).to_pylist():
        del rows[key]
    for cell in changes.cells.to_pylist():
        assert rows[cell["row_key"]][cell["column_name"]] == cell["old_value"]
        rows[cell["row_key"]][cell["column_name"]] = cell["new_value"]
    return rows | dict(zip(row_keys(changes.added, KEY).to_pylist(), changes.added.to_pylist(), strict=True))


def cells_of(changes):
    return sorted(map(repr, changes.cells.to_pylist()))


@settings(max_examples=60)
@given(ROWS, ROWS, st.randoms(use_true_random=False))
def test_changes_apply_and_mirror(before, now, random):
    order = list(range(len(now)))
    random.shuffle(order)
    old, new = table_of(before), table_of(now, order)
    there, back = compare_tables("t", old, new, KEY), compare_tables("t", new, old, KEY)
    assert applied(there, old) == dict(zip(row_keys(new, KEY).to_pylist(), new.to_pylist(), strict=True))
    assert (there.added, there.removed, there.n_same) == (back.removed, back.added, back.n_same)
    swapped = back.cells.select(["row_key", "column_name", "new_value", "old_value"])
    assert cells_of(there) == sorted(
        map(repr, swapped.rename_columns(["row_key", "column_name", "old_value", "new_value"]).to_pylist())
    )
    assert there.n_same + there.n_changed + there.removed.num_rows == len(before)


@settings(max_examples=30)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_no_difference(rows, random):
    order = list(range(len(rows)))
    random.shuffle(order)
    changes = compare_tables("t", table_of(rows), table_of(rows, order), KEY)
    assert not changes and changes.n_same == len(rows)


def test_the_order_of_columns_is_no_difference():
    table = table_of({("a", "b"): ("x", "y")})
    assert not compare_tables("t", table, table.select(["right", "two", "one", "left"]), KEY)


@pytest.mark.parametrize("every, found", [(False, []), (True, [("right", "y", None)])])
def test_a_column_that_one_lacks_counts_as_empty_only_when_asked(every, found):
    table = table_of({("a", "b"): ("x", "y")})
    cells = compare_tables("t", table, table.drop_columns(["right"]), KEY, every).cells.to_pylist()
    assert [(cell["column_name"], cell["old_value"], cell["new_value"]) for cell in cells] == found


def test_numbers_and_texts_of_one_value_are_the_same():
    typed = pa.table({"id": [1, 2], "share": [0.5, 1e10], "flag": [True, None]})
    plain = pa.table({"id": ["1", "2"], "share": ["0.5", "10000000000"], "flag": ["true", None]})
    assert not compare_tables("t", typed, plain, ["id"])


def test_a_key_that_stands_twice_or_is_missing_is_refused():
    once, twice = pa.table({"id": ["1"]}), pa.table({"id": ["1", "1"]})
    with pytest.raises(ValueError, match="twice in the new version of t"):
        compare_tables("t", once, twice, ["id"])
    with pytest.raises(ValueError, match="twice in the old version of t"):
        compare_tables("t", twice, twice, ["id"])
    with pytest.raises(ValueError, match="old version of t lacks the key column no"):
        compare_tables("t", once, once, ["no"])


@given(st.lists(WORDS | st.none(), min_size=2, max_size=3))
def test_a_key_of_several_columns_comes_back_from_its_text(values):
    table = pa.table({str(place): pa.array([value], pa.string()) for place, value in enumerate(values)})
    (found,) = row_keys(table, table.column_names).to_pylist()
    assert found == key_text(values) and key_values(found, table.column_names) == values
