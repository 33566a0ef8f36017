"""The basemap: coasts, borders and names as SVG tiles, drawn by our own server.

Tiles are in Web Mercator (EPSG:3857), 256 pixels, numbered as everywhere on the web
(XYZ: zoom, column from 180 degrees west, row from the north). Shapes come from
Natural Earth, names from GeoNames. The colours are quiet, so that what is drawn on
top stands out.

Neighbouring tiles fit: shapes are simplified once for a zoom and only then cut, and
whether a label has room is decided for the whole zoom, not for a tile, so that two
tiles draw the two halves of the same label.

Importing this module reads nothing. Data are prepared once and kept in the cache's
folder (:mod:`geo.web.basemap.prepared`): ``python -m geo.web.basemap.tiles`` does so when installing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from xml.sax.saxutils import escape

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point, Polygon

from geo.base.errors import NotFoundError
from geo.base.grid import STEPS_PER_PX, TILE_PX, WORLD_PX, Tile
from geo.web.basemap import city_labels, country_labels
from geo.web.basemap.city_labels import Room
from geo.web.basemap.country_labels import country_names
from geo.web.basemap.label_box import MARGIN_PX, WIDER, touches_tile
from geo.web.basemap.prepared import once
from geo.web.basemap.shapes import FULL_DETAIL_ZOOM, shapes

MAX_ZOOM: Final = 18
#: Up to here a map shows countries and large towns.
OVERVIEW_ZOOM: Final = 7
_DASH_PX: Final = (5, 3)
_FEWEST_RING_STEPS: Final = 3


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
        two thousand are kept. The first tile of a zoom takes tenths of a second, as
        data are read, or seconds where :func:`warm` never ran; after that a tile
        takes milliseconds.

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
    return _drawn(Tile(z, x, y), THEMES[theme])


def attribution() -> str:
    """Return the credit to show with the basemap."""
    return "Natural Earth; names by GeoNames (CC BY 4.0)"


def warm(zooms: Iterable[int] = range(MAX_ZOOM + 1)) -> None:
    """Prepare and read what tiles are drawn from, so that none of *zooms* has to wait.

    Some 20 seconds of other processes the first time, then a second or two. For a
    thread of its own at the server's start; tiles may be asked for meanwhile.

    Parameters
    ----------
    zooms
        Zooms from 0 to :data:`MAX_ZOOM`. Those above :data:`OVERVIEW_ZOOM` need 50 MB
        of memory more, and a tenth of a second each when first asked for.

    Raises
    ------
    MissingAssetError
        If Natural Earth is not installed.
    """
    for zoom in zooms:
        _drawn(Tile(zoom, 2**zoom // 2, 2**zoom // 3), THEMES["light"])


def _drawn(tile: Tile, colors: Theme) -> str:
    width_px = 0.8 if tile.zoom < FULL_DETAIL_ZOOM - 2 else 1.0
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{TILE_PX}" '
        f'height="{TILE_PX}" viewBox="0 0 {TILE_PX} {TILE_PX}">'
        f'<rect width="{TILE_PX}" height="{TILE_PX}" fill="{colors.sea}"/>'
        f'<g transform="scale({1 / STEPS_PER_PX})" fill="none" '
        f'stroke-linejoin="round" stroke="{colors.border}" '
        f'stroke-width="{width_px * STEPS_PER_PX:g}">'
        f"{''.join(_drawn_land(tile, colors))}{''.join(_drawn_borders(tile))}</g>"
        '<g font-family="system-ui, sans-serif" text-anchor="middle" '
        f'fill="{colors.label}" stroke="{colors.halo}" stroke-width="3" '
        'stroke-linejoin="round" paint-order="stroke">'
        f"{''.join(_drawn_countries(tile))}{''.join(_drawn_cities(tile))}</g></svg>"
    )


def _drawn_land(tile: Tile, colors: Theme) -> Iterator[str]:
    found = shapes(tile.zoom)
    window = tile.window(margin_px=MARGIN_PX)
    hits = np.sort(found.land_tree.query(shapely.box(*window)))
    rings = [
        ring
        for part in shapely.get_parts(
            shapely.clip_by_rect(found.land[hits], *window)
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


def _drawn_borders(tile: Tile) -> Iterator[str]:
    found = shapes(tile.zoom)
    window = tile.window(margin_px=MARGIN_PX)
    hits = np.sort(found.lines_tree.query(shapely.box(*window)))
    agreed = hits[~found.disputed[hits]]
    paths = [
        path
        for line in found.lines[agreed]
        for _, path in _line_paths(tile, line, window)
    ]
    if paths:
        yield f'<path d="{"".join(paths)}"/>'
    dashes = " ".join(str(part * STEPS_PER_PX) for part in _DASH_PX)
    for line in found.lines[hits[found.disputed[hits]]]:
        for start_px, path in _line_paths(tile, line, window):
            # The dashes go on where the neighbouring tile's end.
            offset = start_px % sum(_DASH_PX) * STEPS_PER_PX
            yield (
                f'<path stroke-dasharray="{dashes}" '
                f'stroke-dashoffset="{offset:.0f}" d="{path}"/>'
            )


def _line_paths(
    tile: Tile, line: LineString, window: tuple[float, float, float, float]
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


def _drawn_countries(tile: Tile) -> Iterator[str]:
    lines: list[str] = []
    font_px = country_labels.FONT_PX
    for name in country_names(tile.zoom):
        left, top = tile.column * TILE_PX, tile.row * TILE_PX
        for turn in (-1, 0, 1):
            x = (name.x + turn * WORLD_PX) * tile.scale - left
            y = name.y * tile.scale - top
            if not touches_tile(
                x,
                y,
                half_width_px=name.half_width_px,
                half_height_px=name.half_height_px,
            ):
                continue
            first = y - name.half_height_px + font_px
            lines += [
                f'<text x="{x:.1f}" '
                f'y="{first + number * country_labels.LINE_HEIGHT_EM * font_px:.1f}">'
                f"{escape(line)}</text>"
                for number, line in enumerate(name.lines)
            ]
    if lines:
        yield (
            f'<g font-size="{font_px:g}" font-weight="600" '
            f'letter-spacing="{font_px * country_labels.SPACING_EM:.2f}">'
        )
        yield from lines
        yield "</g>"


@once
def _room(zoom: int) -> Room:
    return Room.at(zoom, tuple(name.box(zoom) for name in country_names(zoom)))


def _drawn_cities(tile: Tile) -> Iterator[str]:
    if tile.zoom < city_labels.FIRST_ZOOM:
        return
    room = _room(tile.zoom)
    labels = room.labels
    widest = float(labels.half_width_px[room.named].max()) * WIDER + MARGIN_PX
    window = np.array([tile.window(margin_px=widest)])
    points = labels.index.within(window)[1]
    shown = set(room.shown(labels.owner[points]).tolist())
    for point in sorted(points.tolist(), key=lambda point: int(labels.owner[point])):
        city = int(labels.owner[point])
        if city not in shown:
            continue
        x = (labels.x[city] + labels.shift[point]) * tile.scale - tile.column * TILE_PX
        y = labels.y[city] * tile.scale - tile.row * TILE_PX
        font_px = float(labels.font_px[city])
        if not touches_tile(
            x,
            y,
            half_width_px=float(labels.half_width_px[city]),
            half_height_px=font_px * city_labels.HEIGHT_EM,
        ):
            continue
        radius_px = 2.5 if labels.capital[city] else 1.8
        yield (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius_px}" stroke-width="1.5"/>'
            f'<text x="{x:.1f}" y="{y + font_px * city_labels.BASELINE_EM:.1f}" '
            f'font-size="{font_px:g}">{escape(labels.names[city])}</text>'
        )


if __name__ == "__main__":
    warm()
