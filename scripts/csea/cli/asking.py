"""Ask for the parts of a correction one by one, show what stands there now, and write the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

import click

from csea.correct import ACTIONS, FOLDER, Correction
from csea.correct.forms import CASES
from csea.correct.write import file_of, new_id, yaml_text
from csea.corrections import check_values
from csea.errors import Problem, UsageError, did_you_mean
from csea.io import write_atomic
from csea.present import present_row
from csea.project import Project
from csea.schema import Field, Schema

SAY = {
    "change": "change one cell",
    "add": "add a row",
    "remove": "take a row out",
    "merge": "make two cases one",
}


def ask(project: Project, table: str | None, key: tuple[str, ...], column: str | None, dry_run: bool) -> None:
    """Ask for a correction, as far as the options do not say it, and write it, or show it in a dry run.

    UsageError for an option that names no table, row or column that can be corrected.
    """
    click.echo("A correction says one fact. Never write the name of a suspect, victim or relative.\n")
    if table is not None:
        _table(project, "change", table)  # before anything is asked
    action = "change" if table and key and column else _one_of("What do you want to do?", ACTIONS, SAY)
    schema = project.tables[CASES if action == "merge" else _table(project, action, table)]
    item = _FORMS[action](project, Correction("", "", action, schema.name, (), "", ""), key, column)
    item = _asked(project, item, "why", "Why is this right? One sentence", needed=True)
    item = _asked(project, item, "evidence", "Address of a public page that shows it", needed=True)
    item = _asked(project, item, "credit", "Name to thank in public (Enter for none)")
    _save(project, item, schema, dry_run)


def _save(project: Project, item: Correction, schema: Schema, dry_run: bool) -> None:
    taken = {path.stem for path in (project.root / FOLDER).rglob("*.yaml")}
    words = " ".join([*([] if item.action == "change" else [item.action]), item.table, *item.key, item.column])
    id_ = new_id(f"{datetime.now(UTC):%Y%m%d}", words, taken)
    text = yaml_text(replace(item, id=id_), schema)
    click.echo(f"\n{text}", nl=False)
    if dry_run:
        return
    write_atomic(project.root / file_of(id_), text.encode())
    click.echo(f"\nWrote {file_of(id_)}. See what it does: csea correct preview {file_of(id_)}")


def _table(project: Project, action: str, table: str | None) -> str:
    """The table to correct, asked for where no option names one."""
    open_to = {
        name: schema.title.lower()
        for name, schema in project.tables.items()
        if not schema.derived and (action == "change" or not schema.entered)
    }
    if table is None:
        return _one_of("Which table?", list(open_to), open_to)
    if table in open_to:
        return table
    if table in project.tables:
        raise UsageError(project.tables[table].derived or project.tables[table].entered)
    raise UsageError(f"There is no table {table!r}. {did_you_mean(table, open_to)}".strip())


def _change(project: Project, item: Correction, key: tuple[str, ...], column: str | None) -> Correction:
    schema = project.tables[item.table]
    item, row = _row(project, item, key)
    choices = [field for field in schema.fields if field.name not in schema.primary_key and not field.derived]
    if column is None:
        _show({field.name: row.get(field.name, "") for field in choices})
        column = _one_of("Which column?", [field.name for field in choices])
    if column not in [field.name for field in choices]:
        raise UsageError(_not_open(schema, column, choices))
    present = row.get(column, "")
    click.echo(f"{schema.field(column).description}\nThe present value is: {present or '(empty)'}")
    item = replace(item, column=column, present=present)
    return _asked(project, item, "value", "What is right? (Enter for empty)", refuse=lambda text: text == present)


def _not_open(schema: Schema, column: str, choices: list[Field]) -> str:
    if column in schema.columns:
        return schema.field(column).derived or f"{column} is part of the key of {schema.name}, which names the row."
    return (
        f"The table {schema.name} has no column {column!r}. {did_you_mean(column, [f.name for f in choices])}".strip()
    )


def _add(project: Project, item: Correction, key: tuple[str, ...], column: str | None) -> Correction:
    schema = project.tables[item.table]
    click.echo("Give each cell of the new row; Enter leaves one empty.")
    row: dict[str, str] = {}
    for field in schema.fields:
        if field.derived:
            continue
        while True:
            text = click.prompt(f"{field.name} ({field.description})", default="", show_default=False).strip()
            trial = {**row, field.name: text} if text else dict(row)
            found = [
                problem
                for problem in check_values(
                    [replace(item, key=_key_of(schema, trial), row=trial, lines={})], project.tables
                )
                if problem.column == field.name
            ]
            if not found:
                break
            _tell(found)
        row = trial
    if present_row(project, item.table, _key_of(schema, row)) is not None:
        raise UsageError("The table has a row with this key already. Change its cells instead.")
    return replace(item, key=_key_of(schema, row), row=row)


def _key_of(schema: Schema, row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in schema.primary_key)


def _remove(project: Project, item: Correction, key: tuple[str, ...], column: str | None) -> Correction:
    schema = project.tables[item.table]
    item, row = _row(project, item, key)
    _show(row)
    kept = [field.name for field in schema.fields if not field.derived and field.name not in schema.primary_key]
    return replace(item, row={name: row[name] for name in kept if name in row})


def _merge(project: Project, item: Correction, key: tuple[str, ...], column: str | None) -> Correction:
    found: list[str] = []
    while len(found) < 2:
        case = click.prompt(f"{'First' if not found else 'Second'} case (such as c000012)").strip()
        row = present_row(project, CASES, (case,))
        if row is None or case in found:
            click.echo("Name another case." if case in found else f"There is no case {case!r}.")
            continue
        _show(row)
        found.append(case)
    into, gone = sorted(found)
    click.echo(f"{gone} becomes part of {into}: the older id stays.")
    return replace(item, key=(gone,), value=into)


_FORMS: dict[str, Callable[[Project, Correction, tuple[str, ...], str | None], Correction]] = {
    "change": _change,
    "add": _add,
    "remove": _remove,
    "merge": _merge,
}


def _row(project: Project, item: Correction, key: tuple[str, ...]) -> tuple[Correction, dict[str, str]]:
    """The correction with the key of a row that there is, and the row's cells."""
    names = project.tables[item.table].primary_key
    if key:
        given = (
            dict(zip(names, key, strict=False)) if len(names) == 1 else dict(part.partition("=")[::2] for part in key)
        )
        if set(given) != set(names) or len(key) != len(names):
            raise UsageError(
                f"The key of {item.table} is {', '.join(names)}: give --key once for each, as column=value."
            )
        values = tuple(given[name] for name in names)
        row = present_row(project, item.table, values)
        if row is None:
            raise UsageError(f"The table {item.table} has no row with the key {', '.join(values)}.")
        return replace(item, key=values), row
    while True:
        values = tuple(click.prompt(f"{name} of the row").strip() for name in names)
        row = present_row(project, item.table, values)
        if row is not None:
            return replace(item, key=values), row
        click.echo(f"The table {item.table} has no row with the key {', '.join(values)}.")


