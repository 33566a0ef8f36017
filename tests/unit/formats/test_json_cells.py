"""Values of JSON become cells in which nothing nests and nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from geo.importing.mapping import ROLES
from tests.bringing import brought, spots, told, written
from tests.unit.formats.reading import read, rows

POINT = {"type": "Point", "coordinates": [20.46, 44.82]}


def geojson(**properties: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return a collection of one feature with these properties."""
    feature = {"type": "Feature", "geometry": POINT, "properties": properties}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def cells(folder: Path, **values: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Return the cells of a record with these values: as GeoJSON, and in a list."""
    return [
        rows(folder, "a.geojson", geojson(**values))[0],
        rows(folder, "a.json", json.dumps([values]))[0],
    ]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (["2023-05-14", "2023-05-16"], "2023-05-14/2023-05-16"),
        (["RS"], "RS"),
        (["a", None, "b"], "a; b"),
        (["a;b", "c"], '["a;b", "c"]'),
        ([True, False], "[true, false]"),
        (["Painted in ", {"type": "bold", "text": "Niš"}, "."], "Painted in Niš."),
        ({"$date": "2023-05-14T00:00:00Z"}, "2023-05-14T00:00:00Z"),
        ({"$date": {"$numberLong": "1685577600000"}}, "2023-06-01"),
        ({"$oid": "64c8f0aa"}, "64c8f0aa"),
        ({"$numberInt": "3"}, 3),
    ],
)
def test_lists_and_objects_of_one_value_are_one_cell(
    value: object, cell: object, tmp_path: Path
) -> None:
    """The same in GeoJSON and in a list of objects."""
    assert cells(tmp_path, x=value) == [{"x": cell}] * 2


def test_a_text_all_of_which_has_its_looks_is_joined_under_its_own_name(
    tmp_path: Path,
) -> None:
    """Elsewhere it may as well be a list of objects that have a text."""
    styled = [{"type": "bold", "text": "A "}, {"type": "link", "text": "b"}]

    [one, other] = cells(tmp_path, title="x", date="2023-05-14", text=styled)

    assert one == other
    assert one["text"] == "A b"
    assert rows(
        tmp_path, "a.json", json.dumps([{"by": styled, **dict.fromkeys("xyz", 1)}])
    ) == [{"by.type": "bold; link", "by.text": "A ; b", "x": 1, "y": 1, "z": 1}]


@pytest.mark.parametrize("role", [*ROLES])
def test_what_nests_can_become_anything_and_is_never_shown_as_code(
    role: str, tmp_path: Path
) -> None:
    """Whatever a column is taken for, as it holds texts elsewhere."""
    features = [
        {"type": "Feature", "geometry": POINT, "properties": {"title": "A", "x": value}}
        for value in ([["a", ["b"]]], [{"a": [1]}], {}, [], POINT)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})

    found = brought(written(tmp_path, "a.geojson", text), columns={"x": role})

    shown = [told(found)]
    for one in found.incidents:
        shown += [one.title, one.place, one.summary]
    assert not [text for text in shown if "{'" in text or "['" in text]


@pytest.mark.parametrize("name", ["coordinates", "location", "geo.point", "LngLat"])
def test_a_list_of_two_numbers_is_a_position_longitude_first(
    name: str, tmp_path: Path
) -> None:
    """As GeoJSON, Elasticsearch and MongoDB have it; in objects likewise."""
    wrapped: Any = [20.46, 44.82]
    for part in reversed(name.split(".")):
        wrapped = {part: wrapped}
    text = json.dumps([{"title": "Wall", "date": "2023-05-14", **wrapped}])

    assert spots(brought(written(tmp_path, "a.json", text))) == [[20.46, 44.82]]


def test_numbers_that_forbid_longitude_first_are_read_the_other_way(
    tmp_path: Path,
) -> None:
    """Values win over the name."""
    text = json.dumps([{"title": "Wall", "coordinates": [40.46, 144.82]}])

    assert spots(brought(written(tmp_path, "a.json", text))) == [[144.82, 40.46]]


def test_a_geometry_whose_kind_is_in_small_letters_is_not_turned(
    tmp_path: Path,
) -> None:
    """It is no GeoJSON, but its positions are those of GeoJSON."""
    place = {"type": "point", "coordinates": [20.46, 44.82]}
    feature = {"type": "feature", "geometry": place, "properties": {"title": "Wall"}}
    text = json.dumps({"type": "featurecollection", "features": [feature]})

    assert spots(brought(written(tmp_path, "a.geojson", text))) == [[20.46, 44.82]]


@pytest.mark.parametrize(
    "values",
    [
        {"a.b": "first", "a": {"b": "second"}},
        {"a": {"b": "second"}, "a.b": "first"},
    ],
)
def test_columns_that_meet_are_both_kept_and_told(
    values: dict[str, Any], tmp_path: Path
) -> None:
    """The one with the dot in its own name keeps it."""
    for name, text in (("a.geojson", geojson(**values)), ("a.json", [values])):
        content = text if isinstance(text, str) else json.dumps(text)

        [one], said = read(written(tmp_path, name, content))

        assert one["properties"] == {"a.b": "first", "a.b_2": "second"}
        assert "two columns of a record are called 'a.b'" in said
