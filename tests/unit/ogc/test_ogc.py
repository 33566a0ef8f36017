"""The OGC API answers as the standard's abstract tests ask (17-069r4, annex A)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box, shape
from starlette.applications import Starlette

from geo.atlas import Atlas
from geo.dates import Bounds, bounds
from geo.engine import Engine
from geo.errors import QueryError
from geo.evidence.archive import Archive
from geo.layer import parse_layer
from geo.ogc import ogc_routes, routes
from geo.ogc.answers import negotiated
from geo.ogc.collections import COLLECTIONS
from geo.ogc.examples import items_address
from geo.ogc.items import page
from geo.ogc.landing import CONFORMS_TO
from geo.ogc.parameters import CRS84, read_bbox, read_datetime, read_limit
from geo.query import Bbox, Query
from geo.settings import settings
from geo.sources import Source, Sources
from geo.vocabulary import read_vocabulary

Get = Callable[..., httpx.Response]
ITEMS = "/ogc/collections/incidents/items"
BELGRADE = {"type": "Point", "coordinates": [20.46, 44.81]}
#: An L round an empty corner at 21..22, 45..46.
ELBOW = {
    "type": "Polygon",
    "coordinates": [
        [[20, 44], [22, 44], [22, 45], [21, 45], [21, 46], [20, 46], [20, 44]]
    ],
}
#: Ends of west, south, east and north for extents around what is placed.
EDGES = ((-180, 180), (-2, 50), (-180, 180), (-2, 50))
LINE = {"type": "LineString", "coordinates": [[178, 0], [180, 0]]}


def feature(name: str, geometry: Any, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a good feature of that id and geometry with some properties changed."""
    precision = {"Point": ("city", 12000), "Polygon": ("region", 90000)}
    named = {"LineString": ("line", 100), **precision}.get(
        str((geometry or {}).get("type"))
    )
    written = changes.get("date", "2023-08")
    days = bounds(written) if written else Bounds(None, None)
    properties = {
        "title": f"Title of {name}",
        "summary": "Нечто <b>&amp;</b> 'šđž' 🙂 happened.",
        "category": "mural",
        "kind": "event",
        "status": "reported",
        "date": written,
        "date_earliest": days.earliest and days.earliest.isoformat(),
        "date_latest": days.latest and days.latest.isoformat(),
        "alleged_by": ["Somebody"] if changes.get("status") == "alleged" else [],
        "place": "Beograd" if geometry else "",
        "precision": named[0] if named else None,
        "radius_m": named[1] if named else None,
        "citations": [{"source": "paper", "quote": "some words"}],
        "updated": "2024-01-01",
        "version": 1,
        **changes,
    }
    return {
        "type": "Feature",
        "id": name,
        "geometry": geometry,
        "properties": properties,
    }


FEATURES = [
    feature("a-point", BELGRADE),
    feature("b-second", BELGRADE, category="attack", status="alleged", date="2022"),
    feature("c-area", ELBOW, date="../2001"),
    feature("d-line", LINE, date=None),
    feature("e-nowhere", None, title="O'Brien's café", date="2023-08-31"),
]


def atlas_of(features: list[dict[str, Any]]) -> Atlas:
    """Return an atlas of these features."""
    vocabulary = read_vocabulary(settings().vocabulary)
    sources = Sources(
        {
            "paper": Source(
                "paper",
                "Заголовок",
                "A Paper",
                "en",
                date(2023, 12, 18),
                "https://example.org/a",
                "All rights reserved",
            ),
            "undated": Source("undated", "A book", "B", "sr", None, None, "Unknown"),
        }
    )
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    layer = parse_layer(data, "test", vocabulary=vocabulary, known_sources=sources)
    return Atlas(Engine(layer), vocabulary, sources, Archive(Path("nowhere")))


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    """Return an atlas of the features above."""
    return atlas_of(FEATURES)


@pytest.fixture
def get(monkeypatch: pytest.MonkeyPatch, atlas: Atlas) -> Get:
    """Return a way to ask the API without a server."""
    monkeypatch.setattr(routes, "atlas", lambda: atlas)
    app = Starlette(routes=ogc_routes())

    def ask(path: str, method: str = "GET", **options: Any) -> httpx.Response:  # noqa: ANN401
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://example.org"
            ) as client:
                return await client.request(method, path, **options)

        return asyncio.run(send())

    return ask


