"""The command release: the next version as one commit, one tag and one bundle."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from csea.cli.common import bar_of_steps, json_option, quiet_option
from csea.errors import BAD_DATA, WRONG_USAGE, Report, UsageError
from csea.reports import as_text

if TYPE_CHECKING:
    from csea.project import Project
    from csea.release.prepare import Release

YEARS = range(1980, 2108)  # that a ZIP file can tell
BUILDS = 3  # at most: to see what is committed, under the new version, and without corrections


def _day(context: click.Context, parameter: click.Parameter, value: str | None) -> str:
    """A day in ISO 8601, not after today and one that a bundle can have; today without one."""
    today = datetime.now(UTC).date()
    try:
        day = date.fromisoformat(value) if value is not None else today
    except ValueError:
        raise UsageError(f"{value!r} is no day: write it like 2026-11-22.") from None
    if day.year not in YEARS:
        raise UsageError(f"{day} cannot be: the files of a bundle have years from {YEARS[0]} to {YEARS[-1]}.")
    if day > today:
        raise UsageError(f"{day} is in the future: today is {today} in UTC.")
    return day.isoformat()


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be released and why; change nothing at all.")
@click.option("--version", "wish", help="Release as this version, where it is a larger step than the changes need.")
@click.option("--date", "day", callback=_day, help="Day of the release, like 2026-11-22 (default: today in UTC).")
@quiet_option
@json_option
@click.pass_obj
def release(root: Path, dry_run: bool, wish: str | None, day: str, quiet: bool, as_json: bool) -> None:
    """Release the next version: check everything, then make change list, notes, bundle, commit and tag.

    The version follows from what changed since the last one (docs/versions.md): major for a break of the schema, minor
    for rows or columns added or withdrawn, patch for corrected values. The working tree has to be committed. The bundle
    goes to dist/. Commit and tag are made last and at once; nothing is pushed. A release that was interrupted is first
    finished or undone.

    \b
    Examples:
      csea release --dry-run
      csea release
      csea release --version 1.0.0
    """
    from csea.project import Project
    from csea.release.git import Git, GitError, check_ready
    from csea.release.journal import carry_out, pending, recover

    if not dry_run:
        if told := recover(root):
            click.echo(told, err=True)
    elif pending(root):
        raise UsageError("A release was interrupted here. Run `csea release` first: it finishes or undoes it.")
    refused, branch, head = "", "", ""
    try:
        branch, head = check_ready(Git(root))
    except GitError as error:
        if not dry_run:
            raise
        refused = str(error)
    project = Project.read(root)
    _check_pictures(project)
    found = _prepared(project, wish, day, quiet or as_json, as_json)
    commit = "" if dry_run else carry_out(root, found.plan(branch, head))
    if as_json:
        click.echo(json.dumps(_facts(found, commit, refused), indent=2, ensure_ascii=False))
    elif not quiet:
        click.echo(_plan_text(found) if dry_run else _done_text(found, commit))
    if refused:
        click.echo(f"csea: It would be refused now: {refused}", err=True)
        sys.exit(WRONG_USAGE)


def _check_pictures(project: Project) -> None:
    """UsageError where a figure is not what the database gives now."""
    from csea.project import DATABASE
    from csea.site.figures import FIGURES, write_figures

    if (project.root / FIGURES).is_dir() and (project.root / DATABASE).is_file():
        stale = write_figures(project, (), True, lambda _path: None)
        if stale:
            raise UsageError(f"Figures are stale ({', '.join(stale)}). Run `make build` and commit them.")


def _prepared(project: Project, wish: str | None, day: str, silent: bool, as_json: bool) -> Release:
    """The release as computed; where there is none, says why and ends the program."""
    from csea.release.prepare import prepare

    report = Report()
    # Each file of a build is read, then its keys and privacy are checked.
    steps = BUILDS * (2 * (len(project.inputs) + 2 + len(project.tables)) + 4)
    with bar_of_steps(steps, silent) as step:
        found = prepare(project, wish, day, report, step)
    if report.errors:
        click.echo(as_text(report), err=True)
    if found is None:
        previous = project.released[0]["version"] if project.released else None
        if as_json:
            click.echo(json.dumps({"version": None, "previous": previous, "errors": len(report.errors)}))
        elif not report.errors and not silent:
            click.echo(f"Nothing has changed since {previous}: there is nothing to release.")
        sys.exit(BAD_DATA if report.errors else 0)
    return found


def _facts(found: Release, commit: str, refused: str) -> dict[str, Any]:
    """For machines: what is, or would be, released."""
    before = found.decision.before
    return {
        "version": found.version,
        "previous": before.number if before else None,
        "level": found.decision.level,
        "date": found.decision.date,
        "reasons": [asdict(reason) for reason in found.decision.reasons],
        "moves": [asdict(move) for move in found.moves],
        "entry": found.entry,
        "files": {path: len(data) for path, data in sorted(found.files.items())},
        "dist": {f"dist/{name}": len(data) for name, data in found.dist.items()},
        "bundle": found.record["bundle"],
        "commit": commit or None,
        "refused": refused or None,
        "errors": 0,
    }


def _plan_text(found: Release) -> str:
    decision = found.decision
    after = f"after {decision.before.number}" if decision.before else "the first"
    lines = [f"Would release {found.version} of {decision.date} ({decision.level}), {after}."]
    lines += ["", *(f"  {reason.level:<6} {reason.text()}" for reason in decision.reasons)] if decision.reasons else []
    lines += ["", f"Would commit {len(found.files)} files and tag the commit v{found.version}:"]
    lines += [f"  {path:<44}{len(data):>12,} bytes" for path, data in sorted(found.files.items())]
    lines += ["", "Would write:"]
    lines += [f"  {f'dist/{name}':<44}{len(data):>12,} bytes" for name, data in found.dist.items()]
    return "\n".join([*lines, "", "Entry in CHANGELOG.md:", "", found.entry.rstrip(), "", "Nothing was written."])


def _done_text(found: Release, commit: str) -> str:
    bundle = found.record["bundle"]
    return "\n".join(
        [
            f"Released {found.version}: commit {commit[:12]}, tag v{found.version}, {len(found.files)} files.",
            f"dist/{bundle['name']}: {bundle['bytes']:,} bytes, SHA-256 {bundle['sha256']}",
            f"Publish it: git push --follow-tags, and put the files of dist/ beside the tag v{found.version}.",
        ]
    )
