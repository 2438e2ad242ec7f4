"""A difference told to people: text, Markdown, HTML. Counts come first, then what changed, cell by cell.

Of each table and kind the first rows are shown, unless all are asked for. Whatever a file holds stays inert: control
characters are written as escapes, and Markdown and HTML see no markup in a value. Machines read ``machine.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from csea.compare.definitions import LEVELS, DefinitionChange
from csea.compare.detail import HEAD, Cell, Group, Row, counts, groups
from csea.compare.versions import Difference
from csea.errors import printable

RED, GREEN, YELLOW, BOLD, PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[1m", "\x1b[0m"
PAINTS = {"added": GREEN, "removed": RED, "changed": YELLOW}
SIGNS = {"added": "+", "removed": "-", "changed": "~"}
LONGEST = 200  # characters of a value that is shown
WIDEST = 120  # characters of a line that shows a whole row
LIMIT = 20  # rows of each table and kind


@dataclass(frozen=True)
class Detail:
    """How much to tell: rows of each table and kind (None: all), or counts alone; and whether in colour."""

    limit: int | None = LIMIT
    only_counts: bool = False
    colour: bool = False


def as_text(difference: Difference, detail: Detail) -> str:
    """For a terminal."""

    def painted(text: str, paint: str) -> str:
        return f"{paint}{text}{PLAIN}" if detail.colour else text

    lines = [painted(heading(difference), BOLD), summary(difference)]
    lines += [f"Note: {note}" for note in difference.notes]
    if found := counts(difference):
        wide = max(len(item.table) for item in found)
        lines += ["", f"{'rows':<{wide}}{''.join(f'{name:>10}' for name in HEAD)}"]
        lines += [f"{item.table:<{wide}}{''.join(f'{number:>10,}' for number in item.numbers)}" for item in found]
    if detail.only_counts:
        return "\n".join(lines)
    if difference.definitions:
        lines += ["", painted("Schemas", BOLD)]
        lines += [f"  {change.level:<5}  {definition(change)}" for change in difference.definitions]
    for changes in difference.changed:
        lines += ["", painted(changes.table, BOLD)]
        for group in groups(changes, detail.limit):
            told = [line for row in group.rows for line in _lines(group.kind, row, changes.key)]
            lines += [painted(line, PAINTS[group.kind]) for line in told]
            lines += [f"  {more(group)} (--all shows them)"] if group.left else []
    return "\n".join(lines)


def _lines(kind: str, row: Row, key: Sequence[str]) -> Iterator[str]:
    """A row that changed as a line for each cell; another as one line, with what fits of its cells."""
    line = f"  {SIGNS[kind]} {printable(row.key)}"
    if kind == "changed":
        yield line
        yield from (f"      {printable(name)}: {_quoted(old)} -> {_quoted(new)}" for name, old, new in row.cells)
        return
    for name, old, new in row.cells:
        if name in key:
            continue
        part = f"  {printable(name)}: {_quoted(new if old is None else old)}"
        if len(line) + len(part) > WIDEST:
            line += "  ..."
            break
        line += part
    yield line


def heading(difference: Difference) -> str:
    """The two versions."""
    return f"From {_side(difference.old, difference.old_number)} to {_side(difference.new, difference.new_number)}"


def _side(label: str, number: str) -> str:
    return f"{label} ({printable(number)})" if number and number not in label else label


def summary(difference: Difference) -> str:
    """How much differs, in a sentence."""
    if not difference:
        return f"No differences in {count(len(difference.tables), 'table')}."
    found = counts(difference)
    sums = {kind: sum(getattr(item, kind) for item in found) for kind in ("added", "removed", "changed")}
    rows = [f"{count(total, 'row')} {kind}" for kind, total in sums.items()]
    cells = count(sum(item.cells for item in found), "cell")
    of = f"{len(found):,} of {count(len(difference.tables), 'table')}"
    levels = [change.level for change in difference.definitions]
    schemas = [f"{levels.count(level):,} {level}" for level in LEVELS if level in levels]
    told = f" Changes of schemas: {', '.join(schemas)}." if schemas else ""
    return f"Rows differ in {of}: {', '.join(rows)} ({cells}).{told} As a version: {difference.level}."


def count(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def more(group: Group) -> str:
    """How many rows are not shown."""
    return f"... and {group.left:,} more {group.kind}"


def definition(
    change: DefinitionChange, named: Callable[[str], str] = printable, shown: Callable[[str], str] | None = None
) -> str:
    """A change of a schema in words; ``named`` writes the place and ``shown`` a value."""
    shown = shown or _quoted
    place = named(f"{change.table}.{change.column}" if change.column else change.table)
    words = change.kind.replace("_", " ")
    if change.kind == "texts_changed":
        return f"{place}: {count(int(change.new), 'text')} worded otherwise"
    if change.old and change.new:
        return f"{place}: {words}, {shown(change.old)} -> {shown(change.new)}"
    return f"{place}: {words}" + (f", {shown(change.old or change.new)}" if change.old or change.new else "")


def cut(value: str) -> str:
    """A value on one line, at most so long."""
    return printable(value) if len(value) <= LONGEST else f"{printable(value[:LONGEST])}... ({len(value):,} characters)"


def _quoted(value: str | None) -> str:
    return "(empty)" if value is None else f"'{cut(value)}'"


def values(cell: Cell) -> tuple[str, str, str]:
    """Column, old and new value as they are shown, before a format escapes them."""
    name, old, new = cell
    return printable(name), "" if old is None else cut(old), "" if new is None else cut(new)
