"""What a reviewer may answer: the questions of a release, their choices, and what an answer must hold.

Choices and their meanings come from the schemas, platforms and statutes from their tables, so that what is saved
passes the build's rules. A name never passes: every word of a place must be known (``csea.words``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from csea.code.machine import known_provision
from csea.code.variables.kind import CASE_KINDS
from csea.errors import did_you_mean
from csea.schema import Field, Schema
from csea.words import unknown_words

NONE = "none"
LISTS = ("platform", "conduct", "statute")
BOOLEAN = {"y": "true", "yes": "true", "true": "true", "n": "false", "no": "false", "false": "false"}
NEEDED = ("release_kind", "is_child_exploitation", "origin", "life_sentence", "conduct", "project_safe_childhood")
# In the order of asking; is_criminal_case follows from release_kind and is not asked.
ORDER = (
    "release_kind",
    "is_criminal_case",
    "is_child_exploitation",
    "platform",
    "conduct",
    "origin",
    "n_suspects",
    "life_sentence",
    "sentence_months",
    "place",
    "state",
    "statute",
    "project_safe_childhood",
)
# Where the column of each list variable's element is defined.
ELEMENTS = {
    "platform": "release_platforms.role",
    "conduct": "release_conduct.conduct",
    "statute": "statutes.statute_id",
}
_STATUTE = re.compile(r"\d{1,2}-usc-[0-9a-z]+(?:-[0-9a-z]+)*")

Answers = dict[str, list[str]]  # the values of each variable; no value is an empty list


class Refused(ValueError):
    """An answer that cannot stand; the message says why and what would."""


@dataclass(frozen=True)
class Vocabulary:
    """The values of all variables. ``fields`` are the columns that define them."""

    fields: Mapping[str, Field]
    platforms: Mapping[str, str]  # platform_id to name
    statutes: frozenset[str]

    def applies(self, variable: str, answers: Answers) -> bool:
        """Whether a variable is coded of a release with these answers so far."""
        is_case = answers.get("is_criminal_case") == ["true"]
        if variable == "conduct":
            return is_case and answers.get("is_child_exploitation") == ["true"]
        if variable in ("origin", "n_suspects"):
            return is_case
        if variable == "life_sentence":
            return answers.get("release_kind") == ["sentence"]
        if variable == "sentence_months":
            return answers.get("release_kind") == ["sentence"] and answers.get("life_sentence") != ["true"]
        return variable != "is_criminal_case"

    def read(self, variable: str, typed: str, answers: Answers) -> list[str]:
        """The values that an answer stands for. Refused where it cannot stand."""
        words = [word.strip() for word in re.split("[;,]" if variable in LISTS else ";", typed) if word.strip()]
        if not words or words == [NONE]:
            if variable in NEEDED:
                raise Refused("A value is needed here; ? shows the choices.")
            return []
        if variable not in LISTS and len(words) > 1:
            raise Refused("One value is needed here.")
        values = list(dict.fromkeys(self._value(variable, word) for word in words))
        self.fits(variable, values, answers)
        return sorted(values)

    def _value(self, variable: str, word: str) -> str:
        field = self.fields[variable]
        if variable == "platform":
            return self._platform(word)
        if variable == "statute":
            return self._statute(word)
        if variable == "place":
            return _place(word)
        if field.type == "boolean":
            return _of(BOOLEAN, word.lower(), "y or n")
        if field.type == "integer":
            return _number(field, word)
        value = word.upper() if variable == "state" else word.lower().replace(" ", "_")
        return _of({choice: choice for choice in field.enum}, value, ", ".join(field.enum))

    def _platform(self, word: str) -> str:
        platform, _, role = (part.strip().lower() for part in word.partition("="))
        roles = self.fields["platform"].enum
        if platform not in self.platforms:
            raise Refused(
                f"No platform has the id {platform!r}. {did_you_mean(platform, self.platforms)}"
                "The ids are in data/platforms.csv; a service that is not tracked is left out."
            )
        if role not in roles:
            raise Refused(f"Say what part it plays: {', '.join(f'{platform}={role}' for role in roles)}.")
        return f"{platform}={role}"

    def _statute(self, word: str) -> str:
        statute = "-".join(re.sub(r"[().§\s-]+", " ", word.lower().replace("u.s.c", "usc")).split())
        if not _STATUTE.fullmatch(statute):
            raise Refused(f"{word!r} is no provision. Write it as 18 USC 2252A(a)(2), or as 18-usc-2252a-a-2.")
        if known_provision(statute, set(self.statutes)) is None:
            raise Refused(
                f"The table statutes has no {statute} nor what it is part of. {did_you_mean(statute, self.statutes)}"
                "Leave it out, or add it to data/inputs/statutes.csv first."
            )
        return statute

    def fits(self, variable: str, values: list[str], answers: Answers) -> None:
        """What the build's rules say of values together."""
        roles: dict[str, str] = {}
        for value in values if variable == "platform" else ():
            platform, _, role = value.partition("=")
            if roles.setdefault(platform, role) != role:
                raise Refused(f"{platform} has two parts; give the strongest: reported_by, then used, then mentioned.")
        reported = [value for value in answers.get("platform", []) if value.endswith("=reported_by")]
        if variable == "origin" and reported and values != ["platform_report"]:
            raise Refused(f"You coded {reported[0]}, so the origin is platform_report; b goes back to the platforms.")

    def completed(self, answers: Answers) -> Answers:
        """The answers with what follows from them: is_criminal_case, and no value where a variable does not apply."""
        kind = answers.get("release_kind")
        if kind:
            answers = {**answers, "is_criminal_case": ["true" if kind[0] in CASE_KINDS else "false"]}
        return {
            variable: values
            for variable, values in answers.items()
            if variable == "is_criminal_case" or self.applies(variable, answers)
        }

    def help(self, variable: str) -> str:
        """The choices of a variable with their meanings."""
        field = self.fields[variable]
        lines = [f"{variable}: {field.description}"]
        lines += [f"  {item.value}: {item.meaning}" for item in field.categories if variable != "state"]
        lines += {
            "platform": ["  Write platform_id=role, several with ; between. Ids are in data/platforms.csv."],
            "statute": ["  Write 18 USC 2252A(a)(2), several with ; between."],
            "conduct": ["  Several with ; between."],
            "state": ["  Two letters, such as KY."],
            "place": ["  The town, county or reservation, such as Lexington."],
        }.get(variable, [])
        lines += ["  y or n."] if field.type == "boolean" else []
        return "\n".join(lines + ([] if variable in NEEDED else ["  none: there is no value."]))


def vocabulary(
    tables: Mapping[str, Schema], platforms: Iterable[tuple[str, str]], statutes: Iterable[str]
) -> Vocabulary:
    """The vocabulary of these schemas, platforms (id, name) and provisions."""
    fields = {}
    for variable in ORDER:
        table, _, column = ELEMENTS.get(variable, f"releases.{variable}").partition(".")
        fields[variable] = tables[table].field(column)
    return Vocabulary(fields, dict(platforms), frozenset(statutes))


def _of(choices: Mapping[str, str], value: str, shown: str) -> str:
    if value not in choices:
        raise Refused(f"{value!r} is no choice. {did_you_mean(value, choices)}The choices are: {shown}.")
    return choices[value]


def _number(field: Field, word: str) -> str:
    low, high = field.minimum or 0, field.maximum
    if not re.fullmatch(r"[1-9]\d{0,5}", word) or int(word) < low or (high is not None and int(word) > high):
        raise Refused(f"A whole number from {low:.0f} up is needed, in digits; none where it is not told.")
    return word


def _place(word: str) -> str:
    unknown = unknown_words(word)
    if unknown:
        raise Refused(f"Not every word is known, so it may hold a name: {', '.join(unknown)}. Leave it out with none.")
    return " ".join(word.split())
