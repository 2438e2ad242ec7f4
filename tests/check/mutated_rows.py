"""Mutations of cells: each breaks one rule of a schema, planted many at once, each in a row of its own."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from real_tables import Planted, Row, Run, check, file_of, sort_key

from csea.check.privacy import LONGEST_OF, masked
from csea.words import unknown_words

# What a broken rule brings with it by nature.
FOLLOWS = {
    ("column.enum", "key.foreign"): "no table that is referred to has a word that is on no list",
    ("column.pattern", "key.foreign"): "no table that is referred to has an id of the wrong form",
    ("column.canonical", "column.minimum"): "only 0 can be an integer in another form (-0), and here 0 is too little",
    ("key.primary", "key.unique"): "the unique key is one of the columns of the primary key",
    ("volume.more_rows", "key.primary"): "to grow, a table repeats its rows",
    ("volume.more_rows", "key.unique"): "to grow, a table repeats its rows",
}
WRONG_TYPE = {
    "integer": ("1,000", "1.5"),
    "number": ("1e5", "n/a"),
    "boolean": ("True",),
    "date": ("2021-02-30", "5/1/2021"),
}
DETAILS = [  # (rule, what is added to a cell, what of it is told); the name is invented
    ("privacy.contact", " see clerk@example.org", "c..."),
    ("privacy.street", " at 12 Old Mill Road", "1... O... M... R..."),
    ("privacy.young_age", " an 8-month-old", "8-month-old"),
    ("privacy.description", " names sodomy", "sodom"),
    ("privacy.name", " by Trevor Quillfeather", "T... Q..."),
]


@dataclass(frozen=True)
class Mutation:
    """A change of cells in one row.

    ``change`` takes the rows and the number of one and gives its new cells in ``columns``, or None where that row does
    not serve. The problem names the columns ``key`` with what they then hold, or ``told``, which may follow from that.
    """

    kind: str
    rule: str
    columns: tuple[str, ...]
    change: Callable[[list[Row], int], tuple[str, ...] | None]
    key: tuple[str, ...]
    told: str | Callable[[str], str] = ""


def constraints(table):
    """What a schema asks of a cell besides its type."""
    for item in table.schema.fields:
        if item.required or item.name in table.schema.primary_key:
            yield _cell(item, "required", lambda old: "")
        if item.enum:
            yield _cell(item, "enum", lambda old: f"{old}!")
        if item.pattern:
            end = " page" if "http" in item.pattern else "!"  # an address may end in an exclamation mark
            yield _cell(item, "pattern", lambda old, end=end: old + end)
        if item.minimum is not None:
            yield _cell(item, "minimum", lambda old, value=f"{item.minimum - 1:g}": value)
        if item.maximum is not None:
            yield _cell(item, "maximum", lambda old, value=f"{item.maximum + 1:g}": value)


def types(table):
    """Cells of another type, which Parquet cannot hold: for that see :func:`parquet_types`."""
    for item in table.schema.fields if table.is_csv else ():
        for value in WRONG_TYPE.get(item.type, ()):
            yield _cell(item, "type", lambda old, value=value: value)


def canonical_numbers(table):
    """Right numbers, written otherwise than the build writes them."""
    for item in table.schema.fields if table.is_csv else ():
        if item.type == "integer":
            yield _cell(item, "canonical", lambda old: "-0")
        if item.type == "number":
            yield _cell(item, "canonical", lambda old: f"{old}0" if "." in old else f"{old}.0")


def privacy(table):
    """Words that no guarded text may hold, at the end of what it holds."""
    for item in table.schema.fields:
        if item.privacy in ("known_words", "masked_address"):
            word = "/quillfeather" if item.pattern else " quillfeather"
            yield _cell(item, "privacy", lambda old, word=word: old + word, f"privacy.{item.privacy}", _first_letters)
        if longest := LONGEST_OF.get(item.privacy):
            rest = "a" * longest if item.pattern else " the" * longest
            yield _cell(item, "privacy", lambda old, rest=rest: old + rest, "privacy.long_text", _length)
        if item.privacy in ("free_text", "caption"):
            for rule, words, told in DETAILS[: 5 if item.privacy == "free_text" else 4]:  # a caption may hold a name
                yield _cell(item, "privacy", lambda old, words=words: old + words, rule, told)


def _first_letters(cell):
    return masked(" ".join(unknown_words(cell)))


def _length(cell):
    return f"{len(cell):,} characters"


def own_keys(table):
    """A row with the key of the row above it."""
    primary = table.schema.primary_key
    yield Mutation("primary key", "key.primary", primary, partial(_above, primary, primary), primary)
    for key in table.schema.unique_keys:
        yield Mutation("unique key", "key.unique", key, partial(_above, key, primary), key)


def foreign_keys(table):
    """Each column of each key with a value that the column admits and the other table lacks."""
    for key in table.schema.foreign_keys:
        for name in key.fields:
            yield Mutation("foreign key", "key.foreign", (name,), partial(_dangling, table, key, name), key.fields)


KINDS = (constraints, types, canonical_numbers, privacy, own_keys, foreign_keys)


def _cell(item, kind, new, rule="", told=""):
    """A mutation of a filled cell."""

    def change(rows, at):
        old = rows[at][item.name]
        return (new(old),) if old else None

    return Mutation(kind, rule or f"column.{kind}", (item.name,), change, (item.name,), told)


def _above(key, primary, rows, at):
    above, row = rows[at - 1], rows[at]
    values = tuple(above[name] for name in key)
    is_other_row = key == primary or any(above[name] != row[name] for name in primary if name not in key)
    return values if at and all(values) and is_other_row else None


def _dangling(table, key, name, rows, at):
    item, (old,) = table.schema.field(name), table.values(rows[at], [name])
    for value in (item.enum or (f"{old}x", f"{old[0]}9{old[2:]}")) if old else ():
        values = table.values(rows[at] | {name: value}, key.fields)
        if re.search(item.pattern, value) and all(values) and values not in table.known[key]:
            return (value,)
    return None


def rounds(table):
    """Checks of a table until every mutation was planted, each in a row that no other one touches."""
    waiting = [mutation for kind in KINDS for mutation in kind(table)]
    while waiting:
        rows, free, places = list(table.rows), dict.fromkeys(range(len(table.rows))), {}
        for mutation in waiting:
            places[mutation] = _place(table, mutation, rows, free)
        later = [mutation for mutation in waiting if places[mutation] is None]
        if len(later) == len(waiting):
            raise ValueError(f"no row of {table.file.shown} serves {later}")
        planted = [_planted(table, mutation, rows[at], at) for mutation, at in places.items() if at is not None]
        yield Run(table.file.shown, planted, check(table, file_of(table, rows)))
        waiting = later


def _place(table, mutation, rows, free):
    """Change the first free row that serves; give its number."""
    needs_above = mutation.rule in ("key.primary", "key.unique")
    for at in free:
        touched = {at - 1, at} if needs_above else {at}
        if not touched <= free.keys() or (cells := mutation.change(rows, at)) is None:
            continue
        row = rows[at] | dict(zip(mutation.columns, cells, strict=True))
        near = [*rows[max(at - 1, 0) : at], row, *rows[at + 1 : at + 2]]
        keys = [sort_key(table.schema, item) for item in near]
        if keys == sorted(keys) and not _is_referred_to(table, mutation.columns, rows[at]):
            rows[at] = row
            for taken in touched:
                del free[taken]
            return at
    return None


def _is_referred_to(table, columns, row):
    """Whether a row of the same table names the cells that are to change."""
    return any(
        table.values(row, key.reference) in {table.values(other, key.fields) for other in table.rows}
        for key in table.schema.foreign_keys
        if key.table == table.name and set(columns) & set(key.reference)
    )


def _planted(table, mutation, row, at):
    def told(rule, key, value=""):
        values = ", ".join(table.values(row, key))
        value = value(values) if callable(value) else value or values
        return rule, table.file.shown, at + (2 if table.is_csv else 1), ", ".join(key), value

    faults = [told(mutation.rule, mutation.key, mutation.told)]
    for rule, key in _following(table, mutation, row):
        assert (mutation.rule, rule) in FOLLOWS, (mutation, rule)
        faults.append(told(rule, key))
    where = f"{table.label}: {', '.join(mutation.key)}"
    return Planted(mutation.kind, mutation.rule, where, tuple(faults), bool(table.made & set(mutation.columns)))


def _following(table, mutation, row):
    """Other rules that the changed row breaks, with the columns that they name."""
    changed = set(mutation.columns)
    for key in table.schema.foreign_keys:
        values = table.values(row, key.fields)
        is_own = (mutation.rule, mutation.key) == ("key.foreign", key.fields)
        if changed & set(key.fields) and all(values) and values not in table.known[key] and not is_own:
            yield "key.foreign", key.fields
    if mutation.rule == "key.primary":
        yield from (("key.unique", key) for key in table.schema.unique_keys if changed.issuperset(key))
    if mutation.rule == "column.canonical" and (table.schema.field(mutation.key[0]).minimum or 0) > 0:
        yield "column.minimum", mutation.key
