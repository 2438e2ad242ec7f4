"""Tables made from a schema: whatever it admits, drawn by a seed. Nothing in them says anything about anybody.

A table is text, as a CSV file holds it, with unique keys and references that stand. What SQL rules ask is not kept.
"""

import datetime
import random
import re
import re._constants as kinds
import re._parser as parser
from functools import cache

import pyarrow as pa

WORDS = ("court", "office", "county", "federal", "release", "program", "report", "agency", "service", "public", "order")
DIGITS, LETTERS = "0123456789", "abcdefghijklmnopqrstuvwxyz"
ANY = DIGITS + LETTERS + LETTERS.upper() + "-._"
SHARE_EMPTY = 0.2  # of the cells that may be empty


def made_text(schema, n_rows, seed, targets=None):
    """A table of text with ``n_rows`` rows; ``targets`` (name to table) give the values of foreign keys.

    References to a table that is not there are filled by the column's own pattern.
    """
    rng = random.Random(f"{schema.name} {seed}")
    rows, taken = [], {key: set() for key in (schema.primary_key, *schema.unique_keys)}
    for _ in range(200 * n_rows):
        if len(rows) == n_rows:
            break
        row = {field.name: _cell(field, schema, rng) for field in schema.fields}
        for key in schema.foreign_keys:
            _refer(row, key, schema, rows, targets or {}, rng)
        found = {key: tuple(row[name] for name in key) for key in taken}
        if any(None not in value and value in taken[key] for key, value in found.items()):
            continue
        for key, value in found.items():
            taken[key].add(value)
        rows.append(row)
    return pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in schema.columns})


def _cell(field, schema, rng):
    is_key = field.name in schema.primary_key
    if not field.required and not is_key and rng.random() < SHARE_EMPTY:
        return None
    if field.separator:
        return field.separator.join(_value(field, rng) for _ in range(rng.randint(1, 3)))
    return _value(field, rng)


def _value(field, rng):
    if field.enum:
        return rng.choice(field.enum)
    if field.type == "boolean":
        return rng.choice(["true", "false"])
    if field.type == "date":
        return str(datetime.date(2000, 1, 1) + datetime.timedelta(days=rng.randrange(10_000)))
    if field.type in ("integer", "number"):
        low = 0 if field.minimum is None else int(field.minimum)
        high = low + 10_000 if field.maximum is None else int(field.maximum)
        number = rng.randint(low, high)
        return f"{number}.5" if field.type == "number" and 0 <= number < high and rng.random() < 0.5 else str(number)
    if field.pattern:
        text = matching(field.pattern, rng)
        is_clean = text == text.strip() and text[0] not in "-+=@"  # no outer space, nothing that a spreadsheet runs
        return text if is_clean else _value(field, rng)
    return " ".join(rng.choices(WORDS, k=rng.randint(1, 6)))


def _refer(row, key, schema, rows, targets, rng):
    """Point a row at one that is there: of the target, or of the rows above where a table refers to itself."""
    if any(row[name] is None for name in key.fields) or any(schema.field(name).separator for name in key.fields):
        return
    if key.table == schema.name:
        choices = [tuple(above[name] for name in key.reference) for above in rows]
    elif key.table in targets:
        columns = [targets[key.table][name].to_pylist() for name in key.reference]
        choices = list(zip(*columns, strict=True))
    else:
        return
    choices = [choice for choice in choices if all(map(_fits, map(schema.field, key.fields), choice))]
    values = rng.choice(choices) if choices else (None,) * len(key.fields)
    row.update(zip(key.fields, values, strict=True))


def _fits(field, value):
    return value is not None and (not field.pattern or re.search(field.pattern, value) is not None)


def matching(pattern, rng):
    """A text that matches a pattern of ours: sequences, sets, choices and repeats."""
    return "".join(_drawn(item, rng) for item in _parsed(pattern))


_parsed = cache(parser.parse)


def _drawn(item, rng):
    kind, value = item
    if kind is kinds.AT:
        return ""
    if kind is kinds.LITERAL:
        return chr(value)
    if kind is kinds.ANY:
        return rng.choice(ANY)
    if kind is kinds.IN:
        return rng.choice(_members(tuple(value)))
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
        low, high, inner = value
        times = rng.randint(low, min(high, low + 5))
        return "".join(_drawn(part, rng) for _ in range(times) for part in inner)
    if kind is kinds.SUBPATTERN:
        return "".join(_drawn(part, rng) for part in value[3])
    if kind is kinds.BRANCH:
        return "".join(_drawn(part, rng) for part in rng.choice(value[1]))
    if kind is kinds.CATEGORY:
        return rng.choice([char for char in map(chr, range(33, 127)) if _in_category(char, value)])
    raise ValueError(f"{kind} in a pattern is not drawn yet")


@cache
def _members(parts):
    """The printable characters of a set."""
    return [char for char in map(chr, range(32, 127)) if _within(char, parts)]


def _within(char, parts):
    negated = parts[0][0] is kinds.NEGATE
    return negated != any(_is(char, part) for part in parts)


def _is(char, part):
    kind, value = part
    if kind is kinds.LITERAL:
        return char == chr(value)
    if kind is kinds.RANGE:
        return value[0] <= ord(char) <= value[1]
    return kind is kinds.CATEGORY and _in_category(char, value)


def _in_category(char, category):
    tests = {
        kinds.CATEGORY_DIGIT: char.isdigit(),
        kinds.CATEGORY_NOT_SPACE: not char.isspace(),
        kinds.CATEGORY_SPACE: char.isspace(),
        kinds.CATEGORY_WORD: char.isalnum() or char == "_",
    }
    return tests[category]
