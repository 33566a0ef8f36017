"""Incidents and the gazetteer: which stand elsewhere, and how far."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon

from geo.model.incident import Incident
from geo.places.agreement import apart_m, check_places
from geo.places.gazetteer import Gazetteer
from tests.unit.places.samples import place

LONGITUDES = st.floats(-179, 179)
LATITUDES = st.floats(-85, 85)


def incident(**changes: Any) -> Incident:  # noqa: ANN401
    """Make an incident that stands where :func:`place` is."""
    made = Incident(
        id="a",
        title="A",
        summary="A.",
        category="attack",
        kind="event",
        status="reported",
        place="Old Town",
        country="RS",
        precision="neighbourhood",
        radius_m=1500,
        geometry=Point(20.46, 44.81),
    )
    return replace(made, **changes)


def test_an_incident_at_its_place_did_not_move() -> None:
    """Same geometry, precision and radius: nothing to report."""
    assert check_places([incident()], Gazetteer((place(),))) == []
    assert check_places([], Gazetteer(())) == []


def test_an_incident_without_a_geometry_is_not_asked_about() -> None:
    """What the source does not place cannot have moved."""
    nowhere = incident(geometry=None, place="", precision=None, radius_m=None)

    assert check_places([nowhere], Gazetteer((place(),))) == []


def test_a_moved_incident_is_reported_with_its_distance() -> None:
    """A hundredth of a degree of latitude is 1.1 kilometres."""
    away = incident(geometry=Point(20.46, 44.82))

    [moved] = check_places([away], Gazetteer((place(),)))

    assert (moved.incident, moved.place_id) == ("a", "old-town")
    assert moved.distance_m == pytest.approx(1111, abs=1)
    assert "1,111 m from where the gazetteer has Old Town" in moved.problems[0]


def test_another_precision_and_radius_are_reported_too() -> None:
    """Each difference is a problem of its own."""
    finer = incident(precision="street", radius_m=None)

    [moved] = check_places([finer], Gazetteer((place(),)))

    assert moved.distance_m == 0
    assert len(moved.problems) == 2
    assert "'street'" in moved.problems[0]
    assert "unknown" in moved.problems[1]
    assert "1,500 m" in moved.problems[1]


def test_another_kind_of_geometry_is_reported_without_a_distance() -> None:
    """A point is not a line, wherever it lies."""
    [moved] = check_places(
        [incident(geometry=LineString([(20.46, 44.81), (20.47, 44.81)]))],
        Gazetteer((place(),)),
    )

    assert moved.distance_m is None
    assert "LineString" in moved.problems[0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"place": ""}, "names no place"),
        ({"place": "Atlantis"}, "does not have"),
        ({"country": "HR"}, "old-town (RS)"),
    ],
)
def test_a_place_the_gazetteer_does_not_have_is_reported(
    changes: dict[str, Any], words: str
) -> None:
    """An incident on the map must stand at a place of the gazetteer."""
    [moved] = check_places([incident(**changes)], Gazetteer((place(),)))

    assert moved.place_id is None
    assert moved.distance_m is None
    assert words in moved.problems[0]


def test_a_namesake_without_a_country_is_reported_as_unclear() -> None:
    """Guessing between two places is not for a check."""
    gazetteer = Gazetteer((place(), place(id="other", country="HR")))

    [moved] = check_places([incident(country=None)], gazetteer)

    assert "may be old-town, other" in moved.problems[0]


def test_a_polygon_drawn_from_another_vertex_did_not_move() -> None:
    """Where a ring begins does not matter; a lost vertex does."""
    ring = [(20.0, 44.0), (22.0, 44.0), (22.0, 46.0), (20.0, 46.0)]

    assert apart_m(Polygon(ring), Polygon(ring[2:] + ring[:2])) == 0
    assert apart_m(Polygon(ring), Polygon(ring[:3])) > 100_000


@given(LONGITUDES, LATITUDES, LONGITUDES, LATITUDES)
def test_distance_is_the_same_both_ways(
    lon: float, lat: float, other_lon: float, other_lat: float
) -> None:
    """How far apart two places are does not depend on the order."""
    one, other = Point(lon, lat), Point(other_lon, other_lat)

    assert apart_m(one, other) == pytest.approx(apart_m(other, one), abs=1e-3)
    assert apart_m(one, one) == 0
