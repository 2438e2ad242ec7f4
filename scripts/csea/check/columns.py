"""Columns: types, required cells, enums, patterns and ranges, a column at a time in Arrow.

:func:`cast` turns rows of text into typed ones and reports every cell that will not go. A column whose values
repeat is judged value by value, not cell by cell. Out of scope: keys (``keys.py``) and rules over several columns
(``rules.py``).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from csea.check.rows import Integers, Rows, take, where
from csea.errors import Problem, did_you_mean
from csea.io import cells
from csea.schema import Field, Schema
from csea.schema.arrow import TYPES, arrow_schema

FORMS = {
    "integer": (
        r"^-?(0|[1-9][0-9]{0,17})$",
        "a whole number",
        "Write digits only, without separators, decimals or zeros in front.",
    ),
    "number": (
        r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?$",
        "a number",
        "Write digits, with a point before decimals and no separators.",
    ),
    "boolean": (r"^(true|false)$", "true or false", "Write true or false in lower case."),
    "date": (
        r"^([1-9]...|.[1-9]..|..[1-9].|...[1-9])-[0-9]{2}-[0-9]{2}$",  # not the year 0000, which Python lacks
        "a date",
        "Write the date as YYYY-MM-DD.",
    ),
}
LARGEST = 1e15  # a number below it has 15 digits before the point at most; what rounds up to it has none of that form
SAMPLE = 1_000  # rows that tell whether a column's values repeat


def cast(rows: Rows, canonical: bool = False) -> tuple[Rows, list[Problem]]:
    """Typed rows (columns as in the schema, faulty cells null) and a problem for each faulty cell.

    Cells of a field with a separator are lists: they stay text, and each element is checked. With ``canonical`` a
    number that is not written in its one canonical form is a fault too.
    """
    problems: list[Problem] = []
    arrays = []
    for field in rows.schema.fields:
        column = rows.table[field.name].combine_chunks() if rows.table.num_rows else pa.nulls(0, pa.string())
        if field.name in rows.absent:
            arrays.append(pa.nulls(len(column), TYPES[field.type]))
            continue
        array, faults = _cast_column(column, field, canonical)
        arrays.append(array)
        for fault in faults:
            problems += rows.problems(f"column.{fault.rule}", fault.rows, field.name, fault.values, fault.texts)
    return replace(rows, table=pa.table(arrays, schema=_loose(rows.schema))), problems


def _loose(schema: Schema) -> pa.Schema:
    """The schema without its not-null flags, since a faulty required cell is null."""
    exact = arrow_schema(schema)
    return pa.schema([item.with_nullable(True) for item in exact], metadata=exact.metadata)


@dataclass(frozen=True)
class Fault:
    """The rows of a column that break one rule, with their values as written and one text or one for each."""

    rule: str
    rows: Integers
    values: list[str]
    texts: list[tuple[str, str]]


def _cast_column(column: pa.Array, field: Field, canonical: bool) -> tuple[pa.Array, list[Fault]]:
    faults: list[Fault] = []
    if field.required and column.null_count:
        empty = where(pc.is_null(column))
        texts = "The cell must not be empty.", f"Fill it in. The column holds: {field.description}"
        faults.append(Fault("required", empty, [""] * len(empty), [texts]))
    if field.separator:
        parents, parts = explode(column, field.separator)
        found = _text_faults(parts, field)
        return column, faults + [replace(fault, rows=parents[fault.rows]) for fault in found]
    values, codes = _distinct(column)
    typed, found = (values, _text_faults(values, field)) if field.type == "string" else _typed(values, field, canonical)
    if codes is None:
        return typed, faults + found
    return typed.take(codes), faults + [_at_each_row(fault, codes) for fault in found]


def explode(column: pa.Array, separator: str) -> tuple[Integers, pa.Array]:
    """Row index and value of each element of a column of lists."""
    lists = pc.split_pattern(column, separator)
    return pc.list_parent_indices(lists).to_numpy().astype(np.int64), pc.list_flatten(lists)


def _distinct(column: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    """The values of a column and the place of each row among them, or the column itself where few values repeat."""
    if pa.types.is_dictionary(column.type):
        return column.dictionary, column.indices
    sample = column.slice(0, SAMPLE)
    if len(sample.unique()) > len(sample) / 2:
        return column, None
    encoded = column.dictionary_encode()
    return encoded.dictionary, encoded.indices


def _at_each_row(fault: Fault, codes: pa.Array) -> Fault:
    """A fault of distinct values as one of the rows that have them."""
    if not len(fault.rows):
        return fault
    rows = where(pc.is_in(codes, value_set=pa.array(fault.rows, codes.type)))
    order = {value: place for place, value in enumerate(fault.rows.tolist())}
    places = [order[code] for code in take(codes, rows).to_pylist()]
    texts = fault.texts if len(fault.texts) == 1 else [fault.texts[place] for place in places]
    return Fault(fault.rule, rows, [fault.values[place] for place in places], texts)


def _typed(column: pa.Array, field: Field, canonical: bool) -> tuple[pa.Array, list[Fault]]:
    values = _convert(column, field.type)
    _, kind, fix = FORMS[field.type]
    mismatched = pc.and_(pc.is_valid(column), pc.is_null(values))
    faults = [_marked(mismatched, column, "type", (f"The value is not {kind}.", fix))]
    source = "Check the number against the source."
    is_whole = field.type == "integer"  # compared with whole numbers, since not every one is a float
    if field.minimum is not None:
        texts = f"The value is below {field.minimum:,}, the least that the column allows.", source
        low = math.ceil(field.minimum) if is_whole else field.minimum
        faults.append(_marked(pc.less(values, low), column, "minimum", texts))
    if field.maximum is not None:
        texts = f"The value is above {field.maximum:,}, the most that the column allows.", source
        high = math.floor(field.maximum) if is_whole else field.maximum
        faults.append(_marked(pc.greater(values, high), column, "maximum", texts))
    if canonical and field.type in ("integer", "number"):
        faults.append(_not_canonical(values, column))
    return values, faults


def _convert(column: pa.Array, kind: str) -> pa.Array:
    """Typed values, null where the text does not have the type's form."""
    kept = pc.if_else(pc.match_substring_regex(column, FORMS[kind][0]), column, None)
    if kind == "date":
        parsed = pc.cast(pc.strptime(kept, "%Y-%m-%d", "s", error_is_null=True), pa.date32())
        # strptime makes 2 March of 30 February: a date must come back as it was written.
        return pc.if_else(pc.equal(pc.cast(parsed, pa.string()), kept), parsed, None)
    if kind == "boolean":
        return pc.equal(kept, "true")
    values = pc.cast(kept, TYPES[kind])
    if kind == "number":
        values = pc.if_else(pc.less(pc.abs(values), LARGEST), pc.add(values, 0.0), None)  # -0 is 0
    return values


