"""The command on pictures: figures."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from csea.cli.common import bar_of_steps, quiet_option
from csea.errors import BAD_DATA


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--dry-run", is_flag=True, help="Say which files are stale, write none; exit code 1 when any is.")
@quiet_option
@click.pass_obj
def figures(root: Path, names: tuple[str, ...], dry_run: bool, quiet: bool) -> None:
    """Draw the pictures of schemas/pictures/ from the built database into docs/figures/, as SVG, PNG and CSV.

    Without NAME all are drawn, and files of pictures that are no longer there are removed. No browser and no network
    are needed, and the same data give the same files. The script that draws them on the site is written too, to
    build/site/assets/. Run `csea build` first.

    \b
    Examples:
      csea figures
      csea figures duties
      csea figures --dry-run
    """
    from csea.project import Project
    from csea.site import BUILT, BUNDLE
    from csea.site.figures import KINDS, write_figures
    from csea.site.vega import write_bundle

    project = Project.read(root)
    with bar_of_steps(len(KINDS) * len(names or project.pictures), quiet) as step:
        stale = write_figures(project, names, dry_run, step)
    if not dry_run:
        write_bundle(root / BUILT / BUNDLE)
    if not quiet:
        click.echo(_summary(stale, dry_run))
    sys.exit(BAD_DATA if dry_run and stale else 0)


def _summary(stale: list[str], dry_run: bool) -> str:
    if not stale:
        return "Every figure is as it was."
    verb = "Would change" if dry_run else "Changed"
    return "\n".join([f"{verb} {len(stale)} files:", *(f"  {path}" for path in stale)])
