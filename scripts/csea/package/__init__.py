"""The package room: the checked tables as files.

:func:`package_files` gives every published file as bytes; ``datapackage.json`` comes last, since it names the
hashes of the others. Out of scope: changing a value.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from csea.check.rules import Rule
from csea.errors import UsageError
from csea.io import csv_bytes, parquet_bytes, sha256
from csea.schema import Schema
from csea.schema.arrow import arrow_schema
from csea.schema.codebook import codebook
from csea.schema.descriptor import descriptor

UNRELEASED = "+unreleased"


def table_files(tables: dict[str, pa.Table], schemas: dict[str, Schema]) -> dict[str, bytes]:
    """Path (relative to the repository) to content of each table as CSV and as Parquet."""
    files = {}
    for name, schema in schemas.items():
        table = tables[name].cast(arrow_schema(schema))
        files[f"data/{name}.csv"] = csv_bytes(table)
        files[f"data/parquet/{name}.parquet"] = parquet_bytes(table)
    return files


def version_of(version: str, files: dict[str, bytes], released: list[dict[str, Any]]) -> str:
    """``version``, marked where tables are no longer those that were released as it.

    ``released`` holds the entries of ``versions.json``, the newest first.
    """
    if not released or released[0]["version"] != version:
        return version
    wanted = {f"data/{name}.csv": table["sha256"] for name, table in released[0]["tables"].items()}
    found = {path: sha256(data) for path, data in files.items() if path.endswith(".csv")}
    return version if found == wanted else version + UNRELEASED


def package_files(
    root: Path,
    version: str,
    tables: dict[str, pa.Table],
    schemas: dict[str, Schema],
    rules: list[Rule],
    files: dict[str, bytes],
) -> dict[str, bytes]:
    """Path to content of every published file, in the order to write them; ``files`` are those of the tables."""
    files = {**files, "docs/codebook.md": codebook(version, tables, schemas, rules)}
    files["datapackage.json"] = descriptor(root, version, tables, schemas, files)
    return files


def summary(root: Path) -> dict[str, Any]:
    """Title, version, rows by table and coverage, read from the published files.

    UsageError when they are not there or cannot be read.
    """
    try:
        package = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
        # A file at a time: pq.read_table would bring pyarrow.dataset along, half a second of the server's start.
        coverage = pq.ParquetFile(root / "data" / "parquet" / "coverage.parquet").read()
    except (OSError, ValueError) as error:
        raise UsageError("The published files are missing or broken. Run `csea build --force` first.") from error
    columns = ["coverage_id", "name", "unit", "n_population", "n_read", "n_in_scope"]
    return {
        "title": package["title"],
        "version": package["version"],
        "tables": {item["name"]: item["rows"] for item in package["resources"] if item["format"] == "csv"},
        "coverage": coverage.select(columns).to_pylist(),
    }
