"""Mending what has one right answer, and nothing else: the bytes, spaces, quotes, numbers and order of a CSV file."""

import csv
import io
import os
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csea.check import File
from csea.check.files import read_file
from csea.check.fix import FIXED, fix
from csea.check.keys import check_order
from csea.schema import Field, Schema

SITTINGS = Schema(
    name="sittings",
    title="Sittings",
    description="Sittings of invented courts.",
    fields=(
        Field("court", "Court", "string", "Its name.", required=True),
        Field("number", "Number", "integer", "The number of the sitting.", required=True),
        Field("day", "Day", "date", "When."),
        Field("hours", "Hours", "number", "How long."),
        Field("is_public", "Public", "boolean", "Whether anybody may come."),
        Field("towns", "Towns", "string", "Whence people came.", separator="|"),
        Field("note", "Note", "string", "What else."),
    ),
    primary_key=("court", "number"),
)
HEADER = "court,number,day,hours,is_public,towns,note\n"
WHOLE = HEADER + (
    'Millbrook,2,2020-01-06,1.5,true,Ashford|Oakfield,"late, by an hour"\n'
    'Millbrook,10,2020-01-07,8,false,,"the ""old"" room"\n'
    "Oakfield,1,,0.25,,Oakfield,\n"
)


@pytest.fixture
def mend(tmp_path):
    """A function that writes a file, mends it and gives the fix."""

    def write_and_fix(text, name="sittings.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return fix(File(path, f"data/{name}", SITTINGS))

    return write_and_fix


# One disturbance at a time.


def test_a_canonical_file_needs_no_fix(mend):
    assert mend(WHOLE) is None


LAST_FIRST = HEADER + "Oakfield,1,,0.25,,Oakfield,\n" + WHOLE.removeprefix(HEADER).rpartition("Oakfield,1,")[0]
DISTURBED = {
    "byte-order mark removed": "\ufeff" + WHOLE,
    "newline at the end": WHOLE.removesuffix("\n"),
    "blank lines removed (2)": WHOLE.replace("\nOak", "\n\n\nOak"),
    "outer spaces": WHOLE.replace("Ashford|Oakfield", " Ashford|Oakfield\u00a0"),
    "needless quotes": WHOLE.replace("0.25", '"0.25"'),
    "numbers in canonical form": WHOLE.replace("0.25", "0.250"),
    "rows out of order": LAST_FIRST,
}


@pytest.mark.parametrize("summary", DISTURBED)
def test_each_disturbance_is_mended_and_told(mend, summary):
    found = mend(DISTURBED[summary])
    assert (found.summary, found.after.decode()) == (summary, WHOLE)


@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["Windows", "old Mac"])
def test_line_ends_are_mended_and_told_once(mend, end):
    found = mend(WHOLE.replace("\n", end))
    assert (found.summary, found.after.decode()) == ("line ends", WHOLE)


def test_columns_are_put_in_order_with_their_cells(mend):
    found = mend("number,court,note,towns,is_public,hours,day\n1,Oakfield,late,Ashford,true,2,2020-01-06\n")
    assert found.summary == "order of columns"
    assert found.after.decode() == HEADER + "Oakfield,1,2020-01-06,2,true,Ashford,late\n"


def test_numbers_of_a_key_are_sorted_by_size(mend):
    found = mend(HEADER + "Oakfield,10,,,,,\nOakfield,9,,,,,\n")
    assert found.after.decode() == HEADER + "Oakfield,9,,,,,\nOakfield,10,,,,,\n"


def test_quotes_in_the_header_are_removed(mend):
    assert mend(WHOLE.replace("court", '"court"', 1)).after.decode() == WHOLE


def test_every_rule_that_a_fix_serves_is_broken_by_a_disturbance_here(mend, tmp_path):
    texts = [*DISTURBED.values(), WHOLE.replace("\n", "\r\n"), "number," + HEADER.replace(",number", "") + "1,a,,,,,\n"]
    done = set().union(*(mend(text).done for text in texts))
    assert done == set(FIXED)


# Any disturbances together.

SPACES = ["", "", "", "", " ", "\t", "\u00a0", "\u2003", "\ufeff"]
COURTS = ["Oakfield", "Millbrook", "Greywick, North", 'the "old" mill', "Ärmelbach", "a"]
TEXTS = ["", "late", "a, b", '"', '""', "comma,", "NA", "1.50", "-"]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(COURTS),
        st.integers(0, 200).map(str),
        st.sampled_from(["", "2020-01-06", "1999-12-31"]),
        st.one_of(st.just(""), st.integers(-9, 99).map(str), st.integers(0, 99).map(lambda number: f"{number}.5")),
        st.sampled_from(["", "true", "false"]),
        st.sampled_from(["", "Ashford", "Ashford|Oakfield"]),
        st.sampled_from(TEXTS),
    ),
    unique_by=lambda row: row[:2],
    max_size=6,
)


