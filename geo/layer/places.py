"""Rules of places: geometry, precision, radius and country agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from geo.geojson import brief
from geo.layer.record import Problem, Record
from geo.model.geonames import country_codes
from geo.model.vocabulary import RADIUS_RANGE_M, Kind, Precision

_GEOMETRY_TYPES: Final = ("Point", "LineString", "Polygon")
POINT_ONLY: Final = frozenset({Precision.VENUE, Precision.STREET})


def geometry_problems(record: Record) -> Iterator[Problem]:
    """Check that geometry, precision and radius are given together and fit."""
    if not record.placed:
        return
    properties, geometry = record.properties, record.geometry
    if geometry is None:
        for name in ("precision", "radius_m"):
            if properties.get(name) is not None:
                message = f"is {brief(properties[name])}, but there is no geometry."
                yield name, message, "Write null, or give the place."
        return
    if geometry["type"] not in _GEOMETRY_TYPES:
        message = f"a {geometry['type']} cannot place an incident."
        remedy = f"Use one {', '.join(_GEOMETRY_TYPES)}, or null."
        yield "geometry", message, remedy
    for name in ("precision", "radius_m"):
        if name not in record.faulty and properties.get(name) is None:
            message = "is missing; a place needs it."
            yield name, message, "Say how finely the source places it."
    yield from _precision_problems(properties.get("precision"), geometry["type"])


def _precision_problems(precision: str | None, kind: str) -> Iterator[Problem]:
    if precision is None or kind not in _GEOMETRY_TYPES:
        return
    if (precision == Precision.LINE) != (kind == "LineString"):
        message = (
            f"is {precision!r} with a {kind}; 'line' and LineString belong together."
        )
        yield "precision", message, "Change one of the two."
    elif precision in POINT_ONLY and kind != "Point":
        message = f"is {precision!r} with a {kind}; a venue or street is a Point."
        yield "precision", message, "Use a Point, or a coarser precision."


def radius_problems(record: Record) -> Iterator[Problem]:
    """Check that the radius fits the precision."""
    radius_m = record.properties.get("radius_m")
    precision = record.properties.get("precision")
    if radius_m is None or precision is None:
        return
    least, most = RADIUS_RANGE_M[precision]
    if not least <= radius_m <= most:
        message = (
            f"is {brief(radius_m)} metres; {precision} goes with "
            f"{least:g} to {most:g} metres."
        )
        yield "radius_m", message, "Correct the radius, or the precision."


def country_problems(record: Record) -> Iterator[Problem]:
    """Check that the country is one."""
    country = record.properties.get("country")
    if country is not None and country not in country_codes():
        message = f"{brief(country)} is not the code of a country."
        yield "country", message, "Write ISO 3166-1 alpha-2, such as RS; XK for Kosovo."


def place_cautions(record: Record) -> Iterator[Problem]:
    """Warn of a place on the map without its role or basis, or with odd members."""
    if record.geometry is None:
        return
    for name in ("place_role", "location_basis"):
        if name not in record.faulty and record.properties.get(name) is None:
            if name == "place_role" and record.properties.get("kind") == Kind.PLAN:
                continue  # an error already
            yield name, "is missing for a place on the map.", "Say it."
    for name in record.geometry:
        if name not in {"type", "coordinates", "geometries", "bbox"}:
            message = "is not kept: an incident's geometry has no further members."
            yield f"geometry.{name}", message, "Move it to the properties."
