"""What differs between the schemas of two versions, and how much it matters to who read the old one.

The level of a change is the part of the version that it raises (rule 7 of the design: a break is major, more or fewer
rows or columns minor, corrected values patch). The question is always what becomes of a program, or of a query, that
was right with the old version:

- major: it can fail, or be wrong without a word. A table or column goes; a type, unit or key changes; a column that
  was never empty may be; a list loses a value (a filter on it finds nothing) or is given up; a key or reference that
  rows could be joined by is no longer promised.
- minor: it stays right, and what it sees can be new. A table, column or list value is added; a bound or pattern
  changes; more is promised than before (required, unique, reference, a list where text was free).
- patch: only titles and descriptions are worded otherwise; they are counted, a change for each table.

A renamed column is one removed and one added. The order of columns, and what only the site uses, is no change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from csea.schema import Field, Schema

Level = Literal["major", "minor", "patch"]
LEVELS: tuple[Level, ...] = ("major", "minor", "patch")
KINDS: dict[str, Level] = {
    "table_added": "minor",
    "table_removed": "major",
    "column_added": "minor",
    "column_removed": "major",
    "column_retyped": "major",
    "key_changed": "major",
    "unit_changed": "major",
    "separator_changed": "major",
    "required_added": "minor",
    "required_dropped": "major",
    "enum_added": "minor",
    "enum_dropped": "major",
    "enum_value_added": "minor",
    "enum_value_removed": "major",
    "pattern_changed": "minor",
    "minimum_changed": "minor",
    "maximum_changed": "minor",
    "unique_key_added": "minor",
    "unique_key_dropped": "major",
    "reference_added": "minor",
    "reference_dropped": "major",
    "texts_changed": "patch",
}
ATTRIBUTES = {
    "type": "column_retyped",
    "unit": "unit_changed",
    "separator": "separator_changed",
    "pattern": "pattern_changed",
    "minimum": "minimum_changed",
    "maximum": "maximum_changed",
}


@dataclass(frozen=True)
class DefinitionChange:
    """One change of a schema. ``column`` is empty where the table is meant; ``old`` and ``new`` where there is none.

    Of a column that is added or removed they give the type, of texts how many changed.
    """

    kind: str
    table: str
    column: str = ""
    old: str = ""
    new: str = ""

    @property
    def level(self) -> Level:
        """major, minor or patch: the part of the version that it raises."""
        return KINDS[self.kind]


def compare_definitions(
    old: Mapping[str, Schema], new: Mapping[str, Schema], only_columns: bool = False
) -> list[DefinitionChange]:
    """What differs between two sets of schemas, the most serious first, in that by table.

    With ``only_columns`` a table that both have is asked only for columns added and removed: for schemas that are lent.
    """
    found = [DefinitionChange("table_removed", name) for name in old if name not in new]
    found += [DefinitionChange("table_added", name) for name in new if name not in old]
    for name in new:
        if name in old:
            found += _columns(old[name], new[name])
            found += [] if only_columns else _promises(old[name], new[name])
    return sorted(found, key=lambda change: (LEVELS.index(change.level), change.table))


def reordered(old: Schema, new: Schema) -> bool:
    """Whether the columns that both have stand in another order, which is no change."""
    shared = set(old.columns) & set(new.columns)
    return [name for name in old.columns if name in shared] != [name for name in new.columns if name in shared]


def _columns(old: Schema, new: Schema) -> Iterator[DefinitionChange]:
    """Columns that only one of the two has."""
    for field in old.fields:
        if field.name not in new.columns:
            yield DefinitionChange("column_removed", old.name, field.name, old=field.type)
    for field in new.fields:
        if field.name not in old.columns:
            yield DefinitionChange("column_added", new.name, field.name, new=field.type)


def _promises(old: Schema, new: Schema) -> Iterator[DefinitionChange]:
    """What else differs in a table that both have."""
    if old.primary_key != new.primary_key:
        yield DefinitionChange("key_changed", new.name, "", ", ".join(old.primary_key), ", ".join(new.primary_key))
    for kind, before, now in (("unique_key", _unique(old), _unique(new)), ("reference", _links(old), _links(new))):
        for text in before:
            if text not in now:
                yield DefinitionChange(f"{kind}_dropped", new.name, old=text)
        for text in now:
            if text not in before:
                yield DefinitionChange(f"{kind}_added", new.name, new=text)
    pairs = [(old.field(field.name), field) for field in new.fields if field.name in old.columns]
    for was, field in pairs:
        yield from _column(new.name, was, field)
    texts = sum(_texts(was, field) for was, field in pairs)
    texts += (old.title != new.title) + (old.description != new.description)
    if texts:
        yield DefinitionChange("texts_changed", new.name, new=str(texts))


def _column(table: str, old: Field, new: Field) -> Iterator[DefinitionChange]:
    for attribute, kind in ATTRIBUTES.items():
        before, now = _written(getattr(old, attribute)), _written(getattr(new, attribute))
        if before != now:
            yield DefinitionChange(kind, table, new.name, before, now)
    if old.required != new.required:
        yield DefinitionChange("required_added" if new.required else "required_dropped", table, new.name)
    if bool(old.enum) != bool(new.enum):
        kind = "enum_added" if new.enum else "enum_dropped"
        yield DefinitionChange(kind, table, new.name, ", ".join(old.enum), ", ".join(new.enum))
        return
    for value in old.enum:
        if value not in new.enum:
            yield DefinitionChange("enum_value_removed", table, new.name, old=value)
    for value in new.enum:
        if value not in old.enum:
            yield DefinitionChange("enum_value_added", table, new.name, new=value)


def _texts(old: Field, new: Field) -> int:
    """How many titles and descriptions of a column, and of the values that both lists have, are worded otherwise."""
    before = {category.value: category for category in old.categories}
    values = [(before[category.value], category) for category in new.categories if category.value in before]
    changed = [old.title != new.title, old.description != new.description]
    for was, category in values:
        changed += [was.label != category.label, was.meaning != category.meaning]
    return sum(changed)


def _unique(schema: Schema) -> list[str]:
    return [", ".join(key) for key in schema.unique_keys]


def _links(schema: Schema) -> list[str]:
    return [f"{', '.join(key.fields)} -> {key.table}.{', '.join(key.reference)}" for key in schema.foreign_keys]


def _written(value: str | float | None) -> str:
    """An attribute as text; 1 and 1.0 are one number."""
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value:g}" if abs(value) < 1e6 else str(int(value) if float(value).is_integer() else value)
