"""Web Mercator (EPSG:3857): the grid that markers are counted on, and map tiles.

Markers lie on a grid of whole numbers ``0 .. 2**30`` with (0, 0) at the north-west
corner, as web map tiles count. A cell of any zoom is a right shift of a coordinate.
Shapes are drawn in pixels of zoom 0: the world is 256 wide and high, x grows eastwards
from 180 degrees west, y southwards; a pixel of zoom 0 is 2**z pixels of zoom z.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

#: Bits of the integer Web Mercator grid.
GRID_BITS: Final = 30
#: Coordinates are below this.
GRID: Final = 1 << GRID_BITS
#: Latitude where the Web Mercator square ends.
MAX_LAT: Final = 85.051128779807
#: A grid cell is this many pixels wide.
CELL_PX: Final = 32
TILE_PX: Final = 256
WORLD_PX: Final = float(TILE_PX)
#: Beyond Web Mercator's square, so that cut edges of shapes stay outside every tile.
_CUT_LAT: Final = 85.5
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_T = TypeVar("_T", int, str)


class Bbox(NamedTuple):
    """An extent in degrees (WGS84); ``west > east`` crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def __str__(self) -> str:
        """Write it as a URL does: ``20.35,44.7,20.6,44.9``; reads back equal."""
        return ",".join(repr(float(value)).removesuffix(".0") for value in self)


@dataclass(frozen=True, slots=True)
class Group:
    """What one marker stands for: an incident, the incidents of one place, or more.

    ``lon``, ``lat`` is where to draw it (WGS84). ``first_no`` is the row number of one
    of them. ``place_no`` is set when all share
    one place; ``status`` and ``plan`` where all agree. ``mix`` counts them by
    category, most first. ``extent`` holds the markers of all of them, so that
    zooming to it parts them; it may cross the antimeridian.
    """

    lon: float
    lat: float
    count: int
    incident_id: str | None
    place_no: int | None
    mix: tuple[tuple[str, int], ...]
    status: str | None
    plan: bool
    extent: Bbox
    first_no: int = -1


@dataclass(slots=True)
class Cell:
    """What one grid cell holds, as the engine's answer gives it, column by column.

    ``x``, ``y`` is the middle of its incidents, ``first_no`` the row number of one;
    pairs are the least and the greatest value. ``corners`` are the least and the
    greatest coordinates of their markers: west, north, east, south.
    """

    x: float
    y: float
    count: int
    first_no: int
    place_no: tuple[int, int]
    mix: dict[str, int]
    status: tuple[str, str]
    plan: bool
    corners: tuple[int, int, int, int]

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> Cell:
        """Read one row of the engine's answer; its sums are of whole coordinates."""
        count = int(row[0])
        pairs = (part.rsplit(":", 1) for part in row[6].split(","))
        return cls(
            row[1] / count,
            row[2] / count,
            count,
            row[3],
            (row[4], row[5]),
            {category: int(number) for category, number in pairs},
            (row[7], row[8]),
            bool(row[9]),
            (row[10], row[11], row[12], row[13]),
        )

    @property
    def extent(self) -> Bbox:
        """The extent of its markers, WGS84, up to one turn of the world further east."""
        west, north, east, south = self.corners
        (left, top), (right, bottom) = unproject(west, north), unproject(east, south)
        return Bbox(left, bottom, right, top)

    def copy(self) -> Cell:
        """Return one that can take others in, while this one stays as it is.

        A view copies hundreds; :func:`dataclasses.replace` takes five times as long.
        """
        return Cell(
            self.x,
            self.y,
            self.count,
            self.first_no,
            self.place_no,
            self.mix.copy(),
            self.status,
            self.plan,
            self.corners,
        )

    def take(self, other: Cell) -> None:
        """Add another cell's incidents; the marker stays where it is."""
        self.count += other.count
        for category, count in other.mix.items():
            self.mix[category] = self.mix.get(category, 0) + count
        self.place_no = _span(self.place_no, other.place_no)
        self.status = _span(self.status, other.status)
        self.plan = self.plan and other.plan
        mine, theirs = self.corners, other.corners
        self.corners = (
            min(mine[0], theirs[0]),
            min(mine[1], theirs[1]),
            max(mine[2], theirs[2]),
            max(mine[3], theirs[3]),
        )

    def moved(self) -> Cell:
        """Return it one turn of the world further east."""
        west, north, east, south = self.corners
        corners = (west + GRID, north, east + GRID, south)
        return replace(self, x=self.x + GRID, corners=corners)

    def group(self) -> Group:
        """Return the marker that stands for it, on the world that degrees count."""
        lon, lat = unproject(self.x, self.y)
        west, south, east, north = self.extent
        return Group(
            lon=round(wrapped(lon), 5),
            lat=round(lat, 5),
            count=self.count,
            incident_id=None,
            place_no=_agreed(self.place_no),
            mix=tuple(sorted(self.mix.items(), key=lambda item: (-item[1], item[0]))),
            status=_agreed(self.status),
            plan=self.plan,
            extent=Bbox(wrapped(west), south, wrapped(east), north),
            first_no=self.first_no,
        )


