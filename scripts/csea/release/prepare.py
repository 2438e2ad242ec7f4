"""Compute a release: its version, change list, notes and bundle, all in memory; nothing in the repository is written.

What is wrong with data or schemas goes to the report, and then there is no release. Out of scope: the promises that a
release keeps (``promises``), carrying it out (``journal``) and telling it (``cli/releasing.py``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from csea.build import make_files
from csea.check import Step, silent
from csea.check.repository import check_project
from csea.compare.definitions import LEVELS
from csea.compare.sources import Version
from csea.compare.versions import compare_versions
from csea.errors import Problem, Report, UsageError
from csea.io import csv_bytes
from csea.project import DATABASE, VERSIONS, Project
from csea.release import notes, policy
from csea.release.answers import Moved, largest_moves, question_reasons
from csea.release.bundle import SUMS, bundle_files, bundle_name, sums, zip_bytes
from csea.release.causes import Causes
from csea.release.changes import FOLDER, change_list, misfits
from csea.release.git import Git
from csea.release.ids import fingerprints
from csea.release.journal import Plan
from csea.release.moved import moved_by_corrections
from csea.release.policy import Reason
from csea.release.previous import Previous, newest, read_made
from csea.release.promises import broken_promises, lost_rows, redacted, witnessed
from csea.release.records import feeds, record_of, versions_file
from csea.release.redaction import Redaction


@dataclass(frozen=True)
class Decision:
    """What is to be released: the version before, if any, the new one's day and level, and why it is of that level."""

    before: Previous | None
    date: str
    level: str
    reasons: list[Reason]


@dataclass(frozen=True)
class Release:
    """A release as computed. ``files`` are tracked files that it makes or changes, ``record`` is for versions.json."""

    version: str
    decision: Decision
    moves: list[Moved]
    entry: str
    record: dict[str, Any]
    files: dict[str, bytes]
    dist: dict[str, bytes]

    @property
    def message(self) -> str:
        """The message of its commit and its tag: the version, then what the changelog says of the data."""
        data = self.entry.partition("### Data\n")[2].strip().replace("`", "")
        return f"Release {self.version}\n\n{data}\n"

    def plan(self, branch: str, parent: str) -> Plan:
        """What to carry out on a branch that is at ``parent``."""
        return Plan(self.version, branch, parent, self.message, self.files, self.dist)


def prepare(project: Project, wish: str | None, date: str, report: Report, step: Step = silent) -> Release | None:
    """The next release, or None where nothing has changed since the last one or ``report`` has errors.

    ``wish`` is a version to take in place of the smallest that the policy allows, ``date`` the day in ISO 8601.
    UsageError for a wish that the policy refuses, or where the last version cannot be read.
    """
    git = Git(project.root)
    before = newest(project, git)
    if before and date < before.date:
        raise UsageError(f"{date} is before the day of version {before.number}, {before.date}.")
    made = _checked(project, report, step)
    if report.errors:
        return None
    step("comparing")
    reasons = _reasons(project, git, before, made) if before else []
    if before and not reasons:
        return None
    number, level = policy.next_version(before.number if before else None, project.version, wish, reasons)
    if git.find(f"refs/tags/v{number}"):
        raise UsageError(f"The tag v{number} is there already, though versions.json does not list it. Delete one.")
    if number != project.version:
        project = replace(project, version=number)
        made = make_files(project, report, step)
    return _made(project, Decision(before, date, level, reasons), made, report, step) if not report.errors else None


def _checked(project: Project, report: Report, step: Step) -> dict[str, bytes]:
    """What a build gives, after all checks: it has to be what is committed."""
    made = make_files(project, report, step)
    for path, data in made.items():
        here = project.root / path
        if path != DATABASE and (not here.is_file() or here.read_bytes() != data):
            message = "The generated file is not the one that the build gives."
            report.add([Problem("release.stale", path, message, "Run `make build` and commit what it writes.")])
    if not report.errors:
        found = check_project(project, witness=False, step=step)
        report.add(found.errors)
    return made


