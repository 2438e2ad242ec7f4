"""The archive as Arrow batches, from parts and from what is still staged alike."""

import json

import pyarrow as pa
import pytest

from csea.archive import Archive, ArchiveError
from csea.archive.export import export
from csea.archive.parts import SCHEMA
from csea.archive.scan import scan

AT = "2025-03-02T00:00:00Z"


def edited(record):
    return {**record, "body": "<p>Corrected.</p>", "changed": "1738780000"}


def other(record):
    return {**record, "uuid": f"{record['uuid'][:-1]}9", "url": f"{record['url']}-0"}


@pytest.fixture
def mixed(archive, add, release):
    """A release of two versions and a withdrawn one, one version in a part and two rows staged."""
    add(archive, release)
    archive.flush(1)
    [withdrawn, _] = add(archive, other(release), edited(release))
    with archive.transaction():
        archive.event(withdrawn.release_no, "withdrawn", AT, "not found")
    return archive


def test_empty_archive_gives_no_batch(archive):
    assert list(scan(archive)) == []


def test_current_versions_are_what_is_given(mixed, held, release):
    assert held(mixed) == [other(release), edited(release)]


def test_all_versions_are_given_when_asked_for(mixed, held, release):
    assert held(mixed, all_versions=True) == [release, other(release), edited(release)]


def test_withdrawn_releases_are_left_out_when_asked_for(mixed, held, release):
    assert held(mixed, withdrawn=False) == [edited(release)]


def test_all_versions_without_withdrawn_releases(mixed, held, release):
    assert held(mixed, all_versions=True, withdrawn=False) == [release, edited(release)]


@pytest.mark.parametrize("flushed", [True, False])
def test_only_columns_asked_for_are_given(archive, add, release, flushed):
    add(archive, release)
    archive.flush(1 if flushed else 2)
    assert [batch.to_pylist() for batch in scan(archive, ["component", "title"])] == [
        [{"component": "usao-me", "title": release["title"]}]
    ]


def test_columns_are_in_the_order_asked_for(mixed):
    assert {tuple(batch.schema.names) for batch in scan(mixed, ["title", "version", "body"])} == {
        ("title", "version", "body")
    }


def test_batches_from_parts_and_staged_make_one_table(mixed):
    assert pa.Table.from_batches(scan(mixed, all_versions=True)).schema == SCHEMA


def test_rows_come_in_the_order_in_which_they_came(archive, add, held, release):
    """Also when a release with an older number is edited later."""
    came = [release, other(release), edited(release)]
    add(archive, *came)
    archive.flush(1)
    assert held(archive, all_versions=True) == came


class TestWhileAnotherProcessAdds:
    def test_scan_sees_one_state(self, mixed, folder, add, held, release):
        with Archive.reader(folder) as reader:
            batches = scan(reader)
            rows = next(batches).num_rows
            add(mixed, {**release, "uuid": f"{release['uuid'][:-1]}8"})
            mixed.flush(1)
            assert rows + sum(batch.num_rows for batch in batches) == 2

    def test_next_scan_sees_what_was_added(self, mixed, folder, add, held, release):
        with Archive.reader(folder) as reader:
            before = len(held(reader))
            add(mixed, {**release, "uuid": f"{release['uuid'][:-1]}8"})
            assert (before, len(held(reader))) == (2, 3)


def test_part_that_is_gone_is_an_archive_error(mixed, folder):
    (folder / "parts" / "000001.parquet").unlink()
    with pytest.raises(ArchiveError, match="csea archive verify"):
        list(scan(mixed))


def test_part_that_is_damaged_is_an_archive_error(mixed, folder):
    """By the checksums of its pages."""
    path = folder / "parts" / "000001.parquet"
    data = bytearray(path.read_bytes())
    data[data.index(b"The order lists") + 4] ^= 1
    path.write_bytes(data)
    with pytest.raises(ArchiveError, match="csea archive verify"):
        list(scan(mixed))


@pytest.fixture
def sample(root):
    path = root.parent / "shared" / "samples" / "doj_api_first_100.jsonl"
    if not path.is_file():
        pytest.skip(f"skipped: the archive with real records of {path}, which is not there")
    return path


def test_real_records_go_through_the_archive_unchanged(archive, add, sample, tmp_path):
    records = [json.loads(line) for line in sample.read_text(encoding="utf-8").splitlines()]
    add(archive, *records)
    archive.flush(1)
    export(archive, tmp_path / "out.jsonl", all_versions=True, withdrawn=True)
    exported = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (len(exported), exported) == (100, records)
