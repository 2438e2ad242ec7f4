"""What the front page and the page of downloads say of the dataset as a whole, from the published files.

Version and date, how to cite, every file with its size and hash, and the description that search engines read
(schema.org, as JSON-LD). Addresses here begin with ``/``; the site makes them absolute when it is asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from csea.site.citation import citations, work

if TYPE_CHECKING:
    from pathlib import Path

    from csea.project import Project

# The columns that say when something happened; the first and last of their days bound the dataset. Periods of figures
# are left out: money is authorised for years to come.
DATES = {
    "releases": ("published_date",),
    "milestones": ("date_occurred_earliest", "date_occurred_latest"),
}
MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


def about(project: Project) -> dict[str, Any]:
    """The facts, ready for JSON: ``version``, ``released``, ``latest``, ``files``, ``versions``, ``jsonld`` and texts.

    ``cite`` has what ``citation.citations`` is asked with, ``citations`` what it gives for the dataset as a whole.

    ``version`` ends in ``+unreleased`` where the tables have changed since; ``released`` is then None, and ``latest``
    is the version that was released last, if there is one.
    """
    package = json.loads((project.root / "datapackage.json").read_text(encoding="utf-8"))
    version = package["version"]
    dates = {entry["version"]: entry["date"] for entry in project.released}
    files = _files(package)
    cite = {"what": work(project.root), "version": version, "date": dates.get(version)}
    return {
        "description": package["description"],
        "version": version,
        "released": dates.get(version),
        "latest": next(iter(dates), None),
        "cite": cite,
        "citations": citations(**cite),
        "files": files,
        "versions": [_changes(entry) for entry in project.released],
        "jsonld": _jsonld(package, dates.get(version), _period(project.root), files),
    }


def _changes(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A released version with its change list: address, bytes and SHA-256."""
    return {
        "version": entry["version"],
        "date": entry["date"],
        "name": entry["changes"].rsplit("/", 1)[-1],
        "address": "/files/" + entry["changes"].removeprefix("data/"),
        "bytes": entry["changes_bytes"],
        "sha256": entry["changes_sha256"],
    }


def _files(package: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A table's name, title and rows, and for each format the address, bytes and SHA-256 of its file."""
    tables: dict[str, dict[str, Any]] = {}
    for item in package["resources"]:
        path = item["path"]
        name = path.rsplit("/", 1)[-1].split(".")[0]
        table = tables.setdefault(name, {"name": name, "formats": {}})
        if item["format"] == "csv":
            table |= {"title": item["title"], "rows": item["rows"]}
        table["formats"][item["format"]] = {
            "address": "/files/" + path.removeprefix("data/"),
            "path": path,
            "bytes": item["bytes"],
            "sha256": item["hash"].removeprefix("sha256:"),
        }
    return list(tables.values())


def _period(root: Path) -> str | None:
    """The first and last day that the tables speak of, as an ISO 8601 interval."""
    days: list[str] = []
    for name, columns in DATES.items():
        table = pq.ParquetFile(root / "data" / "parquet" / f"{name}.parquet").read(columns=list(columns))
        for column in columns:
            ends = pc.min_max(table[column]).as_py()
            days += [str(day) for day in ends.values() if day is not None]
    return f"{min(days)}/{max(days)}" if days else None


def _jsonld(
    package: Mapping[str, Any], released: str | None, period: str | None, files: list[dict[str, Any]]
) -> dict[str, Any]:
    """The dataset as schema.org describes one, with what search engines ask for; an unreleased one has no date."""
    licence = package["licenses"][0]["path"]
    dated = {"datePublished": released} if released else {}
    bounded = {"temporalCoverage": period} if period else {}
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": "/",
        "url": "/",
        "name": package["title"],
        "description": package["description"],
        "version": package["version"],
        **dated,
        **bounded,
        "spatialCoverage": {"@type": "Place", "name": "United States"},
        "inLanguage": "en",
        "license": licence,
        "isAccessibleForFree": True,
        "keywords": package["keywords"],
        "creator": [{"@type": "Organization", "name": person["title"]} for person in package["contributors"]],
        "isBasedOn": [source["path"] for source in package["sources"]],
        "variableMeasured": _variables(package),
        "distribution": [_download(table, form) for table in files for form in table["formats"]],
    }


def _variables(package: Mapping[str, Any]) -> list[dict[str, str]]:
    """The columns that have a unit, each once."""
    found: dict[str, dict[str, str]] = {}
    for item in package["resources"]:
        for column in item.get("schema", {}).get("fields", []):
            if "unit" in column:
                found.setdefault(
                    column["name"],
                    {
                        "@type": "PropertyValue",
                        "name": column["title"],
                        "alternateName": column["name"],
                        "description": column["description"],
                        "unitText": column["unit"],
                    },
                )
    return list(found.values())


def _download(table: Mapping[str, Any], form: str) -> dict[str, Any]:
    file = table["formats"][form]
    return {
        "@type": "DataDownload",
        "name": f"{table['title']} ({'CSV' if form == 'csv' else 'Parquet'})",
        "contentUrl": file["address"],
        "encodingFormat": MEDIA[form],
        "contentSize": f"{file['bytes']} B",
        "sha256": file["sha256"],
    }
