"""How fast the site answers on many releases: ours beside default `datasette serve` and plain sqlite3 on the same file.

    python bench/site.py [--folder FOLDER] [--releases 300000] [--seconds 2] [--users 8] [--starts 3]
                         [--no-default] [--no-questions]

The dataset is invented (``generate_site.py``) and made first, which takes minutes, in a temporary folder, or kept in
--folder, where it is made only once. Everything stays on the loopback. Nothing is asserted: aims stand beside what was
measured.

1. Cold and alone. ``fresh`` is the first answer of a process that has just been started, files in the system's cache;
   ``awake`` the first answer to this address of a process that has answered others. ``CPU`` is what the server's
   process spent on the fresh answer, which a busy machine does not lengthen. ``sqlite`` runs the SQL of the page in
   this process over a new connection: the floor.
2. Warm. Users, in a process of their own, ask without a pause over connections that stay open, for many rows, filters
   and searches in turn: ``first`` when nobody has asked for the address before, ``again`` when our server may have kept
   the answer, which the aims are about. The default server gets the same paths with the same facets, and the SQL of
   the question, which it does not know by name. A ratio above 1 says that ours is better.
3. The whole table as a CSV stream, one at a time, and as the file that is served.
4. Peak memory of each server after all of this.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from csea.project import DATABASE
from csea.site import SETTINGS
from generate_site import write
from site_pages import Page, pages_of
from visitors import HOST, Found, ask, floor, once, visit

RELEASES = 300_000
PORTS = {"ours": 8190, "default": 8191, "floor": 8192}
START_WITHIN = 120.0  # seconds for a server to be there
PATIENCE = 20.0  # seconds of asking for addresses that nobody has asked for
P95_AIM, TIMES_AIM, START_AIM, MEMORY_AIM = 100.0, 5.0, 2.0, 250.0  # ms, times the default's rate, s, MB
STREAM = "/csea/releases.csv?_stream=on"
FILE = "/files/releases.csv"


@dataclass
class Server:
    """A running server."""

    process: subprocess.Popen[bytes]
    port: int

    def cpu(self) -> float:
        """CPU seconds so far, of threads that are still there."""
        stats = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(path.read_text().split()[0]) for path in stats) / 1e9

    def peak_mb(self) -> float:
        """The most memory that it has held."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1000


