"""Commands that write correction files for people: from-issue, from-diff, for-pull-request."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from csea.cli.common import bar_of_steps, quiet_option, steps
from csea.errors import BAD_DATA, Report, UsageError
from csea.reports import as_text

if TYPE_CHECKING:
    from csea.proposals.edits import Edits
    from csea.proposals.files import Proposal

date_option = click.option(
    "--date",
    "date",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day that the id begins with (default: today, in UTC).",
)


@click.command("from-issue")
@click.argument("file", type=click.File("rb"), default="-")
@date_option
@click.option("--write", is_flag=True, help="Write the file to data/corrections/ instead of printing it.")
@click.pass_obj
def from_issue(root: Path, file: IO[bytes], date: datetime | None, write: bool) -> None:
    """Make a correction file of an issue: FILE holds what GitHub wrote of the issue form (default: standard input).

    The present value is looked up where the issue does not say it. A name is thanked only where its box is ticked.

    \b
    Examples:
      gh issue view 12 --json body --jq .body | csea correct from-issue --write
      csea correct from-issue issue.md --date 2026-01-31
    """
    from csea.correct.issue import MOST_CHARACTERS
    from csea.correct.write import file_of
    from csea.io import write_atomic
    from csea.project import Project
    from csea.proposals.issue import from_issue as run

    most = 4 * MOST_CHARACTERS  # a character has four bytes at most
    data = file.read(most + 1)
    try:
        body = data.decode("utf-8-sig", "ignore" if len(data) > most else "strict")
    except UnicodeDecodeError:
        click.echo("the issue: It is not UTF-8 text. Fix: Save it as UTF-8.", err=True)
        sys.exit(BAD_DATA)
    found = run(Project.read(root), body, _day(date))
    if found.correction is None:
        click.echo(found.told(), err=True)
        sys.exit(BAD_DATA)
    path = file_of(found.correction.id)
    if found.is_unthanked:
        click.echo("The name to thank is left out, since its box is not ticked.", err=True)
    if not write:
        click.echo(path, err=True)
        click.echo(found.text, nl=False)
        return
    _refuse_over(root / path)
    write_atomic(root / path, found.text.encode())
    click.echo(f"Wrote {path}. See what it does: csea correct preview {path}")


@click.command("from-diff")
@click.option("--base", default="", metavar="REV", help="Leave out what already stood so where the branch left REV.")
@date_option
@click.option(
    "--format", "output", type=click.Choice(["text", "markdown"]), default="text", help="text, or for a pull request."
)
@click.option(
    "--write", is_flag=True, help="Write the files to data/corrections/; reason and evidence are to be added."
)
@quiet_option
@click.pass_obj
def from_diff(root: Path, base: str, date: datetime | None, output: str, write: bool, quiet: bool) -> None:
    """Say which published tables were edited by hand, with the correction files that should have been written.

    A table was edited where it differs from what a build makes, unless some build wrote it. The exit code is 1 when
    one was.

    \b
    Examples:
      csea correct from-diff
      csea correct from-diff --base origin/main --format markdown
      csea correct from-diff --write
    """
    from csea.project import Project
    from csea.proposals.edits import find_edits
    from csea.proposals.files import propose

    project, report = Project.read(root), Report()
    with steps(project, quiet) as step:
        edits = find_edits(project, report, base, step)
    if report.errors:
        click.echo(as_text(report), err=True)
        sys.exit(report.exit_code)
    proposals = propose(project, edits.found, _day(date))
    _tell(edits, proposals, output, quiet)
    if write:
        _write(root, proposals)
    sys.exit(BAD_DATA if edits else 0)


def _tell(edits: Edits, proposals: list[Proposal], output: str, quiet: bool) -> None:
    from csea.proposals.told import as_markdown
    from csea.proposals.told import as_text as told

    if edits or not quiet:
        click.echo((as_markdown if output == "markdown" else told)(edits, proposals).rstrip("\n"))


def _write(root: Path, proposals: list[Proposal]) -> None:
    from csea.io import write_atomic

    files = {item.path: item.text for item in proposals if item.path}
    for path in files:
        _refuse_over(root / path)
    for path, text in files.items():
        write_atomic(root / path, text.encode())
    if files:
        click.echo(f"Wrote {len(files):,} files. The tables are as they were edited: `csea build` makes them anew.")


@click.command("for-pull-request")
@click.option("--base", required=True, metavar="REV", help="Branch that the pull request is to be merged into.")
@click.option("--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to write to.")
@click.option("--number", type=click.IntRange(1), help="Number of the pull request, kept beside the comment.")
@date_option
@quiet_option
@click.pass_obj
def for_pull_request(
    root: Path, base: str, output: Path, number: int | None, date: datetime | None, quiet: bool
) -> None:
    """Write the answer to a pull request as Markdown: checks, what its corrections do, tables edited by hand.

    The folder gets comment.md, which fits into a comment on GitHub, and number. The exit code is 0 whatever the
    answer is.

    \b
    Example:
      csea correct for-pull-request --base origin/main --number 12 --output build/pull-request
    """
    from csea.io import write_atomic
    from csea.project import Project
    from csea.proposals.pull_request import answer

    project = Project.read(root)
    with bar_of_steps(8 * len(project.tables), quiet) as step:
        text = answer(project, base, _day(date), step)
    write_atomic(output / "comment.md", text.encode())
    if number is not None:
        write_atomic(output / "number", f"{number}\n".encode())
    if not quiet:
        click.echo(f"Wrote {output / 'comment.md'}.")


def _day(date: datetime | None) -> str:
    return f"{date or datetime.now(UTC):%Y%m%d}"


def _refuse_over(path: Path) -> None:
    """UsageError where a file stands already."""
    if path.exists() or path.is_symlink():
        raise UsageError(f"{path} is there already, and nothing is written over it.")
