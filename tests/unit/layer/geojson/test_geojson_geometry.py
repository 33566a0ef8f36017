"""Geometries are checked, mended where the meaning is plain, else refused."""

from __future__ import annotations

from typing import Any

import pytest

from geo.layer.geojson import parse_geojson
from tests.unit.layer.geojson.samples import (
    HOLE,
    SQUARE,
    collection,
    feature,
    refused,
    shaped,
    warnings_of,
)


@pytest.mark.parametrize(
    "geometry",
    [
        shaped("Point", [1, 2, 345.6]),
        shaped("MultiPoint", [[1, 2], [3, 4]]),
        shaped("LineString", [[1, 2], [3, 4]]),
        shaped("MultiLineString", [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]),
        shaped("Polygon", [SQUARE, HOLE]),
        shaped("MultiPolygon", [[SQUARE, HOLE], [[[5, 5], [6, 5], [6, 6], [5, 5]]]]),
        {"type": "GeometryCollection", "geometries": [shaped("Point", [1, 2])]},
        shaped("Polygon", [[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]]),
    ],
)  # fmt: skip
def test_sound_geometries_are_read_as_they_are(geometry: dict[str, Any]) -> None:
    """Every type of geometry is read unchanged and without a word."""
    reading = parse_geojson(collection(feature(geometry)), "x")

    assert reading.features[0]["geometry"] == geometry
    assert not reading.faults


@pytest.mark.parametrize(
    "geometry",
    [
        shaped("Point", [1]),
        shaped("Point", [1, 2, 3, 4]),
        shaped("Point", ["1", 2]),
        shaped("Point", [True, 2]),
        shaped("Point", [None, 2]),
        shaped("Point", [[1, 2]]),
        shaped("Point", {"lon": 1, "lat": 2}),
        shaped("Point", "1,2"),
        shaped("Point", None),
        shaped("MultiPoint", [0, 0]),
        shaped("MultiPoint", [[[0, 0]]]),
        shaped("LineString", [1, 2]),
        shaped("LineString", [[1, 2]]),
        shaped("LineString", [[1, 2], []]),
        shaped("LineString", [[[1, 2], [3, 4]]]),
        shaped("MultiLineString", [[[1, 2], [3, 4]], [[5, 6]]]),
        shaped("MultiLineString", [[1, 2], [3, 4]]),
        shaped("Polygon", SQUARE),
        shaped("Polygon", [SQUARE[:-1]]),
        shaped("Polygon", [[[0, 0], [1, 1], [0, 0]]]),
        shaped("Polygon", [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]),
        shaped("Polygon", [[[0, 0], [1, 1], [2, 2], [0, 0]]]),
        shaped("Polygon", [[], HOLE]),
        shaped("Polygon", [SQUARE, [[5, 5], [5, 6], [6, 6], [5, 5]]]),
        shaped("Polygon", [5]),
        shaped("MultiPolygon", [SQUARE]),
        shaped("MultiPolygon", [[SQUARE[:-1]]]),
        shaped("Point", [1, 90.5]),
        shaped("Point", [361, 1]),
        shaped("Point", [20, 44]) | {"type": "Circle"},
        shaped("LineString", [[1, 2], [500, 95]]),
        {"type": "GeometryCollection", "geometries": [None]},
        {"type": "GeometryCollection", "geometries": [shaped("Point", [1, 99])]},
        {"type": "GeometryCollection", "geometries": {}},
        {"type": "GeometryCollection", "geometries": [], "coordinates": []},
    ],
)  # fmt: skip
def test_broken_geometries_are_refused(geometry: dict[str, Any]) -> None:
    """Wrong depth, numbers, lengths, rings, outlines and places are refused."""
    assert refused(collection(feature(geometry)))[0].where.startswith("geometry")


@pytest.mark.parametrize(
    ("position", "hint"),
    [([44.8, 120.5], "Swap"), ([3395000, 6526000], "metres"), ([400, 80], "degrees")],
)
def test_a_place_off_the_earth_gets_a_fitting_remedy(
    position: list[float], hint: str
) -> None:
    """The remedy tells swapped axes, metres and plain nonsense apart."""
    assert hint in refused(collection(feature(shaped("Point", position))))[0].remedy


@pytest.mark.parametrize(
    "geometry",
    [
        shaped("Point", []),
        shaped("MultiPoint", []),
        shaped("MultiPoint", [[]]),
        shaped("LineString", []),
        shaped("MultiLineString", [[]]),
        shaped("Polygon", []),
        shaped("Polygon", [[]]),
        shaped("MultiPolygon", []),
        shaped("MultiPolygon", [[[]]]),
        {"type": "GeometryCollection", "geometries": []},
        {"type": "GeometryCollection", "geometries": [shaped("Point", [])]},
    ],
)
def test_empty_geometries_are_read_as_null_with_a_warning(
    geometry: dict[str, Any],
) -> None:
    """A geometry without a position is unlocated (RFC 7946, 3.1)."""
    reading = parse_geojson(collection(feature(geometry)), "x")

    assert reading.features[0]["geometry"] is None
    assert reading.faults


def test_empty_parts_are_left_out_with_a_warning() -> None:
    """An empty part of a geometry goes; the rest stays."""
    data = collection(feature(shaped("MultiPolygon", [[], [SQUARE, []]])))
    reading = parse_geojson(data, "x")

    assert reading.features[0]["geometry"] == shaped("MultiPolygon", [[SQUARE]])
    assert "empty parts" in warnings_of(reading)[0]


def test_a_line_without_length_is_warned_of() -> None:
    """Two equal positions are no line, but do no harm."""
    reading = parse_geojson(
        collection(feature(shaped("LineString", [[1, 2], [1, 2]]))), "x"
    )

    assert "no length" in warnings_of(reading)[0]


def test_a_collection_within_a_collection_is_warned_of() -> None:
    """Nested geometry collections are read, with a warning."""
    inner = {"type": "GeometryCollection", "geometries": [shaped("Point", [1, 2])]}
    outer = {"type": "GeometryCollection", "geometries": [inner]}
    reading = parse_geojson(collection(feature(outer)), "x")

    assert reading.features[0]["geometry"] == outer
    assert "within a collection" in warnings_of(reading)[0]


def test_null_island_is_told() -> None:
    """A point at 0, 0 mostly stands for none; a line through it may well be one."""
    point = parse_geojson(collection(feature(shaped("Point", [0, 0.0, 5]))), "x")
    line = parse_geojson(
        collection(feature(shaped("LineString", [[0, 0], [1, 1]]))), "x"
    )

    assert any("Gulf of Guinea" in text for text in warnings_of(point))
    assert not line.faults
