"""Columns become GeoJSON Features, record by record."""

from __future__ import annotations

import json

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely.geometry import (
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    box,
    shape,
)

from geo.importing.features import FeatureColumns, geometries_json
from geo.layer.geojson import dump_geojson

HOLED = Polygon(box(0, 0, 9, 9).exterior, [box(1, 1, 2, 2).exterior])
SHAPES = (
    None,
    Point(20.4, 44.8),
    LineString([(20, 44), (21, 45)]),
    HOLED,
    MultiPoint([(20, 44), (21, 45)]),
    MultiLineString([[(20, 44), (21, 45)], [(22, 44), (23, 45)]]),
    MultiPolygon([HOLED, box(20, 0, 21, 1)]),
)


def array_of(*shapes: object) -> NDArray[np.object_]:
    """Return geometries as an array."""
    array = np.full(len(shapes), None, dtype=object)
    array[:] = shapes
    return array


@given(st.lists(st.sampled_from(SHAPES), max_size=6))
def test_a_geometry_is_written_as_json_has_it(shapes: list[object]) -> None:
    """Of lists only, at any depth; read again it is the same."""
    made = geometries_json(array_of(*shapes))

    assert made == json.loads(json.dumps(made))
    again = [None if each is None else shape(each) for each in made]
    placed = [each for each in shapes if each is not None]
    assert [each is None for each in again] == [each is None for each in shapes]
    assert [each for each in again if each is not None] == placed


def test_what_a_record_lacks_is_left_out_of_it() -> None:
    """And members of its own stay beside it."""
    columns = FeatureColumns(
        np.array([3, 7]),
        ["a", "b"],
        shapely.to_wkb(array_of(None, Point(1, 2))),
        {"title": ["A", "B"], "date": ["2023", None]},
        {"n": [None, 5]},
        {7: {"link": "x"}},
    )

    one, other = columns.features()

    assert one["properties"] == {"title": "A", "date": "2023"}
    assert other["properties"] == {"title": "B", "n": 5}
    assert "link" not in one
    assert other["link"] == "x"
    assert columns.part(1, 2).features() == columns.features([1]) == [other]
    assert len(columns) == 2


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, Point(20.4, 44.8), Point(-0.0, 1e-9)]),
            st.none() | st.text(st.characters(exclude_categories=["Cs"])),
            st.none()
            | st.integers()
            | st.floats(allow_nan=False, allow_infinity=False),
            st.none() | st.booleans() | st.just([{"a": "b"}]),
            st.booleans(),
        ),
        max_size=6,
    )
)
def test_a_line_says_what_the_feature_says(records: list[tuple[object, ...]]) -> None:
    """In the same bytes, whichever records are chosen."""
    shapes, texts, numbers, rest, chosen = (
        ([*column] for column in zip(*records, strict=True)) if records else [[]] * 5
    )
    columns = FeatureColumns(
        np.arange(len(records)),
        [f"r{number}" for number in range(len(records))],
        shapely.to_wkb(array_of(*shapes)),
        {"title": texts, "n": numbers},
        {'a "field"': rest},
    )

    lines = columns.lines(np.array(chosen, dtype=bool))

    features = columns.features(np.flatnonzero(chosen).tolist())
    assert [*dump_geojson(lines)] == [*dump_geojson(features)]
