"""Write a correction file, in the form that ``yaml_file`` and ``forms`` read back to the same correction."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import PurePosixPath

from csea.correct import FOLDER, Correction
from csea.schema import Schema

# What any YAML reader takes for text as it stands; dates, numbers and words such as no go in quotes.
PLAIN = re.compile(r"[A-Za-z][\w.,;()/'’ -]*(?<! )")
RESERVED = re.compile(r"(?i)(?:y|n|yes|no|on|off|true|false|null|nan|inf)")
LONGEST_SLUG = 40


def yaml_text(correction: Correction, schema: Schema) -> str:
    """The file of a correction. ``schema`` is that of its table."""
    item = correction
    lines = [f"action: {item.action}"]
    if item.action == "merge":
        lines += [_line("case", item.key[0]), _line("into", item.value)]
    else:
        lines.append(_line("table", item.table))
        if item.action != "add":
            lines += _key(schema, item.key)
        if item.action == "change":
            parts = {"column": item.column, "present": item.present, "value": item.value}
            lines += [_line(name, value) for name, value in parts.items()]
        else:
            lines += ["row:", *(f"  {_line(name, value)}" for name, value in _ordered(item.row, schema))]
    lines += [_line("why", item.why), _line("evidence", item.evidence)]
    if item.credit:
        lines.append(_line("credit", item.credit))
    if item.state != "active":
        lines.append(_line("state", item.state))
    return "\n".join(lines) + "\n"


def file_of(id_: str) -> PurePosixPath:
    """Where the file of a correction stands, relative to the repository."""
    return PurePosixPath(FOLDER) / id_[:4] / f"{id_}.yaml"


def new_id(day: str, words: str, taken: set[str]) -> str:
    """A free id from a day (YYYYMMDD) and any words that tell what is corrected."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_SLUG].strip("-") or "correction"
    ids = (f"{day}-{slug}", *(f"{day}-{slug}-{number}" for number in range(2, len(taken) + 3)))
    return next(id_ for id_ in ids if id_ not in taken)


def _key(schema: Schema, key: tuple[str, ...]) -> list[str]:
    if len(key) == 1:
        return [_line("key", key[0])]
    return ["key:", *(f"  {_line(name, value)}" for name, value in zip(schema.primary_key, key, strict=True))]


def _ordered(row: Mapping[str, str], schema: Schema) -> list[tuple[str, str]]:
    return [(name, row[name]) for name in schema.columns if row.get(name)]


def _line(name: str, value: str) -> str:
    return f"{name}: {_scalar(value)}" if value else f"{name}:"


def _scalar(value: str) -> str:
    if PLAIN.fullmatch(value) and not RESERVED.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
