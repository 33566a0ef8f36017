"""The collections and what they hold (17-069r4, annex A)."""

from __future__ import annotations

import pytest

from geo.web.ogc import routes
from geo.web.ogc.parameters import CRS84
from tests.unit.web.ogc.samples import Get, atlas_of, ids


def test_collections_are_described_in_full(get: Get) -> None:
    """Abstract tests 9 and 11: id, links to items, extent, reference system."""
    answer = get("/ogc/collections")
    listed = {entry["id"]: entry for entry in answer.json()["collections"]}
    assert list(listed)[:3] == ["incidents", "places", "sources"]
    for name, entry in listed.items():
        alone = get(f"/ogc/collections/{name}").json()
        assert alone["crs"] == entry["crs"] == [CRS84]
        assert "items" in {link["rel"] for link in entry["links"]}
    extent = listed["incidents"]["extent"]
    assert extent["spatial"]["bbox"] == [[20, 0, 180, 46]]
    assert extent["temporal"]["interval"] == [[None, "2023-08-31T23:59:59Z"]]


def test_places_are_what_incidents_share(get: Get) -> None:
    """Two incidents at one place make one feature that counts them, under its filters."""
    page = get("/ogc/collections/places/items").json()
    assert page["numberMatched"] == 3
    counts = {
        part["geometry"]["type"]: part["properties"]["incidents"]
        for part in page["features"]
    }
    assert counts == {"Point": 2, "Polygon": 1, "LineString": 1}
    for part in page["features"]:
        alone = get(f"/ogc/collections/places/items/{part['id']}").json()
        assert alone["properties"] == part["properties"]
    limited = get("/ogc/collections/places/items?category=attack").json()["features"]
    assert [part["properties"]["incidents"] for part in limited] == [1]
    assert limited[0]["id"] in {part["id"] for part in page["features"]}


def test_sources_have_no_geometry_and_their_day_of_publication(get: Get) -> None:
    """An extent leaves them all, a time those published in it or on no known day."""
    path = "/ogc/collections/sources/items"
    assert ids(get(path)) == ["paper", "undated"]
    assert ids(get(f"{path}?after=paper")) == ["undated"]
    assert ids(get(f"{path}?limit=1")) == ["paper"]
    assert ids(get(f"{path}?datetime=2023-12-18")) == ["paper", "undated"]
    assert ids(get(f"{path}?datetime=../2023-12-17")) == ["undated"]
    assert ids(get(f"{path}?datetime=2023-12-19/..")) == ["undated"]
    assert ids(get(f"{path}?bbox=0,0,1,1")) == ["paper", "undated"]
    found = get(f"{path}/paper").json()
    assert found["geometry"] is None
    assert found["properties"]["incidents"] == 5
    assert get(f"{path}?category=mural").status_code == 400
    assert ids(get(f"{path}?language=sr")) == ["undated"]
    assert ids(get(f"{path}?language=sr&language=en&publisher=A Paper")) == ["paper"]
    refused = get(f"{path}?publisher=Nobody")
    assert (refused.status_code, refused.json()["parameter"]) == (400, "publisher")
    assert "A Paper, B" in refused.json()["detail"]


def test_collections_of_one_geometry_part_the_placed_incidents(get: Get) -> None:
    """Points, lines and areas are apart for programs that draw one type a layer."""
    apart = [
        ids(get(f"/ogc/collections/incidents-{name}/items"))
        for name in ("points", "lines", "areas")
    ]
    assert apart == [["a-point", "b-second"], ["d-line"], ["c-area"]]


def test_an_empty_layer_is_described_and_listed(
    get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No incident means no extent, and pages without features."""
    empty = atlas_of([])
    monkeypatch.setattr(routes, "atlas", lambda: empty)
    assert "extent" not in get("/ogc/collections/incidents").json()
    for name in ("incidents", "places", "incidents-areas"):
        page = get(f"/ogc/collections/{name}/items?bbox=0,0,1,1").json()
        assert (page["numberMatched"], page["features"]) == (0, [])
