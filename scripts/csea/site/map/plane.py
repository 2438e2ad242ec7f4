"""Where a place of the United States stands on the picture: one plane with the mainland and five insets.

Every frame has an equal-area cone (Albers, on a sphere) of its own, fitted to its box. The unit of the plane is a
960th of the picture's width; x grows to the right and y down. ``schemas/pictures/map.yaml`` computes the same two
lines from the numbers that ``Fitted.numbers`` writes into the shapes file. Out of scope: reading shapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import radians, sin

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WIDTH, HEIGHT = 960.0, 640.0
PADDING = 6.0
LABEL = 26.0  # room above the shapes of an inset for its name


@dataclass(frozen=True)
class Frame:
    """A part of the picture: its box in the plane, what it is called, its cone, and what of it is shown.

    ``box`` is left, top, right, bottom in units; ``parallels`` the two latitudes at which the cone is true and
    ``meridian`` the longitude that stands upright, in degrees; ``window`` is west, south, east, north in degrees:
    islands outside it are not drawn, and a point outside it would fall outside the box.
    """

    id: str
    name: str
    short: str
    box: tuple[float, float, float, float]
    parallels: tuple[float, float]
    meridian: float
    window: tuple[float, float, float, float] = (-180.0, -90.0, 180.0, 90.0)


FRAMES = (
    Frame("mainland", "", "", (0, 0, WIDTH, HEIGHT), (29.5, 45.5), -96),
    Frame("ak", "Alaska", "AK", (0, 466, 236, HEIGHT), (55, 65), -154),
    Frame("hi", "Hawaii", "HI", (242, 540, 350, HEIGHT), (8, 18), -157, (-160.6, 18.5, -154.5, 22.5)),
    Frame("pr", "Puerto Rico, Virgin Islands", "PR, VI", (548, 548, 752, HEIGHT), (17, 19), -66.3),
    Frame("as", "American Samoa", "AS", (836, 570, WIDTH, HEIGHT), (-15, -13), -170, (-171.2, -14.6, -169.3, -14.0)),
    Frame("gu", "Guam, Marianas", "GU, MP", (836, 412, WIDTH, 564), (13, 16), 145, (144, 13, 146.2, 15.4)),
)


def frame_of(longitude: float, latitude: float) -> str:
    """The id of the frame that a point of the United States, in degrees, belongs to."""
    if latitude < 0:
        return "as"
    if longitude > 100 and latitude < 30:
        return "gu"
    if latitude > 50:
        return "ak"
    if longitude < -140:
        return "hi"
    return "pr" if longitude > -68.5 and latitude < 20 else "mainland"


@dataclass(frozen=True)
class Fitted:
    """A frame with the scale ``k`` and the place (``x``, ``y``) of its cone's tip, in units of the plane."""

    frame: Frame
    k: float = 1.0
    x: float = 0.0
    y: float = 0.0

    @property
    def cone(self) -> tuple[float, float]:
        """Snyder's n and C (Map Projections: A Working Manual, 1987, equations 14-3, 14-5 and 14-6)."""
        first, second = (sin(radians(latitude)) for latitude in self.frame.parallels)
        n = (first + second) / 2
        return n, 1 - first**2 + 2 * n * first

    def project(self, points: Array) -> Array:
        """(longitude, latitude) in degrees, shape (k, 2), to (x, y) in units of the plane."""
        n, c = self.cone
        turned = np.radians((points[:, 0] - self.frame.meridian + 540) % 360 - 180) * n
        radius = np.sqrt(c - 2 * n * np.sin(np.radians(points[:, 1]))) / n * self.k
        return np.column_stack((self.x + radius * np.sin(turned), self.y + radius * np.cos(turned)))

    @property
    def numbers(self) -> dict[str, float]:
        """What a reader of the shapes file needs to project a point; rounded, and used rounded here too."""
        n, c = self.cone
        return {"n": n, "c": c, "meridian": self.frame.meridian, "k": self.k, "x": self.x, "y": self.y}


def fit(frame: Frame, lines: Sequence[Array]) -> Fitted:
    """The frame's cone at the largest scale at which all ``lines`` (degrees) stand in its box, in its middle."""
    flat = Fitted(frame).project(np.concatenate(lines))
    low, high = flat.min(axis=0), flat.max(axis=0)
    left, top, right, bottom = frame.box
    top += LABEL if frame.name else 0
    room = np.array((right - left, bottom - top)) - 2 * PADDING
    k = round(float((room / (high - low)).min()), 3)
    middle = np.array((left + right, top + bottom)) / 2
    if frame.id == "mainland":  # the insets stand below it
        middle[1] = top + PADDING + (high - low)[1] * k / 2
    x, y = middle - (low + high) / 2 * k
    return Fitted(frame, k, round(float(x), 3), round(float(y), 3))
