"""Records are found in whatever form a program writes them as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from geo.base.errors import DataError
from geo.formats.json_forms import evidence
from tests.bringing import written
from tests.unit.formats.reading import read, rows, shapes

WALL = {"title": "Wall", "date": "2023-05-14", "lat": 44.8, "lon": 20.4}
SIGN = {"title": "Sign", "date": "2023-05-16", "lat": 43.8, "lon": 21.4}
POSTER = {"title": "Poster", "date": "2023-05-15", "lat": 42.6, "lon": 21.1}
ALL = [WALL, SIGN, POSTER]
POINT = {"type": "Point", "coordinates": [20.4, 44.8]}
FEATURE = {"type": "Feature", "geometry": POINT, "properties": {"title": "Wall"}}
COLLECTION = {"type": "FeatureCollection", "features": [FEATURE]}


@pytest.mark.parametrize(
    "root",
    [
        [{"page": 1, "data": [WALL, SIGN]}, {"page": 2, "data": [POSTER]}],
        [
            {"meta": {"total": 3}, "items": ALL},
            {"meta": {"total": 3}, "items": []},
        ],
        [[*WALL], *([*one.values()] for one in ALL)],
        {"data": [[*WALL], *([*one.values()] for one in ALL)]},
        {"columns": [*WALL], "index": [0, 1, 2], "data": [[*o.values()] for o in ALL]},
        {
            "meta": {"view": {"columns": [{"name": name} for name in WALL]}},
            "data": [[*one.values()] for one in ALL],
        },
        {name: [one[name] for one in ALL] for name in WALL},
        {name: {str(n): one[name] for n, one in enumerate(ALL)} for name in WALL},
        [WALL, None, SIGN, POSTER],
        {"status": "ok", "error": None, "reports": ALL},
    ],
)
def test_each_form_gives_the_same_records(root: Any, tmp_path: Path) -> None:  # noqa: ANN401
    """Pages, rows below a head, columns, and lists with gaps."""
    assert rows(tmp_path, "a.json", json.dumps(root)) == ALL


@pytest.mark.parametrize(
    ("root", "column"),
    [
        (
            [{"country": "RS", "x": [WALL, SIGN]}, {"country": "XK", "x": [POSTER]}],
            "country",
        ),
        ({"RS": [WALL, SIGN], "XK": [POSTER]}, "group"),
    ],
)
def test_what_a_group_says_each_of_its_records_says(
    root: Any,  # noqa: ANN401
    column: str,
    tmp_path: Path,
) -> None:
    """Its records are read, not the groups."""
    assert rows(tmp_path, "a.json", json.dumps(root)) == [
        WALL | {column: "RS"},
        SIGN | {column: "RS"},
        POSTER | {column: "XK"},
    ]


def test_the_words_of_a_record_stay_beside_those_of_its_group(tmp_path: Path) -> None:
    """Where both have a name, the group's is told apart."""
    root = [{"title": "Serbia", "incidents": [WALL]}, {"title": "B", "incidents": []}]

    assert rows(tmp_path, "a.json", json.dumps(root)) == [
        WALL | {"group.title": "Serbia"}
    ]


@pytest.mark.parametrize(
    "within",
    [
        {"media": [{"url": "a", "alt": "b", "w": 1, "h": 2, "n": 3}]},
        {"place": {"name": "x", "kind": "y"}, "tags": [{"t": 1}, {"t": 2}]},
    ],
)
def test_a_record_that_holds_a_list_stays_the_record(
    within: dict[str, Any], tmp_path: Path
) -> None:
    """Alone, in a list, and in one of several."""
    for root in (WALL | within, [WALL | within], [WALL | within, SIGN | within]):
        found = rows(tmp_path, "a.json", json.dumps(root))

        assert found[0]["title"] == "Wall"
        assert len(found) == (len(root) if isinstance(root, list) else 1)


def test_records_under_their_ids_keep_them(tmp_path: Path) -> None:
    """In a column that is not taken yet."""
    by_id = {"e1": WALL, "e2": SIGN}
    taken = {"e1": WALL | {"id": 1}, "e2": SIGN | {"id": 2}}

    assert rows(tmp_path, "a.json", json.dumps({"reports": by_id})) == [
        WALL | {"id": "e1"},
        SIGN | {"id": "e2"},
    ]
    assert rows(tmp_path, "a.json", json.dumps(taken)) == [
        WALL | {"id": 1, "key": "e1"},
        SIGN | {"id": 2, "key": "e2"},
    ]


