"""The prison term that a release announces (sentence_months, life_sentence).

Each length of time ("120 months", "ten years", "life") is marked, and the rules of ``rules/sentence.toml`` say what
it is: for each, the first rule of the file that matches it decides. The longest term of imprisonment counts; a
stated total counts over its parts, the text over the title. A life term has no months.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from csea.code.document import Document
from csea.code.findings import Finding
from csea.code.rules import Rule, compiled, rule_set
from csea.code.variables.numbers import number_of

MARK = b"\x02"  # stands for each character of a length of time; rules write {{term}}
MOST = 6_000  # months; more is a slip

_WORD = (
    "(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    "|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred)\\b)"
)
_NUMBER = rf"(?:\d{{1,4}}(?:,\d{{3}})?(?:\.\d+)?|(?:an? )?{_WORD}(?:[ -](?:and )?{_WORD}){{0,3}}|an?\b)"
_HALF = r"(?:[ -](?:and[ -](?:an?|one)[ -]half|1/2)|½)"
# "41 to 51 months", "97 and 60 months", "ten years and one month", "two-and-a-half-year", "15 (fifteen) years", "life"
_RANGE = rf"(?P<range>(?:\d+|{_WORD}(?:-{_WORD})?)(?: years?| months?)? to |\d+-)"
_LIST = rf"(?P<list>(?:{_NUMBER},? ){{0,3}}{_NUMBER},? and )"
_LENGTH = (
    rf"\b(?:{_RANGE}|{_LIST})?(?P<number>{_NUMBER}{_HALF}?)(?: ?\(\w+(?:-\w+)?\))?"
    rf"[ -]?(?P<unit>year|month|decade)s?\b'?(?P<half>{_HALF})?"
    rf"(?:,? (?:and )?(?P<more>{_NUMBER})[ -]months?\b)?|\blife\b"
)
_FINDER = compiled(re.sub(r"\?P<\w+>", "?:", _LENGTH))  # groups would slow it down
_PARTS = re.compile(_LENGTH, re.IGNORECASE)
_EACH = re.compile(r"\d[\d,.]*\d|\d|[a-z][a-z -]*[a-z]")
_DATE = re.compile(
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|counts?)\.? $",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:nearly|almost|about|approximately|roughly|around|over|more than|less than|just under|upwards? of) (?:an? )?$",
    re.IGNORECASE,
)
_MONTHS = {"year": 12, "month": 1, "decade": 120}
CLOSE = 12  # months by which a term told as "nearly" or "more than" may differ from the exact one


@dataclass(frozen=True)
class Term:
    """A length of time in a text; no months for life."""

    months: int | None
    start: int
    end: int
    exact: bool = True


def sentence_findings(document: Document) -> list[Finding]:
    """sentence_months, or life_sentence, with its evidence; empty where no prison term is told as imposed."""
    terms = {term: rule for term, rule in _decided(document) if term.months is None or 0 < term.months <= MOST}
    life = [term for term in terms if term.months is None]
    if life:
        return [Finding("life_sentence", "true", terms[life[0]].id, life[0].start, life[0].end, "high")]
    in_body = {term: rule for term, rule in terms.items() if term.start > document.title_end}
    chosen = _longest(in_body or terms)
    if chosen is None:
        return []
    confidence = "high" if in_body and chosen.exact else "medium"
    return [Finding("sentence_months", str(chosen.months), terms[chosen].id, chosen.start, chosen.end, confidence)]


def _longest(terms: dict[Term, Rule]) -> Term | None:
    """The longest total, or term where there is none; an exact term rather than the same told roughly."""
    totals = [term for term, rule in terms.items() if rule.value == "total"]
    ranked = sorted(totals or terms, key=lambda term: (-(term.months or 0), term.start))
    if not ranked or ranked[0].exact:
        return ranked[0] if ranked else None
    rough = ranked[0].months or 0
    return next((term for term in terms if term.exact and abs((term.months or 0) - rough) < CLOSE), ranked[0])


def _decided(document: Document) -> list[tuple[Term, Rule]]:
    """Each length of time that a rule knows, with the first rule that does."""
    ends = _lengths(document)
    data = bytearray(document.data)
    for start, end in ends.items():
        data[start:end] = MARK * (end - start)
    marked = bytes(data)
    first: dict[int, Rule] = {}
    for hit in rule_set("sentence").all_hits(document, marked):
        first.setdefault(marked.index(MARK, hit.start, hit.end), hit.rule)
    return [(_term(document, start, ends[start]), rule) for start, rule in first.items() if rule.value != "none"]


def _lengths(document: Document) -> dict[int, int]:
    """The lengths of time of a text, first character to the one after the last; ranges ("41 to 51 months") are none."""
    found = {}
    for match in _FINDER.finditer(document.data):
        start, end = match.span()
        words = document.text[start:end]
        parts = _PARTS.match(words) if " to " in words or "-" in words else None
        if parts and parts["range"]:
            if not _DATE.search(document.text[max(0, start - 20) : start]):
                continue
            start += parts.end("range")  # "on June 8 to 30 years": a date, no range
        found[start] = end
    return found


def _term(document: Document, start: int, end: int) -> Term:
    months = _months(document.text[start:end])
    return Term(months, start, end, not _ABOUT.search(document.text[max(0, start - 20) : start]))


def _months(text: str) -> int | None:
    """Months of a length of time, None for life; of a list ("97 and 60 months") the largest. A day more is none."""
    parts = _PARTS.match(text)
    if parts is None or not parts["unit"]:
        return None
    number, others, unit = parts["number"].lower(), (parts["list"] or "").lower(), parts["unit"].lower()
    if others.endswith("hundred and "):
        number, others = others + number, ""
    numbers = [number_of(number) or 0, *(number_of(each) or 0 for each in _EACH.findall(others))]
    more = number_of(parts["more"] or "") or 0
    if unit == "month":
        return round(max(*numbers, more))  # "144 months and 60 months"
    return round((max(numbers) + (0.5 if parts["half"] else 0)) * _MONTHS[unit] + more)
