"""Arrow types of a schema, with its texts as metadata."""

from __future__ import annotations

import pyarrow as pa

from csea.schema import Field, Schema

TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}


def arrow_field(field: Field) -> pa.Field:
    """Arrow field, nullable unless required, with title, description and unit as metadata."""
    texts = {"title": field.title, "description": field.description, "unit": field.unit}
    metadata = {key: value for key, value in texts.items() if value}
    return pa.field(field.name, TYPES[field.type], nullable=not field.required, metadata=metadata)


def arrow_schema(schema: Schema) -> pa.Schema:
    """Arrow schema with the columns in order and the table's title and description as metadata."""
    metadata = {"title": schema.title, "description": schema.description}
    return pa.schema([arrow_field(field) for field in schema.fields], metadata=metadata)
