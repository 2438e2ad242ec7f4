"""Mutations of whole files: their form, how much there is in them, known failures, hashes."""

import json
import re
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
from mutated_rows import FOLLOWS
from real_tables import Planted, Run, as_told, check, file_of, files, project, table_of, told_by

from csea import ROOT
from csea.check import Files
from csea.check.allowed import Allowed
from csea.check.published import check_hashes
from csea.check.targets import inputs_of
from csea.io import csv_bytes, parquet_bytes

# Changes of a whole file of platforms, whose rows begin with adobe, aim, amazon.
AMAZON = b"\namazon,Amazon,Amazon,"  # line 4, with the end of line 3
LINE = object()  # the value told is the line itself


def amazon(new):
    """A change of the beginning of line 4."""
    return lambda data: data.replace(AMAZON, new, 1)


def without_rest(end):
    """A change that puts ``end`` in place of all after line 3."""
    return lambda data: data[: data.index(AMAZON)] + end


def repeated_column(data):
    lines = data.splitlines(keepends=True)
    return b"".join(line.partition(b",")[0] + b"," + line for line in lines)


def third_name(name):
    """A change of a cell of a table."""

    def changed(table):
        names = table["name"].to_pylist()
        return table.set_column(1, "name", pa.array([*names[:2], name, *names[3:]]))

    return changed


def not_utf8(table):
    data = pa.array([b"\xff"] * len(table), pa.binary())
    text = pa.StringArray.from_buffers(len(data), *data.buffers()[1:])
    return table.set_column(table.column_names.index("note"), "note", text)


CSV_FORM = [  # (rule, change of the bytes, line, column, value)
    ("form.readable", lambda data: None, 0, "", ""),
    ("form.empty", lambda data: b"", 0, "", ""),
    ("form.not_text", lambda data: b"PK\x03\x04" + data, 0, "", ""),
    ("form.encoding", lambda data: data.decode().encode("utf-16"), 1, "", ""),
    ("form.encoding", amazon(b"\namazon,Ama\xffzon,Amazon,"), 4, "", LINE),
    ("form.byte_order_mark", lambda data: b"\xef\xbb\xbf" + data, 1, "", ""),
    ("form.line_ends", amazon(b"\r" + AMAZON), 3, "", ""),
    ("form.last_line", without_rest(b""), 3, "", ""),
    ("form.long_line", without_rest(b"\n" + b"x" * (8 * 2**20 + 1)), 4, "", ""),
    ("form.separator", lambda data: data.replace(b",", b";"), 1, "", LINE),
    ("form.blank_line", amazon(b"\n" + AMAZON), 4, "", ""),
    ("form.nul", amazon(b"\namazon,Ama\x00zon,Amazon,"), 4, "", LINE),
    ("form.carriage_return", amazon(b"\namazon,Ama\rzon,Amazon,"), 4, "", LINE),
    ("form.needless_quotes", amazon(b'\namazon,"Amazon",Amazon,'), 4, "", LINE),
    ("form.quotes", amazon(b'\namazon,"Amazon,Amazon,'), 4, "", LINE),
    ("form.newline_in_cell", amazon(b'\namazon,"Ama\nzon",Amazon,'), 4, "", LINE),
    ("form.cells_in_row", amazon(b"\namazon,Amazon,"), 4, "", LINE),
    ("form.repeated_column", repeated_column, 1, "platform_id", "platform_id"),
    ("form.unknown_column", lambda data: data.replace(b"\n", b",colour\n"), 1, "colour", "colour"),
]
PARQUET_FORM = [  # (rule, change of the table, row, column, value)
    ("form.encoding", not_utf8, 0, "note", ""),
    ("form.repeated_column", lambda table: table.append_column("note", table["note"]), 0, "note", "note"),
    ("form.readable", lambda table: None, 0, "", ""),
    ("form.newline_in_cell", third_name("Ama\nzon"), 3, "name", "Ama\nzon"),
    ("form.unknown_column", lambda table: table.append_column("colour", table["name"]), 0, "colour", "colour"),
]
FORM = [  # of both alike; in CSV row 0 is line 1
    ("form.outer_spaces", third_name("Amazon "), 3, "name", "Amazon "),
    ("form.spreadsheet_formula", third_name("=Amazon"), 3, "name", "=Amazon"),
    ("form.order", lambda table: table.take([0, 2, 1, *range(3, len(table))]), 3, "platform_id", "aim"),
    ("form.missing_column", lambda table: table.drop_columns("note"), 0, "note", ""),
    ("form.column_order", lambda table: table.select(table.column_names[::-1]), 0, "", ""),
]


def form():
    """Checks of a CSV and a Parquet file with one fault of form each."""
    table = table_of("data/platforms.csv")
    whole = table.file.path.read_bytes()
    for rule, change, line, column, value in CSV_FORM:
        data = change(whole)
        if value is LINE:
            value = re.sub(r"\s", " ", data.split(b"\n")[line - 1].decode(errors="replace"))[:80]
        yield _form(rule, table, data, line, column, value)
    parquet = table_of("data/parquet/platforms.parquet")
    whole = pq.read_table(parquet.file.path)
    for rule, change, row, column, value in FORM:
        yield _form(rule, table, csv_bytes(change(whole)), row + 1, column, value)
    for rule, change, *place in PARQUET_FORM + FORM:
        changed = change(whole)
        yield _form(rule, parquet, changed and parquet_bytes(changed), *place)


