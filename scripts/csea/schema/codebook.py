"""The codebook, ``docs/codebook.md``: every table and column as it is defined and as it is filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from csea.io import cells
from csea.schema import Field, Schema

if TYPE_CHECKING:
    from csea.check.rules import Rule

LONGEST_EXAMPLE = 60  # characters


def codebook(version: str, tables: dict[str, pa.Table], schemas: dict[str, Schema], rules: list[Rule]) -> bytes:
    """Markdown with, for each column, its text, type, values with meanings, fill rate, range and example."""
    lines = [
        "# Codebook",
        "",
        f"Version {version}. Generated from `schemas/` by `csea build`; do not edit.",
        "",
        "An empty cell means that the value is not known. Fill is the share of rows with a value.",
        "",
        "| table | rows | one row is |",
        "|---|--:|---|",
    ]
    for name, schema in schemas.items():
        lines.append(f"| [{name}](#{name}) | {tables[name].num_rows:,} | {_after('One row is ', schema.description)} |")
    for name, schema in schemas.items():
        lines += _table(schema, tables[name], [rule for rule in rules if rule.table == name])
    return ("\n".join(lines) + "\n").encode()


def _table(schema: Schema, table: pa.Table, rules: list[Rule]) -> list[str]:
    lines = ["", f"## {schema.name}", "", f"**{schema.title}.** {schema.description}", ""]
    lines.append(f"Primary key: {_codes(schema.primary_key)}.")
    lines += [f"Unique: {_codes(key)}." for key in schema.unique_keys]
    lines += [f"{_codes(key.fields)} refers to `{key.table}`." for key in schema.foreign_keys]
    lines += ["", "| column | type | meaning | fill | range or example |", "|---|---|---|--:|---|"]
    lines += [_column(field, table[field.name]) for field in schema.fields]
    for field in schema.fields:
        if field.categories:
            lines += ["", f"Values of `{field.name}`:", ""]
            lines += [f"- `{item.value}` ({item.label}): {item.meaning}" for item in field.categories]
    if rules:
        lines += ["", "Rules:", ""]
        lines += [f"- {rule.sentence} (`{rule.id}`)" for rule in rules]
    return lines


def _column(field: Field, column: pa.ChunkedArray) -> str:
    kind = f"{field.type}, {field.unit}" if field.unit else field.type
    required = " Required." if field.required else ""
    notice = f" {field.deprecated.text()}" if field.deprecated else ""
    meaning = f"{field.description}{required}{notice}"
    texts = (f"`{field.name}`", kind, meaning, _fill(column), _observed(field, column))
    return f"| {' | '.join(text.replace('|', chr(92) + '|') for text in texts)} |"


def _fill(column: pa.ChunkedArray) -> str:
    if not len(column):
        return ""
    share = 100 * (len(column) - column.null_count) / len(column)
    # Rounded down, so that 100% always means that no cell is empty.
    return f"{int(share)}%" if share >= 1 or not share else "<1%"


def _observed(field: Field, column: pa.ChunkedArray) -> str:
    """Smallest and largest value of numbers and dates; the first value, as an example, of text."""
    known = column.drop_null()
    if not len(known) or field.categories:
        return ""
    if field.type in ("integer", "number", "date"):
        ends = pc.min_max(known)
        low, high = (cells(pa.array([ends[end].as_py()], known.type))[0].as_py() for end in ("min", "max"))
        return f"{low} to {high}"
    example = cells(known)[0].as_py()
    return f"`{example}`" if len(example) <= LONGEST_EXAMPLE else f"`{example[:LONGEST_EXAMPLE]}`..."


def _codes(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _after(start: str, text: str) -> str:
    return text.removeprefix(start).split(". ")[0].split(": ")[0].rstrip(".")
