"""Invented releases as Arrow batches of the archive, many and fast, for the benchmark of coding.

The same number and seed give the same releases, about 4 KB of HTML each. Those in scope (12 of 100) are the invented
and restated texts of ``tests/labelled`` with sentences of others between; a third of the rest holds a word of the
subject ("drug trafficking"), as a third of the department's real first hundred does. Out of scope: records as the API
gives them, which ``generate.py`` and tests/fake_doj make.
"""

from __future__ import annotations

import html
import json
import sys
from collections.abc import Iterator
from functools import cache
from random import Random

import pyarrow as pa

from csea import ROOT
from csea.code.batch import READ

sys.path.append(str(ROOT / "tests"))
from fake_doj.records import SENTENCES

IN_SCOPE = 0.12
NEAR = 0.18  # of the others; with the labelled texts among them a third pass the quick test
LONG = 4_000  # characters of a body, about
A_BATCH = 1_000
OFFICES = ("usao-me", "usao-wdky", "usao-sdny", "usao-ndtx", "usao-or", "opa", None)
NEAR_SENTENCES = (
    "The men were convicted of drug trafficking and of conspiracy.",
    "Anyone with knowledge of fraud, waste or abuse is urged to write to the agency.",
    "The landlord settled a claim of sexual harassment of tenants.",
    "The company was identical to one that the court had closed.",
    "He exploited a weakness in the billing of therapeutic services.",
    "The clerk was lured by a false promise of work abroad.",
)
CLOSING = (
    "This case was brought as part of Project Safe Childhood, a nationwide initiative to combat the growing epidemic "
    "of child sexual exploitation and abuse, launched in May 2006 by the Department of Justice."
)
HEADER = (
    '<p>USDOJ: Office: Updates</p>\n<div> </div>\n<div class="presscontenthdr-container"><p><strong>Department of '
    "Justice</strong></p></div>\n<div>FOR IMMEDIATE RELEASE</div>\n"
)
SCHEMA = pa.schema([("release_no", pa.int32()), *((name, pa.string()) for name in READ[1:])])


@cache
def labelled() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Title and text of the labelled texts in scope, and of the others."""
    inside, outside = [], []
    for path in sorted((ROOT / "tests" / "labelled").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            codes = item["codes"]
            is_inside = codes["is_child_exploitation"] == "true" or codes["platforms_named"]
            (inside if is_inside else outside).append((item["title"], item["text"]))
    return inside, outside


def batches(releases: int, seed: int = 0) -> Iterator[pa.RecordBatch]:
    """Batches of ``A_BATCH`` releases with the columns that coding reads."""
    for start in range(0, releases, A_BATCH):
        rng = Random(f"{seed} {start}")
        rows = [_release(rng, number) for number in range(start + 1, min(start + A_BATCH, releases) + 1)]
        columns = list(zip(*rows, strict=True))
        arrays = [pa.array(list(column), field.type) for column, field in zip(columns, SCHEMA, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _release(rng: Random, number: int) -> tuple[int, str, str, str, str | None]:
    inside, outside = labelled()
    is_inside = rng.random() < IN_SCOPE
    title, text = rng.choice(inside if is_inside else outside)
    paragraphs = text.split("\n") if is_inside or rng.random() < 0.2 else []
    if not is_inside and rng.random() < NEAR:
        paragraphs.append(rng.choice(NEAR_SENTENCES))
    if is_inside and rng.random() < 0.6:
        paragraphs.append(CLOSING)
    length = sum(map(len, paragraphs))
    wanted = int(LONG * rng.uniform(0.5, 1.5))
    while length < wanted:
        paragraph = " ".join(rng.choices(SENTENCES, k=rng.randint(2, 6)))
        paragraphs.insert(rng.randint(min(2, len(paragraphs)), len(paragraphs)), paragraph)
        length += len(paragraph)
    if not is_inside:
        title = f"{title.split(' ')[0]} Office Sets Out the Rules for {number}"
    return number, title, _html(rng, paragraphs), f"https://www.justice.gov/pr/{number}", rng.choice(OFFICES)


def _html(rng: Random, paragraphs: list[str]) -> str:
    """Paragraphs in the markup of one of the department's years."""
    style = rng.random()
    body = "\n\n".join(f"<p>{_encoded(rng, paragraph)}</p>" for paragraph in paragraphs)
    if style < 0.1:
        return f'{HEADER}<div class="presscontenttext">\n{body}\n</div>\n<p>###</p>'
    if style < 0.2:
        return body.replace("<p>", '<p style="margin:0in">  <span lang="EN">').replace("</p>", "</span></p>")
    return body


def _encoded(rng: Random, paragraph: str) -> str:
    text = html.escape(paragraph, quote=False) if "&" not in paragraph else paragraph
    text = text.replace("'", "’" if rng.random() < 0.7 else "&rsquo;")
    return text.replace(". ", ".&nbsp; ") if rng.random() < 0.2 else text
