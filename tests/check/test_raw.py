"""Bytes and headers that keep a file from being read."""

import pytest

from csea.check.raw import check_bytes, check_header, shorten

GOOD = b"town_id,name,sentence_months\nt1,Oakfield,12\nt2,Millbrook,\n"
FILE = "data/towns.csv"


def place(problem):
    """Everything that says where a problem stands."""
    return problem.rule, problem.file, problem.line, problem.key, problem.column, problem.value


def test_clean_bytes_have_no_problem():
    assert check_bytes(GOOD, FILE) == []


def test_an_empty_file_is_named_as_a_whole(only):
    assert place(only(check_bytes(b"", FILE))) == ("form.empty", FILE, 0, "", "", "")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_named_with_or_without_its_mark(encoding, only):
    problem = only(check_bytes(GOOD.decode().encode(encoding), FILE))
    assert place(problem) == ("form.encoding", FILE, 1, "", "", "")
    assert "UTF-16" in problem.message


def test_utf_16_be_with_its_mark_is_named(only):
    problem = only(check_bytes(b"\xfe\xff" + GOOD.decode().encode("utf-16-be"), FILE))
    assert place(problem) == ("form.encoding", FILE, 1, "", "", "")


def test_a_byte_order_mark_is_named_with_its_fix(only):
    problem = only(check_bytes(b"\xef\xbb\xbf" + GOOD, FILE))
    assert place(problem) == ("form.byte_order_mark", FILE, 1, "", "", "")
    assert "without a byte-order mark" in problem.fix


def test_a_nul_byte_is_named_with_its_line(only):
    assert place(only(check_bytes(GOOD.replace(b"Mill", b"Mi\x00ll"), FILE))) == ("form.nul", FILE, 3, "", "", "")


def test_a_latin_1_byte_is_named_with_its_line_and_bytes(only):
    problem = only(check_bytes(GOOD.replace(b"Oakfield", b"S\xe3o"), FILE))
    assert place(problem)[:5] == ("form.encoding", FILE, 2, "", "")
    assert "xe3" in problem.value


def test_windows_line_ends_are_one_problem_at_the_first_line(only):
    assert place(only(check_bytes(GOOD.replace(b"\n", b"\r\n"), FILE))) == ("form.line_ends", FILE, 1, "", "", "")


def test_a_single_carriage_return_is_found_in_its_line(only):
    assert only(check_bytes(GOOD.replace(b"Mill", b"Mi\rll"), FILE)).line == 3


def test_a_missing_last_newline_is_named_at_the_last_line(only):
    assert place(only(check_bytes(GOOD[:-1], FILE))) == ("form.last_line", FILE, 3, "", "", "")


def test_an_open_quote_is_named_where_it_opens(only):
    problem = only(check_bytes(GOOD.replace(b"Oakfield", b'"Oakfield'), FILE))
    assert place(problem) == ("form.newline_in_cell", FILE, 2, "", "", 't1,"Oakfield,12')


def test_a_newline_in_a_cell_is_named_where_the_cell_begins(only):
    problem = only(check_bytes(GOOD.replace(b"Millbrook", b'"Mill\nbrook"'), FILE))
    assert place(problem) == ("form.newline_in_cell", FILE, 3, "", "", 't2,"Mill')


def test_doubled_quotes_within_a_cell_are_well_formed():
    assert check_bytes(GOOD.replace(b"Oakfield", b'"Oak ""Old"" field"'), FILE) == []


def test_faults_of_different_lines_come_out_together():
    found = check_bytes(GOOD.replace(b"Oakfield", b"Oak\rfield")[:-1], FILE)
    assert [problem.rule for problem in found] == ["form.line_ends", "form.last_line"]


def test_the_header_of_the_schema_has_no_problem(towns):
    assert check_header(GOOD, FILE, towns) == []


def test_a_quoted_header_is_read(towns):
    assert check_header(b'"town_id",name,"sentence_months"\n', FILE, towns) == []


def test_a_missing_column_is_named_with_the_whole_header(towns, only):
    problem = only(check_header(b"town_id,sentence_months\n", FILE, towns))
    assert place(problem) == ("form.missing_column", FILE, 1, "", "name", "")
    assert "town_id,name,sentence_months" in problem.fix


def test_an_unknown_column_is_named(towns, only):
    problem = only(check_header(b"town_id,name,sentence_months,mayor\n", FILE, towns))
    assert place(problem) == ("form.unknown_column", FILE, 1, "", "mayor", "mayor")


def test_a_misspelt_column_is_missing_and_its_near_name_suggested(towns):
    # Two problems of necessity: one name is not there, another is too many.
    missing, unknown = check_header(b"town_id,name,sentance_months\n", FILE, towns)
    assert place(missing) == ("form.missing_column", FILE, 1, "", "sentence_months", "")
    assert place(unknown) == ("form.unknown_column", FILE, 1, "", "sentance_months", "sentance_months")
    assert 'Did you mean "sentence_months"?' in unknown.fix


def test_a_repeated_column_is_named_once(towns, only):
    problem = only(check_header(b"town_id,name,name,sentence_months\n", FILE, towns))
    assert place(problem) == ("form.repeated_column", FILE, 1, "", "name", "name")


def test_swapped_columns_are_named_with_the_right_order(towns, only):
    problem = only(check_header(b"name,town_id,sentence_months\n", FILE, towns))
    assert place(problem) == ("form.column_order", FILE, 1, "", "", "")
    assert "town_id,name,sentence_months" in problem.fix


def test_a_shown_line_is_cut_and_holds_no_odd_bytes():
    assert shorten(b"a\tb \xe3 " + b"x" * 100) == "a b \ufffd " + "x" * 74
