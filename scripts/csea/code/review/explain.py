"""Why a release has the values that it has: each fact with the sentence that it rests on, and its case.

The sentences come from the archive on this machine and may hold names: nothing of this is ever published.
Out of scope: how a value is found (``release.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd

from csea.archive.record import normal_address
from csea.code.document import Document
from csea.code.findings import Finding
from csea.code.review.held import Reading
from csea.code.review.highlight import Mark, marked
from csea.errors import UsageError
from csea.register import Register, address_key

RELEASE_ID = re.compile(r"r\d{7}")
UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
OUT_OF_SCOPE = "Out of scope: it names no tracked platform and does not concern child sexual exploitation."


@dataclass(frozen=True)
class Target:
    """The release that was asked for: its key, or else the uuid that finds it in the archive."""

    asked: str
    key: str | None = None
    uuid: str | None = None


@dataclass(frozen=True)
class Fact:
    """A value with its sentence; ``start`` and ``end`` are the evidence's characters within ``sentence``."""

    variable: str
    value: str
    confidence: str
    rule: str
    sentence: str
    start: int
    end: int

    def shown(self, terminal: bool) -> str:
        """The sentence with the evidence marked."""
        return marked(self.sentence, [Mark(self.start, self.end)], terminal)


@dataclass
class Explanation:
    """All that is known of why a release is coded and linked as it is.

    ``people`` are values that a person coded, which win; ``case`` is the row of case_links.
    """

    title: str
    in_scope: bool
    set_aside: str | None
    facts: list[Fact]
    release_id: str | None = None
    address: str | None = None
    published_date: str | None = None
    component: str | None = None
    people: list[dict[str, str]] = field(default_factory=list)
    case: dict[str, str] | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def target_of(asked: str, register: Register) -> Target:
    """The release meant by an id (r0000001), an address or a uuid. UsageError for what is none of these."""
    words = asked.strip()
    if RELEASE_ID.fullmatch(words.lower()):
        keys = dict(zip(register.rows["id"], register.rows["key_sha256"], strict=True))
        key = keys.get(register.current(words.lower())) or keys.get(words.lower())
        if key is None:
            raise UsageError(f"No release has the id {words}; the last one issued is {max(keys, default='none')}.")
        return Target(asked, key)
    if UUID.fullmatch(words.lower()):
        return Target(asked, uuid=words.lower())
    if "/" in words and "." in words:
        return Target(asked, address_key(normal_address(words)))
    raise UsageError(
        f"{asked!r} is no release. Give an id such as r0000001, an address such as "
        "https://www.justice.gov/opa/pr/..., or a uuid."
    )


def facts_of(reading: Reading, order: Iterable[str]) -> list[Fact]:
    """The findings as facts, by variable in this order."""
    places = {variable: place for place, variable in enumerate(order)}
    document = Document(reading.text)
    ranked = sorted(reading.findings, key=lambda finding: places.get(finding.variable, len(places)))
    return [_fact(document, finding) for finding in ranked]


def _fact(document: Document, finding: Finding) -> Fact:
    first = document.sentence(finding.start)
    last = document.sentence(max(finding.end - 1, finding.start))
    return Fact(
        finding.variable,
        finding.value,
        finding.confidence,
        finding.rule,
        document.text[first.start : last.end],
        finding.start - first.start,
        finding.end - first.start,
    )


def explanation(reading: Reading, order: Iterable[str]) -> Explanation:
    """What the rules say of a text."""
    return Explanation(reading.text.partition("\n")[0], reading.in_scope, reading.set_aside, facts_of(reading, order))


def add_published(found: Explanation, release_id: str, codings: pd.DataFrame, links: pd.DataFrame) -> None:
    """Add what the published tables say of the release: values that people coded, and its case."""
    found.release_id = release_id
    own = codings[(codings["release_id"] == release_id) & (codings["coder"] != "machine")]
    columns = ["variable", "coded_value", "coder"]
    found.people = [dict(zip(columns, row, strict=True)) for row in own[columns].to_numpy(dtype=str).tolist()]
    linked = links[links["release_id"] == release_id]
    for case, method, score in linked[["case_id", "method", "score"]].to_numpy(dtype=str).tolist():
        n_releases = int((links["case_id"] == case).sum())
        found.case = {"case_id": case, "method": method, "score": score, "n_releases": str(n_releases)}


def to_text(found: Explanation, terminal: bool) -> str:
    """Plain words for a person."""
    about = [part for part in (found.release_id, found.published_date, found.component, found.address) if part]
    lines = [found.title or "(no title)", *([", ".join(about)] if about else []), ""]
    if found.set_aside:
        lines.append(f"Not coded: {found.set_aside}.")
    elif not found.in_scope:
        lines.append(OUT_OF_SCOPE)
    variable = ""
    for fact in found.facts:
        if fact.variable != variable:
            variable = fact.variable
            lines.append(variable)
        lines.append(f"  {fact.value}  ({fact.confidence}, {fact.rule})")
        lines += [f"    {line}" for line in fact.shown(terminal).split("\n")]
    if found.people:
        lines += ["", "Coded by a person, which wins over the rules:"]
        lines += [f"  {row['variable']}: {row['coded_value']} ({row['coder']})" for row in found.people]
    return "\n".join([*lines, "", _case_text(found)]) if found.address or found.release_id else "\n".join(lines)


def _case_text(found: Explanation) -> str:
    if found.case:
        row = found.case
        return (
            f"Case {row['case_id']}: {row['n_releases']} release(s), linked by {row['method']}, score {row['score']}."
        )
    if found.release_id is None:
        return "Not in the published tables" + ("." if not found.in_scope else "; `csea build` takes it in.")
    return "Linked to no case."
