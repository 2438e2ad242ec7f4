"""Workflows: what comes from a fork is run without rights, and posted without being run."""

import json
import os
import re
import shlex
import shutil
import subprocess
import zipfile

import click
import pytest
import yaml

from csea import ROOT
from csea.cli import cli

FOLDER = ROOT / ".github" / "workflows"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yml"))
COMMIT = "0123456789abcdef0123456789abcdef01234567"
OPEN = {"state": "open", "head": {"sha": COMMIT}}
NEEDED = ("bash", "jq", "unzip")


def workflow(name):
    return yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))


def steps(name):
    return [step for job in workflow(name)["jobs"].values() for step in job["steps"]]


def scripts(name):
    return [step["run"] for step in steps(name) if "run" in step]


def csea_commands():
    """Every call of csea in a script of a workflow, and in .ci/run, which one of them calls."""
    texts = [script for name in NAMES for script in scripts(name)] + [(ROOT / ".ci" / "run").read_text()]
    return [found for text in texts for found in re.findall(r"\.venv/bin/csea ([^|{}\n]+)", text)]


def test_the_workflows_are_these():
    assert NAMES == ["check", "comment", "preview"]


@pytest.mark.parametrize("name", NAMES)
def test_no_expression_stands_in_a_script(name):
    """GitHub would paste the value in before the shell reads it; through the environment it stays a value."""
    assert not [script for script in scripts(name) if "${{" in script]


