"""A part gives each record back as it was received, and is written whole or not at all."""

import errno
import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from json_objects import TEXT, WHOLE, objects

from csea.archive.parts import SCHEMA, pack, read_part, received_of, row_of, to_batch, unpack, write_part
from csea.archive.record import Record

AT = "2025-03-01T12:30:00Z"


def record(received, **more):
    """A record that is not read, so that it may hold anything."""
    known = {"uuid": "u", "address": None, "title_day": None, "day": None, "changed": None, "component": None}
    return Record(received, b"\x01" * 32, **{**known, **more}, unknown_fields=(), unknown_components=())


def write(path, *rows):
    write_part(path, pa.Table.from_batches([to_batch(list(rows))]))


def rows_through(path, *rows):
    write(path, *rows)
    return [row for batch in read_part(path, None) for row in batch.to_pylist()]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "000001.parquet"


@settings(max_examples=40)
@given(received=objects(WHOLE, TEXT))
def test_any_record_comes_back_as_it_was_received(received, tmp_path_factory):
    [row] = rows_through(tmp_path_factory.getbasetemp() / "any.parquet", row_of(record(received), 1, 1, "s", "r", AT))
    assert json.dumps(received_of(row), sort_keys=True) == json.dumps(received, sort_keys=True)


@settings(max_examples=40)
@given(received=objects(WHOLE, TEXT))
def test_any_batch_is_the_same_when_packed_and_unpacked(received):
    batch = to_batch([row_of(record(received), 1, 1, "s", "r", AT)] * 2)
    assert unpack(pack(batch)) == batch


@pytest.mark.parametrize("empty", [None, "", [], False])
@pytest.mark.parametrize("name", ["title", "body", "date", "topic"])
def test_each_form_of_empty_comes_back(path, name, empty):
    [row] = rows_through(path, row_of(record({name: empty}), 1, 1, "s", "r", AT))
    assert received_of(row) == {name: empty}


def test_missing_field_stays_missing_beside_a_record_that_has_it(path):
    rows = [row_of(record(received), number, 1, "s", "r", AT) for number, received in enumerate([{"title": "T"}, {}])]
    assert [received_of(row) for row in rows_through(path, *rows)] == [{"title": "T"}, {}]


def test_part_says_where_a_record_came_from(path):
    [row] = rows_through(path, row_of(record({}), 7, 2, "doj_api", "page 3", AT))
    assert [row[name] for name in SCHEMA.names[:5]] == [
        7,
        2,
        "doj_api",
        "page 3",
        datetime(2025, 3, 1, 12, 30, tzinfo=UTC),
    ]


def test_part_says_what_was_read_from_a_record(path):
    read = record({}, address="https://example.org/a", day=date(2025, 2, 5), component="usao-me")
    [row] = rows_through(path, row_of(read, 1, 1, "s", "r", AT))
    assert [row[name] for name in SCHEMA.names[-3:]] == ["https://example.org/a", date(2025, 2, 5), "usao-me"]


def test_part_has_the_columns_of_the_schema(path):
    write(path, row_of(record({}), 1, 1, "s", "r", AT))
    assert pq.read_schema(path).equals(SCHEMA)


def test_only_columns_asked_for_are_read(path):
    write(path, row_of(record({"body": "B"}), 1, 1, "s", "r", AT))
    assert [batch.schema.names for batch in read_part(path, ["body"])] == [["body"]]


def break_disk(monkeypatch, moment):
    def fail(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    if moment == "write":
        monkeypatch.setattr(pq, "write_table", fail)
    elif moment == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    else:
        monkeypatch.setattr(Path, "replace", fail)


@pytest.mark.parametrize("moment", ["write", "fsync", "rename"])
class TestFullDisk:
    def test_nothing_is_left(self, path, monkeypatch, moment):
        break_disk(monkeypatch, moment)
        with pytest.raises(OSError, match="No space left"):
            write(path, row_of(record({}), 1, 1, "s", "r", AT))
        assert list(path.parent.iterdir()) == []

    def test_part_that_was_there_stays_whole(self, path, monkeypatch, moment):
        write(path, row_of(record({"title": "old"}), 1, 1, "s", "r", AT))
        break_disk(monkeypatch, moment)
        with pytest.raises(OSError, match="No space left"):
            write(path, row_of(record({"title": "new"}), 1, 1, "s", "r", AT))
        assert pq.read_table(path)["title"].to_pylist() == ["old"]


def test_interrupt_leaves_nothing(path, monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(path, row_of(record({}), 1, 1, "s", "r", AT))
    assert list(path.parent.iterdir()) == []
