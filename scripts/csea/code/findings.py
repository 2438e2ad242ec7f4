"""A finding: a value that a rule gives, and where in the normal text the evidence for it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One coded value with its evidence: characters ``start`` to ``end`` of the normal text.

    ``n_mentions`` is how often a platform is named, and empty for all else.
    """

    variable: str
    value: str
    rule: str
    start: int
    end: int
    confidence: str
    n_mentions: int | None = None
