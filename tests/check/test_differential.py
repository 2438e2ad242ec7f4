"""Our check beside frictionless and pandera on corrupted tables: all find the same faults, but for known differences,
which docs/decisions/0012-differences-from-frictionless.md explains."""

import csv
import json
import re
from collections import Counter
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import NamedTuple

import pandera.pandas as pa
import pytest
from corrupted import CELLS, DESCRIPTORS, corrupted
from frictionless import Dialect, Field, Package
from frictionless import Schema as TableSchema
from frictionless.formats.csv import CsvControl
from frictionless.resources import TableResource

from csea.check import File, Files, check_files
from csea.errors import Report
from csea.schema import SchemaError, read_schema
from csea.schema.frames import frame, pandera_schema

OURS = {
    "column.required": "required",
    "column.type": "type",
    "column.enum": "enum",
    "column.pattern": "pattern",
    "column.minimum": "minimum",
    "column.maximum": "maximum",
    "column.canonical": "odd number",
    "key.primary": "primary key",
    "key.unique": "unique key",
    "key.foreign": "foreign key",
    "form.cells_in_row": "number of cells",
    "form.blank_line": "blank row",
    "form.missing_column": "missing column",
    "form.unknown_column": "unknown column",
    "form.repeated_column": "repeated column",
    "form.column_order": "column order",
    "form.encoding": "encoding",
    "form.byte_order_mark": "byte-order mark",
    "form.line_ends": "line ends",
    "form.last_line": "last line",
    "form.quotes": "quotes",
    "form.newline_in_cell": "quotes",
    "form.needless_quotes": "needless quotes",
    "form.outer_spaces": "outer spaces",
    "form.spreadsheet_formula": "formula",
    "form.order": "order of rows",
}
THEIRS = {
    "type-error": "type",
    "missing-cell": "number of cells",
    "extra-cell": "number of cells",
    "blank-row": "blank row",
    "primary-key": "primary key",
    "foreign-key": "foreign key",
    "missing-label": "missing column",
    "extra-label": "unknown column",
    "blank-label": "unknown column",
    "duplicate-label": "repeated column",
    "incorrect-label": "column order",
    "encoding-error": "encoding",
}
PANDERAS = {
    "isin": "enum",
    "str_matches": "pattern",
    "greater_than_or_equal_to": "minimum",
    "less_than_or_equal_to": "maximum",
    "not_nullable": "required",
    "multiple_fields_uniqueness": "primary key",
}
IN_CELLS = ("required", "type", "enum", "pattern", "minimum", "maximum")
IN_HEADER = ("missing column", "unknown column", "repeated column", "column order")
KEYS = ("primary key", "foreign key")
NO_ROW = ("number of cells", "blank row", "quotes", "encoding")  # for these we leave a line out

# A line of CSV by RFC 4180: bare cells without quotes, or quoted ones with each quote written twice.
CELL = '(?:[^",]*|"(?:[^"]|"")*")'
ROW = re.compile(f"{CELL}(?:,{CELL})*")
BOOLEANS = dict.fromkeys(["true", "True", "TRUE", "1"], True) | dict.fromkeys(["false", "False", "FALSE", "0"], False)


class Fault(NamedTuple):
    """A fault as all tell it: the table, its physical line (0 for the whole file), the column or key, the kind."""

    table: str
    line: int
    column: str
    kind: str

    @property
    def columns(self):
        return self.column.split(", ")


