"""Files as blocks of whole lines: what is judged over the bytes, and the physical numbers of lines."""

import gzip

import pytest
from told import place

from csea.check import blocks
from csea.check.blocks import Lines

FILE = "data/towns.csv"
GOOD = b"town_id,name,sentence_months\nt1,Oakfield,12\nt2,Millbrook,\n"
BOM = b"\xef\xbb\xbf"


@pytest.fixture
def cut(tmp_path):
    """A function that cuts these bytes into blocks; it gives text, problems and whether all was read."""

    def write_and_cut(data):
        path = tmp_path / "towns.csv"
        path.write_bytes(data)
        lines = Lines(path, FILE)
        return b"".join(block.data for block in lines.blocks()), lines.problems, lines.is_whole

    return write_and_cut


def test_clean_bytes_pass_as_they_are(cut):
    assert cut(GOOD) == (GOOD, [], True)


@pytest.mark.parametrize("data", [b"", BOM], ids=["no byte", "a byte-order mark alone"])
def test_an_empty_file_is_named_as_a_whole(cut, only, data):
    text, problems, is_whole = cut(data)
    assert place(only(problems)) == ("form.empty", FILE, 0, "", "", "")
    assert (text, is_whole) == (b"", False)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_named_with_or_without_its_mark(cut, only, encoding):
    text, problems, is_whole = cut(GOOD.decode().encode(encoding))
    assert place(only(problems)) == ("form.encoding", FILE, 1, "", "", "")
    assert "UTF-16" in problems[0].message
    assert (text, is_whole) == (b"", False)


def test_utf_16_be_with_its_mark_is_named(cut, only):
    assert "UTF-16" in only(cut(b"\xfe\xff" + GOOD.decode().encode("utf-16-be"))[1]).message


@pytest.mark.parametrize(
    "start, kind",
    [
        (gzip.compress(GOOD), "gzip"),
        (b"PK\x03\x04\x14\x00\x06\x00", "Excel"),
        (b"PAR1\x15\x04", "Parquet"),
        (b"SQLite format 3\x00", "SQLite"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
    ],
    ids=["gzip", "xlsx", "parquet", "sqlite", "pdf", "png"],
)
def test_a_file_of_another_kind_is_named_by_its_kind_alone(cut, only, start, kind):
    text, problems, is_whole = cut(start)
    assert place(only(problems)) == ("form.not_text", FILE, 0, "", "", "")
    assert kind in problems[0].message
    assert (text, is_whole) == (b"", False)


def test_a_byte_order_mark_is_told_and_the_rest_is_read(cut, only):
    text, problems, is_whole = cut(BOM + GOOD)
    assert place(only(problems)) == ("form.byte_order_mark", FILE, 1, "", "", "")
    assert "without the mark" in problems[0].fix
    assert (text, is_whole) == (GOOD, True)


def test_windows_line_ends_are_one_problem_with_their_number_and_the_first_line(cut, only):
    text, problems, is_whole = cut(GOOD.replace(b"\n", b"\r\n"))
    assert place(only(problems)) == ("form.line_ends", FILE, 1, "", "", "")
    assert problems[0].message.startswith("3 lines end in CR LF")
    assert (text, is_whole) == (GOOD, True)


def test_one_windows_line_end_is_named_with_its_line(cut, only):
    problem = only(cut(GOOD.replace(b"Oakfield,12\n", b"Oakfield,12\r\n"))[1])
    assert (problem.line, problem.message) == (2, "A line ends in CR LF or CR instead of LF.")


def test_a_file_of_an_old_mac_is_read_line_by_line(cut, only):
    text, problems, is_whole = cut(GOOD.replace(b"\n", b"\r"))
    assert place(only(problems)) == ("form.line_ends", FILE, 1, "", "", "")
    assert (text, is_whole) == (GOOD, True)


def test_a_missing_last_newline_is_named_at_the_last_line_and_the_line_is_read(cut, only):
    text, problems, is_whole = cut(GOOD[:-1])
    assert place(only(problems)) == ("form.last_line", FILE, 3, "", "", "")
    assert (text, is_whole) == (GOOD, True)


def test_faults_of_the_whole_file_come_out_together(cut):
    problems = cut(BOM + GOOD.replace(b"\n", b"\r\n", 1)[:-1])[1]
    assert {problem.rule for problem in problems} == {"form.byte_order_mark", "form.line_ends", "form.last_line"}


def test_a_missing_file_is_named_with_where_it_belongs(tmp_path, only):
    lines = Lines(tmp_path / "towns.csv", FILE)
    assert list(lines.blocks()) == []
    problem = only(lines.problems)
    assert place(problem) == ("form.readable", FILE, 0, "", "", "")
    assert "No such file" in problem.message and "git checkout" in problem.fix
    assert not lines.is_whole


def test_a_folder_in_place_of_a_file_is_named(tmp_path, only):
    (tmp_path / "towns.csv").mkdir()
    lines = Lines(tmp_path / "towns.csv", FILE)
    assert list(lines.blocks()) == []
    assert "Is a directory" in only(lines.problems).message


def test_a_line_without_end_is_given_up_and_what_stands_before_is_read(cut, only):
    text, problems, is_whole = cut(GOOD + b"t3," + b"x" * (blocks.LONGEST_LINE + blocks.BLOCK) + b"\n")
    assert place(only(problems)) == ("form.long_line", FILE, 4, "", "", "")
    assert "8 MiB" in problems[0].message
    assert (text, is_whole) == (GOOD, False)


class TestSmallBlocks:
    ROWS = b"".join(b"t%02d,Oakfield,%d\n" % (number, number) for number in range(2, 12))

    @pytest.fixture(autouse=True)
    def small_blocks(self, monkeypatch):
        monkeypatch.setattr(blocks, "BLOCK", 21)

    def test_hold_whole_lines_with_their_physical_numbers(self, tmp_path):
        path = tmp_path / "towns.csv"
        path.write_bytes(self.ROWS)
        found = list(Lines(path, FILE).blocks())
        assert len(found) > 3
        assert all(block.data.endswith(b"\n") for block in found)
        lines = self.ROWS.splitlines(keepends=True)
        assert all(block.data.startswith(lines[block.first - 1]) for block in found)

    # With 21 bytes a block the fourth carriage return stands last in one, its line feed first in the next.
    def test_count_windows_line_ends_across_blocks_once(self, cut, only):
        text, problems, _ = cut(self.ROWS.replace(b"\n", b"\r\n"))
        assert text == self.ROWS
        assert only(problems).message.startswith("10 lines end")
        assert problems[0].line == 1

    def test_name_the_first_windows_line_end_of_a_later_block(self, cut, only):
        assert only(cut(self.ROWS.replace(b",8\n", b",8\r\n"))[1]).line == 7

    def test_name_the_last_line_by_its_physical_number(self, cut, only):
        assert only(cut(self.ROWS[:-1])[1]).line == 10

    def test_of_an_old_mac_are_read_line_by_line(self, cut, only):
        text, problems, _ = cut(self.ROWS.replace(b"\n", b"\r"))
        assert text == self.ROWS
        assert only(problems).message.startswith("10 lines end")
