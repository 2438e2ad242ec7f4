"""Releases of one prosecution become one case.

A person grouped the releases of one defendant (``case_groups``), or the linking rules did (``found_releases``); every
other release on a criminal case is a case of its own. Where the two differ the person is right. Case facts follow
from the releases by the rules below and are never entered by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from csea import places
from csea.curate import Frames
from csea.io import sha256
from csea.register import Register, Registers, address_key

# Furthest stage first: the kind that a case is said to have reached.
STAGES = ["sentence", "conviction", "plea", "charge", "arrest", "other_case_update"]
# Strongest statement first: a later release may tell what an earlier one left out.
ORIGINS = [
    "platform_report",
    "ncmec_report",
    "public_tip",
    "undercover",
    "other_agency_lead",
    "other_investigation",
    "not_stated",
]
CONFIDENCES = ["high", "medium", "low"]
COUNTY = r"\b(?:County|Parish)$"


@dataclass(frozen=True)
class Linked:
    """Which releases are one case.

    ``ids`` is the case_id by release_id, of releases on criminal cases. ``merged`` says which case each issued id that
    lost its own now belongs to; ``grouped`` names the releases that a person put where they are.
    """

    ids: pd.Series
    merged: dict[str, str]
    grouped: set[str]


def link_cases(releases: pd.DataFrame, inputs: Frames, registers: Registers, version: str) -> Linked:
    """The case of each release on a criminal case; cases that are new get their ids."""
    criminal = releases.loc[releases["is_criminal_case"] == "true", "release_id"].reset_index(drop=True)
    groups = release_groups(inputs, registers)
    group = criminal.map(lambda release: groups.get(release, release))
    ids, merged = _case_ids(group, groups, registers.cases, version)
    return Linked(
        pd.Series(ids, index=criminal.to_list(), dtype="str"),
        merged,
        set(_hand_groups(inputs["case_groups"], registers)),
    )


def case_tables(coded: Frames, inputs: Frames, registers: Registers, linked: Linked, version: str) -> Frames:
    """Tables releases (with case_id), cases, case_links and uses; brings the registers' states up to date.

    ``coded`` holds the code room's tables.
    """
    releases = coded["releases"].assign(case_id=coded["releases"]["release_id"].map(linked.ids))
    in_cases = releases.dropna(subset="case_id").reset_index(drop=True)
    registers.releases.settle(active=releases["release_id"], merged={})
    registers.cases.settle(active=linked.ids, merged=linked.merged)
    return {
        "releases": releases,
        "cases": _cases(in_cases, inputs["components"]),
        "case_links": _links(in_cases, linked.grouped, _rule_groups(inputs["found_releases"], registers)),
        "uses": _uses(in_cases, coded, registers, version),
    }


def _case_ids(
    group: pd.Series, groups: dict[str, str], register: Register, version: str
) -> tuple[list[str], dict[str, str]]:
    """The id of each release's case, and which id each merged one forwards to.

    ``group`` names the group of each release, in the order of the rows. The key of a case is the release with the
    lowest number in its group, whether that release is still published or not: a case keeps its id when releases join
    it, and when one is withheld that stays in the hand groups or in what the rules found. `csea withdraw` takes it out
    of both, and lets the id forward to that of the others. Where two published cases become one, the older id stays
    and the other forwards to it.
    """
    members: dict[str, list[str]] = {}
    for release, name in groups.items():
        members.setdefault(name, []).append(release)
    keys: dict[str, str] = {}
    merged: dict[str, str] = {}
    for name in group.unique():
        own = [case_key(release) for release in sorted(members.get(name, [name]))]
        issued = {key: id_ for key in own if (id_ := register.known(key))}
        keys[name] = min(issued, key=lambda key: issued[key]) if issued else own[0]
        merged |= {id_: issued[keys[name]] for key, id_ in issued.items() if key != keys[name]}
    wanted = group.map(keys)
    register.issue(wanted, version)
    return [register.known(key) or "" for key in wanted], merged


def case_key(release: str) -> str:
    """The natural key of the case that is known by this release."""
    return sha256(f"case:{release}".encode())


def release_groups(inputs: Frames, registers: Registers) -> dict[str, str]:
    """Group name by release_id, of releases that people or rules have put beside others."""
    by_rule = _rule_groups(inputs["found_releases"], registers)["case_key"]
    return _joined(
        _hand_groups(inputs["case_groups"], registers), {str(release): str(key) for release, key in by_rule.items()}
    )


def _hand_groups(case_groups: pd.DataFrame, registers: Registers) -> dict[str, str]:
    """Group name by release_id."""
    ids = case_groups["url"].map(lambda url: registers.releases.find(address_key(url)))
    return {release: group for release, group in zip(ids, case_groups["group"], strict=True) if release}


def _rule_groups(found: pd.DataFrame, registers: Registers) -> pd.DataFrame:
    """case_key, link_method, link_score and link_rules_version by release_id, of releases that rules have linked."""
    linked = found.dropna(subset="case_key")
    ids = linked["key_sha256"].map(registers.releases.find)
    columns = ["case_key", "link_method", "link_score", "link_rules_version"]
    return linked.assign(release_id=ids).dropna(subset="release_id").set_index("release_id")[columns]


def _joined(by_hand: dict[str, str], by_rule: dict[str, str]) -> dict[str, str]:
    """Group name by release_id: the person's, which takes with it what the rules put beside one of its releases."""
    named: dict[str, set[str]] = {}
    for release, group in by_hand.items():
        if release in by_rule:
            named.setdefault(by_rule[release], set()).add(group)
    ruled = {
        release: next(iter(named[key])) if len(named.get(key, ())) == 1 else key for release, key in by_rule.items()
    }
    return {**ruled, **by_hand}


