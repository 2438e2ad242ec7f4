"""Borders of areas that are unions of others, from TopoJSON: joined at the arcs, thinned, and closed to rings.

An area that others make up ends where an arc has it on one side only, so no geometry needs to be computed. Borders
are shared by the areas on their two sides, and thinning one thins it for both: no gap and no overlap can arise. Out of
scope: which areas make up which (``make.py``) and projections (``plane.py``).
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from csea.site.map.plane import Array

Node = tuple[float, float]
Ring = list[int]  # borders in order, ~i for the i-th walked backwards


@dataclass(frozen=True)
class Border:
    """A line, shape (k, 2), with the areas whose rings walk it forwards and backwards; None is the sea or abroad."""

    points: Array
    forwards: str | None
    backwards: str | None

    @property
    def is_loop(self) -> bool:
        """Whether it ends where it begins."""
        return bool((self.points[0] == self.points[-1]).all())

    def turned(self) -> Border:
        """The same border walked from its other end."""
        return Border(self.points[::-1], self.backwards, self.forwards)

    def net(self, areas: Collection[str]) -> int:
        """1 where the outline of ``areas`` together walks it forwards, -1 backwards, 0 where it is no outline."""
        return (self.forwards in areas) - (self.backwards in areas)


def decoded(topology: Mapping[str, Any]) -> list[Array]:
    """The arcs of a quantised TopoJSON topology in its units (degrees), each of shape (k, 2)."""
    scale, shift = (np.array(topology["transform"][part]) for part in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]


def arcs_of(geometry: Mapping[str, Any]) -> list[int]:
    """Every arc of a Polygon or MultiPolygon, ~i for the i-th walked backwards."""
    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    return [arc for polygon in polygons for ring in polygon for arc in ring]


def borders(arcs: Sequence[Array], members: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Border]:
    """The borders of areas, given as (area, geometry of a member); those between members of one area are dropped.

    ValueError where two areas claim one side of an arc.
    """
    walks: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for area, geometry in members:
        for arc in arcs_of(geometry):
            walks[max(arc, ~arc)][area] += 1 if arc >= 0 else -1
    found = []
    for arc, count in sorted(walks.items()):
        # [the one who walks it forwards], [the one who walks it backwards]; either may be nobody
        sides = [[area for area, n in count.items() if n == way] for way in (1, -1)]
        if any(len(side) > 1 for side in sides) or any(abs(n) > 1 for n in count.values()):
            if (arcs[arc] == arcs[arc][0]).all():
                continue  # a point, left over from quantising
            raise ValueError(f"arc {arc} has more than one area on a side: {dict(count)}")
        forwards, backwards = (side[0] if side else None for side in sides)
        if forwards or backwards:
            found.append(Border(arcs[arc], forwards, backwards))
    return joined(found)


def joined(pieces: Sequence[Border]) -> list[Border]:
    """The borders with those made one that meet where no third one does."""
    at: defaultdict[Node, list[int]] = defaultdict(list)
    for i, piece in enumerate(pieces):
        for end in _ends(piece):
            at[end].append(i)
    left = dict(enumerate(pieces))
    done = []
    while left:
        line = left.pop(next(iter(left)))
        for _ in range(2):  # at its end, then, turned, at its beginning
            while not line.is_loop and len(near := at[_ends(line)[1]]) == 2 and (free := left.keys() & near):
                more = left.pop(free.pop())
                more = more if _ends(more)[0] == _ends(line)[1] else more.turned()
                line = replace(line, points=np.concatenate((line.points, more.points[1:])))
            line = line.turned()
        done.append(line)
    return done


def _ends(border: Border) -> tuple[Node, Node]:
    first, last = border.points[[0, -1]].tolist()
    return (first[0], first[1]), (last[0], last[1])


def thinned(points: Array, least: float) -> Array:
    """The line without points that make a triangle smaller than ``least`` with their neighbours (Visvalingam).

    Ends stay, and of a loop enough to be an area.
    """
    before, after = list(range(-1, len(points) - 1)), list(range(1, len(points) + 1))
    xy = points.tolist()

    def size(i: int) -> float:
        (ax, ay), (bx, by), (cx, cy) = xy[before[i]], xy[i], xy[after[i]]
        return float(abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2)

    queue = [(size(i), i) for i in range(1, len(xy) - 1)]
    sizes = {i: area for area, i in queue}
    heapq.heapify(queue)
    fewest = 3 if xy[0] == xy[-1] else 0
    while len(sizes) > fewest and queue:
        area, i = heapq.heappop(queue)
        if sizes.get(i) != area:
            continue  # gone, or measured anew since
        if area >= least:
            break
        del sizes[i]
        after[before[i]], before[after[i]] = after[i], before[i]
        for near in (before[i], after[i]):
            if near in sizes:
                sizes[near] = max(size(near), area)
                heapq.heappush(queue, (sizes[near], near))
    return points[[0, *sorted(sizes), len(xy) - 1]]


def rings(lines: Sequence[Border], areas: Collection[str]) -> list[Ring]:
    """The outline of ``areas`` together, closed rings of borders."""
    ways = [i if net > 0 else ~i for i, line in enumerate(lines) if (net := line.net(areas))]
    starting: defaultdict[Node, list[int]] = defaultdict(list)
    for way in ways:
        starting[_from_to(lines, way)[0]].append(way)
    found = []
    for way in ways:
        start, node = _from_to(lines, way)
        if way not in starting[start]:
            continue  # walked already
        starting[start].remove(way)
        ring = [way]
        while node != start:
            ring.append(starting[node].pop())
            node = _from_to(lines, ring[-1])[1]
        found.append(ring)
    return found


def _from_to(lines: Sequence[Border], way: int) -> tuple[Node, Node]:
    first, last = _ends(lines[max(way, ~way)])
    return (first, last) if way >= 0 else (last, first)


def ring_points(lines: Sequence[Border], ring: Ring) -> Array:
    """The corners of a ring, the first one again at its end."""
    parts = [lines[way].points if way >= 0 else lines[~way].points[::-1] for way in ring]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def area(points: Array) -> float:
    """The area of a closed ring in squared units, negative where it is walked the other way round."""
    x, y = points.T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2)


def contains(points: Array, x: float, y: float) -> bool:
    """Whether a closed ring has a point inside."""
    (ax, ay), (bx, by) = points[:-1].T, points[1:].T
    crossing = (ay > y) != (by > y)
    at = ax[crossing] + (y - ay[crossing]) * (bx - ax)[crossing] / (by - ay)[crossing]
    return bool((at > x).sum() % 2)


def polygons(lines: Sequence[Border], outline: Sequence[Ring]) -> list[list[Ring]]:
    """Rings as polygons: each outer ring with its holes, the largest polygon first."""
    points = [ring_points(lines, ring) for ring in outline]
    sizes = [area(corners) for corners in points]
    order = sorted(range(len(outline)), key=lambda i: -abs(sizes[i]))
    outer = {i: [outline[i]] for i in order if sizes[i] * sizes[order[0]] > 0}
    for i in order:
        if i not in outer:  # the smallest ring around it
            home = [j for j in outer if contains(points[j], *points[i][:-1].mean(axis=0))]
            outer[home[-1] if home else order[0]].append(outline[i])
    return list(outer.values())
