"""pandera schemas for typed pandas frames, compiled from ours.

pandera's own Frictionless importer is not used: it reads "banana" as true and drops foreign keys. Keys are
checked at the boundary too, but no row is located: that is the work of ``check/``, which names lines.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pandera.pandas as pa
import pyarrow

from csea.schema import Field, Schema
from csea.schema.arrow import TYPES


def pandera_schema(schema: Schema) -> Any:
    """pandera DataFrameSchema for a frame of Arrow-backed columns (``pandas.ArrowDtype``)."""
    return pa.DataFrameSchema(
        {field.name: _column(field) for field in schema.fields},
        strict=True,
        ordered=True,
        unique=list(schema.primary_key),
        name=schema.name,
    )


def frame(table: pyarrow.Table) -> pd.DataFrame:
    """A typed Arrow table as the pandas frame that :func:`pandera_schema` describes."""
    return table.to_pandas(types_mapper=pd.ArrowDtype)


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
