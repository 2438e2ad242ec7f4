"""What becomes of a record in the archive, and that no kill and no full disk costs one that was stored."""

import errno
import os

import pytest

from csea.archive import Archive, ArchiveError, store
from csea.errors import UsageError
from fake_doj import make_records


def versions(archive):
    return archive.value("SELECT count(*) FROM versions")


class TestAdd:
    def test_new_record_is_new(self, archive, add, release):
        [added] = add(archive, release)
        assert (added.outcome, added.repeated, added.restored) == ("new", False, False)

    def test_same_record_in_another_form_is_unchanged(self, archive, add, release):
        add(archive, release)
        [added] = add(archive, {**release, "changed": int(release["changed"]), "topic": []})
        assert added.outcome == "unchanged"

    def test_edited_record_is_changed(self, archive, add, release, held):
        edited = {**release, "body": "<p>Corrected.</p>", "changed": "1738780000"}
        assert [added.outcome for added in add(archive, release, edited)] == ["new", "changed"]
        assert held(archive) == [edited]

    def test_older_record_of_a_file_is_kept_beside_the_current_one(self, archive, add, release, held):
        older = {**release, "body": "<p>Draft.</p>", "changed": "1738700000"}
        assert [added.outcome for added in add(archive, release, older)] == ["new", "older"]
        assert (held(archive), held(archive, all_versions=True)) == ([release], [release, older])

    def test_what_the_service_says_now_is_current_whatever_its_date(self, archive, add, release, held):
        now = {**release, "body": "<p>Put back.</p>", "changed": "1738700000"}
        add(archive, release, now, walk=1)
        assert held(archive) == [now]

    @pytest.mark.parametrize("walks", [(None, None, None), (1, 2, 3)])
    def test_reverted_edit_makes_no_third_version(self, archive, add, release, held, walks):
        said = release, {**release, "body": "<p>Corrected.</p>"}, release
        outcomes = [add(archive, one, walk=walk)[0].outcome for one, walk in zip(said, walks, strict=True)]
        assert (outcomes, versions(archive), held(archive)) == (["new", "changed", "changed"], 2, [release])

    def test_second_meeting_in_a_walk_is_repeated(self, archive, add, release):
        assert [added.repeated for added in add(archive, release, release, walk=1)] == [False, True]

    def test_meeting_in_the_next_walk_is_not_repeated(self, archive, add, release):
        add(archive, release, walk=1)
        assert not add(archive, release, walk=2)[0].repeated


class TestWithdrawn:
    @pytest.fixture
    def withdrawn(self, archive, add, release):
        [added] = add(archive, release, walk=1)
        with archive.transaction():
            archive.event(added.release_no, "withdrawn", "2025-03-02T00:00:00Z", "not found")
        return archive

    def test_release_that_a_walk_meets_again_is_restored(self, withdrawn, add, release):
        assert add(withdrawn, release, walk=2)[0].restored
        assert withdrawn.value("SELECT withdrawn_at FROM releases") is None

    def test_both_events_are_noted(self, withdrawn, add, release):
        add(withdrawn, release, walk=2)
        noted = withdrawn.sql.execute("SELECT event FROM events ORDER BY rowid")
        assert [row["event"] for row in noted] == ["withdrawn", "restored"]

    def test_file_does_not_restore_a_release(self, withdrawn, add, release):
        assert not add(withdrawn, release)[0].restored
        assert withdrawn.value("SELECT withdrawn_at FROM releases") == "2025-03-02T00:00:00Z"


class TestQuarantine:
    def keep(self, archive, walk):
        with archive.transaction():
            return archive.quarantine(b"[]", "it is a list, not an object", "doj_api", "page 0", "", walk)

    def test_same_bytes_are_kept_once(self, archive):
        assert [self.keep(archive, walk) for walk in (1, 2)] == [True, False]

    def test_last_walk_that_met_it_is_noted(self, archive):
        self.keep(archive, 1), self.keep(archive, 2)
        assert archive.value("SELECT seen_walk FROM quarantine") == 2


def test_transaction_that_raises_leaves_nothing(archive, read, release):
    with pytest.raises(KeyboardInterrupt), archive.transaction():
        archive.add(read(release), "doj_api", "page 0", "")
        raise KeyboardInterrupt
    assert [archive.value(f"SELECT count(*) FROM {name}") for name in ("releases", "versions", "staged")] == [0, 0, 0]


