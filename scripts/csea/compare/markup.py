"""A difference as Markdown, for a pull request or release notes, and as one HTML page that needs nothing else."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from csea.compare.detail import HEAD, Group, counts, groups
from csea.compare.tell import Detail, definition, heading, more, summary, values
from csea.compare.versions import Difference
from csea.markdown import cell

CAPTIONS = {"added": "Rows added", "removed": "Rows removed", "changed": "Cells changed"}
# What Markdown reads as markup. In a table even code between backticks ends at a pipe.
ACTIVE = re.compile(r"[\\`*_\[\]{}|<>&~#@!$]")
STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0 2rem; }
caption { font-weight: bold; padding: .3rem 0; text-align: left; }
th, td { border: 1px solid #888; padding: .25rem .6rem; text-align: left; vertical-align: top; }
td { overflow-wrap: anywhere; }
td.number { text-align: right; }
.scroll { overflow-x: auto; }
"""
HEADS = {
    "added": ("Row", "Column", "Value"),
    "removed": ("Row", "Column", "Value"),
    "changed": ("Row", "Column", "Old value", "New value"),
}


def as_markdown(difference: Difference, detail: Detail) -> str:
    """GitHub's Markdown."""
    parts = [f"# {plain(heading(difference))}", summary(difference)]
    parts += [f"Note: {plain(note)}" for note in difference.notes]
    if found := counts(difference):
        rows = [(plain(item.table), *(f"{number:,}" for number in item.numbers)) for item in found]
        parts.append(_table(("Table", *HEAD), rows, numbers=True))
    if detail.only_counts:
        return "\n\n".join(parts)
    if difference.definitions:
        listed = [f"- **{change.level}** {definition(change, cell, cell)}" for change in difference.definitions]
        parts += ["## Schemas", "\n".join(listed)]
    for changes in difference.changed:
        parts.append(f"## {plain(changes.table)}")
        for group in groups(changes, detail.limit):
            rows = [tuple(map(cell, row)) for row in _rows(group)]
            parts += [f"### {CAPTIONS[group.kind]}", _table(HEADS[group.kind], rows)]
            parts += [more(group)] if group.left else []
    return "\n\n".join(parts)


def plain(text: str) -> str:
    """Text in which Markdown sees no markup; characters that it could read are written as entities."""
    return ACTIVE.sub(lambda found: f"&#{ord(found[0])};", text)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: bool = False) -> str:
    rule = ["---", *(("---:" if numbers else "---") for _ in head[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def _rows(group: Group) -> Iterator[tuple[str, ...]]:
    """A row for each cell; the key stands once, in the first."""
    for row in group.rows:
        for place, told in enumerate(row.cells):
            name, old, new = values(told)
            shown = (old, new) if group.kind == "changed" else (old or new,)
            yield (values((row.key, None, None))[0] if place == 0 else "", name, *shown)


def as_html(difference: Difference, detail: Detail) -> str:
    """One page without scripts or anything from elsewhere; everything that comes from a file is escaped."""
    title = html.escape(heading(difference))
    parts = [f"<h1>{title}</h1>", f"<p>{html.escape(summary(difference))}</p>"]
    parts += [f"<p>Note: {html.escape(note)}</p>" for note in difference.notes]
    if found := counts(difference):
        rows = [(item.table, *(f"{number:,}" for number in item.numbers)) for item in found]
        parts.append(_html_table("Rows", ("Table", *HEAD), rows, numbers=True))
    if not detail.only_counts:
        parts += _html_detail(difference, detail)
    body = "\n".join(parts)
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>"""


def _html_detail(difference: Difference, detail: Detail) -> Iterator[str]:
    if difference.definitions:
        yield "<h2>Schemas</h2>\n<ul>"
        for change in difference.definitions:
            yield f"<li><strong>{change.level}</strong> {html.escape(definition(change))}</li>"
        yield "</ul>"
    for changes in difference.changed:
        yield f"<h2>{html.escape(changes.table)}</h2>"
        for group in groups(changes, detail.limit):
            yield _html_table(f"{CAPTIONS[group.kind]}: {group.total:,}", HEADS[group.kind], _rows(group))
            if group.left:
                yield f"<p>{more(group)}</p>"


def _html_table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], numbers: bool = False) -> str:
    """A table that can be scrolled, with the keyboard too; a first cell that is empty belongs to the one above it."""
    heads = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in head)
    spans: list[tuple[str, list[str]]] = []
    for first, *rest in rows:
        if first or not spans:
            spans.append((first, []))
        opening = '<td class="number">' if numbers else "<td>"
        spans[-1][1].append("".join(f"{opening}{html.escape(cell)}</td>" for cell in rest))
    body = [
        f'<tr><th scope="row" rowspan="{len(lines)}">{html.escape(first)}</th>{"</tr><tr>".join(lines)}</tr>'
        for first, lines in spans
    ]
    inner = f"<caption>{html.escape(caption)}</caption>\n<thead><tr>{heads}</tr></thead>"
    region = f'<div class="scroll" role="region" tabindex="0" aria-label="{html.escape(caption)}">'
    return "\n".join([f"{region}<table>", inner, "<tbody>", *body, "</tbody></table></div>"])
