"""What a release announces (release_kind), and with it whether it is on an individual criminal case.

The title decides where it says; else the opening, by the furthest step that is told in it as news. Where a title
only hints (a rule of low confidence), a step or a round-up in the opening decides. Rules: ``rules/kind.toml`` for
titles, ``rules/kind_opening.toml`` for openings; source: the codebook in docs/coding-manual.md.
"""

from __future__ import annotations

from csea.code.document import Document
from csea.code.findings import Finding
from csea.code.rules import Hit, rule_set

CASE_KINDS = frozenset(("charge", "arrest", "plea", "conviction", "sentence", "other_case_update"))
OPENING_ORDER = ("roundup", "other_case_update", "sentence", "conviction", "plea", "arrest", "charge")


def kind_findings(document: Document) -> list[Finding]:
    """release_kind and is_criminal_case, each with its evidence."""
    hit = _decided(document)
    if hit is None:
        kind, rule, start, end, confidence = "other", "kind.nothing_found", 0, document.title_end, "low"
    else:
        kind, rule, start, end = hit.rule.value, hit.rule.id, hit.start, hit.end
        confidence = hit.rule.confidence if hit.rule.scope == "title" or hit.rule.confidence == "low" else "medium"
    is_case = "true" if kind in CASE_KINDS else "false"
    return [
        Finding("release_kind", kind, rule, start, end, confidence),
        Finding("is_criminal_case", is_case, rule, start, end, confidence),
    ]


def _decided(document: Document) -> Hit | None:
    """The hit that says what is announced; the opening is only read where the title does not settle it."""
    titled = rule_set("kind").hits(document, document.data[: document.title_end])
    if titled and titled[0].rule.confidence != "low":
        return titled[0]
    opened = rule_set("kind_opening").hits(document, document.data[: document.opening_end])
    firm = [hit for hit in opened if hit.rule.confidence != "low"]
    if firm:
        return min(firm, key=lambda hit: OPENING_ORDER.index(hit.rule.value))
    return next(iter([*titled, *opened]), None)