class Text:
    """The lines of a file, and the cells of those that are rows by RFC 4180."""

    def __init__(self, data, schema):
        self.schema = schema
        self.lines = data.removesuffix(b"\n").split(b"\n")
        plain = [self.lines[0].removeprefix(b"\xef\xbb\xbf"), *self.lines[1:]]
        self.rows = dict(enumerate(map(_row, plain), start=1))  # by physical line, the header too; None for no row
        self.kept = [line for line, row in self.rows.items() if row is not None]
        self.header = self.rows[1]
        self.labels = [label.strip() for label in self.header]  # as frictionless reads them
        self.is_utf8 = _text(data) is not None

    def without_broken_lines(self):
        return b"\n".join(self.lines[line - 1] for line in self.kept) + b"\n"

    def broken_runs(self):
        """Groups of neighbouring lines that are no rows."""
        runs = []
        for line in self.rows.keys() - set(self.kept):
            if runs and line - 1 in runs[-1]:
                runs[-1].add(line)
            else:
                runs.append({line})
        return runs

    def cell(self, line, column):
        """The text of a cell; empty where the row or the column is missing."""
        row = self.rows.get(line) or []
        place = self.labels.index(column) if column in self.labels else len(row)
        return row[place] if place < len(row) else ""

    def value(self, line, column):
        """What frictionless makes of a cell; None where it is empty or not of the type."""
        return as_frictionless_reads(self.schema.field(column).type, self.cell(line, column))

    def key(self, line, columns):
        return tuple(self.value(line, column) for column in columns)

    def twins(self, line, columns):
        """The rows above that have the same key as this one."""
        key = self.key(line, columns)
        return [other for other in self.kept if 1 < other < line and self.key(other, columns) == key]


def _text(data):
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _row(line):
    text = _text(line.removesuffix(b"\r"))
    return None if text is None or not ROW.fullmatch(text) else next(csv.reader([text]), [])


def as_frictionless_reads(kind, text):
    """The value that frictionless makes of a cell; None where it is empty or not of the type."""
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            return Decimal(text.strip())
        if kind == "date":
            return datetime.strptime(text, "%Y-%m-%d").date()
    except (ValueError, InvalidOperation):
        return None
    return BOOLEANS.get(text) if kind == "boolean" else text or None


def is_plain(value, text):
    """Whether a text is the plain spelling of its value, which everybody reads."""
    if isinstance(value, bool):
        return text in ("true", "false")
    if isinstance(value, date):
        return text == value.isoformat()
    if isinstance(value, int):
        return text == str(value) and abs(value) < 10**18
    return text == f"{value:f}" and value.is_finite() and abs(value) < 10**15


@dataclass(frozen=True)
class Case:
    """A corrupted table with those it refers to: the texts, and what each of two checks finds in them."""

    texts: dict[str, Text]
    ours: set[Fault]
    theirs: set[Fault]

    def text(self, fault):
        return self.texts[fault.table]

    def field(self, fault):
        return self.text(fault).schema.field(fault.column)

    def cell(self, fault):
        return self.text(fault).cell(fault.line, fault.column)

    def key(self, fault):
        """The values of the columns of a fault, as frictionless reads them."""
        return self.text(fault).key(fault.line, fault.columns)

    def twins(self, fault):
        return self.text(fault).twins(fault.line, fault.columns)

    def reference(self, fault):
        """The foreign key that a fault is about."""
        return next(key for key in self.text(fault).schema.foreign_keys if list(key.fields) == fault.columns)

    def is_lenient(self, table, line, column):
        """Whether frictionless makes a value of an odd spelling that has no type to us."""
        text = self.texts[table]
        value, cell = text.value(line, column), text.cell(line, column)
        return Fault(table, line, column, "type") in self.ours and value is not None and not is_plain(value, cell)


# When a known difference is behind a fault that only one of the two finds.


def _always(case, fault):
    return True


def _has_quotes(case, fault):
    return b'"' in case.text(fault).lines[fault.line - 1]


def _has_a_greater_key_above(case, fault):
    text, column = case.text(fault), fault.columns[0]
    above = [text.value(line, column) for line in text.kept if 1 < line < fault.line]
    return any(value is not None and value >= text.value(fault.line, column) for value in above)


def _is_odd_number(case, fault):
    return re.search(r"^-0$|\.\d*0$", case.cell(fault)) is not None


def _has_outer_spaces(case, fault):
    return case.cell(fault) != case.cell(fault).strip().strip("\ufeff")


def _looks_like_a_formula(case, fault):
    return case.cell(fault)[0] in "=+-@\t"


def _repeats_a_key(case, fault):
    return None not in case.key(fault) and bool(case.twins(fault))


