"""Whole files are read or refused, and nothing else comes of any bytes."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.base.errors import DataError
from geo.layer import geojson
from geo.layer.geojson import (
    GEOMETRY_TYPES,
    Limits,
    check_geojson,
    examine_features,
    examine_geojson,
    parse_geojson,
    read_geojson,
)
from tests.shared import CORPUS, corpus
from tests.unit.layer.geojson.samples import (
    collection,
    feature,
    json_values,
    positions,
    refused,
    shaped,
)


def corpus_rows() -> list[tuple[str, str]]:
    """Return name and verdict of each GeoJSON file of the corpus."""
    rows = [(row["file"], row["expected"]) for row in corpus()]
    return [row for row in rows if row[0].endswith((".geojson", ".geojsons"))]


@pytest.mark.parametrize(("name", "expected"), corpus_rows())
def test_corpus_file_gets_the_verdict_of_its_manifest(name: str, expected: str) -> None:
    """Each file is accepted, warned of, mended or refused as its manifest says."""
    path = CORPUS / name
    if "unmade" in name and not path.exists():
        path = path.with_name("hint_bad_unknowntype.geojson")
    try:
        reading = read_geojson(path)
    except DataError:
        assert "reject" in expected
        return

    assert not any(fault.severity == "error" for fault in reading.faults)

    verdict = expected.split(maxsplit=1)[0].rstrip(",").split("+")[0]
    if verdict in {"warn", "fix", "convert", "reject/warn"}:
        assert reading.faults
    else:
        assert verdict in {"accept", "accept/convert"}


def test_corpus_is_there_or_said_to_be_missing() -> None:
    """Without the corpus the tests above are none, which this says."""
    if not corpus_rows():
        pytest.skip(f"{CORPUS} is missing: the corpus of files is not tested.")


@pytest.mark.parametrize(
    ("name", "spot"),
    [
        ("lon_190", [-170.0, 10]),
        ("projected_crs", [30.497803896, 50.458146120]),
    ],
)
def test_corpus_file_to_be_mended_is_mended(name: str, spot: list[float]) -> None:
    """Files whose verdict is fix or convert come out with mended coordinates."""
    path = CORPUS / "own" / f"{name}.geojson"
    if not path.exists():
        pytest.skip(f"{path} is missing.")

    geometry = read_geojson(path).features[0]["geometry"]

    assert geometry["coordinates"] == pytest.approx(spot)


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    """A file or bytes beyond the limit are refused before parsing."""
    path = tmp_path / "large.geojson"
    path.write_bytes(collection(feature()))
    limits = Limits(max_bytes=10)

    assert "more than 10 bytes" in refused(path.read_bytes(), limits=limits)[0].message
    with pytest.raises(DataError, match="more than 10 bytes"):
        read_geojson(path, limits=limits)


def test_a_missing_file_or_a_folder_is_refused(tmp_path: Path) -> None:
    """What is not a file is refused in words."""
    with pytest.raises(DataError, match="does not exist"):
        read_geojson(tmp_path / "none.geojson")
    with pytest.raises(DataError, match="is not a file"):
        read_geojson(tmp_path)

    assert check_geojson(tmp_path)[0].message == "is not a file."


def test_a_bare_geometry_and_a_feature_are_read_as_one_feature() -> None:
    """A root geometry is wrapped without an id; a root feature is kept whole."""
    place = shaped("Point", [1, 2])

    bare = parse_geojson(json.dumps(place).encode(), "x")
    whole = parse_geojson(json.dumps(feature(place, id=7, by="me")).encode(), "x")

    expected = {"type": "Feature", "id": None, "geometry": place, "properties": {}}

    assert bare.features == (expected,)
    assert whole.features == (expected | {"id": 7, "by": "me"},)


def test_foreign_members_and_nested_properties_are_kept() -> None:
    """What GeoJSON does not define survives reading."""
    nested = {"src": {"url": "http://a", "list": [1, {"b": None}]}}
    place = shaped("Point", [1, 2]) | {"custom": True}
    data = collection(feature(place, properties=nested, by={"x": 1}), title="layer")

    reading = parse_geojson(data, "x")

    assert reading.members == {"title": "layer"}
    assert reading.features[0]["properties"] == nested
    assert reading.features[0]["by"] == {"x": 1}
    assert reading.features[0]["geometry"] == place
    assert not reading.faults


def test_examining_keeps_features_aligned_with_the_file() -> None:
    """What is at fault stays in its place, so that further checks name it right."""
    reading = examine_geojson(
        collection(None, feature(shaped("Point", [1])), feature(id="c")), "x"
    )

    assert [one["id"] for one in reading.features] == [None, None, "c"]
    assert reading.misplaced == {0, 1}


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever the bytes, nothing but DataError comes of them."""
    with suppress(DataError):
        parse_geojson(data, "x")


@settings(deadline=None)
@given(
    st.recursive(
        json_values
        | st.sampled_from(["Feature", "FeatureCollection", "Point", "Polygon"])
        | positions,
        lambda inner: st.fixed_dictionaries(
            {},
            optional={
                "type": st.sampled_from(
                    ["Feature", "FeatureCollection", *GEOMETRY_TYPES]
                ),
                "id": inner,
                "geometry": inner,
                "properties": inner,
                "coordinates": st.lists(st.lists(positions, max_size=4), max_size=2)
                | st.lists(positions, max_size=4)
                | inner,
                "geometries": st.lists(inner, max_size=2),
                "features": st.lists(inner, max_size=2),
                "bbox": inner,
                "crs": inner,
            },
        ),
        max_leaves=6,
    )
)
def test_arbitrary_json_is_read_or_refused(value: object) -> None:
    """Whatever the JSON, near GeoJSON or far, nothing but DataError comes of it."""
    with suppress(DataError):
        parse_geojson(json.dumps(value).encode(), "x")


def test_the_package_offers_what_it_says_in_order() -> None:
    """The table of contents is sorted, and every name in it is there."""
    names = geojson.__all__
    assert names == sorted(names, key=lambda name: (not name.isupper(), name))
    assert all(hasattr(geojson, name) for name in names)


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=3),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-(2**60), 2**60)
            | st.floats(allow_nan=False, allow_infinity=False)
            | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
            ),
            max_leaves=8,
        ),
        max_size=4,
    ),
    st.tuples(st.floats(-400, 400), st.floats(-100, 100)),
)
def test_features_made_in_code_are_read_as_those_of_a_file(
    properties: dict[str, object], spot: tuple[float, float]
) -> None:
    """The same features and the same faults, whatever the values."""
    one = feature(shaped("Point", list(spot)), properties=properties)

    made, read = examine_features([one], "x"), examine_geojson(collection(one), "x")

    assert made == read


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), "\ud800", {"deep": [float("-inf")]}, 2**60]
)
def test_values_that_json_has_not_are_found_in_features_made_in_code(
    value: object,
) -> None:
    """Each is named with its place, as in a file."""
    one = {"type": "Feature", "geometry": None, "properties": {"odd": value}}

    [fault, _] = examine_features([one], "x").faults

    assert fault.where.startswith("properties.odd")
