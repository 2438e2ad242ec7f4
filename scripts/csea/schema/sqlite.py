"""SQLite tables of a schema: types, keys, indexes and full-text search."""

from __future__ import annotations

from csea.schema import Field, Schema

TYPES = {"string": "TEXT", "integer": "INTEGER", "number": "REAL", "boolean": "INTEGER", "date": "TEXT"}


def create_table(schema: Schema) -> list[str]:
    """SQL statements that create the table and its indexes.

    Booleans are stored as 0 and 1, dates as ISO text. Constraints beyond types and keys are left to the
    checks, which name the line.
    """
    lines = [_column(field) for field in schema.fields]
    lines.append(f"PRIMARY KEY ({_names(schema.primary_key)})")
    for key in schema.foreign_keys:
        lines.append(f"FOREIGN KEY ({_names(key.fields)}) REFERENCES [{key.table}] ({_names(key.reference)})")
    body = ",\n  ".join(lines)
    return [f"CREATE TABLE [{schema.name}] (\n  {body}\n)", *_indexes(schema)]


def create_search(schema: Schema) -> list[str]:
    """SQL statements for full-text search over the schema's ``search`` columns; none where it has none."""
    if not schema.search:
        return []
    columns = ", ".join(schema.search)
    # Double quotes around the content table: with single quotes Datasette does not see it.
    table = f'CREATE VIRTUAL TABLE [{schema.name}_fts] USING FTS5 ({columns}, content="{schema.name}")'
    return [table, f"INSERT INTO [{schema.name}_fts] ([{schema.name}_fts]) VALUES ('rebuild')"]


def _column(field: Field) -> str:
    return f"[{field.name}] {TYPES[field.type]}{' NOT NULL' if field.required else ''}"


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f"[{name}]" for name in columns)


def _indexes(schema: Schema) -> list[str]:
    """An index for each foreign key and facet: group-bys and joins are what analysts run."""
    wanted = [key.fields for key in schema.foreign_keys] + [(facet,) for facet in schema.facets]
    columns = [key for key in dict.fromkeys(wanted) if key[0] != schema.primary_key[0]]
    return [f"CREATE INDEX [{schema.name}_{'_'.join(key)}] ON [{schema.name}] ({_names(key)})" for key in columns]