def _is_told_by_both(case, fault):
    return all(any(found[::3] == fault[::3] for found in found_by) for found_by in (case.ours, case.theirs))


def _is_no_row(case, fault):
    return case.text(fault).rows[fault.line] is None


def _has_digits_of_another_script(case, fault):
    return not case.cell(fault).isascii() and re.search(case.field(fault).pattern, case.cell(fault)) is not None


def _is_lenient(case, fault):
    return case.is_lenient(fault.table, fault.line, fault.column)


def _is_lenient_of(*types):
    return lambda case, fault: _is_lenient(case, fault) and case.field(fault).type in types


def _has_lenient_key(case, fault):
    """The key has an odd spelling, or the one that it repeats or refers to has."""
    places = [(fault.table, fault.line, column) for column in fault.columns]
    if fault.kind == "primary key":
        twins = case.twins(fault)
        places = [(fault.table, line, column) for line in [fault.line, *twins] for column in fault.columns if twins]
    elif fault in case.ours:
        key = case.reference(fault)
        target = case.texts[key.table]
        lines = [line for line in target.kept[1:] if target.key(line, key.reference) == case.key(fault)]
        places = [(key.table, line, column) for line in lines for column in key.reference]
    return any(case.is_lenient(*place) for place in places)


def _has_no_key(case, fault):
    return set(case.key(fault)) == {None}


def _repeats_half_a_key(case, fault):
    return None in case.key(fault) and bool(case.twins(fault))


def _is_half_a_reference(case, fault):
    return None in case.key(fault)


def _has_an_unread_target(case, fault):
    key = case.reference(fault)
    lacking = {Fault(key.table, 1, column, "missing column") for column in key.reference}
    return bool(lacking & case.ours) or any(found.table == key.table and found.kind in NO_ROW for found in case.ours)


def _is_in_a_row_of_a_wrong_length(case, fault):
    lines = [fault.line, *(case.twins(fault) if fault.kind == "primary key" else [])]
    return any(Fault(fault.table, line, "", "number of cells") in case.ours for line in lines)


def _is_in_an_empty_row(case, fault):
    row = case.text(fault).rows[fault.line]
    return bool(row) and not any(row[: len(case.text(fault).labels)])


def _is_of_a_spaced_name(case, fault):
    text = case.text(fault)
    spaced = {label for label, name in zip(text.labels, text.header, strict=True) if label != name}
    return bool(spaced) and (fault.kind == "column order" or not spaced.isdisjoint(map(str.strip, fault.columns)))


def _is_moved_by_a_repeated_column(case, fault):
    places = [(case.text(fault), fault.columns)]
    if fault.kind == "foreign key":
        key = case.reference(fault)
        places.append((case.texts[key.table], key.reference))
    return any(_repeats_a_name(text) and (fault.line == 1 or _moves(text, columns)) for text, columns in places)


def _repeats_a_name(text):
    return len(set(text.labels)) < len(text.labels)


def _moves(text, columns):
    in_place = {label for label, column in zip(text.labels, text.schema.columns, strict=False) if label == column}
    return not in_place.issuperset(columns)


def _is_repeated_below(case, fault):
    text = case.text(fault)
    return any(fault.line in text.twins(line, fault.columns) for line in text.kept)


@dataclass(frozen=True)
class Difference:
    """Kinds of fault that only we find, or only they, ``when`` something holds, and the reason."""

    name: str
    reason: str
    ours: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    when: Callable[[Case, Fault], bool] = _always

    def covers(self, case, fault):
        return fault.kind in (self.ours if fault in case.ours else self.theirs) and self.when(case, fault)