def canonical(rows):
    """Canonical bytes by Python's own csv module."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(SITTINGS.columns)
    writer.writerows(sorted(rows, key=lambda row: (row[0], int(row[1]))))
    return text.getvalue().encode()


def disturbed(rows, rng):
    """The same cells with other bytes, spaces, quotes, numbers and order."""
    order = rng.sample(range(len(SITTINGS.columns)), len(SITTINGS.columns))
    lines = [",".join(SITTINGS.columns[place] for place in order)]
    for row in rng.sample(rows, len(rows)):
        lines += [""] * rng.choice([0, 0, 1])
        lines.append(",".join(_disturbed_cell(row[place], SITTINGS.columns[place], rng) for place in order))
    lines += [""] * rng.choice([0, 0, 1])
    end = rng.choice(["\n", "\r\n", "\r"])
    return (rng.choice(["", "\ufeff"]) + end.join(lines) + rng.choice(["", end])).encode()


def _disturbed_cell(cell, name, rng):
    if name == "hours" and cell and rng.random() < 0.5:
        cell += "0" if "." in cell else ".00"
    cell = rng.choice(SPACES) + cell + rng.choice(SPACES)
    needs_quotes = "," in cell or '"' in cell
    return '"' + cell.replace('"', '""') + '"' if needs_quotes or rng.random() < 0.2 else cell


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("mended")


def mended(folder, data):
    """The file once mended, and the fix of that."""
    path = folder / "sittings.csv"
    path.write_bytes(data)
    file = File(path, "data/sittings.csv", SITTINGS)
    found = fix(file)
    path.write_bytes(found.after if found else data)
    return path.read_bytes(), fix(file)


@given(rows=ROWS, seed=st.integers(0, 2**32))
def test_a_disturbed_file_is_given_back_in_canonical_form(folder, rows, seed):
    after, again = mended(folder, disturbed(rows, Random(seed)))
    assert after == canonical(rows)
    assert again is None


@given(rows=ROWS)
def test_a_mended_file_breaks_no_rule_that_a_fix_serves(folder, rows):
    path = folder / "whole.csv"
    path.write_bytes(canonical(rows))
    found, problems = read_file(path, "data/whole.csv", SITTINGS, canonical=True)
    assert [*problems, *check_order(found)] == []


# Nothing else.


def test_a_cell_with_another_fault_keeps_its_text(mend):
    row = 'Oakfield,"1,000",1/6/2020,two,yes,Ashford|,=late\n'
    found = mend(HEADER + row.replace("two", " two "))
    assert found.after.decode() == HEADER + row


def test_rows_stay_where_they_are_while_a_key_cannot_be_read(mend):
    rows = "Oakfield,2,,,,,\nOakfield,one,,,,,\n"
    assert mend(HEADER + rows.replace(",2,", ",2 ,")).after.decode() == HEADER + rows


def test_rows_with_the_same_key_keep_their_order(mend):
    rows = "Oakfield,1,,,,,first\nOakfield,1,,,,,second\nOakfield,1,,,,,third\n"
    assert mend(HEADER + "Oakfield,2,,,,,\n" + rows).after.decode() == HEADER + rows + "Oakfield,2,,,,,\n"


UNREADABLE = {
    "a quote left open": 'Oakfield,1,,,,,late \nOakfield,0,,,,,"\n',
    "a cell too many": "Oakfield,1,,,,,late \nOakfield,0,,,,,,\n",
    "a carriage return in a cell": "Oakfield,1,,,,,late \nOakfield,0,,,,,a\rb\n",
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_file_with_unreadable_lines_only_has_its_bytes_mended(mend, what):
    text = HEADER + UNREADABLE[what]
    assert mend("\ufeff" + text.replace("\n", "\r\n")).after.decode() == text


def test_a_file_that_is_not_utf_8_only_has_its_bytes_mended(mend):
    data = (HEADER + "Oakfield,1,,,,,Müll \n").encode("latin-1")
    assert mend(data.replace(b"\n", b"\r\n")).after == data


def test_a_file_with_other_columns_only_has_its_bytes_mended(mend):
    text = HEADER.replace("note", "notes") + "Oakfield,2,,,,, a\nOakfield,1,,,,,\n"
    assert mend(text.removesuffix("\n")).after.decode() == text


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 a workbook\r\n", HEADER.encode("utf-16")], ids=len)
def test_a_file_that_is_no_text_is_left_alone(mend, data):
    assert mend(data) is None


def test_a_file_with_a_line_too_long_is_left_alone(mend):
    # It was not read to its end, so nobody knows what its bytes are.
    assert mend(HEADER.encode() + b"x" * 20 * 2**20) is None


def test_a_parquet_file_is_left_alone(mend):
    assert mend(WHOLE.replace("\n", "\r\n"), "sittings.parquet") is None


def test_a_missing_file_has_no_fix(tmp_path):
    assert fix(File(tmp_path / "none.csv", "data/none.csv", SITTINGS)) is None


# What is shown.


def test_the_diff_shows_the_lines_that_change(mend):
    diff = mend(WHOLE.replace("0.25", "0.250")).diff().splitlines()
    assert diff[:2] == ["--- data/sittings.csv", "+++ data/sittings.csv"]
    assert [line for line in diff[2:] if line[0] in "+-"] == [
        "-Oakfield,1,,0.250,,Oakfield,",
        "+Oakfield,1,,0.25,,Oakfield,",
    ]


def test_line_ends_alone_have_no_diff(mend):
    assert mend(WHOLE.replace("\n", "\r\n")).diff() == ""


def test_the_diff_holds_nothing_that_a_terminal_obeys(mend):
    diff = mend(HEADER + "Oakfield,2,,,,,\x1b[31mlate\x07\nOakfield,1,,,,,\n").diff()
    assert [char for char in diff if char < " " and char != "\n"] == []


def test_a_diff_that_nobody_would_read_is_left_out(mend):
    rows = [f"Oakfield,{number},,,,,\n" for number in range(3_000)]
    assert mend(HEADER + "".join(rows[:1] + rows[:0:-1])).diff() == "(from line 3 on too many lines differ to show)"


# csea check --fix.

PLATFORMS = "data/inputs/platforms.csv"


@pytest.fixture
def spaced(copy):
    """A copy of the project in which a hand-kept file has one outer space."""
    path = copy / PLATFORMS
    path.write_bytes(path.read_bytes().replace(b"\nadobe,Adobe,", b"\nadobe,Adobe ,"))
    return copy


def test_the_command_mends_a_file_shows_the_difference_and_checks_the_result(csea, spaced, root):
    result = csea("--root", spaced, "check", spaced / PLATFORMS, "--fix")
    told, *diff = result.out.splitlines()
    assert (result.code, told, diff[-1]) == (0, f"Fixed {PLATFORMS}: outer spaces.", "No problems found.")
    assert [line[:16] for line in diff if line.startswith("-adobe,")] == ["-adobe,Adobe ,Ad"]
    assert (spaced / PLATFORMS).read_bytes() == (root / PLATFORMS).read_bytes()


def test_a_dry_run_tells_the_fault_and_the_fix_and_writes_nothing(csea, spaced):
    before = (spaced / PLATFORMS).read_bytes()
    result = csea("--root", spaced, "check", spaced / PLATFORMS, "--fix", "--dry-run")
    assert result.code == 1
    assert f"Would fix {PLATFORMS}: outer spaces." in result.out and "form.outer_spaces: 1 error" in result.out
    assert (spaced / PLATFORMS).read_bytes() == before


def test_without_a_path_only_hand_kept_files_are_mended(csea, spaced):
    machine, published = spaced / "data" / "machine" / "readings.csv", spaced / "data" / "uses.csv"
    kept = {}
    for path in (machine, published):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\n\n", 1))
        kept[path] = path.read_bytes()
    result = csea("--root", spaced, "check", "--fix", "--format", "json")
    assert '"form.blank_line"' in result.out and '"form.outer_spaces"' not in result.out
    assert {path: path.read_bytes() for path in kept} == kept


def test_a_fix_does_not_mix_with_a_report_for_machines(csea, spaced):
    result = csea("--root", spaced, "check", spaced / PLATFORMS, "--fix", "--format", "github")
    assert (result.code, result.out) == (0, "")


def test_files_beside_the_one_asked_for_are_not_mended(csea, spaced):
    before = (spaced / PLATFORMS).read_bytes()
    csea("--root", spaced, "check", spaced / "data" / "inputs" / "platform_aliases.csv", "--fix")
    assert (spaced / PLATFORMS).read_bytes() == before


def test_a_write_that_fails_leaves_the_old_file_and_no_other(csea, spaced, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    path = spaced / PLATFORMS
    before, beside = path.read_bytes(), set(path.parent.iterdir())
    monkeypatch.setattr(os, "fsync", full)
    result = csea("--root", spaced, "check", path, "--fix")
    assert (path.read_bytes(), set(path.parent.iterdir())) == (before, beside)
    assert (result.code != 0, result.err.count("\n"), "No space left" in result.err) == (True, 1, True)
