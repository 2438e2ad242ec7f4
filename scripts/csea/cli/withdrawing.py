"""The command withdraw."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from csea.cli.common import cache_option, quiet_option, steps
from csea.errors import Report
from csea.reports import as_text

if TYPE_CHECKING:
    from csea.withdraw import Withdrawal

CANNOT = (
    "It cannot reach git history, tags and bundles of earlier versions, copies that others made, and other archives or "
    "exports of them. PRIVACY.md has the steps to purge what you can."
)


@click.command()
@click.argument("release")
@click.option(
    "--reason",
    type=click.Choice(["expunged", "privacy", "error"]),
    required=True,
    help="expunged: expunged or sealed; privacy: it identifies a private person; error: it was never public.",
)
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day of the withdrawal (default: today).",
)
@click.option("--dry-run", is_flag=True, help="Say which files and how many rows would change; write nothing.")
@cache_option
@quiet_option
@click.pass_obj
def withdraw(
    root: Path, release: str, reason: str, day: datetime | None, dry_run: bool, cache: Path | None, quiet: bool
) -> None:
    """Take RELEASE out of every table and refuse it for good, also from later collections.

    RELEASE is an id, a key hash or an address. Its rows, corrections of them and what the local archive holds of it go,
    then all is built again; what stays is the id and a hash. The same command finishes a run that was stopped.

    \b
    Examples:
      csea withdraw r0000012 --reason privacy --dry-run
      csea withdraw r0000012 --reason expunged --date 2026-01-31
    """
    from csea.archive import archive_folder
    from csea.project import Project
    from csea.withdraw import carry_out, opened, plan

    project, report = Project.read(root), Report()
    date = (day or datetime.now(UTC)).date().isoformat()
    with opened(archive_folder(cache), dry_run) as archive:
        made = plan(project, release, reason, date, archive, report)
        if made is None:
            _stop(report, "Nothing was changed.")
        if dry_run:
            told = [_title(made, "Would withdraw"), *_told(made), "Then the tables are built again."]
            click.echo("\n".join(told))
            return
        carry_out(root, made, archive)
    written = [*_build(root, quiet), *_redrawn(root)]
    if not quiet:
        built = [f"  {len(written):,} published files written anew"] if written else []
        click.echo("\n".join([_title(made, "Withdrew"), *_told(made), *built, CANNOT]))


def _build(root: Path, quiet: bool) -> list[str]:
    from csea.build import build
    from csea.project import Project

    project = Project.read(root)
    with steps(project, quiet) as step:
        result = build(project, step)
    if result.report.errors:
        _stop(result.report, "The release is refused and its rows are gone, but the published tables still have it.")
    return result.written


def _redrawn(root: Path) -> list[str]:
    """The figures that were drawn anew: a point of the map may have been this release's alone."""
    from csea.project import Project
    from csea.site.figures import FIGURES, write_figures

    if not (root / FIGURES).is_dir():
        return []
    return write_figures(Project.read(root), (), False, lambda _path: None)


def _stop(report: Report, consequence: str) -> NoReturn:
    click.echo(as_text(report), err=True)
    click.echo(f"{consequence} Mend this and run the same command again.", err=True)
    sys.exit(report.exit_code)


def _title(made: Withdrawal, done: str) -> str:
    name = made.target.id or "a release that has no id here"
    if not made.is_new:
        return f"{name} is already withdrawn." if not made.changes else f"{name}: finishing its withdrawal."
    return f"{done} {name}."


def _told(made: Withdrawal) -> list[str]:
    """What was done or would be, in ids and counts."""
    lines = [f"  {change.path}: {change.what}" for change in made.changes]
    if number := len(made.archived):
        lines.append(f"  the local archive: {number:,} record{'' if number == 1 else 's'}")
    if made.copies:
        lines.append(f"Copies of it, each to be withdrawn by itself: {', '.join(made.copies)}.")
    if others := [id_ for id_ in made.others if id_ not in made.copies]:
        lines.append(f"Other releases of its case: {', '.join(others)}.")
    lines += [f"Its address is also cited in {place}: look at the row." for place in made.cited]
    return lines
