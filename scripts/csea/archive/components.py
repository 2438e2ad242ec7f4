"""Which office published a release: from the API's component names, else from the release's address.

The offices are the rows of ``data/inputs/components.csv``. A wrong office is worse than none, so a name that
no row, rule or alias gives maps to nothing and is handed back, for somebody to look at.
Out of scope: the rest of a record, and what an office is called in tables (``components`` says that).
"""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from csea.errors import UsageError

PLACE = Path("data", "inputs", "components.csv")
COLUMNS = ("component", "name", "component_kind", "state", "district_name")

# Names that no rule makes from the table's names.
ALIASES = {
    "Bureau of Prisons": "bop",
    "Community Oriented Policing Services": "cops",
    "INTERPOL Washington": "interpol",
    "USAO - Guam and Northern Mariana Islands": "usao-gu",  # one site and one U.S. Attorney for both districts
}
# Divisions that sections call by a shorter name than the division's own without its last word.
SHORT_DIVISIONS = {"Environment": "enrd"}
# First parts of addresses that are not the office's code.
PATHS = {"civil": "civ", "criminal": "crm", "interpol-washington": "interpol", "ust": "ustp"}
SECTION_PATHS = {"criminal-": "crm"}  # /criminal-fraud and the like
MOST_PIECES = 4  # commas in an office's name, and one; bounds the work on several names in one text
LONGEST = 2000  # characters; what is longer is no name, and would take long to search

_BRACKET = re.compile(r"\s*\(([^()]*)\)\s*$")
_SECTION = re.compile(r"(.+?)\s+[-–—]\s+(.+)", re.DOTALL)
_UNITED_STATES = re.compile(r"\bu\.\s?s\.?(?!\w)|\bus\b")
_WORD = re.compile(r"[^\W_]+")
_DISTRICT = re.compile(r"(?:(\w+) )?District of (?:the )?(.+)")
_ADDRESS = re.compile(
    r"\s*(?:(?:https?:)?//(?:www\.)?(?:justice|usdoj)\.gov(?::\d+)?)?/(?:archives?/)?([^/?#\s]+)/?([^?#]*)", re.I
)


class Components:
    """The offices, by the names and addresses that the API uses for them.

    Each different name is worked out once: a record costs one look-up for each of its names.
    """

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        """``rows`` has the columns of ``data/inputs/components.csv``."""
        offices = {row["component"]: row for row in rows}
        self.known = set(offices)
        self._names = _index(offices)
        self._divisions = _divisions(offices)
        self._old_paths = dict(_old_paths(offices))
        self._memo: dict[str, tuple[str | None, list[str]]] = {}

    @classmethod
    def read(cls, root: Path) -> Components:
        """The offices of the project at ``root``; raises UsageError if the file is missing or lacks a column."""
        path = root / PLACE
        if not path.is_file():
            raise UsageError(f"{path} does not exist; expected the project's table of offices there.")
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
            if missing:
                raise UsageError(f"{path} has no column {', '.join(missing)}.")
            return cls(reader)

    def of(self, component: object, url: str) -> tuple[str | None, list[str]]:
        """The code of the office (None if it cannot be told), and the API's names that map to nothing.

        ``component`` is what the record holds, of whatever shape; nothing is raised for it. The first name
        that maps decides, and only without one the address.
        """
        code: str | None = None
        unknown: list[str] = []
        for name in _names(component):
            found = self._memo.get(name)
            if found is None:
                found = self._memo[name] = self._work_out(name)
            code = code or found[0]
            unknown += found[1]
        return code or self._of_address(url), unknown

    def _work_out(self, name: str) -> tuple[str | None, list[str]]:
        if len(name) > LONGEST:
            return None, [name]
        names = self._apart(html.unescape(name))
        codes = [self._exact(each) or self._section(each) for each in names]
        first = next((code for code in codes if code), None)
        return first, [each for each, code in zip(names, codes, strict=True) if code is None]

    def _apart(self, name: str) -> list[str]:
        """The names in a text that joins several with commas, as the R client does; ``[name]`` for a single one.

        Names hold commas themselves ("USAO - Kentucky, Western"), so the longest known run of pieces is a name.
        """
        pieces = name.split(", ")
        names: list[str] = []
        start, joined = 0, False
        while start < len(pieces):
            ends = range(min(len(pieces), start + MOST_PIECES), start, -1)
            end = next((end for end in ends if self._exact(", ".join(pieces[start:end]))), start + 1)
            names.append(", ".join(pieces[start:end]))
            joined = joined or self._exact(names[-1]) is not None
            start = end
        return names if joined else [name]

    def _exact(self, name: str) -> str | None:
        """The office that a row or an alias gives this name."""
        code = self._names.get(_normal(name))
        bracket = _BRACKET.search(name)
        if code or not bracket:
            return code
        bare = name[: bracket.start()]
        code = self._names.get(_normal(bare))
        return code if code and _abbreviates(bracket[1].casefold(), bare, code) else None

    def _section(self, name: str) -> str | None:
        """The division of a section that has no row: "Criminal - Criminal Fraud Section" is the division's."""
        match = _SECTION.fullmatch(name)
        division = self._divisions.get(_normal(match[1])) if match else None
        return (self._exact(match[2]) or division) if match and division else None

    def _of_address(self, url: object) -> str | None:
        match = _ADDRESS.match(url) if isinstance(url, str) else None
        if not match:
            return None
        first, rest = match[1].casefold(), match[2].casefold().strip("/ ").split("/")
        if first == "usao":
            # /usao/nye/... was a district's site; /usao/pr/<slug> is a release of the executive office.
            code = first if rest[0] == "pr" and len(rest) == 2 else self._old_paths.get(rest[0])
        else:
            section = next((code for start, code in SECTION_PATHS.items() if first.startswith(start)), None)
            code = first if first in self.known else PATHS.get(first, section)
        return code if code in self.known else None


