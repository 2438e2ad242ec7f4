"""A review session's desk: which releases or pairs are asked, their texts, and where the answers are saved."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import click
import pandas as pd

from csea.archive import Archive
from csea.cli.stored import add_rows, read_frames
from csea.code.batch import coder_of
from csea.code.review.explain import target_of
from csea.code.review.held import Held, Reading, held_releases, read_release
from csea.code.review.queue import coded_once, pair_queue, release_queue
from csea.code.review.session import Console, Ended, review_pairs, review_releases
from csea.code.review.values import NONE, Answers, vocabulary
from csea.errors import UsageError
from csea.project import Project
from csea.register import Register

FILES = ("found_releases", "found_codings", "unsure_pairs", "pair_decisions", "reviews", "coded_releases")


@dataclass
class Desk:
    """One review session: the files, what is asked of whom, and how many answers were saved."""

    project: Project
    order: str
    limit: int
    asked: str | None
    blind: bool
    coder: str
    saved: int = 0
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the files. They are read again at each saving."""
        self.frames = read_frames(self.project, [*FILES, "register_releases"])
        rows = self.frames["register_releases"]
        self.ids = dict(zip(rows["key_sha256"], rows["id"], strict=True))

    def releases(self) -> pd.DataFrame:
        """What is to be reviewed, a row a release."""
        found = self.frames["found_releases"]
        if self.asked:
            return pd.DataFrame({"key_sha256": [self._key(self.asked)]}, dtype="str")
        reviews = self.frames["reviews"]
        if self.coder == "second_human":
            # Also what was coded by hand from its page, which the rules need not have found in scope.
            keys = coded_once(reviews, self.frames["coded_releases"])
            others = pd.DataFrame({"key_sha256": sorted(keys - set(found["key_sha256"]))}, dtype="str")
            found = pd.concat([found[found["key_sha256"].isin(keys)], others], ignore_index=True)
        queue = release_queue(found, self.frames["found_codings"], reviews, self.order, self.coder)
        return queue if self.coder == "second_human" else queue.head(self.limit)

    def _key(self, asked: str) -> str:
        target = target_of(asked, Register(self.frames["register_releases"], "r{:07d}"))
        found = self.frames["found_releases"]
        by_uuid = dict(zip(found["doj_uuid"], found["key_sha256"], strict=True))
        key = target.key or by_uuid.get(target.uuid or "")
        if key is None or not (key in self.ids or key in set(found["key_sha256"])):
            raise UsageError(
                f"{asked} is not among the releases of the tables, so a coding of it would go nowhere. "
                "`csea explain` shows what the rules find in it."
            )
        return key

    def pairs(self) -> pd.DataFrame:
        """The pairs that are to be decided."""
        return pair_queue(self.frames["unsure_pairs"], self.frames["pair_decisions"]).head(self.limit)

    def name(self, key: str) -> str:
        """The id of a release, or the beginning of its key where it has none yet."""
        return self.ids.get(key, key[:12])

    def listed(self, queue: pd.DataFrame, pairs: bool) -> str:
        """The queue for a person; also where it is empty, with how to fill it."""
        if queue.empty:
            return (
                "There is nothing to review. `csea build` where an archive is (csea collect) finds releases and pairs; "
                "a second person codes what a first one has coded."
            )
        rows = _rows(queue.head(self.limit))
        if pairs:
            return "\n".join(
                f"{self.name(row['left_key'])}  {self.name(row['right_key'])}  {row['score']}  {row['reason']}"
                for row in rows
            )
        return "\n".join(_line(self.name(row["key_sha256"]), row) for row in rows)

    def review(self, archive: Archive, queue: pd.DataFrame) -> None:
        """Ask of each release of the queue that the archive holds."""
        tables = read_frames(self.project, ["platforms", "statutes"])
        names = zip(tables["platforms"]["platform_id"], tables["platforms"]["name"], strict=True)
        words = vocabulary(self.project.tables, names, tables["statutes"]["statute_id"])
        held = self._held(archive, queue["key_sha256"].tolist(), self.limit)
        review_releases(_console(), words, held, self.save, self.blind)

    def _held(self, archive: Archive, keys: list[str], most: int) -> Iterator[tuple[Held, Reading, str]]:

        coder = coder_of(self.project.root)
        held = {release.key: release for release in held_releases(archive, keys)}
        missing = [key for key in keys if key not in held]
        if missing:
            click.echo(f"{len(missing):,} of {len(keys):,} are not in the archive and are left out.")
        for key in [key for key in keys if key in held][:most]:
            yield held[key], read_release(coder, held[key].row), self.name(key)

    def save(self, key: str, answers: Answers) -> None:
        """Write a release's coding to reviews.csv; an earlier one by the same coder gives way."""
        both = {"coder": self.coder, "is_blind": "true" if self.blind else "false", "reviewed_date": _today()}
        rows = [
            {"key_sha256": key, "variable": variable, "coded_value": value, **both}
            for variable, values in answers.items()
            for value in values or [NONE]
        ]
        add_rows(self.project, "reviews", pd.DataFrame(rows, dtype="str"), ["key_sha256", "coder"])
        self.saved += 1

    def review_pairs(self, archive: Archive, queue: pd.DataFrame) -> None:
        """Ask of each pair that the archive holds."""
        rows = _rows(queue)
        keys = list(dict.fromkeys(row[side] for row in rows for side in ("left_key", "right_key")))
        held = {item.key: (item, reading) for item, reading, _ in self._held(archive, keys, len(keys))}
        pairs = (
            (left, right, row["reason"], [held[left], held[right]])
            for row in rows
            if (left := row["left_key"]) in held and (right := row["right_key"]) in held
        )
        review_pairs(_console(), pairs, self.save_pair)

    def save_pair(self, left: str, right: str, is_same: bool) -> None:
        """Write a decision to pair_decisions.csv."""
        row = {"left_key": left, "right_key": right, "is_same_case": "true" if is_same else "false"}
        rows = pd.DataFrame([{**row, "decided_date": _today()}], dtype="str")
        add_rows(self.project, "pair_decisions", rows, ["left_key", "right_key"])
        self.saved += 1


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.fillna("").itertuples(index=False)]


def _line(name: str, row: dict[str, Any]) -> str:
    doubts = f"{row['n_low']} low, {row['n_medium']} medium" if "n_low" in row else ""
    parts = (name, row.get("published_date"), row.get("component"), doubts, row.get("title"))
    return "  ".join(part for part in parts if part)


def _today() -> str:
    return date.today().isoformat()


def _console() -> Console:
    from csea.code.review.session import Console

    def ask(prompt: str) -> str:
        try:
            return input(prompt)
        except EOFError:
            raise Ended from None

    return Console(ask, click.echo, sys.stdout.isatty())
