"""The contract with readers: what worked with the last version works with this one, unless the major version rises.

A column goes only in a major version, and only if an earlier minor version said so in its schema (``deprecated``).
Out of scope: which version number the changes ask for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from csea.check.files import read_file
from csea.errors import Problem
from csea.release.history import Released, numbers
from csea.schema import Field, Schema

# A reader by name is not disturbed by new columns. New codes, and values beyond an old form or range, are what a minor
# version may bring (compare/definitions.py): a reader sees something new and what it knew stays right.
NOT_A_BREACH = (
    "form.unknown_column",
    "form.column_order",
    "column.enum",
    "column.pattern",
    "column.minimum",
    "column.maximum",
)
NOTICE = 'say "deprecated" in its schema, release a minor version with it, and remove it in the next major one'


def removals_without_notice(
    old_schemas: Mapping[str, Schema], new_schemas: Mapping[str, Schema], previous_version: str, next_version: str
) -> list[Problem]:
    """Problems for columns and tables that the next version lacks, or gives another type, without having said so.

    Notice is in the schemas of the previous version, from a minor version on that is out already; until may not be
    passed by. Rules: ``release.removed_without_notice``, ``release.removed_in_minor``, ``release.type_changed``.
    """
    problems: list[Problem] = []
    for name, old in old_schemas.items():
        new = new_schemas.get(name)
        fields = {field.name: field for field in new.fields} if new else {}
        for field in old.fields:
            shown = f"schemas/{name}.schema.json"
            problems += _breach(shown, field, fields.get(field.name), previous_version, next_version)
    return problems


def read_as_before(root: Path, released: Mapping[str, Released]) -> list[Problem]:
    """Read the CSV files of ``data/`` with the schemas of an earlier version, as a reader written for it would.

    New columns, another order and new values are no problem; a missing table or column, a cell of another type and an
    empty one in a column that was always filled are.
    """
    problems = []
    for name, table in released.items():
        _, found = read_file(root / "data" / f"{name}.csv", f"data/{name}.csv", table.schema)
        problems += [problem for problem in found if problem.rule not in NOT_A_BREACH]
    return problems


def _breach(shown: str, old: Field, new: Field | None, previous: str, following: str) -> Iterator[Problem]:
    is_major = numbers(following)[0] > numbers(previous)[0]
    if new and new.type != old.type and not is_major:
        message = f"The column was of type {old.type} in {previous} and is of type {new.type} now."
        yield Problem("release.type_changed", shown, message, "Give the new values a new column.", column=old.name)
    if new:
        return
    if not is_major:
        message = f"The column is gone, and {following} is no major version after {previous}."
        yield Problem("release.removed_in_minor", shown, message, f"Keep it: {NOTICE}.", column=old.name)
    elif not _was_announced(old, previous, following):
        message = f"The column is gone, but {previous} did not say that it would go in {following}."
        yield Problem("release.removed_without_notice", shown, message, f"Keep it: {NOTICE}.", column=old.name)


def _was_announced(field: Field, previous: str, following: str) -> bool:
    """Whether the previous version, or one before it, gave notice for this major version or an earlier one."""
    notice = field.deprecated
    return bool(notice and numbers(notice.since) <= numbers(previous) and numbers(notice.until) <= numbers(following))