NOT_CANONICAL = "It knows no canonical form."
FRICTIONLESS = (
    Difference("byte-order marks", "It reads over them.", ours=("byte-order mark",)),
    Difference("line ends", "It takes CR LF, and a last line without an end.", ours=("line ends", "last line")),
    Difference("needless quotes", NOT_CANONICAL, ours=("needless quotes",), when=_has_quotes),
    Difference("rows out of order", NOT_CANONICAL, ours=("order of rows",), when=_has_a_greater_key_above),
    Difference("odd numbers", NOT_CANONICAL, ours=("odd number",), when=_is_odd_number),
    Difference("outer spaces", "It leaves them to the pattern.", ours=("outer spaces",), when=_has_outer_spaces),
    Difference("formulas", "It does not think of spreadsheets.", ours=("formula",), when=_looks_like_a_formula),
    Difference("unique keys", "It does not check uniqueKeys.", ours=("unique key",), when=_repeats_a_key),
    Difference(
        "bytes that are not UTF-8",
        "It names the file and stops; we name the line and go on.",
        ours=("encoding",),
        theirs=("encoding",),
        when=_is_told_by_both,
    ),
    Difference("broken quotes", "It reads on to the next quote, over lines.", ours=("quotes",), when=_is_no_row),
    Difference(
        "digits of other scripts",
        r"To Python's \d they are digits.",
        ours=("pattern",),
        when=_has_digits_of_another_script,
    ),
    Difference(
        "spellings of numbers",
        "It reads what Python reads: 01, +5, 1_000, NaN.",
        ours=("type",),
        when=_is_lenient_of("integer", "number"),
    ),
    Difference(
        "spellings of booleans", "It reads True, TRUE and 1 too.", ours=("type",), when=_is_lenient_of("boolean")
    ),
    Difference("spellings of dates", "It reads 2021-2-1 too.", ours=("type",), when=_is_lenient_of("date")),
    Difference(
        "bounds of odd spellings",
        "It judges values that we do not read.",
        theirs=("minimum", "maximum"),
        when=_is_lenient,
    ),
    Difference(
        "keys of odd spellings",
        "It compares values that we do not read.",
        ours=("foreign key",),
        theirs=KEYS,
        when=_has_lenient_key,
    ),
    Difference("empty keys", "It tells an empty key a second time.", theirs=("primary key",), when=_has_no_key),
    Difference("half-empty keys", "To it nothing equals nothing.", theirs=("primary key",), when=_repeats_half_a_key),
    Difference(
        "half-empty references",
        "It wants a row whose key is half empty too.",
        theirs=("foreign key",),
        when=_is_half_a_reference,
    ),
    Difference(
        "unread targets",
        "We do not judge by a table that we could not read whole.",
        theirs=("foreign key",),
        when=_has_an_unread_target,
    ),
    Difference(
        "rows of a wrong length",
        "It judges their cells; we tell the length alone.",
        theirs=(*IN_CELLS, *KEYS),
        when=_is_in_a_row_of_a_wrong_length,
    ),
    Difference(
        "rows of empty cells",
        "It calls them blank and tells little else of them.",
        ours=("required", "number of cells"),
        theirs=("blank row",),
        when=_is_in_an_empty_row,
    ),
    Difference(
        "repeated columns",
        "It takes columns by place; we take the first of a name.",
        ours=(*IN_CELLS, *KEYS, *IN_HEADER),
        theirs=(*IN_CELLS, *KEYS, *IN_HEADER),
        when=_is_moved_by_a_repeated_column,
    ),
)
PANDERA = (
    Difference("first of equal keys", "It tells all of them.", theirs=("primary key",), when=_is_repeated_below),
    Difference(
        "empty parts of keys", "To it nothing equals nothing.", theirs=("primary key",), when=_repeats_half_a_key
    ),
)


@pytest.fixture(scope="module")
def schemas(tmp_path_factory):
    """Our schemas, by name."""
    folder = tmp_path_factory.mktemp("schemas")
    for name, raw in DESCRIPTORS.items():
        (folder / f"{name}.schema.json").write_text(json.dumps(raw), encoding="utf-8")
    return {name: read_schema(folder / f"{name}.schema.json") for name in DESCRIPTORS}


def ours(folder, names, schemas):
    """What our check finds in the files of a folder, and the typed rows."""
    report = Report()
    tables = check_files(Files({name: File(folder / f"{name}.csv", name, schemas[name]) for name in names}), report)
    return {Fault(item.file, item.line, item.column, OURS[item.rule]) for item in report.problems}, tables


