"""Rules of places: geometry, precision and radius agree."""

from __future__ import annotations

import pytest

from geo.model.vocabulary import RADIUS_RANGE_M, Precision
from tests.unit.layer.samples import AREA, LINE, POINT, faults_of, feature, wheres


@pytest.mark.parametrize(
    ("geometry", "changes", "where"),
    [
        (POINT, {"precision": None}, "precision"),
        (POINT, {"precision": "ABSENT"}, "precision"),
        (POINT, {"radius_m": None}, "radius_m"),
        (POINT, {"precision": "line", "radius_m": 100}, "precision"),
        (LINE, {}, "precision"),
        (AREA, {"precision": "venue", "radius_m": 10}, "precision"),
        (AREA, {"precision": "street", "radius_m": 100}, "precision"),
        (None, {"radius_m": None}, "precision"),
        (None, {"precision": None}, "radius_m"),
        (POINT, {"radius_m": 100}, "radius_m"),
        (POINT, {"precision": "venue", "radius_m": 1_100}, "radius_m"),
        ({"type": "MultiPoint", "coordinates": [[20, 44]]}, {}, "geometry"),
        ({"type": "GeometryCollection", "geometries": [POINT]}, {}, "geometry"),
    ],
)
def test_place_precision_and_radius_must_fit(
    geometry: object, changes: dict[str, object], where: str
) -> None:
    """Geometry, precision and radius come together and agree."""
    assert wheres(feature(geometry, **changes)) == [where]


@pytest.mark.parametrize("precision", list(Precision))
def test_each_precision_takes_the_ends_of_its_radii(precision: Precision) -> None:
    """The range of radii is inclusive."""
    geometry = LINE if precision == Precision.LINE else POINT
    for radius_m in RADIUS_RANGE_M[precision]:
        one = feature(geometry, precision=str(precision), radius_m=radius_m)

        assert not faults_of(one)


def test_a_place_without_role_or_basis_is_warned_of() -> None:
    """What the place is, and what the placing rests on, should be said."""
    one = feature(POINT | {"colour": "red"}, place_role=None, location_basis="ABSENT")
    faults = faults_of(one, severity="warning")

    assert [fault.where for fault in faults] == [
        "place_role",
        "location_basis",
        "geometry.colour",
    ]
