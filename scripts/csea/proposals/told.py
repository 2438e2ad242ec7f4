"""What was edited by hand, told: as text for a terminal, as Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Callable

from csea.compare.keys import key_text
from csea.errors import printable
from csea.markdown import block, code
from csea.proposals.edits import Edit, Edits
from csea.proposals.files import Proposal

LIMIT = 20  # proposals that are shown whole
NONE = "No published table was edited by hand."
WHY = "Tables in data/ are made by `csea build`, which would undo what was edited by hand."
FILES = "A fact is corrected by a small file of its own. These files say what was edited:"
THEN = "Fill in why and evidence in each file, run `make build`, and commit the files with what it changed."
WRITE = "`csea correct from-diff --write` writes these files."
STALE = "Not edited, but older than its sources: {names}. Run `make build`."

Quote = Callable[[str], str]


def as_text(edits: Edits, proposals: list[Proposal]) -> str:
    """For a terminal."""
    parts = [*edits.faults, *(_text_of(item) for item in proposals[:LIMIT])]
    return "\n\n".join(_framed(edits, proposals, parts, _quoted))


def as_markdown(edits: Edits, proposals: list[Proposal]) -> str:
    """For a pull request; values stand in code, where nothing in them is markup."""
    parts = [code(fault) for fault in edits.faults]
    return "\n\n".join(_framed(edits, proposals, [*parts, *map(_markdown_of, proposals[:LIMIT])], code)) + "\n"


def _framed(edits: Edits, proposals: list[Proposal], parts: list[str], quote: Quote) -> list[str]:
    """The parts with what stands before and after them."""
    after = [STALE.format(names=", ".join(edits.stale))] if edits.stale else []
    if not edits:
        return [NONE, *after]
    has_files = any(item.path for item in proposals)
    before = [f"{WHY} {FILES}" if has_files else WHY]
    if len(proposals) > LIMIT:
        after.insert(0, f"... and {len(proposals) - LIMIT:,} more edits.")
    return [*before, *parts, *after, *([WRITE, THEN] if has_files else [])]


def _text_of(item: Proposal) -> str:
    lines = [f"{_place(item.edit, _quoted)}: {_what(item.edit, _quoted)}"]
    if item.path is None:
        return f"{lines[0]}\n  No correction file can say this. {printable(item.instead)}"
    lines += [f"  {item.path}:", *(f"    {line}" for line in item.text.splitlines())]
    lines += [f"  {printable(f'{found.column}: {found.message} Fix: {found.fix}')}" for found in item.problems]
    return "\n".join(lines)


def _markdown_of(item: Proposal) -> str:
    head = f"{_place(item.edit, code)}: {_what(item.edit, code)}"
    if item.path is None:
        return f"{head}. No correction file can say this. {item.instead}"
    faults = [block(f"{found.column}: {found.message} Fix: {found.fix}") for found in item.problems]
    return "\n\n".join([f"{head}, in {code(str(item.path))}:", block(item.text, "yaml"), *faults])


def _quoted(value: str) -> str:
    return f'"{printable(value)}"' if value else "(empty)"


def _place(edit: Edit, quote: Quote) -> str:
    column = f", {edit.column}" if edit.column else ""
    return f"{edit.table} {quote(key_text(edit.key))}{column}"


def _what(edit: Edit, quote: Quote) -> str:
    if edit.kind == "change":
        return f"{quote(edit.old)} was changed to {quote(edit.new)}"
    return "the row was added" if edit.kind == "add" else "the row was removed"