def ids(answer: httpx.Response) -> list[str]:
    """Return the ids of a page of features."""
    assert answer.status_code == 200, answer.text
    return [found["id"] for found in answer.json()["features"]]


def links(answer: httpx.Response) -> dict[str, dict[str, str]]:
    """Return the links of a body by relation; the first where one is repeated."""
    found: dict[str, dict[str, str]] = {}
    for entry in answer.json()["links"]:
        found.setdefault(entry["rel"], entry)
    return found


def test_the_address_without_slash_leads_to_the_one_with_it(get: Get) -> None:
    """QGIS wants the slash; a relative address survives a proxy's prefix."""
    answer = get("/ogc")
    assert (answer.status_code, answer.headers["location"]) == (308, "ogc/")
    assert get("/ogc/conformance/").status_code == 308


def test_the_landing_page_links_to_all_the_standard_asks_for(get: Get) -> None:
    """Abstract test 4: API description, conformance and data."""
    found = links(get("/ogc/"))
    assert {"self", "alternate", "service-desc", "service-doc"} <= found.keys()
    assert found["service-desc"]["type"] == (
        "application/vnd.oai.openapi+json;version=3.0"
    )
    for rel in ("service-desc", "service-doc", "conformance", "data"):
        assert get(found[rel]["href"]).status_code == 200


def test_every_link_of_ours_leads_somewhere(get: Get) -> None:
    """No body links to a page of this API that is not there."""
    to_read, read = ["/ogc/", f"{ITEMS}?limit=2"], set()
    while to_read:
        address = to_read.pop()
        answer = get(address)
        assert answer.status_code == 200, address
        if not answer.headers["content-type"].startswith("text/html"):
            body = answer.json()
            bodies = [body, *body.get("collections", [])]
            for entry in (link for part in bodies for link in part.get("links", [])):
                href = entry["href"]
                if href.startswith("http://example.org/ogc") and href not in read:
                    read.add(href)
                    to_read.append(href)
    assert len(read) > 40


def test_the_conformance_declaration_lists_the_classes(get: Get) -> None:
    """Abstract test 7: the four classes of Part 1 that were asked for, among others."""
    declared = get("/ogc/conformance").json()["conformsTo"]
    assert declared == list(CONFORMS_TO)
    part_1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
    assert {f"{part_1}/{name}" for name in ("core", "geojson", "oas30", "html")} <= set(
        declared
    )


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


#: Parameters of items, and which incidents they leave.
SELECTED = [
    # What has no place is in any extent, what has no date at any time (7.15.3, 4).
    ("bbox=20.4,44.8,20.5,44.9", ["a-point", "b-second", "c-area", "e-nowhere"]),
    (
        "bbox=20.4,44.8,-100,20.5,44.9,100",
        ["a-point", "b-second", "c-area", "e-nowhere"],
    ),
    (
        "bbox=20.4,44.8,20.5,44.9&filter=geometry IS NOT NULL",
        ["a-point", "b-second", "c-area"],
    ),
    ("bbox=21.5,45.5,21.9,45.9", ["e-nowhere"]),
    ("bbox=170,-10,-170,10", ["d-line", "e-nowhere"]),
    ("datetime=2023-08-15", ["a-point", "d-line"]),
    ("datetime=2023-08-15&filter=date IS NOT NULL", ["a-point"]),
    ("datetime=2023-08-31T23:30:00%2B01:00", ["a-point", "d-line", "e-nowhere"]),
    ("datetime=2023-08-31T23:30:00-01:00", ["d-line"]),
    ("datetime=2022-06-01/2023-08-10", ["a-point", "b-second", "d-line"]),
    ("datetime=2022-06-01/2023-08-10&dates=certain", []),
    ("datetime=../2000-01-01", ["c-area", "d-line"]),
    ("datetime=2023-08-01/..&dates=certain", ["a-point", "e-nowhere"]),
    ("datetime=/2000-01-01", ["c-area", "d-line"]),
    ("category=attack", ["b-second"]),
    ("category=attack&category=mural&status=alleged", ["b-second"]),
    ("precision=region&precision=line", ["c-area", "d-line"]),
    ("q=o%27brien", ["e-nowhere"]),
    ("source=undated", []),
    ("from=2023-08-31", ["a-point", "e-nowhere"]),
    ("filter=category%3D'attack'", ["b-second"]),
    ("filter=title%20LIKE%20'O''B%25'&bbox-crs=" + CRS84, ["e-nowhere"]),
    (
        'filter-lang=cql2-json&filter={"op":"isNull","args":[{"property":"geometry"}]}',
        ["e-nowhere"],
    ),
    ("filter=S_INTERSECTS(geometry,POINT(20.5 45.5))", ["c-area"]),
    ("limit=99999999", [part["id"] for part in FEATURES]),
]


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


