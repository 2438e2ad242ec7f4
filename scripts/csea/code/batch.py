"""The coding function: a batch of archived releases in, a batch of what was found out, and nothing else touched.

A :class:`Coder` holds the reference tables that rules need and can be sent to another process or machine as it
is. What it gives is for the archive's own machine: ``dockets``, ``defendants`` and ``wording`` serve linking and
are never written to a file of the dataset. Out of scope: where batches come from and go to (``pool.py``).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from csea.code.findings import Finding
from csea.code.identity import find_identity
from csea.code.release import code_in_scope
from csea.code.text import normal_text
from csea.code.variables.place import find_place
from csea.code.variables.platforms import Aliases, make_aliases
from csea.io import sha256
from csea.words import is_known

READ = ["release_no", "title", "body", "address", "component"]  # columns of the archive that are read
LONGEST = 4_000_000  # characters of a body; a longer one is no press release

FINDING = pa.struct(
    [
        ("variable", pa.string()),
        ("value", pa.string()),
        ("rule", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("confidence", pa.string()),
        ("n_mentions", pa.int32()),
        ("span_sha256", pa.string()),
    ]
)
CODED = pa.schema(
    [
        ("release_no", pa.int32()),
        ("in_scope", pa.bool_()),
        ("set_aside", pa.string()),  # why the record could not be coded; null where it was
        ("text_sha256", pa.string()),
        ("text_chars", pa.int32()),
        ("findings", pa.list_(FINDING)),
        ("dockets", pa.list_(pa.string())),
        ("defendants", pa.list_(pa.string())),
        ("wording", pa.binary()),
        ("has_title", pa.bool_()),
        ("known_title", pa.string()),  # null where a word of it is not known, so that it may hold a name
        ("known_address", pa.string()),
    ]
)


@dataclass(frozen=True)
class Coder:
    """The coding rules with the reference tables that they need.

    ``aliases`` are rows of platform_id, name and whether it is also a word; ``states`` gives the state of a U.S.
    Attorney's Office by its component code; ``kinds`` the kind of a platform, by default as in this project.
    """

    aliases: tuple[tuple[str, str, bool], ...]
    states: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] | None = None

    def __hash__(self) -> int:
        """Of the aliases, which say most; what is equal has the same."""
        return hash(self.aliases)

    @cached_property
    def names(self) -> Aliases:
        """The aliases compiled, once a process."""
        return make_aliases(self.aliases, self.kinds)

    def __getstate__(self) -> dict[str, Any]:
        """Without what is compiled: it cannot be sent to another process."""
        return {"aliases": self.aliases, "states": self.states, "kinds": self.kinds}

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Code a batch with the columns ``READ``; the result has the columns ``CODED``, a row for each row.

        A release out of scope has a row without findings. No record raises: what cannot be coded is set aside.
        """
        columns = [batch.column(name).to_pylist() for name in READ[1:]]
        rows = [self._row(*values) for values in zip(*columns, strict=True)]
        table = {name: [row.get(name) for row in rows] for name in CODED.names[1:]}
        arrays = [batch.column("release_no").cast(pa.int32())]
        arrays += [pa.array(table[name], CODED.field(name).type) for name in CODED.names[1:]]
        return pa.RecordBatch.from_arrays(arrays, schema=CODED)

    def _row(self, title: str | None, body: str | None, address: str | None, component: str | None) -> dict[str, Any]:
        if len(body or "") > LONGEST:
            return {"in_scope": False, "set_aside": f"its body has more than {LONGEST:,} characters"}
        text = normal_text(title, body)
        if "\n" not in text:
            return {"in_scope": False, "set_aside": "it has no text besides a title" if text else "it is empty"}
        findings = code_in_scope(text, self.names)
        if findings is None:
            return {"in_scope": False}
        findings += place_findings(text, self.states.get(component or ""))
        return {
            "in_scope": True,
            "text_sha256": text_sha256(text),
            "text_chars": len(text),
            "findings": [_as_row(finding, text) for finding in findings],
            "has_title": bool(shown := text[: text.find("\n")]),
            "known_title": shown if shown and is_known(shown) else None,
            "known_address": address if address and is_known(address) else None,
            **_identity(text, findings),
        }


def place_findings(text: str, state: str | None) -> list[Finding]:
    """place and state with their evidence. ``state`` is the office's, which stands where no place is found."""
    place = find_place(text, state)
    if place is None:
        end = max(text.find("\n"), 0)
        return [Finding("state", state, "place.office", 0, end, "medium")] if state else []
    values = (("place", place.place), ("state", place.state))
    return [Finding(name, value, place.rule, place.start, place.end, place.confidence) for name, value in values]


def _identity(text: str, findings: list[Finding]) -> dict[str, Any]:
    if not any(finding.variable == "is_criminal_case" and finding.value == "true" for finding in findings):
        return {}
    identity = find_identity(text)
    return {"dockets": identity.dockets, "defendants": identity.defendants, "wording": identity.wording}


def _as_row(finding: Finding, text: str) -> dict[str, Any]:
    return {
        "variable": finding.variable,
        "value": finding.value,
        "rule": finding.rule,
        "start": finding.start,
        "end": finding.end,
        "confidence": finding.confidence,
        "n_mentions": finding.n_mentions,
        "span_sha256": text_sha256(text[finding.start : finding.end]),
    }


def text_sha256(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal."""
    return sha256(text.encode("utf-8", "replace"))


def coder_of(root: Path) -> Coder:
    """A coder with the reference tables of the project in ``root``."""
    aliases = _rows(root, "platform_aliases")
    offices = [row for row in _rows(root, "components") if row["component_kind"] == "us_attorney"]
    return Coder(
        aliases=tuple((row["platform_id"], row["alias"], row["is_ambiguous"] == "true") for row in aliases),
        states={row["component"]: row["state"] for row in offices},
        kinds={row["platform_id"]: row["platform_kind"] for row in _rows(root, "platforms")},
    )


def _rows(root: Path, name: str) -> list[dict[str, str]]:
    with (root / "data" / "inputs" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
