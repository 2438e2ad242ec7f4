"""What a walk and a run came to, for whoever decides what to do next and what to say."""

from __future__ import annotations

from dataclasses import dataclass, field

from csea.archive.walks import Walk


@dataclass
class Outcome:
    """What a run came to: whether nothing is missing, the service's count, how many we hold, and the last walk."""

    complete: bool
    n_listed: int
    n_held: int
    walk: Walk | None = None
    walks: int = 1
    failed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass
class Attempt:
    """What one walk through the whole list came to."""

    n_seen: int = -1
    n_unlisted: int = 0  # releases that are there and not in the list
    proved: bool = False
    failed: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def ends(self) -> bool:
        """Whether another walk would not help."""
        return self.proved or bool(self.failed)
