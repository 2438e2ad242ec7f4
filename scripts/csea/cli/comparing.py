"""The command that compares versions: diff."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csea.cli.common import bar_of_steps
from csea.errors import BAD_DATA, UsageError, did_you_mean, printable

if TYPE_CHECKING:
    from csea.compare.tell import Detail
    from csea.compare.versions import Difference

FORMATS = ("text", "markdown", "json", "csv", "html")
PATIENCE = 2  # seconds that work may take before a bar is drawn


@click.command()
@click.argument("old")
@click.argument("new", required=False)
@click.option("--format", "output", type=click.Choice(FORMATS), default="text", help="How to tell it (default: text).")
@click.option("--table", "only", multiple=True, metavar="NAME", help="Compare this table alone; may be repeated.")
@click.option("--counts", is_flag=True, help="Print how much differs, not what.")
@click.option(
    "--limit",
    type=click.IntRange(0),
    metavar="N",
    help="Rows to show of each table and kind (default: 20). JSON and CSV hold all.",
)
@click.option("--all", "every", is_flag=True, help="Show every row.")
@click.option(
    "--output",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file, whole or not at all, and print the summary.",
)
@click.pass_obj
def diff(
    root: Path,
    old: str,
    new: str | None,
    output: str,
    only: tuple[str, ...],
    counts: bool,
    limit: int | None,
    every: bool,
    target: Path | None,
) -> None:
    """Say what differs between two versions: rows added, removed and changed, cell by cell, and changes of schemas.

    OLD and NEW are each a folder, a bundle (ZIP), an SQLite file, a CSV or Parquet file named like a table, or else a
    version, a tag or another git revision. Without NEW it is the data of this folder. Rows are matched by their key;
    their order is no difference. The exit code is 0 when nothing differs, 1 when anything does.

    \b
    Examples:
      csea diff 0.1.0
      csea diff v0.1.0 v0.2.0 --format markdown --output changes.md
      csea diff csea-0.1.0.zip data --table cases --all
      csea diff data/cases.csv theirs/cases.csv --format csv
    """
    from csea.lean import without_pandas

    without_pandas()
    from csea.compare.tell import LIMIT, Detail, summary

    if every and limit is not None:
        raise UsageError("--all shows every row and --limit some: leave one of them out.")
    if counts and output == "csv":
        raise UsageError("CSV holds cells and no counts: use --counts with another format.")
    difference = _compare(root, old, new, only)
    colour = target is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    detail = Detail(None if every else LIMIT if limit is None else limit, counts, colour)
    told = _told(difference, output, detail)
    if target is None:
        click.echo(told)
    else:
        from csea.io import write_atomic

        write_atomic(target, f"{told}\n".encode())
        click.echo(summary(difference))
    sys.exit(BAD_DATA if difference else 0)


def _told(difference: Difference, output: str, detail: Detail) -> str:
    from csea.compare.machine import as_csv, as_json
    from csea.compare.markup import as_html, as_markdown
    from csea.compare.tell import as_text

    formats: dict[str, Callable[[Difference, Detail], str]] = dict(
        zip(FORMATS, (as_text, as_markdown, as_json, as_csv, as_html), strict=True)
    )
    return formats[output](difference, detail)


def _compare(root: Path, old: str, new: str | None, only: tuple[str, ...]) -> Difference:
    from csea.compare.sources import read_version
    from csea.compare.versions import compare_versions
    from csea.project import Project

    project = Project.read(root)
    with _late_bar(3 * (len(only) or len(project.tables))) as step:
        before = read_version(project, old, only, step)
        now = read_version(project, str(root) if new is None else new, only, step)
        _check_names(only, {*before.schemas, *now.schemas}, project.tables)
        return compare_versions(before, now, step)


def _check_names(only: tuple[str, ...], found: set[str], known: Iterable[str]) -> None:
    """UsageError for a table that neither version has."""
    for name in only:
        if name not in found:
            raise UsageError(f"Neither version has a table {printable(name)!r}. {did_you_mean(name, known)}".strip())


@contextmanager
def _late_bar(number: int) -> Iterator[Callable[[str], None]]:
    """Give the function that is told each step; a bar is drawn once the work has lasted a while."""
    began, done = time.monotonic(), 0
    with ExitStack() as stack:
        bar: Callable[[str], None] | None = None

        def step(name: str) -> None:
            nonlocal bar, done
            done += 1
            if bar is not None:
                bar(name)
            elif time.monotonic() - began > PATIENCE:
                bar = stack.enter_context(bar_of_steps(number, False))
                for _ in range(done):
                    bar(name)

        yield step
