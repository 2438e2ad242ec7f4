"""Files that are no tables, or want to break the reader: each ends in problems that say what to do, and soon.

Every case has a few seconds of processor time at most; most need a hundredth of one.
"""

import gzip
import json
import os
import signal
from contextlib import contextmanager
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csea.check import File, Files, check_files
from csea.check.files import read_file
from csea.check.fix import fix
from csea.errors import Report
from csea.io import csv_bytes, text_table
from csea.reports import FORMATS, as_text
from csea.schema import Field, Schema

OFFICES = Schema(
    name="offices",
    title="Offices",
    description="Invented offices.",
    fields=(
        Field("town", "Town", "string", "Its town.", required=True, pattern="^[A-Za-z]+$"),
        Field("number", "Number", "integer", "Its number.", required=True),
        Field("note", "Note", "string", "What else.", privacy="free_text"),
    ),
    primary_key=("town", "number"),
)
HEADER = b"town,number,note\n"
ROW = b"Oakfield,1,open\n"
SECONDS = 8  # of processor time, for any case


class TooSlow(BaseException):
    """Raised wherever a case is when its time is over; nothing catches it as an error of the file."""


@contextmanager
def limited(seconds=SECONDS, clock="ITIMER_PROF", number="SIGPROF"):
    """Fail after so many seconds of processor time, or of any time, where the system can tell."""

    def stop(*_):
        raise TooSlow(f"more than {seconds} seconds")

    if not hasattr(signal, number):
        yield
        return
    before = signal.signal(getattr(signal, number), stop)
    signal.setitimer(getattr(signal, clock), seconds)
    try:
        yield
    finally:
        signal.setitimer(getattr(signal, clock), 0)
        signal.signal(getattr(signal, number), before)


def checked(path, mending=True):
    """The report on a file, told in every format and mended, within the limit."""
    file = File(path, f"theirs/{path.name}", OFFICES)
    report = Report()
    with limited():
        check_files(Files({"offices": file}), report)
        for told in FORMATS.values():
            told(report, False).encode()
        if mending:
            fix(file)
    assert all(problem.message and problem.fix for problem in report.problems)
    return report


@pytest.fixture
def rules(tmp_path):
    """A function that writes a file and gives the rules it breaks, without repeats."""

    def write_and_check(data, name="offices.csv"):
        path = tmp_path / name
        path.write_bytes(data)
        return list(dict.fromkeys(problem.rule for problem in checked(path).errors))

    return write_and_check


# No text, or none of ours.