def _linked(raw):
    """A descriptor as a package holds it: a table that refers to itself names no resource."""
    keys = json.loads(json.dumps(raw.get("foreignKeys", [])))
    for key in keys:
        if key["reference"]["resource"] == raw["name"]:
            key["reference"]["resource"] = ""
    return {**raw, "foreignKeys": keys}


NAMED = {"$schema": "https://datapackage.org/profiles/2.0/tableschema.json", "fieldsMatch": "equal"}
BY_PLACE = {name: TableSchema.from_descriptor(_linked(raw)) for name, raw in DESCRIPTORS.items()}
BY_NAME = {name: TableSchema.from_descriptor(_linked(raw) | NAMED) for name, raw in DESCRIPTORS.items()}
NO_COLUMNS = TableSchema.from_descriptor({"fields": []})
# Said in full, so that frictionless guesses nothing from a few lines.
DIALECT = Dialect(header=True, header_rows=[1], controls=[CsvControl(delimiter=",", skip_initial_space=False)])
ALL_FAULTS = 1_000_000  # it stops at 1,000 unless told otherwise


class Table(TableResource):
    """A table that is copied as it is: frictionless copies by writing, checking and reading descriptors."""

    def to_copy(self, **options):
        made = table_of(self.name, copied(self.schema))
        made.package = self.package
        return made

    def to_descriptor(self, *, validate=False):
        """Asked for before each table, only to be validated, which a test here does once for all tables."""
        return {}


def table_of(name, schema):
    return Table(name=name, path=f"{name}.csv", format="csv", encoding="utf-8", dialect=DIALECT, schema=schema)


def copied(metadata):
    """A schema or a field that can be changed without the other: of its parts frictionless changes none."""
    made = copy(metadata)
    made.metadata_assigned = set(metadata.metadata_assigned)
    return made


def knows_the_dialect(sniffer, sample, delimiters=None):
    raise csv.Error("frictionless is told the dialect and takes the usual one for what it is not told")


