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
from csea.io import csv_bytes, parquet_bytes
from csea.schema import Schema
from csea.schema.arrow import arrow_schema
from csea.schema.codebook import codebook
from csea.schema.descriptor import descriptor


def package_files(
    root: Path, version: str, tables: dict[str, pa.Table], schemas: dict[str, Schema], rules: list[Rule]
) -> dict[str, bytes]:
    """Path (relative to the repository) to content of every published file, in the order to write them."""
    files = {}
    for name, schema in schemas.items():
        table = tables[name].cast(arrow_schema(schema))
        files[f"data/{name}.csv"] = csv_bytes(table)
        files[f"data/parquet/{name}.parquet"] = parquet_bytes(table)
    files["docs/codebook.md"] = codebook(version, tables, schemas, rules)
    files["datapackage.json"] = descriptor(root, version, tables, schemas, files)
    return files


def summary(root: Path) -> dict[str, Any]:
    """Title, version, rows by table and coverage, read from the published files.

    UsageError when they are not there or cannot be read.
    """
    try:
        package = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
        coverage = pq.read_table(root / "data" / "parquet" / "coverage.parquet")
    except (OSError, ValueError) as error:
        raise UsageError("The published files are missing or broken. Run `csea build --force` first.") from error
    columns = ["coverage_id", "name", "unit", "n_population", "n_read", "n_in_scope"]
    return {
        "title": package["title"],
        "version": package["version"],
        "tables": {item["name"]: item["rows"] for item in package["resources"] if item["format"] == "csv"},
        "coverage": coverage.select(columns).to_pylist(),
    }
