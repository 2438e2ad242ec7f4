"""Every file of data/corrections/ is judged before anything is applied: its place, its values, what else it meets."""

import pytest
from writing import PARTS, text_of, write

from csea.corrections import load_corrections

ADD = {"action": "add", "key": None, "column": None, "present": None, "value": None}


@pytest.fixture
def load(tmp_path, schemas):
    """A function that gives the corrections under the folder, and their problems."""
    return lambda: load_corrections(tmp_path, schemas)


def test_nothing_is_wrong_where_there_is_no_folder(load):
    assert load() == ([], [])


def test_right_files_are_read_in_the_order_of_their_ids(tmp_path, load):
    write(tmp_path, "20260201-later")
    write(tmp_path, "20251231-earlier", column="closed", present="2017", value="2018")
    corrections, problems = load()
    assert ([item.id for item in corrections], problems) == (["20251231-earlier", "20260201-later"], [])


def test_readme_beside_them_is_no_correction(tmp_path, load):
    write(tmp_path).parent.parent.joinpath("README.md").write_text("What this is.")
    assert load()[1] == []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("2026/aim.yaml", "not named like a correction"),
        ("2026/20260131-aim.yml", "not named like a correction"),
        ("2026/20260131-AIM.yaml", "not named like a correction"),
        ("2026/20260231-aim.yaml", "a day that there is"),
        ("2025/20260131-aim.yaml", "folder of its year"),
        ("20260131-aim.yaml", "folder of its year"),
        ("2026/deeper/20260131-aim.yaml", "folder of its year"),
    ],
)
def test_misplaced_file_is_one_problem(tmp_path, load, path, said):
    file = tmp_path / "data" / "corrections" / path
    file.parent.mkdir(parents=True)
    file.write_text(text_of())
    corrections, (problem,) = load()
    assert corrections == []
    assert (problem.rule, said in problem.message) == ("correction.place", True)


@pytest.mark.parametrize("name", ["20260131-aim.yaml", "elsewhere"])
def test_link_out_of_the_folder_is_refused(tmp_path, load, name):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "20260131-aim.yaml").write_text(text_of())
    folder = tmp_path / "data" / "corrections" / "2026"
    folder.mkdir(parents=True)
    (folder / name).symlink_to(outside / "20260131-aim.yaml" if name.endswith("yaml") else outside)
    corrections, (problem,) = load()
    assert (corrections, problem.rule) == ([], "correction.place")


@pytest.mark.parametrize(
    ("parts", "rule", "line"),
    [
        ({"column": "platform_kind", "present": "messaging", "value": "messageing"}, "column.enum", 6),
        ({"value": "not a year"}, "column.type", 6),
        ({"column": "platform_kind", "present": "messaging", "value": ""}, "column.required", 6),
        ({"value": "=1+1", "column": "name", "present": "AIM"}, "form.spreadsheet_formula", 6),
        ({"table": "components", "key": "usao-dc", "column": "latitude", "value": "38.90"}, "column.canonical", 6),
        ({"table": "components", "key": "usao-dc", "column": "latitude", "value": "north"}, "column.type", 6),
        ({"column": "note", "value": "Write to somebody@example.org"}, "privacy.contact", 6),
        (
            {"table": "releases", "key": "r0000001", "column": "title", "value": "Qwertzuiop of Town"},
            "privacy.known_words",
            6,
        ),
        ({"why": "Call 555-010-0199."}, "privacy.contact", 7),
        ({"evidence": "no address"}, "column.pattern", 8),
        ({"credit": "me@example.org"}, "column.pattern", 9),
        ({"present": "Call 555-010-0199."}, "privacy.contact", 5),
    ],
)
def test_value_that_schema_or_privacy_refuses_is_told_at_its_line(tmp_path, load, parts, rule, line):
    write(tmp_path, **parts)
    (problem, *_) = load()[1]
    assert (problem.rule, problem.line, problem.file) == (rule, line, "data/corrections/2026/20260131-aim.yaml")


def test_added_row_must_have_what_the_table_requires(tmp_path, load):
    write(tmp_path, **ADD, row="\n  platform_id: newone\n  name: New One")
    assert {(problem.rule, problem.column) for problem in load()[1]} == {
        ("column.required", "platform_kind"),
        ("column.required", "verified"),
    }


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"table": "cases", "key": "c000001", "column": "origin"}, "correct a release, or merge two cases"),
        ({"table": "releases", "key": "r0000001", "column": "in_scope"}, "is_child_exploitation"),
        ({"table": "releases", "key": "r0000001", "column": "case_id"}, "merge two cases"),
        ({"table": "milestones", "key": "m", "column": "date_due_latest"}, "follows from date_due"),
        ({"table": "codes", "key": "\n  list: a\n  code: b", "column": "label"}, "schemas/"),
        ({**ADD, "table": "releases", "row": "\n  release_id: r9999999"}, "csea collect"),
        (
            {
                **ADD,
                "table": "release_platforms",
                "row": "\n  release_id: r0000001\n  platform_id: aim\n  role: used\n  n_mentions: 1",
            },
            "counted in the text",
        ),
    ],
)
def test_what_follows_from_something_else_says_what_to_correct_instead(tmp_path, load, parts, said):
    write(tmp_path, **parts)
    assert said in " ".join(problem.fix for problem in load()[1])


class TestTwoCorrections:
    def test_of_one_cell_collide(self, tmp_path, load):
        write(tmp_path, "20260131-one")
        write(tmp_path, "20260201-two", value="1999")
        (problem,) = load()[1]
        assert (problem.rule, "20260131-one" in problem.message) == ("correction.collision", True)
        assert problem.file.endswith("20260201-two.yaml")

    def test_of_two_cells_of_a_row_do_not(self, tmp_path, load):
        write(tmp_path, "20260131-one")
        write(tmp_path, "20260201-two", column="closed", present="2017", value="2018")
        assert load()[1] == []

    def test_of_one_cell_do_not_where_one_is_withdrawn(self, tmp_path, load):
        write(tmp_path, "20260131-one", state="withdrawn")
        write(tmp_path, "20260201-two", value="1999")
        assert load()[1] == []

    def test_of_a_row_that_one_removes_collide(self, tmp_path, load):
        write(tmp_path, "20260131-one")
        gone = PARTS | {"action": "remove", "column": None, "present": None, "value": None, "row": "\n  name: AIM"}
        write(tmp_path, "20260201-two", **gone)
        assert [problem.rule for problem in load()[1]] == ["correction.collision"]

    def test_that_merge_in_a_chain_collide(self, tmp_path, load):
        for id_, case, into in (("20260131-one", "c000003", "c000002"), ("20260131-two", "c000002", "c000001")):
            text = f"action: merge\ncase: {case}\ninto: {into}\nwhy: One docket.\nevidence: https://example.org/x\n"
            write(tmp_path, id_, text=text)
        (problem,) = load()[1]
        assert (problem.rule, problem.fix) == ("correction.collision", "Merge c000003 into c000001.")


def test_all_problems_of_all_files_are_told_in_one_run(tmp_path, load):
    write(tmp_path, "20260131-one", value="not a year")
    write(tmp_path, "20260131-two", text="a: [")
    write(tmp_path, "20260131-three", table="nothing")
    assert {problem.rule for problem in load()[1]} == {"column.type", "correction.yaml", "correction.form"}
