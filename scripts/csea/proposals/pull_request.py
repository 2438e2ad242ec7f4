"""The answer to a pull request: what the checks say, what its corrections do, which tables it edited by hand.

It is one comment on GitHub, written to a file by a run that has no rights; another run posts it. Values that people
wrote stand in code, where they are no markup. Out of scope: posting (``.github/workflows/comment.yml``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from csea.check import Step, silent
from csea.check.repository import check_project
from csea.correct import FOLDER
from csea.errors import Report
from csea.markdown import MOST_CHARACTERS, block, code, share
from csea.preview import preview
from csea.project import Project
from csea.proposals.edits import find_edits
from csea.proposals.files import propose
from csea.proposals.git import changed_files, merge_base
from csea.proposals.told import as_markdown
from csea.reports import as_text

RESERVE = 1_000  # characters for the headings here, and for what the posting run puts before the comment
NO_CORRECTION = "The pull request adds and changes no correction file."
UNKNOWN = "It cannot be told while there are errors, which are listed above."


def answer(project: Project, base: str, day: str, step: Step = silent) -> str:
    """The comment, in GitHub's Markdown, on what the working tree changes since it left ``base``."""
    commit = merge_base(project.root, base)
    checked = check_project(project, witness=False, step=step)
    sections = {
        "Checks": block(as_text(checked)) if checked.problems else "No problems found.",
        "Corrections": _corrections(project, commit, checked, step),
        "Tables edited by hand": _edits(project, base, day, step),
    }
    texts = share(list(sections.values()), MOST_CHARACTERS - RESERVE, f"Run `{_command(base)}` to see all of it.")
    return "\n\n".join(f"## {head}\n\n{text.strip()}" for head, text in zip(sections, texts, strict=True)) + "\n"


def _command(base: str) -> str:
    shown = base if all(char.isalnum() or char in "/._-" for char in base) else "REV"
    return f"csea correct for-pull-request --base {shown} --output DIR"


def _corrections(project: Project, commit: str, checked: Report, step: Step) -> str:
    """What the correction files do that differ from those at the base."""
    changed, gone = changed_files(project.root, commit, FOLDER)
    files, others = _correction_files(project.root, changed)
    parts = [f"{code(name)} is no correction file and is not previewed." for name in others]
    parts += [f"{code(name)} was deleted, so what it corrected is as it was before." for name in _yaml(gone)]
    if files:
        report = Report()
        text = preview(project, files, report, step)
        parts = [text or UNKNOWN, _new(report, checked, project.root), *parts]
    return "\n\n".join(filter(None, parts)) or NO_CORRECTION


def _new(report: Report, checked: Report, root: Path) -> str:
    """The problems of a preview that the checks have not told; files are named as the checks name them."""
    found = [replace(item, file=item.file.removeprefix(f"{root}/")) for item in report.problems]
    new = [item for item in found if item not in checked.problems]
    return block(as_text(Report(new))) if new else ""


def _correction_files(root: Path, names: Sequence[str]) -> tuple[list[Path], list[str]]:
    """Files to be previewed, and names that are links or otherwise no correction: those are never opened."""
    found = _yaml(names)
    files = [root / name for name in found if (root / name).is_file() and not (root / name).is_symlink()]
    return files, [name for name in found if root / name not in files]


def _yaml(names: Sequence[str]) -> list[str]:
    return [name for name in names if name.endswith(".yaml")]


def _edits(project: Project, base: str, day: str, step: Step) -> str:
    report = Report()
    edits = find_edits(project, report, base, step)
    if report.errors:
        return UNKNOWN
    return as_markdown(edits, propose(project, edits.found, day))