@pytest.fixture(scope="module", autouse=True)
def no_waste():
    """Frictionless copies each field several times a table and guesses a dialect that it is told; see ``Table``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Field, "to_copy", lambda self, **options: copied(self))
        patch.setattr(csv.Sniffer, "sniff", knows_the_dialect)
        yield


@pytest.mark.parametrize("schemas", [BY_PLACE, BY_NAME], ids=["by place", "by name"])
def test_the_descriptors_are_right_to_frictionless(schemas):
    for name, schema in schemas.items():
        assert TableResource.to_descriptor(table_of(name, schema), validate=True)["name"] == name


def ask(name, folder, schemas, **limits):
    """The errors that frictionless finds in one of the files of a folder."""
    resources = [table_of(table, schema) for table, schema in schemas.items()]
    resource = Package(resources=resources, basepath=str(folder)).get_resource(name)
    return resource.validate(limit_errors=ALL_FAULTS, **limits).tasks[0].errors


def theirs(name, folder, texts):
    """What frictionless finds in a table whose lines are rows.

    It takes columns by place, so where the header is off it is asked by place for the header, by name for the rest.
    """
    text = texts[name]
    schemas = {table: BY_PLACE[table] if _is_by_place(item) else BY_NAME[table] for table, item in texts.items()}
    found = {_fault(error, text) for error in ask(name, folder, schemas)}
    if schemas[name] is BY_NAME[name] and not any(fault.line == 1 for fault in found):
        errors = ask(name, folder, {**schemas, name: BY_PLACE[name]}, limit_rows=1)
        found |= {Fault(name, 1, "", "column order") for error in errors if error.type == "incorrect-label"}
    return found


def _is_by_place(text):
    return text.labels == text.schema.columns or _repeats_a_name(text)


def _fault(error, text):
    name = text.schema.name
    kind = error.note.split('"')[1] if error.type == "constraint-error" else THEIRS[error.type]
    if kind == "encoding":
        return Fault(name, 0, "", kind)
    if kind in IN_HEADER:
        return Fault(name, 1, error.field_name if kind == "missing column" else error.label, kind)
    line = text.kept[error.row_number - 1]
    if kind in ("number of cells", "blank row"):
        return Fault(name, line, "", kind)
    columns = {"primary key": text.schema.primary_key, "foreign key": getattr(error, "field_names", ())}
    return Fault(name, line, ", ".join(columns.get(kind) or [error.field_name]), kind)


def looked_at(seed, folder, schemas):
    """The case of a seed; frictionless is asked for lines that are no rows by themselves, since it stops at them."""
    made = corrupted(schemas, seed)
    texts = {name: Text(data, schemas[name]) for name, data in made.files.items()}
    for name, data in made.files.items():
        (folder / f"{name}.csv").write_bytes(data)
    own, _ = ours(folder, made.files, schemas)
    broken = [name for name in made.kinds if not texts[name].is_utf8]
    found = {_fault(error, texts[name]) for name in broken for error in ask(name, folder, {name: NO_COLUMNS})}
    for name, text in texts.items():
        if len(text.kept) < len(text.lines):
            (folder / f"{name}.csv").write_bytes(text.without_broken_lines())
    return Case(texts, own, found.union(*(theirs(name, folder, texts) for name in made.kinds)))


@dataclass
class Found:
    """What cases show: known differences, those of cases that are right to us, kinds that both find, and the rest."""

    names: Counter[str] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    agreed: Counter[str] = field(default_factory=Counter)
    right: int = 0  # to both
    rest: list[str] = field(default_factory=list)

    def add(self, seed, case, differences):
        self.agreed.update(fault.kind for fault in case.ours & case.theirs)
        self.right += not case.ours | case.theirs
        for fault in sorted(case.ours ^ case.theirs):
            known = [difference.name for difference in differences if difference.covers(case, fault)]
            self.names.update(known[:1])
            self.passed.update(known[:1] if not case.ours else [])
            if not known:
                self.rest.append(f"seed {seed}, {'ours' if fault in case.ours else 'theirs'} alone: {tuple(fault)}")
        for name, text in case.texts.items():
            told = {fault.line for fault in case.ours if fault.table == name and fault.kind in ("quotes", "encoding")}
            self.rest += [f"seed {seed}, not told: {name}, lines {run}" for run in text.broken_runs() if not run & told]


@pytest.fixture(scope="module")
def hundred(schemas, tmp_path_factory):
    """A function that gives what frictionless and we find in a hundred seeds, looked at once."""
    folder = tmp_path_factory.mktemp("frictionless")

    @cache
    def look(first):
        found = Found()
        for seed in range(first, first + 100):
            found.add(seed, looked_at(seed, folder, schemas), FRICTIONLESS)
        return found

    return look


class Seeds:
    """Five hundred seeds; there are two classes of them so that two workers share a thousand."""

    first = 0

    @pytest.fixture
    def all_five(self, hundred):
        return [hundred(self.first + 100 * part) for part in range(5)]

    @pytest.mark.parametrize("part", range(5))
    def test_frictionless_finds_what_we_find_but_for_known_differences(self, hundred, part):
        assert hundred(self.first + 100 * part).rest == []

    def test_every_known_difference_is_met(self, all_five):
        met = {name for found in all_five for name in found.names}
        assert {item.name for item in FRICTIONLESS} - met == set()

    def test_every_kind_of_fault_that_frictionless_knows_is_found_by_both(self, all_five):
        met = {kind for found in all_five for kind in found.agreed}
        assert met == {*IN_CELLS, *KEYS, *IN_HEADER, "number of cells", "blank row"}

    def test_nothing_but_half_a_reference_passes_our_check_and_not_theirs(self, all_five):
        assert {name for found in all_five for name in found.passed} == {"half-empty references"}

    def test_many_tables_are_right_to_both(self, all_five):
        assert sum(found.right for found in all_five) >= 50


class TestFirstSeeds(Seeds):
    first = 0


class TestLaterSeeds(Seeds):
    first = 500


@pytest.fixture(scope="module")
def typed(schemas, tmp_path_factory):
    """What pandera and we find in the seeds whose cells all have their types."""
    folder, found = tmp_path_factory.mktemp("pandera"), Found()
    compiled = {name: pandera_schema(schema) for name, schema in schemas.items()}
    for seed in range(200):
        if case := typed_case(seed, folder, schemas, compiled):
            found.add(seed, case, PANDERA)
    return found


class TestPandera:
    """Typed frames: pandera is not asked for types, form, references and unique keys."""

    def test_pandera_finds_what_we_find_but_for_known_differences(self, typed):
        assert typed.rest == []

    def test_every_known_difference_is_met(self, typed):
        assert {item.name for item in PANDERA} - set(typed.names) == set()

    def test_every_kind_of_fault_that_pandera_knows_is_found_by_both(self, typed):
        assert set(typed.agreed) == set(PANDERAS.values())


TYPED = [kind for kind in CELLS if kind not in ("a value of another type", "a newline in a cell")]


def typed_case(seed, folder, schemas, compiled):
    """The case of a seed for pandera, or none where not every cell has its type."""
    made = corrupted(schemas, seed, TYPED)
    name, data = next(iter(made.files.items()))
    (folder / f"{name}.csv").write_bytes(data)
    own, tables = ours(folder, [name], schemas)
    if any(fault.kind == "type" for fault in own):
        return None
    shared = {fault for fault in own if fault.kind in PANDERAS.values()}
    return Case({name: Text(data, schemas[name])}, shared, panderas(tables[name], compiled[name]))


def panderas(rows, compiled):
    """What a pandera schema finds in typed rows."""
    try:
        compiled.validate(frame(rows.table), lazy=True)
    except pa.errors.SchemaErrors as error:
        return {_pandera_fault(item, rows) for item in error.failure_cases.itertuples()}
    return set()


def _pandera_fault(item, rows):
    kind = PANDERAS[item.check.partition("(")[0]]
    column = ", ".join(rows.schema.primary_key) if kind == "primary key" else item.column
    return Fault(rows.schema.name, int(rows.lines[item.index]), column, kind)


# Our schemas use none of these, but a schema of somebody else may: what it asks must not be passed over in silence.
@pytest.mark.parametrize(
    "kind, constraints, cell",
    [
        ("integer", {"enum": [1, 2]}, "3"),
        ("boolean", {"enum": [True]}, "false"),
        ("date", {"minimum": "2000-01-01"}, "1999-12-31"),
        ("string", {"pattern": "[0-9]{3}"}, "a1234"),  # to the standard a pattern is one of the whole cell
        ("string", {"minLength": 3}, "ab"),
        ("string", {"unique": True}, "ab"),
        ("integer", {"exclusiveMinimum": 3}, "3"),
    ],
)
def test_a_constraint_that_frictionless_knows_is_checked_or_refused(tmp_path, kind, constraints, cell):
    raw = {**DESCRIPTORS["towns"], "name": "wells", "fields": [DESCRIPTORS["towns"]["fields"][0]], "uniqueKeys": []}
    raw["fields"] = [*raw["fields"], {"name": "well", "type": kind, "description": "D.", "constraints": constraints}]
    (tmp_path / "wells.schema.json").write_text(json.dumps(raw), encoding="utf-8")
    (tmp_path / "wells.csv").write_text(f"town_id,well\nt01,{cell}\nt02,{cell}\n", encoding="utf-8")
    assert ask("wells", tmp_path, {"wells": TableSchema.from_descriptor(raw | NAMED)}) != []
    try:
        schema = read_schema(tmp_path / "wells.schema.json")
    except SchemaError:
        return
    assert ours(tmp_path, ["wells"], {"wells": schema})[0] != set()


@pytest.mark.parametrize("title, differences", [("frictionless", FRICTIONLESS), ("pandera", PANDERA)])
def test_the_decision_names_every_known_difference(root, title, differences):
    text = (root / "docs" / "decisions" / "0012-differences-from-frictionless.md").read_text(encoding="utf-8")
    section = text.partition(f"## Where {title} differs\n")[2].partition("\n## ")[0]
    assert re.findall(r"^- \*\*(.+?)\*\*", section, re.MULTILINE) == [item.name for item in differences]
