"""The exact sentences of the reports: broken files, made of invented towns, and what is said of them.

`UPDATE_GOLDEN=1 pytest tests/test_golden.py` writes the golden files anew: read the difference before you keep it.
"""

import gzip
import json
import os
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from csea.check import File, Files, check_files, with_origin
from csea.check.allowed import Allowed
from csea.check.published import check_hashes
from csea.check.rules import Rule
from csea.check.targets import of_paths
from csea.check.volume import Bound
from csea.errors import Report
from csea.reports import FORMATS
from csea.schema import read_schema

GOLDEN = Path(__file__).parent / "golden"
SOURCES = Path(__file__).parents[1] / "scripts" / "csea" / "check"
SCHEMAS = {name: read_schema(GOLDEN / f"{name}.schema.json") for name in ("towns", "offices", "notes")}
HEADER = "office_id,town_id,serves\n"


def checked(folder, shown, **settings):
    """The report on the files of a folder, each of which is named like its table."""
    files = {path.stem: File(path, f"{shown}/{path.name}", SCHEMAS[path.stem]) for path in sorted(folder.glob("*.*"))}
    report = Report()
    check_files(Files(files, **settings), report)
    return report


def faulty_bytes():
    """Files of offices that differ in their bytes alone, by the name of the fault."""
    whole = f"{HEADER}1,t01,t01\n2,t02,\n"
    return {
        "byte_order_mark": b"\xef\xbb\xbf" + whole.encode(),
        "carriage_return": b"office_id,town_id,serves\n1,t01,t01\r2,t02,\n",
        "compressed": gzip.compress(whole.encode()),
        "empty": b"",
        "last_line": whole.encode().removesuffix(b"\n"),
        "latin_1": f"{HEADER}1,t01,Müllbrook\n".encode("latin-1"),
        "line_ends": whole.replace("\n", "\r\n").encode(),
        "nul": f"{HEADER}1,t01,t\x0001\n".encode(),
        "old_mac_line_ends": whole.replace("\n", "\r").encode(),
        "semicolons": whole.replace(",", ";").encode(),
        "utf_16": whole.encode("utf-16"),
    }


def of_bytes(folder):
    files = {}
    for name, data in faulty_bytes().items():
        (folder / f"{name}.csv").write_bytes(data)
    with (folder / "long_line.csv").open("w") as file:
        file.write(HEADER)
        file.truncate(20 * 2**20)  # the rest takes no space
    for name in [*faulty_bytes(), "long_line", "missing"]:
        files[name] = File(folder / f"{name}.csv", f"bytes/{name}.csv", SCHEMAS["offices"])
    report = Report()
    check_files(Files(files), report)
    return report


def of_volume(folder):
    """Tables with fewer and with more rows and values than expected."""
    columns = ",".join(SCHEMAS["towns"].columns)
    towns = [f"t{number},Town {number},{'city' if number < 13 else ''},,,," for number in range(10, 30)]
    (folder / "towns.csv").write_text("\n".join([columns, *towns, ""]), encoding="utf-8")
    offices = [f"{number},t10,t10" for number in range(1, 21)]
    (folder / "offices.csv").write_text(HEADER + "\n".join([*offices, ""]), encoding="utf-8")
    bounds = [
        Bound("towns", "", 1500, 3000),
        Bound("towns", "kind", 80, 100),
        Bound("offices", "", 5, 12),
        Bound("offices", "serves", 0, 50),
    ]
    return checked(folder, "volume", bounds=bounds)


def of_parquet(folder):
    """Parquet with faulty columns, cells and keys, with columns in another order, and no Parquet at all."""
    towns = {
        "town_id": ["t01", "t02", "t02"],
        "name": ["Oakfield", "Mill\nbrook", "Greywick "],
        "kind": ["vilage", None, None],
        "founded": ["1850-03-01", None, None],
        "residents": [1200, None, None],
        "area": [15.5, None, None],
        "has_cuort": [True, None, None],
    }
    pq.write_table(pa.table(towns), folder / "towns.parquet")
    offices = pa.table({"town_id": ["t01"], "office_id": [1], "serves": ["t01"]})
    pq.write_table(offices, folder / "offices.parquet")
    (folder / "notes.parquet").write_text("note_id,title,page,note\n", encoding="utf-8")
    return checked(folder, "parquet")


def of_rules():
    """Two rules of our own, an error and a warning, over tables that hold otherwise."""
    court = Rule(
        "court_in_city",
        "error",
        "towns",
        "has_court",
        "A court sits in a city or a county seat.",
        "Correct the kind of the town, or whether a court sits there.",
        "SELECT town_id, kind AS found FROM towns WHERE has_court AND kind = 'village'",
    )
    placed = Rule(
        "office_has_town",
        "warning",
        "offices",
        "town_id",
        "An office stands in a town.",
        "Look the town up in the county's list.",
        "SELECT office_id, town_id AS found FROM offices WHERE town_id IS NULL",
    )
    return checked(GOLDEN / "rules", "rules", rules=[court, placed])


