"""Shapes of KML 2.2 and of Google's extension, read into GeoJSON."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any, Final

from geo.formats.xml_text import child_of, children_of, tag_of, text_of

GEOMETRIES: Final = frozenset(
    {"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry"}
)
TRACKS: Final = frozenset({"Track", "MultiTrack"})
_MOST_NUMBERS: Final = 3
_AROUND_COMMA: Final = re.compile(r"\s*,\s*")


def read_shape(shape: ET.Element) -> dict[str, Any]:
    """Return the GeoJSON geometry of an element named in the sets of this module.

    Raises
    ------
    ValueError
        If its numbers are none, or a point has several positions.
    """
    kind = tag_of(shape)
    if kind in TRACKS:
        return _read_track(shape)
    if kind == "MultiGeometry":
        parts = [read_shape(part) for part in shape if tag_of(part) in GEOMETRIES]
        kinds = {part["type"] for part in parts}
        if len(kinds) == 1 and kinds <= {"Point", "LineString", "Polygon"}:
            several = [part["coordinates"] for part in parts]
            return {"type": f"Multi{kinds.pop()}", "coordinates": several}
        return {"type": "GeometryCollection", "geometries": parts}
    if kind == "Polygon":
        sides = [
            part
            for part in shape
            if tag_of(part) in {"outerBoundaryIs", "innerBoundaryIs"}
        ]
        # The outer ring first, wherever it stands.
        sides.sort(key=lambda side: tag_of(side) != "outerBoundaryIs")
        rings = [
            _read_positions(ring)
            for side in sides
            for ring in side
            if tag_of(ring) == "LinearRing"
        ]
        return {"type": "Polygon", "coordinates": rings}
    spots = _read_positions(shape)
    if kind == "Point":
        if len(spots) > 1:
            msg = "a point has more than one position"
            raise ValueError(msg)
        return {"type": "Point", "coordinates": spots[0] if spots else []}
    return {"type": "LineString", "coordinates": spots}


def _read_track(shape: ET.Element) -> dict[str, Any]:
    """Return the positions of a track of Google's extension as a line of its parts."""
    tracks = [part for part in shape.iter() if tag_of(part) == "Track"]
    lines = [
        [
            _numbers(text_of(spot), spot_text.split())
            for spot in children_of(track, "coord")
            if (spot_text := text_of(spot))
        ]
        for track in tracks
    ]
    lines = [line for line in lines if line]
    if sum(map(len, lines)) == 1:
        return {"type": "Point", "coordinates": lines[0][0]}
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


def _read_positions(shape: ET.Element) -> list[list[float]]:
    text = text_of(child_of(shape, "coordinates"))
    return [_numbers(",".join(parts), parts) for parts in _tuples(text)]


def _tuples(text: str) -> list[list[str]]:
    """Return the numbers of each position as they are written.

    KML has commas within a position and blanks between positions. People write blanks
    after the commas as well, or instead of them.
    """
    for written in (_AROUND_COMMA.sub(",", text), text):
        tuples = [
            [part for part in spot.split(",") if part] for spot in written.split()
        ]
        if all(len(parts) <= _MOST_NUMBERS for parts in tuples):
            break
    numbers = [part for parts in tuples for part in parts]
    is_one = len(numbers) == len(tuples) and 1 < len(numbers) <= _MOST_NUMBERS
    return [numbers] if is_one else tuples


def _numbers(spot: str, parts: list[str]) -> list[float]:
    try:
        return [float(part) for part in parts]
    except ValueError as error:
        msg = f"{spot[:40]!r} is not a position"
        raise ValueError(msg) from error
