"""Tables that break their schemas in known ways, drawn by a seed: invented towns and their offices."""

import csv
import io
import random
from dataclasses import dataclass, field
from functools import cache

from made_tables import made_text

WRONG_VALUES = (
    "banana",
    "1.5",
    "3.0",
    "NaN",
    "yes",
    "1,000",
    "2021-02-30",
    "01/02/2021",
    "0000-01-01",
    "2021-02-01T00:00",
)
# Spellings that a lenient reader takes for a value of the type.
LENIENT = {
    "integer": ("01", "+5", "1_000", "٣", " 3", "2005 ", "9" * 19),
    "number": ("01", "+5", "1_000", "1e5", ".5", "5.", " 3", "Infinity", "NaN", "1" + "0" * 15),
    "boolean": ("True", "FALSE", "1", "0"),
    "date": ("2021-2-1", "2010-1-01"),
}
ARABIC = {ord("0") + digit: 0x660 + digit for digit in range(10)}
FORMULAS = ("=1+1", "+court", "@office", "-court", "\tcourt")
SPACES = (" ", "\t", "\u00a0", "\u2003", "\ufeff")
HARMLESS = ("Oakfield, North", 'the "old" office', "Müllbrook", "court " * 40 + "end", "NA", "null", "#5", "it's")


def _field(name, kind="string", **constraints):
    return {"name": name, "type": kind, "description": "A column.", "constraints": constraints}


def _reference(table, *names):
    return {"fields": list(names), "reference": {"resource": table, "fields": list(names)}}


def _table(name, key, *fields, **more):
    return {"name": name, "title": name, "description": "A table.", "primaryKey": key, "fields": list(fields), **more}


TOWN = _field("town_id", required=True, pattern=r"^t\d{2}$")
YEAR = _field("year", "integer", required=True, minimum=2000, maximum=2009)
# Table Schemas, as both checks read them; every type, constraint and kind of key is in one of them.
DESCRIPTORS = {
    "towns": _table(
        "towns",
        ["town_id"],
        TOWN,
        _field("name", required=True),
        _field("kind", enum=["city", "village", "county seat"]),
        _field("residents", "integer", minimum=0, maximum=5000),
        _field("area", "number", required=True, minimum=1, maximum=99.5),
        _field("has_court", "boolean"),
        _field("founded", "date"),
        uniqueKeys=[["name"]],
    ),
    "offices": _table(
        "offices",
        ["office_id"],
        _field("office_id", "integer", required=True, minimum=1),
        TOWN,
        _field("parent_id", "number"),
        _field("opened", "date", required=True),
        _field("is_open", "boolean", required=True),
        foreignKeys=[
            _reference("towns", "town_id"),
            {"fields": ["parent_id"], "reference": {"resource": "offices", "fields": ["office_id"]}},
        ],
    ),
    "counts": _table(
        "counts",
        ["town_id", "year"],
        TOWN,
        YEAR,
        _field("count", "integer", maximum=500),
        _field("share", "number"),
        _field("source", required=True, enum=["court", "office"]),
        foreignKeys=[_reference("towns", "town_id")],
    ),
    "visits": _table(
        "visits",
        ["visit_id"],
        _field("visit_id", required=True, pattern="^v[0-9a-f]{3}$"),
        _field("town_id", pattern=r"^t\d{2}$"),
        _field("year", "integer"),
        _field("days", "number", minimum=0),
        foreignKeys=[_reference("counts", "town_id", "year")],
    ),
    "notes": _table(
        "notes",
        ["day", "rank"],
        _field("day", "date", required=True),
        _field("rank", "integer", required=True),
        _field("text"),
        _field("is_short", "boolean"),
        _field("weight", "number"),
        _field("code"),
        _field("level", "integer"),
        _field("topic", enum=["road", "school"]),
        uniqueKeys=[["code", "level"]],
    ),
}
TARGETS = {"towns": [], "offices": ["towns"], "counts": ["towns"], "visits": ["counts", "towns"], "notes": []}


