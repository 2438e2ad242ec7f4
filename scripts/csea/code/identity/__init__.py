"""What tells one prosecution from another: docket numbers, defendants, and the wording of a release.

Only the link room uses this. **Dockets and names stay in memory and in the local archive:** they are compared,
never published, logged or put into an id.

A release is read as its normal text: the first line is the title, each further line a paragraph. All patterns run
in RE2, whose time is linear in the text whatever the text is. Out of scope: civil and appeal numbers, names of
anybody but suspects, and what a release says beyond who and which case (the coding rules read that).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import re2

from csea.code.identity.names import find_defendants
from csea.code.identity.wording import signature

MAX_DOCKETS = 20  # a release with more lists other people's cases; 20 co-defendants' numbers are still read
FIRST_YEAR, LAST_YEAR = 85, 40  # two digits of the years that a federal docket of this archive can bear, 1985 to 2040
# Letters that Unicode does not take apart into a plain letter and an accent, and the department's typography.
FOLDED = (
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "æ": "ae", "Æ": "Ae", "đ": "d", "Đ": "D", "ı": "i"}
    | dict.fromkeys("‘’‛′´ʼ", "'")
    | dict.fromkeys("“”„‟″«»", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("\u00a0\u2007\u2009\u202f•·▪●", " ")
    | dict.fromkeys("\u2028\u2029", "\n")
)

_CODED = re2.compile(
    rb"\b(?:(\d{1,2}):\s?)?((?:19|20)?\d{2})(?:\s?-\s?|\s)?(?i:(cr|crim|mj|mag|mc))\b?\.?[\s-]{0,2}"
    rb"(?i:nos?\.?\s?)?(\d{1,6})(?:\D|$)"
)
_SPACES = bytes.maketrans(b"\t\r", b"  ")
_LED = re2.compile(
    rb"\b(?i:(cr|crim|mj)\.?(?:inal)?(?:\s(?:case|docket|action))?(?:[\s.-]{0,2}(?:no|nos|number)\b)?"
    rb"|(?:case|docket|criminal|complaint|indictment)(?:\s(?:case|docket|action))?\s?(?:no\b|nos\b|numbers?\b|#))"
    rb"[\s.:#-]{0,4}(?:(\d{1,2}):)?((?:19|20)?\d{2})-(\d{2,6})(?:\D|$)"
)


@dataclass(frozen=True)
class Identity:
    """What identifies the prosecution that a release tells of.

    ``dockets``: criminal and magistrate numbers, such as "1:19-cr-00123", or "19-cr-00123" where the release does
    not name the court's division; in order of appearance.
    ``defendants``: names of suspects for comparison, "given surname" in plain lower-case letters, without initials,
    suffixes and ages; a single word where only a surname stands.
    ``wording``: a minhash signature of the text without stock paragraphs; empty where the text is too short.
    """

    dockets: list[str]
    defendants: list[str]
    wording: bytes


def find_identity(text: str) -> Identity:
    """Read a release's normal text. Any text is read; where nothing is found the parts are empty."""
    folded = fold(text)
    return Identity(find_dockets(folded), find_defendants(folded), signature(folded))


def fold(text: str) -> bytes:
    """The text in plain ASCII: accents off, quotation marks and dashes in their typewriter forms."""
    if not text.isascii():
        # A text has few different letters beyond ASCII, so replacing each is five times as fast as a translation.
        for letter in set(text):
            if letter > "\x7f":
                text = text.replace(letter, FOLDED.get(letter) or unicodedata.normalize("NFKD", letter))
    return text.encode("ascii", "ignore").translate(_SPACES)


def find_dockets(folded: bytes) -> list[str]:
    """Docket numbers in a folded text, each once.

    A bare number such as 19-123 counts only after "Case No.", "Criminal No." and the like: release numbers and
    telephone numbers have the same shape.
    """
    found: dict[str, None] = {}
    for match in _CODED.finditer(folded):
        _keep(found, match[1], match[2], match[3], match[4])
    for match in _LED.finditer(folded):
        _keep(found, match[2], match[3], match[1] or b"cr", match[4])
    return list(found)[:MAX_DOCKETS]


def _keep(found: dict[str, None], division: bytes | None, year: bytes, kind: bytes, number: bytes) -> None:
    yy, serial = int(year[-2:]), int(number)
    if not serial or LAST_YEAR < yy < FIRST_YEAR:
        return
    docket = f"{yy:02}-{'cr' if kind.lower().startswith(b'cr') else 'mj'}-{serial:05}"
    found[f"{int(division)}:{docket}" if division else docket] = None
