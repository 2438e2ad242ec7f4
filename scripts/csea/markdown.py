"""Text that other people wrote, put into Markdown so that nothing of it is read as markup.

In code GitHub sees no link, mention, reference, picture or tag, so that is where such text goes, whole.
"""

from __future__ import annotations

import re

from csea.errors import printable

MOST_CHARACTERS = 65_536  # of a comment on GitHub
CUT = "\n\n*Cut here: the rest is too long for a comment. {how}*\n"


def code(text: str) -> str:
    """Text as code in a line; an empty one is said to be empty."""
    if not text:
        return "*empty*"
    shown = printable(text)
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def cell(text: str | None) -> str:
    """Text as code in a cell of a table, where a pipe would end the cell even in code; empty where there is none."""
    return re.sub(r"(\\*)\|", lambda found: f"{found[1] * 2}\\|", code(text)) if text else ""


def block(text: str, language: str = "text") -> str:
    """Lines as a block of code."""
    shown = "\n".join(map(printable, text.rstrip("\n").split("\n")))
    fence = "`" * max(3, _longest_run(shown) + 1)
    return f"{fence}{language}\n{shown}\n{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def within(text: str, most: int, how: str) -> str:
    """Text of at most so many characters: cut after a line, with code that is cut closed, and a sentence on ``how``."""
    if len(text) <= most:
        return text
    note = CUT.format(how=how)
    lines, left, fence = [], most - len(note), ""
    for line in text.split("\n"):
        closes = len(fence) + 1 if fence else 0
        if len(line) + 1 + max(closes, 10) > left:
            break
        left -= len(line) + 1
        lines.append(line)
        if found := re.match("`{3,}", line):
            fence = "" if fence and len(found[0]) >= len(fence) else fence or found[0]
    return "\n".join([*lines, fence] if fence else lines) + note


def share(texts: list[str], most: int, how: str) -> list[str]:
    """Texts that have room together: short ones stay whole, long ones are cut to equal parts of what is left."""
    room, kept = most, list(texts)
    for done, place in enumerate(sorted(range(len(texts)), key=lambda place: len(texts[place]))):
        kept[place] = within(texts[place], room // (len(texts) - done), how)
        room -= len(kept[place])
    return kept
