"""Physical lines of a file, packed or not, and what the JSON of a line says; memory stays flat.

Nothing here raises for a bad line: it comes with the reason why it cannot be used.
Out of scope: what the lines are records of (``layouts.py``).
"""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson

LONGEST = 64 * 2**20  # bytes
KEPT = 64 * 2**10  # bytes kept of what is longer
DEEP = 250  # orjson reads deeper nesting than it writes
BOM = b"\xef\xbb\xbf"
DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile)


class Line(NamedTuple):
    """One physical line with its line end."""

    number: int  # from 1
    raw: bytes
    fault: str  # why the line cannot be used, to be read after "line 7"; "" for a good one


def open_bytes(path: Path) -> io.BufferedReader | gzip.GzipFile:
    """The file's bytes, unpacked where it is packed with gzip, whatever its name says."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if packed else path.open("rb")


def lines_of(file: io.BufferedReader | gzip.GzipFile) -> Iterator[Line]:
    """Lines, which end at a line feed; the byte-order mark is dropped, blank lines are not.

    Of a line above LONGEST only the beginning is given. A damaged packed file ends in a line that says so.
    """
    number = 0
    try:
        while raw := file.readline(LONGEST + 1):
            number += 1
            fault = ""
            if len(raw) > LONGEST:
                fault = f"is longer than {LONGEST} bytes"
                raw, end = raw[:KEPT], raw[-1:]
                while end not in (b"", b"\n"):
                    end = file.readline(LONGEST)[-1:]
            yield Line(number, raw.removeprefix(BOM) if number == 1 else raw, fault)
    except DAMAGED as error:
        yield Line(number + 1, b"", f"and what follows cannot be unpacked: {error}")


def parse(raw: bytes) -> tuple[Any, str]:
    """What the JSON says and "", or None and the reason, to be read after "line 7".

    Refused is also what JSON allows but UTF-8 or the archive's writer does not, as lone surrogates.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return _parse_slowly(raw)
    deep = raw.count(b"[") + raw.count(b"{") > DEEP
    return _storable(value) if deep else (value, "")


def _parse_slowly(raw: bytes) -> tuple[Any, str]:
    """The standard library reads more than orjson, and says better what is wrong."""
    try:
        value = json.loads(raw.rstrip(b"\r\n").decode("utf-8"), parse_constant=_refuse)
    except UnicodeDecodeError as error:
        return None, f"is not UTF-8: byte {error.start + 1} is wrong"
    except json.JSONDecodeError as error:
        return None, f"is not JSON: {error.msg.removesuffix(' at')} at character {error.pos + 1}"
    except (ValueError, RecursionError) as error:
        return None, f"is not JSON: {error}"
    return _storable(value)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number in JSON")


def _storable(value: Any) -> tuple[Any, str]:
    try:
        orjson.dumps(value)
    except orjson.JSONEncodeError as error:
        return None, f"holds what cannot be stored: {error}"
    return value, ""
