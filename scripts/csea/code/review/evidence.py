"""Is every machine-coded value's evidence where the tables say? All spans again, from the texts in the archive.

For each row of ``found_codings`` the characters ``start`` to ``end`` of the release's normal text must have the hash
``span_sha256``, and the text the hash in ``found_releases``. A release that was edited since is held against the
version that was coded, where the archive has it. Out of scope: whether the rules would give the values again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field

import numpy as np
import pandas as pd

from csea.archive import Archive
from csea.archive.scan import scan
from csea.code.batch import text_sha256
from csea.code.keys import release_key
from csea.code.text import FORM, normal_text
from csea.errors import BAD_DATA, Problem

FILE = "data/machine/found_codings.csv"
FIRST_ROW = 2  # physical line of the first row: no cell holds a line end
Advance = Callable[[int], None]


@dataclass
class Verification:
    """Counts of releases and codings, and the problems: a wrong span is an error, all else a warning.

    ``n_edited`` releases were edited since and hold in the version that was coded; ``n_changed`` have no such
    version here; ``other_forms`` counts releases by a version of the text's form that this program does not make.
    """

    n_releases: int = 0
    n_codings: int = 0
    n_right: int = 0
    n_edited: int = 0
    n_changed: int = 0
    n_missing: int = 0
    other_forms: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    @property
    def n_wrong(self) -> int:
        """Codings whose evidence is not where the file says."""
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def n_unchecked(self) -> int:
        """Codings whose text is not here."""
        return self.n_codings - self.n_right - self.n_wrong

    def exit_code(self, strict: bool) -> int:
        """1 where a span is wrong or, with ``strict``, unchecked."""
        return BAD_DATA if self.n_wrong or (strict and self.n_unchecked) else 0

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {**asdict(self), "n_wrong": self.n_wrong, "n_unchecked": self.n_unchecked}

    def to_text(self) -> str:
        """What was checked and what not, in words; the problems themselves are not in it."""
        lines = [f"{self.n_right:,} of {self.n_codings:,} codings of {self.n_releases:,} releases have their evidence."]
        forms = [
            (
                count,
                f"were read in the text form {form}, and this is {FORM}: check them with the version that wrote them",
            )
            for form, count in self.other_forms.items()
        ]
        states = [
            (self.n_wrong, "codings have wrong evidence"),
            (self.n_edited, "releases were edited since; they were held against the version that was coded"),
            (
                self.n_changed,
                "releases have another text now, and the coded version is not here: `csea build` codes them",
            ),
            (self.n_missing, "releases are not in the archive: `csea collect` brings what the service has"),
            *forms,
        ]
        return "\n".join([*lines, *(f"{count:,} {words}." for count, words in states if count)])


class _Codings:
    """The codings of each release, as slices of columns sorted by key."""

    def __init__(self, codings: pd.DataFrame) -> None:
        self.order = np.argsort(codings["key_sha256"].to_numpy(dtype=str), kind="stable")
        self.rows = codings.iloc[self.order]
        self._keys = self.rows["key_sha256"].to_numpy(dtype=str)
        number = {name: pd.to_numeric(self.rows[name]).fillna(-1).astype(int).tolist() for name in ("start", "end")}
        self._spans = list(zip(number["start"], number["end"], self.rows["span_sha256"].tolist(), strict=True))

    def count(self, key: str) -> int:
        low, high = np.searchsorted(self._keys, [key, key + "~"])
        return int(high - low)

    def wrong(self, key: str, text: str) -> list[tuple[int, str]]:
        """Place in the file and message of each coding whose evidence is not in ``text``."""
        low, high = np.searchsorted(self._keys, [key, key + "~"])
        found = []
        for place in range(low, high):
            start, end, wanted = self._spans[place]
            if not 0 <= start < end <= len(text):
                found.append((place, f"The span {start} to {end} is none of a text of {len(text)} characters."))
            elif text_sha256(text[start:end]) != wanted:
                found.append((place, "The characters of the span have another hash."))
        return found

    def problem(self, place: int, message: str) -> Problem:
        row = self.rows.iloc[place]
        key = f"key_sha256={row['key_sha256'][:12]}..., variable={row['variable']}, coded_value={row['coded_value']}"
        fix = "Run `csea build` where the archive is; if it persists the coding has a fault."
        return Problem("evidence.span", FILE, message, fix, int(self.order[place]) + FIRST_ROW, key, "span_sha256")


def verify(
    releases: pd.DataFrame, codings: pd.DataFrame, archive: Archive, advance: Advance = lambda units: None
) -> Verification:
    """Check all spans. ``releases`` and ``codings`` are found_releases and found_codings as text."""
    spans = _Codings(codings)
    result = Verification(len(releases), len(codings))
    mine = releases["text_form"] == FORM
    result.other_forms.update(releases.loc[~mine, "text_form"].tolist())
    wanted = dict(zip(releases.loc[mine, "key_sha256"], releases.loc[mine, "text_sha256"], strict=True))
    present, edited = set(), set()
    for key, text in _texts(archive, set(wanted), False, advance):
        present.add(key)
        if text_sha256(text) == wanted[key]:
            _check(result, spans, key, text)
        else:
            edited.add(key)
    held = _earlier(archive, {key: wanted[key] for key in edited})
    for key, text in held.items():
        _check(result, spans, key, text)
    result.n_missing = len(wanted.keys() - present)
    result.n_edited, result.n_changed = len(held), len(edited) - len(held)
    return result


def _check(result: Verification, spans: _Codings, key: str, text: str) -> None:
    wrong = spans.wrong(key, text)
    result.problems += [spans.problem(place, message) for place, message in wrong]
    result.n_right += spans.count(key) - len(wrong)


def _earlier(archive: Archive, wanted: dict[str, str]) -> dict[str, str]:
    """The text of each release in the version that has the wanted hash, where the archive has it."""
    versions = _texts(archive, set(wanted), True) if wanted else ()
    return {key: text for key, text in versions if text_sha256(text) == wanted[key]}


def _texts(
    archive: Archive, keys: set[str], all_versions: bool, advance: Advance = lambda units: None
) -> Iterator[tuple[str, str]]:
    """Key and normal text of the releases with these keys; of two releases with one key the first alone."""
    seen: set[str] = set()
    for batch in scan(archive, ["address", "uuid", "title", "body"], all_versions):
        names = [release_key(*pair) for pair in zip(*(batch.column(i).to_pylist() for i in (0, 1)), strict=True)]
        chosen = [index for index, key in enumerate(names) if key in keys]
        for index in chosen:
            key = names[index] or ""
            if all_versions or key not in seen:
                seen.add(key)
                yield key, normal_text(batch.column(2)[index].as_py(), batch.column(3)[index].as_py())
        advance(batch.num_rows)
