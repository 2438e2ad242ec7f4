"""Commands on the raw archive: collect, and archive info | verify | export | import | coverage."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csea.cli.common import cache_option, counting, json_option, quiet_option
from csea.errors import BAD_DATA

if TYPE_CHECKING:
    from csea.archive.walks import Kind


@click.command()
@click.option("--full", is_flag=True, help="Walk the whole list, to see what was edited or withdrawn long ago.")
@click.option("--verify", is_flag=True, help="Count every day at the service and compare; about half an hour.")
@click.option(
    "--rate", type=click.FloatRange(0.01), default=4.0, help="Requests a second (default and most allowed: 4)."
)
@click.option("--in-flight", type=click.IntRange(1, 16), default=8, help="Requests at once (default: 8).")
@click.option("--strict", is_flag=True, help="Stop at a field of a record that is not known.")
@click.option("--contact", envvar="CSEA_CONTACT", default="", help="How to reach you; goes into the User-Agent.")
@click.option("--api", envvar="CSEA_API", help="Address of a server that behaves like the News API, for tests.")
@cache_option
@click.option("--dry-run", is_flag=True, help="Say what would be asked; ask nothing, write nothing.")
@quiet_option
@json_option
@click.pass_obj
def collect(
    root: Path,
    full: bool,
    verify: bool,
    rate: float,
    in_flight: int,
    strict: bool,
    contact: str,
    api: str | None,
    cache: Path | None,
    dry_run: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Bring new and changed press releases from the Justice Department's News API into the local archive.

    The first run walks the whole list, about 23 minutes; later ones read what is new. Ctrl-C stops at any
    time, and the same command goes on from there. The archive holds names: keep it off public places.

    \b
    Examples:
      csea collect --dry-run
      csea collect --contact you@example.org
      csea collect --verify
    """
    from csea.archive import archive_folder
    from csea.collect.client import API
    from csea.collect.run import Options, plan
    from csea.collect.run import collect as run

    if full and verify:
        raise click.UsageError("--full and --verify are two runs: choose one.")
    kind: Kind = "verify" if verify else "full" if full else "update"
    options = Options(kind, rate, in_flight, strict, api or API, contact)
    if dry_run:
        click.echo(plan(root, archive_folder(cache), options))
        return
    with counting(quiet or as_json) as bar:
        report = run(root, archive_folder(cache), options, bar)
    if as_json:
        click.echo(report.to_json())
    elif report.exit_code or not quiet:
        click.echo(report.to_text(), err=bool(report.exit_code))
    sys.exit(report.exit_code)


@click.group()
def archive() -> None:
    """Look into the local archive of press releases, check it, fill it from files, write it out.

    \b
    Example:
      csea archive info
    """


@archive.command("info")
@cache_option
@json_option
def info(cache: Path | None, as_json: bool) -> None:
    """Say what the archive holds, and when it was last proved complete.

    \b
    Example:
      csea archive info --json
    """
    from csea.archive import Archive, archive_folder
    from csea.archive.info import facts, to_text

    with Archive.reader(archive_folder(cache)) as opened:
        found = facts(opened)
    click.echo(json.dumps(found, indent=2) if as_json else to_text(found))


@archive.command("verify")
@cache_option
@quiet_option
def verify_(cache: Path | None, quiet: bool) -> None:
    """Check every file and every record of the archive against its hash.

    \b
    Example:
      csea archive verify
    """
    from csea.archive import Archive, archive_folder
    from csea.archive.verify import faults, n_rows

    with Archive.reader(archive_folder(cache)) as opened, counting(quiet) as bar:
        rows = n_rows(opened)
        bar.total(rows)
        found = list(faults(opened, bar.advance))
    for fault in found:
        click.echo(fault, err=True)
    if not quiet:
        click.echo(f"{len(found):,} faults." if found else "No faults: every file and record has its hash.")
    sys.exit(BAD_DATA if found else 0)


@archive.command("export")
@click.argument("output", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--all-versions", is_flag=True, help="Write earlier versions of edited releases too.")
@click.option("--without-withdrawn", is_flag=True, help="Leave out releases that the service has withdrawn.")
@cache_option
@quiet_option
def export_(output: Path, all_versions: bool, without_withdrawn: bool, cache: Path | None, quiet: bool) -> None:
    """Write the records to OUTPUT: .jsonl as received, .parquet with days and components beside.

    The texts hold names: keep them off public places.

    \b
    Examples:
      csea archive export releases.jsonl
      csea archive export releases.parquet --all-versions
    """
    from csea.archive import Archive, archive_folder
    from csea.archive.export import export

    with Archive.reader(archive_folder(cache)) as opened, counting(quiet) as bar:
        bar.total(opened.value("SELECT count(*) FROM releases"))
        written = export(opened, output, all_versions, not without_withdrawn, bar.advance)
    if not quiet:
        click.echo(f"Wrote {written:,} records to {output}.")


@archive.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Stop at a field of a record that is not known.")
@click.option("--dry-run", is_flag=True, help="Say what is new and what cannot be read; write nothing.")
@cache_option
@quiet_option
@json_option
@click.pass_obj
def import_(
    root: Path, files: tuple[Path, ...], strict: bool, dry_run: bool, cache: Path | None, quiet: bool, as_json: bool
) -> None:
    """Bring files of press releases that you already hold into the archive.

    Taken are JSON Lines of API records (whole or reduced), the 2018 collection of 13,087 releases, and data frames
    saved as CSV by the R client usdoj; also packed with gzip.

    \b
    Examples:
      csea archive import releases.jsonl --dry-run
      csea archive import releases.jsonl
      csea archive import combined.json usdoj.csv
    """
    from csea.archive import archive_folder
    from csea.collect.files import import_files, rehearse

    with counting(quiet or as_json) as bar:
        if dry_run:
            reports = rehearse(root, archive_folder(cache), list(files), bar)
        else:
            reports = import_files(root, archive_folder(cache), list(files), strict, bar)
    if as_json:
        click.echo(json.dumps([vars(report) for report in reports], indent=2))
    for report in [] if as_json else reports:
        if report.quarantine or not quiet:
            click.echo(report.to_text(), err=bool(report.quarantine))
    sys.exit(BAD_DATA if any(report.quarantine for report in reports) else 0)


@archive.command("coverage")
@cache_option
@click.option("--dry-run", is_flag=True, help="Say how many days would be written; write nothing.")
@click.pass_obj
def coverage(root: Path, cache: Path | None, dry_run: bool) -> None:
    """Write the counts of `csea collect --verify` to data/inputs/coverage_days.csv, for the next build.

    \b
    Example:
      csea archive coverage --dry-run
    """
    from csea.archive import Archive, archive_folder
    from csea.archive.info import coverage_days
    from csea.io import csv_bytes, write_atomic

    with Archive.reader(archive_folder(cache)) as opened:
        days = coverage_days(opened)
    path = root / "data" / "inputs" / "coverage_days.csv"
    if not dry_run:
        write_atomic(path, csv_bytes(days))
    click.echo(f"{'Would write' if dry_run else 'Wrote'} {days.num_rows:,} days to {path.relative_to(root)}.")
