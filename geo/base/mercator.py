"""Web Mercator (EPSG:3857) in pixels, and its tiles.

Positions are held in pixels of zoom 0: the world is 256 wide and high, x grows
eastwards from 180 degrees west, y southwards. A pixel of zoom 0 is 2**z pixels of
zoom z.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

TILE_PX: Final = 256
WORLD_PX: Final = float(TILE_PX)
#: Coordinates within a tile are in tenths of a pixel.
STEPS_PER_PX: Final = 10
#: Beyond Web Mercator's square (85.05), so that cut edges stay outside every tile.
_CUT_LAT: Final = 85.5


def mercator(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Project rows of (lon, lat) in degrees to rows of (x, y) in pixels of zoom 0."""
    lat = np.radians(np.clip(points[:, 1], -_CUT_LAT, _CUT_LAT))
    x = (points[:, 0] + 180) / 360
    y = 0.5 - np.log(np.tan(np.pi / 4 + lat / 2)) / (2 * np.pi)
    return np.column_stack([x, y]) * WORLD_PX


def projected(geometry: shapely.Geometry) -> shapely.Geometry:
    """Project a valid WGS84 geometry in (lon, lat) to a valid one in pixels."""
    found: shapely.Geometry = shapely.transform(geometry, mercator)
    if shapely.is_valid(found):
        return found
    # What lies beyond the square is pressed onto its edge and may overlap there.
    return shapely.make_valid(found, method="structure", keep_collapsed=False)


def polygons(geometry: shapely.Geometry) -> list[Polygon]:
    """Return the polygons a geometry is made of; the rest is left out."""
    parts = shapely.get_parts(geometry).tolist()
    return [part for part in parts if isinstance(part, Polygon)]


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: zoom, column from 180 degrees west, row from the north."""

    zoom: int
    column: int
    row: int

    @property
    def scale(self) -> int:
        """Pixels of this zoom for one pixel of zoom 0."""
        return 1 << self.zoom

    def window(self, *, margin_px: float) -> tuple[float, float, float, float]:
        """Return west, north, east, south in pixels of zoom 0, y southwards."""
        return (
            (self.column * TILE_PX - margin_px) / self.scale,
            (self.row * TILE_PX - margin_px) / self.scale,
            ((self.column + 1) * TILE_PX + margin_px) / self.scale,
            ((self.row + 1) * TILE_PX + margin_px) / self.scale,
        )

    def steps(self, points: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return points in whole steps from the tile's corner, repeated ones once."""
        origin = np.array([self.column, self.row]) * TILE_PX
        steps = (points * self.scale - origin) * STEPS_PER_PX
        whole = np.rint(steps).astype(np.int64)
        changed = np.ones(len(whole), dtype=bool)
        changed[1:] = np.any(np.diff(whole, axis=0) != 0, axis=1)
        kept: NDArray[np.int64] = whole[changed]
        return kept