@dataclass
class Sheet:
    """A table while it is being corrupted: a header and rows of text, then bytes of lines."""

    schema: object
    header: list[str]
    rows: list[list[str]]
    lines: list[bytes] = field(default_factory=list)

    def put(self, rng, value, fits=lambda column: True):
        """Write ``value``, or what it makes of the old cell, into one cell of a column that fits, if there is one."""
        columns = [place for place, column in enumerate(self.schema.fields) if fits(column)]
        if columns and self.rows:
            row, place = rng.choice(self.rows), rng.choice(columns)
            row[place] = value(row[place], self.schema.fields[place]) if callable(value) else value

    def copy_cells(self, rng, columns):
        """Make one row repeat the cells that another has in these columns."""
        source, target = rng.sample(self.rows, 2)
        for place in map(self.schema.columns.index, columns):
            target[place] = source[place]


def _dangling(sheet, rng):
    if sheet.schema.foreign_keys:
        name = rng.choice(rng.choice(sheet.schema.foreign_keys).fields)
        sheet.put(rng, "t99" if name == "town_id" else "4321", lambda column: column.name == name)


def _half_reference(sheet, rng):
    names = [name for key in sheet.schema.foreign_keys if len(key.fields) > 1 for name in key.fields]
    sheet.put(rng, "", lambda column: column.name in names)


def _repeated_half_key(sheet, rng):
    source, target = rng.sample(sheet.rows, 2)
    if len(sheet.schema.primary_key) > 1:
        empty, *others = rng.sample(list(map(sheet.schema.columns.index, sheet.schema.primary_key)), 2)
        source[empty] = target[empty] = ""
        for place in others:
            target[place] = source[place]


def _repeated_unique(sheet, rng):
    if sheet.schema.unique_keys:
        sheet.copy_cells(rng, sheet.schema.unique_keys[0])


def _other_spelling(sheet, rng):
    sheet.put(
        rng,
        lambda cell, column: cell and (cell.replace("-0", "-") if column.type == "date" else f"0{cell}"),
        lambda column: column.type in ("integer", "number", "date"),
    )


def _numbers(column):
    return column.type in ("integer", "number")


def _spaced(cell, rng):
    return rng.choice(SPACES) + cell if rng.random() < 0.5 else cell + rng.choice(SPACES)


def _swapped(sheet, rng):
    first, second = rng.sample(range(len(sheet.rows)), 2)
    sheet.rows[first], sheet.rows[second] = sheet.rows[second], sheet.rows[first]


# Each takes the sheet and the random numbers. What needs a column that the schema lacks does nothing.
CELLS = {
    "an empty required cell": lambda s, rng: s.put(rng, "", lambda column: column.required),
    "an empty cell": lambda s, rng: s.put(rng, ""),
    "a value of another type": lambda s, rng: s.put(rng, rng.choice(WRONG_VALUES), lambda c: c.type != "string"),
    "a lenient spelling": lambda s, rng: s.put(
        rng, lambda _, column: rng.choice(LENIENT[column.type]), lambda column: column.type in LENIENT
    ),
    "a lenient spelling of the same": _other_spelling,
    "any value anywhere": lambda s, rng: s.put(rng, rng.choice(sum(LENIENT.values(), WRONG_VALUES + HARMLESS))),
    "a value off the enum": lambda s, rng: s.put(rng, rng.choice(["City", "hamlet"]), lambda column: column.enum),
    "a value off the pattern": lambda s, rng: s.put(rng, lambda cell, _: cell + "x", lambda column: column.pattern),
    "digits of another script": lambda s, rng: s.put(
        rng, lambda cell, _: cell.translate(ARABIC), lambda column: column.pattern
    ),
    "a value below the minimum": lambda s, rng: s.put(
        rng, lambda _, column: str(int(column.minimum) - 1), lambda column: column.minimum is not None
    ),
    "a value above the maximum": lambda s, rng: s.put(
        rng, lambda _, column: str(int(column.maximum) + 1), lambda column: column.maximum is not None
    ),
    "a repeated primary key": lambda s, rng: s.copy_cells(rng, s.schema.primary_key),
    "half a primary key, repeated": _repeated_half_key,
    "a repeated unique key": _repeated_unique,
    "a repeated row": lambda s, rng: s.copy_cells(rng, s.schema.columns),
    "a dangling reference": _dangling,
    "half a reference": _half_reference,
    "an odd number": lambda s, rng: s.put(rng, rng.choice(["-0", "-5", "-2.5", "7.50", "2.0"]), _numbers),
    "an outer space": lambda s, rng: s.put(rng, lambda cell, _: _spaced(cell, rng)),
    "a formula": lambda s, rng: s.put(rng, rng.choice(FORMULAS), lambda column: column.type == "string"),
    "harmless text": lambda s, rng: s.put(rng, rng.choice(HARMLESS), lambda column: column.type == "string"),
    "a newline in a cell": lambda s, rng: s.put(rng, lambda cell, _: f"{cell}\ncourt"),
    "rows out of order": _swapped,
}


