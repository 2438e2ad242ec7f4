"""Invented releases and cases as tables, many and fast, for the benchmark of the check.

    python bench/generate_tables.py ROWS FOLDER

Writes releases.csv with every column filled, the cases that they refer to, and a copy of components.csv. Rows are
what the schemas, keys and privacy rules admit; values are drawn, so no row says anything about anybody. The same
number gives the same bytes.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv

from csea import ROOT
from csea.io import csv_bytes
from csea.schema import Field, Schema, load_tables

PER_CASE = 1.5  # releases
FIRST_DAY = np.datetime64("2009-01-05")
DAYS = 6_000
TEXT = """
man woman coach teacher driver sentenced charged arrested convicted pleads guilty prison years months federal
court district attorney office receipt possession enticement minor internet platform investigation announces
county after using a of to in for with the and on from former local resident task force safe childhood
"""
PLACES = ["Lexington", "San Antonio", "Oakland County", "Fresno", "New Orleans", "Grand Rapids", "Fairbanks", "Boise"]
DANGLING = {"component": "usao-none", "district": "usao-none", "case_id": "c999999", "duplicate_of": "r9999999"}
NOTES = [  # as in the real releases, every other row has a cell in quotes
    "Unnamed application.",
    "Round-up, each case with its own release.",
    "The page gives no date.",
    'Named "the application", with no platform.',
]


class Columns:
    """Columns of one table of ``rows`` rows, drawn by the schema."""

    def __init__(self, schema: Schema, rows: int) -> None:
        self._schema, self._rows, self._rng = schema, rows, np.random.default_rng(rows)

    def table(self, **known: pa.Array) -> pa.Table:
        """All columns: ``known`` as given, the others by their type and enum."""
        return pa.table(
            {
                field.name: known[field.name] if field.name in known else self._drawn(field)
                for field in self._schema.fields
            }
        )

    def _drawn(self, field: Field) -> pa.Array:
        if field.enum:
            return self.chosen(field.enum)
        if field.type == "boolean":
            return self.chosen(["true", "false"])
        if field.type == "date":
            days = FIRST_DAY + self._rng.integers(0, DAYS, self._rows)
            return pc.cast(pa.array(days.astype("datetime64[D]")), pa.string())
        low = int(field.minimum or 0)
        return pc.cast(pa.array(self._rng.integers(low, int(field.maximum or low + 90) + 1, self._rows)), pa.string())

    def chosen(self, choices: Sequence[str]) -> pa.Array:
        """One of ``choices`` a row."""
        return pa.array(choices, pa.string()).take(pa.array(self._rng.integers(0, len(choices), self._rows)))

    def hexadecimal(self, digits: int) -> pa.Array:
        """``digits`` hexadecimal digits a row."""
        data = self._rng.integers(0, 16, self._rows * digits, dtype=np.uint8)
        text = np.frombuffer(b"0123456789abcdef", np.uint8)[data]
        offsets = np.arange(0, len(text) + 1, digits, dtype=np.int32)
        return pa.StringArray.from_buffers(self._rows, pa.py_buffer(offsets), pa.py_buffer(text))

    def sentence(self, words: int, between: str) -> pa.Array:
        """``words`` known words a row."""
        return pc.binary_join_element_wise(*(self.chosen(TEXT.split()) for _ in range(words)), between)


def numbers(prefix: str, digits: int, values: np.ndarray) -> pa.Array:
    """Ids: a letter and a number with zeros in front."""
    text = pc.utf8_lpad(pc.cast(pa.array(values), pa.string()), digits, "0")
    return pc.binary_join_element_wise(prefix, text, "")


def releases(rows: int) -> pa.Table:
    """``rows`` releases of ``rows / PER_CASE`` cases, by id."""
    schema = load_tables(ROOT)["releases"]
    columns, order = Columns(schema, rows), np.arange(1, rows + 1)
    code = columns.hexadecimal(32)
    parts = [
        pc.utf8_slice_codeunits(code, start, stop) for start, stop in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))
    ]
    url = pc.binary_join_element_wise("https://www.justice.gov/usao-ndtx/pr/", columns.sentence(9, "-"), "")
    offices = csv.read_csv(ROOT / "data" / "components.csv")["component"].to_pylist()
    component = columns.chosen([name for name in offices if name.startswith("usao-")])
    return columns.table(
        release_id=numbers("r", 7, order),
        doj_uuid=pc.binary_join_element_wise(*parts, "-"),
        url=pc.binary_join_element_wise(url, pc.cast(pa.array(order), pa.string()), "-"),
        source_host=columns.chosen(["www.justice.gov"]),
        component=component,
        district=component,
        title=pc.utf8_capitalize(pc.binary_join_element_wise(columns.chosen(PLACES), columns.sentence(9, " "), " ")),
        release_number=columns.chosen([f"{year}-{number}" for year in range(10, 26) for number in range(1, 1500)]),
        place=columns.chosen(PLACES),
        case_id=numbers("c", 6, (order / PER_CASE).astype(int) + 1),
        duplicate_of=numbers("r", 7, np.maximum(order - 2 + order % 2, 1)),  # the second, fourth ..., never spoiled
        text_sha256=columns.hexadecimal(64),
        text_chars=pc.cast(pa.array(order % 9_000), pa.string()),
        text_form=columns.chosen(["csea-text-1"]),
        rules_version=columns.chosen(["1.0.0"]),
        first_version=columns.chosen(["0.1.0"]),
        note=columns.chosen(NOTES),
    )


def cases(rows: int) -> pa.Table:
    """The cases that ``rows`` releases belong to."""
    n_cases = int(rows / PER_CASE) + 1
    columns = Columns(load_tables(ROOT)["cases"], n_cases)
    given = {name: pa.nulls(n_cases, pa.string()) for name in ("component", "district", "quarter", "place", "county")}
    return columns.table(case_id=numbers("c", 6, np.arange(1, n_cases + 1)), **given)


def write(rows: int, folder: Path) -> None:
    """Write the tables into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "releases.csv").write_bytes(csv_bytes(releases(rows)))
    (folder / "cases.csv").write_bytes(csv_bytes(cases(rows)))
    shutil.copy(ROOT / "data" / "components.csv", folder)


