"""The answers of the issue form, read from the Markdown that GitHub makes of them.

GitHub writes each question as a heading of the third level and the answer below it. Answers are whatever people typed,
so nothing in them counts as markup: a question's heading that stands twice is refused rather than guessed at. Out of
scope: what the answers mean (``csea.proposals.issue``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from csea.errors import Problem

MOST_CHARACTERS = 65_536  # GitHub's own limit
NO_ANSWER = ("", "_No response_")
# The questions of .github/ISSUE_TEMPLATE/correction.yml by their ids; a test holds them to the form.
LABELS = {
    "what": "What should be done?",
    "table": "Table",
    "key": "Which row?",
    "column": "Column",
    "present": "Present value",
    "value": "Right value",
    "why": "Why is this right?",
    "evidence": "Address of a public page that shows it",
    "credit": "Name to thank",
    "consent": "May the name be published?",
    "privacy": "Is the privacy of persons kept?",
}
OF_A_LIST = ("what", "table")  # a list in which nothing is chosen may say None
FENCE = re.compile(r"(```+|~~~+)[\w-]*")
TICKED = re.compile(r"- \[[xX]\] ")


@dataclass(frozen=True)
class Answer:
    """An answer without the space around it, and the physical line of the issue that it begins on."""

    text: str
    line: int

    def lines(self) -> Iterator[tuple[str, int]]:
        """Each line that is not blank, without outer spaces, and its place."""
        for place, line in enumerate(self.text.split("\n"), self.line):
            if line.strip():
                yield line.strip(), place


def read_answers(body: str, shown: str) -> tuple[dict[str, Answer], list[Problem]]:
    """The answers by the ids of their questions, and all that keeps them from being read."""
    if len(body) > MOST_CHARACTERS:
        message = f"The issue has {len(body):,} characters; GitHub lets it have {MOST_CHARACTERS:,}."
        return {}, [Problem("issue.form", shown, message, "Give the text of one issue, with one fact.")]
    lines = [line.removesuffix("\r") for line in body.removeprefix("\ufeff").split("\n")]
    places, problems = _places(lines, shown)
    if problems:
        return {}, problems
    starts = sorted(places.values())
    ends = dict(zip(starts, [*starts[1:], len(lines)], strict=True))
    answers = {id_: _answer(id_, lines, start + 1, ends[start]) for id_, start in places.items()}
    return answers, [problem for id_, answer in answers.items() for problem in _faults(id_, answer, shown)]


def is_ticked(answer: Answer) -> bool:
    """Whether a box of the answer is ticked."""
    return any(TICKED.match(line) for line, _ in answer.lines())


def label_at(answers: Mapping[str, Answer], line: int) -> str:
    """The question whose answer stands on a line, or an empty text."""
    before = [(answer.line, LABELS[id_]) for id_, answer in answers.items() if answer.line <= line]
    return max(before)[1] if before else ""


def _places(lines: list[str], shown: str) -> tuple[dict[str, int], list[Problem]]:
    """Where the heading of each question stands, counted from 0."""
    ids = {f"### {label}": id_ for id_, label in LABELS.items()}
    places: dict[str, int] = {}
    problems = []
    for place, line in enumerate(lines):
        id_ = ids.get(line.rstrip())
        if id_ in places:
            message = f'The question "{LABELS[id_]}" stands twice, so an answer holds it too.'
            problems.append(Problem("issue.form", shown, message, "Take it out of the answer.", place + 1))
        elif id_ is not None:
            places[id_] = place
    for id_, label in LABELS.items():
        if id_ not in places:
            message = f'The question "{label}" is missing.'
            problems.append(Problem("issue.form", shown, message, f"Write `### {label}` and the answer below it."))
    return places, problems


def _answer(id_: str, lines: list[str], start: int, end: int) -> Answer:
    """What stands on these lines, without the code fence or the backticks around the whole of it."""
    start, end = _filled(lines, start, end)
    if end - start > 1 and (fence := FENCE.fullmatch(lines[start].strip())) and lines[end - 1].strip() == fence[1]:
        start, end = _filled(lines, start + 1, end - 1)
    text = "\n".join(lines[start:end]).replace("\t", " ").replace("\xa0", " ").strip()
    if len(text) > 2 and text[0] == text[-1] == "`" and "`" not in text[1:-1]:
        text = text[1:-1].strip()
    is_none = text in NO_ANSWER or (id_ in OF_A_LIST and text == "None")
    return Answer("" if is_none else text, start + 1)


def _filled(lines: list[str], start: int, end: int) -> tuple[int, int]:
    """The first line that is not blank, and the end of the last."""
    while start < end and not lines[start].strip():
        start += 1
    while start < end and not lines[end - 1].strip():
        end -= 1
    return start, end


def _faults(id_: str, answer: Answer, shown: str) -> Iterator[Problem]:
    """What no answer may hold, the first of each kind."""
    for place, line in enumerate(answer.text.split("\n"), answer.line):
        if not line.isprintable():
            message = "The answer holds a control character, or one that cannot be seen."
            yield Problem("issue.answer", shown, message, "Type the line again.", place, column=LABELS[id_])
            break
    if "<!--" in answer.text:
        message = "The answer holds a comment, which readers of the issue do not see."
        yield Problem("issue.answer", shown, message, "Remove it.", answer.line, column=LABELS[id_])
