"""The same features are always written as the same bytes, and read back equal."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.base.errors import DataError
from geo.layer.geojson import dump_geojson, parse_geojson
from tests.unit.layer.geojson.samples import (
    SQUARE,
    feature,
    json_values,
    positions,
    shaped,
    texts,
)


def test_dumping_writes_one_feature_a_line_in_a_fixed_order() -> None:
    """The bytes are canonical: order, winding, floats, no crs, no empty id."""
    wrong = shaped("Polygon", [SQUARE[::-1]])
    features: list[dict[str, Any]] = [
        {"properties": {"b": 0.1, "a": "Š"}, "z": 1, "crs": {}, "geometry": wrong, "id": "i", "type": "Feature"},
        {"type": "Feature", "id": None, "geometry": None, "properties": {}},
    ]  # fmt: skip

    data = b"".join(
        dump_geojson(features, members={"title": "t", "crs": {}, "about": 1})
    )

    assert data.decode() == (
        '{"type":"FeatureCollection","about":1,"title":"t","features":[\n'
        '{"type":"Feature","id":"i","geometry":{"type":"Polygon","coordinates":'
        '[[[0,0],[1,0],[1,1],[0,1],[0,0]]]},"properties":{"b":0.1,"a":"Š"},"z":1},\n'
        '{"type":"Feature","geometry":null,"properties":{}}\n'
        "]}\n"
    )


def test_dumping_nothing_gives_an_empty_collection() -> None:
    """No features are still a file."""
    assert parse_geojson(b"".join(dump_geojson([])), "x").features == ()


@pytest.mark.parametrize("value", [math.nan, math.inf, "\ud83d"])
def test_dumping_refuses_what_json_cannot_hold(value: object) -> None:
    """NaN, infinity and half a character are named with their feature."""
    with pytest.raises(DataError, match=r"feature 0 \(a\)"):
        list(dump_geojson([feature(id="a", properties={"v": value})]))


geometries = st.one_of(
    st.none(),
    st.builds(lambda spot: shaped("Point", spot), positions),
    st.builds(
        lambda spots: shaped("LineString", spots),
        st.lists(positions, min_size=2, max_size=5),
    ),
    st.builds(
        lambda x, y, w, h: shaped("Polygon", [[[x, y], [x, y + h], [x + w, y + h], [x + w, y], [x, y]]]),
        st.floats(-170, 150), st.floats(-80, 60), st.floats(0.01, 20), st.floats(0.01, 20),
    ),
)  # fmt: skip
features_given = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.just("Feature"),
            "geometry": geometries,
            "properties": st.dictionaries(texts, json_values, max_size=4),
        }
    ),
    max_size=4,
)


@settings(deadline=None)
@given(features_given)
def test_what_is_dumped_reads_back_equal(features: list[dict[str, Any]]) -> None:
    """Dump then parse gives the same features, and dumping them the same bytes."""
    numbered = [one | {"id": f"f-{number}"} for number, one in enumerate(features)]
    data = b"".join(dump_geojson(numbered))

    first = parse_geojson(data, "x")
    again = b"".join(dump_geojson(first.features, members=first.members))

    assert again == data
    assert [one["properties"] for one in first.features] == [
        one["properties"] for one in features
    ]
    assert parse_geojson(again, "x").features == first.features
