"""Swapped axes are suspected where a record names its place, and only there."""

from __future__ import annotations

from typing import Any

import pytest

from geo.layer.geojson import parse_geojson
from tests.unit.layer.geojson.samples import collection, feature, shaped, warnings_of


@pytest.mark.parametrize(
    ("geometry", "properties"),
    [
        (shaped("Point", [50.4, 30.5]), {"t": "Kyiv"}),
        (shaped("Point", [50.4, 30.5]), {"t": "Київ"}),
        (shaped("Point", [44.8, 20.46]), {"title": "A rally in Belgrade on Sunday"}),
        (shaped("Point", [44.8, 20.46]), {"country": "RS"}),
        (shaped("Point", [44.8, 20.46]), {"country": "Serbia"}),
        (shaped("Point", [44.8, 20.46]), {"iso_a3": "SRB"}),
        (shaped("Point", [40.7, -74.0]), {"city": "New York City"}),
        (shaped("LineString", [[50.4, 30.5], [50.5, 30.6]]), {"t": "Kyiv"}),
        (shaped("MultiPoint", [[50.4, 30.5]]), {"t": "Kyiv"}),
        (shaped("Polygon", [[[50.4, 30.5], [50.5, 30.5], [50.5, 30.6], [50.4, 30.5]]]), {"t": "Kyiv"}),
        (shaped("Point", [44.8, 20.46]), {"lat": 44.8, "lon": 20.46}),
        (shaped("Point", [44.8, 20.46]), {"Latitude": 44.8, "Longitude": 20.46}),
    ],
)  # fmt: skip
def test_swapped_axes_are_suspected_where_the_record_names_a_place(
    geometry: dict[str, Any], properties: dict[str, Any]
) -> None:
    """A named city, country or column elsewhere tells of swapped axes."""
    reading = parse_geojson(collection(feature(geometry, properties=properties)), "x")

    assert any("swapped" in text for text in warnings_of(reading))


@pytest.mark.parametrize(
    ("position", "properties"),
    [
        ([30.5, 50.4], {"t": "Kyiv"}),
        ([50.4, 30.5], {"t": "Isfahan"}),
        ([50.4, 30.5], {"n": 1}),
        ([20.46, 44.8], {"country": "RS", "lat": 44.8, "lon": 20.46}),
        ([-58.4, -34.6], {"city": "Buenos Aires"}),
        ([-74.0, 40.7], {"city": "New York"}),
        ([120.9, 14.6], {"city": "Manila"}),
        ([20.46, 44.8], {"t": "", "u": "…"}),
        ([0, 1], {"country": "nowhere"}),
    ],
)
def test_right_axes_are_not_suspected(
    position: list[float], properties: dict[str, Any]
) -> None:
    """A record where it says it is raises no suspicion."""
    data = collection(feature(shaped("Point", position), properties=properties))

    assert not parse_geojson(data, "x").faults
