"""What a release writes into files that people write too: CHANGELOG.md, CITATION.cff and README.md.

What people wrote stays as it is. A file that has not the place where the version belongs is an error that says so.
Out of scope: what changed (``policy``, ``answers``, ``changes``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa

from csea.errors import UsageError
from csea.release.answers import Moved

HEADING = re.compile(r"^## .*$", flags=re.MULTILINE)
# Changes of rows and cells; those of tables and columns are told by their own name.
WORDS = {"row_added": ("row", "added"), "row_removed": ("row", "removed"), "cell_changed": ("cell", "changed")}


def first_notes(tables: dict[str, int]) -> list[str]:
    """Lines on the first version; ``tables`` gives the rows of each."""
    return [f"- The first version: {len(tables)} tables with {sum(tables.values()):,} rows in all."]


def data_notes(changes: pa.Table, previous: str, previous_date: str, path: str, moves: Sequence[Moved]) -> list[str]:
    """Lines on what a change list holds, by table and cause, and on the numbers that moved most."""
    counts = _counts(changes)
    whole = _told({(op, ""): count for op, count in sums(changes, "op").items()})
    lines = [f"- Since {previous} of {previous_date}: {whole}. Each with its cause is in `{path}`."]
    for table in sorted({table for table, _, _ in counts}):
        of_table = {(op, cause): count for (name, op, cause), count in counts.items() if name == table}
        causes: dict[str, int] = {}
        for (_, cause), count in of_table.items():
            causes[cause] = causes.get(cause, 0) + count
        why = ", ".join(f"{cause} {count:,}" for cause, count in sorted(causes.items()))
        lines.append(f"- `{table}`: {_told(of_table)}; by cause: {why}.")
    if not counts:
        lines = [f"- No table has changed since {previous} of {previous_date}."]
    return [*lines, *(f"- Moved most: {move.text()}" for move in moves)]


def _counts(changes: pa.Table) -> dict[tuple[str, str, str], int]:
    """Number of changes by table, operation and cause."""
    keys = ["table_name", "op", "cause"]
    grouped = changes.group_by(keys, use_threads=False).aggregate([([], "count_all")]).to_pylist()
    return {(row["table_name"], row["op"], row["cause"]): row["count_all"] for row in grouped}


def sums(changes: pa.Table, column: str) -> dict[str, int]:
    """Number of changes by operation (``op``) or by ``cause``, in alphabetical order."""
    counted = changes.group_by(column, use_threads=False).aggregate([([], "count_all")]).to_pylist()
    return {row[column]: row["count_all"] for row in sorted(counted, key=lambda row: str(row[column]))}


def _told(counts: dict[tuple[str, str], int]) -> str:
    """Numbers by operation as words."""
    by_op: dict[str, int] = {}
    for (op, _), count in counts.items():
        by_op[op] = by_op.get(op, 0) + count
    order = [*WORDS, *sorted(set(by_op) - set(WORDS))]
    return ", ".join(_count(by_op[op], *WORDS.get(op, op.split("_"))) for op in order if op in by_op)


def _count(count: int, thing: str, done: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'} {done}"


def changelog(text: str, version: str, date: str, notes: Sequence[str]) -> tuple[str, str]:
    """The changelog with its newest section made that of a version, and that section.

    The section is the one headed Unreleased, or by a version that is unreleased; where there is none it is new.
    UsageError where the version is there already.
    """
    headings = list(HEADING.finditer(text))
    if any(re.match(rf"## \[{re.escape(version)}\] - \d", found.group()) for found in headings):
        raise UsageError(f"CHANGELOG.md has an entry for {version} with a date already.")
    start = headings[0].start() if headings else len(text)
    end, written = start, ""
    if headings and re.match(r"## \[?(Unreleased|.*\] - unreleased)", headings[0].group(), flags=re.IGNORECASE):
        end = headings[1].start() if len(headings) > 1 else len(text)
        written = text[headings[0].end() : end].strip()
    parts = [f"## [{version}] - {date}", *([written] if written else []), "### Data", "\n".join(notes)]
    section = "\n\n".join(parts) + "\n"
    before, after = text[:start].rstrip("\n"), text[end:]
    return "\n\n".join(part for part in (before, section.rstrip("\n"), after.rstrip("\n")) if part) + "\n", section


def citation(text: str, version: str, date: str) -> str:
    """CITATION.cff with version and date."""
    text = re.sub(r"^date-released:.*\n", "", text, flags=re.MULTILINE)
    found = re.subn(r"^version:.*$", f"version: {version}\ndate-released: {date}", text, flags=re.MULTILINE)
    return _once(found, "CITATION.cff has no line `version:`, or more than one.")


def readme(text: str, version: str, date: str) -> str:
    """The README with version and year in the sentence that is to be cited."""
    found = re.subn(r"version \S+ \[data set\]\. \d{4}\.", f"version {version} [data set]. {date[:4]}.", text)
    return _once(found, "README.md has no sentence `version ... [data set]. YEAR.`, or more than one.")


def _once(found: tuple[str, int], message: str) -> str:
    text, times = found
    if times != 1:
        raise UsageError(message)
    return text
