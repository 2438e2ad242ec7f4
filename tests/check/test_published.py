"""Published files edited by hand, or gone, are named by their hash."""

from csea.check.published import check_hashes


def place(problem):
    return problem.rule, problem.file, problem.line


def test_what_the_build_wrote_has_no_problem(root):
    assert check_hashes(root) == []


def test_a_table_edited_by_hand_is_named_with_the_file_to_edit_instead(copy, only):
    path = copy / "data" / "uses.csv"
    path.write_bytes(path.read_bytes().replace(b",grooming\n", b",csam\n", 1))
    problem = only(check_hashes(copy))
    assert place(problem) == ("published.hash", "data/uses.csv", 0)
    assert "data/inputs/" in problem.fix


def test_a_parquet_file_that_is_gone_is_named(copy, only):
    (copy / "data" / "parquet" / "uses.parquet").unlink()
    assert place(only(check_hashes(copy))) == ("published.hash", "data/parquet/uses.parquet", 0)


def test_a_missing_descriptor_is_named(copy, only):
    (copy / "datapackage.json").unlink()
    assert place(only(check_hashes(copy))) == ("published.descriptor", "datapackage.json", 0)


def test_a_descriptor_that_is_no_json_is_named(copy, only):
    (copy / "datapackage.json").write_text("{", encoding="utf-8")
    assert place(only(check_hashes(copy))) == ("published.descriptor", "datapackage.json", 0)
