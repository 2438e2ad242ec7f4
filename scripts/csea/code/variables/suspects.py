"""How many suspects a release on a criminal case counts or describes (n_suspects).

The number that it gives of the people charged ("Three men were charged"), or the persons told apart by order or
age, whichever is larger; to one person announced, others named as already dealt with are added. One where nothing
says more. Rules: ``rules/suspects.toml``; source: the codebook in docs/coding-manual.md.
"""

from __future__ import annotations

import re

from csea.code.document import Document
from csea.code.findings import Finding
from csea.code.rules import Hit, compiled, rule_set
from csea.code.variables.numbers import ORDINALS, number_of

MOST = 500  # a larger number counts something else

_COUNT = compiled("{{count}}")
_ORDINAL = re.compile("|".join(ORDINALS), re.IGNORECASE)
_NAME = re.compile(r"\b[A-Z][a-z'-]+")
_AGE = re.compile(r"[2-9]\d|1[89]")
# What stands between number and verb in "Three girls rescued, man charged".
_OTHER_THINGS = re.compile(
    r"\b(?:victims?|girls?|boys?|minors?|child(?:ren)?|infants?|teens?|teenagers|students|images?|videos?|counts?|years?|months?"
    r"|weeks|days|decades|agents?|investigators?|agencies|districts?|states?|hours|times|separate cases|occasions)\b",
    re.IGNORECASE,
)
_BEFORE_NUMBER = re.compile(
    r"(?:more than|at least|photographs? of|contacted|abused|exploited|defrauded|threatened|victimized) $",
    re.IGNORECASE,
)
_ALREADY = re.compile(
    r"previously|earlier|already|in (?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december)",
    re.IGNORECASE,
)
_WORDS = {"duo": 2, "trio": 3, "two dozen": 24}


def suspects_finding(document: Document) -> Finding:
    """n_suspects with its evidence; the title where nothing says more than one."""
    hits = rule_set("suspects").all_hits(document)
    number, evidence = _largest([(_told(document, hit), hit) for hit in hits] + _told_apart(document, hits))
    number = max(number, 1)
    more, others = _largest([(_number(document, hit), hit) for hit in hits if hit.rule.value == "more"])
    if others:
        comes_on_top = number == 1 or _ALREADY.search(_sentence(document, others))
        total = number + more if comes_on_top else more + 1
        if number < total <= MOST:
            number, evidence = total, others
    if number == 1 or evidence is None:
        return Finding("n_suspects", "1", "suspects.one", 0, document.title_end, "medium")
    return Finding("n_suspects", str(number), evidence.rule.id, evidence.start, evidence.end, "medium")


def _largest(told: list[tuple[int, Hit]]) -> tuple[int, Hit | None]:
    """The largest number, with the first hit that tells it; none where there is no hit."""
    return max(told, key=lambda pair: pair[0], default=(0, None))


def _told(document: Document, hit: Hit) -> int:
    """How many people a hit tells of at least; 0 where it counts something else."""
    words = document.text[hit.start : hit.end]
    if hit.rule.value == "pair":
        return 2
    if hit.rule.value == "names":
        return len(_NAME.findall(words))
    if hit.rule.value == "ordinal":
        ordinal = _ORDINAL.search(words)
        return ORDINALS[ordinal[0].lower()] if ordinal else 0
    if hit.rule.value != "count" or _OTHER_THINGS.search(words.split(" for ")[0].split(" of ")[0]):
        return 0
    if _BEFORE_NUMBER.search(document.text[max(0, hit.start - 20) : hit.start]):
        return 0
    return _number(document, hit)


def _number(document: Document, hit: Hit) -> int:
    """The first number in a hit's words; 2 where there is none ("a father and son")."""
    match = _COUNT.search(document.data[hit.start : hit.end])
    word = match.group(0).decode("latin-1").lower() if match else "two"
    number = int(_WORDS.get(word) or number_of(word) or 0)
    return number if number <= MOST else 0


def _told_apart(document: Document, hits: list[Hit]) -> list[tuple[int, Hit]]:
    """Persons with different ages: "one, 34, of ...; another, 41, of ..."."""
    aged = [hit for hit in hits if hit.rule.value == "age"]
    ages = {age for hit in aged for age in _AGE.findall(document.text[hit.start : hit.end])}
    return [(len(ages), aged[-1])] if len(ages) > 1 else []


def _sentence(document: Document, hit: Hit) -> str:
    span = document.sentence(hit.start)
    return document.text[span.start : span.end]
