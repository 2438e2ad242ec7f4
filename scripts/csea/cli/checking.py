"""Commands that check and mend files: check, bounds, fmt."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csea.cli.common import bar_of_steps, quiet_option
from csea.errors import Report, UsageError
from csea.reports import FORMATS, as_text

if TYPE_CHECKING:
    from csea.project import Project

FORMAT = click.Choice(list(FORMATS))
dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--schema", help="Schema that the files should fit: a table, inputs/NAME, or a Table Schema file.")
@click.option("--fix", is_flag=True, help="First mend what has one right answer: order, line ends, spaces, quotes.")
@click.option("--all", "every", is_flag=True, help="Show every problem, not five of each rule.")
@click.option(
    "--format",
    "output",
    type=FORMAT,
    default="text",
    help="How to print problems (default: text).",
)
@click.option("--witness", is_flag=True, help="Let frictionless read the descriptor and every CSV as well.")
@dry_run_option
@quiet_option
@click.pass_obj
def check(
    root: Path,
    paths: tuple[Path, ...],
    schema: str | None,
    fix: bool,
    every: bool,
    output: str,
    witness: bool,
    dry_run: bool,
    quiet: bool,
) -> None:
    """Check the whole project, or the CSV and Parquet files of PATH, and say how to mend what is wrong.

    A PATH is a file or a folder of files named like our tables; with --schema it may have any name. Files beside it
    are read where it refers to them. The exit code is 1 when anything is wrong.

    \b
    Examples:
      csea check
      csea check data/cases.csv --all
      csea check data/inputs/figures.csv --fix --dry-run
      csea check theirs.csv --schema releases --format junit
    """
    from csea.lean import without_pandas

    without_pandas()
    from csea.project import Project

    if schema is not None and not paths:
        raise UsageError("--schema needs a file to check: csea check FILE --schema NAME.")
    if witness and paths:
        raise UsageError("--witness checks the whole project; leave out the path.")
    if dry_run and not fix:
        raise UsageError("--dry-run goes with --fix: checking alone changes nothing.")
    project = Project.read(root)
    if fix:
        _fix(project, paths, schema, dry_run, quiet or output != "text")
    report = _check(project, paths, schema, witness, quiet or output != "text")
    text = FORMATS[output](report, every) if output != "text" else as_text(report, every, _colours())
    if text and not (quiet and not report.problems):
        click.echo(text)
    sys.exit(report.exit_code)


def _check(project: Project, paths: tuple[Path, ...], schema: str | None, witness: bool, silent: bool) -> Report:
    from csea.check.repository import check_group, check_project
    from csea.check.targets import means_project, of_paths, of_project, unresolved

    if schema is None and all(means_project(project, path) for path in paths):
        paths = ()
    groups, problems = of_paths(project, paths, schema) if paths else of_project(project)
    steps = sum(2 * len(group.files) + 1 for group in groups) + 1
    with bar_of_steps(steps, silent) as step:
        if not paths:
            return check_project(project, witness, step)
        report = Report([*problems, *(problem for group in groups for problem in check_group(project, group, step))])
    missing = sorted({name for group in groups for name in unresolved(group)})
    if missing and not silent:
        click.echo(f"References to {', '.join(missing)} were not checked: no such file beside it.", err=True)
    return report


def _fix(project: Project, paths: tuple[Path, ...], schema: str | None, dry_run: bool, silent: bool) -> None:
    """Mend the files asked for; without a path the hand-kept ones, since all others are generated."""
    from csea.check.fix import fix
    from csea.check.targets import inputs_of, of_paths
    from csea.io import write_atomic

    groups = of_paths(project, paths, schema)[0] if paths else inputs_of(project)[0][:1]
    for group in groups:
        for name, file in group.files.items():
            found = fix(file) if group.tells(name) else None
            if found is None:
                continue
            if not silent:
                verb = "Would fix" if dry_run else "Fixed"
                click.echo("\n".join(filter(None, [f"{verb} {file.shown}: {found.summary}.", found.diff()])))
            if not dry_run:
                write_atomic(file.path, found.after)


def _colours() -> bool:
    """Whether to print in colour: on a terminal, unless the user says NO_COLOR."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


@click.command()
@dry_run_option
@click.pass_obj
def bounds(root: Path, dry_run: bool) -> None:
    """Write schemas/bounds.csv anew: how many rows and values there should be, from the published tables.

    \b
    Example:
      csea bounds --dry-run
    """
    from csea.check import Files, check_files
    from csea.check.targets import tables_in
    from csea.check.volume import FILE, proposed
    from csea.io import write_atomic
    from csea.project import Project

    project, report = Project.read(root), Report()
    tables = check_files(Files(tables_in(project, root / "data", "data"), project.rules), report)
    if report.errors:
        click.echo(as_text(report), err=True)
        sys.exit(report.exit_code)
    data = proposed(tables)
    if dry_run:
        is_new = not (root / FILE).is_file() or (root / FILE).read_bytes() != data
        click.echo(f"would write {FILE}" if is_new else f"{FILE} is as it would be written")
    else:
        click.echo(f"wrote {FILE}" if write_atomic(root / FILE, data) else f"{FILE} is as it was")


@click.command()
@dry_run_option
@click.pass_obj
def fmt(root: Path, dry_run: bool) -> None:
    """Write the hand-kept files of data/inputs/ in canonical form; a file that is at fault stays as it is.

    \b
    Example:
      csea fmt --dry-run
    """
    from csea.lean import without_pandas

    without_pandas()
    from csea.check import Files, check_files
    from csea.check.fix import fix
    from csea.check.targets import inputs_of
    from csea.io import write_atomic
    from csea.project import Project

    kept = inputs_of(Project.read(root))[0][0]
    report, fixes = Report(), {name: found for name, file in kept.files.items() if (found := fix(file)) is not None}
    with tempfile.TemporaryDirectory() as folder:
        files = dict(kept.files)
        for name, found in fixes.items():
            files[name] = replace(found.file, path=Path(folder, f"{name}.csv"))
            files[name].path.write_bytes(found.after)
        check_files(Files(files, is_canonical=False), report)
    faulty = {problem.file for problem in report.errors}
    for found in fixes.values():
        if found.file.shown not in faulty:
            click.echo(f"{'would write' if dry_run else 'wrote'} {found.file.shown}: {found.summary}")
            if not dry_run:
                write_atomic(found.file.path, found.after)
    if report.problems:
        click.echo(as_text(report), err=True)
    sys.exit(report.exit_code)
