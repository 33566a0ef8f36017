"""The frame of a picture: which part of the world it shows, how large, and where in it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from geo.base.grid import MAX_LAT, WORLD_PX, Bbox, Floats, mercator_px, wrapped

#: Length of the equator in Web Mercator, metres.
_EQUATOR_M: Final = 40_075_016.685_578_49
#: So much of a picture's width and height may lie around an extent, to either side.
_MARGIN: Final = 0.1
#: Closer than this there is nothing to see but the marker.
CLOSEST_ZOOM: Final = 12.0
#: Part of a zoom that may lack: markers then stand a little closer together.
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
    def right(self) -> float:
        """Its other side, pixels of zoom 0; may lie beyond the world's edge."""
        return self.left + self.panel.width / self.scale

    @property
    def bottom(self) -> float:
        """Its lower end, pixels of zoom 0."""
        return self.top + self.panel.height / self.scale

    @property
    def exact_zoom(self) -> float:
        """The web map zoom of the same scale, with its fraction: how the ground looks."""
        return math.log2(self.scale)

    @property
    def zoom(self) -> int:
        """The whole web map zoom at which markers are counted: about its scale's."""
        return max(0, math.floor(self.exact_zoom + _ROUNDED_UP))

    @property
    def bbox(self) -> Bbox:
        """What it shows, degrees; ``west > east`` where it crosses the antimeridian."""
        north, south = _lat(self.top), _lat(self.bottom)
        if self.right - self.left >= WORLD_PX - 1e-6:
            return Bbox(-180.0, south, 180.0, north)
        west, east = (
            (x_px / WORLD_PX * 360) % 360 - 180 for x_px in (self.left, self.right)
        )
        return Bbox(west, south, wrapped(east), north)

    def place(self, points_px: Floats) -> Floats:
        """Return where rows of (x, y) in pixels of zoom 0 are on the sheet."""
        corner = np.array([self.left, self.top])
        moved = (points_px - corner) * self.scale
        spots: Floats = moved + np.array([self.panel.x, self.panel.y])
        return spots

    def spot(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a place is on the sheet: on the turn of the world nearest to it."""
        point = mercator_px(np.array([[lon, lat]]))
        middle = (self.left + self.right) / 2
        point[0, 0] += WORLD_PX * round((middle - point[0, 0]) / WORLD_PX)
        x, y = self.place(point)[0].tolist()
        return x, y

    def turns(self, low_px: float, high_px: float) -> Iterator[float]:
        """Go through the turns of the world on which something is in the frame.

        Parameters
        ----------
        low_px, high_px
            From where to where it reaches eastwards, pixels of zoom 0.

        Yields
        ------
        float
            How far to move it there, pixels of zoom 0.
        """
        for turn in (-2, -1, 0, 1, 2):
            shift = turn * WORLD_PX
            if high_px + shift >= self.left and low_px + shift <= self.right:
                yield shift

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
    height_px = panel.height / scale
    # The world ends above and below, and goes on to the left and to the right.
    top = min(max((top + bottom - height_px) / 2, 0.0), WORLD_PX - height_px)
    left = (left + right - width / scale) / 2
    return Frame(narrow, left, top, scale)


def _lat(y_px: float) -> float:
    """Return the latitude of a line of pixels of zoom 0."""
    within = min(max(y_px, 0.0), WORLD_PX)
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * within / WORLD_PX))))
    return max(-MAX_LAT, min(MAX_LAT, lat))
