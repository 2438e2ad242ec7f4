"""What a withdrawn release said is in no list, and the lists still lead to every version that did not have it."""

import json
from types import SimpleNamespace

import pytest
from small_versions import record, registers, release, schema, texts, withdraw

from csea.io import csv_bytes, sha256
from csea.project import VERSIONS
from csea.release.changes import FOLDER, ChangeListError
from csea.release.history import History, as_of
from csea.release.promises import lost_rows
from csea.release.redaction import redaction

SCHEMAS = {
    "releases": schema("releases", {"release_id": "string", "case_id": "string"}, ["release_id"]),
    "case_links": schema("case_links", {"case_id": "string", "release_id": "string"}, ["case_id", "release_id"]),
    "cases": schema("cases", {"case_id": "string", "origin": "string", "state": "string"}, ["case_id"]),
    "uses": schema("uses", {"case_id": "string", "platform": "string"}, ["case_id", "platform"]),
    "withheld": schema("withheld", {"key_sha256": "string"}, ["key_sha256"]),
}


def version(pairs, cases, uses, withheld=()):
    """Tables of a version: releases with their cases, cases and uses."""
    return {
        "releases": texts("release_id case_id", *sorted(pairs)),
        "case_links": texts("case_id release_id", *sorted(pair[::-1] for pair in pairs)),
        "cases": texts("case_id origin state", *cases),
        "uses": texts("case_id platform", *uses),
        "withheld": texts("key_sha256", *((key,) for key in withheld)),
    }


# What the second release alone said is Oak; it begins in another case, then belongs to one that stays.
ONE, TWO, THREE, FOUR = "r0000001", "r0000002", "r0000003", "r0000004"
A, B, C = "c000001", "c000002", "c000003"
OTHERS, OTHER_CASE, OTHER_USE = [(ONE, A), (FOUR, C)], (C, "Ash", "TX"), (C, "kik")
FIRST = version(
    [*OTHERS, (TWO, B), (THREE, B)], [(A, "Elm", "TX"), (B, "Oak", "UT"), OTHER_CASE], [(A, "x"), (B, "oak"), OTHER_USE]
)
SECOND = version(
    [*OTHERS, (TWO, A), (THREE, B)],
    [(A, "Oak", "TX"), (B, "Yew", "UT"), OTHER_CASE],
    [(A, "oak"), (A, "x"), (B, "yew"), OTHER_USE],
)
THIRD = version(
    [*OTHERS, (THREE, B)],
    [(A, "Elm", "TX"), (B, "Yew", "UT"), OTHER_CASE],
    [(A, "x"), (B, "yew"), OTHER_USE],
    withheld=["bb"],
)
NUMBERS = {ONE: "aa", TWO: "bb", THREE: "cc", FOUR: "dd"}
IDS = registers(*((id_, key, "0.1.0", "active", None) for id_, key in NUMBERS.items()))
ROWS = {name: {TWO} for name in SCHEMAS}
OF_IT = ["case_links", "cases", "releases", "uses"]


@pytest.fixture
def released(tmp_path):
    """Two versions with the release."""
    release(tmp_path, "0.1.0", {}, FIRST, SCHEMAS, ids=IDS)
    release(tmp_path, "0.2.0", FIRST, SECOND, SCHEMAS, ids=IDS)
    record(tmp_path)
    return tmp_path


def entries(root):
    """What versions.json says, the newest version first."""
    return json.loads((root / VERSIONS).read_text())["versions"]


def lists(root):
    return "".join(path.read_text() for path in sorted((root / FOLDER).glob("*.csv")))


def release_third(root, number="0.2.0", before=SECOND):
    """The version after the withdrawal, as `prepare` makes it."""
    project = SimpleNamespace(root=root, released=entries(root))
    last = SimpleNamespace(number=number, tables=SimpleNamespace(tables=before, schemas=SCHEMAS))
    release(root, "0.3.0", before, THIRD, SCHEMAS, ids=IDS, lost=lost_rows(project, last, None))


def bare(root):
    """Without the tables, so that the lists alone are used."""
    for path in (root / "data").glob("*.csv"):
        path.unlink()


