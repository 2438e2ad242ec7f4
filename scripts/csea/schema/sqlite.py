"""SQLite tables of a schema: types, keys, indexes and full-text search."""

from __future__ import annotations

from csea.schema import Field, Schema

TYPES = {"string": "TEXT", "integer": "INTEGER", "number": "REAL", "boolean": "INTEGER", "date": "TEXT"}
LONG = 15  # columns of a table whose rows are long beside those that are filtered by


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
    """An index for each foreign key and facet, and where rows are long for each enum, and wide ones.

    An index of a facet goes on with the key of the table, by which pages are in order, so that the first rows with a
    value are found without sorting all of them: of 300,000 releases those of a state take 1 ms, without it 50 to 200.
    """
    own = schema.primary_key if len(schema.primary_key) == 1 else ()
    facets = [(facet, *own) for facet in (*schema.facets, *_enums(schema))]
    led = {key[0] for key in facets}
    wanted = [key.fields for key in schema.foreign_keys if key.fields[0] not in led or len(key.fields) > 1] + facets
    columns = [key for key in dict.fromkeys(wanted) if key[0] != schema.primary_key[0]]
    named = {f"{schema.name}_{'_'.join(key)}": key for key in columns}
    named |= {f"{schema.name}_by_{key[0]}": key for key in _wide(schema)}
    return [f"CREATE INDEX [{name}] ON [{schema.name}] ({_names(key)})" for name, key in named.items()]


def _enums(schema: Schema) -> list[str]:
    """The columns of few values, of a table of long rows."""
    return [field.name for field in schema.fields if field.enum] if len(schema.fields) >= LONG else []


def _wide(schema: Schema) -> list[tuple[str, ...]]:
    """For each facet of a table of long rows, an index with all that such rows are filtered by.

    Else a facet of filtered rows reads every row: 180 ms of 300,000 releases, and 2 to 30 ms with it. One index for all
    facets would do, but SQLite takes a shorter one that begins with the facet. Enums come before booleans and dates,
    since SQLite can leap over a few columns of few values to the one that is asked for, but not over many.
    """
    if len(schema.fields) < LONG:
        return []
    enums = _enums(schema)
    others = [field.name for kind in ("boolean", "date") for field in schema.fields if field.type == kind]
    return [tuple(dict.fromkeys((facet, *schema.facets, *enums, *others))) for facet in schema.facets]
