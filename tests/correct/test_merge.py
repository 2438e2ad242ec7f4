"""Merges join cases after linking, and stop where a case is not there."""

import pandas as pd
from writing import change

from csea.correct.merge import merge_cases
from csea.errors import Report
from csea.link.cases import Linked

LINKED = Linked(
    pd.Series({"r0000001": "c000001", "r0000002": "c000002", "r0000003": "c000003"}), {"c000009": "c000003"}, set()
)


def merged(*pairs, **parts):
    corrections = [change(action="merge", table="cases", key=(case,), value=into, **parts) for case, into in pairs]
    report = Report()
    linked = merge_cases(LINKED, corrections, report)
    return linked, [(problem.rule, problem.severity) for problem in report.problems]


def test_releases_of_the_merged_case_are_in_the_older_one():
    linked, problems = merged(("c000002", "c000001"))
    assert (linked.ids.to_dict(), problems) == (
        {"r0000001": "c000001", "r0000002": "c000001", "r0000003": "c000003"},
        [],
    )


def test_the_merged_id_forwards():
    assert merged(("c000002", "c000001"))[0].merged == {"c000009": "c000003", "c000002": "c000001"}


def test_releases_of_both_were_put_there_by_a_person():
    assert merged(("c000002", "c000001"))[0].grouped == {"r0000001", "r0000002"}


def test_merge_that_linking_came_to_is_overtaken():
    assert merged(("c000009", "c000003"))[1] == [("correction.overtaken", "warning")]


def test_case_that_is_not_there_is_an_error():
    assert merged(("c000008", "c000003"))[1] == [("correction.no_row", "error")]


def test_case_to_merge_into_that_is_not_there_is_an_error():
    assert merged(("c000003", "c000000"))[1] == [("correction.no_row", "error")]


def test_merge_out_of_force_changes_nothing():
    assert merged(("c000002", "c000001"), state="withdrawn")[0] is LINKED
