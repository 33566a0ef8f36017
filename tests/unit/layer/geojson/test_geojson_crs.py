"""A ``crs`` member is understood, converted or refused, and never fetched."""

from __future__ import annotations

from typing import Any

import pytest

from geo.layer.geojson import parse_geojson
from tests.unit.layer.geojson.samples import (
    collection,
    feature,
    refused,
    shaped,
    warnings_of,
)


def named(name: object) -> dict[str, Any]:
    """Return a ``crs`` member of the 2008 form."""
    return {"type": "name", "properties": {"name": name}}


@pytest.mark.parametrize(
    "crs",
    [
        None,
        named("urn:ogc:def:crs:OGC:1.3:CRS84"),
        named("urn:ogc:def:crs:OGC::CRS84"),
        named("http://www.opengis.net/def/crs/OGC/1.3/CRS84"),
        named("urn:ogc:def:crs:EPSG::4326"),
        named("EPSG:4326"),
        named("epsg:4326"),
        {"type": "EPSG", "properties": {"code": 4326}},
    ],
)
def test_a_crs_that_says_wgs84_is_warned_of_and_dropped(crs: object) -> None:
    """Names of WGS84 change nothing."""
    reading = parse_geojson(collection(feature(), crs=crs), "x")

    assert reading.features[0]["geometry"] == feature()["geometry"]
    assert len(reading.faults) == 1
    assert "crs" not in reading.members


@pytest.mark.parametrize(
    ("name", "position"),
    [
        ("EPSG:3857", [2277596.781546, 5591659.306165]),
        ("urn:ogc:def:crs:EPSG::32634", [457299.2, 4961986.2]),
        ("http://www.opengis.net/def/crs/EPSG/0/32634", [457299.2, 4961986.2]),
        ("urn:ogc:def:crs:EPSG:6.9:4258", [20.46, 44.81]),
    ],
)
@pytest.mark.parametrize("level", ["collection", "feature", "geometry"])
def test_a_named_projection_is_converted_with_a_warning(
    name: str, position: list[float], level: str
) -> None:
    """Projected coordinates become WGS84, whichever object names the system."""
    place = shaped("LineString", [position, [position[0] + 0.001, position[1]]])
    crs = {"crs": named(name)}
    data = {
        "collection": collection(feature(place, bbox=[*position, *position]), **crs),
        "feature": collection(feature(place, **crs)),
        "geometry": collection(feature(place | crs)),
    }[level]
    reading = parse_geojson(data, "x")
    found = reading.features[0]

    assert found["geometry"]["coordinates"][0] == pytest.approx(
        [20.46, 44.81], abs=1e-4
    )
    assert "converted" in warnings_of(reading)[0]
    assert "crs" not in found
    assert "crs" not in found["geometry"]
    assert "bbox" not in found


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "link", "properties": {"href": "http://127.0.0.1:9/crs"}},
        {"type": "link", "properties": {"href": "file:///etc/passwd", "type": "proj4"}},
        {"type": "link"},
        named("http://127.0.0.1:9/crs"),
        named("/etc/passwd"),
        named("+proj=utm +zone=34"),
        named("bogus"),
        named("EPSG:999999"),
        named("EPSG:5773"),
        named(None),
        named(3857),
        {"type": "name"},
        "EPSG:3857",
        {},
    ],
)
def test_a_crs_that_is_no_known_code_is_refused_and_never_fetched(crs: object) -> None:
    """Links, paths and unknown names are refused; PROJ never sees their text."""
    assert refused(collection(feature(), crs=crs))[0].where == "crs"


def test_a_place_outside_its_projection_is_refused() -> None:
    """Coordinates a projection cannot have are not turned into some place."""
    data = collection(feature(shaped("Point", [9e9, 9e9])), crs=named("EPSG:3857"))

    assert "outside" in refused(data)[0].message


@pytest.mark.parametrize(
    "name",
    ["EPSG:900913", "EPSG:102100", "urn:ogc:def:crs:ESRI::102100", "ESRI:102113"],
)
def test_web_mercator_is_known_by_its_old_names(name: str) -> None:
    """As ArcGIS and old web maps write it."""
    crs = {"type": "name", "properties": {"name": name}}
    data = collection(feature(shaped("Point", [2271000, 5592000])), crs=crs)

    [found] = parse_geojson(data, "x").features

    assert found["geometry"]["coordinates"] == pytest.approx([20.4007, 44.8], abs=0.05)
