"""Commands on the dataset: build, serve, schema, info, import."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from csea.cli.common import cache_option, counting, json_option, quiet_option, steps
from csea.errors import BAD_DATA, Report, UsageError
from csea.reports import as_text

if TYPE_CHECKING:
    from csea.reading import Reading


@click.command()
@click.option("--force", is_flag=True, help="Build even when nothing has changed since the last build.")
@click.option("--dry-run", is_flag=True, help="Build and check, say which files would change, write none.")
@click.option("--archive/--no-archive", default=True, help="Code and link the releases of the archive, where one is.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that code releases (default: one a core).")
@cache_option
@quiet_option
@json_option
@click.pass_obj
def build(
    root: Path,
    force: bool,
    dry_run: bool,
    archive: bool,
    workers: int | None,
    cache: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Make all tables from data/inputs/ and data/machine/, check them and write the published files.

    Where there is an archive (csea collect), its releases are coded and linked first, if anything in it or in the
    rules has changed, and what was found is written to data/machine/. Nothing is written when there is any
    problem. A second run rebuilds only what changed. With --dry-run the exit code is 1 when a published file is
    stale; the archive is not read then.

    \b
    Examples:
      csea build
      csea build --dry-run
      csea build --no-archive
    """
    from csea.archive import archive_folder, holds_archive
    from csea.build import build as run
    from csea.build import read_into, stale_files
    from csea.project import Project

    project = Project.read(root)
    found = Report()
    folder = archive_folder(cache)
    if archive and not dry_run and holds_archive(folder):
        with counting(quiet or as_json) as bar:
            reading = read_into(project, folder, found, workers, bar)
        if found.errors:
            click.echo(as_text(found), err=True)
            sys.exit(found.exit_code)
        if not (quiet or as_json or reading.up_to_date):
            click.echo(_reading_summary(reading))
    with steps(project, quiet or as_json) as step:
        result = stale_files(project, step) if dry_run else run(project, step, force)
    if as_json:
        click.echo(
            json.dumps({"up_to_date": result.up_to_date, "files": result.written, "errors": len(result.report.errors)})
        )
    else:
        if result.report.problems:
            click.echo(as_text(result.report), err=True)
        if not (quiet or result.report.errors):
            click.echo(_build_summary(result.up_to_date, result.written, dry_run))
    sys.exit(result.report.exit_code or (BAD_DATA if dry_run and result.written else 0))


def _reading_summary(reading: Reading) -> str:
    lines = [f"Read {reading.n_read:,} releases of the archive, {reading.n_in_scope:,} of them in scope."]
    return "\n".join([*lines, *(f"  {count:,} set aside: {reason}" for reason, count in reading.reasons.most_common())])


def _build_summary(up_to_date: bool, written: list[str], dry_run: bool) -> str:
    if up_to_date:
        return "Nothing has changed since the last build."
    verb = "Would write" if dry_run else "Wrote"
    if not written:
        return "Built and checked: every file is as it was."
    return "\n".join([f"{verb} {len(written)} files:", *(f"  {path}" for path in written)])


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8001, help="Port (default: 8001).")
@click.option("--host", default="127.0.0.1", help="Address to listen on (default: 127.0.0.1, this machine alone).")
@click.option("--rate-limit", type=click.IntRange(1), help="Requests a minute for each client (default: no limit).")
@click.option("--behind-proxy", is_flag=True, help="Take the client's address and https from the proxy in front.")
@click.option("--hashed-urls", is_flag=True, help="Put a hash of what pages show into addresses, to cache for a year.")
@click.option("--public-url", metavar="URL", help="Where readers find it: used for all links, whatever host they name.")
@click.option("--repository", metavar="URL", help="The repository (https), to link its form for corrections.")
@click.pass_obj
def serve(root: Path, /, **options: Any) -> None:
    """Open the dataset in a browser; Ctrl-C stops it. Run `csea build` first.

    It answers on this machine alone unless --host says otherwise; docs/deploying.md shows how to put it online.

    \b
    Examples:
      csea serve --port 8002
      csea serve --host 0.0.0.0 --rate-limit 300
      csea serve --behind-proxy --hashed-urls --public-url https://data.example.org
      csea serve --repository https://example.org/owner/dataset
    """
    from csea.project import Project
    from csea.site import Options
    from csea.site import serve as run

    run(Project.read(root), Options(**options))


@click.command()
@click.argument("table", required=False)
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json", "sql", "arrow"]),
    default="text",
    help="text for people, json the Table Schema, sql the SQLite table, arrow the Arrow schema.",
)
@click.pass_obj
def schema(root: Path, table: str | None, output: str) -> None:
    """List the tables, or show the columns of one.

    \b
    Examples:
      csea schema
      csea schema cases
      csea schema cases --format sql
    """
    from csea.schema import load_tables
    from csea.schema.texts import describe, list_tables

    tables = load_tables(root)
    if table is None:
        click.echo(list_tables(tables))
        return
    if table not in tables:
        from csea.errors import did_you_mean

        raise UsageError(
            f"There is no table {table!r}. {did_you_mean(table, tables)}The tables are: {', '.join(sorted(tables))}."
        )
    click.echo(describe(root, tables[table], output))


@click.command()
@json_option
@click.pass_obj
def info(root: Path, as_json: bool) -> None:
    """Say which version this is, what it holds and how complete it is.

    \b
    Example:
      csea info --json
    """
    from csea.package import summary

    facts = summary(root)
    click.echo(json.dumps(facts, indent=2) if as_json else _info_text(facts))


def _info_text(facts: dict[str, Any]) -> str:
    lines = [f"{facts['title']}, version {facts['version']}", "", "Rows:"]
    lines += [f"  {name:<26}{rows:>7,}" for name, rows in facts["tables"].items()]
    lines += ["", "Coverage:"]
    for row in facts["coverage"]:
        whole = f"of {row['n_population']:,}" if row["n_population"] else "(size of the whole not known)"
        lines.append(f"  {row['name']}: {row['n_read']:,} {whole}")
    return "\n".join(lines)


@click.command("import")
@click.argument("source", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--remove-gone", is_flag=True, help="Remove rows that the source no longer has; by default they stay.")
@click.option("--dry-run", is_flag=True, help="Say what is new, changed and gone; write nothing.")
@json_option
@click.pass_obj
def import_(root: Path, source: Path, remove_gone: bool, dry_run: bool, as_json: bool) -> None:
    """Bring newer coded_releases.csv, figures.csv and milestones.csv from SOURCE into data/inputs/.

    \b
    Examples:
      csea import ../compiled --dry-run
      csea import ../compiled
    """
    from csea.importer import Comparison, import_files
    from csea.schema import load_inputs, load_tables

    comparisons, report = import_files(source, root, load_inputs(root, load_tables(root)), remove_gone, dry_run)

    def text(item: Comparison) -> str:
        counts = f"{len(item.new)} new, {len(item.changed)} changed, {len(item.gone)} gone, {item.unchanged} unchanged"
        rows = [f"  {kind}: {key}" for kind in ("new", "changed", "gone") for key in getattr(item, kind)]
        return "\n".join([f"{item.name}: {counts}", *rows])

    if as_json:
        click.echo(json.dumps([vars(item) for item in comparisons], indent=2))
    else:
        click.echo("\n".join(map(text, comparisons)))
    if report.problems:
        click.echo(as_text(report), err=True)
    sys.exit(report.exit_code)