def _every_row(sheet):
    return [sheet.header, *sheet.rows]


def _missing_column(sheet, rng):
    place = rng.randrange(len(sheet.header))
    for row in _every_row(sheet):
        del row[place]


def _extra_column(sheet, rng):
    place, name = rng.randrange(len(sheet.header) + 1), rng.choice(["extra", "", "town"])
    for row in _every_row(sheet):
        row.insert(place, name if row is sheet.header else rng.choice(["", "court", "5"]))


def _repeated_column(sheet, rng):
    source, place = rng.randrange(len(sheet.header)), rng.choice([len(sheet.header), rng.randrange(len(sheet.header))])
    for row in _every_row(sheet):
        row.insert(place, row[source])


def _renamed_column(sheet, rng):
    place = rng.randrange(len(sheet.header))
    sheet.header[place] = rng.choice([sheet.header[place].upper(), f"{sheet.header[place]}s", "banana", ""])


def _reordered_columns(sheet, rng):
    order = rng.sample(range(len(sheet.header)), len(sheet.header))
    for row in _every_row(sheet):
        row[:] = [row[place] for place in order]


def _spaced_header(sheet, rng):
    place = rng.randrange(len(sheet.header))
    sheet.header[place] = _spaced(sheet.header[place], rng)


def _short_header(sheet, rng):
    del sheet.header[rng.randrange(len(sheet.header))]


def _no_header(sheet, rng):
    if sheet.rows:
        sheet.header = sheet.rows.pop(0)


HEADER = {
    "a missing column": _missing_column,
    "an extra column": _extra_column,
    "a repeated column": _repeated_column,
    "a renamed column": _renamed_column,
    "reordered columns": _reordered_columns,
    "an outer space in the header": _spaced_header,
    "a header that lacks a name": _short_header,
    "no header": _no_header,
}


def _missing_cell(sheet, rng):
    if row := rng.choice(sheet.rows or [[]]):
        del row[rng.randrange(len(row)) :]


def _extra_cell(sheet, rng):
    row = rng.choice(sheet.rows or [[]])
    row.insert(rng.randrange(len(row) + 1), rng.choice(["", "court", "5"]))


def _blank_line(sheet, rng):
    sheet.rows.insert(rng.randrange(len(sheet.rows) + 1), [])


def _empty_row(sheet, rng):
    sheet.rows.insert(rng.randrange(len(sheet.rows) + 1), [""] * len(sheet.header))


ROWS = {
    "a missing cell": _missing_cell,
    "an extra cell": _extra_cell,
    "a blank line": _blank_line,
    "a row of empty cells": _empty_row,
    "no rows": lambda sheet, rng: sheet.rows.clear() if rng.random() < 0.3 else None,
}


def _in_line(sheet, rng, change):
    """Change a line below the header at the start of a cell."""
    if len(sheet.lines) > 1:
        place = rng.randrange(1, len(sheet.lines))
        line = sheet.lines[place]
        commas = [at + 1 for at in range(len(line)) if line[at : at + 1] == b","]
        sheet.lines[place] = change(line, rng.choice([0, *commas]))


