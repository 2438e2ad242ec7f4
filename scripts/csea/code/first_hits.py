"""First hits of a rule set by value, found only when somebody asks for that value.

Most of the time of coding goes into patterns that match nothing; a value that is settled needs no further pattern.
Out of scope: what follows from the hits (``conduct.py``, ``subject.py``).
"""

from __future__ import annotations

from csea.code.document import Document
from csea.code.rules import Search, rule_set

FirstHits = Search


def first_hits(name: str, document: Document, data: bytes) -> Search:
    """First hits of ``rules/<name>.toml`` in a document."""
    return rule_set(name).search(document, data)
