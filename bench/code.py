"""How fast releases are coded, beside peers and physical limits.

    python bench/code.py [--releases 20000] [--full]

Four questions, a table each; ratios in one run hold better than the seconds. Releases are invented and the same in
every run (``generate_releases.py``). Each measurement has a process of its own. Numbers for the whole archive are
extrapolated from fewer releases unless ``--full`` codes as many. ripgrep is skipped where it is not installed.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Any

from selectolax.lexbor import LexborHTMLParser

import generate_releases
from csea import ROOT
from csea.code import scope
from csea.code.batch import coder_of
from csea.code.pool import code_batches, cores
from csea.code.release import code_text
from csea.code.scope import is_in_scope, may_be_in_scope
from csea.code.text import normal_text
from csea.collect.run import ABOUT_ALL
from measure import Found, peak_mb

SAMPLE = 3_000  # releases of questions 1 to 3
READINGS = 3
A_LOOK = 0.1  # seconds between looks at the memory


def main() -> None:
    """Answer the four questions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--releases", type=int, default=20_000, help="releases coded in question 4 (20000)")
    parser.add_argument("--full", action="store_true", help=f"code {ABOUT_ALL:,} releases in question 4")
    args = parser.parse_args()
    load = ", ".join(f"{number:.1f}" for number in os.getloadavg())
    print(f"{cores()} cores, load {load} before the start")
    table("1. HTML to normal text", in_child(normalising))
    table("2. Which releases may be in scope, on normal text", in_child(scanning))
    table("3. Coding one release", in_child(coding), unit="ms each")
    end_to_end(ABOUT_ALL if args.full else args.releases)


def table(title: str, found: Found, unit: str = "MB/s") -> None:
    """Rows of a name, a number and how it compares with the first."""
    print(f"\n{title} ({found.pop('about')})")
    print(f"{'what':<44}{unit:>10}  beside ours")
    first = next(iter(found.values()))
    for name, value in found.items():
        if isinstance(value, str):
            print(f"{name:<44}{value:>10}")
        else:
            print(f"{name:<44}{value:>10,.2f}  {value / first:.2f} x")


def sample() -> list[tuple[str, str]]:
    """Title and body of the first releases."""
    rows = [batch.select(["title", "body"]).to_pylist() for batch in generate_releases.batches(SAMPLE)]
    return [(row["title"], row["body"]) for batch in rows for row in batch]


def normalising() -> Found:
    """Ours beside the parser alone and a loop that only cuts tags out."""
    rows = sample()
    size = sum(len(body.encode()) for _, body in rows) / 1e6
    tag = re.compile("<[^>]*>")
    return {
        "about": f"{len(rows):,} releases, {size:.1f} MB",
        "ours: normal_text": size / fastest(lambda: [normal_text(*row) for row in rows]),
        "selectolax, its text() alone": size / fastest(lambda: [LexborHTMLParser(body).text() for _, body in rows]),
        "re.sub of tags, no entities": size / fastest(lambda: [tag.sub(" ", body) for _, body in rows]),
    }


