"""What part each platform plays that a release names: used, mentioned or reported_by.

The sentence around a name tells its part (``rules/platforms.toml``): rules are asked in their order, each on the
sentence with the names in it marked, so that a rule can say {{platform}} for the one that is asked about. A release
codes one role a platform, the strongest. A sentence that denies a platform's part does not count as a mention of it.
Out of scope: which words are names (``platform_names.py``, ``platform_proof.py``).
"""

from __future__ import annotations

from csea.code.document import Document
from csea.code.findings import Finding
from csea.code.platform_names import ALIASES, Aliases, Named, aliases, make_aliases
from csea.code.platform_proof import named_platforms, names_any
from csea.code.rules import Rule, rule_set

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
_ENDS = (b" account", b" server", b" email", b" link", b" search", b" browser")  # of aliases: not marked as name


def platform_findings(document: Document, named_here: list[Named], is_case: bool) -> list[Finding]:
    """One finding a platform, with its strongest role as ``platform=role``.

    ``is_case`` says that the release tells what suspects did (a case or a round-up): there a named platform was
    used where no rule says otherwise; elsewhere it is mentioned.
    """
    told = [(named, document.sentence(named.span.start), _rule(document, named, named_here)) for named in named_here]
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
    return [strongest[platform][2] for platform in sorted(strongest)]


def marked_names(document: Document, named_here: list[Named]) -> bytes:
    """The document's data with every name marked, for rules that say {{platform}}."""
    data = bytearray(document.data)
    for named in named_here:
        data[named.span.start : named.span.end] = MARK * (named.span.end - named.span.start)
    return bytes(data)


def marked_sentence(document: Document, asked: Named, named_here: list[Named]) -> bytes:
    """The sentence of one name with that name marked by what it is, and the others as others."""
    place = document.sentence(asked.span.start)
    data = bytearray(document.data[place.start : place.end])
    for named in named_here:
        if place.start <= named.span.start < place.end:
            mark = WORD if named.is_word else KIND_MARKS.get(named.kind, MARK)
            mark = mark if named is asked else OTHER
            start, end = named.span.start - place.start, named.span.end - place.start
            last = data.rfind(b" ", start, end)
            if bytes(data[last:end]).lower() in _ENDS:  # "Kik account" is marked as "Kik" would be
                end = last
            data[start:end] = mark * (end - start)
    return bytes(data)


def _rule(document: Document, named: Named, named_here: list[Named]) -> Rule | None:
    """The first rule that speaks on a name, or on "the company" in the sentence after the one that names it."""
    sentence = marked_sentence(document, named, named_here)
    found = next((rule for rule in rule_set("platforms").rules if _matches(rule, sentence)), None)
    if found or KIND_MARKS.get(named.kind) == TYPE:
        return found
    after = _sentence_after(document, named, named_here)
    return next((rule for rule in rule_set("platforms_next").rules if _matches(rule, after)), None)


def _matches(rule: Rule, sentence: bytes) -> bool:
    return bool(rule.finder.search(sentence)) and rule.allows(sentence)


def _sentence_after(document: Document, named: Named, named_here: list[Named]) -> bytes:
    """The sentence after the one of a name, where no other name stands between or in it; else nothing."""
    place = document.sentence(named.span.start)
    after = document.sentence(min(place.end + 1, len(document.text)))
    between = any(named.span.end <= other.span.start < after.end for other in named_here)
    return b"" if between or after.start <= place.start else document.data[after.start : after.end]
