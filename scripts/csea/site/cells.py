"""Values as people read them, the same on every page: yes and no, thousands, labels for codes, short addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

PLAIN_NUMBERS = ("year", "section", "title_number", "suspect_no", "start", "end", "rank")
LONGEST = 160  # characters of a text in a table; its row has all
LONGEST_ADDRESS = 60  # characters of an address that is shown whole
WEB = ("https://", "http://")


def said(column: Mapping[str, Any], name: str, value: Any) -> Any:
    """The value as people read it: a text where it is not plain already. ``column`` is what its schema says of it."""
    if isinstance(value, int) and column.get("type") == "boolean":
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{int(value):,}" if value.is_integer() else f"{value:,}"
    if isinstance(value, int) and abs(value) >= 10_000 and not any(part in name for part in PLAIN_NUMBERS):
        return f"{value:,}"
    if isinstance(value, bytes):
        return size(len(value))
    return column.get("labels", {}).get(value, value) if isinstance(value, str) else value


def shown(column: Mapping[str, Any], name: str, value: Any) -> Any:
    """The same for a cell of a table, where an address is a link and a long one shows its host alone."""
    if not isinstance(value, str) or not value.startswith(WEB) or " " in value:
        return said(column, name, value)
    text = value if len(value) <= LONGEST_ADDRESS else value.split("/")[2].removeprefix("www.")
    return Markup('<a href="{}" title="{}" rel="nofollow">{}</a>').format(value, value, text)


def short(text: str, most: int = LONGEST) -> str:
    """The text, cut at a word where it is longer than a cell should be."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def size(count: int) -> str:
    """Bytes as people read them: 1,353 bytes, 18 kB, 2.3 MB."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= factor:
            number = count / factor
            return f"{number:.1f} {unit}" if number < 10 else f"{number:,.0f} {unit}"
    return f"{count:,} bytes"
