"""The real tables as rows of text, and checks of them with other rows.

A table without rows, or a column without cells, borrows those of ``made_tables``.
"""

import re
import sys
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # where made_tables is

from csea import ROOT
from csea.check import File, Files, check_files
from csea.check.targets import of_project, published
from csea.errors import Report
from csea.io import csv_bytes, parquet_bytes, text_table
from csea.project import Project
from csea.schema import ForeignKey
from csea.schema.arrow import TYPES
from made_tables import made_text

N_MADE = 6  # rows of a made table

Row = dict[str, str]
Told = tuple[str, str, int, str, str]  # rule, file, line, column, value


@dataclass(frozen=True)
class Table:
    """The text of a file: ``made`` are columns that held nothing, ``known`` what the rows of other tables hold."""

    name: str
    file: File
    rows: list[Row]
    made: frozenset[str]
    around: dict[str, File]
    known: dict[ForeignKey, set[tuple[str, ...]]]

    @property
    def schema(self):
        return self.file.schema

    @property
    def is_csv(self):
        return self.file.path.suffix == ".csv"

    @property
    def label(self):
        """The schema's name; those of hand-kept files may be called like those of tables."""
        name = self.schema.name
        return name if project().tables.get(name) is self.schema else f"inputs/{name}"

    def values(self, row, names):
        """Cells of a row; of a cell that is a list the last element, since that is the one that mutations change."""
        separators = [self.schema.field(name).separator for name in names]
        return tuple(
            row[name].split(end)[-1] if end else row[name] for name, end in zip(names, separators, strict=True)
        )


@dataclass(frozen=True)
class Planted:
    """A fault as it was planted: ``where`` parts it from others with the same id; what follows from it is told last."""

    kind: str
    rule: str
    where: str
    told: tuple[Told, ...]
    is_made: bool = False


@dataclass(frozen=True)
class Run:
    """One check of something with faults, and what it told."""

    what: str
    planted: list[Planted]
    told: list[Told]

    @property
    def missed(self):
        return [fault for fault in self.planted if fault.told[0] not in self.told]

    @property
    def strange(self):
        """What nobody planted, or what was told twice."""
        return [*(Counter(self.told) - Counter(told for fault in self.planted for told in fault.told))]


@cache
def project():
    return Project.read(ROOT)


def is_change_list(name):
    """A change list is made by a release and has no key that is always filled; tests/release holds it."""
    return name.startswith("changes/")


@cache
def files():
    """Every file that the project keeps, by its shown name; of the published tables the Parquet files too."""
    tables = [group for group in of_project(project())[0] if not any(map(is_change_list, group.files))]
    groups = [*tables, published(project(), ROOT / "data" / "parquet", "data/parquet")]
    return {file.shown: (name, group.files) for group in groups for name, file in group.files.items()}


@cache
def table_of(shown):
    name, beside = files()[shown]
    file = beside[name]
    around = {key.table: beside[key.table] for key in file.schema.foreign_keys if key.table != name}
    known = {key: _tuples(beside[key.table].path, key.reference) for key in file.schema.foreign_keys}
    rows, made = _filled(file.schema, _rows(file.path))
    return Table(name, file, rows, frozenset(made), around, known)


def _tuples(path, columns):
    return {tuple(row[name] for name in columns) for row in _rows(path)}


@cache
def _rows(path):
    if path.suffix == ".parquet":
        table = text_table(pq.read_table(path))
    else:
        names = path.read_text(encoding="utf-8").partition("\n")[0].split(",")
        types = dict.fromkeys(names, pa.string())
        table = csv.read_csv(path, convert_options=csv.ConvertOptions(column_types=types, strings_can_be_null=False))
    return _plain(table)


def _plain(table):
    return [{name: cell or "" for name, cell in row.items()} for row in table.to_pylist()]


@cache
def _made(schema, n_rows):
    rows = _plain(made_text(schema, n_rows, 1))
    return [{name: cell.strip() for name, cell in row.items()} for row in rows]  # a pattern may allow outer spaces


def _filled(schema, rows):
    """Rows in which no column is wholly empty, and the columns for which cells were made."""
    if not rows:
        return sorted(_made(schema, N_MADE), key=partial(sort_key, schema)), schema.columns
    empty = tuple(item for item in schema.fields if not any(row[item.name] for row in rows))
    if not empty:
        return rows, ()
    names = tuple(item.name for item in empty)
    alone = replace(schema, fields=empty, primary_key=names, unique_keys=(), foreign_keys=())
    filled = [row | made for row, made in zip(rows, _made(alone, len(rows) // 3 + 1), strict=False)]
    for key in schema.foreign_keys:
        if key.table == schema.name and set(key.fields) <= set(names):  # all refer to the last row
            filled = [row | {key.fields[0]: rows[-1][key.reference[0]]} for row in filled]
    return filled + rows[len(filled) :], names


def sort_key(schema, row):
    """The primary key as rows are sorted by it, so that a change does not break their order as well."""
    key = [(schema.field(name).type, row[name]) for name in schema.primary_key]
    return [(int(cell) if re.fullmatch("-?[0-9]+", cell) else -1) if kind == "integer" else cell for kind, cell in key]


def check(table, data, **more):
    """What is told of a table whose file holds ``data``; the files beside it are the real ones."""
    with TemporaryDirectory() as folder:
        path = Path(folder, table.file.path.name)
        if data is not None:
            path.write_bytes(data)
        files = {**table.around, table.name: replace(table.file, path=path)}
        return told_by(Files(files, asked=frozenset([table.name]), **more))


def told_by(files):
    report = Report()
    check_files(files, report)
    return as_told(report.problems)


def as_told(problems):
    return [(item.rule, item.file, item.line, item.column, item.value) for item in problems]


def file_of(table, rows):
    """The bytes of the table's file with other rows."""
    names = table.schema.columns
    text = pa.table({name: pa.array([row[name] or None for row in rows], pa.string()) for name in names})
    if table.is_csv:
        return csv_bytes(text)
    return parquet_bytes(pa.table({item.name: text[item.name].cast(TYPES[item.type]) for item in table.schema.fields}))
