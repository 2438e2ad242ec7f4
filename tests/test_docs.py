"""The documents say what is so: numbers, commands, paths and snippets are held against data and code."""

import csv
import os
import re
import shlex

import pyarrow.parquet as pq
import pytest
import yaml
from click.testing import CliRunner

from caches import own_cache
from csea import ROOT
from csea.archive.parts import SCHEMA
from csea.cli import cli
from csea.package import UNRELEASED, summary
from csea.project import Project
from csea.schema import load_inputs, load_tables
from csea.views import load_views
from fake_doj import FakeDoj, make_records

# Between releases tables move on with every correction; whoever makes the release brings the documents up to date.
of_a_version = pytest.mark.skipif(
    summary(ROOT)["version"].endswith(UNRELEASED) and "CSEA_RELEASING" not in os.environ,
    reason="tables have changed since the last release; its numbers are checked with CSEA_RELEASING=1",
)
DECISIONS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "decisions").glob("*.md"))
SUBJECTS = ("methodology", "archive", "checking", "correcting", "comparing", "versions", "pictures", "deploying")
GUIDES = ["README.md", "CONTRIBUTING.md", *(f"docs/{name}.md" for name in SUBJECTS)]
DOCUMENTS = [*GUIDES, "PRIVACY.md", "CHANGELOG.md", "data/inputs/README.md", *DECISIONS]
OTHERS = ["CITATION.cff", "LICENSE", "LICENSE-DATA"]
# Paths that exist only after a build, or stand for a file to be made.
MADE_LATER = {"build/csea.db", ".venv", ".venv/bin/python", ".venv/bin/csea"}
TOP_LEVEL = r"(?:data|docs|schemas|scripts|tests|build|bench|\.ci|\.github|\.venv)/"


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def fenced(name, language):
    """Contents of the fenced blocks of a language, without the list's indentation."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```", text_of(name), flags=re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", body, flags=re.MULTILINE) for indent, body in found]


def commands(name):
    """Every command in fenced shell blocks and in inline code, without its comment."""
    lines = [line.split("#")[0].strip() for body in fenced(name, "sh") for line in body.splitlines()]
    prose = re.sub(r"^ *```.*?^ *```", "", text_of(name), flags=re.MULTILINE | re.DOTALL)
    return [line for line in lines if line] + re.findall(r"`([^`\n]+)`", prose)


def table_after(name, heading):
    """Cells of the first table under a heading, without its head."""
    section = text_of(name).split(f"\n{heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


@of_a_version
def test_row_counts_of_readme_are_those_of_the_data():
    written = {
        row[1].strip("`"): int(row[2].replace(",", "")) for row in table_after("README.md", "## What the data are")
    }
    assert written == summary(ROOT)["tables"]
    assert written == {
        name: pq.read_metadata(ROOT / "data" / "parquet" / f"{name}.parquet").num_rows for name in load_tables(ROOT)
    }


@of_a_version
def test_coverage_of_readme_is_that_of_the_data():
    written = {
        row[0].strip("`"): (
            int(row[1].replace(",", "")),
            None if row[2] == "not known" else int(row[2].replace(",", "")),
        )
        for row in table_after("README.md", "## How complete they are")
    }
    counted = {row["coverage_id"]: (row["n_read"], row["n_population"]) for row in summary(ROOT)["coverage"]}
    assert written == counted


def test_row_counts_in_the_changelog_are_those_of_the_version():
    released = {entry["version"]: entry for entry in Project.read(ROOT).released}
    for section in text_of("CHANGELOG.md").split("\n## [")[1:]:
        version = section.partition("]")[0]
        counts = {table: int(rows.replace(",", "")) for table, rows in re.findall(r"`(\w+)` \(([\d,]+)\)", section)}
        if version in released:
            rows = {name: table["rows"] for name, table in released[version]["tables"].items()}
        else:
            rows = summary(ROOT)["tables"]
        assert counts.items() <= rows.items(), version


def values_of(table, column):
    return pq.read_table(ROOT / "data" / "parquet" / f"{table}.parquet")[column].to_pylist()


@of_a_version
def test_status_counts_of_methodology():
    status = values_of("milestones", "status")
    written = re.findall(r"`(met_on_time|met_late|not_met|pending|unknown)`\s\((\d+)\)", text_of("docs/methodology.md"))
    assert {value: int(number) for value, number in written} == {
        value: status.count(value) for value in set(status) - {"occurred"}
    }


@of_a_version
def test_withheld_counts_of_privacy():
    text = text_of("PRIVACY.md")
    withheld = values_of("releases", "url_withheld")
    assert f"{sum(withheld)} of {len(withheld)} addresses are withheld" in text
    with (ROOT / "data" / "inputs" / "coded_releases.csv").open(encoding="utf-8", newline="") as file:
        masked = sum("[name]" in row["url"] for row in csv.DictReader(file))
    assert f"In {masked} the coder" in text
    assert f"In {sum(withheld) - masked} a word" in text


@of_a_version
def test_verified_table_of_methodology():
    for value, _, in_milestones, in_figures in table_after("docs/methodology.md", "## Sources"):
        for table, number in (("milestones", in_milestones), ("figures", in_figures)):
            assert values_of(table, "verified").count(value.strip("`")) == int(number), (table, value)


@of_a_version
@pytest.mark.parametrize(
    ("pattern", "column"),
    [
        (r"`high`: the full text on a\s+government site \((\d+) releases\)", "high"),
        (r"or a marked copy \((\d+)\)", "medium"),
        (r"or\s+the report of 2020 only \((\d+)\)", "low"),
    ],
)
def test_confidence_counts_of_methodology(pattern, column):
    found = re.search(pattern, text_of("docs/methodology.md"))
    by_hand = zip(values_of("releases", "confidence"), values_of("releases", "coding_method"), strict=True)
    assert found and int(found.group(1)) == list(by_hand).count((column, "human"))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_make_targets_exist(name):
    targets = set(re.findall(r"^([a-z]+):.*## ", text_of("Makefile"), flags=re.MULTILINE))
    named = {match for command in commands(name) for match in re.findall(r"^make ([a-z]+)", command)}
    assert named <= targets


@pytest.mark.parametrize("name", DOCUMENTS)
def test_csea_commands_exist(name):
    called = [re.match(r"(?:\.venv/bin/)?csea (\w[\w-]*)", command) for command in commands(name)]
    assert {match.group(1) for match in called if match} <= set(cli.commands)


def csea_lines(name):
    return [
        command
        for body in fenced(name, "sh")
        for command in body.splitlines()
        if re.match(r"(\.venv/bin/)?csea ", command)
    ]


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """A service like the department's, and an archive that was collected from it, for the commands of the documents."""
    with FakeDoj(make_records(20)).serve() as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CSEA_API", url)
        patch.setenv("CSEA_CACHE", str(own_cache(tmp_path_factory.mktemp("cache"))))
        assert CliRunner().invoke(cli, ["collect"]).exit_code == 0
        yield


