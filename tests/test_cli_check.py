"""`csea check` on every kind of path, its options and exit codes; `csea bounds` and `csea fmt`."""

import json
import shutil
import sys
from xml.etree import ElementTree

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator

USES = "case_id,suspect_no,platform_id,conduct\nc000001,1,oakchat,grooming\nc000002,1,millmail,csam\n"
PLATFORMS = (
    "platform_id,name,owner,platform_kind,launched,closed,verified,source_url,note\n"
    "millmail,Millmail,,email,,,unverified,,\n"
    "oakchat,Oakchat,,messaging,,,unverified,,\n"
)
TOWNS = {
    "name": "towns",
    "title": "Towns",
    "description": "Invented towns.",
    "primaryKey": ["town_id"],
    "fields": [
        {"name": "town_id", "type": "string", "description": "Id.", "constraints": {"required": True}},
        {"name": "residents", "type": "integer", "description": "People."},
    ],
}
BOUNDS = "schemas/bounds.csv"
ALL_IS_WELL = (0, "No problems found.\n")


@pytest.fixture(scope="module")
def copied(copy_to, tmp_path_factory):
    """A copy of the project; tests put back what they change."""
    return copy_to(tmp_path_factory.mktemp("project"))


@pytest.fixture
def change(copied):
    """A function that changes text in a file of the copy; afterwards the file is as it was."""
    kept = {}

    def change_text(name, old, new):
        path = copied / name
        data = path.read_bytes()
        kept.setdefault(path, data)
        assert old.encode() in data
        path.write_bytes(data.replace(old.encode(), new.encode(), 1))

    yield change_text
    for path, data in kept.items():
        path.write_bytes(data)


@pytest.fixture
def rebound(copied, change):
    """A function that writes the bounds of the rows of uses; afterwards they are as they were."""

    def write_bound(line):
        lines = (copied / BOUNDS).read_text(encoding="utf-8").splitlines()
        change(BOUNDS, next(item for item in lines if item.startswith("uses,,")), line)

    return write_bound


