"""How far in a marker may stand on the ground, before its place is too vague for it.

A marker says "here". That is honest while the uncertainty of its place is small in the
view; closer up, a city's marker would be a spot in one of its streets. So each incident
has a zoom, ``deepest``, from which on it is counted on a shelf at the map's edge and not
drawn. The zoom follows from the place alone, not from the size of a screen: a shared
link shows the same to everybody.
"""

from __future__ import annotations

import math
from typing import Final

from shapely.geometry.base import BaseGeometry

from geo.base.grid import TILE_PX, Bbox
from geo.engine.answers import ONE_PLACE, Condition
from geo.engine.totals import REACH

#: A marker stays while its radius of uncertainty has at most so many pixels: a quarter
#: of the width of a phone. Lines and areas stay while they are as long as that is wide
#: four times over.
MOST_RADIUS_PX: Final = 96
#: The deepest zoom there is.
MOST_ZOOM: Final = 22
#: Places that are vague at this zoom are kept in a table of their own; those that are
#: finer lie close to the view that asks for them.
KEPT_BELOW: Final = 13
#: Length of the equator in Web Mercator, metres.
_EQUATOR_M: Final = 40_075_016.685_578_49
#: The least cosine of a latitude: nearer the poles a map shows nothing.
_LEAST_COS: Final = 0.05
#: An extent that reaches so far east and west touches the antimeridian on both sides.
_EDGE: Final = 179.99
_WIDTH: Final = (
    # Such a shape was cut there (RFC 7946, 3.1.9).
    f"(CASE WHEN west <= -{_EDGE} AND east >= {_EDGE} THEN 0 "
    "ELSE (east - west) / 360 END)"
)
_HEIGHT: Final = (
    "((north - south) / 360 "
    f"/ greatest({_LEAST_COS}, cos(radians((north + south) / 2))))"
)
_SHARE: Final = (
    f"(CASE WHEN area THEN greatest({_WIDTH}, {_HEIGHT}) / 4 "
    f"ELSE coalesce(radius_m, 0) / ({_EQUATOR_M} * greatest({_LEAST_COS}, cos(radians(lat)))) "
    "END)"
)
#: SQL for ``deepest`` of a row with a layer's columns; null without a place. Rounding
#: of the logarithm must not move what lies on the edge.
DEEPEST: Final = f"""
    CAST(CASE WHEN mx IS NULL THEN NULL WHEN {_SHARE} <= 0 THEN {MOST_ZOOM}
    ELSE greatest(-1, least({MOST_ZOOM},
         floor(ln({MOST_RADIUS_PX / TILE_PX} / {_SHARE}) / ln(2.0) + 1e-9)))
    END AS SMALLINT)
"""
#: The places that are vague already at :data:`KEPT_BELOW`, with their incidents.
PLACES: Final = f"""
    CREATE TABLE incident_place AS
    SELECT {ONE_PLACE}, min(deepest) AS deepest,
           min(west) AS west, min(south) AS south, max(east) AS east,
           max(north) AS north, string_agg(category || ':' || n, ',') AS mix
    FROM (
        SELECT {ONE_PLACE}, category, min(deepest) AS deepest,
               min({REACH["west"]}) AS west, min({REACH["south"]}) AS south,
               max({REACH["east"]}) AS east, max({REACH["north"]}) AS north,
               count(*) AS n, min(z_order) AS z_low
        FROM incident WHERE deepest < {KEPT_BELOW} GROUP BY place_no, category
    ) AS kind GROUP BY place_no ORDER BY min(deepest), min(z_low)
"""


def deepest_zoom(geometry: BaseGeometry, radius_m: float | None) -> int:
    """Return ``deepest`` of one incident, as :data:`DEEPEST` has it.

    Parameters
    ----------
    geometry
        Its place, WGS84 (lon, lat), not empty.
    radius_m
        Uncertainty of a point in metres; None where it is not known.
    """
    west, south, east, north = geometry.bounds
    cosine = max(_LEAST_COS, math.cos(math.radians((north + south) / 2)))
    if geometry.geom_type == "Point":
        share = (radius_m or 0) / (_EQUATOR_M * cosine)
    else:
        is_cut = west <= -_EDGE and east >= _EDGE
        wide = 0 if is_cut else (east - west) / 360
        share = max(wide, (north - south) / 360 / cosine) / 4
    if share <= 0:
        return MOST_ZOOM
    zoom = math.floor(math.log2(MOST_RADIUS_PX / TILE_PX / share) + 1e-9)
    return max(-1, min(MOST_ZOOM, zoom))


def on_ground(zoom: int) -> Condition:
    """Return the condition that a marker stands on the ground at a zoom."""
    return Condition("deepest >= ?", (min(zoom, MOST_ZOOM),))


def reaches(bbox: Bbox, of: dict[str, str]) -> Condition:
    """Return the condition that an extent meets *bbox*, also across the antimeridian.

    Parameters
    ----------
    bbox
        Degrees; ``west > east`` crosses the antimeridian.
    of
        SQL for ``west``, ``south``, ``east``, ``north``, which may lie beyond 180.
    """
    west, south, east, north = map(float, bbox)
    if west > east:
        east += 360
    turns = [f"({of['east']} >= ? AND {of['west']} <= ?)" for _ in (-360.0, 0.0, 360.0)]
    values = [value + turn for turn in (-360.0, 0.0, 360.0) for value in (west, east)]
    return Condition(
        f"({' OR '.join(turns)}) AND {of['north']} >= ? AND {of['south']} <= ?",
        (*values, south, north),
    )
