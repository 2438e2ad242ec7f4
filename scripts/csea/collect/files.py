"""Files that people already hold, into the archive: for a start without the service, or beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from csea.archive.components import Components
from csea.archive.match import find
from csea.archive.purge import purge
from csea.archive.record import Record, RecordError, read_record
from csea.archive.store import Archive
from csea.archive.walks import now
from csea.archive.withheld import received_keys, withheld_keys
from csea.collect.intake import ComponentOf, Intake
from csea.collect.layouts import Item, layout_of, read_items
from csea.collect.lines import open_bytes
from csea.collect.progress import Progress
from csea.collect.report import counted, found_odd

SOURCES = {"api": "file_api", "collection_2018": "collection_2018", "usdoj_r": "usdoj_r"}
A_TRANSACTION = 1_000  # records


@dataclass
class FileReport:
    """What a file brought, by kind; ``quarantine`` says why records were set aside."""

    file: str
    layout: str
    records: dict[str, int] = field(default_factory=dict)
    quarantine: dict[str, int] = field(default_factory=dict)
    unknown_fields: dict[str, int] = field(default_factory=dict)
    unknown_components: dict[str, int] = field(default_factory=dict)

    def to_text(self) -> str:
        """The report for people."""
        return "\n".join([f"{self.file} ({self.layout}): {counted(self.records)}", *found_odd(self)])


def import_files(root: Path, folder: Path, paths: list[Path], strict: bool, progress: Progress) -> list[FileReport]:
    """Store the records of files in the archive in ``folder``.

    UsageError for a file that is none of the layouts, before any is read; UnknownField with ``strict``.
    """
    layouts = [layout_of(path) for path in paths]
    lines = [_n_lines(path) for path in paths]
    progress.total(sum(lines))
    component_of, refused = Components.read(root).of, withheld_keys(root)
    with Archive.writer(folder, "csea archive import") as archive:
        purge(archive, refused)  # what was withheld since the last run
        return [
            _import_file(Intake(archive, component_of, strict, refused), path, layout, n_lines, progress)
            for path, layout, n_lines in zip(paths, layouts, lines, strict=True)
        ]


def rehearse(root: Path, folder: Path, paths: list[Path], progress: Progress) -> list[FileReport]:
    """What an import would find: releases that the archive knows and that are new to it. Nothing is written.

    UsageError for a file that is none of the layouts.
    """
    layouts = [layout_of(path) for path in paths]
    progress.total(sum(_n_lines(path) for path in paths))
    component_of, refused = Components.read(root).of, withheld_keys(root)
    there = (folder / "state.db").is_file()
    with Archive.reader(folder) if there else nullcontext() as archive:
        return [
            _rehearse_file(archive, component_of, refused, path, layout, progress)
            for path, layout in zip(paths, layouts, strict=True)
        ]


def _rehearse_file(
    archive: Archive | None,
    component_of: ComponentOf,
    refused: Collection[str],
    path: Path,
    layout: str,
    progress: Progress,
) -> FileReport:
    counts, reasons, fields, components = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    done = 0
    for item in read_items(path, layout):
        progress.advance(item.line - done)
        done = item.line
        if any(key in refused for key in received_keys(item.record)):
            counts["withheld"] += 1
            continue
        try:
            record = _record_of(item, component_of)
        except RecordError as error:
            reasons[str(error)] += 1
            continue
        counts["known" if archive and find(archive, record) else "new"] += 1
        fields.update(record.unknown_fields)
        components.update(record.unknown_components)
    return FileReport(path.name, layout, dict(counts), dict(reasons), dict(fields), dict(components))


def _record_of(item: Item, component_of: ComponentOf) -> Record:
    if item.record is None:
        raise RecordError(item.reason)
    return read_record(item.record, component_of)


def _import_file(intake: Intake, path: Path, layout: str, n_lines: int, progress: Progress) -> FileReport:
    at, done = now(), 0
    records = read_items(path, layout)
    while items := list(islice(records, A_TRANSACTION)):
        with intake.archive.transaction():
            for item in items:
                _take(intake, item, SOURCES[layout], f"{path.name}:{item.line}", at)
        intake.archive.flush()
        intake.refuse_unknown()
        progress.advance(items[-1].line - done)
        done = items[-1].line
    progress.advance(n_lines - done)
    counts = {name: n for name, n in sorted(intake.counts.items()) if n}
    return FileReport(
        path.name, layout, counts, dict(intake.reasons), dict(intake.unknown_fields), dict(intake.unknown_components)
    )


def _take(intake: Intake, item: Item, source: str, request: str, at: str) -> None:
    if item.record is None:
        intake.set_aside(item.raw, item.reason, source, request, at)
    else:
        intake.take(item.record, source, request, at, walk=None)


def _n_lines(path: Path) -> int:
    with open_bytes(path) as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))
