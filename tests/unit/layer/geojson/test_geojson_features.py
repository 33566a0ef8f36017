"""Features and collections: members where they belong, ids once, each fault told."""

from __future__ import annotations

import pytest

from geo.layer.geojson import parse_geojson
from tests.unit.layer.geojson.samples import (
    collection,
    feature,
    refused,
    shaped,
    warnings_of,
)


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (collection(features_="x").replace(b'"features": []', b'"a": 1'), "features"),
        (collection().replace(b"[]", b"{}"), "features"),
        (collection(None), ""),
        (collection([]), ""),
        (collection(shaped("Point", [1, 2])), "type"),
        (collection({"geometry": None, "properties": {}}), "type"),
        (collection(feature(type="feature")), "type"),
        (collection({"type": "Feature", "properties": {}}), "geometry"),
        (collection({"type": "Feature", "geometry": None}), "properties"),
        (collection(feature(properties=[])), "properties"),
        (collection(feature("Point")), "geometry"),
        (collection(feature({"type": "point", "coordinates": [1, 2]})), "geometry.type"),
        (collection(feature({"type": "Point"})), "geometry.coordinates"),
        (collection(feature({"type": "GeometryCollection"})), "geometry.geometries"),
        (collection(feature(coordinates=[1, 2])), "coordinates"),
        (collection(feature(geometries=[])), "geometries"),
        (collection(feature(features=[])), "features"),
        (collection(properties={}), "properties"),
        (collection(geometry=None), "geometry"),
        (collection(coordinates=[]), "coordinates"),
        (collection(feature(shaped("Point", [1, 2]) | {"properties": {}})), "geometry.properties"),
        (collection(feature(shaped("Point", [1, 2]) | {"features": []})), "geometry.features"),
        (collection(feature(shaped("Point", [1, 2]) | {"geometries": []})), "geometry.geometries"),
    ],
)  # fmt: skip
def test_broken_structure_is_refused_where_it_is(data: bytes, where: str) -> None:
    """Missing, mistyped and meaning-changing members are named."""
    assert where in [fault.where for fault in refused(data)]


def test_the_case_of_a_type_is_pointed_out() -> None:
    """A type in the wrong case gets the right spelling as remedy."""
    (fault,) = refused(b'{"type": "featurecollection", "features": []}')

    assert "'FeatureCollection'" in fault.remedy


def test_every_fault_of_a_file_is_told_with_index_and_id() -> None:
    """One bad feature does not hide the next."""
    data = collection(
        feature(id="good"),
        feature(shaped("Point", [1]), id="first"),
        None,
        feature(shaped("LineString", [[0, 0]]), id="last"),
    )

    errors = refused(data)

    assert [(fault.index, fault.feature_id) for fault in errors] == [
        (1, "first"),
        (2, None),
        (3, "last"),
    ]


@pytest.mark.parametrize("found", [{"a": 1}, [], [1], True, False, None])
def test_an_id_that_is_no_text_or_number_is_refused(found: object) -> None:
    """Only texts and numbers are ids."""
    assert refused(collection(feature(id=found)))[0].where == "id"


@pytest.mark.parametrize(("a", "b"), [("a", "a"), (1, 1), (1, 1.0)])
def test_ids_used_twice_are_refused(a: object, b: object) -> None:
    """The same id twice is refused, naming the first feature."""
    (fault,) = refused(collection(feature(id=a), feature(), feature(id=b)))

    assert fault.index == 2
    assert "feature 0" in fault.message


@pytest.mark.parametrize("ids", [(1, "1"), ("1", 1), (1.5, "1.5"), (1, "a")])
def test_ids_of_mixed_kinds_are_warned_of(ids: tuple[object, ...]) -> None:
    """Texts and numbers as ids of one collection are odd, and may collide."""
    reading = parse_geojson(collection(*(feature(id=one) for one in ids)), "x")

    assert reading.faults


def test_ids_that_some_features_lack_are_warned_of() -> None:
    """A collection in which only some features have ids is odd."""
    reading = parse_geojson(collection(feature(id="a"), feature()), "x")

    assert "1 of 2 features have no id." in warnings_of(reading)


def test_a_feature_without_geometry_is_kept_with_a_warning() -> None:
    """An unlocated feature is listed, never dropped."""
    data = collection({"type": "Feature", "geometry": None, "properties": None})
    reading = parse_geojson(data, "x")

    assert reading.features[0]["geometry"] is None
    assert reading.features[0]["properties"] == {}
    assert "unlocated" in warnings_of(reading)[0]
