"""`csea release` from beginning to end: versions, files, refusals, and that a dry run changes nothing."""

import contextlib
import io
import json
import shutil
import subprocess
import zipfile

import pytest
import yaml
from click.testing import CliRunner
from small_dataset import TOWNS, build, make_dataset, with_small_build
from small_repository import SETTING, git, make_repository, packed

from csea.check.witness import check_with_frictionless
from csea.cli.releasing import release
from csea.errors import Problem, Report, UsageError
from csea.io import csv_bytes, sha256
from csea.release import prepare, promises
from csea.release.history import as_of

DAY = "2026-01-02"


@pytest.fixture(scope="module", autouse=True)
def setting():
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SETTING.items():
            patch.setenv(name, value)
        with_small_build(patch)
        yield


def run(folder, *arguments, code=0):
    """What `csea release` prints, and on standard error."""
    result = CliRunner().invoke(release, list(arguments), obj=folder)
    if isinstance(result.exception, UsageError):  # which main() tells
        assert code == 2
        return str(result.exception)
    assert result.exit_code == code, result.output
    return result.output


def commit(folder, message="Change"):
    build(folder)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", f"--message={message}")


def edit(folder, path, old, new):
    text = (folder / path).read_text()
    assert old in text
    (folder / path).write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def committed(tmp_path_factory):
    """The dataset in its first commit; to be left as it is."""
    folder = tmp_path_factory.mktemp("committed") / "dataset"
    folder.mkdir()
    return make_repository(make_dataset(folder), {})


@pytest.fixture(scope="module")
def released(committed, tmp_path_factory):
    """The dataset after its first release; to be left as it is."""
    folder = shutil.copytree(committed, tmp_path_factory.mktemp("released") / "dataset")
    run(folder, "--date", DAY)
    return packed(folder)


@pytest.fixture
def unreleased(committed, tmp_path):
    return shutil.copytree(committed, tmp_path / "dataset")


@pytest.fixture
def folder(released, tmp_path):
    return shutil.copytree(released, tmp_path / "dataset")


def read(folder, path):
    return (folder / path).read_text()


def index(folder):
    return json.loads(read(folder, "versions.json"))["versions"]


def test_first_release_is_what_version_says(released):
    (entry,) = index(released)
    assert (entry["version"], entry["level"], entry["date"], entry["tag"]) == ("0.1.0", "first", DAY, "v0.1.0")
    assert entry["tables"]["towns"]["rows"] == 3
    assert entry["n_changes"]["row_added"] == 3
    assert git(released, "status", "--porcelain") == ""
    assert git(released, "log", "-1", "--format=%s") == "Release 0.1.0"
    assert "## [0.1.0] - 2026-01-02\n\n- Towns.\n\n### Data\n\n- The first version: " in read(released, "CHANGELOG.md")


def test_version_and_day_are_the_same_in_every_file(released):
    citation = yaml.safe_load(read(released, "CITATION.cff"))
    assert (citation["version"], str(citation["date-released"])) == ("0.1.0", DAY)
    assert read(released, "README.md") == "> Towns, version 0.1.0 [data set]. 2026.\n"
    assert json.loads(read(released, "datapackage.json"))["version"] == "0.1.0"
    assert json.loads(read(released, "data/changes/feed.json"))["items"][0]["title"] == "Version 0.1.0"
    assert "<title>Version 0.1.0</title>" in read(released, "data/changes/feed.atom")
    assert read(released, "data/changes/0.1.0.datapackage.json") == read(released, "datapackage.json")


def test_bundle_is_what_was_committed(released):
    path = released / "dist" / "csea-0.1.0.zip"
    assert index(released)[0]["bundle"]["bytes"] == path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        names = [name.removeprefix("csea-0.1.0/") for name in archive.namelist()]
        for name in set(names) - {"csea.db", "SHA256SUMS"}:
            assert archive.read(f"csea-0.1.0/{name}") == (released / name).read_bytes(), name
    assert {"csea.db", "data/towns.csv", "data/parquet/towns.parquet", "data/changes/0.1.0.csv"} <= set(names)
    assert "versions.json" not in names
    done = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=path.parent, capture_output=True)
    assert done.returncode == 0


