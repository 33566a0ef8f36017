"""Natural Earth: outlines, land and borders of the world's countries.

The data come in the npm package ``world-atlas`` as TopoJSON, in three scales. In
TopoJSON a line that two countries share is stored once, as an arc, so that each
arc's users are known: a border is an arc with two users, a coast has one.

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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, cast, get_args

import shapely
from shapely import LineString, MultiPolygon, Point

from geo.base.errors import MissingAssetError, NotFoundError
from geo.base.paths import ROOT
from geo.model.geonames import country_records
from geo.model.topojson import (
    ArcPolygon,
    Areal,
    Coordinates,
    arc_polygons,
    area_of,
    areal,
    decode_arcs,
    joined,
    lines_of,
    outline_of,
)

#: 1:10 000 000 (finest), 1:50 000 000, 1:110 000 000.
Scale: TypeAlias = Literal["10m", "50m", "110m"]

SCALES: Final[tuple[Scale, ...]] = get_args(Scale)
FOLDER: Final = ROOT / "node_modules" / "world-atlas"
_REMEDY: Final = (
    "Natural Earth comes with the npm package world-atlas: run `make setup`."
)
#: Countries that ISO 3166-1 gives a number, but whose borders are in dispute.
DISPUTED_NUMERIC: Final = frozenset({"732"})  # Western Sahara
#: Codes in use that ISO 3166-1 does not assign, with Natural Earth's name.
_BY_NAME: Final[Mapping[str, str]] = {"XK": "Kosovo"}
_RENAMED: Final[Mapping[str, str]] = {"Macedonia": "North Macedonia"}
#: (ISO number in the file, ISO number here, a point of the polygon that moves).
_KEPT_WITH_ITS_COUNTRY: Final = (("643", "804", Point(34.1, 45.0)),)  # Crimea


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
    polygons: tuple[ArcPolygon, ...]

    @property
    def disputed(self) -> bool:
        return self.iso_numeric is None or self.iso_numeric in DISPUTED_NUMERIC


@dataclass(frozen=True, slots=True)
class _Topology:
    arcs: tuple[Coordinates, ...]
    features: tuple[_Feature, ...]
    land: tuple[ArcPolygon, ...]


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
            geometry=outline_of(feature.polygons, topology.arcs),
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
    area = area_of(topology.land, topology.arcs)
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
    all_borders = []
    for pair, arcs in shared.items():
        one, other = (topology.features[user] for user in pair)
        all_borders += [
            Border(
                countries=(one.name, other.name),
                line=line,
                disputed=one.disputed or other.disputed,
            )
            for line in lines_of(joined(arcs, topology.arcs))
        ]
    return tuple(all_borders)


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
    topology = _topology("10m")
    # Not by way of countries(), which draws all of them.
    parts = [
        outline_of(topology.features[member].polygons, topology.arcs)
        for member in _members(iso_alpha2)
    ]
    return parts[0] if len(parts) == 1 else areal(shapely.union_all(parts))


def fingerprint(scale: Scale = "10m") -> str:
    """Return a short text that differs for different data of a scale.

    For those who keep what they derive from it.

    Raises
    ------
    MissingAssetError
        If the file is not installed.
    NotFoundError
        If there is no such scale.
    """
    return blake2b(_read_bytes(_file(scale)), digest_size=8).hexdigest()


# --- reading -------------------------------------------------------------------


@lru_cache(maxsize=len(SCALES))
def _topology(scale: Scale) -> _Topology:
    document = _read_json(_file(scale))
    arcs = decode_arcs(document)
    features = [
        _Feature(
            name=_RENAMED.get(
                member["properties"]["name"], member["properties"]["name"]
            ),
            iso_numeric=member.get("id"),
            polygons=arc_polygons(member),
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
            for polygon in arc_polygons(member)
        ),
    )


def _read_json(path: Path) -> dict[str, Any]:
    content = _read_bytes(path)
    try:
        return cast("dict[str, Any]", json.loads(content))
    except ValueError as error:  # not JSON, or not UTF-8
        msg = f"{path} is damaged ({error}). Delete it. {_REMEDY}"
        raise MissingAssetError(msg) from error


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        msg = f"{path} is missing. {_REMEDY}"
        raise MissingAssetError(msg) from error


def _file(scale: Scale) -> Path:
    if scale not in SCALES:
        msg = f"There is no scale {scale!r} of Natural Earth. Use {', '.join(SCALES)}."
        raise NotFoundError(msg)
    return FOLDER / f"countries-{scale}.json"


def _moved(
    features: Sequence[_Feature],
    *,
    holder: str,
    owner: str,
    inside: Point,
    arcs: Sequence[Coordinates],
) -> list[_Feature]:
    """Give the polygons of *holder* that contain *inside* to *owner*."""
    moving = tuple(
        polygon
        for feature in features
        if feature.iso_numeric == holder
        for polygon in feature.polygons
        if area_of([polygon], arcs).contains(inside)
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
    listed = country_records()
    # 0 stands for "none" in GeoNames.
    return {
        code: f"{entry['isonumeric']:03d}"
        for code, entry in listed.items()
        if entry["isonumeric"]
    }
