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
from csea.schema.deprecated import Deprecated


def descriptor_schemas(data: bytes, shown: str) -> tuple[str, dict[str, Schema]]:
    """The version that a descriptor states ("" where none) and the schemas of its CSV tables, by name.

    VersionError where it is no descriptor of tables.
    """
    try:
        package = json.loads(data)
        resources = [item for item in package["resources"] if "schema" in item]
        schemas = {item["name"]: _schema(item["name"], item["schema"], item) for item in resources}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise VersionError(f"{shown} is no Data Package descriptor with the schemas of its tables.") from error
    return str(package.get("version", "")), schemas


def _schema(name: str, raw: dict[str, Any], resource: dict[str, Any]) -> Schema:
    return Schema(
        name=name,
        title=_text(raw, "title") or _text(resource, "title"),
        description=_text(raw, "description") or _text(resource, "description"),
        fields=tuple(_field(item) for item in raw["fields"]),
        primary_key=_names(raw["primaryKey"]),
        unique_keys=tuple(_names(key) for key in raw.get("uniqueKeys", [])),
        foreign_keys=tuple(_reference(name, item) for item in raw.get("foreignKeys", [])),
        label=_text(raw, "label"),
        group=_text(raw, "group"),
    )


def _field(raw: dict[str, Any]) -> Field:
    constraints = raw.get("constraints", {})
    return Field(
        name=str(raw["name"]),
        title=_text(raw, "title"),
        type=_text(raw, "type") or "string",
        description=_text(raw, "description"),
        unit=_text(raw, "unit"),
        categories=tuple(_category(item) for item in raw.get("categories", [])),
        required=bool(constraints.get("required")),
        pattern=_text(constraints, "pattern"),
        minimum=_bound(constraints.get("minimum")),
        maximum=_bound(constraints.get("maximum")),
        enum=tuple(map(str, constraints.get("enum", ()))),
        deprecated=Deprecated.of(raw.get("deprecated"), raw["name"]),
    )


def _text(raw: dict[str, Any], name: str) -> str:
    return str(raw.get(name) or "")


def _bound(raw: Any) -> float | None:
    """A bound that is a number; of dates, which the standard lets have bounds too, ours have none."""
    return raw if isinstance(raw, int | float) else None


def _category(raw: Any) -> Category:
    """The standard lets a category be a mere value."""
    if not isinstance(raw, dict):
        return Category(str(raw), "", "")
    return Category(str(raw["value"]), _text(raw, "label"), _text(raw, "description"))


def _names(key: str | list[str]) -> tuple[str, ...]:
    return (key,) if isinstance(key, str) else tuple(map(str, key))


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