@pytest.mark.parametrize(
    ("parameters", "parameter"),
    [
        ("bbox=nan,1,2,3", "bbox"),
        ("bbox=1,50,3,40", "bbox"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=1,2,9,3,4,8", "bbox"),
        ("bbox=1,2,x,3,4,y", "bbox"),
        ("bbox=", "bbox"),
        ("bbox=0,0,1,1&bbox=0,0,2,2", "bbox"),
        ("datetime=yesterday", "datetime"),
        ("datetime=2023-02-30", "datetime"),
        ("datetime=20230101", "datetime"),
        ("datetime=2023-01-01T00:00:00", "datetime"),
        ("datetime=9999-12-31T23:59:59-10:00", "datetime"),
        ("datetime=../..", "datetime"),
        ("datetime=2023-01-02/2023-01-01", "datetime"),
        ("datetime=2023-01-01/2023-01-02/2023-01-03", "datetime"),
        ("datetime=2023-01-01&from=2023-01-01", "datetime"),
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=1e3", "limit"),
        ("crs=http://www.opengis.net/def/crs/EPSG/0/4326", "crs"),
        ("bbox-crs=EPSG:3857", "bbox-crs"),
        ("f=xml", "f"),
        ("colour=red", "colour"),
        ("category=colour", "category"),
        ("after=%00", "after"),
        ("filter=colour%3D1", "filter"),
        ("filter-lang=sql", "filter-lang"),
    ],
)
def test_what_is_not_accepted_is_refused_by_name(
    get: Get, parameters: str, parameter: str
) -> None:
    """A bad request gets a problem document (RFC 9457) that names the parameter."""
    answer = get(f"{ITEMS}?{parameters}")
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, body["status"], body["parameter"]) == (
        400,
        400,
        parameter,
    )
    assert parameter in body["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/ogc/nothing",
        "/ogc/collections/colours",
        "/ogc/collections/colours/items",
        "/ogc/collections/sources/queryables",
        f"{ITEMS}/nobody",
        f"{ITEMS}/%00",
        "/ogc/collections/places/items/p0",
        "/ogc/collections/sources/items/nobody",
        "/ogc/collections/incidents-areas/items/a-point",
    ],
)
def test_what_is_not_there_is_not_found(get: Get, path: str) -> None:
    """An unknown collection or feature is a 404 in our own words, open to any origin."""
    answer = get(path)
    assert answer.status_code == 404
    assert answer.json()["detail"]
    assert answer.headers["access-control-allow-origin"] == "*"


def test_other_methods_are_refused_and_options_answered(get: Get) -> None:
    """The API only gives; a browser may ask first (CORS preflight)."""
    refused = get("/ogc/", "POST")
    assert (refused.status_code, refused.headers["allow"]) == (
        405,
        "GET, HEAD, OPTIONS",
    )
    asked = get(ITEMS, "OPTIONS")
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "If-None-Match" in asked.headers["access-control-allow-headers"]
    assert get(ITEMS, "HEAD").headers["etag"] == get(ITEMS).headers["etag"]


def test_an_unchanged_answer_costs_no_bytes(get: Get) -> None:
    """The tag outlives the time stamp, and differs between the forms."""
    tag = get(ITEMS).headers["etag"]
    assert get(ITEMS, headers={"If-None-Match": f'"x", {tag}'}).status_code == 304
    assert get(f"{ITEMS}?limit=1").headers["etag"] != tag
    page = get(ITEMS, headers={"Accept": "text/html"})
    assert page.headers["etag"] != tag
    assert page.headers["vary"] == "Accept"


