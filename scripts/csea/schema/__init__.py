"""The one definition of every table: reads ``schemas/`` and gives what is derived from it.

A column exists because its schema says so. This package turns a schema into Arrow types (``arrow.py``),
pandera schemas (``frames.py``), SQLite tables (``sqlite.py``), Datasette texts (``texts.py``), the codebook
(``codebook.py``) and the Data Package descriptor (``descriptor.py``); nothing else repeats a column.

``schemas/<table>.schema.json`` describe published tables and are standard Table Schemas. Extra properties,
which standard tools ignore: per field ``unit``, ``categories`` (a label and meaning for each enum value),
``privacy`` (which privacy rule reads it) and ``deprecated`` (notice that it goes: ``deprecated.py``); per table
``group`` (where the site lists it), ``label``, ``facets``, ``search`` and ``input`` (the hand-kept file it is made
from). Field and table may say ``derived``: no correction can be made there, and what to correct instead; a table
``entered``: how rows come in and go, where not by corrections.
``schemas/inputs/`` describe hand-kept files; there a field may say ``from`` (the table column whose
definition it shares) and ``separator`` (the cell is a list).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import re2

from csea.schema.deprecated import Deprecated, check_uses, without_aliases


@dataclass(frozen=True)
class Category:
    """A value that a column may take."""

    value: str
    label: str
    meaning: str


@dataclass(frozen=True)
class Field:
    """A column: its type, texts and constraints."""

    name: str
    title: str
    type: str
    description: str
    unit: str = ""
    categories: tuple[Category, ...] = ()
    required: bool = False
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    enum: tuple[str, ...] = ()
    privacy: str = ""
    separator: str = ""
    derived: str = ""
    deprecated: Deprecated | None = None


@dataclass(frozen=True)
class ForeignKey:
    """Columns whose values must stand in another table."""

    fields: tuple[str, ...]
    table: str
    reference: tuple[str, ...]


@dataclass(frozen=True)
class Schema:
    """A table."""

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    unique_keys: tuple[tuple[str, ...], ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    label: str = ""
    facets: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    input: str = ""
    group: str = ""
    derived: str = ""
    entered: str = ""

    @property
    def columns(self) -> list[str]:
        """Column names in order."""
        return [field.name for field in self.fields]

    def field(self, name: str) -> Field:
        """The column ``name``; KeyError where there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no column {name}")


TYPES = ("string", "integer", "number", "boolean", "date")
# What may be asked of a cell beside being there; the checks do these and no others.
CONSTRAINTS = {"string": ("enum", "pattern"), "integer": ("minimum", "maximum"), "number": ("minimum", "maximum")}


class SchemaError(ValueError):
    """A file in ``schemas/`` is wrong; the message says which and how."""


def load_tables(root: Path) -> dict[str, Schema]:
    """Schemas of the published tables, by name, in an order in which references come first."""
    schemas = {schema.name: schema for schema in map(read_schema, sorted((root / "schemas").glob("*.schema.json")))}
    return {name: schemas[name] for name in _reference_order(schemas)}


def load_inputs(root: Path, tables: dict[str, Schema]) -> dict[str, Schema]:
    """Schemas of the files that tables are made from, in ``data/inputs/`` and ``data/machine/``, by file name.

    A table that is made from a file of its own name lends that file its schema, unless it has one of its own.
    """
    own = {}
    for path in sorted((root / "schemas" / "inputs").glob("*.schema.json")):
        schema = read_schema(path, tables)
        own[schema.name] = schema
    published = {name: without_aliases(table) for name, table in tables.items() if Path(table.input).stem == name}
    return {**published, **own}


def read_schema(path: Path, tables: dict[str, Schema] | None = None) -> Schema:
    """The schema of one file; ``tables`` lend the columns that it takes ``from`` them. SchemaError for a faulty one."""
    try:
        text = path.read_text(encoding="utf-8")
        return schema_of(json.loads(text), tables) if tables else _of_text(text)
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        folder, _, name = path.as_posix().rpartition("schemas/")
        raise SchemaError(f"{f'schemas/{name}' if folder else path} cannot be read: {_reason(error)}") from error


@lru_cache(maxsize=256)
def _of_text(text: str) -> Schema:
    """Read once a process while the text is the same: a project is read often, and its schemas seldom change."""
    return schema_of(json.loads(text))


