"""Newer compiled files come in row by row; nothing is lost by accident and nothing half written."""

import pytest

from csea.errors import UsageError
from csea.importer import import_files
from csea.schema import Field, Schema

FIGURES = Schema(
    "figures",
    "Figures",
    "One row is a figure.",
    (
        Field("figure_id", "Id", "string", "Id.", required=True, pattern="^[a-z]+$"),
        Field("value", "Value", "number", "Value.", required=True),
        Field("note", "Note", "string", "Note.", privacy="free_text"),
    ),
    ("figure_id",),
)
SCHEMAS = {"figures": FIGURES, "milestones": FIGURES, "coded_releases": FIGURES}
HEADER = "figure_id,value,note\n"
KEPT = f"{HEADER}apple,1,\nbanana,2,\ncherry,3,old note\n"


def write(folder, text, name="figures"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.csv").write_text(text, encoding="utf-8")


@pytest.fixture
def source(tmp_path):
    return tmp_path / "compiled"


@pytest.fixture
def kept(tmp_path):
    """The hand-kept file of figures, with three rows."""
    write(tmp_path / "data" / "inputs", KEPT)
    return tmp_path / "data" / "inputs" / "figures.csv"


@pytest.fixture
def bring(tmp_path, source, kept):
    """Import a source file of figures over the kept one; give comparisons and report."""

    def run(text, remove_gone=False, dry_run=False):
        write(source, text)
        return import_files(source, tmp_path, SCHEMAS, remove_gone, dry_run)

    return run


NEWER = f"{HEADER}cherry,3,new note\nbanana,2,\ndate,4,\n"


class TestComparison:
    @pytest.mark.parametrize(
        "kind, keys", [("new", ["date"]), ("changed", ["cherry"]), ("gone", ["apple"]), ("unchanged", 1)]
    )
    def test_tells_what_happened_to_rows(self, bring, kind, keys):
        ((comparison,), _) = bring(NEWER)
        assert getattr(comparison, kind) == keys

    def test_of_a_file_not_kept_before_calls_every_row_new(self, tmp_path, source):
        write(source, KEPT, "milestones")
        ((comparison,), _) = import_files(source, tmp_path, SCHEMAS, False, False)
        assert comparison.new == ["apple", "banana", "cherry"]

    def test_ignores_how_a_number_is_written(self, bring):
        ((comparison,), _) = bring(KEPT.replace("banana,2", "banana,2.0"))
        assert comparison.changed == []

    def test_of_a_second_run_calls_every_row_unchanged(self, bring):
        bring(NEWER, remove_gone=True)
        ((comparison,), _) = bring(NEWER, remove_gone=True)
        assert (comparison.new, comparison.changed, comparison.gone, comparison.unchanged) == ([], [], [], 3)

    def test_covers_every_file_of_the_source(self, tmp_path, source):
        write(source, KEPT, "milestones")
        write(source, KEPT, "coded_releases")
        comparisons, _ = import_files(source, tmp_path, SCHEMAS, False, False)
        assert sorted(comparison.name for comparison in comparisons) == ["coded_releases", "milestones"]


class TestImport:
    def test_keeps_rows_that_are_gone_from_the_source(self, bring, kept):
        bring(NEWER)
        assert kept.read_text() == f"{HEADER}apple,1,\nbanana,2,\ncherry,3,new note\ndate,4,\n"

    def test_removes_gone_rows_when_asked(self, bring, kept):
        bring(NEWER, remove_gone=True)
        assert kept.read_text() == f"{HEADER}banana,2,\ncherry,3,new note\ndate,4,\n"

    def test_writes_canonical_form(self, bring, kept):
        bring(f'{HEADER}"cherry",3.0,"plain"\nbanana,2,"a, b"\napple,1,\n')
        assert kept.read_text() == f'{HEADER}apple,1,\nbanana,2,"a, b"\ncherry,3,plain\n'

    def test_of_a_dry_run_writes_nothing(self, bring, kept):
        bring(NEWER, remove_gone=True, dry_run=True)
        assert kept.read_text() == KEPT

    def test_of_a_dry_run_still_compares(self, bring):
        ((comparison,), _) = bring(NEWER, dry_run=True)
        assert comparison.new == ["date"]


FAULTY = [
    pytest.param(f"{HEADER}date,four,\n", id="wrong type"),
    pytest.param(f"{HEADER}Date,4,\n", id="wrong form"),
    pytest.param(f"{HEADER}date,4,\ndate,5,\n", id="repeated key"),
    pytest.param(f"{HEADER}date,4\n", id="missing cell"),
    pytest.param(f"{HEADER},4,\ndate,5,\n", id="missing key"),
    pytest.param("figure_id,value\ndate,4\n", id="missing column"),
    pytest.param("value,note\n4,\n", id="missing key column"),
    pytest.param(f"{HEADER}date,4,\n\n", id="blank line"),
    pytest.param("", id="empty file"),
]


def test_all_faults_of_a_source_are_told_in_one_run(bring):
    _, report = bring(f"{HEADER}date,four,\ndate,4\napple,1,Trevor Quillfeather was sentenced.\napple,2,\n")
    found = {(problem.rule, problem.line) for problem in report.errors}
    assert found == {("column.type", 2), ("form.cells_in_row", 3), ("privacy.name", 4), ("key.primary", 5)}


@pytest.mark.parametrize("text", FAULTY)
class TestFaultySource:
    def test_writes_nothing(self, bring, kept, text):
        bring(text, remove_gone=True)
        assert kept.read_text() == KEPT

    def test_is_named_in_the_report(self, bring, text):
        _, report = bring(text)
        assert {problem.file for problem in report.errors} == {"figures.csv"}

    def test_keeps_good_files_from_being_written_too(self, bring, tmp_path, source, text):
        write(source, KEPT, "milestones")
        bring(text)
        assert not (tmp_path / "data" / "inputs" / "milestones.csv").exists()


def test_a_name_does_not_enter_the_hand_kept_files(bring, kept):
    _, report = bring(f"{HEADER}apple,1,Trevor Quillfeather was sentenced.\n")
    assert [problem.rule for problem in report.problems] == ["privacy.name"]
    assert kept.read_text(encoding="utf-8") == KEPT


def test_faulty_kept_file_is_not_written_over(bring, kept):
    kept.write_text(f"{HEADER}apple,one,\n")
    bring(NEWER)
    assert kept.read_text() == f"{HEADER}apple,one,\n"


@pytest.mark.parametrize("name", [None, "recipes"])
def test_folder_without_compiled_files_is_a_usage_error(tmp_path, source, name):
    source.mkdir()
    if name:
        write(source, KEPT, name)
    with pytest.raises(UsageError, match=r"figures\.csv"):
        import_files(source, tmp_path, SCHEMAS, False, False)
