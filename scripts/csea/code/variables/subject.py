"""Whether the subject of a release is child sexual exploitation or abuse (is_child_exploitation).

In a criminal case an offence against a minor in what is told of this case decides, unless the case is about
another crime and tells of a minor's abuse only in passing. A release on no single case must be about it: its title
says so, or its announcement, or a fair share of its sentences. Rules: ``rules/subject.toml``.
"""

from __future__ import annotations

from csea.code.document import Document
from csea.code.findings import Finding
from csea.code.rules import Hit, Search, rule_set

LEAST_SHARE = 0.2  # of its sentences, for a release on no single case that only comes to it in its opening
ANNOUNCEMENT = 2  # sentences after the title


def subject_finding(document: Document, is_case: bool) -> Finding:
    """is_child_exploitation with its evidence; for "false" the evidence is the title."""
    hit = _of_case(document) if is_case else _of_other_release(document)
    if hit is None:
        return Finding("is_child_exploitation", "false", "subject.nothing_found", 0, document.title_end, "medium")
    return Finding("is_child_exploitation", "true", hit.rule.id, hit.start, hit.end, hit.rule.confidence)


def _of_case(document: Document) -> Hit | None:
    """The hit that makes a criminal case one of child sexual exploitation."""
    first = rule_set("subject").search(document, document.without_units)
    offence = first.of("offence")
    if offence is None:
        return None
    in_passing = first.of("aside") is not None
    if not in_passing and offence.start >= document.opening_end:
        in_passing = len(_sentences(document, first.all_of("offence"))) == 1
    return offence if not in_passing or first.of("charged") is not None else None


def _of_other_release(document: Document) -> Hit | None:
    """The hit that makes a program, speech, round-up or the like one about child sexual exploitation."""
    first = rule_set("subject").search(document, document.data)
    about = _about(first)
    if first.of("hint") is not None:
        # Figures of a clearinghouse are blanked since they are no lead of a case; they do tell what a talk is about.
        about = about or _about(rule_set("subject").search(document, document.whole))
        return about[0] if about else None
    if not about:
        return None
    announced = document.starts[min(ANNOUNCEMENT + 1, len(document.starts) - 1)]
    if about[0].start < announced:
        return about[0]
    share = len(_sentences(document, about)) / max(len(document.starts) - 1, 1)
    return about[0] if about[0].start < document.opening_end and share >= LEAST_SHARE else None


def _about(first: Search) -> list[Hit]:
    return sorted(first.all_of("offence") + first.all_of("topic"), key=lambda hit: (hit.start, hit.rule.id))


def _sentences(document: Document, hits: list[Hit]) -> set[int]:
    return {document.sentence(hit.start).start for hit in hits}
