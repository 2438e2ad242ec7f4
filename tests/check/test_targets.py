"""What a path means: which files are read, by which schema, and of which of them faults are told."""

from pathlib import Path

import pytest

from csea.check.targets import inputs_of, of_paths, of_project, published, unresolved
from csea.errors import UsageError
from csea.project import Project

USES = "case_id,suspect_no,platform_id,conduct\n"


@pytest.fixture
def outside(tmp_path):
    """A function that writes files, with a header each, into a folder outside the project."""

    def write(*names):
        for name in names:
            (tmp_path / name).write_text(USES, encoding="utf-8")
        return tmp_path

    return write


def group_of(project, *paths, schema=None):
    """The one group of files that the paths mean."""
    (group,) = [group for group in of_paths(project, paths, schema)[0] if group.files]
    return group


def test_the_project_is_all_that_it_keeps(project, root):
    groups, problems = of_project(project)
    shown = {file.shown for group in groups for file in group.files.values()}
    kept = {path.relative_to(root).as_posix() for path in (root / "data").rglob("*.csv")}
    assert (shown, problems) == (kept, [])


@pytest.mark.parametrize("folder", [".", "data"])
def test_the_folder_of_the_project_means_the_project(project, root, folder):
    groups, _ = of_paths(project, [root / folder], None)
    assert [set(group.files) for group in groups] == [set(group.files) for group in of_project(project)[0]]


def test_a_build_does_not_ask_for_canonical_form_of_what_it_reads(project):
    assert {group.is_canonical for group in inputs_of(project)[0]} == {False}


def test_a_check_asks_for_canonical_form_of_all_that_the_project_keeps(project):
    assert {group.is_canonical for group in of_project(project)[0]} == {True}


@pytest.mark.parametrize("folder, ending", [("data", ".csv"), ("data/parquet", ".parquet")])
def test_published_tables_are_csv_or_in_their_own_folder_parquet(project, root, folder, ending):
    files = published(project, root / folder, folder).files
    assert {name: file.shown for name, file in files.items()} == {
        name: f"{folder}/{name}{ending}" for name in project.tables
    }


def test_published_tables_have_rules_bounds_and_known_failures(project, root):
    group = published(project, root / "data", "data")
    assert (group.rules, group.bounds, group.allowed) == (project.rules, project.bounds, project.allowed)


def test_one_file_is_read_with_those_that_it_refers_to_or_that_its_rules_read(project, root):
    group = group_of(project, root / "data" / "uses.csv")
    read_by_rules = {"releases", "release_platforms", "release_conduct"}
    assert set(group.files) == {"uses", "cases", "platforms"} | read_by_rules


def test_only_faults_of_the_file_asked_for_are_told(project, root):
    group = group_of(project, root / "data" / "uses.csv")
    assert [name for name in group.files if group.tells(name)] == ["uses"]
    assert {rule.table for rule in group.rules} == {"uses"}


def test_a_hand_kept_file_has_the_schema_of_hand_kept_files(project, root):
    group = group_of(project, root / "data" / "inputs" / "figures.csv")
    assert group.files["figures"].schema is project.inputs["figures"]
    assert project.inputs["figures"] != project.tables["figures"]


def test_a_register_has_the_schema_of_registers(project, root):
    group = group_of(project, root / "data" / "registry" / "cases.csv")
    assert [file.schema for name, file in group.files.items() if group.tells(name)] == [project.inputs["register"]]


def test_each_path_is_a_group_of_its_own(project, root):
    groups, _ = of_paths(project, [root / "data" / "uses.csv", root / "data" / "inputs"], None)
    assert [group.asked for group in groups] == [frozenset({"uses"}), None]


def test_a_file_outside_is_shown_as_it_was_given(project, outside, monkeypatch):
    monkeypatch.chdir(outside("uses.csv").parent)
    path = Path(outside().name, "uses.csv")
    assert group_of(project, path).files["uses"].shown == str(path)


def test_a_folder_outside_is_read_by_the_names_of_its_files(project, outside):
    group = group_of(project, outside("uses.csv", "cases.csv", "notes.txt"))
    assert {name: file.schema for name, file in group.files.items()} == {
        name: project.tables[name] for name in ("cases", "uses")
    }


def test_a_folder_outside_has_the_rules_that_its_tables_suffice_for(project, outside):
    folder = outside("figures.csv", "uses.csv")
    rules = group_of(project, folder).rules
    # Rules on uses read tables that are not there.
    assert rules and {rule.table for rule in rules} == {"figures"}


def test_a_folder_outside_has_neither_bounds_nor_known_failures(project, outside):
    group = group_of(project, outside("uses.csv"))
    assert (group.bounds, group.allowed) == ([], [])


def test_a_name_that_only_hand_kept_files_have_is_known_outside_too(project, outside):
    assert group_of(project, outside("coded_releases.csv")).files["coded_releases"].schema.name == "coded_releases"


def test_a_file_that_no_schema_describes_is_a_problem_of_its_folder(project, outside):
    _, problems = of_paths(project, [outside("uses.csv", "relaeses.csv")], None)
    assert [(problem.rule, problem.file) for problem in problems] == [
        ("form.unknown_file", f"{outside()}/relaeses.csv")
    ]


def test_a_file_that_no_schema_describes_is_no_problem_of_the_file_beside_it(project, outside):
    assert of_paths(project, [outside("uses.csv", "notes.csv") / "uses.csv"], None)[1] == []


@pytest.mark.parametrize("folder", ["data", "data/inputs", "data/machine", "data/registry"])
def test_a_file_of_the_project_that_no_schema_describes_is_a_problem(copy, folder):
    (copy / folder / "casess.csv").write_text(USES, encoding="utf-8")
    _, problems = of_project(Project.read(copy))
    assert [(problem.rule, problem.file) for problem in problems] == [("form.unknown_file", f"{folder}/casess.csv")]


def test_a_named_schema_serves_for_a_file_of_any_name(project, outside):
    group = group_of(project, outside("any.csv") / "any.csv", schema="uses")
    assert {name: file.schema for name, file in group.files.items()} == {"uses": project.tables["uses"]}


def test_a_table_is_meant_before_a_file_of_that_name(project, outside, monkeypatch):
    monkeypatch.chdir(outside("any.csv"))
    (outside() / "uses").write_text("{}", encoding="utf-8")
    assert group_of(project, outside() / "any.csv", schema="uses").files["uses"].schema is project.tables["uses"]


def test_references_to_tables_that_are_not_there_are_named(project, outside):
    assert unresolved(group_of(project, outside("uses.csv", "cases.csv"))) == ["components", "platforms"]


def test_references_of_files_that_nobody_asked_about_are_not_named(project, outside):
    folder = outside("uses.csv", "cases.csv", "platforms.csv")
    assert unresolved(group_of(project, folder / "uses.csv")) == []


def test_the_published_tables_refer_to_no_table_that_is_not_there(project, root):
    assert unresolved(published(project, root / "data", "data")) == []


@pytest.mark.parametrize("name", ["any.csv", "data"])
def test_a_path_that_is_not_there_is_wrong_usage(project, tmp_path, name):
    with pytest.raises(UsageError, match="There is no file or folder"):
        of_paths(project, [tmp_path / name], None)
