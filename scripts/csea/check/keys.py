"""Keys: primary and unique keys within a table, foreign keys between tables, and the order of rows.

Works on text or typed rows alike. Out of scope: single cells (``columns.py``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from csea.check.columns import explode
from csea.check.rows import Integers, Rows, take, where
from csea.errors import EXAMPLES_PER_RULE, Problem, did_you_mean
from csea.io import cells
from csea.schema import ForeignKey

BETWEEN = "\x1f"  # parts the values of a key of several columns; no cell holds it
LONGEST_CHOICE = 200_000  # rows of a table in which near values are looked for


def check_unique(rows: Rows) -> list[Problem]:
    """Problems for rows that repeat the primary key or a unique key of an earlier row."""
    schema = rows.schema
    keys = [("key.unique", key) for key in schema.unique_keys]
    if not _is_strictly_sorted(rows):
        keys.insert(0, ("key.primary", schema.primary_key))
    problems = []
    for rule, columns in keys:
        if rows.has(columns) and rows.table.num_rows:
            problems += _repeated(rows, rule, columns)
    return problems


def _is_strictly_sorted(rows: Rows) -> bool:
    """Whether each row's primary key is larger than that of the row above, so that none stands twice."""
    if len(rows.schema.primary_key) > 1 or not rows.has(rows.schema.primary_key):
        return False
    column = rows.table[rows.schema.primary_key[0]].combine_chunks()
    return len(column) < 2 or pc.all(pc.greater(column[1:], column[:-1]), skip_nulls=False).as_py() is True


def _repeated(rows: Rows, rule: str, columns: tuple[str, ...]) -> list[Problem]:
    if len(columns) == 1:
        column = rows.table[columns[0]]
        if pc.count_distinct(column).as_py() == len(column) - column.null_count:
            return []
    known = _known(rows.table, columns)  # an empty cell is not known, so it repeats nothing
    codes = _codes(rows.table, columns)[known]
    _, first, place = np.unique(codes, return_index=True, return_inverse=True)
    again = np.flatnonzero(first[place] != np.arange(len(codes)))
    if not len(again):
        return []
    name, key = rule.removeprefix("key."), ", ".join(columns)
    fix = "Remove one of the rows, or correct its key."
    texts = [
        (f"The {name} key ({key}) stands in {rows.unit} {line} too.", fix)
        for line in rows.lines[known[first[place[again]]]].tolist()
    ]
    found = known[again]
    return rows.problems(rule, found, key, _values(rows.table, columns, found), texts)


def _known(table: pa.Table, columns: tuple[str, ...]) -> Integers:
    """Rows in which no column of a key is empty."""
    known = np.ones(table.num_rows, bool)
    for name in columns:
        if table[name].null_count:
            known &= pc.is_valid(table[name]).to_numpy()
    found: Integers = np.flatnonzero(known)
    return found


def _codes(table: pa.Table, columns: tuple[str, ...]) -> Integers:
    """A number for each row that is the same for the same values of ``columns``."""
    codes = np.zeros(table.num_rows, np.int64)
    for name in columns:
        encoded = table[name].combine_chunks().dictionary_encode(null_encoding="encode")
        codes = codes * len(encoded.dictionary) + encoded.indices.to_numpy()
        if len(columns) > 1:  # dense again, so that many columns do not run over
            _, codes = np.unique(codes, return_inverse=True)
    return codes


def _values(table: pa.Table, columns: tuple[str, ...], found: Integers) -> list[str]:
    parts = [cells(take(table[name], found)).to_pylist() for name in columns]
    return [", ".join(part or "" for part in row) for row in zip(*parts, strict=True)]


def check_order(rows: Rows) -> list[Problem]:
    """Problems for rows that should stand before the row above them: canonical files are sorted by primary key."""
    columns = rows.schema.primary_key
    if not rows.has(columns) or rows.table.num_rows < 2:
        return []
    is_less = np.zeros(rows.table.num_rows - 1, bool)
    is_equal = np.ones(rows.table.num_rows - 1, bool)
    for name in columns:
        column = rows.table[name].combine_chunks()
        above, below = column[:-1], column[1:]
        is_less |= is_equal & _mask(pc.less(below, above))
        is_equal &= _mask(pc.equal(below, above))
    found = np.flatnonzero(is_less) + 1
    texts = "The row stands out of order.", "Sort the rows by the primary key, or let `csea check --fix` do it."
    return rows.problems("form.order", found, ", ".join(columns), _values(rows.table, columns, found), [texts])


def _mask(values: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    mask: np.ndarray[tuple[int], np.dtype[np.bool_]] = pc.fill_null(values, False).to_numpy(zero_copy_only=False)
    return mask


def check_references(rows: Rows, targets: dict[str, Rows]) -> list[Problem]:
    """Problems for values that stand in no row of the table they refer to.

    ``targets`` holds the tables by name. A reference to a table that is not there, or that could not be read
    whole, is passed over: what is missing there has its own problem.
    """
    problems = []
    for key in rows.schema.foreign_keys:
        target = targets.get(key.table)
        if target is not None and target.is_whole and target.has(key.reference) and rows.has(key.fields):
            problems += _dangling(rows, key, target.table)
    return problems


def _dangling(rows: Rows, key: ForeignKey, target: pa.Table) -> list[Problem]:
    places, values = _referring(rows, key)
    known = _joined([target[name] for name in key.reference])
    if known.type != values.type:
        values, known = cells(values), cells(known)
    absent = where(pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, value_set=known))))
    if not len(absent):
        return []
    message = f"The table {key.table} has no row with this {' and '.join(key.reference)}."
    shown = [value.replace(BETWEEN, ", ") for value in cells(take(values, absent)).to_pylist()]
    choices = cells(target[key.reference[-1]].unique().drop_null()).to_pylist()
    hints: dict[str, str] = {}
    for value in shown:
        # Near values are looked for only where the report shows them first: the search is slow in long tables.
        if len(hints) < EXAMPLES_PER_RULE and value not in hints and len(choices) < LONGEST_CHOICE:
            hints[value] = did_you_mean(value.rsplit(", ", 1)[-1], choices)
    texts = [
        (message, f"{hints.get(value, '')}Correct the value, or add a row for it to {key.table}.") for value in shown
    ]
    return rows.problems("key.foreign", places[absent], ", ".join(key.fields), shown, texts)


def _referring(rows: Rows, key: ForeignKey) -> tuple[Integers, pa.Array]:
    """Row index and value of each reference; lists exploded."""
    separator = rows.schema.field(key.fields[0]).separator if len(key.fields) == 1 else ""
    if separator:
        return explode(rows.table[key.fields[0]].combine_chunks(), separator)
    return np.arange(rows.table.num_rows), _joined([rows.table[name] for name in key.fields])


def _joined(columns: list[pa.ChunkedArray]) -> pa.Array:
    """The values of a key, those of several columns as one text; empty where any is empty."""
    if len(columns) == 1:
        return columns[0].combine_chunks()
    return pc.binary_join_element_wise(*(cells(column.combine_chunks()) for column in columns), BETWEEN)
