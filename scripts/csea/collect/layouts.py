"""Files of press releases that people already hold, read one record at a time in the shape of the API's records.

Three layouts are known, see :data:`LAYOUTS`. A record that cannot be read never ends the reading: it comes back
as an :class:`Item` with the reason. Memory stays flat however long the file is.
Out of scope: what the fields of a record mean, whether it is complete, and storing it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import orjson

from csea.collect.lines import DAMAGED, KEPT, Line, lines_of, open_bytes, parse
from csea.collect.rows import rows_of
from csea.errors import UsageError

Record = dict[str, Any]

LAYOUTS = {
    "api": "JSON Lines of the API's records (title, body, date, url and more) or of its whole answers",
    "collection_2018": "JSON Lines of the 2018 collection (id, title, contents, date, topics, components)",
    "usdoj_r": "CSV of the R client usdoj (title, body, date, url, name and more)",
}
API_FIELDS = {"title", "body", "date", "url"}  # the least that a record of the API has
RENAMED_2018 = {"id": "number", "contents": "body", "topics": "topic", "components": "component"}
ROW_NUMBERS = {"", "X", "rownames", "rowname", "...1"}  # the first column, by the R function that wrote it
MISSING = {"", "NA", "character(0)"}  # the last is what early versions of the R client make of an empty list
LOOKED_AT = 100  # lines that decide on the layout: the first ones may be damaged


@dataclass(frozen=True)
class Item:
    """A record of a file, or what stands in its place and why it is none.

    ``raw`` has no line end. Of a CSV row it holds all lines, of what is longer than 64 MB the beginning.
    """

    line: int  # physical line where the record starts, from 1
    record: Record | None  # API-shaped, or None
    raw: bytes  # the line as it stands, for the quarantine; b"" when record is given
    reason: str  # why there is no record, one plain sentence; "" when there is one


def layout_of(path: Path) -> str:
    """The name of the file's layout, a key of LAYOUTS.

    Raises UsageError where there is no file, or nothing in it that one of the layouts could be.
    """
    if not path.is_file():
        found = "a folder" if path.is_dir() else "no such file"
        raise UsageError(f"Expected a file of press releases at {path}, found {found}.")
    try:
        with open_bytes(path) as file:
            if b"\0" in file.read1(KEPT):
                raise _unknown(path, "binary data or UTF-16, with NUL bytes")
            file.seek(0)
            return _recognise(path, (line for line in lines_of(file) if line.fault or line.raw.strip()))
    except (OSError, *DAMAGED) as error:
        raise UsageError(f"Expected a file of press releases at {path}, but it cannot be read: {error}.") from error


def read_items(path: Path, layout: str) -> Iterator[Item]:
    """The file's records in their order; blank lines give nothing.

    Raises KeyError for an unknown layout, UsageError for a CSV without a usable header, and OSError.
    """
    if layout == "usdoj_r":
        return _read_rows(path)
    return _read_objects(path, {"api": _items_of_api, "collection_2018": _items_of_2018}[layout])


def _recognise(path: Path, lines: Iterator[Line]) -> str:
    first = next(lines, None)
    if first is None:
        raise _unknown(path, "an empty file")
    header = next((cells for _, cells in rows_of(iter([first]))), [])
    if set(header) >= API_FIELDS:
        _columns(path, header)
        return "usdoj_r"
    fields: list[str] = []
    for line in chain([first], islice(lines, LOOKED_AT - 1)):
        value, _ = parse(line.raw)
        if isinstance(value, dict):
            if isinstance(value.get("results"), list) or set(value) >= API_FIELDS:
                return "api"
            if {"title", "contents"} <= set(value):
                return "collection_2018"
            fields = fields or list(value)
    raise _unknown(path, _description(first, header, fields))


def _description(first: Line, header: list[str], fields: list[str]) -> str:
    if fields:
        return f"JSON objects with the fields {_shortly(fields)}"
    if first.fault:
        return f"a file whose line {first.number} {first.fault}"
    if first.raw.lstrip().startswith((b"[", b"{")):
        return "JSON that is not one object a line"
    return f"the columns {_shortly(header)}" if len(header) > 1 else "neither JSON Lines nor CSV"


def _unknown(path: Path, found: str) -> UsageError:
    return UsageError(f"{path} has no known layout: expected {'; '.join(LAYOUTS.values())}; found {found}.")


def _shortly(names: list[str]) -> str:
    text = ", ".join(name or '""' for name in names)
    return text if len(text) <= 100 else f"{text[:100]}..."


def _rejected(line: Line, reason: str) -> Item:
    return Item(line.number, None, line.raw.rstrip(b"\r\n"), f"line {line.number} {reason}")


def _read_objects(path: Path, items: Callable[[Record, Line], Iterator[Item]]) -> Iterator[Item]:
    with open_bytes(path) as file:
        for line in lines_of(file):
            if line.fault:
                yield _rejected(line, line.fault)
            elif line.raw.strip():
                value, reason = parse(line.raw)
                if isinstance(value, dict):
                    yield from items(value, line)
                else:
                    yield _rejected(line, reason or "is not a JSON object")


def _items_of_api(value: Record, line: Line) -> Iterator[Item]:
    if "results" not in value:
        yield Item(line.number, value, b"", "")
    elif not isinstance(value["results"], list):
        yield _rejected(line, "is an answer whose results are not a list")
    else:
        for result in value["results"]:
            if isinstance(result, dict):
                yield Item(line.number, result, b"", "")
            else:
                yield _rejected(line._replace(raw=orjson.dumps(result)), "has a result that is not a JSON object")


def _items_of_2018(value: Record, line: Line) -> Iterator[Item]:
    record: Record = {}
    for name, content in value.items():
        new = RENAMED_2018.get(name, name)
        if new != name and new in value:  # nothing is lost: a field that has the new name stays
            record[name] = content
        else:
            record[new] = _named(content) if new in ("topic", "component") else content
    yield Item(line.number, record, b"", "")


def _named(content: Any) -> Any:
    """A list of names as the API gives them: in objects."""
    if isinstance(content, list):
        return [{"name": name} if isinstance(name, str) else name for name in content]
    return content


def _read_rows(path: Path) -> Iterator[Item]:
    with open_bytes(path) as file:
        columns: list[str] | None = None
        for line, cells in rows_of(lines_of(file)):
            if columns is None:
                columns = _columns(path, cells)
            elif line.fault:
                yield _rejected(line, line.fault)
            elif len(cells) != len(columns):
                yield _rejected(line, f"starts a row of {len(cells)} cells, expected {len(columns)}")
            else:
                yield Item(line.number, _record(columns, cells), b"", "")


def _columns(path: Path, header: list[str]) -> list[str]:
    """Names of the columns, the empty one for row numbers; raises UsageError if they cannot be told apart."""
    names = ["" if header and header[0] in ROW_NUMBERS else "".join(header[:1]), *header[1:]]
    if not set(names) >= API_FIELDS:
        raise _unknown(path, f"the columns {_shortly(header)}" if header else "no header")
    if len(set(names)) < len(names) or "" in names[1:]:
        raise _unknown(path, f"columns without a name or of the same name among {_shortly(header)}")
    return names


def _record(columns: list[str], cells: list[str]) -> Record:
    pairs = zip(columns, cells, strict=True)
    record: Record = {column: cell for column, cell in pairs if column and cell not in MISSING}
    if "name" in record and "component" not in columns:
        record["component"] = [{"name": record.pop("name")}]
    return record
