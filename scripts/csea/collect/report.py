"""What a run did, for people and for machines. Nothing is dropped in silence: what was odd is counted here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Protocol

from csea.errors import BAD_DATA

INTERRUPTED = 130  # as a shell reports Ctrl-C
SHOWN = 5  # examples of each kind; the JSON has all


@dataclass
class RunReport:
    """What a run did; written to ``runs/`` in the archive and printed at the end."""

    kind: str
    api: str
    started_at: str
    state: str = "stopped"  # complete, incomplete, stopped, interrupted
    message: str = ""
    seconds: float = 0.0
    n_requests: int = 0
    most_requests_in_a_second: int = 0
    utilisation: float | None = None
    n_listed: int = 0
    n_held: int = 0
    order: str = "unknown"
    sort_honoured: bool | None = None
    walks: int = 0
    records: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    unknown_fields: dict[str, int] = field(default_factory=dict)
    unknown_components: dict[str, int] = field(default_factory=dict)
    quarantine: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 when the archive is complete, 130 after Ctrl-C, 1 otherwise."""
        return {"complete": 0, "interrupted": INTERRUPTED}.get(self.state, BAD_DATA)

    def to_text(self) -> str:
        """The report for people."""
        lines = [self.message, f"Records: {counted(self.records)}"]
        asked = f"Requests: {self.n_requests:,} in {self.seconds:,.0f} s"
        used = f", {self.utilisation:.0%} of the allowed rate" if self.utilisation else ""
        lines.append(f"{asked}{used}, at most {self.most_requests_in_a_second} in any second.")
        if self.sort_honoured is not None:
            asked_for = "as asked" if self.sort_honoured else "though oldest first, by creation, was asked for"
            lines.append(f"The list runs {self.order.replace('_', ' ')}, {asked_for}.")
        if self.faults:
            lines.append(f"Faults that were tried again: {counted(self.faults)}")
        lines += found_odd(self)
        lines += [f"Not read: {', '.join(self.failed[:SHOWN])}{_more(self.failed)}"] if self.failed else []
        return "\n".join([*lines, *self.notes[:SHOWN], *([_more(self.notes)] if len(self.notes) > SHOWN else [])])

    def to_json(self) -> str:
        """The report for machines."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False)


class Odd(Protocol):
    """A report that counts what was odd about records."""

    unknown_fields: dict[str, int]
    unknown_components: dict[str, int]
    quarantine: dict[str, int]


def counted(numbers: dict[str, int]) -> str:
    """Counts in one line, such as ``12 new, 3 changed``."""
    return ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in numbers.items()) or "none"


def found_odd(report: Odd) -> list[str]:
    """A line for each kind of oddity, with the first examples."""
    kinds = {
        "Set aside in the quarantine": report.quarantine,
        "Fields that are not known (kept as received)": report.unknown_fields,
        "Components that are not in our table": report.unknown_components,
    }
    return [
        f"{what}: {', '.join(f'{name} ({n:,})' for name, n in list(found.items())[:SHOWN])}{_more(found)}"
        for what, found in kinds.items()
        if found
    ]


def _more(found: Sequence[str] | dict[str, int]) -> str:
    return f" ... and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