class TestCases:
    def test_what_cases_said_with_the_release_is_in_no_list(self, released):
        assert "Oak" in lists(released)
        withdraw(released, ROWS, {TWO})
        assert "Oak" not in lists(released) and "oak" not in lists(released)
        release_third(released)
        assert "Oak" not in lists(released) and "oak" not in lists(released)

    def test_the_list_of_the_next_version_does_not_tell_what_stood_there(self, released):
        release_third(released)  # nothing was redacted before
        text = (released / FOLDER / "0.3.0.csv").read_text()
        assert "Oak" not in text and "oak" not in text

    @pytest.mark.parametrize("is_bare", [True, False])
    def test_the_next_version_comes_out_exactly(self, released, is_bare):
        withdraw(released, ROWS, {TWO})
        release_third(released)
        if is_bare:
            bare(released)
        told = []
        for name, table in THIRD.items():
            assert csv_bytes(as_of(released, "0.3.0", name, told.append)) == csv_bytes(table)
        assert told == []

    @pytest.mark.parametrize("is_bare", [True, False])
    def test_earlier_ones_lack_the_cases_alone_and_say_so(self, released, is_bare):
        withdraw(released, ROWS, {TWO})
        release_third(released)
        if is_bare:
            bare(released)
        told = []
        assert as_of(released, "0.2.0", "cases", told.append).to_pylist() == [
            dict(zip(("case_id", "origin", "state"), OTHER_CASE, strict=True))
        ]
        assert [note.rpartition("hash. ")[2] for note in told] == ["2 rows are missing of 3."]
        assert as_of(released, "0.2.0", "withheld", told.append).num_rows == 0
        assert len(told) == 1

    def test_the_record_says_which_tables_lack_something_and_what_the_lists_are_now(self, released):
        withdraw(released, ROWS, {TWO})
        for entry in entries(released):
            data = (released / FOLDER / f"{entry['version']}.csv").read_bytes()
            assert (entry["changes_bytes"], entry["changes_sha256"]) == (len(data), sha256(data))
            assert entry["redacted"] == OF_IT

    def test_again_after_the_next_version_changes_nothing(self, released):
        withdraw(released, ROWS, {TWO})
        release_third(released)
        assert redaction(released, ROWS, {TWO}).files(released) == {}

    def test_release_that_had_gone_before_takes_no_later_version_along(self, released):
        without = THIRD | {"withheld": SECOND["withheld"]}
        release(released, "0.2.1", SECOND, without, SCHEMAS, ids=IDS)
        record(released)
        withdraw(released, ROWS, {TWO})
        assert "Oak" not in lists(released) and "oak" not in lists(released)
        release_third(released, "0.2.1", without)
        bare(released)
        for name, table in THIRD.items():
            assert csv_bytes(as_of(released, "0.3.0", name)) == csv_bytes(table)


class TestOrder:
    def test_a_run_that_was_killed_after_any_file_is_finished_by_the_same(self, released):
        made = redaction(released, ROWS, {TWO}).files(released)
        bare(released)
        *firsts, last = made
        assert firsts[0] == VERSIONS and len(firsts) == 2
        for path in firsts:
            (released / path).write_bytes(made[path])
            with pytest.raises(ChangeListError, match="is not the list that"):  # never what was to go
                as_of(released, "0.2.0", "releases")
            again = redaction(released, ROWS, {TWO}).files(released)
            assert {**made, **again} == made and path not in again
        (released / last).write_bytes(made[last])
        assert redaction(released, ROWS, {TWO}).files(released) == {}

    def test_a_list_that_is_not_the_recorded_one_stops_it(self, released):
        path = released / FOLDER / "0.1.0.csv"
        path.write_text(path.read_text().replace("Ash", "Fir"))
        with pytest.raises(ChangeListError, match=r"0\.1\.0\.csv is not the list that versions\.json records"):
            redaction(released, ROWS, {TWO})

    def test_a_release_that_was_never_in_a_version_takes_nothing(self, released):
        assert redaction(released, {"cases": {"r0000009"}}, {"r0000009"}).lists == {}
        assert History(released).redacted("0.1.0") == []
