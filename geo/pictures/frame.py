"""The frame of a picture: which part of the world it shows, how large, and where in it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.base.grid import MAX_LAT, WORLD_PX, Bbox, mercator_px, wrapped

Floats = NDArray[np.float64]
#: Length of the equator in Web Mercator, metres.
_EQUATOR_M: Final = 40_075_016.685_578_49
#: So much of a picture's width and height may lie around an extent, to either side.
_MARGIN: Final = 0.1
#: Closer than this there is nothing to see but the marker.
CLOSEST_ZOOM: Final = 12.0
#: Part of a zoom that may be missing: markers then stand a little closer together.
_ROUNDED_UP: Final = 0.25
#: A bar of scale is at most so long.
_LONGEST_BAR_PX: Final = 150.0


class Panel(NamedTuple):
    """Where the map is on the sheet, CSS pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of the world in Web Mercator, drawn into a panel.

    Parameters
    ----------
    panel
        Where it is drawn.
    left, top
        Its corner in pixels of zoom 0 (:mod:`geo.base.grid`); the left may lie beyond
        the world's edge, which the map then crosses.
    scale
        CSS pixels of the sheet a pixel of zoom 0.
    """

    panel: Panel
    left: float
    top: float
    scale: float

    @property
    def zoom(self) -> int:
        """The web map zoom by which markers are parted: hardly larger than its scale."""
        return max(0, math.floor(math.log2(self.scale) + _ROUNDED_UP))

    @property
    def bbox(self) -> Bbox:
        """What it shows, degrees; ``west > east`` where it crosses the antimeridian."""
        width = self.panel.width / self.scale
        south = _lat(self.top + self.panel.height / self.scale)
        if width >= WORLD_PX - 1e-6:
            return Bbox(-180.0, south, 180.0, _lat(self.top))
        west, east = (
            (x_px / WORLD_PX * 360) % 360 - 180
            for x_px in (self.left, self.left + width)
        )
        return Bbox(west, south, wrapped(east), _lat(self.top))

    def place(self, points_px: Floats) -> Floats:
        """Return where rows of (x, y) in pixels of zoom 0 are on the sheet."""
        corner = np.array([self.left, self.top])
        moved = (points_px - corner) * self.scale
        spots: Floats = moved + np.array([self.panel.x, self.panel.y])
        return spots

    def spot(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a place is on the sheet: on the turn of the world nearest to it."""
        point = mercator_px(np.array([[lon, lat]]))
        middle = self.left + self.panel.width / self.scale / 2
        point[0, 0] += WORLD_PX * round((middle - point[0, 0]) / WORLD_PX)
        x, y = self.place(point)[0].tolist()
        return x, y

    def turns(self, low_px: float, high_px: float) -> Iterator[float]:
        """Go through how far to move what is so wide, pixels of zoom 0, to see it here."""
        right = self.left + self.panel.width / self.scale
        for turn in (-2, -1, 0, 1, 2):
            if (
                high_px + turn * WORLD_PX >= self.left
                and low_px + turn * WORLD_PX <= right
            ):
                yield turn * WORLD_PX

    def reach(self, radius_m: float, lat: float) -> float:
        """Return how long a distance at a latitude is on the sheet, pixels."""
        cosine = max(0.05, math.cos(math.radians(lat)))
        return radius_m / (_EQUATOR_M * cosine) * WORLD_PX * self.scale

    def holds(self, x: float, y: float, beyond: float = 0.0) -> bool:
        """Tell whether a spot of the sheet is in the panel, or so far beyond its edge."""
        panel = self.panel
        return (
            panel.x - beyond <= x <= panel.x + panel.width + beyond
            and panel.y - beyond <= y <= panel.y + panel.height + beyond
        )

    def bar(self) -> tuple[float, float]:
        """Return a bar of scale for the middle of the map: metres, and pixels.

        Its length is 1, 2 or 5 with noughts.
        """
        box = self.bbox
        metre_px = self.reach(1.0, (box.north + box.south) / 2)
        most_m = min(_LONGEST_BAR_PX, self.panel.width / 3) / metre_px
        power = 10.0 ** math.floor(math.log10(most_m))
        length_m = max(step * power for step in (1, 2, 5) if step * power <= most_m)
        return length_m, length_m * metre_px


def fit(
    extent: Bbox,
    panel: Panel,
    *,
    closest: float = CLOSEST_ZOOM,
    margin: float = _MARGIN,
) -> Frame:
    """Return the frame that shows an extent whole, as large as a panel lets it.

    Where even the whole world is narrower than the panel, the panel becomes as narrow.

    Parameters
    ----------
    extent
        Degrees; ``west > east`` crosses the antimeridian.
    panel
        Where the map may be.
    closest
        No closer than this zoom of a web map.
    margin
        Share of the panel's sides to leave free around it.
    """
    corners = mercator_px(
        np.array([[extent.west, extent.north], [extent.east, extent.south]])
    )
    (left, top), (right, bottom) = np.clip(corners, 0, WORLD_PX).tolist()
    if extent.west > extent.east:
        right += WORLD_PX
    free = 1 - 2 * margin
    scale = min(
        2.0**closest,
        panel.width * free / max(right - left, 1e-9),
        panel.height * free / max(bottom - top, 1e-9),
    )
    scale = max(scale, panel.height / WORLD_PX)
    width = min(panel.width, WORLD_PX * scale)
    narrow = panel._replace(x=panel.x + (panel.width - width) / 2, width=width)
    high = panel.height / scale
    middle = (top + bottom) / 2
    highest = min(max(middle - high / 2, 0.0), WORLD_PX - high)
    return Frame(narrow, (left + right) / 2 - width / scale / 2, highest, scale)


def _lat(y_px: float) -> float:
    """Return the latitude of a line of pixels of zoom 0."""
    within = min(max(y_px, 0.0), WORLD_PX)
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * within / WORLD_PX))))
    return max(-MAX_LAT, min(MAX_LAT, lat))