def wrapped(lon: float) -> float:
    """Return a longitude of up to one turn further east as degrees count it."""
    return lon - 360 if lon > 180 else lon  # noqa: PLR2004 - the antimeridian


def _span(mine: tuple[_T, _T], theirs: tuple[_T, _T]) -> tuple[_T, _T]:
    if mine == theirs:
        return mine
    return min(mine[0], theirs[0]), max(mine[1], theirs[1])


def _agreed(pair: tuple[_T, _T]) -> _T | None:
    return pair[0] if pair[0] == pair[1] else None


def mercator(lon: float, lat: float) -> tuple[int, int]:
    """Return integer Web Mercator coordinates, (0, 0) at the north-west corner.

    Latitudes beyond the Mercator square are drawn at its edge.
    """
    clipped = max(-MAX_LAT, min(MAX_LAT, lat))
    x, y = unit_square(lon, math.sin(math.radians(clipped)), math.log)
    top = GRID - 1
    return min(top, max(0, int(x * GRID))), min(top, max(0, int(y * GRID)))


def mercator_of(lons: Floats, lats: Floats) -> tuple[Ints, Ints]:
    """Return :func:`mercator` of many points."""
    sine = np.sin(np.radians(np.clip(lats, -MAX_LAT, MAX_LAT)))
    x, y = (
        np.clip((part * GRID).astype(np.int64), 0, GRID - 1)
        for part in unit_square(lons, sine, np.log)
    )
    return x, y


def unit_square(lon: Any, sine: Any, log: Callable[[Any], Any]) -> tuple[Any, Any]:  # noqa: ANN401
    """Return Web Mercator (EPSG:3857) scaled to 0 to 1, x eastwards, y southwards.

    Parameters
    ----------
    lon
        Degrees: a number, an array or an expression of a query.
    sine
        The sine of the latitude, which is within :data:`MAX_LAT`.
    log
        The natural logarithm of such a value.
    """
    return (lon + 180) / 360, 0.5 - log((1 + sine) / (1 - sine)) / (4 * math.pi)


def morton(mx: Any, my: Any, whole: Callable[[int], Any] = int) -> Any:  # noqa: ANN401
    """Return the place on the Z-order curve (Morton 1966) of integer coordinates.

    Parameters
    ----------
    mx, my
        Below 2**30: whole numbers, arrays of int64, or expressions of a query.
    whole
        Makes a number such as they are; queries must say how wide it is.
    """
    return _spread(mx, whole) | _spread(my, whole) << whole(1)


def curve_stretches(
    west: int, north: int, east: int, south: int, *, most: int = 8
) -> list[tuple[int, int]]:
    """Return stretches of the Z-order curve that cover a rectangle of the grid.

    The rectangle is covered by squares of the curve, the largest of which is parted
    while there are few enough (Tropf and Herzog 1981). Between the first and the last
    place of one lies nothing of the world beyond these squares.

    Parameters
    ----------
    west, north, east, south
        First and last integer coordinates, inclusive, with west <= east and
        north <= south.
    most
        At most so many stretches, and at least 4.

    Returns
    -------
    list of tuple
        First and last place of each, inclusive, in order.
    """
    whole: list[tuple[int, int, int]] = []
    cut = [(0, 0, GRID_BITS)]
    while cut and len(whole) + len(cut) + 3 <= most:
        cut.sort(key=lambda square: square[2])
        x, y, shift = cut.pop()
        half = 1 << (shift - 1)
        for left, top in ((x, y), (x + half, y), (x, y + half), (x + half, y + half)):
            right, bottom = left + half - 1, top + half - 1
            if left > east or right < west or top > south or bottom < north:
                continue
            is_inside = west <= left and right <= east and north <= top
            part = whole if is_inside and bottom <= south else cut
            part.append((left, top, shift - 1))
    stretches: list[tuple[int, int]] = []
    for x, y, shift in sorted((*whole, *cut), key=lambda one: morton(one[0], one[1])):
        first = int(morton(x, y))
        last = first + (1 << (2 * shift)) - 1
        if stretches and stretches[-1][1] + 1 == first:
            first = stretches.pop()[0]
        stretches.append((first, last))
    return stretches


