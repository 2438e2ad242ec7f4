"""`csea correct for-pull-request`: the comment that answers a pull request, safe whatever people wrote."""

import re
import subprocess

import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from csea.cli.proposing import for_pull_request as command
from csea.compare.reading import read_csv
from csea.errors import Problem, Report, UsageError
from csea.markdown import MOST_CHARACTERS, block, code, share, within
from csea.proposals import edits as edits_module
from csea.proposals import pull_request
from csea.proposals.git import changed_files, merge_base

HOSTILE = (
    "`x` ``` @all <img src=x onerror=y> [a](https://example.org) https://example.org www.example.org | #1 &lt; \x1b[1m"
)
# What a workflow may put before the comment.
HEAD = 300


def git(root, *arguments):
    names = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", "-C", str(root), *names, *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def repository(copy_to, tmp_path_factory):
    """A copy of the project in git, on a branch that left main."""
    root = copy_to(tmp_path_factory.mktemp("project"))
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "data/*.csv", "VERSION")
    git(root, "commit", "-q", "-m", "base")
    git(root, "switch", "-q", "-c", "branch")
    return root


@pytest.fixture
def branch(repository, uncorrected, monkeypatch):
    """The branch, to be changed by a test; the slow rooms are stood in for by what they would say."""
    texts = {
        name: read_csv(pa.BufferReader((uncorrected / "data" / f"{name}.csv").read_bytes()), name)
        for name in ("platforms", "cases")
    }
    monkeypatch.setattr(edits_module, "text_tables", lambda *arguments: texts)
    monkeypatch.setattr(pull_request, "check_project", lambda *arguments, **options: Report())
    monkeypatch.setattr(pull_request, "preview", lambda project, paths, *_: f"Previewed: {[p.name for p in paths]}")
    yield repository
    git(repository, "checkout", "-q", "main", "--", "data")
    git(repository, "clean", "-q", "-d", "-f", "data/corrections")


def answer(root, *arguments):
    done = CliRunner().invoke(command, ["--base", "main", "--output", str(root / "out"), *arguments], obj=root)
    assert done.exit_code == 0, done.exception
    return (root / "out" / "comment.md").read_text(encoding="utf-8")


def correction(root, name):
    path = root / "data" / "corrections" / "2026" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("table: platforms\n")
    return path


def markup_in(text):
    """Whatever GitHub would take for a tag, a link, a picture or a mention."""
    found = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        for item in [token, *(token.children or [])]:
            if item.type in ("html_block", "html_inline", "link_open", "image"):
                found.append(item.content or item.type)
            elif item.type == "text":
                found += re.findall(r"@\w+|\w+://\S+|www\.\S+|#\d+", item.content)
    return found


def test_a_branch_without_changes(branch):
    assert answer(branch, "--number", "12") == (
        "## Checks\n\nNo problems found.\n\n"
        "## Corrections\n\nThe pull request adds and changes no correction file.\n\n"
        "## Tables edited by hand\n\nNo published table was edited by hand.\n"
    )
    assert (branch / "out" / "number").read_text() == "12\n"


def test_corrections_that_the_branch_adds_are_previewed(branch):
    correction(branch, "20260131-new.yaml")
    correction(branch, "20260131-other.yaml").unlink()
    (branch / "data" / "corrections" / "2026" / "20260131-link.yaml").symlink_to("/etc/hostname")
    text = answer(branch)
    assert "Previewed: ['20260131-new.yaml']" in text
    assert "`data/corrections/2026/20260131-link.yaml` is no correction file and is not previewed." in text


def test_problems_of_a_preview_are_told(branch, monkeypatch):
    def faulty(project, paths, report, step):
        report.add([Problem("correction.form", str(paths[0]), "The part why is empty.", "Fill it in.", 3)])
        return ""

    told = "/20260131-new.yaml:3\n    The part why is empty.\n    Fix: Fill it in."
    monkeypatch.setattr(pull_request, "preview", faulty)
    correction(branch, "20260131-new.yaml")
    comment = answer(branch)
    assert told in comment and str(branch) not in comment
    problem = Problem(
        "correction.form", "data/corrections/2026/20260131-new.yaml", "The part why is empty.", "Fill it in.", 3
    )
    monkeypatch.setattr(pull_request, "check_project", lambda *arguments, **options: Report([problem]))
    assert answer(branch).count(told) == 1


def test_corrections_that_the_branch_deletes_are_named(branch):
    git(branch, "switch", "-q", "main")
    path = correction(branch, "20260131-old.yaml")
    git(branch, "add", "data/corrections")
    git(branch, "commit", "-q", "-m", "a correction")
    git(branch, "switch", "-q", "-C", "branch")
    path.unlink()
    assert "`data/corrections/2026/20260131-old.yaml` was deleted" in answer(branch)
    found = changed_files(branch, merge_base(branch, "main"), "data/corrections")
    assert found == ([], ["data/corrections/2026/20260131-old.yaml"])


