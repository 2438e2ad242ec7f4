"""Small invented tables in several versions, and a copy of the dataset in which they were released."""

import json
from dataclasses import replace
from functools import cache

import pandas as pd
import pyarrow as pa
from hypothesis import strategies as st

from csea.io import csv_bytes, sha256
from csea.project import VERSIONS
from csea.register import Registers
from csea.release.causes import Causes
from csea.release.changes import FOLDER, change_list
from csea.release.redaction import redaction
from csea.release.shape import Shape
from csea.release.state import State, ordered
from csea.schema import Field, Schema

REGISTER = ["id", "key_sha256", "issued_in", "state", "forwards_to"]


def schema(name, columns, key):
    """A schema of columns (name to type) that asks for nothing but its key."""
    fields = tuple(Field(column, column, kind, "Made up.", required=column in key) for column, kind in columns.items())
    return Schema(name, name, "One row is a thing.", fields, tuple(key))


def texts(columns, *rows):
    """A table of text; ``columns`` are names parted by spaces, a row is a tuple of values."""
    values = zip(*rows, strict=True) if rows else [()] * len(columns.split())
    return pa.table({name: pa.array(cells, pa.string()) for name, cells in zip(columns.split(), values, strict=True)})


def state(table, of):
    """A table with its schema."""
    return State(Shape.of(of), table)


def registers(*rows):
    """The three registers, that of releases with these rows."""
    empty = pd.DataFrame([], columns=REGISTER, dtype="str")
    return Registers.of(
        {"releases": pd.DataFrame(list(rows), columns=REGISTER, dtype="str"), "cases": empty, "suspects": empty}
    )


def changed(version, old, new, schemas, new_schemas=None, ids=None, since="2021-01-01", moved=None, lost=None):
    """The change list between two versions; the first version has no date before it."""
    if "releases" in {**old, **new}:
        causes = Causes.of(old, new, moved or {}, ids or registers(), since if old else None)
    else:
        causes = replace(_no_releases(), old=old, new=new)
    return change_list(version, old, new, schemas if old else {}, new_schemas or schemas, causes, lost)


@cache
def _no_releases():
    return Causes.of({}, {}, {}, registers(), None)


def release(root, version, old, new, schemas, new_schemas=None, ids=None, lost=None):
    """Write the list and the descriptor of a version, and its tables as the working tree has them."""
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    lines = changed(version, old, new, schemas, new_schemas, ids, lost=lost)
    (folder / f"{version}.csv").write_bytes(csv_bytes(lines))
    resources = [resource(name, table, (new_schemas or schemas)[name]) for name, table in new.items()]
    (folder / f"{version}.datapackage.json").write_text(json.dumps({"version": version, "resources": resources}))
    for path in (root / "data").glob("*.csv"):
        path.unlink()
    for name, table in new.items():
        (root / "data" / f"{name}.csv").write_bytes(csv_bytes(table))
    return lines


def record(root, redacted=()):
    """Write ``versions.json``, with the hash of every list that is there; ``redacted`` is said of every version."""
    paths = sorted((root / FOLDER).glob("*.csv"), reverse=True)
    entries = [
        {"version": path.stem, "changes_sha256": sha256(path.read_bytes()), "redacted": list(redacted)}
        for path in paths
    ]
    (root / VERSIONS).write_text(json.dumps({"versions": entries}))


def withdraw(root, rows, releases):
    """Take rows and what cases said out of the lists of a dataset in which versions are recorded."""
    made = redaction(root, rows, releases)
    for path, data in made.files(root).items():
        (root / path).write_bytes(data)
    return made


def resource(name, table, of):
    """A table as a descriptor has it."""
    fields = [
        {"name": f.name, "type": f.type, "description": f.description, "constraints": {"required": f.required}}
        for f in of.fields
    ]
    described = {"name": name, "title": name, "description": "One row is a thing.", "fields": fields}
    data = csv_bytes(table)
    return {
        "name": name,
        "path": f"data/{name}.csv",
        "format": "csv",
        "hash": f"sha256:{sha256(data)}",
        "rows": table.num_rows,
        "schema": described | {"primaryKey": list(of.primary_key)},
    }


CELL = st.text(st.sampled_from("ab \"',\\\t\u00e9{}[]:;\u2028"), max_size=4).map(lambda text: f"x{text}x")
VALUES = {
    "string": CELL,
    "integer": st.integers(-20, 20).map(str),
    "number": st.sampled_from(["-1.5", "0.25", "2", "10", "9"]),
    "date": st.dates().map(str),
    "boolean": st.sampled_from(["true", "false"]),
}
KEY = [("id", "string"), ("no", "integer"), ("day", "date")]


@st.composite
def version(draw):
    """Tables by name with their schemas, as one version may have them; columns differ from version to version."""
    tables, schemas = {}, {}
    for name in draw(st.sets(st.sampled_from(["cats", "dogs"]))):
        key = KEY[: draw(st.sampled_from([1, 2, 2, 2, 3]))]
        others = draw(
            st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(sorted(VALUES))), unique_by=lambda c: c[0])
        )
        columns = dict(draw(st.permutations([*key, *others])))
        row = st.fixed_dictionaries(
            {c: VALUES[kind] if (c, kind) in key else st.none() | VALUES[kind] for c, kind in columns.items()}
        )
        rows = draw(st.lists(row, max_size=5, unique_by=lambda r, key=key: tuple(r[c] for c, _ in key)))
        schemas[name] = schema(name, columns, [c for c, _ in key])
        table = pa.table({c: pa.array([r[c] for r in rows], pa.string()) for c in columns})
        tables[name] = ordered(table, state(table, schemas[name]).shape)
    return tables, schemas
