"""A document ready for rules: repeated sentences and names of units blanked, the past told apart.

Out of scope: what the rules say (``rules/boilerplate.toml``).
"""

from __future__ import annotations

from csea.code.document import Document, Span
from csea.code.rules import rule_set


def prepare(text: str) -> Document:
    """A document over normal text, with boilerplate sentences blanked and sentences on the past known."""
    document = Document(text)
    hits = rule_set("boilerplate").all_hits(document)
    body = [hit for hit in hits if hit.start > document.title_end]
    document.blank([document.sentence(hit.start) for hit in body if hit.rule.value == "sentence"])
    document.named = document.data
    document.blank([document.sentence(hit.start) for hit in body if hit.rule.value == "aside"])
    document.past = frozenset(document.sentence(hit.start).start for hit in body if hit.rule.value == "past")
    document.penalties = frozenset(document.sentence(hit.start).start for hit in body if hit.rule.value == "penalty")
    document.units = [Span(hit.start, hit.end) for hit in hits if hit.rule.value == "unit"]
    return document
