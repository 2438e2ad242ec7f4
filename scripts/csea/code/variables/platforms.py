"""What part each platform plays that a release names: used, mentioned or reported_by.

The sentence around a name tells its part (``rules/platforms.toml``): rules are asked in their order, each on the
sentence with the names in it marked, so that a rule can say {{platform}} for the one that is asked about. A release
codes one role a platform, the strongest. A sentence that denies a platform's part does not count as a mention of it.
Out of scope: which words are names (``platform_names.py``, ``platform_proof.py``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import replace

from csea.code.document import Document, Span
from csea.code.findings import Finding
from csea.code.rules import Rule, rule_set
from csea.code.variables.platform_names import ALIASES, Aliases, Named, aliases, make_aliases
from csea.code.variables.platform_proof import named_platforms, names_any

__all__ = [
    "ALIASES",
    "MARK",
    "Aliases",
    "Named",
    "aliases",
    "make_aliases",
    "marked_names",
    "marked_sentence",
    "named_platforms",
    "names_any",
    "platform_findings",
]

ROLES = ("reported_by", "used", "mentioned")  # strongest first
MARK = b"\x01"  # stands in place of each character of a name where a rule says {{platform}}
# The marks of a sentence in which the part of one name is asked; word lists of the same names in rules/words.toml.
OTHER = b"\x02"  # another name than the one asked about
TYPE = b"\x03"  # a network or program, which nobody runs: it can report nothing and has no office or staff
WORD = b"\x04"  # a company with a word as its name (Apple, Verizon), often named for its things or lines
MEETING = b"\x05"  # a service for calls, by which lessons and hearings are held too
KIND_MARKS = {"network_type": TYPE, "file_sharing_program": TYPE, "video_chat": MEETING}
REACH = 800  # characters before and after a name that are read of its sentence: only broken texts have longer ones
MOST_ASKED = 50  # names of a platform that are asked about: a release that names one more often tells no more
_ENDS = (b" account", b" server", b" email", b" link", b" search", b" browser")  # of aliases: not marked as name


def platform_findings(document: Document, named_here: list[Named], is_case: bool) -> list[Finding]:
    """One finding a platform, with its strongest role as ``platform=role`` and how often it is named.

    ``is_case`` says that the release tells what suspects did (a case or a round-up): there a named platform was
    used where no rule says otherwise; elsewhere it is mentioned.
    """
    told = []
    asked: Counter[str] = Counter()
    for index, named in enumerate(named_here):
        asked[named.platform] += 1
        if asked[named.platform] <= MOST_ASKED:
            told.append((named, document.sentence(named.span.start), _rule(document, index, named_here)))
    denied = {(named.platform, place.start) for named, place, rule in told if rule and rule.value == "not_named"}
    strongest: dict[str, tuple[int, int, Finding]] = {}
    for named, place, rule in told:
        if (named.platform, place.start) in denied:
            continue
        role = rule.value if rule else "used" if is_case else "mentioned"
        rule_id = rule.id if rule else "platforms.named_in_case" if is_case else "platforms.named"
        confidence = rule.confidence if rule else "medium" if is_case else "high"
        start, end = named.span.start, named.span.end
        finding = Finding("platform", f"{named.platform}={role}", rule_id, start, end, confidence)
        ranked = (ROLES.index(role), start, finding)
        strongest[named.platform] = min(ranked, strongest.get(named.platform, ranked), key=lambda item: item[:2])
    return [replace(strongest[platform][2], n_mentions=asked[platform]) for platform in sorted(strongest)]


def marked_names(document: Document, named_here: list[Named]) -> bytes:
    """The document's data with every name marked, for rules that say {{platform}}."""
    data = bytearray(document.data)
    for named in named_here:
        if data[named.span.start : named.span.end].strip():  # not in a sentence that rules must not see
            data[named.span.start : named.span.end] = MARK * (named.span.end - named.span.start)
    return bytes(data)


def marked_sentence(document: Document, asked: Named, named_here: list[Named]) -> bytes:
    """The sentence of one name with that name marked by what it is, and the others as others.

    ``named_here`` is in the order of the text. Of a sentence without end only the part near the name is read.
    """
    sentence = document.sentence(asked.span.start)
    place = Span(max(sentence.start, asked.span.start - REACH), min(sentence.end, asked.span.end + REACH))
    data = bytearray(document.named[place.start : place.end])
    first = bisect_left(named_here, place.start, key=lambda named: named.span.start)
    for named in named_here[first:]:
        if named.span.end > place.end:
            break
        mark = WORD if named.is_word else KIND_MARKS.get(named.kind, MARK)
        start, end = named.span.start - place.start, named.span.end - place.start
        last = data.rfind(b" ", start, end)
        if bytes(data[last:end]).lower() in _ENDS:  # "Kik account" is marked as "Kik" would be
            end = last
        data[start:end] = (mark if named is asked else OTHER) * (end - start)
    return bytes(data)


def _rule(document: Document, index: int, named_here: list[Named]) -> Rule | None:
    """The first rule that speaks on a name, or on "the company" in the sentence after the one that names it."""
    named = named_here[index]
    sentence = marked_sentence(document, named, named_here)
    found = next((rule for rule in rule_set("platforms").rules if _matches(rule, sentence)), None)
    if found or KIND_MARKS.get(named.kind) == TYPE:
        return found
    after = _sentence_after(document, named, named_here[index + 1] if index + 1 < len(named_here) else None)
    return next((rule for rule in rule_set("platforms_next").rules if _matches(rule, after)), None)


def _matches(rule: Rule, sentence: bytes) -> bool:
    return bool(rule.finder.search(sentence)) and rule.allows(sentence)


def _sentence_after(document: Document, named: Named, following: Named | None) -> bytes:
    """The sentence after the one of a name, where no other name stands between or in it; else nothing."""
    place = document.sentence(named.span.start)
    after = document.sentence(min(place.end + 1, len(document.text)))
    if after.start <= place.start or (following is not None and following.span.start < after.end):
        return b""
    return document.named[after.start : min(after.end, after.start + REACH)]