def _links(linked: pd.DataFrame, by_hand: set[str], by_rule: pd.DataFrame) -> pd.DataFrame:
    links = linked[["case_id", "release_id"]].join(by_rule, on="release_id")
    person = links["release_id"].isin(list(by_hand))
    ruled = links["link_method"].notna() & (links["link_method"] != "only_release") & ~person
    return links.assign(
        method=links["link_method"].where(ruled, "only_release").mask(person, "hand_grouped"),
        score=links["link_score"].where(ruled, "1"),
        rules_version=links["link_rules_version"].where(ruled),
        reviewed=(~ruled).map({True: "true", False: "false"}).mask(links["link_method"] == "pair_decided", "true"),
    )


def _cases(linked: pd.DataFrame, components: pd.DataFrame) -> pd.DataFrame:
    """One row a case. The first release that states a fact decides it, unless a rule above says otherwise."""
    dated = linked.sort_values(["published_date", "release_id"], na_position="last")
    by_case = dated.groupby("case_id")
    # Of several publishers the U.S. Attorney's Office stands for the case: it prosecutes.
    partner = ~dated["component"].str.startswith("usao-", na=False)
    offices = dated.assign(partner=partner).sort_values("partner", kind="stable")
    cases = pd.DataFrame(
        {
            "component": offices.groupby("case_id")["component"].first(),
            "district": by_case["district"].first(),
            "first_release_date": by_case["published_date"].min(),
            "last_release_date": by_case["published_date"].max(),
            "n_releases": by_case.size().astype("str"),
            "n_suspects": by_case["n_suspects"].agg(_largest),
            "latest_kind": by_case["release_kind"].agg(_first_of(STAGES)),
            "is_child_exploitation": by_case["is_child_exploitation"].max(),  # "true" sorts after "false"
            "origin": by_case["origin"].agg(_first_of(ORIGINS)),
            "place": by_case["place"].first(),
            "state": by_case["state"].first(),
            "confidence": by_case["confidence"].agg(_first_of(CONFIDENCES)),
        }
    ).reset_index()
    cases = cases.assign(county=_counties(cases), quarter=_quarter(cases["first_release_date"]))
    return cases.join(_points(cases, components))


def _largest(values: pd.Series) -> str | None:
    known = values.dropna()
    return max(known, key=int) if len(known) else None


def _first_of(order: list[str]) -> Callable[[pd.Series], str | None]:
    """A function that gives the value that stands first in ``order``, or None where none is known.

    A value that is not in ``order`` comes last: the checks refuse it, with its place.
    """

    def rank(value: str) -> int:
        return order.index(value) if value in order else len(order)

    def pick(values: pd.Series) -> str | None:
        known = values.dropna()
        return min(known, key=rank) if len(known) else None

    return pick


def _quarter(dates: pd.Series) -> pd.Series:
    return dates.map(lambda date: f"{date[:4]}-Q{(int(date[5:7]) + 2) // 3}", na_action="ignore")


def _counties(cases: pd.DataFrame) -> pd.Series:
    """The county that a place is, or lies in."""
    named = cases["place"].where(cases["place"].str.contains(COUNTY, na=False))
    pairs = zip(cases["place"], cases["state"], strict=True)
    around = pd.Series([_known_county(place, state) for place, state in pairs], index=cases.index, dtype="str")
    return named.fillna(around)


def _known_county(place: object, state: object) -> str | None:
    return places.county_of(place, state) if isinstance(place, str) and isinstance(state, str) else None


def _points(cases: pd.DataFrame, components: pd.DataFrame) -> pd.DataFrame:
    """latitude, longitude and geo_precision: of the town, else of its county, else of the district's headquarters."""
    rows = zip(cases["place"], cases["county"], cases["state"], cases["district"], strict=True)
    offices = components.set_index("component")[["latitude", "longitude"]]
    found = [_point(place, county, state, district, offices) for place, county, state, district in rows]
    return pd.DataFrame(found, columns=["latitude", "longitude", "geo_precision"], index=cases.index, dtype="str")


def _point(
    place: object, county: object, state: object, district: object, offices: pd.DataFrame
) -> tuple[str | None, str | None, str | None]:
    if isinstance(state, str):
        if isinstance(place, str) and (town := places.town_point(place, state)):
            return f"{town[0]}", f"{town[1]}", "place"
        if isinstance(county, str) and (middle := places.county_point(county, state)):
            return f"{middle[0]}", f"{middle[1]}", "county"
    if district in offices.index and isinstance(latitude := offices.at[district, "latitude"], str):
        return latitude, str(offices.at[district, "longitude"]), "district"
    return None, None, None


def _uses(linked: pd.DataFrame, coded: Frames, registers: Registers, version: str) -> pd.DataFrame:
    """Uses that the coding leaves no doubt about: one suspect, and one kind of conduct in the release.

    With several kinds, the coding does not say which went with which platform, so no use is made up
    (docs/decisions/0005-uses.md).
    """
    conduct = coded["release_conduct"]
    single = conduct[~conduct["release_id"].duplicated(keep=False)][["release_id", "conduct"]]
    platforms = coded["release_platforms"]
    used = platforms[platforms["role"] == "used"][["release_id", "platform_id"]]
    alone = linked[linked["n_suspects"] == "1"][["release_id", "case_id"]]
    uses = alone.merge(used, on="release_id").merge(single, on="release_id")
    uses = uses[["case_id", "platform_id", "conduct"]].drop_duplicates().sort_values("case_id")
    keys = uses["case_id"].map(lambda case: sha256(f"suspect:{case}:1".encode()))
    registers.suspects.issue(keys, version)
    return uses.assign(suspect_no="1")
