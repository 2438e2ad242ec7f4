"""pandera schemas for typed pandas frames, compiled from ours.

pandera's own Frictionless importer is not used: it reads "banana" as true and drops foreign keys. Keys are
checked at the boundary too, but no row is located: that is the work of ``check/``, which names lines.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pandera.pandas as pa
import pyarrow

from csea.errors import Problem
from csea.schema import Field, Schema
from csea.schema.arrow import TYPES


def pandera_schema(schema: Schema) -> Any:
    """pandera DataFrameSchema for the frame that :func:`frame` gives of a typed table."""
    return pa.DataFrameSchema(
        {field.name: _column(field) for field in schema.fields},
        strict=True,
        ordered=True,
        unique=list(schema.primary_key),
        name=schema.name,
    )


def frame(table: pyarrow.Table) -> pd.DataFrame:
    """A typed Arrow table as a pandas frame of Arrow-backed columns."""
    result: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return result


def check_frame(table: pyarrow.Table, schema: Schema, room: str) -> list[Problem]:
    """Problems of a table that ``room`` hands on, all at once: a boundary check, which names no line."""
    try:
        pandera_schema(schema).validate(frame(table), lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases.drop_duplicates(["column", "check"])
        fix = (
            f"The {room} room made this of its inputs; correct the input that it names, or report a fault in the code."
        )
        return [
            Problem(
                f"boundary.{room}",
                f"data/{schema.name}.csv",
                f"The {room} room hands on a value that the schema refuses: {case.check}.",
                fix,
                column=str(case.column),
                value=str(case.failure_case),
            )
            for case in cases.itertuples()
        ]
    return []


def _column(field: Field) -> Any:
    checks = []
    if field.enum:
        checks.append(pa.Check.isin(list(field.enum)))
    if field.pattern:
        checks.append(pa.Check.str_matches(field.pattern))
    if field.minimum is not None:
        checks.append(pa.Check.ge(field.minimum))
    if field.maximum is not None:
        checks.append(pa.Check.le(field.maximum))
    return pa.Column(pd.ArrowDtype(TYPES[field.type]), checks, nullable=not field.required)
