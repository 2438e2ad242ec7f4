"""Files as tables of text cells: rows, cells and canonical form."""

import pyarrow as pa
import pytest

from csea.check.form import check_canonical, read_csv

HEADER = "town_id,name,sentence_months\n"
FILE = "data/towns.csv"


@pytest.fixture
def read(tmp_path, towns):
    """Write a file with these rows below the header and read it."""

    def write_and_read(rows):
        path = tmp_path / "towns.csv"
        path.write_text(HEADER + rows, encoding="utf-8")
        return read_csv(path, FILE, towns)

    return write_and_read


def place(problem):
    return problem.rule, problem.file, problem.line, problem.key, problem.column, problem.value


def test_cells_are_text_and_empty_cells_are_null(read):
    table, problems = read("t1,Oakfield,012\nt2,,\n")
    assert problems == []
    assert table.to_pydict() == {"town_id": ["t1", "t2"], "name": ["Oakfield", None], "sentence_months": ["012", None]}


def test_words_that_other_tools_take_for_nothing_stay_text(read):
    table, _ = read("t1,NA,\nt2,null,\nt3,NaN,\n")
    assert table["name"].to_pylist() == ["NA", "null", "NaN"]


def test_a_header_alone_is_an_empty_table(read):
    table, problems = read("")
    assert (table.num_rows, table.column_names, problems) == (0, ["town_id", "name", "sentence_months"], [])


def test_a_quoted_cell_may_hold_commas_and_quotes(read):
    table, problems = read('t1,"Oak ""Old"" field, North",\n')
    assert problems == []
    assert table["name"].to_pylist() == ['Oak "Old" field, North']


@pytest.mark.parametrize("row, cells", [("t2,Millbrook", 2), ("t2,Mill,brook,3", 4)])
def test_a_row_with_too_few_or_too_many_cells_is_named_with_its_line(read, only, row, cells):
    table, problems = read(f"t1,Oakfield,1\n{row}\nt3,Ashford,3\n")
    problem = only(problems)
    assert place(problem) == ("form.cells_in_row", FILE, 3, "", "", row)
    assert f"{cells} cells instead of 3" in problem.message
    assert table is None


def test_a_blank_line_counts_as_a_row_of_empty_cells(read):
    # So the lines after it keep their numbers, and its empty key is a problem of the columns.
    table, problems = read("t1,Oakfield,1\n\nt3,Ashford,3\n")
    assert problems == []
    assert table["town_id"].to_pylist() == ["t1", None, "t3"]


def test_every_row_of_wrong_length_is_named(read):
    _, problems = read("t1,Oakfield\nt2,Millbrook,2\nt3,Ash,ford,3\n")
    assert [(problem.rule, problem.line) for problem in problems] == [
        ("form.cells_in_row", 2),
        ("form.cells_in_row", 4),
    ]


@pytest.mark.parametrize("value", [" Oakfield", "Oakfield ", "Oakfield\t"])
def test_outer_spaces_are_named_with_the_cell(read, only, value):
    table, problems = read(f"t1,{value},\n")
    assert place(only(problems)) == ("form.outer_spaces", FILE, 2, "town_id=t1", "name", value)
    assert table is not None  # the cells can still be told apart, so later checks may run


def test_outer_spaces_of_a_number_are_named_too(read, only):
    assert place(only(read("t1,, 3\n")[1])) == ("form.outer_spaces", FILE, 2, "town_id=t1", "sentence_months", " 3")


@pytest.mark.parametrize("value", ["=SUM(A1)", "+1 town", "@Oakfield", "-Oakfield"])
def test_a_cell_that_a_spreadsheet_would_run_is_named(read, only, value):
    _, problems = read(f"t1,Oakfield,\nt2,{value},\n")
    assert place(only(problems)) == ("form.spreadsheet_formula", FILE, 3, "town_id=t2", "name", value)


def test_a_leading_tab_is_an_outer_space_and_a_formula(read):
    # Two problems of necessity: both rules are about the first character.
    _, problems = read("t1,\tOakfield,\n")
    assert [problem.rule for problem in problems] == ["form.outer_spaces", "form.spreadsheet_formula"]


def test_a_negative_number_is_no_formula(read):
    assert read("t1,,-3\nt2,-3 degrees,\n")[1] == []


def test_a_sign_before_a_number_is_left_to_the_check_of_types(read):
    assert read("t1,,+3\n")[1] == []


def test_a_missing_file_is_named(tmp_path, towns, only):
    table, problems = read_csv(tmp_path / "towns.csv", FILE, towns)
    problem = only(problems)
    assert place(problem) == ("form.readable", FILE, 0, "", "", "")
    assert "No such file" in problem.message
    assert table is None


def test_a_folder_in_place_of_a_file_is_named(tmp_path, towns, only):
    (tmp_path / "towns.csv").mkdir()
    problem = only(read_csv(tmp_path / "towns.csv", FILE, towns)[1])
    assert place(problem) == ("form.readable", FILE, 0, "", "", "")
    assert "Is a directory" in problem.message


def test_faulty_bytes_give_no_table(tmp_path, towns, only):
    path = tmp_path / "towns.csv"
    path.write_bytes(b"\xef\xbb\xbf" + HEADER.encode())
    table, problems = read_csv(path, FILE, towns)
    assert only(problems).rule == "form.byte_order_mark"
    assert table is None


def test_a_faulty_header_gives_no_table(tmp_path, towns, only):
    path = tmp_path / "towns.csv"
    path.write_text("town_id,name\nt1,Oakfield\n", encoding="utf-8")
    table, problems = read_csv(path, FILE, towns)
    assert only(problems).rule == "form.missing_column"
    assert table is None


CANONICAL = pa.table({"town_id": ["t1", "t2"], "name": ["Oakfield", "Mill, brook"]})


def check_text(tmp_path, text):
    path = tmp_path / "towns.csv"
    path.write_text(text, encoding="utf-8")
    return check_canonical(path, FILE, CANONICAL)


def test_a_canonical_file_has_no_problem(tmp_path):
    assert check_text(tmp_path, 'town_id,name\nt1,Oakfield\nt2,"Mill, brook"\n') == []


@pytest.mark.parametrize(
    "text, line, value",
    [
        ('town_id,name\nt2,"Mill, brook"\nt1,Oakfield\n', 2, 't2,"Mill, brook"'),
        ('town_id,name\n"t1",Oakfield\nt2,"Mill, brook"\n', 2, '"t1",Oakfield'),
        ('town_id,name\nt1,Oakfield\n"t2","Mill, brook"\n', 3, '"t2","Mill, brook"'),
    ],
    ids=["rows out of order", "a needless quote", "a needless quote further down"],
)
def test_a_file_out_of_canonical_form_names_its_first_differing_line(tmp_path, only, text, line, value):
    problem = only(check_text(tmp_path, text))
    assert place(problem) == ("form.canonical", FILE, line, "", "", value)
    assert ("t1,Oakfield" if line == 2 else 't2,"Mill, brook"') in problem.message


def test_a_row_may_be_longer_than_a_block_of_the_reader(read):
    long = "word " * 500_000 + "end"
    table, problems = read(f"t1,{long},\nt2,Oakfield,\n")
    assert problems == []
    assert table["name"].to_pylist() == [long, "Oakfield"]
