"""TopoJSON: arcs unpacked, chained into rings, and built into valid geometries.

A line that two areas share is stored once, as an arc, on a grid of whole steps.
Positions are WGS84 in degrees, (lon, lat). What is built is valid, cut at the
antimeridian and wound as RFC 7946 asks: outer rings counter-clockwise, holes
clockwise. (Specification: https://github.com/topojson/topojson-specification.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import (
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Polygon,
)

Areal: TypeAlias = Polygon | MultiPolygon
Lineal: TypeAlias = LineString | MultiLineString
Coordinates: TypeAlias = NDArray[np.float64]
#: A polygon of a topology: rings of arc numbers, ``~n`` for arc n walked backwards.
ArcPolygon: TypeAlias = tuple[tuple[int, ...], ...]
#: A hundredth of a metre; takes the noise of summed deltas away.
DECIMALS: Final = 7
_FEWEST_RING_POINTS: Final = 4
_FULL_TURN_DEG: Final = 360.0
_HALF_TURN_DEG: Final = 180.0
_POLE_LAT: Final = 90.0
_AT_A_POLE: Final = 89.9
#: About the step of the files' grid, some 200 m.
_SMALLEST_AREA_DEG: Final = 0.002


def decode_arcs(document: Mapping[str, Any]) -> tuple[Coordinates, ...]:
    """Undo TopoJSON's packing: running sums of whole steps on a grid of degrees."""
    step = np.asarray(document["transform"]["scale"])
    origin = np.asarray(document["transform"]["translate"])
    return tuple(
        np.round(np.cumsum(np.asarray(arc), axis=0) * step + origin, DECIMALS)
        for arc in document["arcs"]
    )


def arc_polygons(member: Mapping[str, Any]) -> tuple[ArcPolygon, ...]:
    """Return the polygons of a Polygon or MultiPolygon member, as arc numbers."""
    polygons = [member["arcs"]] if member["type"] == "Polygon" else member["arcs"]
    return tuple(tuple(tuple(ring) for ring in polygon) for polygon in polygons)


def chained(ring: Sequence[int], arcs: Sequence[Coordinates]) -> Coordinates:
    """Chain arcs into one ring. The last point of an arc is the first of the next."""
    pieces = [arcs[arc] if arc >= 0 else arcs[~arc][::-1] for arc in ring]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def area_of(polygons: Iterable[ArcPolygon], arcs: Sequence[Coordinates]) -> Areal:
    """Build polygons of arcs into one valid area; empty where they are too small."""
    parts: list[Polygon] = []
    for polygon in polygons:
        rings = [chained(ring, arcs) for ring in polygon]
        # Rounded to the grid, the smallest islands and lakes have no area left. And
        # at 50m Antarctica's shell is the South Pole, with its coast for a hole.
        drawn = [
            _unwrapped(ring)
            for ring in rings
            if len(ring) >= _FEWEST_RING_POINTS
            and np.abs(ring[:, 1]).min() < _AT_A_POLE
        ]
        if drawn:
            parts += _polygons(_within_the_world(_polygon(drawn)))
    whole = MultiPolygon(parts)
    # Parts that share an edge (Crimea and the mainland) become one.
    valid = whole if whole.is_valid else shapely.disjoint_subset_union_all(parts)
    return areal(valid)


def outline_of(polygons: Sequence[ArcPolygon], arcs: Sequence[Coordinates]) -> Areal:
    """Build one country's area, which is never empty."""
    area = area_of(polygons, arcs)
    if not area.is_empty:
        return area
    # The Vatican is smaller than the grid: it gets a rectangle of the grid's size.
    points = MultiPoint(np.vstack([chained(rings[0], arcs) for rings in polygons]))
    west, south, east, north = points.buffer(_SMALLEST_AREA_DEG / 2).bounds
    return shapely.box(west, south, east, north)


def joined(arcs: Iterable[int], decoded: Sequence[Coordinates]) -> Lineal:
    """Join arcs into one line where they meet end to end, else several."""
    lines = MultiLineString([decoded[arc] for arc in arcs])
    parts = lines_of(shapely.line_merge(lines))
    return parts[0] if len(parts) == 1 else MultiLineString(parts)


def lines_of(geometry: shapely.Geometry) -> list[LineString]:
    """Return the lines a geometry is made of, those without length left out."""
    parts = shapely.get_parts(geometry).tolist()
    return [part for part in parts if isinstance(part, LineString) and part.length > 0]


def areal(geometry: shapely.Geometry) -> Areal:
    """Return a geometry's polygons, wound as RFC 7946 asks; the rest left out."""
    parts = _polygons(shapely.orient_polygons(geometry, exterior_cw=False))
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _unwrapped(ring: Coordinates) -> Coordinates:
    """Let a ring run past the antimeridian instead of jumping back across it.

    world-atlas stitches what Natural Earth cut at 180 degrees, so rings jump from
    180 to -180 there. A ring around a pole does not close any more once it is
    unwrapped, and is led over the pole.
    """
    lons = np.unwrap(ring[:, 0], period=_FULL_TURN_DEG)
    unwrapped = np.column_stack([np.round(lons, DECIMALS), ring[:, 1]])
    if abs(unwrapped[-1, 0] - unwrapped[0, 0]) < _HALF_TURN_DEG:
        return unwrapped
    pole = float(np.copysign(_POLE_LAT, ring[:, 1].mean()))
    over = [[unwrapped[-1, 0], pole], [unwrapped[0, 0], pole], unwrapped[0].tolist()]
    return np.vstack([unwrapped, over])


def _polygon(rings: Sequence[Coordinates]) -> Areal:
    shell = rings[0]
    middle = (shell[:, 0].min() + shell[:, 0].max()) / 2
    holes = []
    for hole in rings[1:]:
        turns = np.round((middle - hole[:, 0].mean()) / _FULL_TURN_DEG)
        holes.append(np.add(hole, [turns * _FULL_TURN_DEG, 0.0]))
    polygon = Polygon(shell, holes)
    if polygon.is_valid:
        return polygon
    # Rounding to the grid makes narrow straits touch themselves.
    mended = shapely.make_valid(polygon, method="structure", keep_collapsed=False)
    return MultiPolygon(_polygons(mended))


def _within_the_world(area: Areal) -> Areal:
    """Cut what runs past the antimeridian and bring it back from the other side."""
    if area.is_empty:
        return area
    west, _, east, _ = area.bounds
    if west >= -_HALF_TURN_DEG and east <= _HALF_TURN_DEG:
        return area
    pieces: list[Polygon] = []
    for turn in (-1, 0, 1):
        middle = turn * _FULL_TURN_DEG
        window = shapely.box(
            middle - _HALF_TURN_DEG, -_POLE_LAT, middle + _HALF_TURN_DEG, _POLE_LAT
        )
        for piece in _polygons(shapely.intersection(area, window)):
            back = [-middle, 0.0]
            pieces.append(
                Polygon(
                    np.asarray(piece.exterior.coords) + back,
                    [np.asarray(hole.coords) + back for hole in piece.interiors],
                )
            )
    return MultiPolygon(pieces)


def _polygons(geometry: shapely.Geometry) -> list[Polygon]:
    parts = shapely.get_parts(geometry).tolist()
    return [part for part in parts if isinstance(part, Polygon) and part.area > 0]
