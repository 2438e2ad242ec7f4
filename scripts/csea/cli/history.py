"""The command as-of: a table as it was in an earlier version."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csea.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from csea.schema import Schema


@click.command("as-of")
@click.argument("version")
@click.argument("table")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "parquet", "json"]),
    default="csv",
    help="csv as it was released, parquet and json with types (default: csv).",
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write (default: print it).")
@click.pass_obj
def as_of(root: Path, version: str, table: str, form: str, output: Path | None) -> None:
    """Rebuild TABLE as it was in VERSION, from the newest version and the change lists in data/changes/.

    The hash of what comes out is held against that of the version. Where values are missing, since they were withdrawn
    to protect a person, that is said.

    \b
    Examples:
      csea as-of 0.1.0 releases
      csea as-of 0.1.0 cases --format parquet --output cases.parquet
    """
    from csea.io import write_atomic
    from csea.release.history import History, find
    from csea.release.history import as_of as rebuild

    version = version.removeprefix("v")
    if form == "parquet" and output is None:
        raise UsageError("Parquet is not for reading: give a file with --output FILE.")
    rebuilt = rebuild(root, version, table, lambda note: click.echo(f"csea: {note}", err=True))
    data = _contents(rebuilt, find(History(root), version, table).schema, form)
    if output is None:
        click.echo(data, nl=False)
    else:
        write_atomic(output, data)


def _contents(table: pa.Table, schema: Schema, form: str) -> bytes:
    """The table as a file of this form; JSON is a list of objects, with null for what is not known."""
    from csea.check.columns import cast
    from csea.check.rows import rows_of
    from csea.io import csv_bytes, parquet_bytes
    from csea.schema.arrow import arrow_schema

    if form == "csv":
        return csv_bytes(table)
    typed = cast(rows_of(table, f"data/{schema.name}.csv", schema))[0].table
    if form == "parquet":
        return parquet_bytes(typed.cast(arrow_schema(schema)))
    return (json.dumps(typed.to_pylist(), indent=2, ensure_ascii=False, default=str) + "\n").encode()
