"""The landing page and the conformance declaration (17-069r4, annex A)."""

from __future__ import annotations

from geo.web.ogc.landing import CONFORMS_TO
from tests.unit.web.ogc.samples import Get, links


def test_the_landing_page_links_to_all_the_standard_asks_for(get: Get) -> None:
    """Abstract test 4: API description, conformance and data."""
    found = links(get("/ogc/"))
    assert {"self", "alternate", "service-desc", "service-doc"} <= found.keys()
    assert found["service-desc"]["type"] == (
        "application/vnd.oai.openapi+json;version=3.0"
    )
    for rel in ("service-desc", "service-doc", "conformance", "data"):
        assert get(found[rel]["href"]).status_code == 200


def test_the_conformance_declaration_lists_the_classes(get: Get) -> None:
    """Abstract test 7: the four classes of Part 1 that were asked for, among others."""
    declared = get("/ogc/conformance").json()["conformsTo"]
    assert declared == list(CONFORMS_TO)
    part_1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
    assert {f"{part_1}/{name}" for name in ("core", "geojson", "oas30", "html")} <= set(
        declared
    )
