"""The command line: help, wrong usage, and bad files that end in one clear problem and no change."""

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from csea.cli import cli


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_the_help_of_every_command_shows_an_example(csea, command):
    result = csea(command, "--help")
    _, found, examples = result.out.partition("Example")
    assert result.code == 0
    assert found and f"csea {command}" in examples


def test_the_help_lists_every_command(csea):
    result = csea("--help")
    assert result.code == 0
    assert all(f"\n  {command} " in result.out for command in cli.commands)


def test_an_unknown_table_is_wrong_usage_with_a_suggestion(csea):
    result = csea("schema", "casses")
    assert (result.code, result.out) == (2, "")
    assert 'Did you mean "cases"?' in result.err
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize("line", ["check --fromat json", "chekc", "check --format xml", "import", "serve --port 0"])
def test_a_mistyped_command_line_is_wrong_usage(csea, line):
    result = csea(*line.split())
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("Usage: csea")


def test_a_folder_that_is_not_there_is_wrong_usage(csea, tmp_path):
    assert csea("--root", tmp_path / "nowhere", "check").code == 2


@pytest.mark.parametrize("command", ["build", "check", "info"])
def test_a_folder_without_a_dataset_is_wrong_usage(csea, tmp_path, command):
    assert csea("--root", tmp_path, command).code == 2


def test_the_list_of_tables_names_every_table(csea, schemas):
    result = csea("schema")
    assert [line.split()[0] for line in result.out.splitlines()] == sorted(schemas)


def test_a_table_is_shown_with_every_column(csea, schemas):
    result = csea("schema", "cases")
    assert result.code == 0
    assert all(f"\n{name} " in result.out for name in schemas["cases"].columns)


def test_a_table_is_shown_as_its_table_schema(csea, root):
    shown = csea("schema", "cases", "--format", "json").out
    assert json.loads(shown) == json.loads((root / "schemas" / "cases.schema.json").read_text(encoding="utf-8"))


def test_a_table_is_shown_as_sql_that_runs(csea, schemas):
    connection = sqlite3.connect(":memory:")
    connection.executescript(csea("schema", "cases", "--format", "sql").out)
    assert [row[1] for row in connection.execute("PRAGMA table_info(cases)")] == schemas["cases"].columns
    connection.close()


def test_a_table_is_shown_as_an_arrow_schema(csea, schemas):
    lines = csea("schema", "cases", "--format", "arrow").out.splitlines()
    assert [line.partition(":")[0] for line in lines] == schemas["cases"].columns
    assert lines[0] == "case_id: string not null"


def test_info_as_json_counts_the_rows_of_every_table(csea, tables):
    result = csea("info", "--json")
    facts = json.loads(result.out)
    assert result.code == 0
    assert facts["tables"] == {name: table.num_rows for name, table in tables.items()}
    assert facts["coverage"]


def test_info_as_text_names_the_version(csea, project):
    assert f"version {project.version}" in csea("info").out.splitlines()[0]


@pytest.mark.parametrize(
    "output, printed",
    [
        ("json", '{\n  "errors": 0,\n  "warnings": 0,\n  "allowed": 0,\n  "problems": []\n}\n'),
        ("github", ""),
        ("text", "No problems found.\n"),
    ],
)
def test_the_repository_passes_its_own_check(csea, output, printed):
    result = csea("check", "--format", output)
    assert (result.code, result.out, result.err) == (0, printed, "")


def test_a_quiet_check_without_problems_prints_nothing(csea):
    assert csea("check", "--quiet").out == ""


# Bad files. Each fault changes the bytes of one file and gives the place that the problem must name.


def cells(data):
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def written(rows):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def set_last(column, value):
    """Write ``value`` into the last row that has a value in ``column``, and name its line."""

    def change(data):
        header, *rows = cells(data)
        position = header.index(column)
        index = max(index for index, row in enumerate(rows) if row[position])
        rows[index][position] = value
        return written([header, *rows]), index + 2

    return change


def drop_column(column):
    def change(data):
        rows = cells(data)
        position = rows[0].index(column)
        return written([row[:position] + row[position + 1 :] for row in rows]), 1

    return change


def repeat_last_row(data):
    rows = cells(data)
    return written([*rows, rows[-1]]), len(rows) + 1


def as_utf_16(data):
    return data.decode().encode("utf-16"), 1


def with_mark(data):
    return b"\xef\xbb\xbf" + data, 1


def emptied(data):
    return b"", 0


def faults(file, column, number, reference, enum):
    """The eight faults in ``file``: the rule that each breaks, the change, the column and value to name."""
    return {
        "a missing column": (file, "form.missing_column", drop_column(column), column, ""),
        "a wrong type": (file, "column.type", set_last(number, "two"), number, "two"),
        "a duplicate key": (file, "key.primary", repeat_last_row, None, None),
        "a dangling key": (file, "key.foreign", set_last(*reference), *reference),
        "a UTF-16 file": (file, "form.encoding", as_utf_16, "", ""),
        "a byte-order mark": (file, "form.byte_order_mark", with_mark, "", ""),
        "a file of zero bytes": (file, "form.empty", emptied, "", ""),
        "an enum value with a typo": (file, "column.enum", set_last(*enum), *enum),
    }