def schema_of(raw: dict[str, Any], tables: dict[str, Schema] | None = None) -> Schema:
    """The schema in a JSON object, such as a descriptor's. ValueError, KeyError or TypeError for a faulty one."""
    fields = tuple(_field(item, tables or {}) for item in raw["fields"])
    check_uses(fields)
    return Schema(
        name=raw["name"],
        title=raw["title"],
        description=raw["description"],
        fields=fields,
        primary_key=_columns(raw["primaryKey"], fields),
        unique_keys=tuple(_columns(key, fields) for key in raw.get("uniqueKeys", [])),
        foreign_keys=tuple(_foreign_key(item, fields, raw["name"]) for item in raw.get("foreignKeys", [])),
        label=raw.get("label", ""),
        facets=tuple(raw.get("facets", [])),
        search=tuple(raw.get("search", [])),
        input=raw.get("input", ""),
        group=raw.get("group", ""),
        derived=raw.get("derived", ""),
        entered=raw.get("entered", ""),
    )


def _reason(error: Exception) -> str:
    """Why a schema cannot be read, in words."""
    if isinstance(error, json.JSONDecodeError):
        return f"it is not JSON: {error}"
    if isinstance(error, KeyError):
        return f"it lacks {error}"
    if isinstance(error, SchemaError | OSError):
        return str(error)
    return f"it is not written like the schemas of the project: {error}"


def _field(raw: dict[str, Any], tables: dict[str, Schema]) -> Field:
    if "from" in raw:
        table, _, column = raw["from"].partition(".")
        shared = tables[table].field(column)
        return replace(
            shared,
            name=raw["name"],
            required=raw.get("required", shared.required),
            separator=raw.get("separator", ""),
            deprecated=None,
        )
    constraints = raw.get("constraints", {})
    categories = tuple(Category(c["value"], c["label"], c["description"]) for c in raw.get("categories", []))
    enum = tuple(constraints.get("enum", []))
    if categories and enum != tuple(category.value for category in categories):
        raise SchemaError(f"column {raw['name']}: enum and categories differ")
    if raw["type"] not in TYPES:
        raise SchemaError(f"column {raw['name']}: the type is {raw['type']!r}, not one of {', '.join(TYPES)}")
    _check_constraints(raw, constraints)
    return Field(
        name=raw["name"],
        title=raw.get("title", raw["name"]),
        type=raw["type"],
        description=raw["description"],
        unit=raw.get("unit", ""),
        categories=categories,
        required=constraints.get("required", False),
        pattern=constraints.get("pattern", ""),
        minimum=constraints.get("minimum"),
        maximum=constraints.get("maximum"),
        enum=enum,
        privacy=raw.get("privacy", ""),
        separator=raw.get("separator", ""),
        derived=raw.get("derived", ""),
        deprecated=Deprecated.of(raw.get("deprecated"), raw["name"]),
    )


def _check_constraints(raw: dict[str, Any], constraints: dict[str, Any]) -> None:
    """SchemaError for a constraint that the checks would pass over, or could not ask of the column's type."""
    allowed = CONSTRAINTS.get(raw["type"], ())
    for name, value in constraints.items():
        if name not in allowed and name != "required":
            raise SchemaError(f"column {raw['name']}: {name} is not checked on the type {raw['type']}; leave it out")
        if name in ("minimum", "maximum") and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise SchemaError(f"column {raw['name']}: the {name} {value!r} is no number")
    try:
        re2.compile(constraints.get("pattern", ""))
    except re2.error as error:
        raise SchemaError(f"column {raw['name']}: the pattern {constraints['pattern']!r} cannot be used") from error


def _columns(key: str | list[str], fields: tuple[Field, ...]) -> tuple[str, ...]:
    """The columns of a key, which the standard lets stand alone; SchemaError for one that is not there."""
    names = (key,) if isinstance(key, str) else tuple(key)
    for name in names:
        if name not in [field.name for field in fields]:
            raise SchemaError(f"a key is on {name!r}, which is no column")
    return names


def _foreign_key(raw: dict[str, Any], fields: tuple[Field, ...], own: str) -> ForeignKey:
    """A reference; to the table itself where it names no resource, as the standard has it."""
    target = raw["reference"]
    reference = target["fields"]
    names = (reference,) if isinstance(reference, str) else tuple(reference)
    return ForeignKey(_columns(raw["fields"], fields), target["resource"] or own, names)


def _reference_order(schemas: dict[str, Schema]) -> list[str]:
    """Names so that a table stands after those it points to; a reference to itself does not count."""
    order: list[str] = []

    def visit(name: str) -> None:
        if name in order:
            return
        for key in schemas[name].foreign_keys:
            if key.table not in schemas:
                raise SchemaError(f"schemas/{name}.schema.json refers to {key.table}, which has no schema")
            if key.table != name:
                visit(key.table)
        order.append(name)

    for name in schemas:
        visit(name)
    return order