def of_allowed():
    reason = "The county calls it so."
    entries = [
        Allowed("column.enum", "allowed/towns.csv", reason, key="town_id=t01"),
        Allowed("column.minimum", "allowed/towns.csv", reason, column="residents"),
    ]
    return checked(GOLDEN / "allowed", "allowed", allowed=entries)


def of_generated():
    """A table made from a hand-kept file: the fix says which."""
    report = checked(GOLDEN / "references", "generated")
    return Report([with_origin(problem, SCHEMAS) for problem in report.problems])


def of_privacy(folder):
    """Notes that break each privacy rule once, the last by its length."""
    notes = (GOLDEN / "privacy" / "notes.csv").read_text(encoding="utf-8")
    (folder / "notes.csv").write_text(f"{notes}8,,,{'court ' * 50_000}room\n", encoding="utf-8")
    return checked(folder, "privacy")


def of_published(folder):
    """No descriptor, then one whose only file has other bytes."""
    problems = check_hashes(folder)
    (folder / "towns.csv").write_text("town_id\n", encoding="utf-8")
    resource = {"path": "towns.csv", "hash": "sha256:0000"}
    (folder / "datapackage.json").write_text(json.dumps({"resources": [resource]}), encoding="utf-8")
    return Report([*problems, *check_hashes(folder)])


def of_names(folder, project):
    """A folder with files that no schema describes, one of them misspelt."""
    (folder / "uses.csv").write_text(",".join(project.tables["uses"].columns) + "\n", encoding="utf-8")
    for name in ("relaeses", "towns"):
        (folder / f"{name}.csv").write_text("town_id\n", encoding="utf-8")
    problems = of_paths(project, [folder], None)[1]
    return Report(problems), str(folder)


def of_machines():
    """An error, a warning and a known failure, for the formats that machines read."""
    return Report([*of_rules().problems, *of_allowed().problems])


FILES = ("header", "rows", "cells", "keys", "references", "order")


def compare(name, text):
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text + "\n", encoding="utf-8")
    assert text + "\n" == path.read_text(encoding="utf-8")


def as_text(report):
    return FORMATS["text"](report, False)


@pytest.mark.parametrize("area", FILES)
def test_the_sentences_on_files(area):
    compare(f"{area}.txt", as_text(checked(GOLDEN / area, area)))


@pytest.mark.parametrize("area, make", [("allowed", of_allowed), ("rules", of_rules), ("generated", of_generated)])
def test_the_sentences_on_files_with_rules_and_known_failures(area, make):
    compare(f"{area}.txt", as_text(make()))


@pytest.mark.parametrize(
    "area, make",
    [("bytes", of_bytes), ("volume", of_volume), ("parquet", of_parquet), ("privacy", of_privacy)],
)
def test_the_sentences_on_made_files(tmp_path, area, make):
    compare(f"{area}.txt", as_text(make(tmp_path)))


def test_the_sentences_on_published_files(tmp_path):
    compare("published.txt", as_text(of_published(tmp_path)))


def test_the_sentences_on_names_of_files(tmp_path, project):
    report, folder = of_names(tmp_path, project)
    compare("names.txt", as_text(report).replace(folder, "names"))


@pytest.mark.parametrize("output, ending", [("json", "json"), ("github", "github"), ("junit", "xml")])
def test_the_reports_for_machines(output, ending):
    compare(f"report.{ending}", FORMATS[output](of_machines(), False))


# Rules of the columns are named without their kind: as the word that _marked or Fault is given.
LITERAL = re.compile(r'"((?:form|column|key|privacy|volume|allowed|published)\.\w+)"')
OF_COLUMNS = re.compile(r'(?:\bFault\(|_marked\([\w., ()]*?, |\brule=)"(\w+)"')
REPLACED = {"column.number"}  # renamed to column.canonical before it is told


def ids_in_sources():
    """The ids of rules that the code can give."""
    found = {name for path in SOURCES.glob("*.py") for name in LITERAL.findall(path.read_text(encoding="utf-8"))}
    columns = OF_COLUMNS.findall((SOURCES / "columns.py").read_text(encoding="utf-8"))
    return found | {f"column.{name}" for name in columns} - REPLACED


def test_the_ids_in_the_sources_are_found():
    assert {"column.required", "column.type", "column.maximum", "column.enum", "column.pattern"} <= ids_in_sources()
    assert {"form.empty", "form.unknown_file", "key.unique", "privacy.name", "volume.more_rows"} <= ids_in_sources()


def test_every_rule_stands_in_a_golden_text():
    told = {line.partition(":")[0] for path in GOLDEN.glob("*.txt") for line in path.read_text("utf-8").splitlines()}
    assert sorted(ids_in_sources() - told) == []