def test_same_inputs_give_the_same_release(committed, released, tmp_path):
    again = shutil.copytree(committed, tmp_path / "again")
    run(again, "--date", DAY)
    assert git(again, "rev-parse", "HEAD", "v0.1.0") == git(released, "rev-parse", "HEAD", "v0.1.0")
    assert (again / "dist/csea-0.1.0.zip").read_bytes() == (released / "dist/csea-0.1.0.zip").read_bytes()


def test_nothing_changed_says_so_and_makes_nothing(folder):
    head = git(folder, "rev-parse", "HEAD")
    assert "Nothing has changed since 0.1.0" in run(folder)
    assert json.loads(run(folder, "--json")) == {"version": None, "previous": "0.1.0", "errors": 0}
    assert git(folder, "rev-parse", "HEAD") == head


def changed(folder, *edits):
    for path, old, new in edits:
        edit(folder, path, old, new)
    commit(folder)
    return json.loads(run(folder, "--json", "--date", "2026-01-05"))


INPUT, SCHEMA, QUESTION = "data/inputs/towns.csv", "schemas/towns.schema.json", "schemas/views/residents.sql"
NOTICE = json.dumps({"since": "0.2.0", "until": "1.0.0"})
STEPS = [
    ([(INPUT, "a,North,100", "a,North,150")], "0.1.1", "patch"),
    ([(INPUT, "c,South,50", "c,South,50\nd,South,7")], "0.2.0", "minor"),
    ([(INPUT, "c,South,50\n", "")], "0.2.0", "minor"),
    ([(SCHEMA, "How many live there.", "Residents at the last count.")], "0.1.1", "patch"),
    ([(SCHEMA, '"Its county."', f'"Its county.", "deprecated": {NOTICE}')], "0.2.0", "minor"),
    ([(SCHEMA, '"constraints": {"required": true}', '"constraints": {}')], "1.0.0", "major"),
    ([(QUESTION, "ORDER BY county", "ORDER BY 1")], "0.1.1", "patch"),
    ([(QUESTION, "count(*)", "count(*) AS n, count(*)")], "0.2.0", "minor"),
    ([(QUESTION, ", count(*) AS n_towns", "")], "1.0.0", "major"),
]


@pytest.mark.parametrize(("edits", "version", "level"), STEPS)
def test_version_follows_from_what_changed(folder, edits, version, level):
    facts = changed(folder, *edits)
    assert (facts["version"], facts["level"], facts["previous"]) == (version, level, "0.1.0")
    assert [entry["version"] for entry in index(folder)] == [version, "0.1.0"]
    assert read(folder, "VERSION") == f"{version}\n"
    assert f"version {version} [data set]" in read(folder, "README.md")
    assert git(folder, "rev-parse", "v0.1.0^{commit}") == git(folder, "rev-parse", "HEAD~2")


def test_new_column_is_minor_and_the_old_version_can_be_had_again(folder):
    old = csv_bytes(as_of(folder, "0.1.0", "towns"))
    column = {"name": "founded", "title": "Founded", "type": "integer", "description": "The year."}
    schema = {**TOWNS, "fields": [*TOWNS["fields"], column]}
    (folder / SCHEMA).write_text(json.dumps(schema))
    (folder / INPUT).write_text("town_id,county,residents,founded\na,North,100,1800\nb,North,200,\nc,South,50,\n")
    assert changed(folder)["version"] == "0.2.0"
    assert csv_bytes(as_of(folder, "0.1.0", "towns")) == old


