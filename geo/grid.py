"""The map's grid: Web Mercator in whole numbers, and markers kept apart on it.

EPSG:3857 scaled to ``0 .. 2**30`` with (0, 0) at the north-west corner, as web map
tiles count. A cell of any zoom is a right shift of a coordinate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from geo.query import Bbox

#: Bits of the integer Web Mercator grid.
GRID_BITS: Final = 30
_GRID: Final = 1 << GRID_BITS
#: Latitude where the Web Mercator square ends.
MAX_LAT: Final = 85.051128779807
#: A grid cell is this many pixels wide.
CELL_PX: Final = 32
_TILE_PX: Final = 256


@dataclass(frozen=True, slots=True)
class Group:
    """What one marker stands for: an incident, the incidents of one place, or more.

    ``lon``, ``lat`` is where to draw it (WGS84). ``place_no`` is set when all share
    one place; ``category``, ``status`` and ``plan`` where all agree; ``extent``
    holds the markers of all of them, so that zooming to it parts them.
    """

    lon: float
    lat: float
    count: int
    incident_id: str | None
    place_no: int | None
    category: str | None
    status: str | None
    plan: bool
    extent: Bbox


def mercator(lon: float, lat: float) -> tuple[int, int]:
    """Return integer Web Mercator coordinates, (0, 0) at the north-west corner.

    Latitudes beyond the Mercator square are drawn at its edge.
    """
    clipped = max(-MAX_LAT, min(MAX_LAT, lat))
    sine = math.sin(math.radians(clipped))
    x = (lon + 180) / 360
    y = 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)
    top = _GRID - 1
    return min(top, max(0, int(x * _GRID))), min(top, max(0, int(y * _GRID)))


def unproject(x: float, y: float) -> tuple[float, float]:
    """Return (lon, lat) of integer Web Mercator coordinates."""
    lon = x / _GRID * 360 - 180
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / _GRID))))
    return lon, lat


def cell_shift(zoom: int) -> int:
    """Return the shift that makes coordinates into cells of :data:`CELL_PX` pixels."""
    return max(0, GRID_BITS - zoom - int(math.log2(_TILE_PX // CELL_PX)))


def markers_apart(rows: Sequence[Sequence[Any]], least: float) -> list[Group]:
    """Merge cells until no two markers are nearer than *least* grid units.

    Grid cells alone would leave two markers touching across a cell's edge. Rows
    come with the most incidents first; smaller ones join the first within reach.
    """
    kept: list[list[Any]] = []
    buckets: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        x, y = row[0], row[1]
        column, line = int(x // least), int(y // least)
        near = (
            index
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for index in buckets.get((column + dx, line + dy), ())
        )
        home = min(
            (
                index
                for index in near
                if math.hypot(kept[index][0] - x, kept[index][1] - y) < least
            ),
            default=None,
        )
        if home is None:
            buckets.setdefault((column, line), []).append(len(kept))
            kept.append(list(row))
        else:
            _merge(kept[home], row)
    return [_group(row) for row in kept]


def _merge(into: list[Any], row: Sequence[Any]) -> None:
    """Add one cell's row to another's; the marker stays where the most are."""
    into[2] += row[2]
    for position in (4, 6, 8):
        into[position] = min(into[position], row[position])
        into[position + 1] = max(into[position + 1], row[position + 1])
    into[10] = into[10] and row[10]
    into[11], into[12] = min(into[11], row[11]), min(into[12], row[12])
    into[13], into[14] = max(into[13], row[13]), max(into[14], row[14])


def _group(row: Sequence[Any]) -> Group:
    lon, lat = unproject(row[0], row[1])

    def shared(position: int) -> Any:  # noqa: ANN401 - a column's value
        return row[position] if row[position] == row[position + 1] else None

    return Group(
        lon=round(lon, 5),
        lat=round(lat, 5),
        count=int(row[2]),
        incident_id=row[3] if row[2] == 1 else None,
        place_no=shared(4),
        category=shared(6),
        status=shared(8),
        plan=bool(row[10]),
        extent=Bbox(*row[11:15]),
    )


def z_order(
    mx: Sequence[int | None], my: Sequence[int | None]
) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Return the order of rows along the Z-order curve (Morton 1966).

    Rows without coordinates count as lying at (0, 0).
    """
    key = np.zeros(len(mx), dtype=np.uint64)
    for column, offset in ((mx, 0), (my, 1)):
        values = np.array([value or 0 for value in column], dtype=np.uint64)
        key |= _spread(values) << np.uint64(offset)
    return np.argsort(key, kind="stable")


def _spread(
    values: np.ndarray[Any, np.dtype[np.uint64]],
) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Put a zero bit between each two bits of 30-bit numbers."""
    spread = values
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        spread = (spread | (spread << np.uint64(shift))) & np.uint64(mask)
    return spread