def test_nothing_that_people_wrote_is_markup(branch, monkeypatch):
    report = Report([Problem("form.x", f"data/{HOSTILE}.csv", HOSTILE, HOSTILE, 3, HOSTILE, HOSTILE, HOSTILE)])
    monkeypatch.setattr(pull_request, "check_project", lambda *arguments, **options: report)
    correction(branch, f"{HOSTILE.replace('/', '_')}.yaml".replace("\x1b", "")).rename(
        branch / "data" / "corrections" / "2026" / "<img> @all.yaml"
    )
    (branch / "data" / "corrections" / "2026" / "@link <b>.yaml").symlink_to("/etc/hostname")
    path = branch / "data" / "platforms.csv"
    text = path.read_text(encoding="utf-8").replace("AOL Instant Messenger", HOSTILE.replace("\x1b[1m", ""), 1)
    path.write_text(f'{text}{HOSTILE[:-5]}-key,"a ``` b","```",messaging,,,search,,\n', encoding="utf-8")
    cases = branch / "data" / "cases.csv"
    cases.write_text(f"{cases.read_text()}{cases.read_text().splitlines()[1]}\n".replace("c000001", HOSTILE[:-5]))
    comment = answer(branch)
    assert markup_in(comment.replace("Previewed: ['<img> @all.yaml']", "")) == []
    assert "\x1b" not in comment and "onerror" in comment


def test_a_comment_has_no_more_characters_than_github_takes(branch, monkeypatch):
    long = "\n".join(f"- {'x' * 70} {number}" for number in range(2_000))
    problems = [Problem(f"form.{number}", "f.csv", "m" * 300, "f", number) for number in range(500)]
    monkeypatch.setattr(pull_request, "preview", lambda *arguments: long)
    monkeypatch.setattr(pull_request, "check_project", lambda *arguments, **options: Report(problems))
    correction(branch, "20260131-new.yaml")
    comment = answer(branch)
    assert MOST_CHARACTERS - 3_000 < len(comment) <= MOST_CHARACTERS - HEAD
    told = "*Cut here: the rest is too long for a comment. Run `csea correct for-pull-request --base main --output DIR`"
    assert comment.count(told) == 2
    assert comment.endswith("No published table was edited by hand.\n")
    opened = [token for token in MarkdownIt("commonmark").parse(comment) if token.type == "fence"]
    assert all("Cut here" not in token.content for token in opened)


def test_sources_with_faults_leave_the_edits_unknown(branch, monkeypatch):
    def faulty(project, report, step):
        report.add([Problem("column.enum", "data/inputs/platforms.csv", "It is wrong.", "Mend it.")])
        return {}

    monkeypatch.setattr(edits_module, "text_tables", faulty)
    assert "It cannot be told while there are errors" in answer(branch)


@pytest.mark.parametrize(
    ("base", "says"), [("nowhere", "is no revision that git knows"), ("--output", "is no revision")]
)
def test_a_base_that_git_does_not_know(branch, base, says):
    done = CliRunner().invoke(command, ["--base", base, "--output", str(branch / "out")], obj=branch)
    assert isinstance(done.exception, UsageError) and f"{base!r} is no revision" in str(done.exception)


@pytest.mark.parametrize("number", ["0", "-1", "x", "12; echo"])
def test_a_number_is_a_number(branch, number):
    done = CliRunner().invoke(command, ["--base", "main", "--output", "out", f"--number={number}"], obj=branch)
    assert done.exit_code == 2


@settings(max_examples=50)
@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("`~<>@[]()|\\ \n"), min_size=1))
def test_code_holds_any_text(text):
    parser = MarkdownIt("commonmark")
    (inline,) = [token for token in parser.parse(f"a {code(text)} b") if token.type == "inline"]
    assert [child.type for child in inline.children] == ["text", "code_inline", "text"]
    assert [token.type for token in parser.parse(block(text))] == ["fence"]


@settings(max_examples=50)
@given(st.lists(st.text(alphabet="ab`\n", max_size=400), min_size=1, max_size=4), st.integers(500, 900))
def test_texts_share_the_room(texts, most):
    kept = share(texts, most, "Look.")
    assert sum(map(len, kept)) <= most
    assert sum(map(len, texts)) > most or kept == texts


def test_a_cut_closes_the_code_that_it_cuts():
    text = block("\n".join(["line"] * 200)) + "\n\nafter"
    kept = within(text, 400, "Look.")
    assert len(kept) <= 400 and kept.endswith("```\n\n*Cut here: the rest is too long for a comment. Look.*\n")