COLUMNS = ["form.missing_column", "form.unknown_column"]
WORKBOOK = b"PK\x03\x04\x14\x00\x06\x00" + bytes(100)
PAGE = b"<!DOCTYPE html>\n<html>\n<body><p>Oakfield, Millbrook</p></body>\n</html>\n"
OBJECTS = json.dumps([{"town": "Oakfield", "number": 1, "note": "open"}] * 500).encode()
FOREIGN = {
    "nothing": (b"", "form.empty"),
    "a workbook": (WORKBOOK, "form.not_text"),
    "a gzip file": (gzip.compress(HEADER), "form.not_text"),
    "UTF-16": (HEADER.decode().encode("utf-16"), "form.encoding"),
    "UTF-32": (HEADER.decode().encode("utf-32"), "form.encoding"),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_file_that_is_no_table_is_told_as_what_it_is(rules, what):
    data, rule = FOREIGN[what]
    assert rules(data) == [rule]


@pytest.mark.parametrize("seed", range(5))
def test_noise_is_told(rules, seed):
    assert rules(Random(seed).randbytes(20_000))


@pytest.mark.parametrize("encoding, text", [("latin-1", "Müllbrook"), ("shift-jis", "市"), ("utf-16-le", "x")])
def test_a_line_in_another_encoding_is_told(rules, encoding, text):
    assert rules(HEADER + b"Oakfield,1," + text.encode(encoding) + b"\n") in (["form.encoding"], ["form.nul"])


# Lines and headers.

LINES = {
    "a page": (PAGE, [*COLUMNS, "form.cells_in_row"]),
    "JSON on one line": (OBJECTS, [*COLUMNS, "form.last_line"]),
    "JSON over lines": (json.dumps({"town": ["Oakfield"]}, indent=2).encode(), COLUMNS),
    "EBCDIC": ((HEADER + ROW).decode().encode("cp037"), COLUMNS),
    "a byte-order mark before the first row": (HEADER + b"\xef\xbb\xbf" + ROW, ["form.outer_spaces"]),
    "a header without its end": (HEADER.strip(), ["form.last_line"]),
    "a header twice": (HEADER + ROW + HEADER, ["column.type"]),
    "a blank line first": (b"\n" + HEADER + ROW, ["form.blank_line"]),
    "a NUL": (HEADER + b"Oak\x00field,1,\n", ["form.nul"]),
    "a NUL in the header": (b"town,num\x00ber,note\n" + ROW, COLUMNS),
    "no UTF-8 in the header": (b"town,number,n\xf6te\n" + ROW, ["form.encoding"]),
    "a carriage return in the header": (b"to\rwn,number,note\n" + ROW, ["form.carriage_return"]),
    "a header that is not closed": (b'"town,number,note\n' + ROW, COLUMNS),
    "a name of 200,000 letters": (b"town,number," + b"note" * 50_000 + b"\n" + ROW, COLUMNS),
    "every kind of line end": (HEADER + b"A,1,\r\nB,2,\rC,3,\n", ["form.line_ends", "form.carriage_return"]),
    "line ends doubled": (HEADER.replace(b"\n", b"\r\r\n") + ROW, ["form.line_ends"]),
    "short and long rows": (HEADER + b"A\n" + ROW + b"A,1,,\n", ["form.cells_in_row"]),
    "a quote left open to the end": (HEADER + b'A,1,"open\n' + b"B,2,open\n" * 9, ["form.quotes"]),
    "quotes everywhere": (HEADER + b'"' * 999 + b"\n", ["form.quotes"]),
    "a cell over three lines": (HEADER + b'A,1,"one\ntwo\nthree"\n' + ROW, ["form.quotes"]),
    "commas alone": (b"," * 50 + b"\n", COLUMNS),
    "carriage returns alone": (b"\r" * 9, ["form.line_ends"]),
}


@pytest.mark.parametrize("what", LINES)
def test_what_is_wrong_with_lines_is_told(rules, what):
    data, wanted = LINES[what]
    found = rules(data)
    assert set(wanted) <= set(found)


def test_a_row_out_of_order_may_have_a_key_that_cannot_be_read(rules):
    assert rules(HEADER + b"Oakfield,1,\nMillbrook,two,\n") == ["column.type", "form.order"]


# Too much of something.


GIGABYTES = {"NUL": (b"", "form.encoding"), "NUL after the header": (HEADER, "form.long_line")}


@pytest.mark.parametrize("what", GIGABYTES)
def test_a_gigabyte_without_a_line_end_is_told_at_once(tmp_path, what):
    start, rule = GIGABYTES[what]
    path = tmp_path / "offices.csv"
    with path.open("wb") as file:
        file.write(start)
        file.truncate(2**30)  # NUL bytes that take no space
    assert [problem.rule for problem in checked(path, mending=False).errors] == [rule]


def test_a_line_of_40_megabytes_is_told(rules):
    assert rules(HEADER + b"Oakfield,1," + b"x" * 40_000_000) == ["form.long_line"]


def test_a_header_of_30_000_columns_is_told(rules):
    names = b",".join(b"c%d" % number for number in range(30_000))
    assert set(COLUMNS) <= set(rules(names + b"\n" + b"," * 29_999 + b"\n"))


@pytest.mark.parametrize("count", [1_000, 5_000_000])
def test_a_row_of_many_cells_is_told(rules, count):
    assert rules(HEADER + b"," * count + b"\n") == ["form.cells_in_row"]


LONG_CELLS = {
    "words": b"court " * 900_000 + b"end",
    "letters": b"x" * 5_000_000,
    "digits": b"1" * 300_000,
    "dots and letters": b"a.b-" * 100_000,
    "capitals": b"Ab " * 100_000 + b"x",
    "towns that are names": b"Charlotte County " * 20_000 + b"x",
    "quotes": b'"' + b'""' * 2_000_000 + b'"',
}


@pytest.mark.parametrize("what", LONG_CELLS)
def test_a_cell_of_megabytes_is_read_or_told_to_be_too_long(rules, what):
    assert set(rules(HEADER + b"Oakfield,1," + LONG_CELLS[what] + b"\n")) <= {"privacy.long_text"}


def test_ten_thousand_faults_are_told_five_times_and_counted(tmp_path):
    path = tmp_path / "offices.csv"
    path.write_bytes(HEADER + b"".join(b"Oakfield,%d,open,\n" % number for number in range(10_000)))
    text = as_text(checked(path))
    assert text.startswith("form.cells_in_row: 10,000 errors")
    assert (text.count("offices.csv:"), "... and 9,995 more (--all shows them)" in text) == (5, True)


def test_all_ten_thousand_faults_are_told_when_asked_for(csea, tmp_path):
    path = tmp_path / "any.csv"
    path.write_text("case_id,suspect_no,platform_id,conduct\n" + "c000001,one,oakchat,csam\n" * 10_000, "utf-8")
    with limited():
        result = csea("check", path, "--schema", "uses", "--all")
    assert result.out.count("is 'one'") == 10_000


# Paths that are no plain files.


def test_a_folder_that_is_named_like_a_file_is_told(csea, tmp_path):
    (tmp_path / "uses.csv").mkdir()
    result = csea("check", tmp_path)
    assert (result.code, "The file cannot be read: Is a directory." in result.out) == (1, True)


def test_a_link_to_itself_is_told(tmp_path):
    (tmp_path / "offices.csv").symlink_to(tmp_path / "offices.csv")
    assert [problem.rule for problem in checked(tmp_path / "offices.csv").errors] == ["form.readable"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path):
    path = tmp_path / "offices.csv"
    path.write_bytes(HEADER)
    path.chmod(0)
    (problem,) = checked(path).errors
    assert (problem.rule, "Permission denied" in problem.message) == ("form.readable", True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_is_no_file(csea, tmp_path):
    os.mkfifo(tmp_path / "uses.csv")
    result = csea("check", tmp_path / "uses.csv")
    assert (result.code, result.err) == (2, f"csea: {tmp_path}/uses.csv is no file.\n")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_in_a_folder_is_told_and_not_waited_for(csea, tmp_path):
    os.mkfifo(tmp_path / "uses.csv")
    with limited(2, "ITIMER_REAL", "SIGALRM"):
        assert csea("check", tmp_path).code != 0


def test_a_device_is_no_file(csea):
    assert csea("check", os.devnull).err == f"csea: {os.devnull} is no file.\n"


@pytest.mark.parametrize("name", ["uses.csv", "folder"])
def test_a_path_that_is_a_link_to_itself_is_wrong_usage(csea, tmp_path, name):
    (tmp_path / name).symlink_to(tmp_path / name)
    result = csea("check", tmp_path / name)
    assert (result.code, result.err) == (2, f"csea: There is no file or folder {tmp_path / name}.\n")


# Names that a terminal would obey.

NAMES = {"a newline": "two\nlines", "a bell": "bell\x07"}


def obeyed(text):
    """Control characters that a terminal would get."""
    return {char for char in text if ord(char) < 32 or 127 <= ord(char) < 160} - {"\n"}


@pytest.mark.parametrize("what", NAMES)
def test_the_name_of_a_file_is_shown_without_control_characters(csea, tmp_path, what):
    path = tmp_path / f"{NAMES[what]}.csv"
    path.write_bytes(b"")
    result = csea("check", path, "--schema", "uses", "--quiet")
    assert (result.code, obeyed(result.out)) == (1, set())
    assert len(result.out.splitlines()) == 5


@pytest.mark.parametrize("what", NAMES)
def test_a_path_that_is_not_there_is_shown_without_control_characters(csea, tmp_path, what):
    result = csea("check", tmp_path / f"{NAMES[what]}.csv")
    assert (result.code, obeyed(result.err), result.err.count("\n")) == (2, set(), 1)


@pytest.mark.skipif(os.name != "posix", reason="names are text elsewhere")
@pytest.mark.parametrize("output", FORMATS)
def test_the_name_of_a_file_may_be_no_text(csea, tmp_path, output):
    path = os.fsencode(tmp_path) + b"/\xff.csv"
    with open(path, "wb"):  # noqa: PTH123 - Path takes no bytes
        pass
    assert csea("check", os.fsdecode(path), "--schema", "uses", "--format", output).code == 1


def test_the_name_of_a_column_is_shown_without_control_characters(tmp_path):
    path = tmp_path / "offices.csv"
    path.write_bytes(b"town,\x1b[31mnumber\x07,note\n" + ROW)
    assert obeyed(as_text(checked(path))) == set()


def test_values_and_keys_are_shown_without_control_characters(tmp_path):
    path = tmp_path / "offices.csv"
    path.write_bytes(HEADER + b"Oak\x1b[31m\xc2\x9bfield,two\x07,\n")
    assert obeyed(as_text(checked(path))) == set()


# Parquet.


@pytest.fixture
def parquet(tmp_path):
    """A function that writes columns to Parquet and gives the rules they break."""

    def write_and_check(table):
        pq.write_table(table, tmp_path / "offices.parquet")
        return [problem.rule for problem in checked(tmp_path / "offices.parquet").errors]

    return write_and_check


def offices(**columns):
    return pa.table({"town": ["Oakfield"], "number": [1], "note": ["open"], **columns})


def test_nested_columns_are_told(parquet):
    assert parquet(offices(number=[{"is": 1}], note=[["open"]])) == ["form.column_type"] * 2


def test_a_column_that_stands_twice_is_told(parquet):
    table = offices().append_column("note", pa.array(["shut"]))
    assert parquet(table) == ["form.repeated_column"]


def test_text_in_parquet_that_is_no_utf_8_is_told(parquet):
    offsets = pa.py_buffer((0).to_bytes(4, "little") + (2).to_bytes(4, "little"))
    text = pa.StringArray.from_buffers(1, offsets, pa.py_buffer(b"\xff\xfe"))
    assert parquet(offices(note=text)) == ["form.encoding"]


def test_parquet_with_changed_bytes_never_ends_in_a_traceback(tmp_path):
    rng, path = Random(1), tmp_path / "offices.parquet"
    pq.write_table(pa.concat_tables([offices()] * 20), path)
    whole = path.read_bytes()
    for _ in range(150):
        data = bytearray(whole)
        data[rng.randrange(4, len(data) - 4)] = rng.randrange(256)
        path.write_bytes(data)
        checked(path)


# Whatever the bytes.

PIECES = st.sampled_from(
    [
        *(b"\n", b"\r\n", b"\r", b",", b'"', b'""', b" ", b"\x00", b"\xff", b"\xc3\xbc", b"\xef\xbb\xbf", b"\x1b"),
        *(HEADER, HEADER.strip(), ROW, b"Oakfield", b"Millbrook,2,\n", b"1", b"-0", b'A,1,"one', b'two"\n', b"=A,1,\n"),
    ]
)
ANY_BYTES = st.one_of(
    st.binary(max_size=200),
    st.lists(PIECES, max_size=12).map(b"".join),
    st.lists(PIECES, max_size=12).map(lambda pieces: HEADER + b"".join(pieces)),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("any")


@given(ANY_BYTES)
def test_any_bytes_give_a_report(folder, data):
    path = folder / "offices.csv"
    path.write_bytes(data)
    checked(path)


@given(ANY_BYTES)
def test_bytes_without_a_problem_are_the_canonical_form_of_their_rows(folder, data):
    path = folder / "offices.csv"
    path.write_bytes(data)
    if not checked(path).problems:
        rows, _ = read_file(path, "offices.csv", OFFICES)
        assert csv_bytes(text_table(rows.table)) == data


@example(b"\xef\xbb\xbf\xef\xbb\xbf" + HEADER)
@example(HEADER + b"\r")
@given(ANY_BYTES)
def test_what_is_mended_needs_no_mending_again(folder, data):
    file = File(folder / "offices.csv", "offices.csv", OFFICES)
    file.path.write_bytes(data)
    found = fix(file)
    if found is not None:
        file.path.write_bytes(found.after)
        assert fix(file) is None
