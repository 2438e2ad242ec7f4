"""What should have been written in place of an edit by hand: a correction file, or what the schema says instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from csea.correct import FOLDER, Correction
from csea.correct.write import file_of, new_id, yaml_text
from csea.corrections import check_values, load_corrections
from csea.errors import Problem
from csea.project import Project
from csea.proposals.asked import removed_cells
from csea.proposals.edits import Edit
from csea.proposals.issue import slug_words
from csea.schema import Schema

UNSEEN = "A cell holds outer spaces or a character that cannot be seen. Remove it."
ASKED = {"why": "say why, in a sentence", "evidence": "give the address of a public page that shows it"}


@dataclass(frozen=True)
class Proposal:
    """An edit with the file that should have been written, and what is wrong with its values; or what to do instead."""

    edit: Edit
    path: PurePosixPath | None = None
    text: str = ""
    problems: list[Problem] = field(default_factory=list)
    instead: str = ""


def propose(project: Project, edits: Iterable[Edit], day: str) -> list[Proposal]:
    """What should have been written; ``day`` (YYYYMMDD) begins the ids."""
    existing, _ = load_corrections(project.root, project.tables)
    taken = {path.stem for path in (project.root / FOLDER).rglob("*")}
    proposals: list[Proposal | Correction] = []
    every = list(edits)
    for edit in every:
        schema = project.tables[edit.table]
        instead = _instead(edit, schema) or _collision(edit, existing)
        if instead:
            proposals.append(Proposal(edit, instead=instead))
            continue
        item = _correction(edit, schema)
        id_ = new_id(day, slug_words(item), taken)
        taken.add(id_)
        proposals.append(replace(item, id=id_, shown=str(file_of(id_))))
    made = [item for item in proposals if isinstance(item, Correction)]
    problems = _problems(project, made)
    return [
        item if isinstance(item, Proposal) else _proposal(edit, item, project.tables[item.table], problems)
        for edit, item in zip(every, proposals, strict=True)
    ]


def _instead(edit: Edit, schema: Schema) -> str:
    """What to correct where no correction can be made to the place of the edit."""
    if schema.derived:
        return schema.derived
    if edit.kind != "change" and schema.entered:
        return schema.entered
    if edit.kind == "change" and schema.field(edit.column).derived:
        return schema.field(edit.column).derived
    written = [edit.new] if edit.kind == "change" else edit.row.values() if edit.kind == "add" else []
    return UNSEEN if any(not value.isprintable() or value != value.strip() for value in written) else ""


def _collision(edit: Edit, existing: Iterable[Correction]) -> str:
    """Where a correction in force is on the same place already, that file is to be edited."""
    for item in existing:
        if not item.is_active or (item.table, item.key) != (edit.table, edit.key):
            continue
        if (item.action, edit.kind) == ("change", "change") and item.column != edit.column:
            continue
        if edit.kind == "remove" and item.action == "add":
            return f"{item.shown} adds this row: mark it withdrawn (`csea correct mark {item.id} withdrawn`)."
        return f"{item.shown} is on this place already: change it there."
    return ""


def _correction(edit: Edit, schema: Schema) -> Correction:
    """The correction that says the edit, but for its reason and evidence."""
    item = Correction("", "", edit.kind, edit.table, edit.key, "", "")
    if edit.kind == "change":
        return replace(item, column=edit.column, present=edit.old, value=edit.new)
    if edit.kind == "remove":
        return replace(item, row=removed_cells(schema, dict(edit.row)))
    return replace(item, row={name: value for name, value in edit.row.items() if not schema.field(name).derived})


def _problems(project: Project, items: list[Correction]) -> list[Problem]:
    """What is wrong with the values; reason and evidence are the person's to write."""
    complete = [replace(item, why="Not yet said.", evidence="https://example.org/") for item in items]
    return check_values(complete, project.tables)


def _proposal(edit: Edit, item: Correction, schema: Schema, problems: list[Problem]) -> Proposal:
    text = yaml_text(item, schema)
    for part, asked in ASKED.items():  # values are quoted and on one line, so this is the part and no value
        text = text.replace(f"\n{part}:\n", f"\n# {asked}\n{part}:\n")
    return Proposal(edit, PurePosixPath(item.shown), text, [found for found in problems if found.file == item.shown])
