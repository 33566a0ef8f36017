"""The API describes its parameters and properties."""

from __future__ import annotations

from geo.engine.cql2 import LANGUAGES
from geo.model.query import PARAMETERS
from geo.web.ogc.parameters import (
    CRS84,
    DEFAULT_LIMIT,
    FILTERING,
    MOST,
    OF_SOURCES,
    PAGING,
)
from tests.unit.web.ogc.samples import ITEMS, Get


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
    # None of what is only wanted need be known.
    assert schema["properties"]["alleged_by"]["type"] == ["array", "null"]
    assert schema["properties"]["citations"]["type"] == "array"
    assert asked.json()["properties"].keys() - {"source"} <= schema["properties"].keys()


def test_the_fixed_parameters_are_those_that_are_read(get: Get) -> None:
    """What stands in the file of fixed components is what the code goes by."""
    described = get("/ogc/api").json()["components"]["parameters"]

    limit = described["limit"]["schema"]
    assert (limit["maximum"], limit["default"]) == (MOST, DEFAULT_LIMIT)
    assert str(MOST) in described["limit"]["description"]
    language = described["filter-lang"]["schema"]
    assert (tuple(language["enum"]), language["default"]) == (LANGUAGES, LANGUAGES[0])
    for name in ("crs", "bbox-crs", "filter-crs"):
        assert described[name]["schema"]["enum"] == [CRS84]
    named = {*PAGING, *FILTERING, *OF_SOURCES, *PARAMETERS, "f", "featureId"}
    assert described.keys() == named
