"""Small invented versions: a descriptor, its tables, and a way to write them as a folder."""

import json

import pyarrow as pa

from csea.compare.definitions import compare_definitions
from csea.compare.schemas import descriptor_schemas
from csea.compare.sources import Version
from csea.compare.versions import compare_versions

CITIES = {
    "name": "cities",
    "title": "Cities",
    "description": "Invented cities.",
    "primaryKey": ["city_id"],
    "fields": [
        {"name": "city_id", "title": "City", "type": "string", "description": "Id.", "constraints": {"required": True}},
        {"name": "name", "title": "Name", "type": "string", "description": "Name."},
        {
            "name": "size",
            "title": "Size",
            "type": "string",
            "description": "Size.",
            "categories": [
                {"value": "small", "label": "Small", "description": "Small."},
                {"value": "large", "label": "Large", "description": "Large."},
            ],
            "constraints": {"enum": ["small", "large"]},
        },
        {"name": "area", "title": "Area", "type": "number", "description": "Area.", "unit": "square miles"},
        {"name": "is_port", "title": "Port", "type": "boolean", "description": "Whether ships land."},
    ],
}
CELLS = {
    "city_id": ["c1", "c2", "c3"],
    "name": ["Greywick", "Oakham", None],
    "size": ["small", "large", "small"],
    "area": ["12.5", "200", None],
    "is_port": ["true", "false", None],
}


def schema_of(raw=CITIES, **changed):
    """The schema as a descriptor with it would give it; ``changed`` replaces parts of the raw one."""
    body = {"version": "1.0.0", "resources": [{"name": raw["name"], "schema": {**raw, **changed}}]}
    return descriptor_schemas(json.dumps(body).encode(), "a test")[1][raw["name"]]


def with_field(column, **changed):
    """The raw schema with a column changed."""
    fields = [{**field, **changed} if field["name"] == column else field for field in CITIES["fields"]]
    return {**CITIES, "fields": fields}


def text(cells=CELLS, **changed):
    """A table of text; ``changed`` replaces columns."""
    return pa.table({name: pa.array(values, pa.string()) for name, values in {**cells, **changed}.items()})


def version(table=None, label="a", **more):
    """A version with the one table."""
    return Version(label, {"cities": text() if table is None else table}, {"cities": schema_of()}, **more)


def difference(new, old=None):
    """What differs between the invented version and one with this table."""
    return compare_versions(version(old), version(new, "b"))


def definitions(new, old=CITIES):
    """Kind, column, old and new of each change between two raw schemas."""
    found = compare_definitions({"cities": schema_of(old)}, {"cities": schema_of(new)})
    return [(change.kind, change.column, change.old, change.new) for change in found]


def write_csv(path, table):
    """The table as a CSV file."""
    lines = [",".join(table.column_names)]
    lines += [",".join(value or "" for value in row.values()) for row in table.to_pylist()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_version(folder, table=None, raw=CITIES, number="1.0.0"):
    """A folder with a descriptor and data/cities.csv."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    resource = {"name": "cities", "path": "data/cities.csv", "schema": raw}
    package = {"name": "invented", "version": number, "resources": [resource]}
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    write_csv(folder / "data" / "cities.csv", text() if table is None else table)
    return folder
