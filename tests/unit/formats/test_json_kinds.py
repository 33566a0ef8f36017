"""JSON that is not GeoJSON is read as what it is, or says why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from geo.base.errors import DataError
from tests.bringing import written
from tests.unit.formats.reading import read, rows, shapes

POINT = {"type": "Point", "coordinates": [21.9, 43.3]}


def test_a_map_of_umap_is_its_features(tmp_path: Path) -> None:
    """Layers are named, styles left out, layers elsewhere told and not fetched."""
    feature = {
        "type": "Feature",
        "geometry": POINT,
        "properties": {"name": "a", "_umap_options": {"color": "Red"}},
    }
    layers = [
        {"_umap_options": {"name": "First"}, "features": [feature]},
        {"_storage": {"name": "Far", "remoteData": {"url": "http://127.0.0.1:9/"}}},
    ]
    text = json.dumps({"type": "umap", "geometry": POINT, "layers": layers})

    features, said = read(written(tmp_path, "a.umap", text))

    assert [one["properties"] for one in features] == [{"name": "a", "layer": "First"}]
    assert features[0]["geometry"] == POINT
    assert "'Far' lies elsewhere" in said


@pytest.mark.parametrize(
    "wrap",
    [
        lambda rows: rows,
        lambda rows: {"data": {"items": rows}, "count": 2},
        lambda rows: {"status": "ok", "tags": [{"t": 1}], "results": rows},
        lambda rows: [{"page": 1, "items": rows}],
    ],
)
def test_a_list_of_objects_is_read_wherever_it_lies(wrap: Any, tmp_path: Path) -> None:  # noqa: ANN401
    """And a list within a record is not taken for the records."""
    objects = [
        {"name": "a", "lat": 43.3, "lon": 21.9, "by": [{"u": 1}, {"u": 2}, {"u": 3}]},
        {"name": "b", "lat": "43.4", "lon": "21.8", "by": [{"u": 4}]},
    ]
    text = json.dumps(wrap(objects))

    assert rows(tmp_path, "a.json", text) == [
        {"name": "a", "lat": 43.3, "lon": 21.9, "by.u": "1; 2; 3"},
        {"name": "b", "lat": "43.4", "lon": "21.8", "by.u": 4},
    ]


def test_what_nests_in_a_record_becomes_columns(tmp_path: Path) -> None:
    """Texts with a semicolon stay apart as JSON, and a pair of numbers a pair."""
    one = {
        "place": {"name": "Niš", "at": {"street": "x"}},
        "tags": ["a", "b"],
        "links": ["a;b", "c"],
        "pair": [43.3, 21.9],
        "mixed": [{"a": 1}, {"b": 2}],
        "none": None,
        "geom": POINT,
    }

    [row] = rows(tmp_path, "a.json", json.dumps([one]))

    assert row == {
        "place.name": "Niš",
        "place.at.street": "x",
        "tags": "a; b",
        "links": '["a;b", "c"]',
        "pair": "43.3, 21.9",
        "mixed": '[{"a": 1}, {"b": 2}]',
    }
    assert shapes(tmp_path, "a.json", json.dumps([one])) == [("Point", [21.9, 43.3])]


def test_what_a_geometry_says_beside_where_it_is_becomes_columns(
    tmp_path: Path,
) -> None:
    """As NASA's EONET has it: a list of one geometry, with its day."""
    events = [{"title": "Fire", "geometry": [{**POINT, "date": "2024-07-01"}]}]
    text = json.dumps({"events": events})

    assert rows(tmp_path, "a.json", text) == [
        {"title": "Fire", "geometry.date": "2024-07-01"}
    ]
    assert shapes(tmp_path, "a.json", text) == [("Point", [21.9, 43.3])]


def test_one_object_a_line_is_read(tmp_path: Path) -> None:
    """NaN, which is not JSON, is empty and told."""
    path = written(tmp_path, "a.jsonl", '{"a": 1}\n\n{"a": NaN, "b": 2}\n')

    features, said = read(path)

    assert [one["properties"] for one in features] == [{"a": 1}, {"b": 2}]
    assert "no numbers in JSON (NaN)" in said


def test_a_list_of_features_is_read_as_such(tmp_path: Path) -> None:
    """Though a collection should be around it."""
    feature = {"type": "Feature", "id": 7, "geometry": POINT, "properties": {"a": 1}}
    text = json.dumps([feature])

    assert rows(tmp_path, "a.geojson", text) == [{"id": 7, "a": 1}]
    assert shapes(tmp_path, "a.geojson", text) == [("Point", [21.9, 43.3])]


