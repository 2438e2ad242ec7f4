"""Lines that are no rows, each named with its number while all others are read, and headers."""

import pytest
from told import place, told

from csea.check.blocks import Block
from csea.check.header import check_header
from csea.check.lines import readable_lines, shorten

FILE = "data/towns.csv"
FIRST = 2  # the line after a header


def judge(*lines, canonical=False):
    """The lines that stay, their numbers and the problems of the others."""
    data, numbers, problems = readable_lines(Block(b"".join(line + b"\n" for line in lines), FIRST), FILE, canonical)
    return data.splitlines(), numbers.tolist(), problems


def test_plain_lines_stay_with_their_numbers():
    assert judge(b"t1,Oakfield,12", b"t2,,") == ([b"t1,Oakfield,12", b"t2,,"], [2, 3], [])


@pytest.mark.parametrize(
    "line, rule, value",
    [
        (b"", "form.blank_line", ""),
        (b"t2,Mi\x00ll,1", "form.nul", "t2,Mi\x00ll,1"),
        (b"t2,Mill\rbrook,1", "form.carriage_return", "t2,Mill brook,1"),
        (b"t2,M\xfchle,1", "form.encoding", "t2,M\ufffdhle,1"),
        (b't2,"Millbrook,1', "form.quotes", 't2,"Millbrook,1'),
        (b't2,Mill "Old" brook,1', "form.quotes", 't2,Mill "Old" brook,1'),
        (b't2,"Mill" brook,1', "form.quotes", 't2,"Mill" brook,1'),
        (b't2,"Mill "Old" brook",1', "form.quotes", 't2,"Mill "Old" brook",1'),
    ],
    ids=["blank", "NUL", "carriage return", "Latin-1", "open quote", "quotes within", "text after", "single within"],
)
def test_a_line_that_is_no_row_is_named_and_the_others_stay(only, line, rule, value):
    kept, numbers, problems = judge(b"t1,Oakfield,12", line, b"t3,Ashford,3")
    assert place(only(problems)) == (rule, FILE, 3, "", "", value)
    assert (kept, numbers) == ([b"t1,Oakfield,12", b"t3,Ashford,3"], [2, 4])


def test_every_line_that_is_not_utf_8_is_named():
    kept, _, problems = judge(b"t1,S\xe3o,1", "t2,Müllbrook,2".encode(), b"t3,\xff,3")
    assert told(problems) == [("form.encoding", 2), ("form.encoding", 4)]
    assert kept == ["t2,Müllbrook,2".encode()]


def test_faults_of_several_kinds_come_out_together():
    lines = (b"", b"a\x00", b"b\rc", b"d\xff", b'e"', b"f", b"")
    kept, numbers, problems = judge(*lines)
    rules = ["blank_line", "nul", "carriage_return", "encoding", "quotes"]
    assert told(problems) == [*((f"form.{rule}", line) for line, rule in enumerate(rules, 2)), ("form.blank_line", 8)]
    assert (kept, numbers) == ([b"f"], [7])


@pytest.mark.parametrize("line", [b't1,\x00\r\xff"', b'"t1",\x00'])
def test_a_line_with_several_faults_is_named_once(only, line):
    assert only(judge(line, canonical=True)[2]).rule == "form.nul"


def test_a_newline_in_a_cell_is_one_problem_of_two_lines(only):
    kept, numbers, problems = judge(b't1,"Oak', b'field",1', b"t2,,")
    assert place(only(problems)) == ("form.newline_in_cell", FILE, 2, "", "", 't1,"Oak')
    assert (kept, numbers) == ([b"t2,,"], [4])


def test_open_quotes_that_are_lines_apart_are_each_named():
    problems = judge(b't1,"Oak,1', b"t2,,", b't3,"Ash,3')[2]
    assert told(problems) == [("form.quotes", 2), ("form.quotes", 4)]


WELL_QUOTED = [b't1,"Oakfield, North",1', b't1,"the ""Old"" mill",1', b'"""",,', b't1,",",1']


@pytest.mark.parametrize("line", WELL_QUOTED)
def test_quotes_that_a_cell_needs_are_canonical(line):
    assert judge(line, canonical=True) == ([line], [2], [])


@pytest.mark.parametrize("line", [b'"t1",Oakfield,1', b't1,"",1', b't1,"a, b","1"', b't1,Oakfield,"1"'])
def test_needless_quotes_are_named_and_the_line_stays_a_row(only, line):
    kept, _, problems = judge(b"t0,,", line, canonical=True)
    assert place(only(problems)) == ("form.needless_quotes", FILE, 3, "", "", line.decode())
    assert kept == [b"t0,,", line]


def test_needless_quotes_pass_where_the_canonical_form_is_not_asked_for():
    assert judge(b'"t1","Oakfield",1')[2] == []


def test_a_shown_line_is_cut_and_holds_no_odd_bytes():
    assert shorten(b"a\tb \xe3 " + b"x" * 100) == "a b \ufffd " + "x" * 74


def test_the_header_of_the_schema_has_no_problem(towns):
    assert check_header(b"town_id,name,sentence_months", FILE, towns) == (towns.columns, [])


def test_a_quoted_header_is_read(towns):
    assert check_header(b'"town_id",name,"sentence_months"', FILE, towns) == (towns.columns, [])


def test_a_missing_column_is_named_with_the_whole_header(towns, only):
    problem = only(check_header(b"town_id,sentence_months", FILE, towns)[1])
    assert place(problem) == ("form.missing_column", FILE, 1, "", "name", "")
    assert "town_id,name,sentence_months" in problem.fix


def test_an_unknown_column_is_named(towns, only):
    problem = only(check_header(b"town_id,name,sentence_months,mayor", FILE, towns)[1])
    assert place(problem) == ("form.unknown_column", FILE, 1, "", "mayor", "mayor")


def test_a_column_without_a_name_is_said_to_have_none(towns, only):
    problem = only(check_header(b"town_id,name,sentence_months,,", FILE, towns)[1])
    assert place(problem) == ("form.unknown_column", FILE, 1, "", "", "")
    assert "no name" in problem.message


def test_a_misspelt_column_is_missing_and_its_near_name_suggested(towns):
    # Two problems of necessity: one name is not there, another is too many.
    missing, unknown = check_header(b"town_id,name,sentance_months", FILE, towns)[1]
    assert place(missing) == ("form.missing_column", FILE, 1, "", "sentence_months", "")
    assert place(unknown) == ("form.unknown_column", FILE, 1, "", "sentance_months", "sentance_months")
    assert 'Did you mean "sentence_months"?' in unknown.fix


def test_a_repeated_column_is_named_once(towns, only):
    problem = only(check_header(b"town_id,name,name,name,sentence_months", FILE, towns)[1])
    assert place(problem) == ("form.repeated_column", FILE, 1, "", "name", "name")


def test_swapped_columns_are_named_with_the_right_order(towns, only):
    problem = only(check_header(b"name,town_id,sentence_months", FILE, towns)[1])
    assert place(problem) == ("form.column_order", FILE, 1, "", "", "")
    assert "town_id,name,sentence_months" in problem.fix
