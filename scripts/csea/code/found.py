"""What coding found in an archive, gathered batch by batch as the rows of the files in ``data/machine/``.

Here it is decided what of a release is withheld: an address or title with a word that is not known.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyarrow as pa

from csea.archive.withheld import release_keys
from csea.code.keys import release_key
from csea.code.rules import RULES_VERSION
from csea.code.text import FORM

UNDATED = "0000-00"  # the month of releases without a day
_NUMBER = re.compile(r"\d{2}-\d{1,5}")
_UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
_HOST = re.compile(r"https?://([^/]+)")
# Variables that linking reads, by the column of its evidence.
_LINKED = ("release_kind", "place", "state", "n_suspects")


@dataclass
class Batch:
    """The rows of one coded batch."""

    keys: list[str] = field(default_factory=list)
    releases: list[dict[str, str | None]] = field(default_factory=list)
    codings: list[dict[str, str | None]] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    read: Counter[tuple[str, str]] = field(default_factory=Counter)  # (month, what) to releases
    reasons: Counter[str] = field(default_factory=Counter)


@dataclass
class Found(Batch):
    """The rows of all batches; ``keys`` are those of every release that the archive holds, in scope or not."""

    keys: set[str] = field(default_factory=set)  # type: ignore[assignment]

    def add(self, batch: Batch) -> None:
        """Take in a batch. Of two releases with one key the first stays: they have one address."""
        fresh = set(batch.keys) - self.keys
        self.keys |= fresh
        for mine, theirs in (
            (self.releases, batch.releases),
            (self.codings, batch.codings),
            (self.evidence, batch.evidence),
        ):
            mine += [row for row in theirs if row.get("key_sha256", row.get("key")) in fresh]
        self.read.update(batch.read)
        self.reasons.update(batch.reasons)

    @property
    def n_read(self) -> int:
        """Releases that were coded, in scope or not."""
        return sum(count for (_, what), count in self.read.items() if what == "n_read")

    def months(self, rules_version: str) -> pd.DataFrame:
        """Rows of ``readings``: month, n_read, n_in_scope, n_set_aside, rules_version, all text."""
        names = ("n_read", "n_in_scope", "n_set_aside")
        rows = [
            {"month": month, **{name: str(self.read[month, name]) for name in names}, "rules_version": rules_version}
            for month in sorted({month for month, _ in self.read})
        ]
        return pd.DataFrame(rows, columns=["month", *names, "rules_version"], dtype="str")


def found_rows(batch: pa.RecordBatch, coded: pa.RecordBatch, refused: frozenset[str] = frozenset()) -> Batch:
    """The rows of a batch of the archive and what was coded of it, row for row.

    Of a release with one of the key hashes in ``refused`` there is no row, and it is not counted.
    """
    rows = Batch()
    for release, codes in zip(batch.drop_columns(["title", "body"]).to_pylist(), coded.to_pylist(), strict=True):
        day = release["published_date"]
        month = day.strftime("%Y-%m") if day else UNDATED
        if refused and not refused.isdisjoint(release_keys(release["uuid"], release["url"])):
            continue
        key = release_key(release["address"], release["uuid"])
        reason = codes["set_aside"] or (None if key else "nothing tells it from others for good: no address, no uuid")
        if key:
            rows.keys.append(key)
        if reason or not key:
            rows.read[month, "n_set_aside"] += 1
            rows.reasons[reason or ""] += 1
            continue
        rows.read[month, "n_read"] += 1
        if codes["in_scope"]:
            rows.read[month, "n_in_scope"] += 1
            _add(rows, key, release, codes)
    return rows


def _add(rows: Batch, key: str, release: dict[str, Any], codes: dict[str, Any]) -> None:
    day = release["published_date"]
    address, title = codes["known_address"], codes["known_title"]
    uuid = release["uuid"] or ""
    host = _HOST.match(release["address"] or "")
    rows.releases.append(
        {
            "key_sha256": key,
            "doj_uuid": uuid.lower() if _UUID.fullmatch(uuid.lower()) else None,
            "url": address,
            "url_withheld": _bool(bool(release["address"]) and not address),
            "source_host": host[1] if host else "www.justice.gov",
            "published_date": day.isoformat() if day else None,
            "component": release["component"],
            "title": title,
            "title_withheld": _bool(codes["has_title"] and not title),
            "release_number": release["number"] if _NUMBER.fullmatch(release["number"] or "") else None,
            "text_sha256": codes["text_sha256"],
            "text_chars": str(codes["text_chars"]),
            "text_form": FORM,
            "rules_version": RULES_VERSION,
            "retrieved_date": release["retrieved_at"].date().isoformat() if release["retrieved_at"] else None,
        }
    )
    rows.codings += [_coding(key, finding) for finding in codes["findings"]]
    if codes["dockets"] is None:  # not on a criminal case: nothing to link
        return
    values = {finding["variable"]: finding["value"] for finding in codes["findings"]}
    linked = {name: values.get(name) for name in _LINKED}
    rows.evidence.append(
        {
            "key": key,
            "component": release["component"],
            "published_date": day,
            **linked,
            "n_suspects": int(linked["n_suspects"]) if linked["n_suspects"] else None,
            **{name: codes[name] for name in ("dockets", "defendants", "wording", "text_sha256")},
        }
    )


def _coding(key: str, finding: dict[str, Any]) -> dict[str, str | None]:
    mentions = finding["n_mentions"]
    return {
        "key_sha256": key,
        "variable": finding["variable"],
        "coded_value": finding["value"],
        "rule_id": finding["rule"],
        "start": str(finding["start"]),
        "end": str(finding["end"]),
        "span_sha256": finding["span_sha256"],
        "confidence": finding["confidence"],
        "n_mentions": str(mentions) if mentions else None,
    }


def _bool(value: bool) -> str:
    return "true" if value else "false"