def _not_canonical(values: pa.Array, column: pa.Array) -> Fault:
    """Numbers that are right but written otherwise than the build writes them: 1.50, -0."""
    text = cells(values)
    fault = _marked(pc.not_equal(text, column), column, "canonical", ("", ""))
    texts = [
        ("The number is not in canonical form.", f"Write {wanted}, or let `csea check --fix` do it.")
        for wanted in take(text, fault.rows).to_pylist()
    ]
    return replace(fault, texts=texts)


def _text_faults(column: pa.Array, field: Field) -> list[Fault]:
    faults: list[Fault] = []
    if field.enum:
        unknown = pc.and_(pc.invert(pc.is_in(column, value_set=pa.array(field.enum, pa.string()))), pc.is_valid(column))
        fault = _marked(unknown, column, "enum", ("", ""))
        faults.append(replace(fault, texts=_enum_texts(fault.values, field.enum)))
    if field.pattern:
        misfit = pc.invert(pc.match_substring_regex(column, f"^(?:{field.pattern})$"))  # the standard: the whole cell
        fix = f"Write it to fit {field.pattern}. The column holds: {field.description}"
        faults.append(_marked(misfit, column, "pattern", ("The value does not have the column's form.", fix)))
    return faults


def _enum_texts(values: list[str], enum: tuple[str, ...]) -> list[tuple[str, str]]:
    fixes = {value: f"{did_you_mean(value, enum)}Use one of: {', '.join(enum)}." for value in set(values)}
    return [("The value is not on the column's list.", fixes[value]) for value in values]


def _marked(mask: pa.Array, column: pa.Array, rule: str, texts: tuple[str, str]) -> Fault:
    """The fault of the rows that ``mask`` marks."""
    rows = where(mask)
    return Fault(rule, rows, take(column, rows).to_pylist(), [texts])
