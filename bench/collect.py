"""How fast releases are collected, how small the archive is and how fast it is read, beside peers and limits.

    python bench/collect.py [--releases 269000] [--small] [--peer-python PYTHON]

Four questions, a table each; ``beside ours`` is the peer's number divided by ours in the same run, which holds
better than the seconds. Records are invented and the same in every run; the service is tests/fake_doj on
loopback. Everything is in a temporary folder (TMPDIR says where), which is removed. Each measurement has a
process of its own, so that its peak memory is its own too. Peers that are not installed are skipped.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from shlex import quote
from shutil import which
from tempfile import TemporaryDirectory, gettempdir
from typing import Any

import generate
import measure
from csea import ROOT
from csea.archive.store import PART_ROWS
from csea.collect.client import MOST_PER_SECOND
from csea.collect.run import ABOUT_ALL
from csea.collect.walk import PAGE_SIZE

SIZES = (5_000, 20_000)  # records of the fake service; two, to see whether memory grows
BODY_WORDS = 570  # about 4 KB
LATENCY = (0.3, 1.2)  # seconds that the real service takes for an answer
JQ_LINES = 50_000  # jq reads so many lines and its time is scaled
SCRATCH = "csea-bench-"
BEGAN = time.perf_counter()
DUCKDB = """
import sys, time, duckdb
start = time.perf_counter()
query = "SELECT count(*), sum(length(body)) FROM read_json(?, format='newline_delimited')"
rows, length = duckdb.execute(query, [sys.argv[1]]).fetchone()
print(duckdb.__version__, time.perf_counter() - start, rows, length)
"""


def main() -> None:
    """Answer the four questions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--releases", type=int, default=269_000, help="records of the archive in 3 and 4 (269000)")
    parser.add_argument("--small", action="store_true", help="20,000 records and a short walk in 2: under a minute")
    parser.add_argument("--peer-python", default=sys.executable, help="a Python that has duckdb")
    args = parser.parse_args()
    releases = SIZES[-1] if args.small else args.releases
    load = ", ".join(f"{number:.1f}" for number in os.getloadavg())
    print(f"{os.cpu_count()} cores, load {load} before the start; {gettempdir()} holds the files")
    collect_freely()
    collect_within_limit(pages=30 if args.small else 220)
    with TemporaryDirectory(prefix=SCRATCH) as name:
        lines, folder = Path(name) / "records.jsonl", Path(name) / "archive"
        n_bytes = store(lines, folder, releases)
        scan(lines, folder, releases, n_bytes, args.peer_python)


