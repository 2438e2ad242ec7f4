"""Blank the values of lines that are about what was withdrawn for privacy; the lines themselves stay.

Out of scope: the files, and what ``versions.json`` says of them (``redaction``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Set

import pyarrow as pa
import pyarrow.compute as pc
import re2

from csea.compare.keys import key_text
from csea.release.changes import in_order, without_repeats
from csea.release.state import OPAQUE

ROWS = ("row_added", "row_removed")  # operations that tell a whole row


def redact(lines: pa.Table, keys: Mapping[str, Set[str]]) -> pa.Table:
    """A list without what was withdrawn for privacy.

    ``keys`` names by table the rows that are withdrawn and that no version may show again: by row key, or by the id of
    a release or case, which then stands for every row of that table that has it in its key or as its release_id, or by
    a shortened key as a list has it. Such lines stay without their values; of a key that is a list only ids stay, since
    other parts say what the release said.
    """
    found = {}
    for name, those in keys.items():
        ids = {key for key in those if re2.fullmatch(OPAQUE, key)}
        for place in _candidates(lines, name, those):
            line = lines.slice(place, 1).to_pylist()[0]
            key = line["row_key"]
            if key in those and not ids.intersection(_parts(key)):
                found[place] = key
            elif ids & {*_parts(key), _release_of(line)} or _shortened(key) in those:
                found[place] = _shortened(key)
    if not found:
        return lines
    places = pa.array(sorted(found), pa.int64())
    mask = pc.is_in(pa.array(range(lines.num_rows), pa.int64()), value_set=places)
    columns = {name: lines[name].combine_chunks() for name in lines.column_names}
    short = pa.array([found[place] for place in sorted(found)], pa.string())
    columns["row_key"] = pc.replace_with_mask(columns["row_key"], mask, short)
    columns |= {name: pc.if_else(mask, None, columns[name]) for name in ("old_value", "new_value")}
    return in_order(without_repeats(pa.table(columns)))


def _candidates(lines: pa.Table, name: str, keys: Set[str]) -> list[int]:
    """Places of the lines on rows of a table that may be meant by ``keys``."""
    meant = pc.is_in(lines["row_key"], value_set=pa.array(sorted(keys), pa.string()))
    ids = {part for key in keys for part in _parts(key) if part and re2.fullmatch(OPAQUE, part)}
    if ids:
        pattern = rf"\b(?:{'|'.join(sorted(ids))})\b"
        for column in ("row_key", "old_value", "new_value"):
            meant = pc.or_(meant, pc.fill_null(pc.match_substring_regex(lines[column], pattern), False))
    is_here = pc.and_(pc.equal(lines["table_name"], name), pc.is_valid(lines["row_key"]))
    places: list[int] = pc.indices_nonzero(pc.and_(is_here, meant)).to_pylist()
    return places


def _parts(key: str) -> list[str | None]:
    return json.loads(key) if key.startswith('["') else [key]


def _release_of(line: Mapping[str, str | None]) -> str | None:
    """The release_id of the row that a line adds or removes."""
    cells = line["new_value"] or line["old_value"]
    release: str | None = json.loads(cells).get("release_id") if cells and line["op"] in ROWS else None
    return release


def _shortened(key: str) -> str:
    parts = _parts(key)
    if len(parts) == 1:
        return key
    return key_text([part if part and re2.fullmatch(OPAQUE, part) else None for part in parts])