@pytest.mark.parametrize(
    "beside",
    [
        {"fields": [{"id": name, "type": "text"} for name in "abcde"]},
        {"regions": [{"n": 1}, {"n": 2}, {"n": 3}]},
        {"includes": {"places": [{"id": n, "full_name": "x"} for n in range(9)]}},
    ],
)
@pytest.mark.parametrize("name", ["records", "reports"])
def test_a_longer_list_that_tells_no_day_or_place_does_not_win(
    beside: dict[str, Any], name: str, tmp_path: Path
) -> None:
    """Whatever the records are called; the other is told."""
    text = json.dumps({**beside, name: [WALL, SIGN]})

    features, said = read(written(tmp_path, "a.json", text))

    assert [one["properties"] for one in features] == [WALL, SIGN]
    assert "further lists are left out" in said


@pytest.mark.parametrize("nothing", [None, True, "", "n/a"])
def test_what_is_no_number_is_no_coordinate(nothing: object) -> None:
    """Names alone do not make a list one of places."""
    assert evidence([{"lat": nothing, "lon": nothing}]) == 0
    assert evidence([{"lat": "44,8", "lon": 20.4}]) == 2


def test_a_list_of_collections_is_all_their_features(tmp_path: Path) -> None:
    """With features among them."""
    text = json.dumps([COLLECTION, FEATURE, COLLECTION])

    assert shapes(tmp_path, "a.json", text) == [("Point", [20.4, 44.8])] * 3


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_one_record_is_read_as_a_list_of_one(name: str, tmp_path: Path) -> None:
    """As two of them are."""
    assert rows(tmp_path, name, json.dumps(WALL)) == [WALL]


@pytest.mark.parametrize(
    "error",
    [
        {"error": {"code": 400, "message": "Invalid query", "details": ["no such"]}},
        {"error": "Invalid query"},
        {"errors": [{"message": "Invalid query"}]},
    ],
)
def test_an_error_of_a_server_is_shown_in_its_words(
    error: dict[str, Any], tmp_path: Path
) -> None:
    """Instead of what GeoJSON would need."""
    with pytest.raises(DataError, match=r"error of the server.*Invalid query"):
        read(written(tmp_path, "a.json", json.dumps(error)))


def test_of_an_answer_of_sparql_the_values_are_read(tmp_path: Path) -> None:
    """Of what type they are is none of the record's words."""
    binding = {
        "item": {"type": "uri", "value": "http://www.wikidata.org/entity/Q1"},
        "label": {"type": "literal", "xml:lang": "en", "value": "Battle"},
    }
    text = json.dumps({"head": {"vars": ["item"]}, "results": {"bindings": [binding]}})

    assert rows(tmp_path, "a.json", text) == [
        {"item": "http://www.wikidata.org/entity/Q1", "label": "Battle"}
    ]


def test_elements_of_overpass_are_where_the_answer_says(tmp_path: Path) -> None:
    """At their own spot, their centre, on their line, or amid nodes, bounds, corners."""
    line = [{"lat": 43.0, "lon": 21.0}, {"lat": 43.0, "lon": 21.1}]
    ring = [*line, {"lat": 43.3, "lon": 21.2}, line[0]]
    bounds = {"minlat": 42.0, "maxlat": 43.0, "minlon": 20.0, "maxlon": 21.0}
    elements: list[dict[str, Any]] = [
        {"type": "node", "id": 1, "lat": 44.8, "lon": 20.4, "tags": {"name": "a"}},
        {"type": "way", "id": 2, "center": {"lat": 42.6, "lon": 21.1}},
        {"type": "way", "id": 3, "geometry": line},
        {"type": "way", "id": 4, "geometry": ring},
        {"type": "way", "id": 5, "nodes": [7, 8]},
        {"type": "relation", "id": 6, "bounds": bounds},
        {"type": "node", "id": 7, "lat": 42.1, "lon": 20.1},
        {"type": "node", "id": 8, "lat": 42.2, "lon": 20.2},
        {"type": "relation", "id": 9},
    ]
    path = written(tmp_path, "a.json", json.dumps({"elements": elements}))

    features, said = read(path)

    found = [one["geometry"] and one["geometry"]["coordinates"] for one in features]
    assert found == [
        [20.4, 44.8],
        [21.1, 42.6],
        [21.1, 43.0],
        [pytest.approx(21.1), pytest.approx(43.1)],
        [20.2, 42.2],
        [20.5, 42.5],
        None,
    ]
    assert features[0]["properties"] == {"type": "node", "id": 1, "tags.name": "a"}
    assert "2 nodes that only draw the ways are left out" in said
