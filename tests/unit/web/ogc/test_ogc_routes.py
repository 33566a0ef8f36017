"""Addresses lead where they say, and what is not there is not found."""

from __future__ import annotations

import pytest

from tests.unit.web.ogc.samples import ITEMS, Get, links


def test_the_address_without_slash_leads_to_the_one_with_it(get: Get) -> None:
    """QGIS wants the slash; a relative address survives a proxy's prefix."""
    answer = get("/ogc")
    assert (answer.status_code, answer.headers["location"]) == (308, "ogc/")
    assert get("/ogc/conformance/").status_code == 308


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


def test_schema_and_vocabulary_have_stable_addresses(get: Get) -> None:
    """Both are the files of the project, open to any origin."""
    schema = get("/schema/incident-layer.schema.json")
    assert schema.json()["title"] == "Incident layer"
    again = {"If-None-Match": schema.headers["etag"]}
    assert get("/schema/incident-layer.schema.json", headers=again).status_code == 304
    vocabulary = get("/vocabulary/categories.json")
    assert vocabulary.json()["categories"]
    assert vocabulary.headers["access-control-allow-origin"] == "*"


def test_a_hostile_host_is_not_repeated(get: Get) -> None:
    """A Host header that is no host does not reach the links."""
    answer = get("/ogc/", headers={"Host": "a<b>"})
    assert links(answer)["self"]["href"] == "http://localhost/ogc/"
