"""How the investigation began, as the release tells it (origin). Rules and marks: ``rules/origin.toml``.

A company's report counts wherever it stands. Else a sentence that tells a beginning counts before one that does
not, the body before the title, a plain statement before a likely one, and then what is told first: the first link
of a chain stands first. Nothing found is ``not_stated``. Out of scope: who took part in the investigation later.
"""

from __future__ import annotations

from dataclasses import dataclass

from csea.code.document import Document
from csea.code.findings import Finding
from csea.code.rules import Rule, compiled, rule_set
from csea.code.variables.platforms import MARK, Aliases

TITLED = ("undercover", "public_tip", "other_agency_lead", "other_investigation")  # what a title may tell
OF_THE_PAST = ("origin.supervision", "origin.other_offender")  # speak of convictions, of this man or of another
MARKS = ("beginning", "no_origin")  # values of rules that only tell sentences apart

# Only sentences with one of these words are read: an origin cannot be told without, and most of a release has none.
_CUE = compiled("{{origin_cue}}")
# Sentences on NCMEC that are blanked as its description of itself but tell of this case.
_NCMEC = compiled("{{ncmec}}")
_OF_THIS_CASE = compiled(
    r"(?:investigat|case|inquiry|heard|learned|charge|arrest|(?m:^)in \w+ \d|court|complaint|affidavit)"
    r".*?(?:beg[au]n|start|led|after|when|receiv|originat|stemm|heard|report|tip).*?{{ncmec}}"
)
_IN_GENERAL = compiled(
    r"million|percent|clearinghouse|anyone|please|1-800|www|every|victims|initiative|for (?:identification|review)"
    r"|(?:submitted|provided|sent) (?:\w+ ){0,4}to (?:the )?(?:ncmec|national center)"
)


@dataclass(frozen=True, slots=True)
class _Told:
    """A rule that matched: where in the text, and the first character of its sentence."""

    rule: Rule
    start: int
    end: int
    sentence: int


def origin_finding(document: Document, marked: bytes, names: Aliases) -> Finding:
    """origin with its evidence; ``marked`` is the document's data with platforms' names marked."""
    found = _told(document, marked, names)
    begin, none = ({told.sentence for told in found if told.rule.value == mark} for mark in MARKS)
    counted = [
        told
        for told in found
        if told.rule.value not in MARKS
        and told.sentence not in none
        and (told.sentence in begin or _may_tell(document, told))
    ]
    if not counted:
        return Finding("origin", "not_stated", "origin.nothing_found", 0, document.title_end, "medium")
    first = min(counted, key=lambda told: _rank(told, told.sentence in begin))
    return Finding("origin", first.rule.value, first.rule.id, first.start, first.end, first.rule.confidence)


def _may_tell(document: Document, told: _Told) -> bool:
    """Whether a sentence without a word of beginning may tell an origin: not the past, nor a penalty."""
    if told.sentence == 0:
        return told.rule.value in TITLED
    past = document.is_history(told.sentence) and told.rule.id not in OF_THE_PAST
    return not past and told.sentence not in document.penalties


def _rank(told: _Told, begins: bool) -> tuple[bool, bool, bool, bool, int]:
    likely = told.rule.confidence != "high"
    return told.rule.value != "platform_report", not begins, told.sentence == 0, likely, told.start


def _told(document: Document, marked: bytes, names: Aliases) -> list[_Told]:
    """All hits in the sentences that hold a cue."""
    data = _readable(document, marked, names)
    found, cued = [], {}
    for hit in rule_set("origin").all_hits(document, data):
        sentence = document.sentence(hit.start)
        if sentence.start not in cued:
            cued[sentence.start] = _CUE.search(data[sentence.start : sentence.end]) is not None
        if cued[sentence.start]:
            found.append(_Told(hit.rule, hit.start, hit.end, sentence.start))
    return found


def _readable(document: Document, marked: bytes, names: Aliases) -> bytes:
    """``marked`` with those blanked sentences put back that tell how NCMEC came into this case."""
    data = bytearray(marked)
    for match in _NCMEC.finditer(document.whole):
        sentence = document.sentence(match.start())
        whole = document.whole[sentence.start : sentence.end]
        if (
            marked[sentence.start : sentence.end].strip()
            or _IN_GENERAL.search(whole)
            or not _OF_THIS_CASE.search(whole)
        ):
            continue
        data[sentence.start : sentence.end] = whole
        for name in names.finder.finditer(whole):
            at, end = name.start(1) + sentence.start, name.end(1) + sentence.start
            data[at:end] = MARK * (end - at)
    return bytes(data)
