"""What bench/collect.py measures, each in a process of its own: ours, and what is compared in Python.

Each function gives seconds, CPU seconds of its process, and its peak memory with what its imports took of it.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from itertools import count, islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from csea import ROOT
from csea.archive import scan
from csea.archive.components import Components
from csea.archive.record import read_record
from csea.archive.store import Archive
from csea.collect.client import API, LISTING
from csea.collect.intake import SOURCE
from csea.collect.run import Options, collect
from csea.collect.walk import PAGE_SIZE

COLUMNS = ["release_no", "title", "body"]
AT = "2026-01-05T12:00:00Z"
READINGS = 3
Found = dict[str, Any]


class Silent:
    """Progress that nobody watches."""

    def total(self, units: int) -> None:
        """Nothing."""

    def advance(self, units: int) -> None:
        """Nothing."""

    def fault(self) -> None:
        """Nothing."""


@contextmanager
def measured(found: Found) -> Iterator[None]:
    """Put time and memory of the block into ``found``."""
    pa.array([0])  # imports pandas, which costs more than a small measurement
    found["imports_mb"] = peak_mb()
    cpu, start = time.process_time(), time.perf_counter()
    yield
    found["seconds"], found["cpu"] = time.perf_counter() - start, time.process_time() - cpu
    found["peak_mb"] = peak_mb()


def peak_mb() -> float:
    """The most memory that this process has held. Linux's own number, since ``getrusage`` inherits the parent's."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1000)


def collect_all(api: str, folder: Path, rate: float) -> Found:
    """A full walk into a new archive."""
    found: Found = {}
    with measured(found):
        report = collect(ROOT, folder, Options(kind="full", rate=rate, api=api), Silent())
    found |= {"state": report.state, "n_held": report.n_held, "n_requests": report.n_requests}
    return found | {"utilisation": report.utilisation, "most": report.most_requests_in_a_second}


def fetch(api: str, n_pages: int) -> Found:
    """The same pages over one connection, thrown away: the least that anybody who asks this service must do."""
    address = urlsplit(api)
    readings = []
    for _ in range(READINGS):
        found: Found = {"n_requests": n_pages, "n_bytes": 0}
        with measured(found), closing(HTTPConnection(address.hostname or "", address.port)) as connection:
            for page in range(n_pages):
                connection.request("GET", f"{address.path}{query(page)}")
                found["n_bytes"] += len(connection.getresponse().read())
        readings.append(found)
    return best(readings)


def query(page: int) -> str:
    """A page of the list, as the client asks for it."""
    return f"{LISTING}?pagesize={PAGE_SIZE}&page={page}&sort=created&direction=ASC"


@contextmanager
def logged_service(records: int, latency: tuple[float, float]) -> Iterator[tuple[str, list[Any]]]:
    """The fake service in this process, as slow as ``latency`` says; gives its address and its log of requests."""
    sys.path.append(str(ROOT / "tests"))
    from fake_doj import Behaviour, FakeDoj, make_records

    fake = FakeDoj(make_records(records, body_words=570, per_day=43), Behaviour(latency=latency))
    fake.warm()
    with fake.serve() as api:
        yield api, fake.log


def store(lines: Path, folder: Path) -> Found:
    """Records from JSON Lines into a new archive, in transactions of a page, as collecting does."""
    found: Found = {}
    with measured(found):
        component_of = Components.read(ROOT).of
        with Archive.writer(folder, "bench/collect.py") as archive, lines.open("rb") as file:
            for page in count():
                received = [orjson.loads(line) for line in islice(file, PAGE_SIZE)]
                if not received:
                    break
                with archive.transaction():
                    for item in received:
                        archive.add(read_record(item, component_of), SOURCE, API + query(page), AT, walk=1)
                archive.flush()
    with Archive.reader(folder) as archive:
        found["n_staged"] = archive.value("SELECT count(*) FROM staged")
        found["n_free"] = archive.value("PRAGMA freelist_count") * archive.value("PRAGMA page_size")
    return found


def scan_archive(folder: Path) -> Found:
    """The best of several scans of the archive's text; what was read is counted after the clock stopped."""
    readings = []
    with Archive.reader(folder) as archive:
        for _ in range(READINGS):
            found: Found = {}
            with measured(found):
                n_rows = sum(batch.num_rows for batch in scan.scan(archive, COLUMNS))
            readings.append(found | {"n_rows": n_rows})
        n_text = n_characters = 0
        for batch in scan.scan(archive, COLUMNS):
            n_text += sum(pc.sum(pc.binary_length(batch.column(name))).as_py() for name in ("title", "body"))
            n_characters += pc.sum(pc.utf8_length(batch.column("body"))).as_py()
    return best(readings) | {"n_text": n_text, "n_characters": n_characters}


def read_parts(folder: Path) -> Found:
    """The same columns of the same parts, read by pyarrow and nothing else."""
    readings = []
    for _ in range(READINGS):
        found: Found = {}
        with measured(found):
            n_rows = 0
            for path in sorted((folder / "parts").iterdir()):
                table: pa.Table = pq.ParquetFile(path).read(columns=COLUMNS)
                n_rows += table.num_rows
        readings.append(found | {"n_rows": n_rows})
    return best(readings)


def best(readings: list[Found]) -> Found:
    """The fastest reading, with what the imports took before the first and the most memory of all."""
    fastest = min(readings, key=lambda found: found["seconds"])
    return fastest | {"imports_mb": readings[0]["imports_mb"], "peak_mb": readings[-1]["peak_mb"]}
