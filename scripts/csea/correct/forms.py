"""What a correction file of each action holds: its parts become a :class:`Correction`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from csea.correct import ACTIONS, STATES, Correction
from csea.correct.yaml_file import Parts
from csea.errors import Problem, did_you_mean
from csea.schema import Schema

OF_ALL = ("action", "why", "evidence")
OPTIONAL = ("credit", "state")
OF_ACTION = {
    "change": ("table", "key", "column", "present", "value"),
    "add": ("table", "row"),
    "remove": ("table", "key", "row"),
    "merge": ("case", "into"),
}
MAY_BE_EMPTY = ("present", "value", "credit")
CASE = re.compile(r"c\d{6}")
CASES = "cases"


@dataclass
class _Form:
    """A file on its way to being a correction; problems are collected, not raised."""

    shown: str
    parts: Parts
    problems: list[Problem]

    def refuse(self, part: str, message: str, fix: str, value: str = "") -> None:
        line = self.parts.lines.get(part, 0)
        self.problems.append(Problem("correction.form", self.shown, message, fix, line, column=part, value=value))

    def text(self, part: str) -> str:
        value = self.parts.values.get(part, "")
        if isinstance(value, dict):
            self.refuse(part, f"{part} is a mapping.", "Write one value.")
            return ""
        return " ".join(value.split()) if part == "why" else self._of_one_line(part, value)

    def mapping(self, part: str) -> dict[str, str]:
        value = self.parts.values.get(part, {})
        if value == "":  # a row of which nothing but the key is known
            return {}
        if isinstance(value, str):
            self.refuse(part, f"{part} is not a mapping.", "Write each column with its value on a line of its own.")
            return {}
        return {name: self._of_one_line(f"{part}.{name}", cell) for name, cell in value.items()}

    def _of_one_line(self, part: str, value: str) -> str:
        if not value.isprintable() or value != value.strip():
            self.refuse(part, f"{part} holds outer spaces, a line end or a control character.", "Remove it.", value)
            return ""
        return value


def correction_of(
    id_: str, shown: str, parts: Parts, schemas: Mapping[str, Schema]
) -> tuple[Correction | None, list[Problem]]:
    """The correction that a file's parts make, or None with all that keeps them from making one."""
    form = _Form(shown, parts, [])
    action = form.text("action") or "change"
    if action not in ACTIONS:
        fix = f"{did_you_mean(action, ACTIONS)}Use one of: {', '.join(ACTIONS)}."
        form.refuse("action", "There is no such action.", fix, action)
        return None, form.problems
    _check_names(form, action)
    table = CASES if action == "merge" else form.text("table")
    if not form.problems and table not in schemas:
        fix = f"{did_you_mean(table, schemas)}`csea schema` lists the tables."
        form.refuse("table", "There is no such table.", fix, table)
    if form.problems:
        return None, form.problems
    made = _made(form, id_, action, schemas[table])
    return (None if form.problems else made), form.problems


def _check_names(form: _Form, action: str) -> None:
    needed = (*OF_ALL[1:], *OF_ACTION[action])
    possible = (*OF_ALL, *OF_ACTION[action], *OPTIONAL)
    for name in form.parts.values:
        if name not in possible:
            fix = f"{did_you_mean(name, possible)}A correction of the action {action} has: {', '.join(possible)}."
            form.refuse(name, f"A correction of the action {action} has no part {name}.", fix)
    for name in needed:
        if name not in form.parts.values:
            form.refuse(name, f"The part {name} is missing.", f"Add a line `{name}: ...`.")
        elif form.parts.values[name] in ("", {}) and name not in MAY_BE_EMPTY and (action, name) != ("remove", "row"):
            form.refuse(name, f"The part {name} is empty.", "Fill it in.")


def _made(form: _Form, id_: str, action: str, schema: Schema) -> Correction | None:
    state = form.text("state") or "active"
    if state not in STATES:
        form.refuse(
            "state", "There is no such state.", f"{did_you_mean(state, STATES)}Use one of: {', '.join(STATES)}."
        )
    why, evidence, credit = (form.text(part) for part in ("why", "evidence", "credit"))
    base = Correction(id_, form.shown, action, schema.name, (), why, evidence, credit=credit, state=state)
    base = replace(base, lines=form.parts.lines)
    return _PARTS[action](form, base, schema)


def _change(form: _Form, base: Correction, schema: Schema) -> Correction:
    column = form.text("column")
    if column not in schema.columns:
        fix = f"{did_you_mean(column, schema.columns)}The columns are: {', '.join(schema.columns)}."
        form.refuse("column", f"The table {schema.name} has no such column.", fix, column)
    elif column in schema.primary_key:
        fix = "Remove the row and add another; ids never change their meaning."
        form.refuse("column", "The column is part of the key, which names the row.", fix, column)
    before = len(form.problems)
    present, value = form.text("present"), form.text("value")
    if present == value and len(form.problems) == before:
        form.refuse("value", "The value is the present one.", "Give the value that should stand there.", value)
    return replace(base, key=_key(form, schema), column=column, present=present, value=value)


def _add(form: _Form, base: Correction, schema: Schema) -> Correction:
    row = _row(form, schema)
    key = tuple(row.get(name, "") for name in schema.primary_key)
    for name, value in zip(schema.primary_key, key, strict=True):
        if not value:
            form.refuse("row", f"The row lacks {name}, which is part of the key.", f"Add `{name}: ...` to row.")
    return replace(base, key=key, row=row)


def _remove(form: _Form, base: Correction, schema: Schema) -> Correction:
    return replace(base, key=_key(form, schema), row=_row(form, schema))


def _merge(form: _Form, base: Correction, schema: Schema) -> Correction:
    case, into = form.text("case"), form.text("into")
    for part, id_ in (("case", case), ("into", into)):
        if not CASE.fullmatch(id_):
            form.refuse(part, "This is no id of a case.", "Write it like c000012.", id_)
    if case == into:
        form.refuse("into", "A case cannot be merged with itself.", "Name the other case.", into)
    elif not form.problems and into > case:
        form.refuse("into", "The older id stays.", f"Write `case: {into}` and `into: {case}`.", into)
    return replace(base, key=(case,), value=into)


_PARTS = {"change": _change, "add": _add, "remove": _remove, "merge": _merge}


def _key(form: _Form, schema: Schema) -> tuple[str, ...]:
    """The values of the key; a mapping, or one value where one column makes the key."""
    names = schema.primary_key
    given = form.parts.values["key"]
    if isinstance(given, str):
        if len(names) > 1:
            lines = " ".join(f"`{name}: ...`" for name in names)
            form.refuse("key", f"The key of {schema.name} has several columns.", f"Write a mapping: {lines}.", given)
        return (form.text("key"),)
    if set(given) != set(names):
        form.refuse("key", f"The key of {schema.name} is {', '.join(names)}.", "Give each of them, and no other.")
    return tuple(form.mapping("key").get(name, "") for name in names)


def _row(form: _Form, schema: Schema) -> dict[str, str]:
    row = form.mapping("row")
    for name in row:
        if name not in schema.columns:
            fix = f"{did_you_mean(name, schema.columns)}The columns are: {', '.join(schema.columns)}."
            form.refuse(f"row.{name}", f"The table {schema.name} has no column {name}.", fix)
    return {name: value for name, value in row.items() if value}
