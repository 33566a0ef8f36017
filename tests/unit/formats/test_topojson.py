"""TopoJSON is read as GeoJSON is: each geometry a record, with a place or without."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from geo.base.errors import DataError, QueryError
from tests.bringing import written
from tests.unit.formats.reading import read, shapes

STEPS = {"scale": [0.01, 0.01], "translate": [20, 42]}


def topology(*geometries: Any, **members: Any) -> str:  # noqa: ANN401
    """Return a topology of one object."""
    collection = {"type": "GeometryCollection", "geometries": geometries}
    root = {"type": "Topology", "objects": {"a": collection}, "arcs": [], **members}
    return json.dumps(root)


def point(title: str, **properties: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a geometry with properties."""
    held = {"title": title, **properties}
    return {"type": "Point", "coordinates": [20.5, 44.5], "properties": held}


def test_what_has_no_geometry_is_a_record_without_a_place(tmp_path: Path) -> None:
    """As it is in GeoJSON."""
    nowhere = {"type": None, "id": 7, "properties": {"title": "b"}}
    path = written(tmp_path, "a.topojson", topology(point("a"), nowhere))

    features, said = read(path)

    assert features == [
        {
            "properties": {"title": "a"},
            "geometry": {"type": "Point", "coordinates": [20.5, 44.5]},
        },
        {"properties": {"id": 7, "title": "b"}, "geometry": None},
    ]
    assert said == ""


def test_what_nests_in_properties_becomes_columns(tmp_path: Path) -> None:
    """With a dot in their names."""
    held = point("a", place={"name": "Belgrade"}, tags=["x", "y"])
    path = written(tmp_path, "a.topojson", topology(held))

    [feature] = read(path)[0]

    assert feature["properties"] == {
        "title": "a",
        "place.name": "Belgrade",
        "tags": "x; y",
    }


@pytest.mark.parametrize(
    ("geometry", "members", "shape"),
    [
        (
            {"type": "Point", "coordinates": [46, 282]},
            {"transform": STEPS},
            ("Point", [20.46, 44.82]),
        ),
        (
            {"type": "LineString", "arcs": [0]},
            {"transform": STEPS, "arcs": [[[0, 0], [100, 100], [1, 0]]]},
            ("LineString", [[20.0, 42.0], [21.0, 43.0], [21.01, 43.0]]),
        ),
        (
            {"type": "LineString", "arcs": [0, -2]},
            {"arcs": [[[1, 1], [2, 2]], [[3, 3], [2, 2]]]},
            ("LineString", [[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]),
        ),
        (
            {"type": "Polygon", "arcs": [[0, 1]]},
            {"arcs": [[[0, 0], [1, 0], [1, 1]], [[1, 1], [0, 0]]]},
            ("Polygon", [[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]]),
        ),
        (
            {"type": "MultiPoint", "coordinates": [[1, 1], [2, 2]]},
            {},
            ("MultiPoint", [[1.0, 1.0], [2.0, 2.0]]),
        ),
    ],
)
def test_each_kind_of_geometry_is_read(
    geometry: dict[str, Any], members: dict[str, Any], shape: object, tmp_path: Path
) -> None:
    """Quantised or not, along an arc or backwards."""
    assert shapes(tmp_path, "a.json", topology(geometry, **members)) == [shape]


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "LineString", "arcs": [3]},
        {"type": "LineString", "arcs": []},
        {"type": "LineString"},
        {"type": "Curve", "arcs": [0]},
        {"type": "Point", "coordinates": ["x", 1]},
    ],
)
def test_a_geometry_that_cannot_be_read_is_told(
    geometry: dict[str, Any], tmp_path: Path
) -> None:
    """Its record is kept, without a place."""
    features, said = read(
        written(tmp_path, "a.topojson", topology(geometry, point("b")))
    )

    assert [one["geometry"] is None for one in features] == [True, False]
    assert "geometry: cannot be read" in said


def test_the_largest_object_is_read_and_the_others_told(tmp_path: Path) -> None:
    """Each can be chosen."""
    objects = {
        "one": point("a"),
        "two": {"type": "GeometryCollection", "geometries": [point("b"), point("c")]},
    }
    path = written(tmp_path, "a.topojson", topology(objects=objects))

    features, said = read(path)

    assert [one["properties"]["title"] for one in features] == ["b", "c"]
    assert "only the layer 'two' is read, not 'one'" in said
    assert len(read(path, {"layer": "one"})[0]) == 1
    with pytest.raises(QueryError, match="'none' is not in"):
        read(path, {"layer": "none"})


@pytest.mark.parametrize("members", [{"objects": {}}, {"arcs": [[["x"]]]}, {"arcs": 3}])
def test_a_topology_without_objects_or_arcs_is_refused(
    members: dict[str, Any], tmp_path: Path
) -> None:
    """Nothing in it can be a place."""
    with pytest.raises(DataError, match="is TopoJSON"):
        read(written(tmp_path, "a.topojson", topology(**members)))