@pytest.fixture
def theirs(tmp_path):
    """A folder outside the project with two tables that refer to each other and hold."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    (folder / "uses.csv").write_text(USES, encoding="utf-8")
    (folder / "platforms.csv").write_text(PLATFORMS, encoding="utf-8")
    return folder


def places(result):
    """Rule, file and line of every problem in a JSON report."""
    return [(item["rule"], item["file"], item["line"]) for item in json.loads(result.out)["problems"]]


def typo(path):
    path.write_text(path.read_text(encoding="utf-8").replace("grooming", "groming"), encoding="utf-8")


# What a path means.


@pytest.mark.parametrize("path", ["data", "data/inputs", "data/machine", "data/registry", "data/parquet"])
def test_a_folder_of_the_project_passes(csea, copied, path):
    result = csea("--root", copied, "check", copied / path)
    assert (result.code, result.out) == ALL_IS_WELL


@pytest.mark.parametrize("path", ["data/cases.csv", "data/inputs/figures.csv", "data/parquet/cases.parquet"])
def test_a_file_of_the_project_passes_without_a_note(csea, copied, path):
    result = csea("--root", copied, "check", copied / path)
    assert (result.code, result.out, result.err) == (*ALL_IS_WELL, "")


def test_a_file_is_named_as_the_project_names_it_wherever_one_stands(csea, copied, change, monkeypatch):
    change("data/uses.csv", ",grooming\n", ",groming\n")
    monkeypatch.chdir(copied / "data")
    result = csea("--root", copied, "check", "uses.csv", "--format", "json")
    assert [file for _, file, _ in places(result)] == ["data/uses.csv"]


def test_a_reference_from_one_file_is_judged_by_the_files_beside_it(csea, copied, change):
    change("data/uses.csv", ",facebook,", ",facebok,")
    result = csea("--root", copied, "check", copied / "data" / "uses.csv", "--format", "json")
    assert [rule for rule, _, _ in places(result)] == ["key.foreign"]
    assert 'Did you mean \\"facebook\\"?' in result.out


def test_faults_of_the_files_beside_it_are_not_told(csea, copied, change):
    change("data/platforms.csv", "platform_id,", "\ufeffplatform_id,")
    result = csea("--root", copied, "check", copied / "data" / "uses.csv")
    assert (result.code, result.out) == ALL_IS_WELL


def test_a_rule_on_one_file_is_judged_with_the_files_beside_it(csea, copied, change):
    change("data/uses.csv", ",facebook,grooming\n", ",facebook,csam\n")  # which no release says
    result = csea("--root", copied, "check", copied / "data" / "uses.csv", "--format", "json")
    assert [item[:2] for item in places(result)] == [("rule.use_is_coded", "data/uses.csv")]


def test_several_paths_are_checked_in_one_run(csea, copied, change):
    change("data/uses.csv", ",grooming\n", ",groming\n")
    change("data/inputs/platforms.csv", ",unverified,", ",unverifed,")
    paths = [copied / "data" / "uses.csv", copied / "data" / "inputs" / "platforms.csv"]
    result = csea("--root", copied, "check", *paths, "--format", "json")
    assert [file for _, file, _ in places(result)] == ["data/uses.csv", "data/inputs/platforms.csv"]


def test_a_folder_outside_the_project_is_checked_by_the_names_of_its_files(csea, theirs):
    typo(theirs / "uses.csv")
    result = csea("check", theirs, "--format", "json")
    assert places(result) == [("column.enum", f"{theirs}/uses.csv", 2)]


def test_references_within_a_folder_outside_the_project_are_judged(csea, theirs):
    (theirs / "platforms.csv").write_text(PLATFORMS.replace("oakchat", "oaktalk"), encoding="utf-8")
    result = csea("check", theirs, "--format", "json")
    assert places(result) == [("key.foreign", f"{theirs}/uses.csv", 2)]


def test_a_file_that_no_schema_describes_is_an_error_in_a_folder(csea, theirs):
    (theirs / "relaeses.csv").write_text("a\n", encoding="utf-8")
    result = csea("check", theirs, "--format", "json")
    assert places(result) == [("form.unknown_file", f"{theirs}/relaeses.csv", 0)]
    assert 'Did you mean \\"releases\\"?' in result.out


def test_a_folder_of_parquet_is_checked_by_the_row(csea, tmp_path):
    columns = {"case_id": ["c000001", "c000002"], "suspect_no": [1, 1], "platform_id": ["oakchat", "millmail"]}
    pq.write_table(pa.table({**columns, "conduct": ["csam", "groming"]}), tmp_path / "uses.parquet")
    result = csea("check", tmp_path)
    assert (result.code, f"{tmp_path}/uses.parquet, row 2, case_id=c000002" in result.out) == (1, True)


def test_a_table_that_is_there_as_csv_and_as_parquet_is_checked_as_both(csea, theirs):
    columns = {"case_id": ["c000001"], "suspect_no": [1], "platform_id": ["oakchat"], "conduct": ["csam"]}
    pq.write_table(pa.table(columns), theirs / "uses.parquet")
    typo(theirs / "uses.csv")
    assert places(csea("check", theirs, "--format", "json")) == [("column.enum", f"{theirs}/uses.csv", 2)]


def test_a_parquet_file_beside_the_published_csv_is_the_one_that_is_checked(csea, copied):
    path = copied / "data" / "uses.parquet"
    path.write_bytes(b"no table")
    try:
        result = csea("--root", copied, "check", path, "--format", "json")
    finally:
        path.unlink()
    assert places(result) == [("form.readable", "data/uses.parquet", 0)]


# --schema.


def test_a_file_of_any_name_is_checked_by_the_schema_of_a_table(csea, theirs):
    typo(theirs / "uses.csv")
    path = (theirs / "uses.csv").rename(theirs / "any name.csv")
    result = csea("check", path, "--schema", "uses", "--format", "json")
    assert places(result) == [("column.enum", str(path), 2)]


def test_a_file_of_any_name_is_checked_by_the_schema_of_a_hand_kept_file(csea, copied, tmp_path):
    path = tmp_path / "numbers.csv"
    shutil.copy(copied / "data" / "inputs" / "figures.csv", path)
    passed = csea("check", path, "--schema", "inputs/figures", "--quiet")
    refused = csea("check", path, "--schema", "figures", "--quiet")
    # The hand-kept file names measures in words, the table by id: only one of the two schemas admits it.
    assert (passed.code, refused.code) == (0, 1)


def test_a_file_is_checked_by_a_table_schema_of_ones_own(csea, tmp_path):
    (tmp_path / "towns.json").write_text(json.dumps(TOWNS), encoding="utf-8")
    path = tmp_path / "any.csv"
    path.write_text("town_id,residents\nt1,twelve\n", encoding="utf-8")
    result = csea("check", path, "--schema", tmp_path / "towns.json", "--format", "json")
    assert places(result) == [("column.type", str(path), 2)]


def test_several_files_can_be_held_to_one_schema(csea, theirs):
    typo(theirs / "uses.csv")
    other = theirs / "more.csv"
    shutil.copy(theirs / "uses.csv", other)
    result = csea("check", theirs / "uses.csv", other, "--schema", "uses", "--format", "json")
    assert [file for _, file, _ in places(result)] == [f"{theirs}/uses.csv", str(other)]


FAULTY_SCHEMAS = {
    "no JSON": "{",
    "no primary key": {**TOWNS, "primaryKey": None},
    "a key that is no column": {**TOWNS, "primaryKey": ["town"]},
    "a reference from no column": {
        **TOWNS,
        "foreignKeys": [{"fields": ["town"], "reference": {"resource": "towns", "fields": ["town_id"]}}],
    },
    "an unknown type": {**TOWNS, "fields": [{"name": "town_id", "type": "year", "description": "Id."}]},
    "a pattern that is none": {
        **TOWNS,
        "fields": [{"name": "town_id", "type": "string", "description": "Id.", "constraints": {"pattern": "^(?=t)"}}],
    },
    "a minimum that is no number": {
        **TOWNS,
        "fields": [{"name": "town_id", "type": "integer", "description": "Id.", "constraints": {"minimum": "one"}}],
    },
}


@pytest.mark.parametrize("what", FAULTY_SCHEMAS)
def test_a_faulty_schema_is_named_in_one_sentence(csea, tmp_path, what):
    schema = FAULTY_SCHEMAS[what]
    (tmp_path / "towns.json").write_text(schema if isinstance(schema, str) else json.dumps(schema), encoding="utf-8")
    (tmp_path / "any.csv").write_text("town_id,residents\nt1,12\n", encoding="utf-8")
    result = csea("check", tmp_path / "any.csv", "--schema", tmp_path / "towns.json")
    assert result.code != 0
    assert result.err.startswith(f"csea: {tmp_path}/towns.json ") and result.err.count("\n") == 1
    assert "Error" not in result.err  # the name of an exception tells a contributor nothing


def test_a_primary_key_may_be_the_name_of_a_column(csea, tmp_path):
    # As the Table Schema standard allows.
    (tmp_path / "towns.json").write_text(json.dumps({**TOWNS, "primaryKey": "town_id"}), encoding="utf-8")
    (tmp_path / "any.csv").write_text("town_id,residents\nt1,12\nt1,12\n", encoding="utf-8")
    result = csea("check", tmp_path / "any.csv", "--schema", tmp_path / "towns.json", "--format", "json")
    assert [rule for rule, _, _ in places(result)] == ["key.primary"]


# Wrong usage: one plain sentence and exit code 2.


@pytest.fixture
def wrong(csea, theirs, monkeypatch):
    """A function that runs `csea check` beside the folder `theirs` and gives the sentence that refuses."""
    (theirs / "casses.csv").write_text("a\n", encoding="utf-8")
    (theirs / "cases.xlsx").write_bytes(b"PK\x03\x04")
    (theirs.parent / "empty").mkdir()
    monkeypatch.chdir(theirs.parent)

    def run(line):
        result = csea("check", *line.split())
        assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
        return result.err

    return run


@pytest.mark.parametrize(
    "line, sentence",
    [
        ("theirs/uses.csv --schema usse", "There is no schema 'usse'. Did you mean \"uses\"? Give a table"),
        ("theirs/uses.csv --schema inputs/figurse", 'Did you mean "inputs/figures"?'),
        ("theirs/casses.csv", "No schema is called 'casses'. Did you mean \"cases\"? Say which one"),
        ("nowhere.csv", "There is no file or folder nowhere.csv."),
        ("nowhere.csv --schema uses", "There is no file or folder nowhere.csv."),
        ("empty", "empty holds no CSV or Parquet file that is named like a table of ours."),
        ("theirs/cases.xlsx", "theirs/cases.xlsx is neither a .csv nor a .parquet file."),
        ("theirs --schema uses", "theirs is no file."),
        ("--schema uses", "--schema needs a file to check: csea check FILE --schema NAME."),
        ("--dry-run", "--dry-run goes with --fix: checking alone changes nothing."),
        ("theirs --witness", "--witness checks the whole project; leave out the path."),
    ],
)
def test_wrong_usage_is_refused_in_one_plain_sentence(wrong, line, sentence):
    told = wrong(line)
    assert told.startswith("csea: ") and sentence in told


# What is printed.


def test_references_that_were_not_checked_are_noted_apart_from_the_report(csea, theirs):
    result = csea("check", theirs)
    assert (result.code, result.out) == ALL_IS_WELL
    assert result.err == "References to cases were not checked: no such file beside it.\n"


@pytest.mark.parametrize("option", [["--quiet"], ["--format", "json"]], ids=" ".join)
def test_the_note_on_references_is_left_out_where_nobody_reads_it(csea, theirs, option):
    assert csea("check", theirs, *option).err == ""


@pytest.fixture
def eight(theirs):
    """A file with eight faults of one rule."""
    rows = "".join(f"c{number:06},1,oakchat,groming\n" for number in range(1, 9))
    (theirs / "uses.csv").write_text(USES.partition("\n")[0] + "\n" + rows, encoding="utf-8")
    return theirs / "uses.csv"


def test_five_problems_of_a_rule_are_shown(csea, eight):
    assert csea("check", eight).out.count(f"{eight}:") == 5


def test_all_shows_every_problem(csea, eight):
    assert csea("check", eight, "--all").out.count(f"{eight}:") == 8


def test_json_fits_its_schema(csea, eight, root):
    schema = json.loads((root / "schemas" / "formats" / "check-report.schema.json").read_text(encoding="utf-8"))
    result = csea("check", eight, "--format", "json")
    Draft202012Validator(schema).validate(json.loads(result.out))
    assert (result.code, len(places(result))) == (1, 8)


def test_github_annotations_come_one_a_line(csea, eight):
    result = csea("check", eight, "--format", "github")
    assert result.code == 1
    assert [line.partition(" ")[0] for line in result.out.splitlines()] == ["::error"] * 5


def test_github_prints_nothing_when_all_is_well(csea, theirs):
    result = csea("check", theirs, "--format", "github")
    assert (result.code, result.out) == (0, "")


@pytest.mark.parametrize("fault, code, failures", [(False, 0, "0"), (True, 1, "1")])
def test_junit_tells_whether_a_rule_failed(csea, theirs, fault, code, failures):
    if fault:
        typo(theirs / "uses.csv")
    result = csea("check", theirs, "--format", "junit")
    assert (result.code, ElementTree.fromstring(result.out).get("failures")) == (code, failures)


def test_a_quiet_check_still_prints_problems(csea, eight):
    assert "column.enum: 8 errors" in csea("check", eight, "--quiet").out


@pytest.mark.parametrize("terminal, no_color, coloured", [(True, "", True), (True, "1", False), (False, "", False)])
def test_colour_is_for_terminals_unless_the_user_says_no(csea, eight, monkeypatch, terminal, no_color, coloured):
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    assert ("\x1b[" in csea("check", eight).out) == coloured


def test_a_warning_alone_is_told_and_passes(csea, copied, rebound):
    rebound("uses,,1,2")
    result = csea("--root", copied, "check", copied / "data" / "uses.csv")
    assert (result.code, "volume.more_rows: 1 warning" in result.out) == (0, True)


def test_too_few_rows_fail(csea, copied, rebound):
    rebound("uses,,1000,2000")
    result = csea("--root", copied, "check", copied / "data" / "uses.csv")
    assert (result.code, "volume.too_few_rows: 1 error" in result.out) == (1, True)


# csea bounds.


@pytest.fixture
def without_bounds(copied):
    """The copy without its bounds; afterwards they are back."""
    data = (copied / BOUNDS).read_bytes()
    (copied / BOUNDS).unlink()
    yield copied
    (copied / BOUNDS).write_bytes(data)


def test_bounds_are_written_anew_and_then_left_alone(csea, copied, rebound):
    rebound("uses,,1,1000")  # so that they are put back afterwards
    assert csea("--root", copied, "bounds").out == f"wrote {BOUNDS}\n"
    assert "\nuses,,1,1000\n" not in (copied / BOUNDS).read_text(encoding="utf-8")
    assert csea("--root", copied, "bounds").out == f"{BOUNDS} is as it was\n"


def test_a_dry_run_of_bounds_writes_nothing(csea, copied, rebound):
    rebound("uses,,1,1000")
    before = (copied / BOUNDS).read_bytes()
    result = csea("--root", copied, "bounds", "--dry-run")
    assert (result.code, result.out) == (0, f"would write {BOUNDS}\n")
    assert (copied / BOUNDS).read_bytes() == before


def test_bounds_that_the_tables_break_are_written_anew(csea, copied, rebound):
    rebound("uses,,1000,2000")
    assert csea("--root", copied, "bounds").code == 0
    assert csea("--root", copied, "check", copied / "data" / "uses.csv").code == 0


def test_bounds_that_are_missing_are_written(csea, without_bounds):
    result = csea("--root", without_bounds, "bounds")
    assert (result.code, result.out) == (0, f"wrote {BOUNDS}\n")
    assert (without_bounds / BOUNDS).read_text(encoding="utf-8").count("\n") > 50


def test_a_dry_run_of_missing_bounds_writes_nothing(csea, without_bounds):
    result = csea("--root", without_bounds, "bounds", "--dry-run")
    assert (result.code, result.out) == (0, f"would write {BOUNDS}\n")
    assert not (without_bounds / BOUNDS).exists()


def test_a_check_without_bounds_says_what_to_run(csea, without_bounds):
    result = csea("--root", without_bounds, "check")
    assert (result.code, result.out, result.err.count("\n")) == (1, "", 1)
    assert result.err.startswith(f"csea: {BOUNDS} cannot be read: ") and "`csea bounds`" in result.err


def test_bounds_of_faulty_tables_are_not_written(csea, copied, change, rebound):
    change("data/uses.csv", ",grooming\n", ",groming\n")
    rebound("uses,,1,1000")
    before = (copied / BOUNDS).read_bytes()
    result = csea("--root", copied, "bounds")
    assert (result.code, result.out, "column.enum: 1 error" in result.err) == (1, "", True)
    assert (copied / BOUNDS).read_bytes() == before


# csea fmt.

PLATFORM_FILE = "data/inputs/platforms.csv"


def test_fmt_of_canonical_files_says_nothing(csea, copied):
    result = csea("--root", copied, "fmt")
    assert (result.code, result.out, result.err) == (0, "", "")


def test_fmt_writes_canonical_form(csea, copied, change):
    before = (copied / PLATFORM_FILE).read_bytes()
    change(PLATFORM_FILE, "\nadobe,Adobe,", '\nadobe,"Adobe ",')
    result = csea("--root", copied, "fmt")
    assert (result.code, result.err) == (0, "")
    assert result.out == f"wrote {PLATFORM_FILE}: needless quotes, outer spaces\n"
    assert (copied / PLATFORM_FILE).read_bytes() == before


def test_a_dry_run_of_fmt_writes_nothing(csea, copied, change):
    change(PLATFORM_FILE, "\nadobe,Adobe,", "\nadobe,Adobe ,")
    before = (copied / PLATFORM_FILE).read_bytes()
    result = csea("--root", copied, "fmt", "--dry-run")
    assert (result.code, result.out) == (0, f"would write {PLATFORM_FILE}: outer spaces\n")
    assert (copied / PLATFORM_FILE).read_bytes() == before


def test_fmt_removes_the_outer_spaces_of_a_value_from_a_list(csea, copied, change):
    # The same cell breaks the column's list too, but only by its space.
    change(PLATFORM_FILE, ",unverified,", ",unverified ,")
    assert csea("--root", copied, "fmt").out == f"wrote {PLATFORM_FILE}: outer spaces\n"


def test_fmt_leaves_a_file_that_is_at_fault_and_writes_the_others(csea, copied, change):
    change(PLATFORM_FILE, "unverified,", "unverifed ,")
    change("data/inputs/components.csv", "\n", "\n\n")
    before = (copied / PLATFORM_FILE).read_bytes()
    result = csea("--root", copied, "fmt")
    assert (result.code, result.out) == (1, "wrote data/inputs/components.csv: blank lines removed\n")
    assert "column.enum: 1 error" in result.err
    assert (copied / PLATFORM_FILE).read_bytes() == before


def test_fmt_does_not_touch_published_tables(csea, copied, change):
    change("data/uses.csv", "\n", "\n\n")
    before = (copied / "data" / "uses.csv").read_bytes()
    assert csea("--root", copied, "fmt").out == ""
    assert (copied / "data" / "uses.csv").read_bytes() == before