@pytest.mark.parametrize(("name", "line"), [(name, line) for name in DOCUMENTS for line in csea_lines(name)])
def test_csea_commands_in_blocks_run(name, line, service, copy, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    arguments = shlex.split(line, comments=True)[1:]
    if arguments[0] == "serve" or arguments == ["build", "--dry-run"]:  # the second is a step of .ci/run
        arguments = [arguments[0], "--help"]
    result = CliRunner().invoke(cli, ["--root", str(copy), *arguments])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("name", DOCUMENTS)
def test_python_snippets_run(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    for number, body in enumerate(fenced(name, "python"), 1):
        exec(compile(body, f"{name}, snippet {number}", "exec"), {"__name__": "__main__"})


def test_every_column_of_the_archive_is_described():
    text = text_of("docs/archive.md")
    assert [name for name in SCHEMA.names if f"`{name}`" not in text] == []


def test_sql_of_readme_runs():
    import sqlite3

    statements = [
        words[2] for line in commands("README.md") if len(words := shlex.split(line)) == 3 and words[0] == "sqlite3"
    ]
    assert statements
    connection = sqlite3.connect(f"file:{ROOT / 'build' / 'csea.db'}?mode=ro", uri=True)
    for statement in statements:
        assert connection.execute(statement).fetchall()
    connection.close()


def test_message_of_contributing_is_real(copy):
    path = copy / "data" / "inputs" / "platforms.csv"
    text = path.read_text(encoding="utf-8")
    broken = re.sub(r"^(aim,.*),messaging,", r"\1,messageing,", text, flags=re.MULTILINE)
    assert broken != text
    path.write_text(broken, encoding="utf-8")
    result = CliRunner().invoke(cli, ["--root", str(copy), "check"])
    assert result.exit_code == 1
    assert fenced("CONTRIBUTING.md", "text")[0].strip() == result.output.strip()


@pytest.mark.parametrize("name", [*DOCUMENTS, "LICENSE-DATA"])
def test_named_paths_exist(name):
    text = re.sub(r"https?://[^\s)]+", "", text_of(name))
    code = re.findall(r"`([^`\n]+)`", text) + fenced(name, "text") + fenced(name, "sh")
    named = {
        path.rstrip(".,;:") for part in code for path in re.findall(rf"(?<![\w/.-]){TOP_LEVEL}[\w./-]*(?![\w<*])", part)
    }
    named |= {target.split("#")[0] for target in re.findall(r"\]\(([^)]+)\)", text)}
    folder = (ROOT / name).parent
    missing = {
        path
        for path in named - MADE_LATER
        if path and "<" not in path and not (ROOT / path).exists() and not (folder / path).exists()
    }
    assert not missing


def test_every_table_and_view_is_named():
    text = text_of("README.md") + text_of("docs/methodology.md")
    names = [*load_tables(ROOT), *(view.name for view in load_views(ROOT))]
    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_hand_kept_file_is_named():
    text = text_of("data/inputs/README.md")
    files = sorted(path.name for path in (ROOT / "data" / "inputs").glob("*.csv"))
    assert [name for name in files if f"`{name}`" not in text] == []
    assert {path.removesuffix(".csv") for path in files} <= set(load_inputs(ROOT, load_tables(ROOT)))


def test_decisions_are_numbered_without_gaps():
    assert [int(re.search(r"/(\d{4})-", name).group(1)) for name in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_citation_has_the_version():
    version = text_of("VERSION").strip()
    citation = yaml.safe_load(text_of("CITATION.cff"))
    package = yaml.safe_load(text_of("schemas/package.json"))
    assert str(citation["version"]) == version
    assert citation["type"] == "dataset"
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["title"] == package["title"]
    assert citation.get("repository-code") == package.get("homepage")
    assert f"version {version}" in text_of("README.md")
    assert f"## [{version}]" in text_of("CHANGELOG.md")


@pytest.mark.parametrize("name", [*DOCUMENTS, *OTHERS, ".github/workflows/check.yml"])
def test_no_machine_paths_and_no_ticket_numbers(name):
    text = text_of(name)
    assert not re.search(r"(?<![\w.])/(?:work|root|home|tmp)\b", text)
    assert not re.search(r"\bissue #?\d", text, flags=re.IGNORECASE)


def test_workflow_runs_the_script_without_secrets():
    text = text_of(".github/workflows/check.yml")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    assert any(step.get("run") == ".ci/run" for step in workflow["jobs"]["check"]["steps"])
    assert "secrets." not in text


def test_known_issues_point_to_tables_and_columns():
    tables = load_tables(ROOT)
    with (ROOT / "data" / "inputs" / "known_issues.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        assert row["table_name"] in tables, row["issue_id"]
        assert not row["column_name"] or row["column_name"] in tables[row["table_name"]].columns, row["issue_id"]


def test_rows_named_in_known_issues_exist():
    """Ids with two hyphens or more, as milestones and figures have them."""
    names = set()
    for table, key in (("milestones", "milestone_id"), ("figures", "figure_id"), ("components", "component")):
        names |= set(values_of(table, key))
    with (ROOT / "data" / "inputs" / "known_issues.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["issue"] for row in csv.DictReader(file)]
    dates = r"\d{4}(-\d\d)*"
    ids = {word for text in texts for word in re.findall(r"\b[a-z]+(?:-[a-z0-9]+){2,}\b", text)}
    assert {word for word in ids if not re.fullmatch(dates, word)} <= names
