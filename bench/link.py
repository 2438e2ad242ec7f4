"""How fast releases are linked into cases, and how time grows with the archive.

    python bench/link.py [ROWS ...]

Generated evidence (of nobody) in memory, three releases a case, each size in a process of its own: seconds, peak
memory, how right the outcome is, and the growth from one size to the next beside that of n log n. The names are drawn
from as many given names and surnames as a large country has, so larger archives share more names, as real ones do.
The whole archive has 269,000 releases, of which at most a quarter are on individual cases; every row here is one.
"""

from __future__ import annotations

import math
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pyarrow as pa

from csea.io import sha256
from csea.link.evidence import EVIDENCE
from csea.link.prosecutions import link_releases
from measure import Found, measured

DEFAULT_ROWS = [10_000, 30_000, 100_000, 300_000]
PER_CASE = 3
GIVEN, SURNAMES, TOWNS = 2_000, 40_000, 40  # towns are for each court
COURTS = [
    f"usao-{district}d{state}"
    for district in "nsew"
    for state in ["al", "ca", "fl", "ga", "il", "in", "ky", "ny", "oh", "pa", "tx", "va"]
]
KINDS = ["charge", "plea", "sentence"]
SYLLABLES = [a + b for a in "bcdfghjklmnprstvwz" for b in ("a", "en", "i", "or", "u", "el")]
MISSPELT, NAMELESS, DOCKETED = 0.02, 0.02, 0.35


def words(count: int, seed: int) -> np.ndarray:
    """Distinct invented words of three syllables."""
    chosen = np.random.default_rng(seed).permutation(len(SYLLABLES) ** 3)[:count]
    parts = [
        np.array(SYLLABLES, dtype=object)[chosen // len(SYLLABLES) ** place % len(SYLLABLES)] for place in range(3)
    ]
    return parts[0] + parts[1] + parts[2]


def drawn(rng: np.random.Generator, kinds: int, count: int) -> np.ndarray:
    """Numbers below ``kinds`` by Zipf's law with Mandelbrot's correction: the commonest name has 1% of the bearers."""
    shares = 1 / (np.arange(kinds) + 30)
    return np.searchsorted(np.cumsum(shares / shares.sum()), rng.random(count)).clip(max=kinds - 1)


def evidence(rows: int, seed: int = 0) -> tuple[pa.Table, np.ndarray]:
    """A table of evidence and the true case of each row."""
    rng = np.random.default_rng(seed)
    case = np.arange(rows) // PER_CASE
    n_cases = case[-1] + 1
    given, surname = drawn(rng, GIVEN, n_cases), drawn(rng, SURNAMES, n_cases)
    court, town = rng.integers(0, len(COURTS), n_cases), rng.integers(0, TOWNS, n_cases)
    start = rng.integers(14_245, 20_000, n_cases)
    stage = np.arange(rows) % PER_CASE
    day = start[case] + stage * rng.integers(60, 400, rows)
    last = words(SURNAMES, 1)[surname][case]
    wrong = rng.random(rows) < MISSPELT
    last = np.where(wrong, np.array([word[:2] + word[3:] for word in last], dtype=object), last)
    name = words(GIVEN, 2)[given][case] + " " + last
    named, numbered = rng.random(rows) >= NAMELESS, rng.random(rows) < DOCKETED
    national = rng.random(rows) < 0.05
    table = {
        "key": [sha256(str(number).encode()) for number in range(rows)],
        "component": np.where(national, "opa", np.array(COURTS, dtype=object)[court][case]),
        "published_date": pa.array(day.astype(np.int32)).cast(pa.date32()),
        "release_kind": np.array(KINDS, dtype=object)[stage],
        "place": np.array([f"Town {number}" for number in range(TOWNS)], dtype=object)[town][case],
        "state": np.array([name[-2:].upper() for name in COURTS], dtype=object)[court][case],
        "n_suspects": np.ones(rows, np.int32),
        "dockets": [
            [f"{number % 25:02}-cr-{number % 99_991:05}"] if has else []
            for number, has in zip(case, numbered, strict=True)
        ],
        "defendants": [[each] if has else [] for each, has in zip(name, named, strict=True)],
        "wording": wording(rng, case, rows),
        "text_sha256": pa.nulls(rows, pa.string()),
    }
    order = rng.permutation(rows)
    return pa.table(table, schema=EVIDENCE).take(order), case[order]


def wording(rng: np.random.Generator, case: np.ndarray, rows: int) -> pa.Array:
    """Signatures: releases of a case agree in half of their places, all releases in a tenth, which is stock."""
    own = rng.integers(0, 1 << 16, (case[-1] + 1, 128), dtype=np.uint16)[case]
    fresh = rng.integers(0, 1 << 16, (rows, 128), dtype=np.uint16)
    stock = rng.integers(0, 1 << 16, 128, dtype=np.uint16)
    draw = rng.random((rows, 128), dtype=np.float32)
    mixed = np.where(draw < 0.1, stock, np.where(draw < 0.7, own, fresh)).astype("<u2")
    return pa.array([row.tobytes() for row in mixed], pa.binary())


def link(rows: int) -> Found:
    """One size: time and memory of linking alone, and its precision and recall over pairs."""
    table, case = evidence(rows)
    found: Found = {"rows": rows}
    with measured(found):
        linked = link_releases(table)
    groups = dict(zip(linked.groups.column("key").to_pylist(), linked.groups.column("group").to_pylist(), strict=True))
    group = np.unique([groups[key] for key in table.column("key").to_pylist()], return_inverse=True)[1]
    right = pairs(np.unique(group.astype(np.int64) * rows + case, return_counts=True)[1])
    found |= {"precision": right / pairs(np.bincount(group)), "recall": right / pairs(np.bincount(case))}
    return found | {"unsure": len(linked.unsure), "megabytes": table.nbytes / 1e6}


def pairs(sizes: np.ndarray) -> float:
    """Pairs within groups of these sizes."""
    return float((sizes * (sizes - 1) // 2).sum())


def main() -> None:
    """Measure each size and print one line for each."""
    sizes = [int(argument) for argument in sys.argv[1:]] or DEFAULT_ROWS
    print(
        f"{'releases':>9}{'seconds':>9}{'CPU s':>8}{'releases/s':>12}{'peak MB':>9}"
        f"{'table MB':>9}{'P':>7}{'R':>7}  growth"
    )
    before: Found | None = None
    for rows in sizes:
        start = time.perf_counter()
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            found = pool.submit(link, rows).result()
        line = f"{rows:>9,}{found['seconds']:>9.2f}{found['cpu']:>8.2f}{rows / found['seconds']:>12,.0f}"
        line += f"{found['peak_mb']:>9.0f}{found['megabytes']:>9.0f}{found['precision']:>7.3f}{found['recall']:>7.3f}"
        print(line + growth(before, found), flush=True)
        before = found
        assert time.perf_counter() - start < 600, "a size took ten minutes with its generation"


def growth(before: Found | None, found: Found) -> str:
    """The exponent of time over size, and that of n log n between the same sizes."""
    if before is None:
        return ""
    step = math.log(found["rows"] / before["rows"])
    ours = math.log(found["seconds"] / before["seconds"]) / step
    bound = 1 + math.log(math.log(found["rows"]) / math.log(before["rows"])) / step
    return f"  n^{ours:.2f} beside n^{bound:.2f} of n log n"


if __name__ == "__main__":
    main()