def test_three_numbers_that_moved_most_are_told(folder):
    facts = changed(folder, (INPUT, "c,South,50", "c,South,400\nd,South,1\ne,South,1"))
    assert [move["what"] for move in facts["moves"]] == ["How many live where? `residents` of South", "rows of `towns`"]
    assert "- Moved most: rows of `towns`, from 3 to 5 (+66.7%).\n" in facts["entry"]
    assert "- `towns`: 2 rows added, 1 cell changed; by cause: curated 3.\n" in facts["entry"]


def test_what_people_wrote_since_becomes_the_entry(folder):
    edit(folder, "CHANGELOG.md", "## [0.1.0]", "## [Unreleased]\n\n- A town was counted again.\n\n## [0.1.0]")
    changed(folder, (INPUT, "a,North,100", "a,North,150"))
    log = read(folder, "CHANGELOG.md")
    assert "Unreleased" not in log
    assert (
        log.index("## [0.1.1] - 2026-01-05\n\n- A town was")
        < log.index("### Data\n\n- Since 0.1.0 of")
        < log.index("## [0.1.0]")
    )


def test_smaller_version_is_refused_and_a_larger_one_taken(folder):
    edit(folder, INPUT, "c,South,50", "c,South,50\nd,South,7")
    commit(folder)
    said = run(folder, "--version", "0.1.1", code=2)
    assert said == "0.1.1 is a patch version, and the changes need a minor one, 0.2.0: rows added (1): towns."
    assert git(folder, "tag") == "v0.1.0"
    run(folder, "--version", "1.0.0")
    assert index(folder)[0]["level"] == "major"


def test_column_dropped_without_notice_is_refused(folder):
    edit(folder, SCHEMA, json.dumps(TOWNS["fields"][1]) + ", ", "")
    edit(
        folder,
        INPUT,
        ROWS := read(folder, INPUT),
        ROWS.replace(",county", "").replace(",North", "").replace(",South", ""),
    )
    edit(folder, QUESTION, "SELECT county,", "SELECT 'all' AS county,")
    commit(folder)
    assert "release.removed_without_notice" in run(folder, code=1)
    assert git(folder, "tag") == "v0.1.0"


