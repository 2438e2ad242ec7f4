"""Commands on the site as files: ``csea site export``."""

from __future__ import annotations

from pathlib import Path

import click

from csea.cli.common import bar_of_steps, quiet_option


@click.group()
def site() -> None:
    """Make the site into files. To open it, use `csea serve`.

    \b
    Example:
      csea site export public
    """


@site.command()
@click.argument("folder", type=click.Path(path_type=Path))
@quiet_option
@click.pass_obj
def export(root: Path, folder: Path, quiet: bool) -> None:
    """Write the site as files that any host can serve: pictures, questions, guides, data. Run `csea build` first.

    Rows, search and SQL need the program, so the copy has no links to them; it has every table as a file instead.
    An earlier copy in FOLDER is replaced once the new one is whole.

    \b
    Example:
      csea site export public
    """
    from csea.project import Project
    from csea.site.export import data_places, export, places

    project = Project.read(root)
    with bar_of_steps(len(places(project)) + len(data_places(project)), quiet) as step:
        pages = export(project, folder, step)
    if not quiet:
        click.echo(f"{pages} pages are in {folder}: open {folder / 'index.html'}.")