def spoil(path: Path, per_kind: int) -> list[tuple[str, int, str]]:
    """Plant faults of five kinds into releases, each in a row of its own; give the rule, line and column of each.

    The faults of a kind are spread over all columns that can have them.
    """
    schema = load_tables(ROOT)["releases"]
    as_text = csv.ConvertOptions(column_types=dict.fromkeys(schema.columns, pa.string()))
    table = csv.read_csv(path, convert_options=as_text)
    columns = {name: table[name].to_pylist() for name in schema.columns}
    # Every second row at most, so that the row above one that is spoiled is whole, and what others refer to stays.
    rows = np.random.default_rng(per_kind).permutation(np.arange(2, table.num_rows, 2))
    planted = []
    for kind, faults in enumerate(_faults(schema)):
        for place, row in enumerate(rows[kind * per_kind : (kind + 1) * per_kind].tolist()):
            rule, name, value = faults[place % len(faults)]
            columns[name][row] = columns[name][row - 1] if value is None else value
            planted.append((rule, row + 2, name))
    path.write_bytes(csv_bytes(pa.table(columns)))
    return planted


def _faults(schema: Schema) -> list[list[tuple[str, str, str | None]]]:
    """Rule, column and faulty value (None: that of the row above) for each column that can have the fault, by kind."""
    key = schema.primary_key[0]
    return [
        [("column.required", field.name, "") for field in schema.fields if field.required and field.name != key],
        [("column.enum", field.name, "unheard_of") for field in schema.fields if field.enum],
        [("column.type", field.name, "2024-02-30") for field in schema.fields if field.type == "date"],
        [("key.primary", key, None), *(("key.unique", name, None) for (name,) in schema.unique_keys)],
        [("key.foreign", name, value) for name, value in DANGLING.items()],
    ]


def main() -> None:
    """Write the tables that are asked for."""
    write(int(sys.argv[1]), Path(sys.argv[2]))


if __name__ == "__main__":
    main()
