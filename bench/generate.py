"""Invented records in the API's shape, many and fast, for benchmarks of the archive.

    python bench/generate.py ROWS FILE [SEED]

The same rows and seed give the same bytes. Nothing here is about anybody: words are function words and made-up
ones, drawn by a Zipf law so that they compress about as prose does, with stock paragraphs at the end as releases
have them. Offices are the real ones, since the archive looks them up. Out of scope: irregular records, which
tests/fake_doj makes.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np
import orjson

from csea import ROOT
from csea.archive.components import PLACE

FIRST_DAY = date(2009, 1, 5)
PER_DAY = 43  # as many as bring 269,000 records to 2026
A_CHUNK = 1_000  # records with a generator of their own, so that processes share the work
WORDS = 6_000
COMMON = """
the of to and in a for that was with on by is as from at an or be which it were this are has had not been under
after their also its more than who other all over his her our said will between have through any two three year
years office court state federal district report case today against program public services information records
department service national order agency part work plan company funds local found made according including
"""
STARTS = [*"bcdfghjklmnprstvw", "br", "ch", "cl", "dr", "fl", "gr", "pl", "pr", "qu", "sh", "sl", "st", "th", "tr"]
MIDDLES = [*"aeiou", "ai", "ea", "ee", "io", "ou"]
ENDS = ["", *"bdgklmnprst", "ck", "ft", "ll", "nd", "nt", "rd", "rn", "ss", "st", "th"]
TOPICS = ("Financial Fraud", "Tax", "Environment", "Antitrust", "Cybercrime", "Public Corruption")
MARKS = (" ", ". ", ". ", ". ", ", ", ", ", "&nbsp;", " &ndash; ", "’s ", "; ")
MARKED = 0.1  # share of words that end in another mark than the space


@cache
def _words() -> tuple[np.ndarray, np.ndarray]:
    """The vocabulary, commonest first, once for each of ``MARKS``, and the cumulated share of each word."""
    rng = np.random.default_rng(2009)
    draws = iter(rng.random(20 * WORDS).tolist())
    words = dict.fromkeys(COMMON.split())
    while len(words) < WORDS:
        syllables = 1 + int(3 * next(draws))
        word = "".join(kind[int(next(draws) * len(kind))] for _ in range(syllables) for kind in (STARTS, MIDDLES))
        words[word + ENDS[int(next(draws) * len(ENDS))]] = None
    shares = 1 / (np.arange(WORDS) + 2.7)  # Zipf's law, with Mandelbrot's correction for the commonest words
    return np.array([word + mark for mark in MARKS for word in words], dtype=object), np.cumsum(shares / shares.sum())


class _Text:
    """Running text, drawn in large pieces: a draw costs the same for one word and for a thousand."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._drawn: list[str] = []

    def take(self, n: int) -> str:
        """The next ``n`` words."""
        if len(self._drawn) < n:
            words, shares = _words()
            places = np.searchsorted(shares, self._rng.random(100_000))
            marks = self._rng.integers(1, len(MARKS), len(places)) * (self._rng.random(len(places)) < MARKED)
            self._drawn += words[places + marks * WORDS].tolist()
        taken, self._drawn[-n:] = self._drawn[-n:], []
        return "".join(taken).rstrip(" ,;").capitalize()


@cache
def _stock() -> list[str]:
    """Paragraphs that many releases share."""
    text = _Text(np.random.default_rng(1))
    return [text.take(60) for _ in range(200)]


@cache
def _offices() -> list[tuple[str, str]]:
    with (ROOT / PLACE).open(encoding="utf-8", newline="") as file:
        return [(row["component"], row["name"]) for row in csv.DictReader(file)]


@cache
def _named(name: str) -> dict[str, str]:
    return {"uuid": str(uuid5(NAMESPACE_URL, name)), "name": name}


def _record(rng: np.random.Generator, text: _Text, number: int) -> dict[str, Any]:
    day = FIRST_DAY + timedelta(days=number // PER_DAY)
    created = int(datetime(day.year, day.month, day.day, 15, tzinfo=UTC).timestamp()) + number % PER_DAY * 300
    code, office = _offices()[int(rng.integers(len(_offices())))]
    title = text.take(11).title()
    paragraphs = [text.take(n) for n in rng.integers(30, 130, int(rng.integers(4, 10))).tolist()]
    paragraphs += [_stock()[place] for place in rng.integers(0, len(_stock()), 2).tolist()]
    slug = "-".join("".join(char for char in word if char.isalnum()) for word in title.lower().split())[:90]
    draw = rng.random(4)
    return {
        "uuid": str(UUID(bytes=rng.bytes(16), version=4)),
        "vuuid": str(UUID(bytes=rng.bytes(16), version=4)),
        "title": title,
        "body": "".join(f"<p>{paragraph}.</p>\n" for paragraph in paragraphs),
        "teaser": paragraphs[0][:200] if draw[0] < 0.5 else "",
        "date": str(int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())),
        "created": str(created),
        "changed": str(created + (int(rng.integers(60, 7_000_000)) if draw[1] < 0.2 else 0)),
        "url": f"https://www.justice.gov/{code}/pr/{slug}-{number}",
        "topic": [_named(TOPICS[int(rng.integers(len(TOPICS)))])] if draw[2] < 0.6 else "",
        "attachment": [_named("notice.pdf")] if draw[3] < 0.1 else "",
        "image": "",
        "number": f"{day.year % 100:02}-{number % 1500}" if code == "opa" else "",
        "component": [_named(office)],
    }


def _chunk(job: tuple[int, int, int]) -> bytes:
    start, stop, seed = job
    rng = np.random.default_rng([seed, start])
    text = _Text(rng)
    return b"".join(orjson.dumps(_record(rng, text, number)) + b"\n" for number in range(start, stop))


def chunks(rows: int, seed: int = 0) -> Iterator[tuple[int, bytes]]:
    """JSON Lines, up to ``A_CHUNK`` records at a time, oldest first, with the number of records so far."""
    jobs = [(start, min(start + A_CHUNK, rows), seed) for start in range(0, rows, A_CHUNK)]
    with get_context("spawn").Pool(2) as pool:
        for job, lines in zip(jobs, pool.imap(_chunk, jobs), strict=True):
            yield job[1], lines


def main() -> None:
    """Write records to a file."""
    rows, path, seed = int(sys.argv[1]), Path(sys.argv[2]), int((*sys.argv[3:], "0")[0])
    with path.open("wb") as file:
        file.writelines(lines for _, lines in chunks(rows, seed))


if __name__ == "__main__":
    main()
