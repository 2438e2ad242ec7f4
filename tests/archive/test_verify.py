"""Each kind of damage to an archive is found and named; an intact one has none."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from csea.archive import Archive
from csea.archive.parts import SCHEMA, pack
from csea.archive.verify import faults, n_rows
from fake_doj import make_records

RECORDS = make_records(12)
PART = "000001.parquet"


@pytest.fixture
def archive(archive, add):
    """Eight records in a part, four staged."""
    add(archive, *RECORDS[:8])
    archive.flush(1)
    add(archive, *RECORDS[8:])
    return archive


@pytest.fixture
def part(archive, folder):
    return folder / "parts" / PART


def test_intact_archive_has_no_fault(archive):
    assert list(faults(archive)) == []


def test_intact_archive_with_versions_and_withdrawn_releases_has_no_fault(archive, add):
    [added] = add(archive, {**RECORDS[0], "body": "<p>Corrected.</p>"}, walk=1)
    with archive.transaction():
        archive.event(added.release_no, "withdrawn", "2025-03-02T00:00:00Z", "not found")
    assert list(faults(archive)) == []


def test_nothing_is_changed(archive, part):
    before = part.stat().st_mtime_ns, archive.sql.total_changes
    list(faults(archive))
    assert (part.stat().st_mtime_ns, archive.sql.total_changes) == before


def test_rows_are_reported_as_they_are_checked(archive):
    counted = []
    list(faults(archive, counted.append))
    assert sum(counted) == n_rows(archive) == 8


class TestPart:
    @pytest.mark.parametrize("percent", range(0, 100, 7))
    def test_flipped_byte_is_found(self, archive, part, percent):
        data = bytearray(part.read_bytes())
        data[len(data) * percent // 100] ^= 0xFF
        part.write_bytes(data)
        assert f"{PART} has other bytes than when it was written" in list(faults(archive))

    def test_missing_part_is_found(self, archive, part):
        part.unlink()
        assert f"{PART} is missing: 8 records are lost with it" in list(faults(archive))

    def test_each_record_of_a_missing_part_is_named(self, archive, part):
        part.unlink()
        lost = [f"release {number} version 1 is named in state.db and held nowhere" for number in range(1, 9)]
        assert set(lost) <= set(faults(archive))

    @pytest.mark.parametrize("kept", [0, 4, 3000])
    def test_truncated_part_is_found(self, archive, part, kept):
        size = part.stat().st_size
        part.write_bytes(part.read_bytes()[:kept])
        assert f"{PART} has {kept:,} bytes, expected {size:,}" in list(faults(archive))

    def test_record_with_another_text_is_named(self, archive, part):
        table = pq.read_table(part)
        titles = ["Another title", *table["title"].to_pylist()[1:]]
        pq.write_table(table.set_column(table.schema.get_field_index("title"), "title", pa.array(titles)), part)
        assert f"{PART}: release 1 version 1 does not have the content of its hash" in list(faults(archive))

    @pytest.mark.parametrize("column, value", [("rest", "{"), ("content_sha256", "no hash"), ("release_no", None)])
    def test_cell_that_cannot_be_read_is_a_fault(self, archive, part, column, value):
        table = pq.read_table(part)
        cells = pa.array([value, *table[column].to_pylist()[1:]], table.schema.field(column).type)
        pq.write_table(table.set_column(table.schema.get_field_index(column), column, cells), part)
        assert any(fault.startswith(f"{PART} has ") for fault in list(faults(archive)))

    def test_column_that_is_gone_is_a_fault(self, archive, part):
        pq.write_table(pq.read_table(part).drop_columns("version"), part)
        assert any(fault.startswith(f"{PART} has ") for fault in list(faults(archive)))

    def test_text_that_is_no_utf_8_is_a_fault(self, archive, part):
        table = pq.read_table(part)
        bad = pa.array([b"\xff", *(b"" for _ in range(7))]).view(pa.string())
        pq.write_table(table.set_column(table.schema.get_field_index("body"), "body", bad), part)
        assert any(fault.startswith(f"{PART} has ") for fault in list(faults(archive)))


class TestState:
    @pytest.mark.parametrize("number", [3, 10], ids=["in a part", "staged"])
    def test_version_that_is_gone_is_named(self, archive, number):
        archive.sql.execute("DELETE FROM versions WHERE release_no = ?", (number,))
        assert any(f"release {number} version 1" in fault for fault in list(faults(archive)))

    def test_version_with_another_hash_is_named(self, archive):
        archive.sql.execute("UPDATE versions SET content_sha256 = zeroblob(32) WHERE release_no = 3")
        assert "release 3 version 1 has another hash in state.db" in list(faults(archive))

    def test_version_with_another_number_is_named(self, archive):
        archive.sql.execute("UPDATE versions SET version = 2 WHERE release_no = 3")
        assert "release 3 version 2 is named in state.db and held nowhere" in list(faults(archive))

    @pytest.mark.parametrize("change", ["version = 7", "content_sha256 = zeroblob(32)"])
    def test_release_whose_current_version_is_not_there_is_named(self, archive, change):
        archive.sql.execute(f"UPDATE releases SET {change} WHERE release_no = 3")
        assert any("release 3" in fault for fault in list(faults(archive)))

    def test_part_that_is_not_named_loses_its_records(self, archive):
        archive.sql.execute("DELETE FROM parts")
        assert len(list(faults(archive))) == 8

    def test_damaged_database_is_a_fault(self, archive, folder):
        archive.sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        archive.sql.close()
        path = folder / "state.db"
        data = bytearray(path.read_bytes())
        data[4096:] = b"\xff" * (len(data) - 4096)
        path.write_bytes(data)
        with Archive.reader(folder) as damaged:
            found = list(faults(damaged))
        assert found[0].startswith("state.db is damaged")


class TestStaged:
    def change(self, archive, **columns):
        """Put other values into the second of the staged rows, release 10."""
        [(number, batch)] = archive.staged()
        rows = batch.to_pylist()
        rows[1] |= columns
        self.replace(archive, number, pack(pa.RecordBatch.from_pylist(rows, SCHEMA)))

    def replace(self, archive, number, data):
        archive.sql.execute("UPDATE staged SET batch = ? WHERE batch_no = ?", (data, number))

    def test_changed_row_is_named(self, archive):
        self.change(archive, title="Another title")
        assert list(faults(archive)) == ["staged: release 10 version 1 does not have the content of its hash"]

    def test_deleted_batch_is_named(self, archive):
        archive.sql.execute("DELETE FROM staged")
        assert "release 10 version 1 is named in state.db and held nowhere" in list(faults(archive))

    def test_row_that_is_also_in_a_part_is_named(self, archive):
        self.change(archive, release_no=3)
        assert "staged: release 3 version 1 is held twice" in list(faults(archive))

    @pytest.mark.parametrize("data", [b"", b"{", b"\xff" * 100], ids=["empty", "short", "other"])
    def test_batch_that_cannot_be_read_is_a_fault(self, archive, data):
        self.replace(archive, 1, data)
        assert "batch 1 of what is staged cannot be read" in next(faults(archive))

    def test_batch_cut_short_is_a_fault(self, archive):
        data = archive.value("SELECT batch FROM staged")
        self.replace(archive, 1, data[: len(data) // 2])
        assert list(faults(archive)) != []
