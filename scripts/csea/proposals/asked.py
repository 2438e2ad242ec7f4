"""Answers of an issue form on their way to being a correction.

They become the parts of a file, with their lines in the issue, and are judged as the parts of a file are. What the
published tables say fills in the present value, or the cells of a row that is to go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from csea.compare.keys import key_text
from csea.correct import Correction
from csea.correct.apply import LONGEST_CHOICE
from csea.correct.forms import CASES, correction_of
from csea.correct.issue import LABELS, Answer, is_ticked
from csea.correct.yaml_file import Parts
from csea.errors import Problem, did_you_mean
from csea.present import present_row, published_table
from csea.project import Project
from csea.schema import Schema

SHOWN = "the issue"
EMPTY = "(empty)"  # what people write for an empty cell, since an empty answer may be forgotten
ACTIONS = {"Change a cell": "change", "Add a row": "add", "Remove a row": "remove", "Merge two cases": "merge"}
# Answers that say nothing to an action; the table of a merge is known.
UNUSED = {
    "change": (),
    "add": ("column", "present"),
    "remove": ("column", "present", "value"),
    "merge": ("column", "present"),
}


@dataclass
class Asked:
    """Answers on their way to being a correction; problems are collected, not raised."""

    project: Project
    answers: dict[str, Answer]
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, id_: str, message: str, fix: str, value: str = "", line: int = 0) -> None:
        """Note a problem of an answer."""
        line = line or self.answers[id_].line
        self.problems.append(Problem("issue.answer", SHOWN, message, fix, line, column=LABELS[id_], value=value))

    def draft(self) -> Correction | None:
        """The correction without its id; None, with problems, where the answers make none."""
        action = ACTIONS.get(self.answers["what"].text)
        if action is None:
            self.refuse("what", "It is not said what should be done.", f"Write one of: {', '.join(ACTIONS)}.")
            return None
        if not is_ticked(self.answers["privacy"]):
            self.refuse("privacy", "The box is not ticked.", "Look for names of persons, take them out, and tick it.")
        for id_ in UNUSED[action]:
            if self.answers[id_].text:
                asked = next(name for name in ACTIONS if ACTIONS[name] == action)
                self.refuse(id_, f'The answer says nothing to "{asked}".', "Empty it, or choose something else to do.")
        name = CASES if action == "merge" else self.answers["table"].text.split(" (")[0]
        schema = self.project.tables.get(name)
        if schema is None:
            fix = f"{did_you_mean(name, self.project.tables)}`csea schema` lists the tables."
            self.refuse("table", "There is no such table." if name else "No table is named.", fix, name)
            return None
        if schema.derived and action != "merge":
            self.refuse("table", f"No correction can be made to the table {name}.", schema.derived, name)
            return None
        parts = self.parts(action, schema)
        made, problems = correction_of("", SHOWN, parts, self.project.tables)
        told = {problem.line for problem in self.problems}
        self.problems += [item for item in problems if item.line not in told]
        return None if self.problems else made

    def parts(self, action: str, schema: Schema) -> Parts:
        """The parts that a file would have, with the lines of the answers that say them."""
        parts = Parts({"action": action}, {"action": self.answers["what"].line})
        for part in ("why", "evidence", "credit"):
            self._put(parts, part, part)
        parts.values["evidence"] = self.answers["evidence"].text.removeprefix("<").removesuffix(">")
        if not is_ticked(self.answers["consent"]):
            parts.values["credit"] = ""
        if action == "merge":
            self._merged(parts)
            return parts
        parts.values["table"], parts.lines["table"] = schema.name, self.answers["table"].line
        key = self._key(parts, schema)
        if action == "add":
            self._added(parts, schema)
        else:
            row = self._row(schema, key) if any(key) else {}
            if action == "change":
                self._changed(parts, schema, row)
            else:
                self._removed(parts, schema, row)
        return parts

    def _put(self, parts: Parts, part: str, id_: str) -> None:
        text = self.answers[id_].text
        parts.values[part], parts.lines[part] = ("" if text == EMPTY else text), self.answers[id_].line

    def _merged(self, parts: Parts) -> None:
        """The two cases. Whichever was answered to go, the older id stays."""
        for part, id_ in (("case", "key"), ("into", "value")):
            self._put(parts, part, id_)
            case = str(parts.values[part])
            if case and present_row(self.project, CASES, (case,)) is None:
                self.refuse(id_, "There is no such case.", "Write the id of a case, such as c000012.", case)
        values, lines = parts.values, parts.lines
        if str(values["case"]) < str(values["into"]):
            values["case"], values["into"] = values["into"], values["case"]
            lines["case"], lines["into"] = lines["into"], lines["case"]

    def _key(self, parts: Parts, schema: Schema) -> tuple[str, ...]:
        """The key, as one value where one column makes it and else as lines ``column: value``."""
        names, answer = schema.primary_key, self.answers["key"]
        if len(names) == 1:
            text = re.sub(rf"^{re.escape(names[0])}\s*:\s*", "", answer.text)
            parts.values["key"], parts.lines["key"] = text, answer.line
            return (text,)
        cells = self._mapping(parts, "key", "key")
        if set(cells) != set(names) and answer.text:
            fix = f"Write a line for each of: {', '.join(f'`{name}: ...`' for name in names)}."
            self.refuse("key", f"The row of {schema.name} is named by {len(names)} columns.", fix)
        return tuple(cells.get(name, "") for name in names)

    def _mapping(self, parts: Parts, part: str, id_: str) -> dict[str, str]:
        """Lines ``column: value`` of an answer, as a part that is a mapping."""
        cells: dict[str, str] = {}
        for text, line in self.answers[id_].lines():
            name, colon, value = text.partition(":")
            name, value = name.strip(" -*`"), value.strip()
            if not (colon and name):
                self.refuse(id_, "The line is not `column: value`.", "Write it so.", text, line)
            elif name in cells:
                self.refuse(id_, f"{name} is given twice.", "Keep one of the two.", line=line)
            else:
                cells[name], parts.lines[f"{part}.{name}"] = ("" if value == EMPTY else value), line
        parts.values[part], parts.lines[part] = cells, self.answers[id_].line
        return cells

    def _row(self, schema: Schema, key: tuple[str, ...]) -> dict[str, str]:
        """The row as it is published; a problem where there is none."""
        row = present_row(self.project, schema.name, key)
        if row is None:
            frame = published_table(self.project, schema.name)[list(schema.primary_key)]
            keys = map(key_text, frame.head(LONGEST_CHOICE).itertuples(index=False, name=None))
            fix = f"{did_you_mean(key_text(key), keys)}Name a row that the table has, by its {schema.primary_key[0]}."
            self.refuse("key", f"The table {schema.name} has no such row.", fix, key_text(key))
        return row or {}

    def _changed(self, parts: Parts, schema: Schema, row: dict[str, str]) -> None:
        for part in ("column", "present", "value"):
            self._put(parts, part, part)
        now = row.get(str(parts.values["column"]), "")
        given = parts.values["present"]
        if not self.answers["value"].text:
            self.refuse("value", "There is no right value.", f"Write it, or {EMPTY} for a cell that should be empty.")
        if self.answers["present"].text and row and parts.values["column"] in schema.columns and given != now:
            message = f'The table says "{now}" now, not this.' if now else "The cell is empty now."
            self.refuse("present", message, "Look at the row again; the answer may also be left out.", str(given))
        parts.values["present"] = now

    def _added(self, parts: Parts, schema: Schema) -> None:
        """The cells of the new row. What was answered as its key belongs to them; it need not be said twice."""
        named = parts.values.pop("key")
        key = {schema.primary_key[0]: named} if isinstance(named, str) else named
        for name in key:
            parts.lines[f"row.{name}"] = parts.lines.get(f"key.{name}", parts.lines["key"])
        cells = self._mapping(parts, "row", "value")
        for name, value in key.items():
            if value and cells.setdefault(name, value) != value:
                self.refuse("value", f"{name} is another than in the answer on the row.", "Make them the same.")
        values = tuple(cells.get(name, "") for name in schema.primary_key)
        if all(values) and present_row(self.project, schema.name, values) is not None:
            fix = "Choose another key, or change the cells of that row."
            self.refuse("value", f"The table {schema.name} has this row already.", fix, key_text(values))

    def _removed(self, parts: Parts, schema: Schema, row: dict[str, str]) -> None:
        parts.values["row"], parts.lines["row"] = removed_cells(schema, row), self.answers["key"].line


def removed_cells(schema: Schema, row: dict[str, str]) -> dict[str, str]:
    """The cells by which a correction knows the row that it removes; those of the key where there are no others."""
    own = {name: value for name, value in row.items() if value and not schema.field(name).derived}
    others = {name: value for name, value in own.items() if name not in schema.primary_key}
    return others or own
