"""Rules of places: geometry, precision, radius and country agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from geo.base.errors import Code
from geo.layer.case import Case, Problem
from geo.layer.geojson import brief
from geo.model.geonames import country_codes
from geo.model.vocabulary import RADIUS_RANGE_M, SHAPES, SHAPES_OF, SPOTS

#: Precisions so fine that only a point can be said to be so.
POINT_ONLY: Final = frozenset(
    precision for precision, shapes in SHAPES_OF.items() if shapes <= SPOTS
)


def geometry_problems(case: Case) -> Iterator[Problem]:
    """Check that geometry, precision and radius fit each other.

    Where nobody said how exactly a place is known, the geometry stands alone.
    """
    if not case.placed:
        return
    properties, geometry = case.properties, case.geometry
    if geometry is None:
        for name in ("precision", "radius_m"):
            if properties.get(name) is not None:
                message = f"is {brief(properties[name])}, but there is no geometry."
                yield Problem(
                    Code.GEOMETRY_UNFIT, name, message, "Write null, or give the place."
                )
        return
    if geometry["type"] not in SHAPES:
        message = f"a {geometry['type']} cannot place an incident."
        remedy = f"Use one {', '.join(SHAPES)}, or null."
        yield Problem(Code.GEOMETRY_UNFIT, "geometry", message, remedy)
    yield from _precision_problems(properties.get("precision"), geometry["type"])


def _precision_problems(precision: str | None, kind: str) -> Iterator[Problem]:
    if precision is None or kind not in SHAPES or kind in SHAPES_OF[precision]:
        return
    if precision in POINT_ONLY:
        message = f"is {precision!r} with a {kind}; a venue or street is a point."
        remedy = "Use a Point, or a coarser precision."
    else:
        message = f"is {precision!r} with a {kind}; 'line' and lines belong together."
        remedy = "Change one of the two."
    yield Problem(Code.PRECISION_UNFIT, "precision", message, remedy)


def radius_problems(case: Case) -> Iterator[Problem]:
    """Check that the radius fits the precision."""
    radius_m = case.properties.get("radius_m")
    precision = case.properties.get("precision")
    if radius_m is None or precision is None:
        return
    least, most = RADIUS_RANGE_M[precision]
    if not least <= radius_m <= most:
        message = (
            f"is {brief(radius_m)} metres; {precision} goes with "
            f"{least:g} to {most:g} metres."
        )
        remedy = "Correct the radius, or the precision."
        yield Problem(Code.RADIUS_UNFIT, "radius_m", message, remedy)


def country_problems(case: Case) -> Iterator[Problem]:
    """Check that the country is one."""
    country = case.properties.get("country")
    if country is not None and country not in country_codes():
        message = f"{brief(country)} is not the code of a country."
        remedy = "Write ISO 3166-1 alpha-2, such as RS; XK for Kosovo."
        yield Problem(Code.COUNTRY_UNKNOWN, "country", message, remedy)


def place_cautions(case: Case) -> Iterator[Problem]:
    """Warn of a geometry with odd members."""
    if case.geometry is None:
        return
    for name in case.geometry:
        if name not in {"type", "coordinates", "geometries", "bbox"}:
            message = "is not kept: an incident's geometry has no further members."
            remedy = "Move it to the properties."
            yield Problem(Code.UNKNOWN_MEMBER, f"geometry.{name}", message, remedy)
