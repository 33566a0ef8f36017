"""Members that features, collections and geometries have alike: the bbox."""

from __future__ import annotations

import pytest

from geo.layer.geojson import parse_geojson
from tests.unit.layer.geojson.samples import collection, feature, refused, shaped


@pytest.mark.parametrize(
    "bbox",
    ["a", {}, [1, 2, 3], [1] * 5, [0, 0, "1", 1], [0, 0, True, 1], [0, 9, 1, 1], [0, 0, 1, 91]],
)  # fmt: skip
def test_a_broken_bbox_is_refused(bbox: object) -> None:
    """A bbox is 4 or 6 finite numbers, south below north, wherever it stands."""
    place = shaped("Point", [1, 2])
    for data in (
        collection(bbox=bbox),
        collection(feature(bbox=bbox)),
        collection(feature(place | {"bbox": bbox})),
    ):
        assert refused(data)[0].where.endswith("bbox")


@pytest.mark.parametrize(
    "bbox", [[0, 0, 1, 1], [177, -20, -178, -16], [0, 0, 0, 1, 1, 9]]
)
def test_a_sound_bbox_is_accepted(bbox: list[float]) -> None:
    """A bbox with heights, or across 180, is accepted."""
    assert not parse_geojson(collection(feature(bbox=bbox)), "x").faults
