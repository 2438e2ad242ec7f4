"""What the pages of tables, rows and corrections need to know of a table, from its schema."""

from __future__ import annotations

from typing import Any

from csea.schema import Field, Schema
from csea.schema.deprecated import aliases


def columns_of(schema: Schema) -> dict[str, Any]:
    """A table, ready for JSON: ``title``, ``key``, ``label``, ``search``, why not to be corrected, and ``columns``."""
    repeated = {name: f"It repeats {use}: correct that." for name, use in aliases(schema).items()}
    return {
        "title": schema.title,
        "key": list(schema.primary_key),
        "label": schema.label,
        "search": list(schema.search),
        "derived": schema.derived,
        "entered": schema.entered,
        "columns": {field.name: _column(field, repeated.get(field.name, "")) for field in schema.fields},
    }


def _column(field: Field, repeats: str) -> dict[str, Any]:
    """Title, type, unit and text; ``labels`` has the words for each code, ``derived`` what to correct instead."""
    return {
        "title": field.title,
        "type": field.type,
        "unit": field.unit,
        "text": field.description,
        "required": field.required,
        "labels": {category.value: category.label for category in field.categories},
        "meanings": {category.value: category.meaning for category in field.categories},
        "derived": field.derived or repeats,
    }
