"""Schemas of a version as its own ``datapackage.json`` states them, and schemas fitted to the columns of a file.

An old descriptor is read leniently, since it may ask what the present code no longer knows; what differs between two
is judged in ``definitions.py``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from csea.compare.reading import VersionError
from csea.errors import printable
from csea.schema import Category, Field, ForeignKey, Schema


def descriptor_schemas(data: bytes, shown: str) -> tuple[str, dict[str, Schema]]:
    """The version that a descriptor states ("" where none) and the schemas of its CSV tables, by name.

    VersionError where it is no descriptor of tables.
    """
    try:
        package = json.loads(data)
        resources = [item for item in package["resources"] if "schema" in item]
        schemas = {item["name"]: _schema(item["name"], item["schema"], item) for item in resources}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise VersionError(f"{shown} is no Data Package descriptor with the schemas of its tables.") from error
    return str(package.get("version", "")), schemas


def _schema(name: str, raw: dict[str, Any], resource: dict[str, Any]) -> Schema:
    return Schema(
        name=name,
        title=raw.get("title", resource.get("title", "")),
        description=raw.get("description", resource.get("description", "")),
        fields=tuple(_field(item) for item in raw["fields"]),
        primary_key=_names(raw["primaryKey"]),
        unique_keys=tuple(_names(key) for key in raw.get("uniqueKeys", [])),
        foreign_keys=tuple(_reference(name, item) for item in raw.get("foreignKeys", [])),
        label=raw.get("label", ""),
        group=raw.get("group", ""),
    )


def _field(raw: dict[str, Any]) -> Field:
    constraints = raw.get("constraints", {})
    return Field(
        name=raw["name"],
        title=raw.get("title", ""),
        type=raw.get("type", "string"),
        description=raw.get("description", ""),
        unit=raw.get("unit", ""),
        categories=tuple(_category(item) for item in raw.get("categories", [])),
        required=constraints.get("required", False),
        pattern=constraints.get("pattern", ""),
        minimum=constraints.get("minimum"),
        maximum=constraints.get("maximum"),
        enum=tuple(constraints.get("enum", ())),
    )


def _category(raw: Any) -> Category:
    """The standard lets a category be a mere value."""
    if not isinstance(raw, dict):
        return Category(str(raw), "", "")
    return Category(raw["value"], raw.get("label", ""), raw.get("description", ""))


def _names(key: str | list[str]) -> tuple[str, ...]:
    return (key,) if isinstance(key, str) else tuple(key)


def _reference(own: str, raw: dict[str, Any]) -> ForeignKey:
    """A reference; to the table itself where it names no resource, as the standard has it."""
    target = raw["reference"]
    return ForeignKey(_names(raw["fields"]), target.get("resource") or own, _names(target["fields"]))


def fitted(schema: Schema, columns: Sequence[str], shown: str) -> Schema:
    """The schema with the columns that a file has, in their order; one that it does not know is plain text.

    VersionError where the file lacks a column of the key.
    """
    if missing := [name for name in schema.primary_key if name not in columns]:
        raise VersionError(f"{shown} lacks the key column {printable(', '.join(missing))}.")
    known = {field.name: field for field in schema.fields}
    return replace(schema, fields=tuple(known.get(name) or Field(name, "", "string", "") for name in columns))
