"""A review in the terminal: one release after the other with its evidence, questions, and a saved coding.

Plain prompts: Enter keeps the rules' value, ``?`` explains, ``b`` goes back, ``s`` skips the release, ``q`` ends. A
release is saved when its last question is answered, and then whole. A blind review shows neither values nor
evidence and offers nothing to keep. Out of scope: which releases (``queue.py``) and the files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from csea.code.review.held import Held, Reading
from csea.code.review.highlight import Mark, legend, marked
from csea.code.review.values import NONE, ORDER, Answers, Refused, Vocabulary

PARAGRAPH = "\n\n"
KEYS = "Enter keeps the value in brackets, ? explains the choices, b goes back, s skips this release, q ends."
BLIND_KEYS = "? explains the choices, b goes back, s skips this release, q ends."


class Skipped(Exception):
    """The person left this release out."""


class Ended(Exception):
    """The person ended the review."""


class Back(Exception):
    """The person wants the question before."""


@dataclass(frozen=True)
class Console:
    """How to ask a person and tell them something; ``terminal`` where colours can be shown."""

    ask: Callable[[str], str]
    say: Callable[[str], None]
    terminal: bool = False


def show(console: Console, reading: Reading, about: Iterable[str | None], blind: bool) -> None:
    """The release with its paragraphs, and the evidence marked unless the review is blind."""
    findings = [] if blind else reading.findings
    shown = [finding for finding in findings if not finding.rule.endswith("nothing_found")]
    text = marked(reading.text, [Mark(item.start, item.end, item.variable) for item in shown], console.terminal)
    console.say("\n" + "=" * 80)
    console.say(", ".join(part for part in about if part))
    colours = legend(dict.fromkeys(item.variable for item in shown), console.terminal)
    console.say(colours + "\n" if colours else "")
    console.say(text.replace("\n", PARAGRAPH) + "\n")


def code_release(console: Console, vocabulary: Vocabulary, found: Answers | None) -> Answers:
    """Ask all that applies to a release. ``found`` are the rules' values, None in a blind review.

    Skipped or Ended where the person does not finish.
    """
    console.say(BLIND_KEYS if found is None else KEYS)
    answers: Answers = {}
    asked: list[str] = []
    while variable := _next(vocabulary, answers, asked):
        try:
            value = _asked(console, vocabulary, variable, answers, found)
        except Back:
            if asked:
                answers.pop(asked.pop())
            continue
        asked.append(variable)
        answers = vocabulary.completed({**answers, variable: value})
    return {variable: answers.get(variable, []) for variable in ORDER}


def _next(vocabulary: Vocabulary, answers: Answers, asked: list[str]) -> str | None:
    return next((name for name in ORDER if name not in asked and vocabulary.applies(name, answers)), None)


def _asked(
    console: Console, vocabulary: Vocabulary, variable: str, answers: Answers, found: Answers | None
) -> list[str]:
    """The values of one variable, asked until they can stand."""
    kept = None if found is None else ";".join(found.get(variable, [])) or _nothing(variable)
    prompt = f"{variable}: " if kept is None else f"{variable} [{kept}]: "
    while True:
        typed = answer(console, prompt)
        if typed == "b":
            raise Back
        if typed == "?":
            console.say(vocabulary.help(variable))
            continue
        if not typed and kept is None:
            console.say("A value is needed, or none; ? shows the choices.")
            continue
        try:
            if not typed and found is not None and found.get(variable):
                # The rules' own values stand as they are, also a provision that the table lacks.
                vocabulary.fits(variable, found[variable], answers)
                return found[variable]
            return vocabulary.read(variable, typed or kept or "", answers)
        except Refused as refusal:
            console.say(str(refusal))


def _nothing(variable: str) -> str:
    """What the rules' finding nothing means."""
    return "false" if variable == "life_sentence" else NONE


def answer(console: Console, prompt: str) -> str:
    """What the person types, but for skipping and ending, which every question knows."""
    typed = console.ask(prompt).strip()
    if typed == "s":
        raise Skipped
    if typed == "q":
        raise Ended
    return typed


def review_releases(
    console: Console,
    vocabulary: Vocabulary,
    releases: Iterable[tuple[Held, Reading, str]],
    save: Callable[[str, Answers], None],
    blind: bool,
) -> int:
    """Review releases, each with what it is called, until there is none left or the person ends; how many."""
    saved = 0
    for held, reading, name in releases:
        day = held.day.isoformat() if held.day else None
        show(console, reading, (name, day, held.row["component"], held.row["address"]), blind)
        try:
            answers = code_release(console, vocabulary, None if blind else values_of(reading))
        except Skipped:
            continue
        except Ended:
            break
        save(held.key or "", answers)
        saved += 1
        console.say("Saved.")
    return saved


def values_of(reading: Reading) -> Answers:
    """The rules' values of a release."""
    found: Answers = {}
    for finding in reading.findings:
        found.setdefault(finding.variable, []).append(finding.value)
    return found


def review_pairs(
    console: Console,
    pairs: Iterable[tuple[str, str, str, list[tuple[Held, Reading]]]],
    save: Callable[[str, str, bool], None],
) -> int:
    """Ask of each pair (left key, right key, why it is unsure, both releases) whether it is one case; how many."""
    saved = 0
    for left, right, why, both in pairs:
        for held, reading in both:
            day = held.day.isoformat() if held.day else None
            show(console, reading, (day, held.row["component"], held.row["address"]), blind=True)
        console.say(f"Unsure because: {why}")
        try:
            is_same = _yes(console)
        except Skipped:
            continue
        except Ended:
            break
        save(left, right, is_same)
        saved += 1
        console.say("Saved.")
    return saved


def _yes(console: Console) -> bool:
    while True:
        typed = answer(console, "One case? y or n, s skips, q ends: ").lower()
        if typed in ("y", "yes", "n", "no"):
            return typed[0] == "y"
        console.say("One case is one prosecution of the same person or persons. Answer y or n.")
