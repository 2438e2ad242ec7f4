"""Cells: how many a row has, outer spaces, and what a spreadsheet would run."""

import pytest
from told import place, told

from csea.check.blocks import Block
from csea.check.form import parse

FILE = "data/towns.csv"
HEADER = ["town_id", "name", "sentence_months"]


@pytest.fixture
def parsed(towns):
    """A function that parses this text as a block below the header; it gives table, lines and problems."""

    def parse_block(text, header=HEADER):
        rows, problems = parse(Block(text.encode(), 2), header, FILE, towns)
        return rows, problems

    return parse_block


def test_cells_are_text_and_empty_cells_are_null(parsed):
    rows, problems = parsed("t1,Oakfield,012\nt2,,\n")
    assert problems == []
    assert rows.table.to_pydict() == {
        "town_id": ["t1", "t2"],
        "name": ["Oakfield", None],
        "sentence_months": ["012", None],
    }


def test_words_that_other_tools_take_for_nothing_stay_text(parsed):
    rows, _ = parsed("t1,NA,\nt2,null,\nt3,NaN,\n")
    assert rows.table["name"].to_pylist() == ["NA", "null", "NaN"]


def test_a_quoted_cell_may_hold_commas_and_quotes(parsed):
    rows, problems = parsed('t1,"Oak ""Old"" field, North",\n')
    assert problems == []
    assert rows.table["name"].to_pylist() == ['Oak "Old" field, North']


@pytest.mark.parametrize("row, cells", [("t2,Millbrook", 2), ("t2,Mill,brook,3", 4)])
def test_a_row_with_too_few_or_too_many_cells_is_named_and_left_out(parsed, only, row, cells):
    rows, problems = parsed(f"t1,Oakfield,1\n{row}\nt3,Ashford,3\n")
    assert place(only(problems)) == ("form.cells_in_row", FILE, 3, "", "", row)
    assert f"{cells} cells instead of 3" in problems[0].message
    assert (rows.table["town_id"].to_pylist(), rows.lines.tolist()) == (["t1", "t3"], [2, 4])


def test_every_row_of_wrong_length_is_named_by_its_physical_line(parsed):
    # The blank line and the open quote are left out before cells are counted.
    _, problems = parsed('\nt1,Oakfield\nt2,"Mill,2\nt3,Ash,ford,3\nt4,Elmstead,4\nt5\n')
    counted = [problem for problem in problems if problem.rule == "form.cells_in_row"]
    assert told(counted) == [("form.cells_in_row", line) for line in (3, 5, 7)]


@pytest.mark.parametrize(
    "text, is_whole",
    [("t1,Oakfield,1\n", True), ("t1,Oakfield\n", False), ('t1,"Oakfield,1\n', False), ("t1, Oakfield,x\n", True)],
    ids=["a clean row", "too few cells", "an open quote", "faults of cells"],
)
def test_rows_are_whole_unless_a_line_is_missing(parsed, text, is_whole):
    assert parsed("t0,,\n" + text)[0].is_whole == is_whole


def test_a_column_that_the_header_lacks_is_absent_and_empty(parsed):
    rows, problems = parsed("t1,12\n", header=["town_id", "sentence_months"])
    assert problems == []
    assert rows.absent == {"name"}
    assert rows.table.to_pylist() == [{"town_id": "t1", "name": None, "sentence_months": "12"}]


@pytest.mark.parametrize(
    "value",
    [
        " Oakfield",
        "Oakfield ",
        "Oakfield\t",
        "Oakfield\u00a0",
        "\u2003Oakfield",
        "Oakfield\u200b",
        "\ufeffOakfield",
        " ",
    ],
    ids=ascii,
)
def test_outer_spaces_are_named_with_the_cell(parsed, only, value):
    problem = only(parsed(f"t1,{value},\n")[1])
    assert place(problem) == ("form.outer_spaces", FILE, 2, "town_id=t1", "name", value)


def test_outer_spaces_of_a_number_are_named_too(parsed, only):
    problem = only(parsed("t1,, 3\n")[1])
    assert place(problem) == ("form.outer_spaces", FILE, 2, "town_id=t1", "sentence_months", " 3")


@pytest.mark.parametrize("value", ["Oak field", "Oak\u00a0field", "à", "Łódź", "。", "\U0001f3e0"], ids=ascii)
def test_inner_spaces_and_letters_that_share_bytes_with_spaces_pass(parsed, value):
    assert parsed(f"t1,{value},\n")[1] == []


@pytest.mark.parametrize("value", ["=SUM(A1)", "+1 town", "@Oakfield", "-Oakfield"])
def test_a_cell_that_a_spreadsheet_would_run_is_named(parsed, only, value):
    problem = only(parsed(f"t1,Oakfield,\nt2,{value},\n")[1])
    assert place(problem) == ("form.spreadsheet_formula", FILE, 3, "town_id=t2", "name", value)


def test_a_leading_tab_is_an_outer_space_and_a_formula(parsed):
    # Two problems of necessity: both rules are about the first character.
    _, problems = parsed("t1,\tOakfield,\n")
    assert [problem.rule for problem in problems] == ["form.outer_spaces", "form.spreadsheet_formula"]


def test_a_negative_number_is_no_formula(parsed):
    assert parsed("t1,,-3\nt2,-3 degrees,\n")[1] == []


def test_a_sign_before_a_number_is_left_to_the_check_of_types(parsed):
    assert parsed("t1,,+3\n")[1] == []


def test_a_key_that_a_terminal_would_not_show_is_escaped_where_the_row_is_named(parsed, only):
    assert "town_id=t1\\u200b" in only(parsed("t1\u200b,,\n")[1]).where()
