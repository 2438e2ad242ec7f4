"""Purging: no byte of a withheld release stays in an archive, whatever instant the process is killed at."""

import itertools
import os
import signal
from pathlib import Path
from random import Random

import pytest

from csea.archive import Archive
from csea.archive.info import facts
from csea.archive.purge import MARK, held_releases, purge
from csea.archive.verify import faults
from csea.archive.withheld import release_keys
from fake_doj import edited, make_records

RECORDS = make_records(14, seed=3)
GONE = RECORDS[2]
WORD = "Zebrafinch"  # stands in the withheld release alone
TEXT = f"<p>{WORD} {' '.join(f'{WORD}{number}' for number in range(40))}</p>"


def refused(record):
    return set(release_keys(None, record["url"]))


def fill(folder, add):
    """Two parts and something staged, with two versions of the withheld release in different places."""
    with Archive.writer(folder, "test") as archive:
        add(archive, *({**record, "body": TEXT} if record is GONE else record for record in RECORDS[:5]))
        archive.flush(1)
        add(archive, edited({**GONE, "body": TEXT}, Random(1)), *RECORDS[5:8])
        archive.flush(1)
        with archive.transaction():
            archive.quarantine(
                f'{{"url": "{GONE["url"]}", "date": "{WORD}"}}'.encode(), "odd", "doj_api", "page 1", "x"
            )
        add(archive, edited(edited({**GONE, "body": TEXT}, Random(2)), Random(3)), *RECORDS[8:])


@pytest.fixture
def filled(folder, add):
    fill(folder, add)
    return folder


def purged(folder):
    with Archive.writer(folder, "csea withdraw") as archive:
        return purge(archive, refused(GONE))


def bytes_of(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def titles(folder, held):
    with Archive.reader(folder) as archive:
        return sorted(record["title"] for record in held(archive, all_versions=True))


def test_no_version_is_left_and_all_others_are(filled, held):
    assert purged(filled) == 1
    assert titles(filled, held) == sorted(record["title"] for record in RECORDS if record is not GONE)


def test_the_archive_is_sound_afterwards(filled):
    purged(filled)
    with Archive.reader(filled) as archive:
        assert list(faults(archive)) == []


def test_no_file_holds_what_identifies_it(filled):
    assert GONE["uuid"].encode() in bytes_of(filled)
    purged(filled)
    left = bytes_of(filled)
    assert [text for text in (GONE["uuid"], GONE["url"], GONE["title"], WORD) if text.encode() in left] == []


def test_what_is_set_aside_of_it_keeps_a_hash_alone(filled):
    purged(filled)
    with Archive.reader(filled) as archive:
        row = archive.row("SELECT * FROM quarantine")
    assert (row["raw"], row["reason"], len(row["raw_sha256"])) == (b"", "it is withheld", 32)


def test_a_second_purge_does_nothing(filled):
    purged(filled)
    before = {path: path.stat().st_mtime_ns for path in (filled / "parts").iterdir()}
    assert purged(filled) == 0
    assert before == {path: path.stat().st_mtime_ns for path in (filled / "parts").iterdir()}


def test_nothing_is_touched_for_keys_that_it_does_not_hold(filled):
    before = {path: path.read_bytes() for path in (filled / "parts").iterdir()}
    with Archive.writer(filled, "csea withdraw") as archive:
        assert purge(archive, {"0" * 64}) == 0
    assert before == {path: path.read_bytes() for path in (filled / "parts").iterdir()}


def test_info_counts_it_apart(filled):
    purged(filled)
    with Archive.reader(filled) as archive:
        found = facts(archive)
    assert (found["n_releases"], found["n_withheld"]) == (len(RECORDS) - 1, 1)


def test_parts_that_come_later_have_names_of_their_own(filled, add, held):
    purged(filled)
    with Archive.writer(filled, "test") as archive:
        add(archive, *make_records(3, seed=9))
        archive.flush(1)
        names = [row["part"] for row in archive.sql.execute("SELECT part FROM parts ORDER BY part")]
        assert list(faults(archive)) == []
    assert names == ["000001-1.parquet", "000002-1.parquet", "000003.parquet"]


def test_a_part_that_held_nothing_else_goes(folder, add):
    with Archive.writer(folder, "test") as archive:
        add(archive, GONE)
        archive.flush(1)
        purge(archive, refused(GONE))
        assert archive.value("SELECT count(*) FROM parts") == 0
        assert list(faults(archive)) == []
    assert list((folder / "parts").iterdir()) == []


def test_a_copy_without_uuid_and_address_goes_with_it(folder, add):
    bare = {name: GONE[name] for name in ("title", "body", "date")}
    with Archive.writer(folder, "test") as archive:
        add(archive, bare)
        archive.has_unidentified = False  # as if it had come from a file when two of that title were there
        add(archive, GONE)
        assert purge(archive, refused(GONE)) == 2


def test_a_key_of_a_uuid_finds_it_too(filled):
    with Archive.reader(filled) as archive:
        [key] = release_keys(GONE["uuid"], None)
        assert list(held_releases(archive, {key}).values()) == [key]


def killed_at(nth, work):
    calls = itertools.count(1)

    def call(*given, **named):
        if next(calls) == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return work(*given, **named)

    return call


class Dying:
    """A connection whose process is killed at the n-th statement that begins like this."""

    def __init__(self, real, nth, begins):
        self.real, self.begins = real, begins
        self.die = killed_at(nth, lambda: None)

    def __getattr__(self, name):
        return getattr(self.real, name)

    def execute(self, query, *values):
        if query.startswith(self.begins):
            self.die()
        return self.real.execute(query, *values)


def purge_and_die(folder, moment, nth):
    if moment in ("replace", "unlink"):
        setattr(Path, moment, killed_at(nth, getattr(Path, moment)))
    with Archive.writer(folder, "csea withdraw") as archive:
        if moment not in ("replace", "unlink"):
            archive.sql = Dying(archive.sql, nth, moment)
        purge(archive, refused(GONE))


MOMENTS = [("COMMIT", 2), ("COMMIT", 3), ("COMMIT", 4), ("replace", 1), ("replace", 2), ("unlink", 1), ("unlink", 3)]


@pytest.mark.parametrize("moment, nth", [*MOMENTS, ("VACUUM", 1), ("PRAGMA wal", 1), ("DELETE", 4)])
def test_the_next_purge_finishes_one_that_was_killed(filled, held, forked, moment, nth):
    child = forked(purge_and_die, filled, moment, nth)
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    purged(filled)
    assert titles(filled, held) == sorted(record["title"] for record in RECORDS if record is not GONE)
    with Archive.reader(filled) as archive:
        assert list(faults(archive)) == []
    assert not (filled / MARK).exists()
    assert [text for text in (GONE["uuid"], GONE["url"], WORD) if text.encode() in bytes_of(filled)] == []


@pytest.mark.parametrize("moment, nth", [("COMMIT", 3), ("replace", 3), ("VACUUM", 1)])
def test_nothing_reads_it_after_the_first_commit(filled, held, forked, moment, nth):
    forked(purge_and_die, filled, moment, nth).join(60)
    assert GONE["title"] not in titles(filled, held)
