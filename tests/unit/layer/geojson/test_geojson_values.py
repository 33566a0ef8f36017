"""Values of JSON: names once, finite numbers, whole texts, and no deeper than asked."""

from __future__ import annotations

from typing import Any

import pytest

from geo.layer.geojson import Limits, parse_geojson
from tests.unit.layer.geojson.samples import (
    collection,
    feature,
    refused,
    shaped,
    warnings_of,
)


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1" * 400, "1" * 5000]
)
@pytest.mark.parametrize("place", ["coordinate", "property", "id", "bbox", "member"])
def test_numbers_json_does_not_have_are_refused(number: str, place: str) -> None:
    """NaN, infinities and numbers beyond a double are refused wherever they stand."""
    text = {
        "coordinate": collection(feature(shaped("Point", ["@", 1]))),
        "property": collection(feature(properties={"a": [{"b": "@"}]})),
        "id": collection(feature(id="@")),
        "bbox": collection(feature(), bbox=[0, 0, "@", 1]),
        "member": collection(feature(), made={"at": "@"}),
    }[place].replace(b'"@"', number.encode())

    (fault, *_) = refused(text)

    assert number[:8] in fault.message


@pytest.mark.parametrize("place", ["properties", "inside", "feature", "member"])
def test_names_are_as_many_and_as_long_as_those_of_a_table(place: str) -> None:
    """In every object: each becomes a column, or could."""
    many = {f"a{number}": number for number in range(20_000)}
    for names, told in ((many, "at most 2000"), ({"x" * 1_001: 1}, "at most 1000")):
        data = {
            "properties": collection(feature(properties=names)),
            "inside": collection(feature(properties={"a": [{"b": names}]})),
            "feature": collection(feature(**names)),
            "member": collection(feature(), made=names),
        }[place]

        assert told in refused(data)[0].message


@pytest.mark.parametrize(
    "data",
    [
        b'{"type":"FeatureCollection","features":[],"features":[]}',
        collection("@").replace(b'"@"', b'{"type":"Feature","id":1,"id":2,"geometry":null,"properties":{}}'),
        collection(feature(properties="@")).replace(b'"@"', b'{"a":1,"a":2}'),
        collection(feature(properties={"a": ["@"]})).replace(b'"@"', b'{"a":1,"a":1}'),
        collection(feature("@")).replace(b'"@"', b'{"type":"Point","coordinates":[1,2],"coordinates":[3,4]}'),
        b'{"type":"Point","type":"Point","coordinates":[1,2]}',
    ],
)  # fmt: skip
def test_a_name_written_twice_in_one_object_is_refused(data: bytes) -> None:
    """Doubled names are refused at every level, since readers differ on them."""
    assert any("twice" in fault.message for fault in refused(data))


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
@pytest.mark.parametrize("times", [70, 900, 100_000])
def test_deep_nesting_is_refused_not_crashed_on(opening: str, times: int) -> None:
    """Nesting beyond the limit is a fault, however deep."""
    closing = {"[": "]", '{"a":': "}", '[{"a":': "}]"}[opening]
    deep = (opening * times + "1" + closing * times).encode()
    in_property = collection(feature(properties={"a": "@"})).replace(b'"@"', deep)
    in_member = collection(made="@").replace(b'"@"', deep)
    in_place = collection(feature(shaped("MultiPolygon", "@"))).replace(b'"@"', deep)

    for data in (in_property, in_member, in_place, deep):
        assert refused(data)


def test_collections_nested_beyond_the_limit_are_refused() -> None:
    """Geometry collections within each other count as nesting."""
    geometry: object = shaped("Point", [1, 2])
    for _ in range(100):
        geometry = {"type": "GeometryCollection", "geometries": [geometry]}

    assert refused(collection(feature(geometry)))


def test_a_long_text_is_refused_and_the_limit_can_be_set() -> None:
    """Texts, and names, longer than the limit are refused."""
    data = collection(feature(properties={"t": "x" * 11}))
    named = collection(feature(properties={"x" * 11: 1}))
    limits = Limits(max_text_chars=10)

    assert "11 characters" in refused(data, limits=limits)[0].message
    assert "11 characters" in refused(named, limits=limits)[0].message
    assert parse_geojson(data, "x", limits=Limits(max_text_chars=11)).features


@pytest.mark.parametrize("where", ["value", "name", "nested"])
def test_nul_in_a_text_is_warned_of(where: str) -> None:
    """A NUL character is kept, with a warning, wherever it stands."""
    cases: dict[str, dict[str, Any]] = {
        "value": {"t": "a\0b"},
        "name": {"a\0b": 1},
        "nested": {"a": [{"b": "\0"}]},
    }
    properties = cases[where]

    reading = parse_geojson(collection(feature(properties=properties)), "x")

    assert "NUL" in warnings_of(reading)[0]
    assert reading.features[0]["properties"] == properties


def test_half_a_character_is_refused() -> None:
    """A lone surrogate cannot be written as UTF-8 again."""
    data = collection(feature(properties={"t": "@"})).replace(b"@", b"\\ud83d")

    assert "surrogate" in refused(data)[0].message


@pytest.mark.parametrize("number", [2**53 + 1, -(2**60), 2**63 + 5])
def test_integers_beyond_doubles_are_warned_of(number: int) -> None:
    """Integers many programs round are kept, with a warning."""
    reading = parse_geojson(
        collection(feature(properties={"n": number}, id=number)), "x"
    )

    assert sum("too large" in text for text in warnings_of(reading)) == 2
    assert reading.features[0]["properties"] == {"n": number}
