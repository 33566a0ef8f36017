"""Pages of features answer as the standard's abstract tests ask (17-069r4, annex A)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box, shape

from geo.base.grid import Bbox
from geo.model.query import Query
from geo.web.ogc import routes
from geo.web.ogc.collections import COLLECTIONS
from geo.web.ogc.items import page
from geo.web.ogc.parameters import CRS84
from pages.ui.examples import items_address
from tests.unit.web.ogc.samples import (
    BELGRADE,
    FEATURES,
    ITEMS,
    SELECTED,
    Get,
    atlas_of,
    feature,
    ids,
    links,
)

#: Ends of west, south, east and north for extents around what is placed.
EDGES = ((-180, 180), (-2, 50), (-180, 180), (-2, 50))


def test_a_page_of_features_counts_and_dates_itself(get: Get) -> None:
    """Abstract tests 13 and 22: GeoJSON with links, counts and a time stamp."""
    answer = get(f"{ITEMS}?limit=2")
    body = answer.json()
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["content-crs"] == f"<{CRS84}>"
    assert (body["numberMatched"], body["numberReturned"]) == (5, 2)
    assert body["timeStamp"].endswith("Z")
    assert {"self", "alternate", "next", "collection"} == links(answer).keys()
    assert 'rel="next"' in answer.headers["link"]


def test_following_next_gives_every_feature_once(get: Get) -> None:
    """Pages add up to the collection."""
    found, address = [], f"{ITEMS}?limit=2&status=reported"
    while address:
        answer = get(address)
        found += ids(answer)
        address = links(answer).get("next", {}).get("href", "")
    assert found == ["a-point", "c-area", "d-line", "e-nowhere"]


def test_an_edit_between_two_pages_neither_repeats_nor_skips(
    get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next page begins behind an id, wherever that now stands."""
    first = get(f"{ITEMS}?limit=2")
    edited = [feature("a-new", None), *FEATURES[1:2], *FEATURES[2:]]
    changed = atlas_of(edited)
    monkeypatch.setattr(routes, "atlas", lambda: changed)
    second = get(links(first)["next"]["href"].replace("limit=2", "limit=9"))
    assert ids(first) + ids(second) == [part["id"] for part in FEATURES]


def test_a_feature_keeps_every_property_and_gains_the_crosswalk(get: Get) -> None:
    """Lists stay lists, text stays as written, ACLED's and UCDP's codes come along."""
    found = get(f"{ITEMS}/b-second").json()
    assert found["geometry"] == BELGRADE
    properties = found["properties"]
    assert properties["summary"] == "Нечто <b>&amp;</b> 'šđž' 🙂 happened."
    assert properties["citations"][0]["quote"] == "some words"
    assert properties["alleged_by"] == ["Somebody"]
    assert (properties["acled_geo_precision"], properties["ucdp_where_prec"]) == (1, 1)
    assert properties["date_earliest"] == "2022-01-01"
    assert {link["rel"] for link in found["links"]} == {
        "self",
        "alternate",
        "collection",
    }


def test_features_without_place_are_not_dropped(get: Get) -> None:
    """A null geometry is written as null."""
    page = get(ITEMS).json()["features"]
    assert [part["id"] for part in page if part["geometry"] is None] == ["e-nowhere"]


@pytest.mark.parametrize(("parameters", "expected"), SELECTED)
def test_parameters_select(get: Get, parameters: str, expected: list[str]) -> None:
    """Each parameter leaves what it asks for, and only that."""
    assert ids(get(f"{ITEMS}?{parameters}")) == expected


@given(
    st.tuples(*[st.floats(*ends).map(lambda x: round(x, 1)) for ends in EDGES]).map(
        lambda ends: Bbox(
            ends[0], min(ends[1], ends[3]), ends[2], max(ends[1], ends[3])
        )
    )
)
def test_an_extent_means_the_same_in_downloads_and_here(bbox: Bbox) -> None:
    """What meets it is told by shape, also across the antimeridian.

    What has no place is here as the standard asks, and not in a download.
    """
    served = atlas_of(FEATURES)
    asked = {"bbox": [str(bbox)]}

    downloaded = served.engine.ids(served.query(asked))
    listed, matched, _ = page(COLLECTIONS["incidents"], asked, served)

    found = [part["id"] for part in listed]
    assert found == [*downloaded, "e-nowhere"]
    assert matched == len(found)
    for part in FEATURES:
        if part["geometry"] is not None:
            halves = [bbox]
            if bbox.west > bbox.east:
                halves = [bbox._replace(east=180), bbox._replace(west=-180)]
            met = any(shape(part["geometry"]).intersects(box(*half)) for half in halves)
            assert (part["id"] in downloaded) == met


def test_the_address_on_the_connect_page_gives_what_the_filters_leave(get: Get) -> None:
    """A query with an extent leaves no incident without a place, so neither does it."""
    for bbox, expected in ((Bbox(-180, -90, 180, 90), 4), (None, 5)):
        address = items_address("http://example.org/", Query(bbox=bbox))
        assert get(address).json()["numberMatched"] == expected
