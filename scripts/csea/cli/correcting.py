"""Commands on corrections: new, check, preview, mark."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from csea.cli.common import bar_of_steps
from csea.errors import Problem, Report, UsageError, did_you_mean
from csea.reports import FORMATS, as_text

files_argument = click.argument("files", nargs=-1, type=click.Path(path_type=Path, dir_okay=False))


@click.group()
def correct() -> None:
    """Mend a fact: write, check and preview correction files (docs/correcting.md).

    \b
    Examples:
      csea correct new
      csea correct check
      csea correct preview data/corrections/2026/20261122-launch-year.yaml
    """


@correct.command()
@files_argument
@click.option("--format", "output", type=click.Choice(sorted(FORMATS)), default="text", help="How problems are told.")
@click.option("--all", "every", is_flag=True, help="Show every example of a problem, not the first five.")
@click.pass_obj
def check(root: Path, files: tuple[Path, ...], output: str, every: bool) -> None:
    """Say what is wrong with correction files, each problem with its line and fix; all of them without FILES.

    Whether the present value still stands in the table is looked up in the published tables.

    \b
    Examples:
      csea correct check
      csea correct check data/corrections/2026/20261122-launch-year.yaml
    """
    from csea.corrections import load_corrections, read_given
    from csea.present import check_present
    from csea.project import Project

    project, report = Project.read(root), Report()
    if files:
        corrections = read_given(files, project.tables, report)
    else:
        corrections, problems = load_corrections(root, project.tables)
        report.add(problems)
    if not report.errors:
        check_present(project, corrections, report)
    if report.problems or output != "text":
        click.echo(FORMATS[output](report, every), err=output == "text")
    elif output == "text":
        click.echo(f"{_files(len(corrections))} checked, nothing is wrong.")
    sys.exit(report.exit_code)


def _files(number: int) -> str:
    return "One correction" if number == 1 else f"{number:,} corrections"


@correct.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the Markdown to this file.")
@click.pass_obj
def preview(root: Path, files: tuple[Path, ...], output: Path | None) -> None:
    """Show the rows before and after, and what else moves, as Markdown for a pull request. Writes no table.

    \b
    Example:
      csea correct preview data/corrections/2026/20261122-launch-year.yaml
    """
    from csea.io import write_atomic
    from csea.preview import preview as run
    from csea.project import Project

    project, report = Project.read(root), Report()
    with bar_of_steps(2 * len(project.inputs) + 8, silent=False) as step:
        text = run(project, files, report, step)
    if report.problems:
        click.echo(as_text(report), err=True)
    if text and output:
        write_atomic(output, text.encode())
    elif text:
        click.echo(text, nl=False)
    sys.exit(report.exit_code)


@correct.command()
@click.argument("correction")
@click.argument("state", type=click.Choice(["active", "overtaken", "withdrawn"]))
@click.option("--dry-run", is_flag=True, help="Show the file as it would be; write nothing.")
@click.pass_obj
def mark(root: Path, correction: str, state: str, dry_run: bool) -> None:
    """Say that CORRECTION, an id, is active, overtaken (the source has come to agree) or withdrawn (it was wrong).

    \b
    Example:
      csea correct mark 20261122-launch-year overtaken
    """
    from dataclasses import replace

    from csea.correct.write import file_of, yaml_text
    from csea.corrections import load_corrections
    from csea.io import write_atomic
    from csea.project import Project

    project = Project.read(root)
    corrections, problems = load_corrections(root, project.tables)
    found = {item.id: item for item in corrections}
    if correction not in found:
        _unreadable(problems, correction)
        raise UsageError(f"There is no correction {correction!r}. {did_you_mean(correction, found)}".strip())
    item = replace(found[correction], state=state)
    text = yaml_text(item, project.tables[item.table])
    if dry_run:
        click.echo(text, nl=False)
    elif write_atomic(root / file_of(item.id), text.encode()):
        click.echo(f"{file_of(item.id)} is {state} now. Run `csea build`.")
    else:
        click.echo(f"{file_of(item.id)} is {state} already.")


def _unreadable(problems: list[Problem], correction: str) -> None:
    """End with the problems of a file that is there but cannot be read."""
    own = [problem for problem in problems if Path(problem.file).stem == correction]
    if own:
        click.echo(as_text(Report(own)), err=True)
        sys.exit(Report(own).exit_code)


@correct.command()
@click.option("--table", help="Table of the fact; without it the table is asked for.")
@click.option("--key", multiple=True, help="Key of the row: its value, or column=value for each column of the key.")
@click.option("--column", help="Column of the fact.")
@click.option("--dry-run", is_flag=True, help="Show the file that would be written; write nothing.")
@click.pass_obj
def new(root: Path, table: str | None, key: tuple[str, ...], column: str | None, dry_run: bool) -> None:
    """Write a correction file, asking for each part and showing the present value.

    \b
    Examples:
      csea correct new
      csea correct new --table platforms --key aim --column launched
    """
    from csea.cli.asking import ask
    from csea.project import Project

    ask(Project.read(root), table, key, column, dry_run)