def _spread(value: Any, whole: Callable[[int], Any]) -> Any:  # noqa: ANN401
    """Put a zero bit between each two bits of 30-bit numbers."""
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        value = (value | value << whole(shift)) & whole(mask)
    return value


def mercator_px(points: Floats) -> Floats:
    """Project rows of (lon, lat) in degrees to rows of (x, y) in pixels of zoom 0."""
    sine = np.sin(np.radians(np.clip(points[:, 1], -_CUT_LAT, _CUT_LAT)))
    return np.column_stack(unit_square(points[:, 0], sine, np.log)) * WORLD_PX


def unproject(x: float, y: float) -> tuple[float, float]:
    """Return (lon, lat) of integer Web Mercator coordinates."""
    lon = x / GRID * 360 - 180
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / GRID))))
    return lon, lat


def cell_shift(zoom: int) -> int:
    """Return the shift that makes coordinates into cells of :data:`CELL_PX` pixels."""
    return max(0, GRID_BITS - zoom - int(math.log2(TILE_PX // CELL_PX)))


#: A bucket and those that touch it.
_AROUND: Final = tuple((dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))


def markers_apart(cells: Iterable[Cell], least: float) -> list[Group]:
    """Merge cells until no two markers are nearer than *least* grid units.

    Grid cells alone would leave two markers touching across a cell's edge. Cells
    come with the most incidents first; smaller ones join the first within reach.
    """
    kept: list[Cell] = []
    buckets: dict[tuple[int, int], list[int]] = {}
    for cell in cells:
        column, line = int(cell.x // least), int(cell.y // least)
        home = None
        for dx, dy in _AROUND:
            for index in buckets.get((column + dx, line + dy), ()):
                other = kept[index]
                if (home is None or index < home) and (
                    math.hypot(other.x - cell.x, other.y - cell.y) < least
                ):
                    home = index
        if home is None:
            buckets.setdefault((column, line), []).append(len(kept))
            # The cells may be asked for again, coarser.
            kept.append(cell.copy())
        else:
            kept[home].take(cell)
    return [cell.group() for cell in kept]


def around_the_world(cells: Sequence[Cell]) -> list[Cell]:
    """Return cells side by side where the antimeridian would part them.

    The world is cut where the widest stretch without any cell is, and what lies west
    of the cut is one turn further east. Cells that the antimeridian does not part stay.
    """
    spots = sorted({cell.x for cell in cells})
    if len(spots) < 2:  # noqa: PLR2004 - two make a gap
        return list(cells)
    gaps = [after - before for before, after in pairwise(spots)]
    widest = max(gaps)
    if spots[0] + GRID - spots[-1] >= widest:
        return list(cells)
    cut = spots[gaps.index(widest)]
    return [cell.moved() if cell.x <= cut else cell for cell in cells]


def coarser_cells(cells: Iterable[Cell], shift: int) -> list[Cell]:
    """Join finer cells that lie in one cell of this shift, the fullest first.

    A joined cell stands in the middle of all its incidents.
    """
    coarser: dict[tuple[int, int], Cell] = {}
    for cell in cells:
        spot = int(cell.x) >> shift, int(cell.y) >> shift
        home = coarser.get(spot)
        if home is None:
            coarser[spot] = cell.copy()
            continue
        share = cell.count / (home.count + cell.count)
        home.x += (cell.x - home.x) * share
        home.y += (cell.y - home.y) * share
        home.first_no = min(home.first_no, cell.first_no)
        home.take(cell)
    return sorted(coarser.values(), key=lambda cell: (-cell.count, cell.first_no))


def projected(geometry: shapely.Geometry) -> shapely.Geometry:
    """Project a valid WGS84 geometry in (lon, lat) to a valid one in pixels."""
    geometry_px: shapely.Geometry = shapely.transform(geometry, mercator_px)
    if shapely.is_valid(geometry_px):
        return geometry_px
    # What lies beyond the square is pressed onto its edge and may overlap there.
    return shapely.make_valid(geometry_px, method="structure", keep_collapsed=False)


def polygons(geometry: shapely.Geometry) -> list[Polygon]:
    """Return the polygons a geometry is made of; the rest is left out."""
    parts = shapely.get_parts(geometry).tolist()
    return [part for part in parts if isinstance(part, Polygon)]