def test_browsers_get_pages_and_programs_data(get: Get) -> None:
    """The Accept header decides unless ``f`` is given; neither form is a 406."""
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for path in ("/ogc/", "/ogc/api", "/ogc/collections", ITEMS, f"{ITEMS}/c-area"):
        page = get(path, headers=browser)
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "<script" not in page.text
        data = get(f"{path}?f=json", headers=browser)
        assert "json" in data.headers["content-type"]
    assert get(ITEMS, headers={"Accept": "application/xml"}).status_code == 406


def test_pages_show_text_verbatim(get: Get) -> None:
    """Markup in a record is text."""
    page = get(f"{ITEMS}/a-point?f=html").text
    assert "&lt;b&gt;&amp;amp;&lt;/b&gt;" in page
    assert "<b>&amp;</b>" not in page


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


def test_the_description_names_what_is_accepted(get: Get) -> None:
    """OpenAPI 3.0 lists the parameters, and the standard's limit, by reference."""
    described = get("/ogc/api").json()
    assert described["openapi"].startswith("3.0")
    operation = described["paths"]["/collections/incidents/items"]["get"]
    names = {part["$ref"].rpartition("/")[2] for part in operation["parameters"]}
    assert {"bbox", "datetime", "limit", "category", "filter", "f"} <= names
    limit = described["components"]["parameters"]["limit"]["schema"]
    assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, 10000, 10)
    assert described["servers"] == [{"url": "http://example.org/ogc"}]


def test_queryables_and_schema_describe_the_properties(get: Get) -> None:
    """Part 3: names with types; what is not listed is refused."""
    asked = get("/ogc/collections/incidents/queryables")
    assert asked.headers["content-type"] == "application/schema+json"
    assert asked.json()["additionalProperties"] is False
    schema = get("/ogc/collections/incidents/schema").json()
    page = get(ITEMS).json()["features"]
    assert set(page[0]["properties"]) <= schema["properties"].keys()
    assert schema["properties"]["alleged_by"]["type"] == "array"
    assert asked.json()["properties"].keys() - {"source"} <= schema["properties"].keys()


def test_schema_and_vocabulary_have_stable_addresses(get: Get) -> None:
    """Both are the files of the project, open to any origin."""
    schema = get("/schema/incident-layer.schema.json")
    assert schema.json()["title"] == "Incident layer"
    again = {"If-None-Match": schema.headers["etag"]}
    assert get("/schema/incident-layer.schema.json", headers=again).status_code == 304
    vocabulary = get("/vocabulary/categories.json")
    assert vocabulary.json()["categories"]
    assert vocabulary.headers["access-control-allow-origin"] == "*"


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


def test_a_hostile_host_is_not_repeated(get: Get) -> None:
    """A Host header that is no host does not reach the links."""
    answer = get("/ogc/", headers={"Host": "a<b>"})
    assert links(answer)["self"]["href"] == "http://localhost/ogc/"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("application/json", "json"),
        ("application/geo+json;q=0.2, text/html;q=0.1", "json"),
        ("text/*", "html"),
        ("text/html;q=0.5, application/json;q=0.1", "html"),
        ("text/html;q=0", None),
        ("image/png", None),
        ("text/html;q=x", None),
    ],
)
def test_accept_headers_are_weighed(accept: str, form: str | None) -> None:
    """The heavier form wins, data on a tie; RFC 9110, 12.5.1."""
    assert negotiated(None, accept, "application/geo+json") == form


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No value of a parameter breaks its reader."""
    for read in (read_bbox, read_datetime, read_limit):
        try:
            read(text)
        except QueryError as error:
            assert error.parameter in {"bbox", "datetime", "limit"}  # noqa: PT017


@given(st.integers(min_value=1, max_value=10**20))
def test_a_large_limit_is_cut_not_refused(limit: int) -> None:
    """Part 1, requirement 21: more than the maximum means the maximum."""
    assert read_limit(str(limit)) == min(limit, 10_000)
