"""Streets on pictures: the extract that a newsroom brings, as the browser draws it.

By the layers and kinds of Protomaps (https://docs.protomaps.com/basemaps/layers), in the
order and the widths of ``geo/web/static/ground-look.js``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from geo.base.grid import Floats, mercator_px
from geo.base.settings import settings
from geo.ground.archives import WORLD_CREDIT, Ground, kept_ground
from geo.publish.pictures.canvas import Canvas, Stroke
from geo.publish.pictures.frame import Frame
from geo.publish.pictures.look import Look
from geo.publish.pictures.room import Box, box_of
from geo.publish.pictures.tiles import FrameTiles

#: An extract is drawn from this zoom of the map on: before, it is only a patch.
_STREETS_FROM: Final = 9
_BUILDINGS_FROM: Final = 14
#: Kinds of land use that stand out, quietly.
_GREEN: Final = frozenset(
    {"park", "nature_reserve", "forest", "wood", "grass", "cemetery", "golf_course"}
)
#: Kinds of roads from the narrowest to the widest, each with its width at zoom 14.
_ROADS: Final = (
    (("path", "other"), 0.7),
    (("minor_road",), 2.0),
    (("medium_road",), 3.0),
    (("major_road",), 4.0),
    (("highway",), 5.5),
)
_WIDTHS_AT: Final = 14
_WATER_LINE_PX: Final = 1.5
_LEAST_PX: Final = 0.4
#: The renderer bounds how much one path may have.
_LINES_A_PATH: Final = 1_000


class StreetNames(NamedTuple):
    """Which names of an extract are written from a zoom on, and how.

    Parameters
    ----------
    layer, kinds
        Of Protomaps.
    from_zoom
        Of the map.
    size
        Of the letters, pixels.
    is_bold
        Whether they are.
    """

    layer: str
    kinds: Collection[str]
    from_zoom: float
    size: float
    is_bold: bool = False

    def name_of(self, properties: Mapping[str, Any]) -> str:
        """Return the name that is written of something; empty where none is."""
        is_meant = properties.get("kind") in self.kinds
        return str(properties.get("name") or "") if is_meant else ""


#: The most important first.
STREET_NAMES: Final = (
    StreetNames("places", {"locality"}, _STREETS_FROM, 12.0, is_bold=True),
    StreetNames("roads", {"highway", "major_road"}, 12, 10.0),
    StreetNames("places", {"macrohood", "neighbourhood"}, 12, 10.5),
    StreetNames("roads", {"medium_road", "minor_road"}, 15, 10.0),
)


class Streets:
    """The newsroom's extract as a frame shows it.

    Parameters
    ----------
    ground
        What its file says of itself.
    frame
        What is shown.
    """

    def __init__(self, ground: Ground, frame: Frame) -> None:
        self.tiles = FrameTiles(frame, ground.path, ground.min_zoom, ground.max_zoom)
        #: Whom to credit for it.
        self.attribution = ground.attribution
        #: Where it lies on the sheet, on each turn of the world.
        self.boxes = list(_boxes_of(ground, frame))


def streets_in(frame: Frame) -> Streets | None:
    """Return the newsroom's extract where a frame shows it; None where there is none.

    Raises
    ------
    DataError
        If it is no such file.
    """
    file = settings().ground
    if file is None:
        return None
    ground = kept_ground(file)
    if frame.exact_zoom < max(_STREETS_FROM, ground.min_zoom + 1):
        return None
    streets, panel = Streets(ground, frame), box_of(frame.panel)
    return streets if any(map(panel.meets, streets.boxes)) else None


def credit_of(streets: Streets | None) -> str:
    """Return whom the ground is owed to, that of the streets included."""
    names = (WORLD_CREDIT, streets.attribution if streets else "")
    return ", ".join(dict.fromkeys(filter(None, names)))


def _boxes_of(ground: Ground, frame: Frame) -> Iterator[Box]:
    west, south, east, north = ground.bounds
    corners_px = mercator_px(np.array([[west, north], [east, south]]))
    for turn in frame.turns(corners_px[0, 0], corners_px[1, 0]):
        placed = frame.place(corners_px + np.array([turn, 0.0]))
        (left, top), (right, bottom) = placed.tolist()
        yield Box(left, top, right, bottom)


def draw_streets(canvas: Canvas, frame: Frame, look: Look, streets: Streets) -> None:
    """Draw land, parks, waters, buildings and roads of an extract, the widest last."""
    tiles, zoom = streets.tiles, frame.exact_zoom
    _fill(canvas, tiles, "earth", look.land)
    _fill(canvas, tiles, "landuse", look.green, _GREEN)
    _fill(canvas, tiles, "water", look.sea)
    brooks = [lines for feature, lines in tiles.shapes("water") if not feature.is_area]
    _draw(
        canvas, brooks, Stroke(look.sea, _wide(_WATER_LINE_PX, zoom), round_ends=True)
    )
    if zoom >= _BUILDINGS_FROM:
        _fill(canvas, tiles, "buildings", look.house)
    roads: dict[str, list[list[Floats]]] = {}
    for feature, lines in tiles.shapes("roads"):
        if not feature.is_area:
            roads.setdefault(str(feature.properties.get("kind")), []).append(lines)
    _draw(canvas, roads.get("rail", []), Stroke(look.border, 0.8, (6.0, 3.0)))
    for kinds, width in _ROADS:
        chosen = [lines for kind in kinds for lines in roads.get(kind, ())]
        _draw(canvas, chosen, Stroke(look.street, _wide(width, zoom), round_ends=True))


def _wide(width: float, zoom: float) -> float:
    """Return the width of a line at a zoom, pixels: it doubles in two zooms."""
    return max(_LEAST_PX, width * 2 ** ((zoom - _WIDTHS_AT) / 2))


def _fill(
    canvas: Canvas,
    tiles: FrameTiles,
    layer: str,
    color: str,
    kinds: Collection[str] = (),
) -> None:
    """Fill the areas of a layer: those of some kinds, or all where none is named."""
    areas = [
        rings
        for feature, rings in tiles.shapes(layer)
        if feature.is_area and (not kinds or feature.properties.get("kind") in kinds)
    ]
    for rings in _in_paths(areas):
        canvas.area(rings, color)


def _draw(canvas: Canvas, shapes: Iterable[list[Floats]], stroke: Stroke) -> None:
    for lines in _in_paths(shapes):
        canvas.line(lines, stroke)


def _in_paths(shapes: Iterable[list[Floats]]) -> Iterator[list[Floats]]:
    """Join shapes to few paths: one a shape would take seconds. None is torn."""
    path: list[Floats] = []
    for lines in shapes:
        path += lines
        if len(path) >= _LINES_A_PATH:
            yield path
            path = []
    if path:
        yield path