def _asked(
    project: Project,
    item: Correction,
    part: str,
    question: str,
    needed: bool = False,
    refuse: Callable[[str], bool] = lambda text: False,
) -> Correction:
    """The correction with a part that was asked for until it is one that all checks accept."""
    while True:
        text = str(click.prompt(question, default=None if needed else "", show_default=False))
        text = " ".join(text.split())
        if refuse(text):
            click.echo("That is the present value.")
            continue
        trial = _with_part(item, part, text)
        found = [
            problem for problem in check_values([trial], project.tables) if problem.column in _COLUMNS[part](trial)
        ]
        if not found:
            return trial
        _tell(found)


def _with_part(item: Correction, part: str, text: str) -> Correction:
    if part == "value":
        return replace(item, value=text)
    if part == "why":
        return replace(item, why=text)
    return replace(item, evidence=text) if part == "evidence" else replace(item, credit=text)


_COLUMNS: dict[str, Callable[[Correction], tuple[str, ...]]] = {
    "value": lambda item: (item.column, "new_value"),
    "why": lambda item: ("why",),
    "evidence": lambda item: ("evidence_url",),
    "credit": lambda item: ("credit",),
}


def _one_of(question: str, choices: Iterable[str], says: dict[str, str] | None = None) -> str:
    listed = list(choices)
    if says:
        _show({name: says[name] for name in listed})
    while True:
        answer = str(click.prompt(question)).strip()
        if answer in listed:
            return answer
        click.echo(f"{did_you_mean(answer, listed)}Answer with one of: {', '.join(listed)}.")


def _show(cells: dict[str, str]) -> None:
    width = max(map(len, cells), default=0)
    for name, value in cells.items():
        click.echo(f"  {name:<{width}}  {value}")


def _tell(problems: list[Problem]) -> None:
    for problem in problems[:1]:
        click.echo(f"{problem.message} {problem.fix}")