def _index(offices: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Names in normal form to codes; a name that two offices claim is nobody's."""
    pairs = [pair for pair in ALIASES.items() if pair[1] in offices]
    for code, row in offices.items():
        pairs += [(row["name"], code), (_BRACKET.sub("", row["name"]), code)]
        pairs += [(f"USAO - {place}", code) for place in _districts(row)]
    owners: dict[str, set[str]] = {}
    for name, code in pairs:
        owners.setdefault(_normal(name), set()).add(code)
    return {name: codes.pop() for name, codes in owners.items() if name and len(codes) == 1}


def _districts(row: Mapping[str, str]) -> Iterator[str]:
    """Ways to write an office's district: "Western District of Kentucky", "Kentucky, Western"."""
    match = _DISTRICT.fullmatch(row["district_name"])
    if match and row["component_kind"] == "us_attorney":
        yield match[0]
        if row["state"] != "DC":  # "Columbia" alone is a town elsewhere
            yield f"{match[2]}, {match[1] or ''}"


def _divisions(offices: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Normal names of divisions without the word "Division", as their sections use them, to codes."""
    found = {_normal(name): code for name, code in SHORT_DIVISIONS.items() if code in offices}
    for code, row in offices.items():
        name, _, last = _normal(row["name"]).rpartition(" ")
        if last == "division":
            found[name] = code
    return found


def _old_paths(offices: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Parts of old addresses (/archive/usao/nye/...) to codes: state, then the direction's first letter."""
    for code in offices:
        match = re.fullmatch(r"usao-(?:([nsewmc])d)?([a-z]{2})", code)
        if match and code != "usao-pr":  # "pr" in an address may be Puerto Rico or "press release"
            yield match[2] + (match[1] or ""), code


def _names(component: object) -> Iterator[str]:
    for item in component if isinstance(component, list) else [component]:
        name = item.get("name") if isinstance(item, dict) else item
        if isinstance(name, str) and name.strip():
            yield name.strip()


def _normal(name: str) -> str:
    """Case, punctuation, spaces and "the" do not tell offices apart; "&" is "and", "U.S." is "United States"."""
    text = re.sub("['’]", "", name.casefold()).replace("&", " and ")
    words = _WORD.findall(_UNITED_STATES.sub("united states", text))
    return " ".join(word for word in words if word != "the")


def _abbreviates(short: str, name: str, code: str) -> bool:
    """Whether ``short`` stands for the office; "(HHS)" after "Office of the Inspector General" does not."""
    initials = iter(word[0] for word in _normal(name).split())
    return bool(short) and (short == code.rpartition("-")[2] or all(letter in initials for letter in short))
