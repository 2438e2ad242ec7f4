"""Federal provisions that a release cites, in one form: "18 USC 2252A(a)(5)(B)" becomes 18-usc-2252a-a-5-b.

Lists and shared subsections are taken apart ("Sections 2251(a) and (e)" cites two); of a range the two ends are
taken, which is what the text names. State codes and acts cited by name are none. Source: the citation forms of
the Bluebook and the department's own usage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from csea.code.document import Document
from csea.code.findings import Finding
from csea.code.rules import compiled

LAST_TITLE = 54  # of the United States Code

# A citation begins with a title and the code; the list of sections that follows is read piece by piece.
_CODE = r"(?:u\. ?s\. ?c(?:\. ?a)?\b\.?|usca?\b\.?|(?:united states|u\. ?s\.|us|federal) code\b)"
_TITLE_FIRST = rf"\btitle (\d{{1,2}})(?:,? (?:of )?(?:the )?| ){_CODE}"
_NUMBER_FIRST = rf"\b(\d{{1,2}}),? ?{_CODE}"
_CODE_FIRST = rf"\b{_CODE},? title (\d{{1,2}})\b"
_START = compiled(f"{_TITLE_FIRST}|{_NUMBER_FIRST}|{_CODE_FIRST}")

_MARK = r"(?:(?:sections?|secs?\b\.?|§+) ?)"
_SECTION = r"\d{1,5}[a-zA-Z]{0,2}"
_SUBS = r"(?: ?\([0-9a-zA-Z]{1,4}\))*"
_JOIN = r"(?:,? (?:and|or|through|to|thru)(?: for)? |[,;] ?| ?& ?| ?/ ?|,? and/or )"
_OPENING = re.compile(rf"[, ]*{_MARK}*", re.IGNORECASE)
# A section or some subsections. The number of the next citation's title ("and 18 U.S.C.") is not one of them, nor
# is a count or a year of something else.
_ITEM = re.compile(
    rf"({_SECTION}\b(?:-[0-9a-zA-Z]{{1,5}}\b)?)?({_SUBS})"
    rf"(?!,? ?{_CODE}|[\w$]| (?:counts?|years?|months?|grams|kilo))",
    re.IGNORECASE,
)
_NEXT = re.compile(rf"{_JOIN}{_MARK}*", re.IGNORECASE)
_SUB = re.compile(r"\(([0-9a-zA-Z]{1,4})\)")
_HYPHENED = re.compile(r"(\d+)([a-z]*)-(\d*)([a-z0-9]*)")

# "Section 2252(a) of Title 18": the list stands first.
_LIST = rf"{_SECTION}{_SUBS}(?:{_JOIN}{_MARK}?(?:{_SECTION}{_SUBS}|\([0-9a-z]{{1,4}}\){_SUBS}))*"
_LIST_FIRST = compiled(rf"(?:sections?|§+) ?({_LIST}),? (?:of )?(?:the )?title (\d{{1,2}})\b")


def statute_findings(document: Document) -> list[Finding]:
    """One finding a provision, at its first citation, in the order of the text."""
    found = []
    text = document.marked
    for match in _START.finditer(document.whole):
        title = int(next(group for group in match.groups() if group))
        found += [(at, end, statute) for statute, at, end in _listed(title, text, match.end())]
    for match in _LIST_FIRST.finditer(document.whole) if b"itle " in document.whole else ():
        found += [(at, end, statute) for statute, at, end in _listed(int(match.group(2)), text, match.start(1))]
    first: dict[str, Finding] = {}
    for at, end, statute in sorted(found):
        first.setdefault(statute, Finding("statute", statute, "statutes.citation", at, end, "high"))
    return list(first.values())


def _listed(title: int, text: str, start: int) -> Iterator[tuple[str, int, int]]:
    """statute_id and place of each provision in a list such as "2251(a), (d) and 2252A(a)(2)"."""
    if not 1 <= title <= LAST_TITLE:
        return
    section, parents = "", list[str]()
    opening = _OPENING.match(text, start)
    while opening:
        item = _ITEM.match(text, opening.end())
        if item is None or not item[0].strip() or not (item[1] or section):
            return
        subs = _SUB.findall(item[2])
        for section_ in _ends(item[1].lower()) if item[1] else (section,):
            if not item[1]:
                subs = parents[: _depth(parents, subs[0])] + subs
            section, parents = section_, subs
            yield "-".join([str(title), "usc", section, *subs]).lower(), item.start(), item.end()
        opening = _NEXT.match(text, item.end())


def _ends(section: str) -> tuple[str, ...]:
    """The sections that a hyphen joins: two ends of a range ("2421-2423", "921-24"), or one name ("2000e-5")."""
    parts = _HYPHENED.fullmatch(section)
    if parts is None:
        return (section.split("-")[0],) if "-" in section else (section,)
    number, letters, second, rest = parts.groups()
    if letters and second and int(second) < int(number):
        return (section,)
    if not letters and len(second) < len(number):
        second = number[: len(number) - len(second)] + second
    return (number + letters, second + rest) if second and int(second) >= int(number) else (number + letters,)


def _depth(parents: list[str], first: str) -> int:
    """How many of the last provision's levels a shortened one shares: "(a)(4) and (5)" shares (a)."""
    levels = [_level(mark, index) for index, mark in enumerate(parents)]
    for index in reversed(range(len(parents))):
        if levels[index] == _level(first, index):
            return index
    return 0


def _level(mark: str, index: int) -> str:
    """Which kind of mark stands at a level: (a)(1)(A)(i); a Roman number is one only below a capital."""
    if mark.isdigit():
        return "digit"
    if mark.isupper():
        return "upper"
    return "roman" if index > 2 and set(mark) <= set("ivx") else "lower"