@contextmanager
def served(kind: str, folder: Path) -> Iterator[Server]:
    """Our server or the default one, from the moment that it takes connections."""
    port = str(PORTS[kind])
    ours = ["-m", "csea.cli", "--root", str(folder), "serve", "--port", port]
    default = ["-m", "datasette", "serve", str(folder / DATABASE), "--port", port]
    command = [sys.executable, *(ours if kind == "ours" else default)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_WITHIN
        while not _listens(int(port)):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"The server does not start: {' '.join(command)}")
            time.sleep(0.005)
        yield Server(process, int(port))
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def main() -> None:
    """Make the dataset where it is not there, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where the invented dataset is kept (a temporary folder)")
    parser.add_argument("--releases", type=int, default=RELEASES, help=f"how many ({RELEASES})")
    parser.add_argument("--seconds", type=float, default=2, help="of asking for each page (2)")
    parser.add_argument("--users", type=int, default=8, help="who ask at once (8)")
    parser.add_argument("--starts", type=int, default=3, help="processes started for each page that has an aim (3)")
    parser.add_argument("--no-default", action="store_true", help="leave the default server out")
    parser.add_argument("--no-questions", action="store_true", help="leave the ready questions out")
    args = parser.parse_args()
    with TemporaryDirectory() as temporary:
        folder = args.folder or Path(temporary)
        if not (folder / DATABASE).is_file():
            took = write(args.releases, folder)
            print(f"Dataset made: {', '.join(f'{part} {seconds:.0f} s' for part, seconds in took.items())}")
        measure(folder, args)


def measure(folder: Path, args: argparse.Namespace) -> None:
    """Everything, in order."""
    load = ", ".join(f"{number:.1f}" for number in os.getloadavg())
    size = (folder / DATABASE).stat().st_size / 1e6
    print(f"{os.cpu_count()} cores, load {load} before the start; database {size:,.0f} MB")
    kinds = ["ours"] if args.no_default else ["ours", "default"]
    for kind in kinds:
        seconds = statistics.median(first_page(kind, folder) for _ in range(args.starts))
        print(f"Start to first page, {kind}: {seconds:.2f} s{told(seconds, START_AIM) if kind == 'ours' else ''}")
    with served("ours", folder):
        pages = [page for page in pages_of(folder) if page.is_named or not args.no_questions]
    cold(pages, folder, args)
    warm(pages, folder, args, kinds)


def first_page(kind: str, folder: Path) -> float:
    """Seconds from the command to the whole first page."""
    start = time.perf_counter()
    with served(kind, folder) as server:
        ask(server.port, "/")
        return time.perf_counter() - start


def cold(pages: list[Page], folder: Path, args: argparse.Namespace) -> None:
    """The first answer to each page, of ours and of the default."""
    awake = {kind: awake_times(pages, kind, folder) for kind in ("ours", *([] if args.no_default else ["default"]))}
    title("1. Cold and alone, ms", ["aim", "fresh", "CPU", "awake", "sqlite", "x sqlite", "default", "x"])
    for page in pages:
        fresh = [fresh_time(page, folder) for _ in range(args.starts if page.is_named else 1)]
        seconds = statistics.median(found["seconds"] for found in fresh) * 1000
        cpu = statistics.median(found["cpu"] for found in fresh) * 1000
        plain = plain_ms(page, folder)
        ours, default = awake["ours"][page.name], awake.get("default", {}).get(page.name)
        cells = [page.aim, seconds, cpu, ours, plain, ours and plain and ours / plain, default]
        line(page.name, [*cells, default and ours and default / ours], told(seconds, page.aim))


def fresh_time(page: Page, folder: Path) -> Found:
    """The first answer of a process: seconds and the CPU seconds of its process."""
    with served("ours", folder) as server:
        before = server.cpu()
        found = ask(server.port, page.ours[0])
        if found["status"] != 200:
            print(f"{page.ours[0]} answers {found['status']}")
        return found | {"cpu": server.cpu() - before}


def awake_times(pages: list[Page], kind: str, folder: Path) -> dict[str, float | None]:
    """Milliseconds of the first answer to each page, of one process that has answered another one."""
    with served(kind, folder) as server:
        ask(server.port, "/")
        ask(server.port, "/csea/components")
        found = {page.name: ask(server.port, (page.ours if kind == "ours" else page.default)[-1]) for page in pages}
    return {name: item["seconds"] * 1000 if item["status"] == 200 else None for name, item in found.items()}


def plain_ms(page: Page, folder: Path) -> float | None:
    """Milliseconds of the page's SQL over a new connection, the best of three."""
    if not page.sql:
        return None
    times = []
    for _ in range(3):
        connection = sqlite3.connect(f"{(folder / DATABASE).absolute().as_uri()}?immutable=1", uri=True)
        start = time.perf_counter()
        for sql, values in page.sql:
            connection.execute(sql, values).fetchmany(SETTINGS["max_returned_rows"] + 1)
        times.append(time.perf_counter() - start)
        connection.close()
    return min(times) * 1000


