"""Keys: primary and unique keys within a table, foreign keys between tables.

Works on text or typed Arrow tables alike. Out of scope: single cells (``columns.py``).
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from csea.check.columns import explode
from csea.check.place import FIRST_ROW, row_key
from csea.errors import EXAMPLES_PER_RULE, Problem, did_you_mean
from csea.schema import ForeignKey, Schema


def check_unique(table: pa.Table, shown: str, schema: Schema) -> list[Problem]:
    """Problems for rows that repeat the primary key or a unique key of an earlier row."""
    problems = []
    keys = [("key.primary", schema.primary_key), *(("key.unique", key) for key in schema.unique_keys)]
    for rule, columns in keys:
        rows = table.select(list(columns)).to_pandas()
        known = rows.notna().all(axis=1)  # an empty cell is not known, so it repeats nothing
        first = rows[known].groupby(list(columns), sort=False).cumcount() == 0
        message = f"The {rule.removeprefix('key.')} key ({', '.join(columns)}) stands in an earlier row too."
        fix = "Remove one of the rows, or correct its key."
        for index in map(int, first.index[~first]):
            value = ", ".join(str(rows.at[index, column]) for column in columns)
            line, label = index + FIRST_ROW, row_key(table, schema, index)
            problems.append(Problem(rule, shown, message, fix, line, label, ", ".join(columns), value))
    return problems


def check_references(table: pa.Table, shown: str, schema: Schema, targets: dict[str, pa.Table]) -> list[Problem]:
    """Problems for values that stand in no row of the table they refer to.

    ``targets`` holds the tables by name; a reference to a table that is not there is passed over, since the
    missing table has its own problem.
    """
    problems = []
    for key in schema.foreign_keys:
        if key.table in targets:
            problems += _dangling(table, shown, schema, key, targets[key.table])
    return problems


def _dangling(table: pa.Table, shown: str, schema: Schema, key: ForeignKey, target: pa.Table) -> list[Problem]:
    rows = _values(table, schema, key)
    known = pd.MultiIndex.from_frame(target.select(list(key.reference)).to_pandas())
    have = pd.MultiIndex.from_frame(rows[list(key.fields)])
    choices = [str(choice) for choice in target[key.reference[-1]].unique().drop_null().to_pylist()]
    message = f"No row of {key.table} has {' and '.join(key.reference)} like this."
    columns = ", ".join(key.fields)
    problems = []
    for number, position in enumerate((~have.isin(known)).nonzero()[0]):
        values = [str(value) for value in rows.iloc[position][list(key.fields)]]
        index = int(rows.iloc[position]["_row"])
        # Near values are looked for only where the report shows them: the search is slow in long tables.
        hint = did_you_mean(values[-1], choices) if number < EXAMPLES_PER_RULE else ""
        fix = f"{hint}Correct the value, or add a row for it to {key.table}."
        line, label = index + FIRST_ROW, row_key(table, schema, index)
        problems.append(Problem("key.foreign", shown, message, fix, line, label, columns, ", ".join(values)))
    return problems


def _values(table: pa.Table, schema: Schema, key: ForeignKey) -> pd.DataFrame:
    """The referring values with their row index; lists exploded, rows with an empty part left out."""
    if len(key.fields) == 1:
        name = key.fields[0]
        index, values = explode(table[name].combine_chunks(), schema.field(name).separator)
        frame = pd.DataFrame({name: values.to_pandas(), "_row": index.to_pandas()})
    else:
        frame = table.select(list(key.fields)).to_pandas().assign(_row=range(table.num_rows))
    return frame.dropna()
