"""The version policy: what changed decides the number, and a smaller one is refused with the reason."""

import json

import pyarrow as pa
import pytest

from csea.compare.definitions import KINDS, DefinitionChange
from csea.compare.tables import compare_tables
from csea.errors import UsageError
from csea.release.policy import Reason, bump, level_of, next_version, of_definitions, of_descriptors, of_rows

MAJOR, MINOR, PATCH = (Reason(level, "what", 1) for level in ("major", "minor", "patch"))


def changes(name, old, new):
    """What differs between two tables given as key to value."""
    before, now = (pa.table({"id": [*rows], "value": [*rows.values()]}) for rows in (old, new))
    return compare_tables(name, before, now, ["id"])


CASES = [
    ("towns", {"a": "1"}, {"a": "1", "b": "2"}, "minor"),
    ("towns", {"a": "1", "b": "2"}, {"a": "1"}, "minor"),
    ("towns", {"a": "1"}, {"a": "2"}, "patch"),
    ("corrections", {"a": "1"}, {"a": "1", "b": "2"}, "patch"),
]


@pytest.mark.parametrize(("name", "old", "new", "level"), CASES)
def test_rows_are_minor_and_cells_and_the_record_of_corrections_a_patch(name, old, new, level):
    assert level_of(of_rows([changes(name, old, new)])) == level


@pytest.mark.parametrize("kind", KINDS)
def test_changes_of_schemas_have_their_own_level(kind):
    assert level_of(of_definitions([DefinitionChange(kind, "towns", "name")])) == KINDS[kind]


def test_most_serious_change_decides():
    assert level_of([PATCH, MAJOR, MINOR]) == "major"


def test_reason_counts_and_names_the_first_places():
    found = of_definitions([DefinitionChange("column_removed", f"table{number}", "name") for number in range(7)])
    assert [reason.text() for reason in found] == [
        "column removed (7): table0.name, table1.name, table2.name, table3.name, table4.name and 2 more"
    ]


def test_descriptor_counts_only_in_what_it_means():
    def descriptor(version, title, sha):
        resources = [{"name": "towns", "title": title, "hash": sha, "bytes": len(sha), "rows": 1}]
        return json.dumps({"version": version, "resources": resources}).encode()

    old = descriptor("0.1.0", "Towns", "x")
    assert of_descriptors(old, descriptor("0.2.0", "Towns", "yy")) == []
    (reason,) = of_descriptors(old, descriptor("0.1.0", "Places", "x"))
    assert (reason.level, reason.places) == ("patch", ("towns",))


BUMPS = [("0.1.0", "major", "1.0.0"), ("1.2.3", "minor", "1.3.0"), ("1.2.9", "patch", "1.2.10")]


@pytest.mark.parametrize(("version", "level", "expected"), BUMPS)
def test_bump(version, level, expected):
    assert bump(version, level) == expected


NEXT = [
    (None, "0.1.0", None, [], ("0.1.0", "first")),
    (None, "0.1.0", "1.0.0", [], ("1.0.0", "first")),
    ("0.1.0", "0.1.0", None, [PATCH], ("0.1.1", "patch")),
    ("0.1.0", "0.1.0", None, [PATCH, MINOR], ("0.2.0", "minor")),
    ("0.1.0", "0.1.0", None, [MAJOR], ("1.0.0", "major")),
    ("0.1.0", "0.1.0", "0.2.0", [PATCH], ("0.2.0", "minor")),  # more than is needed
    ("0.1.0", "1.0.0", None, [PATCH], ("1.0.0", "major")),  # VERSION may ask for it, too
]


@pytest.mark.parametrize(("previous", "stated", "wish", "reasons", "expected"), NEXT)
def test_next_version(previous, stated, wish, reasons, expected):
    assert next_version(previous, stated, wish, reasons) == expected


REFUSED = [
    ("0.1.0", "0.1.0", "0.1.1", [MINOR], "0.1.1 is a patch version, and the changes need a minor one, 0.2.0: what"),
    ("0.1.0", "0.1.1", None, [MAJOR], "0.1.1 is a patch version, and the changes need a major one, 1.0.0: what"),
    ("0.1.0", "0.1.0", "0.3.0", [PATCH], "After 0.1.0 comes 0.1.1, 0.2.0 or 1.0.0, not 0.3.0."),
    ("0.1.0", "0.1.0", "0.1.0", [PATCH], "After 0.1.0 comes 0.1.1"),
    ("0.1.0", "0.1.0", "two", [PATCH], "'two' is no version"),
    ("0.1.0", "0.1.0", "0.02.0", [PATCH], "'0.02.0' is no version"),
    (None, "0.1.0", "0.0.9", [], "0.0.9 is less than 0.1.0"),
]


@pytest.mark.parametrize(("previous", "stated", "wish", "reasons", "said"), REFUSED)
def test_smaller_or_strange_version_is_refused_with_the_reason(previous, stated, wish, reasons, said):
    with pytest.raises(UsageError) as refusal:
        next_version(previous, stated, wish, reasons)
    assert said in str(refusal.value)
