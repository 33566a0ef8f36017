"""The API describes its parameters and properties."""

from __future__ import annotations

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
    assert schema["properties"]["alleged_by"]["type"] == "array"
    assert asked.json()["properties"].keys() - {"source"} <= schema["properties"].keys()
