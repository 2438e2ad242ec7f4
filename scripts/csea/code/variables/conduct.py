"""What the suspect did or is charged with (conduct), as the 2020 report counted it.

Several kinds can hold. Rules: ``rules/conduct.toml``. Its values ``csam_named``, ``csam_vague``,
``csam_attempted`` and ``nothing_came`` are no kinds of their own: whether csam follows from them depends on what
else the release tells. Asking a minor for images of which none arrived is grooming only, whatever the charge is called.
"""

from __future__ import annotations

from csea.code.document import Document
from csea.code.findings import Finding
from csea.code.rules import Hit, Search, rule_set

KINDS = ("csam", "grooming", "hands_on_abuse", "other", "sex_trafficking")
ABUSE = ("grooming", "hands_on_abuse", "sex_trafficking")


def conduct_findings(document: Document, data: bytes) -> list[Finding]:
    """One finding a kind of conduct, in the order of ``KINDS``; ``other`` with low confidence where none is found.

    ``data`` is the document's with names of units blanked. Sentences on penalties count: they name the charge.
    """
    first = rule_set("conduct").search(document, data)
    hits = {kind: _csam(first) if kind == "csam" else first.of(kind) for kind in KINDS}
    found = [_finding(kind, hit) for kind, hit in hits.items() if hit is not None]
    return found or [Finding("conduct", "other", "conduct.nothing_found", 0, document.title_end, "low")]


def _csam(first: Search) -> Hit | None:
    """The hit that csam rests on."""
    told = first.of("csam")
    if told is not None:
        return told
    if first.of("grooming") is not None and first.of("nothing_came") is not None:
        return None
    named = first.of("csam_named")
    if named is not None:
        return named
    if any(first.of(kind) is not None for kind in ABUSE):
        return None  # a vague word or an attempt, which the rest tells to be something else
    return first.of("csam_attempted") or first.of("csam_vague")


def _finding(kind: str, hit: Hit) -> Finding:
    return Finding("conduct", kind, hit.rule.id, hit.start, hit.end, hit.rule.confidence)
