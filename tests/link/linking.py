"""Help for tests of linking: evidence out of invented releases or of a few facts, and how right the outcome is."""

import re
from collections import Counter
from datetime import date
from html import unescape

import pyarrow as pa

from csea.code.identity import find_identity
from csea.io import sha256
from csea.link.evidence import EVIDENCE
from prosecutions import coded_facts, make_prosecutions

WORDING_WORDS = 256


def normal_text(record: dict[str, object]) -> str:
    """Title, then a line a paragraph, without tags and entities."""
    body = unescape(re.sub(r"<[^>]+>", "", str(record["body"])))
    return f"{record['title']}\n{body}"


def key_of(name: str) -> str:
    return sha256(name.encode())


def row(name: str, text: str = "", **known: object) -> dict[str, object]:
    """A release's evidence; what is not ``known`` comes from its text or is empty."""
    identity = find_identity(text)
    read = {
        "key": key_of(name),
        "component": "usao-ma",
        "published_date": date(2019, 5, 2),
        "release_kind": None,
        "place": None,
        "state": None,
        "n_suspects": None,
        "dockets": identity.dockets,
        "defendants": identity.defendants,
        "wording": identity.wording,
        "text_sha256": key_of(text or name),
    }
    return read | known


def table(rows: list[dict[str, object]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=EVIDENCE)


def generated(n_cases: int, seed: int) -> tuple[pa.Table, dict[str, str]]:
    """Evidence of an invented archive, and the true case of each key."""
    records, truth = make_prosecutions(n_cases, seed)
    coded = coded_facts(n_cases, seed)
    rows = []
    for record in records:
        url = str(record["url"])
        if url in coded:
            facts = coded[url]
            known = {
                "component": facts.component,
                "published_date": facts.published,
                "release_kind": facts.kind,
                "place": facts.place,
                "state": facts.state,
                "n_suspects": facts.n_suspects,
            }
            rows.append(row(url, normal_text(record), **known))
    return table(rows), {key_of(url): case for url, case in truth.items()}


def group_of(groups: pa.Table) -> dict[str, str]:
    return dict(zip(groups.column("key").to_pylist(), groups.column("group").to_pylist(), strict=True))


def pairwise(found: dict[str, str], truth: dict[str, str]) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of releases that are in one case."""

    def pairs(counts: Counter[object]) -> int:
        return sum(n * (n - 1) // 2 for n in counts.values())

    right = pairs(Counter((found[key], truth[key]) for key in truth))
    said, true = pairs(Counter(found[key] for key in truth)), pairs(Counter(truth.values()))
    precision, recall = right / said if said else 1.0, right / true if true else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0