class TestFlush:
    @pytest.fixture(autouse=True)
    def small_parts(self, monkeypatch):
        monkeypatch.setattr(store, "PART_ROWS", 5)

    def test_fewer_rows_than_a_part_stay_staged(self, archive, add):
        add(archive, *make_records(4))
        archive.flush()
        assert (archive.n_staged(), archive.value("SELECT count(*) FROM parts")) == (4, 0)

    def test_rows_move_to_a_part_as_soon_as_there_are_enough(self, archive, add):
        records = make_records(12)
        for start in range(0, 12, 3):
            add(archive, *records[start : start + 3])
            archive.flush()
        assert [row["n_rows"] for row in archive.sql.execute("SELECT n_rows FROM parts")] == [6, 6]

    def test_rest_moves_when_asked_for(self, archive, add):
        add(archive, *make_records(12))
        archive.flush(1)
        assert (archive.n_staged(), archive.value("SELECT sum(n_rows) FROM parts")) == (0, 12)

    def test_empty_archive_makes_no_part(self, archive):
        archive.flush(1)
        assert archive.value("SELECT count(*) FROM parts") == 0

    def test_records_are_the_same_before_and_after(self, archive, add, held):
        records = make_records(12)
        add(archive, *records, *({**record, "body": "<p>Corrected.</p>"} for record in records[:3]))
        before = held(archive, all_versions=True)
        archive.flush(1)
        assert sorted(held(archive, all_versions=True), key=str) == sorted(before, key=str)


def test_stray_files_go_with_the_next_writer(folder, add, release):
    with Archive.writer(folder, "csea collect") as archive:
        add(archive, release)
        archive.flush(1)
        for stray in ("000002.parquet", "000003.tmp"):
            (folder / "parts" / stray).write_bytes(b"half")
    with Archive.writer(folder, "csea collect"):
        assert [path.name for path in (folder / "parts").iterdir()] == ["000001.parquet"]


class TestDiskFull:
    def test_sqlite_says_so_in_plain_words(self, archive, add):
        archive.sql.execute(f"PRAGMA max_page_count = {archive.value('PRAGMA page_count')}")
        with pytest.raises(ArchiveError, match="disk is full"):
            add(archive, *make_records(200))

    def test_what_was_committed_stays(self, archive, add, release, held):
        add(archive, release)
        archive.sql.execute(f"PRAGMA max_page_count = {archive.value('PRAGMA page_count')}")
        with pytest.raises(ArchiveError):
            add(archive, *make_records(200))
        assert held(archive) == [release]

    @pytest.fixture
    def unwritten(self, archive, add, monkeypatch):
        """An archive whose disk was full when a part was to be written."""
        add(archive, *make_records(6))

        def fail(_):
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patch, pytest.raises(ArchiveError, match="disk is full"):
            patch.setattr(os, "fsync", fail)
            archive.flush(1)
        return archive

    def test_rows_of_a_part_that_could_not_be_written_stay(self, unwritten, held):
        assert (unwritten.n_staged(), len(held(unwritten))) == (6, 6)

    def test_part_is_written_when_there_is_space_again(self, unwritten, held):
        unwritten.flush(1)
        assert (unwritten.n_staged(), len(held(unwritten))) == (0, 6)


class TestOpen:
    def test_reader_says_where_no_archive_is(self, folder):
        with pytest.raises(UsageError, match="There is no archive in"), Archive.reader(folder):
            pass

    def test_folder_that_cannot_be_made_is_named(self, tmp_path):
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(UsageError, match="cannot be made in"), Archive.writer(tmp_path / "file", "csea collect"):
            pass

    def test_archive_of_a_newer_version_is_refused(self, archive, folder):
        archive.sql.execute(f"PRAGMA user_version = {store.FORM + 1}")
        with pytest.raises(ArchiveError, match="made by a newer version"), Archive.reader(folder):
            pass

    def test_state_that_is_no_database_is_refused(self, folder):
        folder.mkdir()
        (folder / "state.db").write_bytes(b"no database " * 100)
        with pytest.raises(ArchiveError, match="cannot be read or written"), Archive.reader(folder):
            pass

    def test_records_are_there_when_it_is_opened_again(self, folder, add, held, release):
        with Archive.writer(folder, "csea collect") as opened:
            add(opened, release)
        with Archive.reader(folder) as opened:
            assert held(opened) == [release]
