"""One run of ``csea collect``: what would be asked, the asking, and the report of what came."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from csea.archive.components import Components
from csea.archive.purge import purge
from csea.archive.store import Archive
from csea.archive.walks import Kind, Walk, held, last_proved, now
from csea.archive.withheld import withheld_keys
from csea.collect.bucket import Bucket
from csea.collect.client import API, MOST_PER_SECOND, Away, Client, Failure
from csea.collect.days import count_days, days_of
from csea.collect.intake import Intake, UnknownField
from csea.collect.outcome import Outcome
from csea.collect.progress import Progress
from csea.collect.report import RunReport
from csea.collect.walk import PAGE_SIZE, Walker
from csea.errors import UsageError
from csea.io import write_atomic

ABOUT_ALL = 269_000  # releases in 2026, for the dry run before anything is known
TIMEOUT = httpx.Timeout(60.0, connect=20.0)


@dataclass(frozen=True)
class Options:
    """What a run is asked to do. ``rate`` in requests a second; ``contact`` goes into the User-Agent."""

    kind: Kind = "update"
    rate: float = MOST_PER_SECOND
    in_flight: int = 8
    strict: bool = False
    api: str = API
    contact: str = ""

    def checked(self) -> Options:
        """These options; UsageError where they make no sense or are more than the service allows."""
        host = _host(self.api)
        if host is None:
            raise UsageError(f"{self.api!r} is no web address of a News API.")
        if not self.rate > 0:  # also where it is not a number
            raise UsageError("--rate is a number of requests a second above 0.")
        if self.rate > MOST_PER_SECOND and not _is_loopback(host):
            raise UsageError(f"The service allows {MOST_PER_SECOND:g} requests a second: --rate cannot be more.")
        return self


def collect(root: Path, folder: Path, options: Options, progress: Progress) -> RunReport:
    """Collect into the archive in ``folder``; components come from the dataset in ``root``.

    UsageError for options that the service does not allow or an archive in use; ArchiveError where the disk
    fails. Whatever else happens is in the report.
    """
    options = options.checked()
    with Archive.writer(folder, f"csea collect ({options.kind})") as archive:
        refused = withheld_keys(root)
        intake = Intake(archive, Components.read(root).of, options.strict, refused)
        intake.counts["taken_out"] = purge(archive, refused)  # what was withheld since the last run
        report = RunReport(options.kind, options.api, now())
        began = time.monotonic()
        try:
            asyncio.run(_collect(root, options, intake, progress, report))
        except KeyboardInterrupt:
            report.state = "interrupted"
            report.message = "Stopped. What came is stored; the same command goes on from here."
        finally:
            report.seconds = round(time.monotonic() - began, 1)
            report.n_held = held(archive)
            _count(report, intake)
            _keep(report, folder / "runs")
    return report


def _keep(report: RunReport, folder: Path) -> None:
    """Write the report; a disk that is too full for it must not hide why the run ended."""
    name = f"{report.started_at.replace(':', '')}-{os.getpid()}.json"
    try:
        write_atomic(folder / name, report.to_json().encode())
    except OSError as error:
        report.notes.append(f"This report could not be kept in {folder}: {error.strerror}.")


async def _collect(root: Path, options: Options, intake: Intake, progress: Progress, report: RunReport) -> None:
    bucket = Bucket(options.rate)
    headers = {"User-Agent": user_agent(root, options.contact), "Accept": "application/json"}
    async with httpx.AsyncClient(base_url=options.api, headers=headers, timeout=TIMEOUT) as http:
        client = Client(http, bucket, on_fault=progress.fault)
        try:
            outcome = await _task(Walker(client, intake, progress, options.in_flight), options.kind)
            _conclude(report, outcome)
        except (Away, Failure, UnknownField) as stop:
            why = f"The run stopped: {stop}." if isinstance(stop, Failure) else str(stop)
            report.message = f"{why} What came is stored; the same command goes on from here."
        finally:
            report.n_requests, report.most_requests_in_a_second = bucket.taken, bucket.most_in_a_second
            report.utilisation = round(bucket.utilisation, 3) if bucket.utilisation else None
            report.faults = dict(client.faults.most_common())


def _task(walker: Walker, kind: str) -> Coroutine[Any, Any, Outcome]:
    if kind == "verify":
        return count_days(walker)
    return walker.crawl() if kind == "full" else walker.update()


def _conclude(report: RunReport, outcome: Outcome) -> None:
    report.state = "complete" if outcome.complete else "incomplete"
    report.n_listed, report.walks = outcome.n_listed, outcome.walks
    if outcome.walk:
        report.order, report.sort_honoured = outcome.walk.order, outcome.walk.as_asked
    report.failed, report.notes = outcome.failed, outcome.notes
    if outcome.complete:
        report.message = f"Complete: the service lists {outcome.n_listed:,} records, and {outcome.n_held:,} are held."
    else:
        missing = outcome.n_listed - outcome.n_held
        report.message = (
            f"Not proved complete: the service lists {outcome.n_listed:,} records, {outcome.n_held:,} were met"
            f"{f', {missing:,} are missing' if missing > 0 else ''}. The same command tries again."
        )


def _count(report: RunReport, intake: Intake) -> None:
    report.records = {name: n for name, n in sorted(intake.counts.items()) if n}
    report.unknown_fields = dict(intake.unknown_fields)
    report.unknown_components = dict(intake.unknown_components.most_common())
    report.quarantine = dict(intake.reasons.most_common())


def user_agent(root: Path, contact: str) -> str:
    """Who asks: the program, its version, and where the people behind it are reached."""
    version = (root / "VERSION").read_text(encoding="utf-8").strip()
    package = json.loads((root / "schemas" / "package.json").read_text(encoding="utf-8"))
    reached = contact or package.get("homepage", "")
    clean = "".join(char for char in reached if char.isascii() and char.isprintable())
    return f"csea/{version} ({package['title']}{f'; {clean}' if clean else ''})"


def plan(root: Path, folder: Path, options: Options) -> str:
    """What a run would ask, in words; nothing is asked and nothing written."""
    options = options.checked()
    agent = user_agent(root, options.contact)
    lines = [f"Would ask {options.api} as {agent!r},"]
    lines.append(f"at most {options.rate:g} requests a second, {options.in_flight} in flight, and store in {folder}.")
    if ";" not in agent:
        lines.append("It does not say how to reach you: --contact or CSEA_CONTACT does.")
    if not (folder / "state.db").is_file():
        return "\n".join([*lines, "There is no archive yet.", _cost("A full walk", ABOUT_ALL / PAGE_SIZE, options)])
    with Archive.reader(folder) as archive:
        n_held, walk = held(archive), Walk.resume(archive, "full")
        lines.append(f"The archive holds {n_held:,} records that the service listed.")
        if options.kind == "verify":
            lines.append(_cost("A count of every day", len(days_of(archive)), options))
        elif walk and walk.page_size:
            left = walk.last_page + 1 - len(walk.pages_read())
            lines.append(_cost(f"The walk that began on {walk.started_at} goes on", left, options))
        elif options.kind == "full" or last_proved(archive) is None:
            lines.append(_cost("A full walk", (n_held or ABOUT_ALL) / PAGE_SIZE, options))
        else:
            lines.append("An update from the newest release back to 30 days before the last proved walk,")
            lines.append(f"which began on {last_proved(archive)}, and further only where records are missing.")
    return "\n".join(lines)


def _cost(what: str, requests: float, options: Options) -> str:
    minutes = requests / options.rate / 60
    return f"{what}: about {requests:,.0f} requests, {minutes:,.0f} minutes."


def _host(address: str) -> str | None:
    """The host of a web address, or None where it is none."""
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return parts.hostname if usable else None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
