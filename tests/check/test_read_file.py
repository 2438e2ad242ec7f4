"""CSV files from bytes to typed rows: all faults in one run, whatever the blocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told import place, told

from csea.check import blocks
from csea.check.files import read_file
from csea.schema import Field, Schema

HEADER = "town_id,name,sentence_months\n"


def test_a_clean_file_gives_typed_rows_with_their_lines(read):
    rows, problems = read(f"{HEADER}t1,Oakfield,12\nt2,,\n", canonical=True)
    assert problems == []
    assert rows.table.to_pydict() == {
        "town_id": ["t1", "t2"],
        "name": ["Oakfield", None],
        "sentence_months": [12, None],
    }
    assert (rows.lines.tolist(), rows.absent, rows.is_whole) == ([2, 3], frozenset(), True)


def test_a_header_alone_is_an_empty_table(read, towns):
    rows, problems = read(HEADER)
    assert (rows.table.num_rows, rows.table.column_names, problems) == (0, towns.columns, [])
    assert rows.is_whole


def test_a_file_that_is_no_text_gives_no_rows(read, only):
    rows, problems = read(HEADER.encode("utf-16"))
    assert only(problems).rule == "form.encoding"
    assert rows is None


def test_a_missing_file_gives_no_rows(tmp_path, towns, only):
    rows, problems = read_file(tmp_path / "towns.csv", "data/towns.csv", towns)
    assert place(only(problems)) == ("form.readable", "data/towns.csv", 0, "", "", "")
    assert rows is None


def test_all_faults_of_a_file_come_out_in_one_run(read):
    lines = [
        "t1, Oakfield,12",
        "",
        "t2,Mill,brook,3",
        "t3,=Ashford,x",
        't4,"Elmstead,4',
        ",Greywick,5",
        't6,"Thornby",1.0',
        "t7,Millbrook,007",
    ]
    rows, problems = read("\ufeff" + HEADER + "\r\n".join(lines), canonical=True)
    assert told(problems) == [
        ("form.byte_order_mark", 1),
        ("form.line_ends", 2),
        ("form.outer_spaces", 2),
        ("form.blank_line", 3),
        ("form.cells_in_row", 4),
        ("column.type", 5),
        ("form.spreadsheet_formula", 5),
        ("form.quotes", 6),
        ("column.required", 7),
        ("column.type", 8),
        ("form.needless_quotes", 8),
        ("column.type", 9),
        ("form.last_line", 9),
    ]
    assert rows.lines.tolist() == [2, 5, 7, 8, 9]
    assert not rows.is_whole


def test_a_missing_column_is_told_and_the_others_are_still_checked(read):
    rows, problems = read("town_id,sentence_months\nt1,twelve\n")
    assert told(problems) == [("form.missing_column", 1), ("column.type", 2)]
    assert rows.absent == {"name"}


def test_a_missing_key_column_is_told_once_and_rows_have_no_name(read):
    _, problems = read("name,sentence_months\nOakfield,x\nMillbrook,2\n")
    assert [(problem.rule, problem.key) for problem in problems] == [("form.missing_column", ""), ("column.type", "")]


def test_an_unknown_column_is_told_and_passed_over(read, only):
    rows, problems = read("town_id,name,mayor,sentence_months\nt1,Oakfield,x,12\n")
    assert only(problems).rule == "form.unknown_column"
    assert rows.table.to_pylist() == [{"town_id": "t1", "name": "Oakfield", "sentence_months": 12}]


def test_of_a_repeated_column_the_first_is_read(read, only):
    rows, problems = read("town_id,name,name,sentence_months\nt1,Oakfield,Millbrook,12\n")
    assert only(problems).rule == "form.repeated_column"
    assert rows.table["name"].to_pylist() == ["Oakfield"]


def test_columns_in_another_order_are_told_and_read_by_name(read, only):
    rows, problems = read("sentence_months,name,town_id\n12,Oakfield,t1\n")
    assert only(problems).rule == "form.column_order"
    assert rows.table.to_pylist() == [{"town_id": "t1", "name": "Oakfield", "sentence_months": 12}]


def test_needless_quotes_in_the_header_are_told_where_the_canonical_form_is_asked_for(read, only):
    text = '"town_id",name,sentence_months\nt1,Oakfield,12\n'
    assert told([only(read(text, canonical=True)[1])]) == [("form.needless_quotes", 1)]
    assert read(text)[1] == []


def test_a_row_may_be_longer_than_the_reader_takes_at_a_time(read):
    long = "word " * 1_000_000 + "end"  # Arrow reads 1 MiB at a time, we 4 MiB
    rows, problems = read(f"{HEADER}t1,{long},\nt2,Oakfield,\n")
    assert problems == []
    assert rows.table["name"].to_pylist() == [long, "Oakfield"]


# Cells with every fault that a cell can have, and rows with every fault that a row can have but one: a cell with a
# newline is told otherwise where its two lines stand in two blocks.
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters='",'), max_size=6)
CELL = TEXT | st.sampled_from(["1", "-0", "1.50", "=x", " 1", "\u00a0", '"a, b"', '"plain"', '"the ""old"" mill"'])
ROW = st.lists(CELL, min_size=3, max_size=3).map(",".join)
BROKEN = st.sampled_from(["", "t1", "t1,2,3,4", "t1,\x00,", "t1,\r,"])
LINES = st.lists(ROW | BROKEN, max_size=12)
NUMBERED = Schema(
    "towns",
    "Towns",
    "Invented towns.",
    (
        Field("town_id", "Id", "string", "Id.", required=True),
        Field("size", "Size", "number", "Size.", maximum=10),
        Field("kind", "Kind", "string", "Kind.", enum=("town", "village")),
    ),
    ("town_id",),
)


@given(lines=LINES, size=st.integers(1, 60), end=st.sampled_from(["\n", ""]))
def test_any_file_reads_the_same_whatever_the_size_of_its_blocks(tmp_path_factory, lines, size, end):
    path = tmp_path_factory.getbasetemp() / "scratch.csv"
    path.write_text("\n".join(["town_id,size,kind", *lines]) + end, encoding="utf-8", newline="")
    whole, problems = read_file(path, "towns.csv", NUMBERED, canonical=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK", size)
        parts, found = read_file(path, "towns.csv", NUMBERED, canonical=True)
    assert parts.table.equals(whole.table)
    assert (parts.lines.tolist(), parts.is_whole) == (whole.lines.tolist(), whole.is_whole)
    assert set(found) == set(problems) and len(found) == len(problems)
