"""Records written out: as received or as a table, whole or not at all."""

import errno
import json
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from csea.archive import ArchiveError
from csea.archive.export import export
from csea.archive.parts import SCHEMA, received_of
from csea.errors import UsageError
from fake_doj import make_records

RECORDS = make_records(12)
ENDINGS = ["jsonl", "parquet"]


@pytest.fixture(params=[0, 8, 12], ids="{} in parts".format)
def filled(archive, add, request):
    """An archive with so many of the records in a part, the rest staged."""
    add(archive, *RECORDS[: request.param])
    archive.flush(1)
    add(archive, *RECORDS[request.param :])
    return archive


@pytest.fixture
def staged(archive, add):
    add(archive, *RECORDS)
    return archive


def written(path):
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [received_of(row) for row in pq.read_table(path).to_pylist()]


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_record_is_written_as_received(filled, tmp_path, ending):
    path = tmp_path / f"out.{ending}"
    assert export(filled, path, all_versions=False, withdrawn=True) == 12
    assert written(path) == RECORDS


def test_parquet_has_the_columns_of_a_part(staged, tmp_path):
    export(staged, tmp_path / "out.parquet", all_versions=False, withdrawn=True)
    assert pq.read_schema(tmp_path / "out.parquet").names == SCHEMA.names


@pytest.mark.parametrize("ending", ENDINGS)
def test_empty_archive_gives_a_file_without_records(archive, tmp_path, ending):
    assert export(archive, tmp_path / f"out.{ending}", all_versions=False, withdrawn=True) == 0
    assert written(tmp_path / f"out.{ending}") == []


@pytest.mark.parametrize("all_versions, n_written", [(False, 1), (True, 2)])
def test_versions_are_written_when_asked_for(archive, add, release, tmp_path, all_versions, n_written):
    add(archive, release, {**release, "body": "<p>Corrected.</p>"})
    assert export(archive, tmp_path / "out.jsonl", all_versions, withdrawn=True) == n_written


@pytest.mark.parametrize("withdrawn", [True, False])
def test_withdrawn_releases_are_written_when_asked_for(archive, add, release, tmp_path, withdrawn):
    [added] = add(archive, release)
    with archive.transaction():
        archive.event(added.release_no, "withdrawn", "2025-03-02T00:00:00Z", "not found")
    assert export(archive, tmp_path / "out.jsonl", all_versions=False, withdrawn=withdrawn) == withdrawn


def test_rows_are_reported_as_they_are_written(staged, tmp_path):
    counted = []
    export(staged, tmp_path / "out.jsonl", all_versions=False, withdrawn=True, on_rows=counted.append)
    assert sum(counted) == 12


@pytest.mark.parametrize("name", ["out.csv", "out", "out.JSONL"])
def test_another_ending_is_refused(archive, tmp_path, name):
    with pytest.raises(UsageError, match=rf"{name} ends in neither of \.jsonl, \.parquet"):
        export(archive, tmp_path / name, all_versions=False, withdrawn=True)


def test_folder_that_is_not_there_is_named(archive, tmp_path):
    with pytest.raises(UsageError, match=f"There is no folder {tmp_path / 'nowhere'}"):
        export(archive, tmp_path / "nowhere" / "out.jsonl", all_versions=False, withdrawn=True)


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("place, call", [(os, "fsync"), (Path, "replace")])
class TestFullDisk:
    @pytest.fixture
    def target(self, staged, tmp_path, monkeypatch, place, call, ending):
        """The file of an earlier export, after one that failed."""
        path = tmp_path / "exported" / f"out.{ending}"
        path.parent.mkdir()
        path.write_bytes(b"old")
        monkeypatch.setattr(place, call, full)
        with pytest.raises(ArchiveError, match="disk is full"):
            export(staged, path, all_versions=False, withdrawn=True)
        return path

    def test_old_file_stays(self, target):
        assert target.read_bytes() == b"old"

    def test_no_temporary_file_is_left(self, target):
        assert list(target.parent.iterdir()) == [target]


def test_part_that_cannot_be_read_leaves_the_old_file(archive, add, folder, tmp_path):
    add(archive, *RECORDS)
    archive.flush(1)
    (folder / "parts" / "000001.parquet").unlink()
    (tmp_path / "out.jsonl").write_bytes(b"old")
    with pytest.raises(ArchiveError):
        export(archive, tmp_path / "out.jsonl", all_versions=False, withdrawn=True)
    assert (tmp_path / "out.jsonl").read_bytes() == b"old"