def snapshot(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_dry_run_tells_all_and_changes_nothing(folder):
    edit(folder, INPUT, "a,North,100", "a,North,150")
    commit(folder)
    before = snapshot(folder)
    told = run(folder, "--dry-run", "--date", "2026-01-05")
    assert snapshot(folder) == before
    for said in ("Would release 0.1.1 of 2026-01-05 (patch), after 0.1.0", "patch  cells changed (1): towns"):
        assert said in told
    for said in ("data/changes/0.1.1.csv", "dist/csea-0.1.1.zip", "## [0.1.1] - 2026-01-05", "Nothing was written."):
        assert said in told
    facts = json.loads(run(folder, "--dry-run", "--json"))
    assert facts["commit"] is None and facts["files"]["VERSION"] == 6


def test_dry_run_where_git_would_refuse_says_so(folder):
    edit(folder, "CHANGELOG.md", "# Changelog", "# Changes")
    edit(folder, INPUT, "a,North,100", "a,North,150")
    build(folder)
    assert "It would be refused now: The working tree has changes" in run(folder, "--dry-run", code=2)


def test_stale_generated_file_is_named(folder):
    edit(folder, INPUT, "a,North,100", "a,North,150")
    git(folder, "commit", "--all", "--quiet", "--message=Forgot the build")
    told = run(folder, code=1)
    assert "release.stale" in told and "data/towns.csv" in told


def test_fault_that_the_checks_find_stops_it(folder, monkeypatch):
    fault = Problem("column.enum", "data/towns.csv", "It is wrong.", "Mend it.")
    monkeypatch.setattr(prepare, "check_project", lambda project, witness, step: Report([fault]))
    assert "It is wrong." in run(folder, code=1)


def test_fault_that_the_witness_finds_stops_it(unreleased, monkeypatch):
    fault = Problem("frictionless.type", "data/towns.csv", "It is strange.", "Mend it.")
    monkeypatch.setattr(promises, "check_with_frictionless", lambda folder: [fault])
    assert "It is strange." in run(unreleased, code=1)
    assert git(unreleased, "tag") == ""


def test_frictionless_reads_the_bundle(released, tmp_path):
    with zipfile.ZipFile(io.BytesIO((released / "dist/csea-0.1.0.zip").read_bytes())) as archive:
        archive.extractall(tmp_path)
    assert check_with_frictionless(tmp_path / "csea-0.1.0") == []


def test_tag_that_is_there_is_named(unreleased):
    git(unreleased, "tag", "v0.1.0")
    assert "The tag v0.1.0 is there already" in run(unreleased, code=2)


def test_last_version_whose_tag_was_not_fetched_is_read_from_its_commit(folder):
    edit(folder, INPUT, "a,North,100", "a,North,150")
    commit(folder)
    git(folder, "tag", "--delete", "v0.1.0")
    run(folder)
    assert [entry["version"] for entry in index(folder)] == ["0.1.1", "0.1.0"]


def test_last_version_of_which_neither_tag_nor_commit_is_here_is_named(folder):
    git(folder, "tag", "--delete", "v0.1.0")
    git(folder, "checkout", "--quiet", "--orphan", "alone")
    commit(folder)
    git(folder, "rm", "--quiet", "--cached", "data/changes/0.1.0.datapackage.json")
    git(folder, "commit", "--quiet", "--amend", "--message", "Alone")
    (folder / "data/changes/0.1.0.datapackage.json").unlink()
    assert "and so is its commit" in run(folder, code=2)


def test_file_that_is_called_like_the_tag_is_not_read_in_its_place(folder):
    edit(folder, INPUT, "a,North,100", "a,North,150")
    (folder / "refs/tags").mkdir(parents=True)
    (folder / "refs/tags/v0.1.0").write_text("Not a version.\n")
    commit(folder)
    with contextlib.chdir(folder):
        run(folder)
    assert index(folder)[0]["version"] == "0.1.1"


def test_change_list_is_recorded(released):
    (entry,) = index(released)
    data = (released / entry["changes"]).read_bytes()
    assert (entry["changes_bytes"], entry["changes_sha256"]) == (len(data), sha256(data))
    assert entry["redacted"] == []


def test_tag_that_was_moved_is_refused(folder):
    edit(folder, INPUT, "a,North,100", "a,North,150")
    commit(folder)
    git(folder, "tag", "--force", "v0.1.0")
    assert "differ: one of them is not what was released" in run(folder, code=2)


DAYS = [
    ("2026-01-01", "is before the day of version 0.1.0"),
    ("yesterday", "'yesterday' is no day"),
    ("1979-12-31", "1979-12-31 cannot be: the files of a bundle have years from 1980 to 2107."),
    ("2108-01-01", "2108-01-01 cannot be: "),
    ("2107-12-31", "2107-12-31 is in the future: today is "),
]


@pytest.mark.parametrize(("day", "said"), DAYS)
def test_day_that_cannot_be_is_refused(folder, day, said):
    assert said in run(folder, "--date", day, code=2)


def test_withdrawn_register_row_is_refused(folder):
    entry = index(folder)[0]
    assert entry["registers"]["releases"]["ids"] == 0
    text = json.dumps(
        {"versions": [{**entry, "registers": {**entry["registers"], "releases": {"ids": 1, "sha256": "x"}}}]}
    )
    (folder / "versions.json").write_text(text)
    edit(folder, INPUT, "a,North,100", "a,North,150")
    commit(folder)
    assert "release.register_vanished" in run(folder, code=1)


def test_citation_without_a_version_is_named(unreleased):
    (unreleased / "CITATION.cff").write_text("title: Towns\n")
    commit(unreleased)
    assert "CITATION.cff has no line `version:`" in run(unreleased, code=2)
