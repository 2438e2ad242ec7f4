"""The archive in numbers, for people and as coverage by day."""

import re

import pytest

from csea.archive.info import coverage_days, facts, to_text
from csea.archive.walks import Walk

AT = "2025-03-02T00:00:00Z"


@pytest.fixture
def small(archive, add, release):
    """Four releases of two days, one of them withdrawn, one without day and office and from a file; one set aside."""
    walk = Walk.start(archive, "full")
    uuids = [f"{release['uuid'][:-1]}{number}" for number in range(4)]
    days = [release["date"], release["date"], "1738818000"]
    listed = [{**release, "uuid": uuid, "date": date} for uuid, date in zip(uuids[:3], days, strict=True)]
    add(archive, *listed, {**listed[0], "body": "<p>Corrected.</p>"}, walk=walk.walk_id)
    archive.flush(1)
    add(archive, {"uuid": uuids[3]})
    with archive.transaction():
        archive.event(2, "withdrawn", AT, "not found")
        archive.quarantine(b"[]", "it is a list, not an object", "doj_api", "page 0", AT, walk.walk_id)
        walk.note_day("2025-02-05", 3, AT)
        walk.note_day("2025-02-06", 1, AT)
        walk.note_day("2025-02-07", 0, AT)
    walk.close(proved=True)
    return archive


@pytest.mark.parametrize(
    "name, value",
    [
        ("n_releases", 4),
        ("n_versions", 5),
        ("n_listed_by_the_service", 3),
        ("n_withdrawn", 1),
        ("n_quarantined", 1),
        ("n_without_day", 1),
        ("n_without_component", 1),
        ("first_day", "2025-02-05"),
        ("last_day", "2025-02-06"),
        ("n_parts", 1),
        ("n_staged", 1),
        ("n_days_counted", 3),
        ("quarantine", {"it is a list, not an object": 1}),
    ],
)
def test_fact_of_a_small_archive(small, name, value):
    assert facts(small)[name] == value


def test_facts_name_the_folder(small, folder):
    assert facts(small)["folder"] == str(folder)


def test_size_is_that_of_all_files(small, folder):
    assert facts(small)["n_bytes"] == sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_latest_walk_comes_first(small):
    Walk.start(small, "update")
    assert [(walk["kind"], walk["state"]) for walk in facts(small)["walks"]] == [("update", "open"), ("full", "proved")]


def test_at_most_five_walks_are_told(archive):
    for _ in range(7):
        Walk.start(archive, "update")
    assert len(facts(archive)["walks"]) == 5


@pytest.mark.parametrize(
    "line",
    [
        r"  releases +4$",
        r"  versions of them +5$",
        r"  listed by the service +3$",
        r"  withdrawn since +1$",
        r"  set aside, not readable +1$",
        r"  without a day +1$",
        r"  without a known component +1$",
        r"  days counted at the service +3$",
        r"  first and last day +2025-02-05 to 2025-02-06$",
        r"  set aside: it is a list, not an object \(1\)$",
        r"  full, begun \S+, ended \S+: proved$",
        r"Last proved complete: 20\d\d-\S+Z$",
    ],
)
def test_text_says(small, line):
    text = to_text(facts(small)).splitlines()
    assert any(re.match(line, each) for each in text), text


def test_text_of_an_empty_archive_says_that_nothing_is_proved(archive):
    text = to_text(facts(archive))
    assert "Last proved complete: never" in text and "- to -" in text


def test_coverage_sets_the_services_count_beside_ours(small):
    rows = [list(row.values()) for row in coverage_days(small).to_pylist()]
    assert rows == [
        ["2025-02-05", 3, 1, 2, None, "2025-03-02"],
        ["2025-02-06", 1, 1, 0, None, "2025-03-02"],
        ["2025-02-07", 0, 0, 0, None, "2025-03-02"],
    ]


def test_coverage_has_the_columns_of_its_table(archive, schemas):
    names = [field.name for field in schemas["coverage_days"].fields]
    assert set(coverage_days(archive).schema.names) <= set(names)


def test_coverage_of_an_empty_archive_has_no_row(archive):
    assert coverage_days(archive).num_rows == 0
