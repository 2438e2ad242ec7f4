"""The build: nothing to do when nothing changed, all or nothing when something is wrong, whole files always."""

import os
import re
import shutil
from types import SimpleNamespace

import pytest

import csea.build
from csea.build import STATE, build, make_files, stale_files
from csea.project import DATABASE, Project
from csea.schema import SchemaError


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} should stand once in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def first_row(path):
    return path.read_text(encoding="utf-8").splitlines()[1]


def touch_platforms(folder):
    """Give the first platform, which has a note, another one."""
    path = folder / "data" / "inputs" / "platforms.csv"
    row = first_row(path)
    edit(path, row, f"{row.rsplit(',', 1)[0]},Changed for a test")


def contents(folder):
    """Every file of the project by path, but for the record of the last build."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    files.pop(STATE, None)
    return files


@pytest.fixture(scope="module")
def made(copy_to, tmp_path_factory):
    """A copy after a build; to be left as it is."""
    folder = copy_to(tmp_path_factory.mktemp("made"))
    assert build(Project.read(folder)).report.errors == []
    return folder


@pytest.fixture(scope="module")
def remade(made, tmp_path_factory):
    """A copy built again after an edit of one hand-kept file, what came of it, and all files; to be left as it is."""
    folder = tmp_path_factory.mktemp("remade") / "copy"
    shutil.copytree(made, folder)
    for path in folder.rglob("*"):
        os.utime(path, (1, 1))
    touch_platforms(folder)
    files = {}

    def make_and_keep(*given):
        files.update(make_files(*given))
        return files

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csea.build, "make_files", make_and_keep)
        result = build(Project.read(folder))
    return SimpleNamespace(folder=folder, result=result, files=files)


@pytest.fixture
def folder(made, tmp_path):
    """A copy after a build, which a test may change."""
    return shutil.copytree(made, tmp_path / "copy")


TOUCHED = {
    "data/platforms.csv",
    "data/parquet/platforms.parquet",
    "docs/codebook.md",
    "datapackage.json",
    DATABASE,
}


def test_up_to_date_after_a_build(made):
    assert build(Project.read(made)).up_to_date


def test_up_to_date_where_a_file_was_only_touched(folder):
    os.utime(folder / "data" / "inputs" / "platforms.csv")
    assert build(Project.read(folder)).up_to_date


@pytest.mark.parametrize("path", ["data/cases.csv", "data/parquet/cases.parquet", "datapackage.json", DATABASE])
def test_up_to_date_not_where_a_made_file_is_missing(folder, path):
    (folder / path).unlink()
    assert not csea.build._is_current(folder)


@pytest.mark.parametrize("path", ["VERSION", "schemas/cases.schema.json", "data/inputs/figures.csv"])
def test_up_to_date_not_where_a_source_changed(folder, path):
    with (folder / path).open("ab") as file:
        file.write(b" ")
    assert not csea.build._is_current(folder)


def test_up_to_date_not_where_the_record_is_broken(folder):
    (folder / STATE).write_text("{")
    assert not csea.build._is_current(folder)


def test_touched_input_is_built_again(remade):
    assert not remade.result.up_to_date


def test_touched_input_has_only_the_files_written_that_follow_from_it(remade):
    labelled = {"docs/codebook.md", "docs/quality.md"}  # name the version, which changes with the first edit after one
    assert set(remade.result.written) - labelled == TOUCHED - labelled


def test_touched_input_leaves_every_other_file_untouched(remade):
    folder = remade.folder
    new = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.stat().st_mtime != 1}
    files = {path for path in new if (folder / path).is_file()}
    assert files == {*remade.result.written, "data/inputs/platforms.csv", STATE}


def test_touched_input_is_up_to_date_afterwards(remade):
    assert build(Project.read(remade.folder)).up_to_date


@pytest.fixture(params=["measure", "instrument"])
def unmapped(request, folder):
    """A project in which the first row of a hand-kept file has a name that is mapped to nothing."""
    name, position = {"measure": ("figures", 2), "instrument": ("milestones", 1)}[request.param]
    path = folder / "data" / "inputs" / f"{name}.csv"
    row = first_row(path)
    cells = row.split(",")
    cells[position] = "Unheard of"
    edit(path, row, ",".join(cells))
    return folder, f"data/inputs/{name}.csv", request.param


def test_unmapped_name_is_one_problem_with_its_place(unmapped):
    folder, file, column = unmapped
    (problem,) = build(Project.read(folder)).report.problems
    assert (problem.rule, problem.file, problem.line, column in problem.column) == ("key.foreign", file, 2, True)


def test_unmapped_name_is_shown_as_written(unmapped):
    folder, _, _ = unmapped
    (problem,) = build(Project.read(folder)).report.problems
    assert "Unheard of" in problem.value


def test_unmapped_name_changes_no_file(unmapped):
    folder, _, _ = unmapped
    before = contents(folder)
    build(Project.read(folder))
    assert contents(folder) == before


def test_case_of_an_impossible_kind_is_a_problem_and_no_crash(folder):
    path = folder / "data" / "inputs" / "coded_releases.csv"
    row = next(line for line in path.read_text(encoding="utf-8").splitlines() if ",charge,true,true," in line)
    edit(path, row, row.replace(",charge,true,true,", ",program,true,true,"))
    problems = build(Project.read(folder)).report.errors
    assert "program" in {problem.value for problem in problems}


class Killed(BaseException):
    """What ends a process in the middle of its work."""


@pytest.fixture
def writing(folder, remade, monkeypatch):
    """A copy with the edit of ``remade``, and a patch under which a build has its files at once: only they are written.

    What follows from the same edit of the same copy is known; tests of writing need not wait for it again.
    """
    touch_platforms(folder)
    with monkeypatch.context() as patch:
        patch.setattr(csea.build, "make_files", lambda *given: remade.files)
        yield folder, patch


@pytest.mark.parametrize("path", ["data/parquet/platforms.parquet", "datapackage.json"])
def test_killed_before_a_file_leaves_whole_files_and_the_next_build_repairs(writing, made, remade, path):
    folder, patch = writing
    write = csea.build.write_atomic

    def write_or_die(target, data):
        if target == folder / path:
            raise Killed
        return write(target, data)

    patch.setattr(csea.build, "write_atomic", write_or_die)
    with pytest.raises(Killed):
        build(Project.read(folder))
    patch.undo()
    old, new = contents(made), contents(remade.folder)
    assert [name for name, data in contents(folder).items() if data not in (old[name], new[name])] == []
    build(Project.read(folder))
    assert contents(folder) == new


def test_killed_while_flushing_leaves_no_part_of_a_file(writing, made):
    folder, patch = writing

    def die(_):
        raise Killed

    patch.setattr(os, "fsync", die)
    with pytest.raises(Killed):
        build(Project.read(folder))
    before = contents(made) | {"data/inputs/platforms.csv": (folder / "data/inputs/platforms.csv").read_bytes()}
    assert contents(folder) == before


@pytest.fixture(scope="module")
def edited(made, tmp_path_factory):
    """Files before, result and files after looking for stale files where a published table was edited by hand."""
    folder = shutil.copytree(made, tmp_path_factory.mktemp("edited") / "copy")
    row = first_row(folder / "data" / "platforms.csv")
    edit(folder / "data" / "platforms.csv", row, f"{row.rsplit(',', 1)[0]},Changed by hand")
    before = contents(folder)
    return before, stale_files(Project.read(folder)), contents(folder)


def test_stale_files_names_a_published_table_that_was_edited_by_hand(edited):
    _, result, _ = edited
    assert result.written == ["data/platforms.csv"]


def test_stale_files_writes_nothing(edited):
    before, _, after = edited
    assert after == before


def test_published_files_are_those_that_the_inputs_give(made, uncorrected):
    def published(folder):
        paths = [*folder.glob("data/*.csv"), *folder.glob("data/parquet/*.parquet"), *folder.glob("data/registry/*")]
        paths += [folder / "docs/codebook.md", folder / "datapackage.json"]
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}

    made_here, in_repository = published(made), published(uncorrected)
    assert [path for path in made_here if made_here[path] != in_repository.get(path)] == []


RULE = """
- {{id: sample_rule, severity: error, table: {table}, column: case_id, sentence: It holds., fix: Mend it., sql: {sql}}}
"""
QUESTION = "-- title: t\n-- question: q\n-- caveat: c\n-- coverage: v\n-- asks: Researchers\n-- covered by: n\n"


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("schemas/rules/sample.yaml", "x: [", "sample.yaml is not YAML"),
        ("schemas/rules/sample.yaml", "", "sample.yaml: a rule needs exactly"),
        (
            "schemas/rules/sample.yaml",
            RULE.format(table="town", sql="SELECT 1"),
            "sample_rule in schemas/rules/ is on town",
        ),
        (
            "schemas/rules/sample.yaml",
            RULE.format(table="cases", sql="SELECT case_id FROM cases"),
            "sample_rule in schemas/rules/ lacks found",
        ),
        ("schemas/views/sample.sql", "select 1", "sample.sql: the header lacks title"),
        (
            "schemas/views/sample.sql",
            f"{QUESTION}select a from nowhere",
            "sample.sql fails: no such table: nowhere",
        ),
        (
            "schemas/views/sample.sql",
            f"{QUESTION}select 1 as m",
            "sample.sql: the answer lacks n, named as what its numbers rest on",
        ),
        (
            "schemas/views/sample.sql",
            f"{QUESTION}select 1 as n;\n-- page: moon\nselect n from sample where :moon = ''",
            "sample.sql: the page asks for moon, which schemas/parameters.yaml does not define",
        ),
        ("schemas/sample.schema.json", "{", "sample.schema.json cannot be read"),
    ],
)
def test_a_faulty_definition_is_named_and_nothing_is_written(copy, path, text, said):
    before = {file: file.read_bytes() for file in copy.rglob("*") if file.is_file()}
    (copy / path).write_text(text)
    with pytest.raises(SchemaError, match=re.escape(said)):
        build(Project.read(copy))
    assert {file: file.read_bytes() for file in before} == before


def test_a_hand_kept_file_that_no_schema_describes_is_named(copy):
    (copy / "data/inputs/platform.csv").write_text("platform_id\n")
    problems = build(Project.read(copy)).report.problems
    assert [(problem.rule, problem.file) for problem in problems] == [("form.unknown_file", "data/inputs/platform.csv")]


def test_a_hand_kept_file_that_is_missing_is_named(copy):
    (copy / "data/inputs/platforms.csv").unlink()
    problems = build(Project.read(copy)).report.problems
    assert [(problem.rule, problem.file) for problem in problems] == [("form.readable", "data/inputs/platforms.csv")]


def test_a_source_that_changes_while_tables_are_made_stops_the_build(folder, monkeypatch):
    """A withdrawal that a slow build overlaps must not be undone by it."""
    make = csea.build.make_files

    def make_slowly(project, report, step):
        made = make(project, report, step)
        touch_platforms(folder)
        return made

    before = (folder / "data" / "platforms.csv").read_bytes()
    (folder / STATE).unlink()
    monkeypatch.setattr(csea.build, "make_files", make_slowly)
    result = build(Project.read(folder))
    assert ([problem.rule for problem in result.report.errors], result.written) == (["build.changed"], [])
    assert (folder / "data" / "platforms.csv").read_bytes() == before
