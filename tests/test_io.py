"""Canonical CSV, and writes that happen whole or not at all."""

import errno
import io
import os
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from csea.io import csv_bytes, parquet_bytes, sha256, sort_by, write_atomic

DISK_FULL = OSError(errno.ENOSPC, "No space left on device")


def column(*values: object, kind: pa.DataType | None = None) -> pa.Table:
    return pa.table({"first": pa.array(["k"] * len(values)), "cell": pa.array(values, kind)})


def written(*values: object, kind: pa.DataType | None = None) -> list[str]:
    """The second cell of each line, as it stands in the file."""
    return [line.split(",", 1)[1] for line in csv_bytes(column(*values, kind=kind)).decode().splitlines()[1:]]


class TestCanonicalCsv:
    @pytest.mark.parametrize(
        "text, cell",
        [
            ("plain text", "plain text"),
            ("a;b", "a;b"),
            ("it's", "it's"),
            ("#1", "#1"),
            ("a,b", '"a,b"'),
            ('say "no"', '"say ""no"""'),
            ("a\nb", '"a\nb"'),
            ("a\rb", '"a\rb"'),
        ],
    )
    def test_quotes_only_where_needed(self, text, cell):
        assert csv_bytes(column(text)).decode() == f"first,cell\nk,{cell}\n"

    def test_null_is_an_empty_cell(self):
        assert written(None, kind=pa.string()) == [""]

    def test_null_number_is_an_empty_cell(self):
        assert written(None, 2, kind=pa.int64()) == ["", "2"]

    def test_booleans_are_true_and_false(self):
        assert written(True, False) == ["true", "false"]

    def test_dates_are_iso(self):
        assert written(date(2009, 10, 13)) == ["2009-10-13"]

    def test_integers_are_bare_digits(self):
        assert written(36210368, -4) == ["36210368", "-4"]

    @pytest.mark.parametrize(
        "number, cell",
        [
            (36210368.0, "36210368"),
            (68.5, "68.5"),
            (0.1, "0.1"),
            (-72.6851, "-72.6851"),
            (1e10, "10000000000"),
            (123456789012345.5, "123456789012345.5"),
            (1e-7, "0.0000001"),
        ],
    )
    def test_numbers_have_neither_exponent_nor_idle_decimals(self, number, cell):
        assert written(number) == [cell]

    def test_table_without_rows_is_its_header(self):
        assert csv_bytes(column(kind=pa.string())) == b"first,cell\n"

    def test_same_table_in_pieces_gives_the_same_bytes(self):
        whole = column("a", "b", "c")
        assert csv_bytes(pa.concat_tables([whole.slice(0, 1), whole.slice(1)])) == csv_bytes(whole)


class TestOrder:
    def test_text_sorts_by_code_point(self):
        table = pa.table({"k": ["é", "b", "B", "10", "9"]})
        assert sort_by(table, ["k"])["k"].to_pylist() == ["10", "9", "B", "b", "é"]

    def test_numbers_sort_by_size(self):
        assert sort_by(pa.table({"k": [10, 9, 100]}), ["k"])["k"].to_pylist() == [9, 10, 100]

    def test_later_key_columns_break_ties(self):
        table = pa.table({"a": ["x", "x", "w"], "b": [2, 1, 3]})
        assert sort_by(table, ["a", "b"])["b"].to_pylist() == [3, 1, 2]


def test_parquet_of_the_same_table_has_the_same_bytes():
    assert sha256(parquet_bytes(column("a", "b"))) == sha256(parquet_bytes(column("a", "b")))


class HalfFullFile(io.FileIO):
    """A file on a disk that fills up in the middle of a write."""

    def write(self, data):
        super().write(data[: len(data) // 2])
        raise DISK_FULL


def fail(*_: object) -> None:
    raise DISK_FULL


def break_disk(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    if moment == "write":
        monkeypatch.setattr(os, "fdopen", HalfFullFile)
    elif moment == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    else:
        monkeypatch.setattr(Path, "replace", fail)


@pytest.mark.parametrize("moment", ["write", "fsync", "rename"])
class TestFullDisk:
    def test_old_file_stays(self, tmp_path, monkeypatch, moment):
        path = tmp_path / "table.csv"
        path.write_bytes(b"old\n")
        break_disk(monkeypatch, moment)
        with pytest.raises(OSError, match="No space left"):
            write_atomic(path, b"new and longer\n")
        assert path.read_bytes() == b"old\n"

    def test_no_temporary_file_is_left(self, tmp_path, monkeypatch, moment):
        break_disk(monkeypatch, moment)
        with pytest.raises(OSError, match="No space left"):
            write_atomic(tmp_path / "table.csv", b"new\n")
        assert list(tmp_path.iterdir()) == []


class TestWriteAtomic:
    def test_writes_into_a_folder_that_is_not_there_yet(self, tmp_path):
        path = tmp_path / "new" / "table.csv"
        write_atomic(path, b"a\n")
        assert path.read_bytes() == b"a\n"

    def test_says_that_new_bytes_were_written(self, tmp_path):
        (tmp_path / "t.csv").write_bytes(b"old\n")
        assert write_atomic(tmp_path / "t.csv", b"new\n") is True

    def test_leaves_an_unchanged_file_untouched(self, tmp_path):
        path = tmp_path / "t.csv"
        path.write_bytes(b"same\n")
        os.utime(path, (1, 1))
        assert write_atomic(path, b"same\n") is False
        assert path.stat().st_mtime == 1

    def test_file_can_be_read_by_all(self, tmp_path):
        write_atomic(tmp_path / "t.csv", b"a\n")
        assert (tmp_path / "t.csv").stat().st_mode & 0o777 == 0o644

    def test_interrupt_leaves_no_temporary_file(self, tmp_path, monkeypatch):
        def interrupt(_: int) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(os, "fsync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            write_atomic(tmp_path / "t.csv", b"a\n")
        assert list(tmp_path.iterdir()) == []
