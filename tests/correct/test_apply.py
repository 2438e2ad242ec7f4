"""A correction goes into its table where the table says what the correction expects, and nowhere else."""

import pandas as pd
import pytest
from writing import change

from csea.correct.apply import apply
from csea.errors import Report

PLATFORMS = [
    {"platform_id": "aim", "name": "AIM", "platform_kind": "messaging", "launched": "1997"},
    {"platform_id": "skype", "name": "Skype", "platform_kind": "video_chat", "launched": None},
]


@pytest.fixture
def run(schemas):
    """A function that applies corrections to the platforms above: the rows by id, and the rules of the problems."""

    def apply_all(*corrections):
        report = Report()
        frame = pd.DataFrame(PLATFORMS, dtype="str")
        table = apply({"platforms": frame}, corrections, schemas, report)["platforms"]
        rows = {row["platform_id"]: row for row in table.to_dict("records")}
        return rows, [(problem.rule, problem.severity) for problem in report.problems]

    return apply_all


ROW = {"platform_id": "newone", "name": "New One"}
PRESENT = {"name": "AIM", "platform_kind": "messaging", "launched": "1997"}


def test_cell_gets_the_right_value(run):
    rows, problems = run(change())
    assert (rows["aim"]["launched"], problems) == ("1998", [])


def test_other_cells_stay(run):
    rows, _ = run(change())
    assert (rows["aim"]["name"], pd.isna(rows["skype"]["launched"])) == ("AIM", True)


def test_empty_cell_is_filled(run):
    assert run(change(key=("skype",), present="", value="2003"))[0]["skype"]["launched"] == "2003"


def test_cell_is_emptied(run):
    assert pd.isna(run(change(value=""))[0]["aim"]["launched"])


def test_value_that_came_by_itself_is_overtaken(run):
    rows, problems = run(change(present="1996", value="1997"))
    assert (rows["aim"]["launched"], problems) == ("1997", [("correction.overtaken", "warning")])


def test_third_value_is_an_error_and_stays(run):
    rows, problems = run(change(present="1995"))
    assert (rows["aim"]["launched"], problems) == ("1997", [("correction.conflict", "error")])


def test_both_values_are_named(schemas):
    report = Report()
    apply({"platforms": pd.DataFrame(PLATFORMS, dtype="str")}, [change(present="1995")], schemas, report)
    assert all(f'"{value}"' in report.problems[0].message for value in ("1997", "1995", "1998"))


def test_row_that_is_not_there_is_an_error(run):
    assert run(change(key=("aimm",)))[1] == [("correction.no_row", "error")]


def test_row_is_added(run):
    rows, problems = run(change(action="add", key=("newone",), column="", row=ROW))
    assert (rows["newone"]["name"], problems) == ("New One", [])


def test_added_row_that_came_by_itself_is_overtaken(run):
    row = {"platform_id": "aim", **PRESENT}
    assert run(change(action="add", column="", row=row))[1] == [("correction.overtaken", "warning")]


def test_added_row_that_is_there_otherwise_is_an_error(run):
    assert run(change(action="add", column="", row={"platform_id": "aim"}))[1] == [("correction.row_exists", "error")]


def test_row_is_removed(run):
    rows, problems = run(change(action="remove", column="", row=PRESENT))
    assert (list(rows), problems) == (["skype"], [])


def test_removed_row_that_has_changed_is_an_error_and_stays(run):
    rows, problems = run(change(action="remove", column="", row={"name": "AIM"}))
    assert ("aim" in rows, problems) == (True, [("correction.conflict", "error")])


def test_removed_row_that_is_gone_is_an_error(run):
    assert run(change(action="remove", key=("gone",), column=""))[1] == [("correction.no_row", "error")]


@pytest.mark.parametrize("state", ["overtaken", "withdrawn"])
def test_correction_out_of_force_changes_nothing(run, state):
    rows, problems = run(change(state=state, present="1996"))
    assert (rows["aim"]["launched"], problems) == ("1997", [])


def test_overtaken_one_whose_source_went_back_is_a_warning(run):
    assert run(change(state="overtaken"))[1] == [("correction.reverted", "warning")]


def test_every_problem_is_told_in_one_run(run):
    assert len(run(change(present="1995"), change(key=("x",)), change(key=("y",)))[1]) == 3


def test_tables_without_corrections_are_the_same_objects(schemas):
    frames = {"platforms": pd.DataFrame(PLATFORMS, dtype="str"), "other": pd.DataFrame()}
    given = change(table="milestones")
    assert apply(frames, [given], schemas, Report())["platforms"] is frames["platforms"]
