"""The command line, a module a subject.

``dataset.py`` has the commands on the dataset, ``checking.py`` those that check it, ``archive.py`` those on the raw
archive, ``coding.py`` and ``reviewing.py`` those on the coding, ``correcting.py`` and ``proposing.py`` those on
corrections, ``picturing.py`` those on pictures, ``comparing.py``, ``history.py``, ``releasing.py`` and
``withdrawing.py`` those on versions.

Each command reads its options, calls the room that does the work and prints. Exit code 0 when all is well, 1
for bad data, 2 for wrong usage. Rooms are imported late, so that ``--help`` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from csea import ROOT
from csea.cli import (
    archive,
    checking,
    coding,
    comparing,
    correcting,
    dataset,
    history,
    picturing,
    proposing,
    publishing,
    releasing,
    reviewing,
    withdrawing,
)
from csea.errors import BAD_DATA, WRONG_USAGE, RulesError, UsageError

# Commands that must not work on half a release; `release` says itself what became of one that was stopped.
WRITING = ("bounds", "build", "check", "correct", "figures", "fmt", "import", "review", "withdraw")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option((ROOT / "VERSION").read_text(encoding="utf-8").strip(), package_name="csea")
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=ROOT,
    help="Folder of the dataset (default: this repository).",
)
@click.pass_context
def cli(context: click.Context, root: Path) -> None:
    """Build, check and serve the CSEA Accountability Dataset.

    \b
    Example:
      csea build && csea check && csea serve
    """
    if not (root / "schemas").is_dir() or not (root / "VERSION").is_file():
        raise UsageError(f"{root} holds no copy of the dataset (no schemas/ and VERSION).")
    context.obj = root
    if context.invoked_subcommand in WRITING and not {"--help", "-h", "--dry-run"} & set(sys.argv):
        _finish_release(root)


def _finish_release(root: Path) -> None:
    """Finish or undo a release that was killed, so that no command works on half of one."""
    from csea.release.journal import pending, recover

    if pending(root):
        click.echo(recover(root), err=True)


for command in (
    dataset.build,
    checking.check,
    checking.bounds,
    dataset.serve,
    publishing.site,
    picturing.figures,
    dataset.schema,
    dataset.info,
    dataset.import_,
    checking.fmt,
    archive.collect,
    archive.archive,
    coding.evaluate,
    coding.explain,
    coding.verify_evidence,
    reviewing.review,
    correcting.correct,
    comparing.diff,
    history.as_of,
    releasing.release,
    withdrawing.withdraw,
):
    cli.add_command(command)
for command in (proposing.from_issue, proposing.from_diff, proposing.for_pull_request):
    correcting.correct.add_command(command)


def main() -> None:
    """Run the command line; a user's mistake ends in one sentence, never in a traceback."""
    from csea.archive import ArchiveError
    from csea.schema import SchemaError

    try:
        cli(prog_name="csea")
    except (UsageError, SchemaError, ArchiveError, RulesError) as error:
        click.echo(f"csea: {error}", err=True)
        sys.exit(WRONG_USAGE if isinstance(error, UsageError) else BAD_DATA)
    except OSError as error:  # a full disk, a folder that may not be written: nothing that the program could know
        click.echo(f"csea: {error.strerror or error}{f': {error.filename}' if error.filename else ''}", err=True)
        sys.exit(BAD_DATA)
