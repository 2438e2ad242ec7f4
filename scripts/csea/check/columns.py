"""Columns: types, required cells, enums, patterns and ranges, a column at a time in Arrow.

:func:`cast` turns a table of text cells into a typed one and reports every cell that will not go.
Out of scope: keys (``keys.py``) and rules over several columns (``rules.py``).
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from csea.check.place import FIRST_ROW, row_key, where
from csea.errors import Problem, did_you_mean
from csea.schema import Field, Schema
from csea.schema.arrow import TYPES, arrow_schema

FORMS = {
    "integer": (r"^-?(0|[1-9][0-9]{0,17})$", "a whole number", "Write digits only, without separators or decimals."),
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


def cast(table: pa.Table, shown: str, schema: Schema) -> tuple[pa.Table, list[Problem]]:
    """Give the typed table (columns as in the schema, faulty cells null) and a problem for each faulty cell.

    Cells of a field with a separator are lists: they stay text, and each element is checked.
    """
    problems: list[Problem] = []
    arrays = []
    for field in schema.fields:
        array, faults = _cast_column(table[field.name].combine_chunks(), field)
        arrays.append(array)
        problems += [_located(fault, table, shown, schema, field) for fault in faults]
    # Rebuilt without the not-null flags, since a faulty required cell is null here.
    loose = pa.schema(
        [item.with_nullable(True) for item in arrow_schema(schema)], metadata=arrow_schema(schema).metadata
    )
    return pa.table(arrays, schema=loose), problems


Fault = tuple[int, str, str, str, str]  # row index, rule, value, message, fix


def _cast_column(column: pa.Array, field: Field) -> tuple[pa.Array, list[Fault]]:
    faults: list[Fault] = []
    if field.required:
        for index in where(pc.is_null(column)):
            faults.append((index, "required", "", "The cell must not be empty.", f"Fill it in: {field.description}"))
    if field.type == "string":
        rows, parts = explode(column, field.separator)
        faults += [(rows[index].as_py(), *rest) for index, *rest in _text_faults(parts, field)]
        return column, faults
    values, mismatched = _convert(column, field.type)
    _, kind, fix = FORMS[field.type]
    faults += [(index, "type", column[index].as_py(), f"The value is not {kind}.", fix) for index in mismatched]
    return values, faults + _range_faults(values, column, field)


def explode(column: pa.Array, separator: str) -> tuple[pa.Array, pa.Array]:
    """Row index and value of each element; a plain column gives each cell itself."""
    if not separator:
        return pa.array(range(len(column)), pa.int64()), column
    lists = pc.split_pattern(column, separator)
    return pc.list_parent_indices(lists), pc.list_flatten(lists)


def _convert(column: pa.Array, kind: str) -> tuple[pa.Array, list[int]]:
    fits = pc.match_substring_regex(column, FORMS[kind][0])
    kept = pc.if_else(fits, column, None)
    if kind == "date":
        parsed = pc.cast(pc.strptime(kept, "%Y-%m-%d", "s", error_is_null=True), pa.date32())
        # strptime makes 2 March of 30 February: a date must come back as it was written.
        values = pc.if_else(pc.equal(pc.cast(parsed, pa.string()), kept), parsed, None)
    elif kind == "boolean":
        values = pc.equal(kept, "true")
    else:
        values = pc.cast(kept, TYPES[kind])
    return values, where(pc.and_(pc.is_valid(column), pc.is_null(values)))


def _text_faults(column: pa.Array, field: Field) -> list[Fault]:
    faults: list[Fault] = []
    if field.enum:
        unknown = pc.invert(pc.is_in(column, pa.array(field.enum, pa.string())))
        for index in where(pc.and_(unknown, pc.is_valid(column))):
            value = column[index].as_py()
            fix = f"{did_you_mean(value, field.enum)}Use one of: {', '.join(field.enum)}."
            faults.append((index, "enum", value, "The value is not on the column's list.", fix))
    if field.pattern:
        misfit = pc.invert(pc.match_substring_regex(column, field.pattern))
        fix = f"Write it to fit {field.pattern}: {field.description}"
        faults += _marked(misfit, column, "pattern", "The value does not have the column's form.", fix)
    return faults


def _range_faults(values: pa.Array, column: pa.Array, field: Field) -> list[Fault]:
    faults: list[Fault] = []
    fix = "Check the number against the source."
    if field.minimum is not None:
        message = f"The value is below {field.minimum}."
        faults += _marked(pc.less(values, field.minimum), column, "minimum", message, fix)
    if field.maximum is not None:
        message = f"The value is above {field.maximum}."
        faults += _marked(pc.greater(values, field.maximum), column, "maximum", message, fix)
    return faults


def _marked(mask: pa.Array, column: pa.Array, rule: str, message: str, fix: str) -> list[Fault]:
    """A fault for each row that ``mask`` marks, with the value as written."""
    return [(index, rule, column[index].as_py(), message, fix) for index in where(mask)]


def _located(fault: Fault, table: pa.Table, shown: str, schema: Schema, field: Field) -> Problem:
    index, rule, value, message, fix = fault
    return Problem(
        f"column.{rule}", shown, message, fix, index + FIRST_ROW, row_key(table, schema, index), field.name, value
    )
