"""`csea correct from-diff`: what was edited by hand in published tables, and what should have been written."""

import json
import shutil
import subprocess
from dataclasses import replace

import pyarrow as pa
import pytest
from click.testing import CliRunner

from csea import ROOT
from csea.build import text_tables
from csea.cli.proposing import from_diff as command
from csea.corrections import load_corrections
from csea.errors import Problem, Report
from csea.io import sha256
from csea.project import Project
from csea.proposals import edits as edits_module
from csea.proposals.edits import Edit, find_edits
from csea.proposals.files import propose
from csea.proposals.told import LIMIT, as_markdown, as_text

DAY = "20260131"
CHANGED = "data/platforms.csv"
PROJECT = Project.read(ROOT)  # definitions are the same in every copy


@pytest.fixture(scope="module")
def made(project):
    """The tables that a build makes, made once."""
    report = Report()
    tables = text_tables(project, report)
    assert not report.errors
    return tables


@pytest.fixture(scope="module")
def whole(copy_to, tmp_path_factory):
    """A copy of the project whose edited tables are put back after each test."""
    return copy_to(tmp_path_factory.mktemp("project"))


@pytest.fixture
def edited(whole, uncorrected, made, monkeypatch):
    """The copy, in which a test may edit tables; sources do not change there, so tables are made only once."""
    monkeypatch.setattr(edits_module, "text_tables", lambda *arguments: made)
    yield whole
    for path in (uncorrected / "data").glob("*.csv"):
        shutil.copy2(path, whole / "data")
    (whole / "datapackage.json").write_bytes((uncorrected / "datapackage.json").read_bytes())
    for path in (whole / "data" / "corrections").rglob("*.yaml"):
        path.unlink()


def edit(root, table, before, after):
    """Replace the text ``before``, once, as an editor would."""
    path = root / "data" / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8", newline="")


def found_in(root, base=""):
    report = Report()
    found = find_edits(replace(PROJECT, root=root), report, base)
    assert not report.problems
    return found


def proposals_in(root):
    project = replace(PROJECT, root=root)
    found = find_edits(project, Report())
    return found, propose(project, found.found, DAY)


def launched(root, year="1996"):
    edit(root, "platforms", "messaging,1997,2017", f"messaging,{year},2017")


def test_the_repository_has_no_edit(edited):
    found, proposals = proposals_in(edited)
    assert not found and as_text(found, proposals) == "No published table was edited by hand."


def test_a_changed_cell_gives_the_file_that_says_it(edited, schemas):
    launched(edited)
    found, (proposal,) = proposals_in(edited)
    assert found.found == [Edit("platforms", "change", ("aim",), "launched", "1997", "1996")]
    assert str(proposal.path) == "data/corrections/2026/20260131-platforms-aim-launched.yaml"
    assert proposal.text == (
        'action: change\ntable: platforms\nkey: aim\ncolumn: launched\npresent: "1997"\nvalue: "1996"\n'
        "# say why, in a sentence\nwhy:\n# give the address of a public page that shows it\nevidence:\n"
    )
    assert proposal.problems == [] and not proposal.instead


def test_files_are_written_and_are_right_once_reason_and_evidence_are_filled_in(edited, schemas):
    launched(edited)
    row = (edited / "data" / "milestone_bodies.csv").read_text().splitlines()[3]
    edit(edited, "milestone_bodies", f"{row}\n", "")
    edit(edited, "platforms", "\naim,", "\nabcchat,Abc Chat,,messaging,2001,,search,,\naim,")
    done = CliRunner().invoke(command, ["--write", "--date", "2026-01-31"], obj=edited)
    assert done.exit_code == 1 and "Wrote 3 files." in done.stdout
    told = sorted(problem.message for problem in load_corrections(edited, schemas)[1])
    assert told == ["The part evidence is empty."] * 3 + ["The part why is empty."] * 3
    for path in (edited / "data" / "corrections").rglob("*.yaml"):
        text = (
            path.read_text().replace("why:", "why: So it says.").replace("evidence:", "evidence: https://example.org/")
        )
        path.write_text(text)
    corrections, problems = load_corrections(edited, schemas)
    assert problems == []
    assert {item.action: item.key[0] for item in corrections} == {
        "add": "abcchat",
        "change": "aim",
        "remove": row.split(",")[0],
    }
    again = CliRunner().invoke(command, ["--write", "--date", "2026-01-31"], obj=edited)
    assert "is on this place already: change it there." in again.stdout and "Wrote" not in again.stdout


def test_an_edit_where_a_correction_stands_already_names_its_file(edited):
    folder = edited / "data" / "corrections" / "2026"
    folder.mkdir(parents=True, exist_ok=True)
    text = 'table: platforms\nkey: aim\ncolumn: launched\npresent: "1997"\nvalue: "1995"\nwhy: So it says.\n'
    (folder / "20260101-first.yaml").write_text(f'{text}evidence: "https://example.org/"\n')
    launched(edited)
    edit(edited, "platforms", "aim,AOL Instant Messenger", "aim,AIM")
    cell, name = sorted(proposals_in(edited)[1], key=lambda item: item.edit.column)
    assert cell.instead == "data/corrections/2026/20260101-first.yaml is on this place already: change it there."
    assert name.path is not None


@pytest.mark.parametrize(
    ("table", "before", "after", "says"),
    [
        ("cases", ",true,", ",false,", "Case facts follow from the releases of the case"),
        ("releases", "\nr0000001,", "\nr9000001,", "Releases come in by `csea collect`"),
        ("releases", ",human,", ",machine,", "It records how the row was made."),
    ],
)
def test_what_is_derived_says_what_to_correct_instead(edited, table, before, after, says):
    edit(edited, table, before, after)
    found, proposals = proposals_in(edited)
    assert proposals and all(says in item.instead and item.path is None for item in proposals)
    assert "csea correct from-diff --write" not in as_text(found, proposals)


