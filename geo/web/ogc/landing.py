"""The landing page and the conformance declaration (Part 1, 7.2 and 7.4)."""

from __future__ import annotations

from typing import Any, Final

from geo.base.settings import settings
from geo.web.ogc import links
from geo.web.ogc.links import Site, link

_PART_1: Final = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
_PART_3: Final = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf"
_CQL2: Final = "http://www.opengis.net/spec/cql2/1.0/conf"
#: What this server keeps to, and the tests check.
CONFORMS_TO: Final = (
    f"{_PART_1}/core",
    f"{_PART_1}/geojson",
    f"{_PART_1}/oas30",
    f"{_PART_1}/html",
    f"{_PART_3}/queryables",
    f"{_PART_3}/filter",
    f"{_PART_3}/features-filter",
    f"{_CQL2}/cql2-text",
    f"{_CQL2}/cql2-json",
    f"{_CQL2}/basic-cql2",
    f"{_CQL2}/advanced-comparison-operators",
    f"{_CQL2}/basic-spatial-functions",
    f"{_CQL2}/basic-spatial-functions-plus",
    f"{_CQL2}/spatial-functions",
    f"{_CQL2}/temporal-functions",
    f"{_CQL2}/property-property",
)


def landing_json(site: Site) -> dict[str, Any]:
    """Return the landing page, links to itself left out."""
    deployment = settings()
    return {
        "title": deployment.title,
        "description": deployment.subtitle,
        "links": [
            link(
                site.ogc("/api", f="json"),
                "service-desc",
                links.OPENAPI,
                "Description of this API for programs (OpenAPI 3.0)",
            ),
            link(
                site.ogc("/api", f="html"),
                "service-doc",
                links.HTML,
                "Description of this API for people",
            ),
            link(
                site.ogc("/conformance"),
                "conformance",
                links.JSON,
                "Standards this server keeps to",
            ),
            link(site.ogc("/collections"), "data", links.JSON, "The collections"),
            link(f"{site.root}/", "about", links.HTML, "The map"),
        ],
    }


def conformance_json() -> dict[str, Any]:
    """Return the conformance declaration."""
    return {"conformsTo": list(CONFORMS_TO)}
