"""Commands on the coding: evaluate, explain, verify-evidence; ``reviewing.py`` has review."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csea.cli.common import cache_option, counting, json_option, quiet_option
from csea.errors import UsageError

if TYPE_CHECKING:
    from csea.code.review.evaluate import Disagreement, Score
    from csea.code.review.evidence import Verification
    from csea.code.review.explain import Explanation


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--variable", help="Show this variable alone.")
@json_option
@click.pass_obj
def evaluate(root: Path, file: Path, variable: str | None, as_json: bool) -> None:
    """Hold the coding rules against the labelled texts in FILE: precision, recall, F1, and every disagreement.

    FILE is JSON Lines: an object a line with "text", perhaps "id" and "title", and "codes", such as
    {"release_kind": "plea", "platform_roles": "kik=used;tor=mentioned", "statutes": "18 USC 2422(b)"}.

    \b
    Examples:
      csea evaluate labelled.jsonl
      csea evaluate labelled.jsonl --variable origin
    """
    from csea.code.batch import coder_of
    from csea.code.review.evaluate import evaluate
    from csea.code.review.labelled import FIELDS, known_variable, labelled_rows

    names = [known_variable(variable)] if variable else list(FIELDS)
    found = evaluate(labelled_rows(file), coder_of(root))
    scores = {name: found.scores[name] for name in names if name in found.scores}
    differing = [item for item in found.disagreements if item.variable in scores]
    if as_json:
        shown = {name: _score(score) for name, score in scores.items()}
        click.echo(json.dumps({"scores": shown, "disagreements": [asdict(item) for item in differing]}, indent=2))
        return
    click.echo(_scores_text(scores))
    click.echo("\n".join(_disagreement(item) for item in differing))


def _score(score: Score) -> dict[str, float | None]:
    known = {name: share if share is None else round(share, 4) for name, share in score.shares.items()}
    return {**known, "n": score.rows}


def _scores_text(scores: dict[str, Score]) -> str:
    lines = [f"{'variable':<24}{'precision':>10}{'recall':>10}{'F1':>10}{'accuracy':>10}{'n':>6}"]
    for name, score in scores.items():
        cells = ["-" if share is None else f"{share:.3f}" for share in score.shares.values()]
        lines.append(f"{name:<24}{''.join(f'{cell:>10}' for cell in cells)}{score.rows:>6,}")
    return "\n".join(lines)


def _disagreement(item: Disagreement) -> str:
    head = f"\n{item.row}, {item.variable}: labelled {item.labelled or 'nothing'}, coded {item.coded or 'nothing'}"
    return "\n".join([head, *([f"  {item.rule}: {item.evidence}"] if item.rule else [])])


@click.command()
@click.argument("release", required=False)
@click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True),
    help="Code this text instead (- is standard input); its first line is the title.",
)
@click.option("--text", "only_text", is_flag=True, help="Print the normal text that positions refer to, and no facts.")
@cache_option
@json_option
@click.pass_obj
def explain(
    root: Path, release: str | None, file: Path | None, only_text: bool, cache: Path | None, as_json: bool
) -> None:
    """Print the facts of RELEASE, each with the sentence that it rests on, and the case that it belongs to.

    RELEASE is an id, an address or a uuid. The sentences come from the archive on this computer and hold names: keep
    what is printed off public places. The facts are what the rules find now. Releases out of scope have none.

    \b
    Examples:
      csea explain r0000216
      csea explain https://www.justice.gov/opa/pr/man-pleads-guilty
      csea explain --file draft.txt
    """
    if (release is None) == (file is None):
        raise click.UsageError("Give a release, or --file with a text.")
    text, found = _of_file(root, file) if file else _of_archive(root, release or "", cache)
    if only_text:
        click.echo(text)
    elif as_json:
        click.echo(json.dumps(found.as_dict(), indent=2, ensure_ascii=False))
    else:
        from csea.code.review.explain import to_text

        click.echo(to_text(found, sys.stdout.isatty()))


def _of_file(root: Path, file: Path) -> tuple[str, Explanation]:
    from csea.code.batch import coder_of
    from csea.code.review.explain import explanation
    from csea.code.review.held import read_release, row_of_text

    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise UsageError(f"{file} cannot be read as text in UTF-8: {error}") from None
    reading = read_release(coder_of(root), row_of_text(text))
    return reading.text, explanation(reading, _order(root))


def _of_archive(root: Path, release: str, cache: Path | None) -> tuple[str, Explanation]:
    from csea import load
    from csea.archive import Archive, archive_folder
    from csea.cli.stored import read_frames
    from csea.code.batch import coder_of
    from csea.code.review.explain import add_published, explanation, target_of
    from csea.code.review.held import held_releases, read_release
    from csea.project import Project
    from csea.register import Register

    register = Register(read_frames(Project.read(root), ["register_releases"])["register_releases"], "r{:07d}")
    target = target_of(release, register)
    with Archive.reader(archive_folder(cache)) as archive:
        wanted = held_releases(archive, filter(None, [target.key]), filter(None, [target.uuid]))
        held = next(wanted, None)
    if held is None:
        raise UsageError(
            f"The archive does not hold {release}. `csea collect` brings what the service has; a release that was "
            "coded by hand from a copy elsewhere is in no archive."
        )
    reading = read_release(coder_of(root), held.row)
    found = explanation(reading, _order(root))
    found.address, found.component = held.row["address"], held.row["component"]
    found.published_date = held.day.isoformat() if held.day else None
    issued = register.find(held.key) if held.key else None
    if issued:
        add_published(found, issued, load("codings", root), load("case_links", root))
    return reading.text, found


def _order(root: Path) -> list[str]:
    from csea.schema import load_tables

    return list(load_tables(root)["codings"].field("variable").enum)


@click.command("verify-evidence")
@click.option("--strict", is_flag=True, help="Fail too when a coding cannot be checked, not only when one is wrong.")
@cache_option
@quiet_option
@json_option
@click.pass_obj
def verify_evidence(root: Path, strict: bool, cache: Path | None, quiet: bool, as_json: bool) -> None:
    """Check that the evidence of every machine-coded value stands in the archive's text where the files say.

    The exit code is 1 when a span is wrong. Texts edited since, and releases that are not here, are counted.

    \b
    Example:
      csea verify-evidence --strict
    """
    from csea.archive import Archive, archive_folder
    from csea.cli.stored import read_frames
    from csea.code.review.evidence import verify
    from csea.project import Project

    with Archive.reader(archive_folder(cache)) as archive:
        frames = read_frames(Project.read(root), ["found_releases", "found_codings"])
        with counting(quiet or as_json) as bar:
            bar.total(archive.value("SELECT count(*) FROM releases") or 0)
            found = verify(frames["found_releases"], frames["found_codings"], archive, bar.advance)
    _print_verification(found, found.exit_code(strict), quiet, as_json)


def _print_verification(found: Verification, code: int, quiet: bool, as_json: bool) -> None:
    from csea.errors import Report
    from csea.reports import as_text

    if as_json:
        click.echo(json.dumps(found.as_dict(), indent=2))
    elif code or not quiet:
        click.echo(found.to_text(), err=bool(code))
        if found.problems:
            click.echo(as_text(Report(found.problems)), err=True)
    sys.exit(code)