def _needless_quote(line, at):
    end = line.find(b",", at) if b"," in line[at:] else len(line)
    return line if b'"' in line else line[:at] + b'"' + line[at:end] + b'"' + line[end:]


LINES = {
    "an open quote": lambda s, rng: _in_line(s, rng, lambda line, at: line[:at] + b'"' + line[at:]),
    "a quote within a cell": lambda s, rng: _in_line(s, rng, lambda line, at: line[:at] + b'a"b' + line[at:]),
    "a needless quote": lambda s, rng: _in_line(s, rng, _needless_quote),
    "a latin-1 byte": lambda s, rng: _in_line(s, rng, lambda line, at: line[:at] + b"caf\xe9" + line[at:]),
}


def _crlf_once(data, rng):
    parts = data.split(b"\n")
    place = rng.randrange(len(parts) - 1)
    parts[place] += b"\r"
    return b"\n".join(parts)


BYTES = {
    "a byte-order mark": lambda data, rng: b"\xef\xbb\xbf" + data,
    "CRLF": lambda data, rng: data.replace(b"\n", b"\r\n") if rng.random() < 0.5 else _crlf_once(data, rng),
    "no newline at the end": lambda data, rng: data.removesuffix(b"\n"),
}
STAGES = (CELLS, HEADER, ROWS, LINES, BYTES)
KINDS = tuple(kind for stage in STAGES for kind in stage)
MADE = 20  # tables of each schema that corruptions start from


@dataclass(frozen=True)
class Corrupted:
    """Files of a table and of those it refers to, by name, and the kinds of corruption of those that have any."""

    files: dict[str, bytes]
    kinds: dict[str, tuple[str, ...]]


def corrupted(schemas, seed, kinds=KINDS):
    """A table and those it refers to, with none to five corruptions; now and then a target has one too."""
    rng = random.Random(seed)
    name = list(DESCRIPTORS)[seed % len(DESCRIPTORS)]
    made = _made(name, seed // len(DESCRIPTORS) % MADE, *(schemas[table] for table in (name, *TARGETS[name])))
    weights = [5 if kind in CELLS else 1 for kind in kinds]
    drawn = {name: tuple(rng.choices(kinds, weights, k=rng.randint(0, 5)))}
    if TARGETS[name] and rng.random() < 0.3:
        drawn[TARGETS[name][0]] = tuple(rng.choices(kinds, weights, k=1))
    files = {table: _corrupt(made[table], schemas[table], drawn.get(table, ()), rng) for table in made}
    return Corrupted(files, drawn)


@cache
def _made(name, seed, *schemas):
    """A table and its targets before they are corrupted; few, since making them takes longer than corrupting them."""
    made = {}
    for schema in reversed(schemas):
        made[schema.name] = made_text(schema, 3 + seed % 6, seed, made)
    return {schema.name: made[schema.name] for schema in schemas}


def _corrupt(table, schema, kinds, rng):
    key = [int if schema.field(name).type == "integer" else str for name in schema.primary_key]
    rows = [["" if cell is None else cell for cell in row.values()] for row in table.to_pylist()]
    places = [schema.columns.index(name) for name in schema.primary_key]
    rows.sort(key=lambda row: [kind(row[place]) for kind, place in zip(key, places, strict=True)])
    sheet = Sheet(schema, list(schema.columns), rows)
    for stage in (CELLS, HEADER, ROWS):
        for kind in (kind for kind in kinds if kind in stage):
            stage[kind](sheet, rng)
    sheet.lines = [_line(row) for row in _every_row(sheet)]
    for kind in (kind for kind in kinds if kind in LINES):
        LINES[kind](sheet, rng)
    data = b"".join(line + b"\n" for line in sheet.lines)
    for kind in (kind for kind in kinds if kind in BYTES):
        data = BYTES[kind](data, rng)
    return data


def _line(row):
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(row)
    return text.getvalue().encode()
