"""The globe: shapes at the 180th meridian, and the way outlines are wound."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from geo.layer.geojson import examine_geojson, parse_geojson
from tests.unit.layer.geojson.samples import (
    HOLE,
    SQUARE,
    collection,
    feature,
    only_geometry,
    refused,
    shaped,
    warnings_of,
)


@pytest.mark.parametrize("wrap", [False, True])
def test_wrong_winding_is_turned_with_a_warning(wrap: bool) -> None:  # noqa: FBT001
    """Outlines become counter-clockwise and holes clockwise, in any type."""
    wrong = [SQUARE[::-1], HOLE[::-1]]
    geometry = shaped("MultiPolygon", [wrong]) if wrap else shaped("Polygon", wrong)
    reading = parse_geojson(
        collection(feature({"type": "GeometryCollection", "geometries": [geometry]})),
        "x",
    )
    (found,) = reading.features[0]["geometry"]["geometries"]

    assert found["coordinates"] == ([[SQUARE, HOLE]] if wrap else [SQUARE, HOLE])
    assert "turned" in warnings_of(reading)[0]


@pytest.mark.parametrize(
    ("geometry", "mended"),
    [
        (shaped("Point", [190, 10]), shaped("Point", [-170, 10])),
        (shaped("Point", [-190.5, 10, 7]), shaped("Point", [169.5, 10, 7])),
        (shaped("Point", [360, 1]), shaped("Point", [0, 1])),
        (shaped("MultiPoint", [[179, 1], [181, 1]]), shaped("MultiPoint", [[179, 1], [-179, 1]])),
        (shaped("LineString", [[181, 0], [185, 1]]), shaped("LineString", [[-179, 0], [-175, 1]])),
    ],
)  # fmt: skip
def test_longitudes_beyond_180_are_wrapped_with_a_warning(
    geometry: dict[str, Any], mended: dict[str, Any]
) -> None:
    """Longitudes to 360 either way are brought home."""
    reading = parse_geojson(collection(feature(geometry)), "x")

    assert reading.features[0]["geometry"] == mended
    assert "beyond 180" in warnings_of(reading)[0]


def rings() -> st.SearchStrategy[list[list[float]]]:
    """Make closed rings anywhere within once around the world, sound or not."""
    spots = st.tuples(st.integers(-360, 360), st.integers(-90, 90)).map(list)
    return st.lists(spots, min_size=3, max_size=7).map(lambda ring: [*ring, ring[0]])


@given(rings())
@example([[0, 1], [0, -1], [1, 0], [-181, 0], [0, 1]])
def test_any_outline_is_refused_or_brought_within_180(ring: list[list[float]]) -> None:
    """Also one that is sound only when drawn across 180, and cannot be cut there."""
    found = examine_geojson(collection(feature(shaped("Polygon", [ring]))), "x")
    errors = [fault for fault in found.faults if fault.severity == "error"]

    if not errors:
        west, south, east, north = shapely.geometry.shape(
            found.features[0]["geometry"]
        ).bounds
        assert -180 <= west <= east <= 180
        assert -90 <= south <= north <= 90


@pytest.mark.parametrize(
    "geometry",
    [
        shaped("LineString", [[170, 0], [190, 10]]),
        shaped("Polygon", [[[170, 0], [190, 0], [190, 10], [170, 10], [170, 0]]]),
        shaped("Polygon", [[[-190, 0], [-170, 0], [-170, 10], [-190, 10], [-190, 0]]]),
        shaped("MultiPolygon", [[[[170, 0], [190, 0], [190, 9], [170, 9], [170, 0]]]]),
    ],
)
def test_shapes_written_across_180_are_cut_there(geometry: dict[str, Any]) -> None:
    """A shape that leaves 180 is cut, keeps its size, and is wound aright."""
    before = shapely.geometry.shape(geometry)

    found = only_geometry(collection(feature(geometry)))
    after = shapely.geometry.shape(found)

    assert found["type"] == f"Multi{geometry['type'].removeprefix('Multi')}"
    assert shapely.get_num_geometries(after) == 2
    assert after.area == pytest.approx(before.area)
    assert after.length >= before.length * 0.99
    assert max(map(abs, (after.bounds[0], after.bounds[2]))) <= 180
    assert not parse_geojson(collection(feature(found)), "x").faults


@pytest.mark.parametrize(
    "geometry",
    [
        shaped("Polygon", [[[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]]]),
        shaped("LineString", [[179, 0], [-179, 1]]),
        shaped("MultiLineString", [[[0, 0], [1, 1]], [[179, 0], [-179, 1]]]),
        shaped("MultiPolygon", [[[[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]]]]),
        shaped("Polygon", [[[178, 0], [-178, 0], [-178, 1], [179, 2], [178, 1], [178, 0]]]),
    ],
)  # fmt: skip
def test_shapes_across_180_uncut_are_kept_with_a_warning(
    geometry: dict[str, Any],
) -> None:
    """Steps of more than half the globe are ambiguous: told, not guessed at."""
    reading = parse_geojson(collection(feature(geometry)), "x")

    assert reading.features[0]["geometry"] == geometry
    assert "180" in warnings_of(reading)[0]


def test_an_outline_sound_only_across_180_is_not_called_broken() -> None:
    """Numbers that cross on paper may be a sound outline on the globe."""
    ring = [[170, 0], [-170, 1], [175, 2], [-170, 3], [-170, 5], [170, 5], [170, 0]]
    reading = parse_geojson(collection(feature(shaped("Polygon", [ring]))), "x")
    crossed = [[179, 0], [-179, 1], [-179, 0], [179, 1], [179, 0]]

    assert len(reading.faults) == 1
    assert refused(collection(feature(shaped("Polygon", [crossed]))))
