"""Coordinates: a long list's faults are counted, and heights are all or none."""

from __future__ import annotations

from geo.layer.geojson import parse_geojson
from tests.unit.layer.geojson.samples import (
    collection,
    feature,
    refused,
    shaped,
    warnings_of,
)


def test_faults_of_a_long_line_are_counted_not_all_listed() -> None:
    """A line with thousands of bad positions does not drown the report."""
    texts = collection(feature(shaped("LineString", [["a", 1]] * 5000)))
    outside = collection(feature(shaped("LineString", [[0, 95]] * 5000)))

    for data in (texts, outside):
        errors = refused(data)

        assert len(errors) == 11
        assert "4990 more" in errors[-1].message


def test_heights_given_only_in_part_are_left_out_with_a_warning() -> None:
    """A geometry has heights throughout or not at all."""
    reading = parse_geojson(
        collection(feature(shaped("LineString", [[1, 2], [3, 4, 5]]))), "x"
    )

    assert reading.features[0]["geometry"]["coordinates"] == [[1, 2], [3, 4]]
    assert "height" in warnings_of(reading)[0]
