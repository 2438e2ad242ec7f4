"""A small invented dataset to release: two tables, one question, and a build that takes no time."""

import json
import shutil

import pyarrow as pa

from csea import ROOT, database
from csea.check.columns import cast
from csea.check.files import read_file
from csea.check.rows import rows_of
from csea.errors import Report
from csea.package import package_files, table_files, version_of
from csea.project import DATABASE, REGISTERS, Project
from csea.release import prepare, promises

TOWNS = {
    "name": "towns",
    "title": "Towns",
    "description": "One row is an invented town.",
    "primaryKey": ["town_id"],
    "fields": [
        {
            "name": "town_id",
            "title": "Town",
            "type": "string",
            "description": "Its id.",
            "constraints": {"required": True},
        },
        {"name": "county", "title": "County", "type": "string", "description": "Its county."},
        {"name": "residents", "title": "Residents", "type": "integer", "description": "How many live there."},
    ],
}
VIEW = """-- title: How many live where?
-- question: Residents by county.
-- caveat: Invented.
-- coverage: All towns.
-- asks: Researchers
-- covered by: residents
SELECT county, sum(residents) AS residents, count(*) AS n_towns FROM towns GROUP BY county ORDER BY county
"""
ROWS = "town_id,county,residents\na,North,100\nb,North,200\nc,South,50\n"
REGISTER = "id,key_sha256,issued_in,state,forwards_to\n"
FILES = {
    ".gitignore": "build/\ndist/\n",
    "VERSION": "0.1.0\n",
    "CHANGELOG.md": "# Changelog\n\n## [0.1.0] - unreleased\n\n- Towns.\n",
    "CITATION.cff": "title: Towns\nversion: 0.1.0\nlicense: CC0-1.0\n",
    "README.md": "> Towns, version 0.1.0 [data set]. 2025.\n",
    "LICENSE": "MIT\n",
    "LICENSE-DATA": "CC0\n",
    "PRIVACY.md": "Nobody.\n",
    "schemas/towns.schema.json": json.dumps(TOWNS),
    "schemas/views/residents.sql": VIEW,
    "data/inputs/towns.csv": ROWS,
    **{f"data/registry/{name}.csv": REGISTER for name in REGISTERS},
}
COPIED = ("schemas/package.json", "schemas/withheld.schema.json", "schemas/inputs/register.schema.json")


def make_dataset(folder):
    """The dataset, built, in a folder."""
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    for path in COPIED:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, folder / path)
    return build(folder)


def build(folder):
    """Write what the small build makes."""
    for path, data in make_files(Project.read(folder), Report()).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def make_files(project, report, step=None):
    """In place of the real build: towns are published as they are kept, nothing is withheld."""
    tables = {}
    for name, schema in project.tables.items():
        rows, problems = read_file(project.root / f"data/inputs/{name}.csv", f"data/inputs/{name}.csv", schema)
        report.add(problems if name == "towns" else [])
        empty = pa.table({column: pa.array([], pa.string()) for column in schema.columns})
        tables[name] = rows.table if rows else cast(rows_of(empty, name, schema))[0].table
    files = table_files(tables, project.tables)
    version = version_of(project.version, files, project.released)
    registers = [f"data/registry/{name}.csv" for name in REGISTERS]
    return {
        **{path: (project.root / path).read_bytes() for path in registers},
        DATABASE: database.contents(tables, project.tables, project.views, project.parameters),
        **package_files(project.root, version, tables, project.tables, project.rules, files),
    }


def with_small_build(patch):
    """Let releases be made of what the small build makes; the checks of the real tables do not apply."""
    patch.setattr(prepare, "make_files", make_files)
    patch.setattr(prepare, "check_project", lambda project, witness, step: Report())
    patch.setattr(promises, "check_with_frictionless", lambda folder: [])