def warm(pages: list[Page], folder: Path, args: argparse.Namespace, kinds: Sequence[str]) -> None:
    """Users at once on each page, then the stream, then memory."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as visitors:
        at_floor(visitors, args)
        found, streams, peaks = {}, {}, {}
        for kind in kinds:
            with served(kind, folder) as server:
                ask(server.port, "/")
                for page in pages:
                    paths = page.ours if kind == "ours" else page.default
                    asked = (server.port, paths, args.users)
                    cpu = server.cpu()
                    first = visitors.submit(once, *asked, PATIENCE).result() if kind == "ours" else {"n": 1}
                    first["cpu"] = (server.cpu() - cpu) / max(first["n"], 1) * 1000
                    found[kind, page.name] = visitors.submit(visit, *asked, args.seconds).result() | {"first": first}
                streams[kind] = [visitors.submit(ask, server.port, path).result() for path in (STREAM, FILE)]
                peaks[kind] = server.peak_mb()
    names = ["first/s", "p95", "CPU", "again/s", "p50", "p95", "p99", "default", "its p95", "x rate"]
    title(f"2. Warm, {args.users} users, ms", names)
    for page in pages:
        warm_line(page, found["ours", page.name], found.get(("default", page.name)))
    streamed(folder, streams)
    for kind, peak in peaks.items():
        print(f"Peak memory, {kind}: {peak:.0f} MB{told(peak, MEMORY_AIM) if kind == 'ours' else ''}")


def warm_line(page: Page, ours: Found, default: Found | None) -> None:
    """One page."""
    cells = [ours["first"][name] if len(page.ours) > 1 else None for name in ("rate", "p95", "cpu")]
    cells += [ours[name] for name in ("rate", "p50", "p95", "p99")]
    notes = [told(ours["p95"], P95_AIM)]
    if default:
        times = ours["rate"] / default["rate"] if default["n"] else None
        cells += [default["rate"], default["p95"], times]
        if page.is_heavy:
            notes.append(f"; {TIMES_AIM:g} x {'met' if times is None or times >= TIMES_AIM else 'MISSED'}")
    refused = {"ours": ours["refused"], "default": default["refused"] if default else 0}
    notes += [f"; {count} refused by {kind}" for kind, count in refused.items() if count]
    line(page.name, cells, "".join(notes))


def at_floor(visitors: ProcessPoolExecutor, args: argparse.Namespace) -> None:
    """What asking costs where answering costs nothing: the limit of what can be measured here."""
    server = get_context("spawn").Process(target=floor, args=(PORTS["floor"], 20_000), daemon=True)
    server.start()
    while not _listens(PORTS["floor"]):
        time.sleep(0.01)
    found = visitors.submit(visit, PORTS["floor"], ["/"], args.users, 1.0).result()
    server.terminate()
    print(
        f"\nThe floor, 20 KB that cost nothing: {found['rate']:,.0f} requests/s, {found['client_us']:.0f} us of asking"
    )


def streamed(folder: Path, streams: dict[str, list[Found]]) -> None:
    """The stream of a whole table."""
    title("3. The whole table of releases", ["seconds", "MB/s", "rows"])
    with sqlite3.connect(f"{(folder / DATABASE).absolute().as_uri()}?immutable=1", uri=True) as connection:
        start, text = time.perf_counter(), io.StringIO()
        rows = connection.execute("SELECT * FROM releases").fetchall()
        csv.writer(text).writerows(rows)
        seconds = time.perf_counter() - start
    line("sqlite3 and csv", [seconds, len(text.getvalue()) / 1e6 / seconds, len(rows)])
    for kind, found in streams.items():
        for name, item in zip(("stream", "file"), found, strict=True):
            if item["status"] != 200:
                print(f"{name}, {kind}: answers {item['status']}")
                continue
            seconds, lines = item["seconds"], item["lines"] - 1
            is_whole = "" if lines == len(rows) else "  rows are MISSING"
            line(f"{name}, {kind}", [seconds, item["bytes"] / 1e6 / seconds, lines], is_whole)


def told(value: float | None, aim: float | None) -> str:
    """Whether an aim is met; nothing where there is none."""
    if aim is None or value is None:
        return ""
    return f"  {'met' if value <= aim else 'MISSED'} ({aim:g})"


def title(text: str, names: Sequence[str]) -> None:
    """A line, and the head of a table below it."""
    print(f"\n{text}\n{'':<40}{''.join(f'{name:>9}' for name in names)}", flush=True)


def line(name: str, cells: Sequence[float | None], note: str = "") -> None:
    """A line of a table."""
    print(f"{name:<40}{''.join(map(_cell, cells))}{note}", flush=True)


def _cell(value: float | None) -> str:
    if value is None:
        return f"{'':>9}"
    return f"{value:>9,.0f}" if value >= 100 else f"{value:>9.1f}"


if __name__ == "__main__":
    main()