PUBLISHED = faults("data/uses.csv", "conduct", "suspect_no", ("platform_id", "facebok"), ("conduct", "groming"))
INPUT = faults(
    "data/inputs/coded_releases.csv", "psc", "n_suspects", ("component", "usao-zz"), ("release_kind", "sentance")
)


@pytest.fixture(scope="module")
def copied(copy_to, tmp_path_factory):
    return copy_to(tmp_path_factory.mktemp("project"))


@pytest.fixture
def broken(copied):
    """A function that breaks a file of the copy and gives the line to be named; afterwards the file is whole."""
    kept = {}

    def change_file(name, change):
        path = copied / name
        kept[path] = path.read_bytes()
        data, line = change(kept[path])
        assert data != kept[path]
        path.write_bytes(data)
        return line

    yield change_file
    for path, data in kept.items():
        path.write_bytes(data)


def published_bytes(folder):
    """Every file that a build may write, with its bytes."""
    files = [folder / "datapackage.json", *(folder / "data").rglob("*"), *(folder / "docs").rglob("*")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files if path.is_file()}


def check_one_problem(result, file, rule, line, column, value):
    assert result.code == 1
    (problem,) = json.loads(result.out)["problems"]
    assert (problem["rule"], problem["file"], problem["line"]) == (rule, file, line)
    assert column is None or (problem["column"], problem["value"]) == (column, value)
    assert problem["message"] and problem["fix"]


@pytest.mark.parametrize("what", PUBLISHED)
def test_check_names_one_problem_of_a_published_table_and_changes_nothing(csea, copied, broken, what):
    file, rule, change, column, value = PUBLISHED[what]
    line = broken(file, change)
    before = published_bytes(copied)
    check_one_problem(csea("--root", copied, "check", "--format", "json"), file, rule, line, column, value)
    assert published_bytes(copied) == before


@pytest.mark.parametrize("what", INPUT)
def test_check_names_one_problem_of_a_hand_kept_file(csea, copied, broken, what):
    file, rule, change, column, value = INPUT[what]
    line = broken(file, change)
    check_one_problem(csea("--root", copied, "check", "--format", "json"), file, rule, line, column, value)


@pytest.mark.parametrize("what", INPUT)
def test_build_names_one_problem_of_a_hand_kept_file_and_writes_nothing(csea, copied, broken, what):
    file, rule, change, _, _ = INPUT[what]
    line = broken(file, change)
    before = published_bytes(copied)
    result = csea("--root", copied, "build")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(f"{rule}: 1 error\n  {file}:{line}" if line else f"{rule}: 1 error\n  {file}\n")
    assert result.err.endswith("\n1 error, 0 warnings\n")
    assert published_bytes(copied) == before


def test_build_as_json_counts_the_errors(csea, copied, broken):
    broken("data/inputs/coded_releases.csv", with_mark)
    result = csea("--root", copied, "build", "--json")
    assert result.code == 1
    assert json.loads(result.out) == {"up_to_date": False, "files": [], "errors": 1}


def test_check_as_github_annotates_the_line(csea, copied, broken):
    line = broken("data/uses.csv", set_last("conduct", "groming"))
    result = csea("--root", copied, "check", "--format", "github")
    assert result.code == 1
    assert result.out.startswith(f"::error file=data/uses.csv,line={line},title=column.enum::")
    assert len(result.out.splitlines()) == 1


def test_check_as_text_suggests_the_value_that_was_meant(csea, copied, broken):
    broken("data/uses.csv", set_last("conduct", "groming"))
    result = csea("--root", copied, "check")
    assert 'Fix: Did you mean "grooming"?' in result.out


def test_faults_of_two_files_come_out_in_one_run(csea, copied, broken):
    broken("data/uses.csv", with_mark)
    broken("data/inputs/coded_releases.csv", emptied)
    found = json.loads(csea("--root", copied, "check", "--format", "json").out)["problems"]
    assert {(item["rule"], item["file"]) for item in found} == {
        ("form.byte_order_mark", "data/uses.csv"),
        ("form.empty", "data/inputs/coded_releases.csv"),
    }


def test_a_file_that_is_gone_is_named(csea, copied):
    (copied / "data" / "uses.csv").rename(copied / "kept.csv")
    try:
        result = csea("--root", copied, "check", "--format", "json")
    finally:
        (copied / "kept.csv").rename(copied / "data" / "uses.csv")
    check_one_problem(result, "data/uses.csv", "form.readable", 0, "", "")


def test_a_row_out_of_order_is_named(csea, copied, broken):
    def swap(data):
        header, first, second, *rest = data.split(b"\n")
        return b"\n".join([header, second, first, *rest]), 3

    line = broken("data/uses.csv", swap)
    result = csea("--root", copied, "check", "--format", "json")
    check_one_problem(result, "data/uses.csv", "form.order", line, None, None)


@pytest.mark.skipif(os.name != "posix", reason="the console script has another name elsewhere")
def test_the_console_script_runs_without_a_traceback():
    script = Path(sys.executable).with_name("csea")
    result = subprocess.run([script, "schema", "casses"], capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert 'Did you mean "cases"?' in result.stderr and "Traceback" not in result.stderr


@pytest.mark.parametrize("text", [None, "{"])
def test_info_without_published_files_says_what_to_run(csea, copy, text):
    (copy / "datapackage.json").unlink()
    if text:
        (copy / "datapackage.json").write_text(text)
    result = csea("--root", copy, "info")
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "csea build --force" in result.err