def collect_freely() -> None:
    """1: as fast as it goes, beside a loop that fetches the same pages and throws them away."""
    title(
        "1. Collecting without a rate limit", f"bodies of {BODY_WORDS} words; the service allows {MOST_PER_SECOND:g}/s"
    )
    head("reader", "records", "seconds", "CPU s", "records/s", "requests/s", "beside ours", "x allowed", "peak MB")
    for records in SIZES:
        with service(records) as api:
            bare = in_child(measure.fetch, api, records // PAGE_SIZE)
            assert bare["n_bytes"] > 4_000 * records, bare
            say(f"collecting {records:,} records")
            with TemporaryDirectory(prefix=SCRATCH) as folder:
                ours = in_child(measure.collect_all, api, Path(folder), float("inf"))
        assert ours["state"] == "complete" and ours["n_held"] == records, ours
        for name, found in (("ours", ours), ("http.client alone", bare)):
            rate = found["n_requests"] / found["seconds"]
            beside = f"{found['seconds'] / ours['seconds']:.2f} x"
            times = f"{rate / MOST_PER_SECOND:.0f} x"
            speed = f"{records / found['seconds']:,.0f}"
            memory = f"{found['peak_mb']:.0f} ({found['imports_mb']:.0f} at start)"
            row(name, f"{records:,}", found["seconds"], found["cpu"], speed, f"{rate:.0f}", beside, times, memory)


def collect_within_limit(pages: int) -> None:
    """2: how much of the allowed rate is used, as the service counts it, which answers as slowly as the real one."""
    n_records = pages * PAGE_SIZE
    say(f"collecting {n_records:,} records at {MOST_PER_SECOND:g} requests a second")
    with measure.logged_service(n_records, LATENCY) as (api, log), TemporaryDirectory(prefix=SCRATCH) as folder:
        ours = in_child(measure.collect_all, api, Path(folder), MOST_PER_SECOND)
        times = [request.at for request in log]
    assert ours["state"] == "complete" and ours["n_held"] == n_records, ours
    gaps = sorted(later - sooner for sooner, later in pairwise(times))
    at_service = (len(times) - 1) / (times[-1] - times[0]) / MOST_PER_SECOND
    most = max(sum(start <= at < start + 1 for at in times) for start in times)
    title(f"2. Collecting at {MOST_PER_SECOND:g} requests a second", f"answers after {LATENCY[0]} to {LATENCY[1]} s")
    head("counted by", "requests", "seconds", "of the rate", "most in 1 s", "median gap")
    row("the service", len(times), times[-1] - times[0], f"{at_service:.1%}", most, f"{gaps[len(gaps) // 2]:.4f} s")
    row("our report", ours["n_requests"], ours["seconds"], f"{ours['utilisation']:.1%}", ours["most"])
    gap = gaps[len(gaps) // 2]
    waits = sum(each - gap for each in gaps if each > 1.1 / MOST_PER_SECOND)
    print(f"{waits:.1f} s are waits for answers that the next request depends on, where a walk begins and ends.")
    n_all = ABOUT_ALL / PAGE_SIZE
    print(f"A walk of {n_all:,.0f} pages with these would use {n_all / (n_all * gap + waits) / MOST_PER_SECOND:.1%}.")


def store(lines: Path, folder: Path, releases: int) -> int:
    """3: size of the archive beside the same records as JSON Lines. Returns the size of these."""
    with lines.open("wb") as file:
        for done, chunk in generate.chunks(releases):
            file.write(chunk)
            if done % 50_000 == 0:
                say(f"generated {done:,} of {releases:,} records")
    os.sync()  # or writing these out would slow down what comes next
    say(f"storing {releases:,} records")
    ours = in_child(measure.store, lines, folder)
    n_raw, n_parts = lines.stat().st_size, sum(path.stat().st_size for path in (folder / "parts").iterdir())
    n_state = sum(path.stat().st_size for path in folder.glob("state.db*"))
    whole = n_parts + n_state
    title("3. The archive on disk", f"{releases:,} records, {ours['n_staged']:,} of them not yet in a part")
    print(f"stored in {ours['seconds']:.1f} s ({ours['cpu']:.1f} s CPU), {releases / ours['seconds']:,.0f} records/s,")
    print(f"peak memory {ours['peak_mb']:.0f} MB ({ours['imports_mb']:.0f} at start), {PART_ROWS:,} rows a part")
    head("what", "MB", "beside ours", "bytes/record", "seconds")
    sizes: list[tuple[str, int, object]] = [("ours: parts + state.db", whole, ours["seconds"])]
    sizes += [("  parts alone", n_parts, ""), ("  state.db alone", n_state, "")]
    sizes += [("    of it free pages", ours["n_free"], ""), ("JSON Lines", n_raw, "")]
    if which("zstd"):
        say("zstd -3 of the JSON Lines")
        taken = timed(lambda: shell(f"zstd -q -3 {quote(str(lines))}"))
        sizes.append(("JSON Lines, zstd -3", lines.with_suffix(".jsonl.zst").stat().st_size, taken))
    for name, n_bytes, seconds in sizes:
        row(name, f"{n_bytes / 1e6:,.1f}", f"{n_bytes / whole:.2f} x", f"{n_bytes / releases:,.0f}", seconds)
    if not which("zstd"):
        print("zstd -3 skipped: no command zstd (apt-get install zstd)")
    return n_raw


def scan(lines: Path, folder: Path, releases: int, n_raw: int, peer_python: str) -> None:
    """4: one reading of all texts; files are in the system's cache for every reader."""
    say("scanning")
    ours, floor = in_child(measure.scan_archive, folder), in_child(measure.read_parts, folder)
    assert ours["n_rows"] == releases, ours
    text = ours["n_text"] / 1e6
    title("4. Reading release_no, title and body of all records", f"{text:,.0f} MB of text; best of several readings")
    print(f"peak memory of the scan {ours['peak_mb']:.0f} MB ({ours['imports_mb']:.0f} at start)")
    head("reader", "seconds", "MB/s of text", "beside ours", "note")
    found = [("ours: scan()", ours["seconds"], f"CPU {ours['cpu']:.2f} s"), ("pyarrow, same parts", *floor_row(floor))]
    skipped = []
    packed = lines.with_suffix(".jsonl.zst")
    if packed.is_file() and which("jq"):
        n_lines = min(JQ_LINES, releases)
        say(f"zstd and jq over {n_lines:,} lines")
        pipe = f"zstd -dc {quote(str(packed))} | head -n {n_lines} | jq -c .body > /dev/null"
        taken = timed(lambda: shell(pipe)) * releases / n_lines
        found.append(("zstd -dc | jq -c .body", taken, f"scaled from {n_lines:,} lines"))
    else:
        skipped.append("zstd -dc | jq skipped: apt-get install zstd jq")
    say("DuckDB over the JSON Lines")
    peer = subprocess.run([peer_python, "-c", DUCKDB, str(lines)], capture_output=True, text=True)
    if peer.returncode == 0:
        version, seconds, rows, length = peer.stdout.split()
        assert (int(rows), int(length)) == (releases, ours["n_characters"]), (peer.stdout, ours)
        found.append(("DuckDB read_json", float(seconds), f"{version}, all cores, {n_raw / 1e6:,.0f} MB"))
    else:
        skipped.append("DuckDB skipped: python3 -m venv V && V/bin/pip install duckdb, then --peer-python V/bin/python")
    for name, seconds, note in found:
        row(name, seconds, f"{text / seconds:,.0f}", f"{seconds / ours['seconds']:.2f} x", note)
    print("\n".join(skipped), end="\n" if skipped else "")


def floor_row(floor: dict[str, Any]) -> tuple[float, str]:
    return floor["seconds"], f"the floor, CPU {floor['cpu']:.2f} s"


def in_child(function: Callable[..., dict[str, Any]], *args: object) -> dict[str, Any]:
    """What a function of ``measure`` finds, in a process that does nothing else."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *args).result()


@contextmanager
def service(records: int) -> Iterator[str]:
    """The fake service in a process of its own, at its fastest; gives its address."""
    say(f"starting the fake service with {records:,} records")
    command = f"-m fake_doj --generate {records} --body-words {BODY_WORDS} --per-day 43 --port 0 --warm"
    with subprocess.Popen(
        [sys.executable, *command.split()], cwd=ROOT / "tests", stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout
            yield server.stdout.readline().split()[-1].removesuffix("press_releases.json")
        finally:
            server.terminate()


def shell(command: str) -> None:
    subprocess.run(command, shell=True, check=True)


def timed(job: Callable[[], None]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def say(text: str) -> None:
    """Progress, with the seconds since the start."""
    print(f"{time.perf_counter() - BEGAN:5.0f} s  {text}", file=sys.stderr, flush=True)


def title(text: str, about: str) -> None:
    print(f"\n{text} ({about})", flush=True)


def head(*names: str) -> None:
    """The first row of a table."""
    row(*names)


def row(*cells: object) -> None:
    """One row; the first two cells are wide enough for names."""
    texts = [f"{cell:,.2f}" if isinstance(cell, float) else f"{cell}" for cell in cells]
    print("  ".join([f"{texts[0]:<22}", *(f"{text:>12}" for text in texts[1:])]), flush=True)


if __name__ == "__main__":
    main()
