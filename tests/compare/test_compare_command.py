"""`csea diff` on the project: its exit codes, options and sentences."""

import json
import subprocess
import sys
import zipfile

import pytest

from csea.cli import cli
from csea.cli.comparing import diff
from csea.compare.sources import WORKING_TREE
from csea.package import summary


@pytest.fixture(scope="module")
def copied(copy_to, tmp_path_factory):
    """A copy of the project, and beside it data in which a cell changed and a row went."""
    folder = copy_to(tmp_path_factory.mktemp("project"))
    changed = folder.parent / "changed"
    changed.mkdir(exist_ok=True)
    for name in ("uses", "platforms"):
        lines = (folder / "data" / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        lines = (
            [lines[0], *lines[:1:-1]] if name == "uses" else [line.replace(",messaging,", ",other,") for line in lines]
        )
        (changed / f"{name}.csv").write_text("".join(lines), encoding="utf-8")
    return folder


@pytest.fixture
def run(csea, copied, monkeypatch):
    """A function that runs `csea diff` on the copy, from the folder above its data."""
    monkeypatch.setitem(cli.commands, "diff", diff)
    monkeypatch.chdir(copied)
    return lambda line: csea("--root", copied, "diff", *line.split())


def test_the_same_ends_with_0_and_a_difference_with_1(run):
    same, other = run("data data/parquet"), run("data ../changed")
    assert (same.code, same.err) == (0, "") and "No differences in " in same.out
    assert other.code == 1 and "\nuses " in other.out and "-> 'other'" in other.out
    assert "Not compared, since only one of the two holds them: agreement, " in other.out


def test_without_new_it_is_the_working_tree(run, copied):
    result = run("data --counts")
    named = f"to {WORKING_TREE} ({summary(copied)['version']})"
    assert (result.code, result.out.splitlines()[0].endswith(named)) == (0, True)


def test_the_database_holds_the_same(run, root):
    if not (root / "build" / "csea.db").is_file():
        pytest.skip("the database is not built")
    assert run(f"{root} {root}/build/csea.db").code == 0


def test_a_bundle(run, copied, tmp_path):
    with zipfile.ZipFile(tmp_path / "csea-0.1.0.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for path in [copied / "datapackage.json", *(copied / "data").glob("*.csv")]:
            file.write(path, f"csea-0.1.0/{path.relative_to(copied)}")
    assert run(f"{tmp_path}/csea-0.1.0.zip").code == 0


def test_a_tag_of_a_repository(run, copied, tmp_path):
    git = ["git", "-C", str(copied), "-c", "user.name=Nobody", "-c", "user.email=nobody@example.org"]
    for arguments in (
        ["init", "-q"],
        ["add", "data", "datapackage.json"],
        ["commit", "-qm", "First"],
        ["tag", "v0.1.0"],
    ):
        subprocess.run([*git, *arguments], check=True)
    assert run("0.1.0").code == 0
    wrong = run("0.1.1")
    assert (wrong.code, wrong.out) == (2, "") and 'Did you mean "0.1.0"?' in wrong.err


def test_one_table_alone(run):
    result = run("data ../changed --table uses --format json")
    assert [item["table"] for item in json.loads(result.out)["counts"]] == ["uses"]


def test_one_file_against_another(run):
    result = run("data/uses.csv ../changed/uses.csv --format csv")
    assert result.code == 1 and {line.split(",")[0] for line in result.out.splitlines()[1:]} == {"uses"}


@pytest.mark.parametrize("form", ["text", "markdown", "json", "csv", "html"])
def test_output_is_a_file_and_the_summary_is_printed(run, tmp_path, form):
    result = run(f"data ../changed --format {form} --output {tmp_path}/a/report --all")
    assert (result.code, result.out.startswith("Rows differ in 2 of 2 tables: ")) == (1, True)
    assert (tmp_path / "a" / "report").read_text(encoding="utf-8").endswith("\n")


@pytest.mark.parametrize(
    "line, sentence",
    [
        ("nowhere", "'nowhere' is no file"),
        ("data schemas", "schemas holds no CSV or Parquet file"),
        ("data/uses.csv data/cases.csv", "data/uses.csv holds uses and data/cases.csv holds cases"),
        ("data --table usse", "Neither version has a table 'usse'. Did you mean \"uses\"?"),
        ("data --all --limit 3", "--all shows every row"),
        ("data --counts --format csv", "CSV holds cells and no counts"),
        ("VERSION", "VERSION is neither a folder"),
    ],
)
def test_wrong_usage_is_refused_in_one_plain_sentence(run, line, sentence):
    result = run(line)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert sentence in result.err


def test_a_broken_file_is_named_in_one_plain_sentence(run, tmp_path):
    (tmp_path / "uses.csv").write_text("case_id,suspect_no,platform_id,conduct\nc000001,1\n", encoding="utf-8")
    result = run(f"data {tmp_path}")
    assert (result.code, result.out, result.err.count("\n")) == (1, "", 1)
    assert result.err.startswith(f"csea: {tmp_path}/uses.csv cannot be read as CSV: ")


@pytest.mark.parametrize("terminal, no_color, coloured", [(True, "", True), (True, "1", False), (False, "", False)])
def test_colour_is_for_terminals_unless_the_user_says_no(run, monkeypatch, terminal, no_color, coloured):
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    assert ("\x1b[" in run("data ../changed").out) == coloured


def test_a_bar_is_drawn_only_for_work_that_lasts(run, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert run("data --counts").err == ""
    monkeypatch.setattr("csea.cli.comparing.PATIENCE", -1)
    assert "100%" in run("data --counts").err