def _form(rule, table, data, *place):
    planted = Planted("form", rule, table.file.path.suffix, ((rule, table.file.shown, *place),))
    return Run(f"{rule} in {table.file.shown}", [planted], check(table, data))


def stray():
    """A hand-kept file that no schema describes."""
    rule, name = "form.unknown_file", "data/inputs/towns.csv"
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.parent.mkdir(parents=True)
        path.touch()
        told = as_told(inputs_of(replace(project(), root=Path(folder)))[1])
    yield Run(rule, [Planted("form", rule, ".csv", ((rule, name, 0, "", ""),))], told)


def parquet_types():
    """A check of each Parquet file with every column of another type than it should be."""
    for table in map(table_of, files()):
        if not table.is_csv:
            rule, file, names = "form.column_type", table.file.shown, table.schema.columns
            data = parquet_bytes(pa.table({name: pa.nulls(len(table.rows), pa.int8()) for name in names}))
            told = {name: (rule, file, 0, name, "") for name in names}
            planted = [Planted("type", rule, f"{table.label}: {name}", (told[name],)) for name in names]
            yield Run(file, planted, check(table, data))


def volume():
    """Four checks of all published tables: each breaks one side of every bound that can be broken there."""
    for rule, change, is_meant in VOLUME:
        found = {name: table_of(f"data/{name}.csv") for name in project().tables}
        rows = {name: change(table) for name, table in found.items()}
        planted = [_of_bound(rule, bound, rows[bound.table]) for bound in project().bounds if is_meant(bound)]
        with TemporaryDirectory() as folder:
            files = {name: replace(table.file, path=Path(folder, f"{name}.csv")) for name, table in found.items()}
            for name, file in files.items():
                file.path.write_bytes(file_of(found[name], rows[name]))
            told = told_by(Files(files, bounds=project().bounds))
        yield Run(rule, planted, [item for item in told if (rule, item[0]) not in FOLLOWS])


def _of_bound(rule, bound, rows):
    filled = sum(bool(row[bound.column]) for row in rows) if bound.column else 0
    value = f"{100 * filled // len(rows)}%" if bound.column else str(len(rows))
    where, file = f"{bound.table}: {bound.column}", f"data/{bound.table}.csv"
    return Planted("volume", rule, where, ((rule, file, 0, bound.column, value),))


def _real(table):
    """The rows without the cells that were made; none where all were."""
    empty = dict.fromkeys(table.made, "")
    return [row | empty for row in table.rows] if len(empty) < len(table.schema.fields) else []


def _emptied(table):
    """No cell in a column that may be empty."""
    empty = {item.name: "" for item in table.schema.fields if not item.required}
    return [row | empty for row in _real(table)]


def _full(table):
    """No empty cell in a column of which a bound says that some are; what was made is enough as it is."""
    bounds = [bound for bound in project().bounds if bound.table == table.name and bound.column]
    names = {bound.column for bound in bounds if bound.at_most < 100} - table.made
    fill = {name: next(row[name] for row in table.rows if row[name]) for name in names}
    return [row | {name: row[name] or fill[name] for name in fill} for row in table.rows] if _real(table) else []


def _repeated(table):
    """Each row so often that there are more than the bound says."""
    most = next(bound.at_most for bound in project().bounds if bound.table == table.name and not bound.column)
    rows = _real(table) or table.rows
    return [row for row in rows for _ in range(most // len(rows) + 1)]


VOLUME = [  # (rule, change of a table's rows, whether it breaks a bound)
    ("volume.too_few_rows", lambda table: [], lambda bound: not bound.column and bound.at_least > 0),
    ("volume.too_few_values", _emptied, lambda bound: bound.column and bound.at_least > 0),
    ("volume.more_values", _full, lambda bound: bound.column and bound.at_most < 100),
    ("volume.more_rows", _repeated, lambda bound: not bound.column),
]


def allowed():
    """A known failure that fails no more."""
    table, rule = table_of("data/platforms.csv"), "allowed.unneeded"
    entry = Allowed("column.enum", table.file.shown, "Once there was a kind that is on no list.")
    told = check(table, table.file.path.read_bytes(), allowed=[entry])
    yield Run(rule, [Planted("allowed", rule, "", ((rule, "schemas/allowed.yaml", 0, "", ""),))], told)


def hashes():
    """Every published file changed, then gone; the descriptor broken, then gone."""
    text = (ROOT / "datapackage.json").read_text(encoding="utf-8")
    names = [resource["path"] for resource in json.loads(text)["resources"]]
    of_file, of_descriptor = "published.hash", "published.descriptor"
    cases = [(of_file, names, text), (of_file, [], text), (of_descriptor, [], text[1:]), (of_descriptor, [], None)]
    for rule, kept, descriptor in cases:
        with TemporaryDirectory() as folder:
            for name in kept:
                Path(folder, name).parent.mkdir(parents=True, exist_ok=True)
                Path(folder, name).write_bytes((ROOT / name).read_bytes() + b"\n")
            if descriptor is not None:
                Path(folder, "datapackage.json").write_text(descriptor, encoding="utf-8")
            told = as_told(check_hashes(Path(folder)))
        faulty = names if rule == of_file else ["datapackage.json"]
        yield Run(rule, [Planted("published", rule, name, ((rule, name, 0, "", ""),)) for name in faulty], told)


WHOLE = (parquet_types, form, stray, volume, allowed, hashes)