def _reasons(project: Project, git: Git, before: Previous, made: Mapping[str, bytes]) -> list[Reason]:
    """All that changed since the last version, the most serious first."""
    now, _ = read_made(project, made)
    difference = compare_versions(before.tables, now)
    reasons = [
        *policy.of_definitions(difference.definitions),
        *policy.of_notices(before.schemas, project.tables),
        *question_reasons(git, before.tag, before.tables.schemas, now.schemas, project.views),
        *policy.of_rows(difference.changed),
    ]
    if not reasons:
        reasons = policy.of_descriptors(before.descriptor, made["datapackage.json"])
    return sorted(reasons, key=lambda reason: LEVELS.index(reason.level))


def _made(project: Project, decision: Decision, made: dict[str, bytes], report: Report, step: Step) -> Release | None:
    """The release of what a build gives under its version."""
    before = decision.before
    now, registers = read_made(project, made)
    old = before.tables if before else Version("nothing", {}, {})
    report.add(broken_promises(project, before, now, registers, made))
    step("change list")
    moved = moved_by_corrections(project, old.tables, now.tables) if before else {}
    causes = Causes.of(old.tables, now.tables, moved, registers, before.date if before else None)
    versions = project.version, old.tables, now.tables, old.schemas, now.schemas
    changes = change_list(*versions, causes)
    taken = redacted(project, changes)
    lost = lost_rows(project, before, taken)
    if lost:
        changes = change_list(*versions, causes, lost)
    for name in misfits(changes, old.tables, now.tables, old.schemas, now.schemas):
        message = "The last version with the change list is not this version."
        report.add([Problem("release.misfit", f"data/{name}.csv", message, "The program is at fault: report it.")])
    if report.errors:
        return None
    step("questions")
    moves = largest_moves(project, old.tables, now.tables) if before else []
    step("bundle")
    release = _written(project, decision, made, now, changes, moves, fingerprints(registers), taken)
    step("frictionless")
    report.add(witnessed(release.dist[bundle_name(release.version)]))
    return release if not report.errors else None


def _written(
    project: Project,
    decision: Decision,
    made: dict[str, bytes],
    now: Version,
    changes: pa.Table,
    moves: list[Moved],
    registers: Mapping[str, Any],
    taken: Redaction | None,
) -> Release:
    """All files of the release."""
    root, version, date, before = project.root, project.version, decision.date, decision.before
    listed = f"{FOLDER}/{version}.csv"
    lines = (
        notes.data_notes(changes, before.number, before.date, listed, moves)
        if before
        else notes.first_notes({name: table.num_rows for name, table in now.tables.items()})
    )
    log, entry = notes.changelog(_text(root, "CHANGELOG.md"), version, date, lines)
    files = {path: data for path, data in made.items() if path != DATABASE}
    files |= {
        "VERSION": f"{version}\n".encode(),
        "CHANGELOG.md": log.encode(),
        "CITATION.cff": notes.citation(_text(root, "CITATION.cff"), version, date).encode(),
        "README.md": notes.readme(_text(root, "README.md"), version, date).encode(),
        listed: csv_bytes(changes),
        f"{FOLDER}/{version}.datapackage.json": made["datapackage.json"],
        **(taken.lists if taken else {}),
    }
    name = bundle_name(version)
    bundle = zip_bytes(name.removesuffix(".zip"), bundle_files(root, version, {**made, **files}), date)
    record = record_of(version, date, decision.level, changes, made, (name, bundle), registers)
    versions = [record, *(taken.entries if taken else project.released)]
    files[VERSIONS] = versions_file(versions)
    files |= feeds(json.loads(made["datapackage.json"])["name"], versions, log)
    changed = {path: data for path, data in files.items() if not _is(root / path, data)}
    dist = {name: bundle, SUMS: sums({name: bundle})}
    return Release(version, decision, moves, entry, record, changed, dist)


def _text(root: Path, name: str) -> str:
    return (root / name).read_text(encoding="utf-8")


def _is(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data
