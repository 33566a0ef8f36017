"""Rules of places: geometry, precision and radius agree."""

from __future__ import annotations

import pytest

from geo.model.vocabulary import RADIUS_RANGE_M, Precision
from tests.unit.layer.samples import (
    AREA,
    AREAS,
    LINE,
    LINES,
    POINT,
    POINTS,
    faults_of,
    feature,
    wheres,
)


@pytest.mark.parametrize(
    ("geometry", "changes", "where"),
    [
        (POINT, {"precision": "line", "radius_m": 100}, "precision"),
        (LINE, {}, "precision"),
        (AREA, {"precision": "venue", "radius_m": 10}, "precision"),
        (AREA, {"precision": "street", "radius_m": 100}, "precision"),
        (None, {"radius_m": None}, "precision"),
        (None, {"precision": None}, "radius_m"),
        (POINT, {"radius_m": 100}, "radius_m"),
        (POINT, {"precision": "venue", "radius_m": 1_100}, "radius_m"),
        (LINES, {}, "precision"),
        (AREAS, {"precision": "venue", "radius_m": 10}, "precision"),
        ({"type": "GeometryCollection", "geometries": [POINT]}, {}, "geometry"),
    ],
)
def test_place_precision_and_radius_must_fit(
    geometry: object, changes: dict[str, object], where: str
) -> None:
    """What is said of a place agrees."""
    assert wheres(feature(geometry, **changes)) == [where]


@pytest.mark.parametrize("precision", list(Precision))
def test_each_precision_takes_the_ends_of_its_radii(precision: Precision) -> None:
    """The range of radii is inclusive."""
    geometry = LINE if precision == Precision.LINE else POINT
    for radius_m in RADIUS_RANGE_M[precision]:
        one = feature(geometry, precision=str(precision), radius_m=radius_m)

        assert not faults_of(one)


@pytest.mark.parametrize("geometry", [POINT, LINE, AREA, POINTS, LINES, AREAS])
def test_how_exactly_a_place_is_known_may_be_unknown(geometry: object) -> None:
    """A geometry alone is a place; a radius may be known without a precision."""
    unknown = {"precision": None, "location_basis": None, "place_role": None}

    assert not faults_of(feature(geometry, **unknown, radius_m=None))
    assert not faults_of(feature(geometry, **unknown, radius_m=700))


@pytest.mark.parametrize(
    ("geometry", "precision"),
    [(POINTS, "venue"), (AREAS, "region"), (LINES, "line")],
)
def test_several_shapes_place_an_incident_as_one_does(
    geometry: object, precision: str
) -> None:
    """What one point, line or area may stand for, several may too."""
    assert not faults_of(feature(geometry, precision=precision, radius_m=None))


def test_odd_members_of_a_geometry_are_warned_of() -> None:
    """They would be lost."""
    faults = faults_of(feature(POINT | {"colour": "red"}), severity="warning")

    assert [fault.where for fault in faults] == ["geometry.colour"]