@pytest.mark.parametrize("name", ["check", "preview"])
def test_code_of_a_fork_gets_nothing_worth_having(name):
    text = (FOLDER / f"{name}.yml").read_text(encoding="utf-8")
    assert "secrets" not in re.sub("#.*", "", text) and "github.token" not in text
    assert workflow(name)["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in text
    (checkout,) = [step for step in steps(name) if step.get("uses", "").startswith("actions/checkout")]
    assert checkout["with"] == {"fetch-depth": 0, "persist-credentials": False}


def test_the_run_that_may_write_runs_nothing_of_the_fork():
    text = (FOLDER / "comment.yml").read_text(encoding="utf-8")
    parsed = workflow("comment")
    assert not [step["uses"] for step in steps("comment") if "uses" in step]
    assert "secrets" not in text and "git " not in "\n".join(scripts("comment"))
    assert parsed["permissions"] == {"actions": "read", "pull-requests": "write"}
    assert parsed[True] == {"workflow_run": {"workflows": ["preview"], "types": ["completed"]}}  # YAML 1.1 reads on so
    assert workflow("preview")["name"] == "preview"
    assert "github.event.workflow_run.event == 'pull_request'" in parsed["jobs"]["comment"]["if"]


@pytest.mark.parametrize("name", NAMES)
def test_only_actions_of_github_itself_are_used_and_every_job_ends(name):
    uses = [step["uses"] for step in steps(name) if "uses" in step]
    assert all(re.fullmatch(r"actions/[\w-]+@(v\d+|[0-9a-f]{40})", use) for use in uses)
    assert all(job["timeout-minutes"] <= 30 for job in workflow(name)["jobs"].values())
    assert all("permissions" not in job for job in workflow(name)["jobs"].values())


@pytest.mark.parametrize("line", csea_commands())
def test_every_command_exists_with_its_options(line):
    words = [re.sub(r"\$\w+", "1", word) for word in shlex.split(line)]
    command, context = cli, click.Context(cli, info_name="csea", obj=ROOT)
    while isinstance(command, click.Group):
        name, command, words = command.resolve_command(context, words)
        assert command is not None, name
        if not isinstance(command, click.Group):
            command.make_context(name, words, parent=context)


def test_the_check_runs_the_script_of_the_project():
    assert scripts("check") == [".ci/run"]


def test_there_are_forms_and_no_blank_issues():
    folder = ROOT / ".github" / "ISSUE_TEMPLATE"
    assert yaml.safe_load((folder / "config.yml").read_text()) == {"blank_issues_enabled": False}
    for path in sorted(folder.glob("*.yml")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://\w", text), "there is no address of the project yet"
        if path.name != "config.yml":
            assert "**Everybody can read this" in yaml.safe_load(text)["body"][0]["attributes"]["value"]


GH = """#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$LOG"
jq_of() { while [ $# -gt 1 ]; do if [ "$1" = --jq ]; then echo "$2"; fi; shift; done; }
case "$2" in
  */artifacts\\?name=preview) echo '{"artifacts": [{"id": 7}]}' | jq -r "$(jq_of "$@")" ;;
  */artifacts/7/zip) cat "$ZIP" ;;
  */pulls/12) echo "$PULL" | jq -r "$(jq_of "$@")" ;;
  --paginate) echo "$COMMENTS" | jq -r "$(jq_of "$@")" ;;
  --silent) cp body.md "$BODY" ;;
  *) exit 1 ;;
esac
"""


@pytest.fixture
def post(tmp_path):
    """A function that runs the steps of comment.yml beside a stand-in for gh; it gives the calls and the body."""
    if not all(map(shutil.which, NEEDED)):
        pytest.skip(f"needs {', '.join(NEEDED)}")

    def run(files, pull=OPEN, comments=()):
        for name in ("bin", "work"):
            (tmp_path / name).mkdir()
        (tmp_path / "bin" / "gh").write_text(GH)
        (tmp_path / "bin" / "gh").chmod(0o755)
        with zipfile.ZipFile(tmp_path / "artifact.zip", "w") as file:
            for name, text in files.items():
                file.writestr(name, text)
        job = workflow("comment")["jobs"]["comment"]
        places = {name: str(tmp_path / name.lower()) for name in ("LOG", "BODY", "GITHUB_OUTPUT")}
        environment = {
            **{name: value for name, value in job["env"].items() if "${{" not in value},
            **{
                "REPOSITORY": "o/r",
                "RUN": "5",
                "COMMIT": COMMIT,
                "PULL": json.dumps(pull),
                "COMMENTS": json.dumps(comments),
            },
            **{"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "ZIP": str(tmp_path / "artifact.zip"), **places},
        }
        output = tmp_path / "github_output"
        output.touch()
        code = 0
        for step in job["steps"]:
            found = dict(line.split("=") for line in output.read_text().splitlines())
            if code or (step.get("if") and not found):
                break
            shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
            code = subprocess.run(
                shell,
                cwd=tmp_path / "work",
                env=environment | {"NUMBER": found.get("number", "")},
                check=False,
                capture_output=True,
            ).returncode
        posted = tmp_path / "body"
        return code, (tmp_path / "log").read_text(), posted.read_text() if posted.exists() else None

    return run


FILES = {"comment.md": "## Checks\n\n$(touch ran) `touch ran`\n", "number": "12\n"}


def test_the_comment_is_posted_under_its_mark(post, tmp_path):
    code, calls, body = post(FILES)
    assert code == 0
    assert calls.splitlines()[-1] == "api --silent -X POST repos/o/r/issues/12/comments -F body=@body.md"
    assert body.startswith("<!-- preview of the pull request -->\n*Written by the code of this pull request, not by")
    assert body.endswith(f"at the commit {COMMIT}.*\n\n{FILES['comment.md']}")
    assert not (tmp_path / "work" / "ran").exists()


def test_our_own_comment_is_changed_and_nobody_elses(post):
    mark = "<!-- preview of the pull request -->"
    bot = {"login": "github-actions[bot]"}
    comments = [
        {"id": 1, "user": {"login": "somebody"}, "body": mark},
        {"id": 2, "user": bot, "body": "of another workflow"},
        {"id": 3, "user": bot, "body": f"{mark} and more"},
    ]
    code, calls, _ = post(FILES, comments=comments)
    assert (code, calls.splitlines()[-1]) == (0, "api --silent -X PATCH repos/o/r/issues/comments/3 -F body=@body.md")


@pytest.mark.parametrize("number", ["", "0", "012", "12; touch ran", "12\nnumber=1", "../12", "$(touch ran)", "1" * 20])
def test_what_is_no_number_stops_the_run(post, tmp_path, number):
    code, _, body = post({**FILES, "number": number})
    assert code != 0 and body is None and not (tmp_path / "work" / "ran").exists()


@pytest.mark.parametrize("pull", [{**OPEN, "head": {"sha": "f00"}}, {**OPEN, "state": "closed"}])
def test_a_pull_request_with_another_commit_gets_no_comment(post, pull):
    code, calls, body = post(FILES, pull=pull)
    assert (code, body) == (0, None) and "--silent" not in calls


def test_files_that_are_not_asked_for_stay_in_the_artifact(post, tmp_path):
    code, _, _ = post({**FILES, "../../escaped": "x", "gh": "x", "body.md": "x"})
    assert code == 0
    assert sorted(path.name for path in (tmp_path / "work").iterdir()) == [
        "artifact.zip",
        "body.md",
        "comment.md",
        "number",
    ]
    assert not list(tmp_path.parent.glob("escaped"))
