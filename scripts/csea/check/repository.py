"""Check all that the project keeps, and that published files are those that the last build wrote."""

from __future__ import annotations

from csea.check import Files, Step, check_files, silent, with_origin
from csea.check.allowed import unneeded
from csea.check.published import check_hashes
from csea.check.targets import of_project
from csea.check.witness import check_with_frictionless
from csea.corrections import load_corrections
from csea.errors import Problem, Report
from csea.project import Project


def check_group(project: Project, group: Files, step: Step = silent) -> list[Problem]:
    """Problems of one group of files; those of published tables say which hand-kept file to correct."""
    found = Report()
    check_files(group, found, step)
    if not group.bounds:
        return found.problems
    return [with_origin(problem, project.tables) for problem in found.problems]


def check_project(project: Project, witness: bool, step: Step = silent) -> Report:
    """Check the inputs, the published tables and, with ``witness``, let frictionless read them too."""
    report = Report()
    groups, problems = of_project(project)
    report.add(problems)
    step("corrections")
    report.add(load_corrections(project.root, project.tables)[1])
    for group in groups:
        report.add(check_group(project, group, step))
    kept = {file.shown for group in groups for file in group.files.values()}
    report.add(unneeded(entry) for entry in project.allowed if entry.file not in kept)
    if not report.errors:
        report.add(check_hashes(project.root))
    if witness:
        step("frictionless")
        report.add(check_with_frictionless(project.root))
    return report