def test_a_set_of_esri_is_converted_from_its_system(tmp_path: Path) -> None:
    """Days are no milliseconds any more, codes stand for their words."""
    text = json.dumps(
        {
            "spatialReference": {"wkid": 102100, "latestWkid": 3857},
            "exceededTransferLimit": True,
            "fields": [
                {"name": "seen", "type": "esriFieldTypeDate"},
                {
                    "name": "kind",
                    "type": "esriFieldTypeInteger",
                    "domain": {"codedValues": [{"code": 3, "name": "Flood"}]},
                },
            ],
            "features": [
                {
                    "attributes": {"seen": 1683014400000, "kind": 3},
                    "geometry": {"x": 2437896.8, "y": 5361305.4},
                },
                {"attributes": {"seen": None}, "geometry": None},
            ],
        }
    )

    features, said = read(written(tmp_path, "a.json", text))

    assert features[0]["properties"] == {
        "seen": "2023-05-02T08:00:00Z",
        "kind": "Flood",
    }
    assert features[0]["geometry"]["coordinates"] == pytest.approx(
        [21.9, 43.3], abs=0.05
    )
    assert features[1]["geometry"] is None
    assert "the server cut it off" in said


def test_holes_of_esri_lie_in_the_outline_around_them(tmp_path: Path) -> None:
    """Outlines run clockwise there."""
    outer = [[0, 0], [0, 9], [9, 9], [9, 0], [0, 0]]
    hole = [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]
    other = [[20, 20], [20, 21], [21, 21], [21, 20], [20, 20]]
    text = json.dumps(
        {
            "geometryType": "esriGeometryPolygon",
            "features": [
                {"attributes": {}, "geometry": {"rings": [other, outer, hole]}}
            ],
        }
    )

    [(kind, areas)] = shapes(tmp_path, "a.json", text)

    assert kind == "MultiPolygon"
    assert [len(area) for area in areas] == [1, 2]


def test_visits_of_a_history_are_records_and_a_home_is_held_back(
    tmp_path: Path,
) -> None:
    """In the form of Takeout; the ways between are left out."""
    place = {"latitudeE7": 433000000, "longitudeE7": 219000000, "name": "Square"}
    home = place | {
        "name": "x",
        "address": "Some street 1",
        "semanticType": "TYPE_HOME",
    }
    span = {
        "startTimestamp": "2023-05-01T08:00:00Z",
        "endTimestamp": "2023-05-01T09:00:00Z",
    }
    text = json.dumps(
        {
            "timelineObjects": [
                {"placeVisit": {"location": place, "duration": span}},
                {"activitySegment": {"distance": 3}},
                {"placeVisit": {"location": home, "duration": span}},
            ]
        }
    )

    features, said = read(written(tmp_path, "a.json", text))

    assert features[0]["geometry"]["coordinates"] == [21.9, 43.3]
    assert features[0]["properties"]["date_start"] == "2023-05-01T08:00:00Z"
    assert features[1]["geometry"] is None
    assert "Some street" not in json.dumps(features)
    assert "1 entries are no visits" in said
    assert "somebody's home" in said


@pytest.mark.parametrize(
    ("where", "wrap"),
    [
        ({"latLng": "43.3°, 21.9°"}, lambda one: {"semanticSegments": [one]}),
        ("geo:43.3,21.9", lambda one: [one]),
    ],
)
def test_histories_of_telephones_are_read(
    where: Any,  # noqa: ANN401
    wrap: Any,  # noqa: ANN401
    tmp_path: Path,
) -> None:
    """Of both kinds."""
    one = {
        "startTime": "2023-05-01T08:00:00Z",
        "endTime": "2023-05-01T09:00:00Z",
        "visit": {"topCandidate": {"placeLocation": where}},
    }

    text = json.dumps(wrap(one))

    assert shapes(tmp_path, "a.json", text) == [("Point", [21.9, 43.3])]


def test_topojson_is_read(tmp_path: Path) -> None:
    """Through GDAL, apart."""
    topology = {
        "type": "Topology",
        "objects": {
            "spots": {
                "type": "GeometryCollection",
                "geometries": [POINT | {"properties": {"name": "a"}}],
            }
        },
        "arcs": [],
    }

    text = json.dumps(topology)

    assert shapes(tmp_path, "a.topojson", text) == [("Point", [21.9, 43.3])]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[" * 100_000 + "]" * 100_000, "nest"),
        ('{"a": ' * 5_000 + "1" + "}" * 5_000, "nest"),
        ('{"a": 1}', "type"),
        ("[1, 2]", "where a GeoJSON object should be"),
        (json.dumps([{f"c{n}": 1 for n in range(3_000)}]), "3000 columns"),
        ("[{}, {]", "JSON"),
    ],
)
def test_json_without_records_is_refused(
    content: str, reason: str, tmp_path: Path
) -> None:
    """With the reason that strict reading gives."""
    with pytest.raises(DataError, match=reason):
        read(written(tmp_path, "a.json", content))