def scanning() -> Found:
    """Ours beside ripgrep and Python's re with the same patterns."""
    texts = [normal_text(*row) for row in sample()]
    names = coder_of(ROOT).names
    size = sum(map(len, texts)) / 1e6
    passed = sum(may_be_in_scope(text, names) for text in texts)
    patterns = [*map(pattern_of, (scope._SUBJECT, scope._SEXUAL, scope._MINOR)), pattern_of(names.finder)]
    plain = [re.compile(pattern, re.IGNORECASE) for pattern in patterns]
    loop = texts[: SAMPLE // 10]  # scaled: it is slow
    scale = sum(map(len, loop)) / 1e6
    found = {
        "about": f"{size:.1f} MB, {passed / len(texts):.0%} pass",
        "ours: may_be_in_scope": size / fastest(lambda: [may_be_in_scope(text, names) for text in texts]),
        "a loop over Python's re": scale
        / fastest(lambda: [any(one.search(text) for one in plain) for text in loop], 1),
    }
    if not which("rg"):
        return found | {"ripgrep": "skipped: no command rg (apt-get install ripgrep)"}
    with TemporaryDirectory() as folder:
        lines, file = Path(folder) / "texts", Path(folder) / "patterns"
        lines.write_text("\n".join(text.replace("\n", " ") for text in texts), encoding="utf-8")
        file.write_text("\n".join(patterns), encoding="utf-8")
        command = ["rg", "--count", "--ignore-case", "--threads", "1", "--file", str(file), str(lines)]
        return found | {"ripgrep, one thread": size / fastest(lambda: subprocess.run(command, capture_output=True))}


def pattern_of(finder: Any) -> str:
    """What a compiled pattern was compiled from."""
    pattern = finder.pattern
    return pattern.decode("latin-1") if isinstance(pattern, bytes) else str(pattern)


def coding() -> Found:
    """What a release costs that is in scope, and one that only may be."""
    coder = coder_of(ROOT)
    texts = [normal_text(*row) for row in sample()]
    candidates = [text for text in texts if may_be_in_scope(text, coder.names)]
    inside = [text for text in candidates if is_in_scope(code_text(text, coder.names))]
    others = [text for text in candidates if not is_in_scope(code_text(text, coder.names))]
    batch = next(generate_releases.batches(generate_releases.A_BATCH))
    coder(batch)
    return {
        "about": f"{len(inside):,} in scope, {len(others):,} that only may be",
        "code_text, in scope": 1e3 * fastest(lambda: [code_text(text, coder.names) for text in inside]) / len(inside),
        "code_text, the others": 1e3 * fastest(lambda: [code_text(text, coder.names) for text in others]) / len(others),
        "the whole of a batch, a release": 1e3 * fastest(lambda: coder(batch)) / batch.num_rows,
    }


def end_to_end(releases: int) -> None:
    """Releases a second through the pool, with memory of all processes."""
    print(f"\n4. Coding {releases:,} releases (made while they are coded, which the first process does)")
    print(
        f"{'workers':<10}{'seconds':>9}{'first after':>13}{'releases/s':>12}{'in scope':>10}{'peak MB':>9}  the whole"
    )
    for workers in sorted({1, 2, cores()}):
        found = in_child(through_pool, releases, workers)
        steady = (releases - found["first"]) / (found["seconds"] - found["started"])
        whole = f"{ABOUT_ALL / steady + found['started']:.0f} s" + (" (extrapolated)" if releases != ABOUT_ALL else "")
        cells = f"{found['seconds']:>9.1f}{found['started']:>11.1f} s{steady:>12,.0f}{found['in_scope']:>10,}"
        print(f"{workers:<10}{cells}{found['peak_mb']:>9,.0f}  {whole}", flush=True)


def through_pool(releases: int, workers: int) -> Found:
    """Time from the start, time and rows of the first batch, and the most memory that all processes held at once."""
    held = list(generate_releases.batches(releases)) if releases <= 50_000 else generate_releases.batches(releases)
    before, watch = peak_mb(), Watch()
    start = time.perf_counter()
    found: Found = {"in_scope": 0}
    done = 0
    with watch:
        for coded in code_batches(coder_of(ROOT), held, workers):
            done += coded.num_rows
            found["in_scope"] += sum(coded.column("in_scope").to_pylist())
            if "started" not in found:
                found |= {"started": time.perf_counter() - start, "first": done}
            if done % 50_000 == 0:
                print(f"{done:,} of {releases:,} coded", file=sys.stderr, flush=True)
    assert done == releases
    return found | {"seconds": time.perf_counter() - start, "peak_mb": watch.peak, "before_mb": before}


class Watch:
    """The most memory of this process and its children together, looked at every ``A_LOOK`` seconds."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(A_LOOK):
            self.peak = max(self.peak, sum(map(resident_mb, family(os.getpid()))))


def family(pid: int) -> list[int]:
    """A process and its children, on Linux; elsewhere the process alone."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    children = []
    for task in Path(f"/proc/{pid}/task").glob("*/children") if path.is_file() else ():
        children += [int(child) for child in task.read_text().split()]
    return [pid, *children]


def resident_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, IndexError):
        return 0.0


def in_child(function: Callable[..., Found], *args: object) -> Found:
    """What a function finds, in a process that does nothing else."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *args).result()


def fastest(job: Callable[[], object], readings: int = READINGS) -> float:
    """CPU and waiting time of the fastest of some readings, in seconds."""
    times = []
    for _ in range(readings):
        start = time.perf_counter()
        job()
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    main()
