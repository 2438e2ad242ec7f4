"""Schemas as texts: for the terminal, and as the metadata that Datasette shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csea.schema import Field, Schema
from csea.schema.arrow import arrow_schema
from csea.schema.sqlite import create_search, create_table


def list_tables(schemas: dict[str, Schema]) -> str:
    """One line a table: its name and title."""
    return "\n".join(f"{name:<26}{schema.title}" for name, schema in sorted(schemas.items()))


def describe(root: Path, schema: Schema, output: str) -> str:
    """One table as text, JSON (its Table Schema file), SQL or Arrow."""
    if output == "json":
        return (root / "schemas" / f"{schema.name}.schema.json").read_text(encoding="utf-8").rstrip()
    if output == "sql":
        return ";\n".join([*create_table(schema), *create_search(schema)]) + ";"
    if output == "arrow":
        return str(arrow_schema(schema).to_string(show_field_metadata=False, show_schema_metadata=False))
    lines = [
        f"{schema.name}: {schema.title}",
        schema.description,
        "",
        f"Primary key: {', '.join(schema.primary_key)}",
        "",
    ]
    return "\n".join(lines + [f"{field.name:<26}{field.type:<9}{column_text(field)}" for field in schema.fields])


def column_text(field: Field) -> str:
    """Description, unit and values of a column, and the notice that it goes, in one paragraph."""
    unit = f" Unit: {field.unit}." if field.unit else ""
    values = f" Values: {', '.join(field.enum)}." if field.enum and len(field.enum) <= 12 else ""
    notice = f" {field.deprecated.text()}" if field.deprecated else ""
    return f"{field.description}{unit}{values}{notice}"


def table_metadata(schema: Schema) -> dict[str, Any]:
    """What Datasette needs to know of a table: title, description, columns, facets, label."""
    metadata: dict[str, Any] = {
        "title": schema.title,
        "description": schema.description,
        "columns": {field.name: column_text(field) for field in schema.fields},
        "facets": list(schema.facets),
        "sortable_columns": schema.columns,
    }
    if schema.label:
        metadata["label_column"] = schema.label
    if schema.search:
        metadata |= {"fts_table": f"{schema.name}_fts", "fts_pk": "rowid"}
    return metadata
