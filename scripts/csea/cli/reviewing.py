"""The command review."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from csea.cli.common import cache_option

STOPPED = 130  # as a shell has it after Ctrl-C


@click.command()
@click.option(
    "--by",
    "order",
    type=click.Choice(["uncertain", "newest", "random"]),
    default="uncertain",
    help="Least certain first (default), newest first, or a fair sample, which measures agreement.",
)
@click.option("--limit", type=click.IntRange(1), default=20, help="How many to review at most (default: 20).")
@click.option("--release", help="Review this one: an id, an address or a uuid.")
@click.option("--pairs", is_flag=True, help="Decide instead which unsure pairs of releases are of one case.")
@click.option("--blind", is_flag=True, help="Do not show the rules' values and evidence.")
@click.option("--second", is_flag=True, help="Code as the second person, blind, what a first one has coded.")
@cache_option
@click.option("--dry-run", is_flag=True, help="List what would be asked; ask nothing, write nothing.")
@click.pass_obj
def review(
    root: Path,
    order: str,
    limit: int,
    release: str | None,
    pairs: bool,
    blind: bool,
    second: bool,
    cache: Path | None,
    dry_run: bool,
) -> None:
    """Read releases one by one with their evidence and code them yourself; your coding wins over the rules'.

    Each finished release is saved at once in data/inputs/reviews.csv, so you may stop at any time. No name of yours
    is kept. The texts hold names: keep the screen off public places. `csea build` takes the codings in.

    \b
    Examples:
      csea review --dry-run
      csea review --by random --limit 50 --blind
      csea review --second
      csea review --pairs
    """
    from csea.archive import Archive, archive_folder
    from csea.cli.desk import Desk
    from csea.project import Project

    if pairs and (release or second or blind):
        raise click.UsageError("--pairs goes with --limit, --dry-run and --cache alone.")
    desk = Desk(Project.read(root), order, limit, release, blind or second, "second_human" if second else "human")
    queue = desk.pairs() if pairs else desk.releases()
    if dry_run or queue.empty:
        click.echo(desk.listed(queue, pairs))
        return
    with Archive.reader(archive_folder(cache)) as archive:
        try:
            desk.review_pairs(archive, queue) if pairs else desk.review(archive, queue)
        except (KeyboardInterrupt, click.Abort):
            click.echo(f"\nStopped. {_saved(desk.saved)}")
            sys.exit(STOPPED)
    click.echo(_saved(desk.saved) + (" `csea build` takes them into the tables." if desk.saved else ""))


def _saved(count: int) -> str:
    return f"{count} saved in data/inputs/." if count else "Nothing was saved."
