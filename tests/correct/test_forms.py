"""The parts of a file make a correction, or problems that name the part, its line and the fix."""

import pytest
from writing import text_of

from csea.correct.forms import correction_of
from csea.correct.yaml_file import read_parts

ROW = "\n  platform_id: newone\n  name: New One\n  platform_kind: forum\n  verified: unverified"


@pytest.fixture
def made(tmp_path, schemas):
    """A function that makes the correction of a file with these parts, and its problems."""

    def run(text):
        path = tmp_path / "20260131-aim.yaml"
        path.write_text(text)
        parts, problems = read_parts(path, path.name)
        assert problems == []
        return correction_of(path.stem, path.name, parts, schemas)

    return run


def test_change(made):
    correction, problems = made(text_of())
    assert problems == []
    assert (correction.key, correction.column, correction.present, correction.value) == (
        ("aim",),
        "launched",
        "1997",
        "1998",
    )
    assert (correction.is_active, correction.date, correction.lines["value"]) == (True, "2026-01-31", 6)


def test_change_is_what_a_file_without_action_is(made):
    assert made(text_of(action=None))[0].action == "change"


def test_empty_value_empties_the_cell(made):
    assert made(text_of(value=""))[0].value == ""


def test_key_of_several_columns_is_in_the_order_of_the_schema(made):
    key = "\n  role: used\n  release_id: r0000001\n  platform_id: aim"
    correction, _ = made(text_of(table="release_platforms", key=key, column="n_mentions"))
    assert correction.key == ("r0000001", "aim", "used")


def test_added_row_has_its_key_from_its_cells(made):
    text = text_of(action="add", key=None, column=None, present=None, value=None, row=ROW)
    correction, problems = made(text)
    assert problems == []
    assert (correction.key, correction.row["platform_kind"]) == (("newone",), "forum")


def test_merge_is_on_cases(made):
    text = "action: merge\ncase: c000012\ninto: c000003\nwhy: One docket.\nevidence: https://example.org/x\n"
    correction, problems = made(text)
    assert problems == []
    assert (correction.table, correction.key, correction.value) == ("cases", ("c000012",), "c000003")


MERGE = "action: merge\nwhy: One docket.\nevidence: https://example.org/x\n"


@pytest.mark.parametrize(
    ("text", "part", "said"),
    [
        (text_of(action="chnge"), "action", 'Did you mean "change"?'),
        (text_of(table="platfroms"), "table", 'Did you mean "platforms"?'),
        (text_of(column="lunched"), "column", 'Did you mean "launched"?'),
        (text_of(column="platform_id"), "column", "part of the key"),
        (text_of(value="1997"), "value", "is the present one"),
        (text_of(why=None), "why", "is missing"),
        (text_of(why=""), "why", "is empty"),
        (text_of(evidence=None), "evidence", "is missing"),
        (text_of(present=None), "present", "is missing"),
        (text_of(vlaue="x"), "vlaue", 'Did you mean "value"?'),
        (text_of(state="done"), "state", "active, overtaken, withdrawn"),
        (text_of(value='"two\\nlines"'), "value", "line end"),
        (text_of(value='" outer "'), "value", "outer spaces"),
        (text_of(key="\n  platform: aim"), "key", "The key of platforms is platform_id"),
        (text_of(table="release_platforms", column="n_mentions"), "key", "several columns"),
        (
            text_of(action="add", key=None, column=None, present=None, value=None, row="\n  name: X"),
            "row",
            "lacks platform_id",
        ),
        (
            text_of(action="add", key=None, column=None, present=None, value=None, row="\n  nam: X"),
            "row.nam",
            "no column nam",
        ),
        (text_of(action="add", key=None, column=None, present=None, value=None, row="X"), "row", "not a mapping"),
        (text_of(why="\n  a: b"), "why", "is a mapping"),
        (MERGE + "case: c000012\ninto: c000012\n", "into", "with itself"),
        (MERGE + "case: c000003\ninto: c000012\n", "into", "The older id stays"),
        (MERGE + "case: 12\ninto: c000003\n", "case", "no id of a case"),
    ],
)
def test_wrong_part_is_named_with_its_fix(made, text, part, said):
    correction, problems = made(text)
    assert correction is None
    assert [problem.column for problem in problems][:1] == [part]
    assert said in problems[0].message + problems[0].fix


def test_all_wrong_parts_are_told_at_once(made):
    _, problems = made(text_of(column="lunched", state="done", value='" x"'))
    assert {problem.column for problem in problems} == {"column", "state", "value"}
