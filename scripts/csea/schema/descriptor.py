"""The Data Package descriptor, ``datapackage.json``: what the package holds, with hashes and sizes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from csea.io import sha256
from csea.schema import Schema

CC0 = {
    "name": "CC0-1.0",
    "path": "https://creativecommons.org/publicdomain/zero/1.0/",
    "title": "Creative Commons Zero 1.0",
}
CC_BY = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}


def descriptor(
    root: Path, version: str, tables: dict[str, pa.Table], schemas: dict[str, Schema], files: dict[str, bytes]
) -> bytes:
    """Data Package v2 descriptor of the CSV and Parquet ``files`` (path to content), as JSON.

    What does not follow from the tables (title, sources, contributors, keywords) is read from
    ``schemas/package.json``.
    """
    resources = []
    for name, schema in schemas.items():
        raw = json.loads((root / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
        raw.pop("input", None)
        shared = {"title": schema.title, "description": schema.description, "rows": tables[name].num_rows}
        licence = {"licenses": [CC0, CC_BY]} if "latitude" in schema.columns else {}
        for path, kind in ((f"data/{name}.csv", "csv"), (f"data/parquet/{name}.parquet", "parquet")):
            data = files[path]
            resource: dict[str, Any] = {
                "name": name if kind == "csv" else f"{name}_parquet",
                "path": path,
                "format": kind,
                "mediatype": "text/csv" if kind == "csv" else "application/vnd.apache.parquet",
                "bytes": len(data),
                "hash": f"sha256:{sha256(data)}",
                **shared,
                **licence,
            }
            if kind == "csv":
                resource |= {
                    "type": "table",
                    "encoding": "utf-8",
                    "dialect": {"delimiter": ","},
                    "schema": _linked(raw),
                }
            resources.append(resource)
    package = json.loads((root / "schemas" / "package.json").read_text(encoding="utf-8"))
    body = {**package, "version": version, "licenses": [CC0], "resources": resources}
    return (json.dumps(body, indent=2, ensure_ascii=False) + "\n").encode()


def _linked(raw: dict[str, Any]) -> dict[str, Any]:
    """The schema with an empty resource in foreign keys to the table itself."""
    keys = []
    for key in raw.get("foreignKeys", []):
        target = key["reference"]["resource"]
        resource = "" if target == raw["name"] else target
        keys.append(
            {"fields": key["fields"], "reference": {"resource": resource, "fields": key["reference"]["fields"]}}
        )
    return {**raw, "foreignKeys": keys} if keys else raw