def test_a_value_that_the_schema_refuses_is_told_with_the_file(edited):
    launched(edited, "soon")
    found, (proposal,) = proposals_in(edited)
    assert "launched: The value is not a whole number." in as_text(found, [proposal])
    assert "The value is not a whole number." in as_markdown(found, [proposal])


def test_a_character_that_cannot_be_seen_gives_no_file(edited):
    edit(edited, "platforms", "AOL Instant Messenger", "AOL\u202e Instant Messenger")
    found, (proposal,) = proposals_in(edited)
    assert proposal.path is None and "cannot be seen" in proposal.instead
    assert "\u202e" not in as_text(found, [proposal]) + as_markdown(found, [proposal])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("\n", "\r\n"), "holds the right cells in another form"),
        (lambda text: "\ufeff" + text, "holds the right cells in another form"),
        (lambda text: "\n".join([text.splitlines()[0], *text.splitlines()[:0:-1]]) + "\n", "in another form"),
        (lambda text: text.replace(",owner,", ",proprietor,", 1), "has a column too many: proprietor."),
        (lambda text: text.replace(",owner,", ",proprietor,", 1), "lacks a column: owner."),
        (lambda text: text.replace("platform_id,", "id,", 1), "lacks the key column platform_id"),
        (lambda text: text + text.splitlines()[1] + "\n", "has two rows with the key"),
        (lambda text: text + '"open\n', "cannot be read as CSV"),
        (lambda text: "", "has no header"),
        (None, "data/platforms.csv is gone."),
    ],
)
def test_edits_that_no_correction_can_say(edited, change, says):
    path = edited / CHANGED
    if change is None:
        path.unlink()
    else:
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8", newline="")
    found, proposals = proposals_in(edited)
    assert found and not proposals
    assert says in as_text(found, proposals) and says in as_markdown(found, proposals)


def test_a_table_that_a_build_wrote_is_stale_and_not_edited(edited):
    launched(edited)
    data = (edited / CHANGED).read_bytes()
    package = json.loads((edited / "datapackage.json").read_text())
    for resource in package["resources"]:
        if resource["path"] == CHANGED:
            resource["hash"] = f"sha256:{sha256(data)}"
    (edited / "datapackage.json").write_text(json.dumps(package))
    found, proposals = proposals_in(edited)
    assert not found and found.stale == ["platforms"]
    assert "Not edited, but older than its sources: platforms. Run `make build`." in as_text(found, proposals)
    done = CliRunner().invoke(command, [], obj=edited)
    assert done.exit_code == 0


def git(root, *arguments):
    names = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", "-C", str(root), *names, *arguments], check=True, capture_output=True)


def test_with_a_base_only_what_the_branch_edited_counts(edited, made, monkeypatch, tmp_path):
    """The branch changes a source, does not build, and edits another cell of the same table."""
    platforms = made["platforms"]
    owners = platforms["owner"].to_pylist()
    owners[1] = "Another owner"
    column = platforms.column_names.index("owner")
    newer = platforms.set_column(column, "owner", pa.array(owners, pa.string()))
    for name in ("data/platforms.csv", "VERSION", "datapackage.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((edited / name).read_bytes())
    (tmp_path / "schemas").symlink_to(edited / "schemas")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "data", "VERSION")
    git(tmp_path, "commit", "-q", "-m", "base")
    monkeypatch.setattr(edits_module, "text_tables", lambda *arguments: {"platforms": newer})
    launched(tmp_path)
    assert {item.column for item in found_in(tmp_path).found} == {"owner", "launched"}
    assert [item.column for item in found_in(tmp_path, "main").found] == ["launched"]
    git(tmp_path, "switch", "-q", "-c", "branch")
    git(tmp_path, "commit", "-q", "-a", "-m", "edit")
    assert [item.column for item in found_in(tmp_path, "main").found] == ["launched"]
    done = CliRunner().invoke(command, ["--base", "nowhere"], obj=tmp_path)
    assert "'nowhere' is no revision that git knows" in str(done.exception)


def test_many_edits_are_counted_and_not_all_shown(edited):
    path = edited / CHANGED
    path.write_text(path.read_text(encoding="utf-8").replace(",search,", ",yes,"), encoding="utf-8", newline="")
    found, proposals = proposals_in(edited)
    assert len(proposals) > LIMIT + 5
    assert len({item.path for item in proposals}) == len(proposals)
    for text in (as_text(found, proposals), as_markdown(found, proposals)):
        assert text.count("action: change") == LIMIT and f"... and {len(proposals) - LIMIT:,} more edits." in text


def test_sources_with_faults_are_told_first(edited, monkeypatch):
    def faulty(project, report, step):
        report.add([Problem("column.enum", "data/inputs/platforms.csv", "It is wrong.", "Mend it.")])
        return {}

    monkeypatch.setattr(edits_module, "text_tables", faulty)
    done = CliRunner().invoke(command, [], obj=edited)
    assert done.exit_code == 1 and "It is wrong." in done.stderr and done.stdout == ""


def test_the_command_says_it_and_exits_with_1(edited):
    launched(edited)
    done = CliRunner().invoke(command, ["--format", "markdown", "--date", "2026-01-31"], obj=edited)
    assert done.exit_code == 1
    assert "platforms `aim`, launched: `1997` was changed to `1996`" in done.stdout
    assert not list((edited / "data").glob("corrections/**/*.yaml"))
