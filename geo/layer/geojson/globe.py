"""The globe: what a line or outline means across the 180th meridian, and its sense."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import shapely
from shapely.affinity import translate
from shapely.geometry import mapping, shape

from geo.layer.geojson.coordinates import (
    DEPTHS,
    MOST_LONGITUDE,
    MOST_WRAPPED,
    positions,
    replaced,
)


def jumps(line: Sequence[Sequence[float]]) -> bool:
    """Tell whether a line goes more than half around the globe at one step.

    A step of exactly 360 is the edge of a map of the world, not a crossing.
    """
    return any(
        MOST_LONGITUDE < abs(b[0] - a[0]) < MOST_WRAPPED for a, b in pairwise(line)
    )


def crosses(coordinates: Any, depth: int) -> bool:  # noqa: ANN401
    """Tell whether any line or ring of coordinates jumps so."""
    if depth == 1:
        return jumps(coordinates)
    return any(crosses(part, depth - 1) for part in coordinates)


def invalidity(kind: str, coordinates: Any) -> str | None:  # noqa: ANN401
    """Return why a line or polygon is not valid (OGC Simple Features), or None."""
    depth = DEPTHS[kind]
    plane = iter([[float(a), float(b)] for a, b, *_ in positions(coordinates, depth)])
    flat = replaced(coordinates, depth, plane)
    geometry = shape({"type": kind, "coordinates": flat})
    if geometry.is_valid:
        return None
    if crosses(flat, depth):
        # Drawn across 180 it may be sound, though the plain numbers cross.
        east = iter(
            [[a + MOST_WRAPPED if a < 0 else a, b] for a, b in positions(flat, depth)]
        )
        shifted = {"type": kind, "coordinates": replaced(flat, depth, east)}
        if shape(shifted).is_valid:
            return None
    reason: str = shapely.is_valid_reason(geometry)
    return re.sub(r"\s*\[(\S+) (\S+?)\]", r" at (\1, \2)", reason)


def wrapped(geometry: dict[str, Any]) -> dict[str, Any]:
    """Return a geometry within longitudes -180 to 180, cut at 180 where it must be."""
    kind, coordinates = geometry["type"], geometry["coordinates"]
    depth = DEPTHS[kind]
    # What is sound only when drawn across 180 (see invalidity) cannot be cut there.
    if kind in {"Point", "MultiPoint"} or not shape(geometry).is_valid:
        spots = iter([_within(spot) for spot in positions(coordinates, depth)])
        return {"type": kind, "coordinates": replaced(coordinates, depth, spots)}
    lons = [spot[0] for spot in positions(coordinates, depth)]
    for turn in (-MOST_WRAPPED, MOST_WRAPPED):
        if all(abs(lon + turn) <= MOST_LONGITUDE for lon in lons):
            spots = iter(
                [[spot[0] + turn, *spot[1:]] for spot in positions(coordinates, depth)]
            )
            return {"type": kind, "coordinates": replaced(coordinates, depth, spots)}
    return _cut(geometry)


def _within(spot: Sequence[Any]) -> list[Any]:
    turn = 0.0
    if spot[0] > MOST_LONGITUDE:
        turn = -MOST_WRAPPED
    elif spot[0] < -MOST_LONGITUDE:
        turn = MOST_WRAPPED
    return [spot[0] + turn if turn else spot[0], *spot[1:]]


def _cut(geometry: dict[str, Any]) -> dict[str, Any]:
    """Cut a valid line or polygon at 180 and -180, and shift the parts within."""
    whole, parts = shape(geometry), []
    for turn in (-MOST_WRAPPED, 0.0, MOST_WRAPPED):
        world = shapely.box(-180 - turn, -90, 180 - turn, 90)
        piece = translate(whole.intersection(world), turn)
        pieces = getattr(piece, "geoms", [piece])
        parts += [
            part
            for part in pieces
            if not part.is_empty
            and part.geom_type in {"LineString", "Polygon"}
            and part.geom_type == geometry["type"].removeprefix("Multi")
        ]
    lists = [_lists(mapping(part)["coordinates"]) for part in parts]
    kind = geometry["type"].removeprefix("Multi")
    if len(lists) == 1:
        return {"type": kind, "coordinates": lists[0]}
    return {"type": f"Multi{kind}", "coordinates": lists}


def _lists(value: Any) -> Any:  # noqa: ANN401
    return [_lists(part) for part in value] if isinstance(value, tuple) else value


def rewound(kind: str, coordinates: Any) -> Any:  # noqa: ANN401
    """Return polygons wound as RFC 7946, 3.1.6 asks; the same object if they are."""
    if kind == "Polygon":
        rings = [
            _turned(ring, clockwise=number > 0)
            for number, ring in enumerate(coordinates)
        ]
        same = all(a is b for a, b in zip(rings, coordinates, strict=True))
        return coordinates if same else rings
    if kind == "MultiPolygon":
        parts = [rewound("Polygon", part) for part in coordinates]
        same = all(a is b for a, b in zip(parts, coordinates, strict=True))
        return coordinates if same else parts
    return coordinates


def _turned(ring: Sequence[Any], *, clockwise: bool) -> Sequence[Any]:
    """Return a ring wound as asked; one across 180 is left, its sense unknown."""
    if jumps(ring):
        return ring
    # Relative to the first position, so that small rings far out keep their sign.
    x, y = ring[0][0], ring[0][1]
    doubled_area = sum(
        (a[0] - x) * (b[1] - y) - (b[0] - x) * (a[1] - y) for a, b in pairwise(ring)
    )
    if doubled_area == 0 or (doubled_area < 0) == clockwise:
        return ring
    return list(reversed(ring))
