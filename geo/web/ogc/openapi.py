"""The description of the API in OpenAPI 3.0, made of the same tables that answer it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from geo.atlas import Atlas
from geo.base.settings import settings
from geo.engine.cql2 import LANGUAGES
from geo.engine.queryables import QUERYABLES
from geo.model.query import FILTERS, LONGEST_TEXT, PARAMETERS, Dates, Filter
from geo.web.ogc import links
from geo.web.ogc.collections import COLLECTIONS, Collection
from geo.web.ogc.links import Site
from geo.web.ogc.parameters import (
    CRS84,
    DEFAULT_LIMIT,
    FILTERING,
    MOST,
    OF_SOURCES,
    PAGING,
    values_of_sources,
)

Json = dict[str, Any]
_F: Final = "f"
_PROBLEMS: Final = {
    "400": "A parameter is not known or not accepted; the answer names it.",
    "404": "There is no such thing.",
    "406": "None of the media types accepted is served.",
}


def openapi_json(atlas: Atlas, site: Site) -> Json:
    """Return the whole description."""
    given = settings()
    return {
        "openapi": "3.0.3",
        "info": {
            "title": f"{given.title}: OGC API - Features",
            "description": (
                f"{given.subtitle} Features in longitude and latitude (CRS84). An "
                "incident whose date is uncertain matches a time in which it may lie; "
                "dates=certain keeps only those that lie in it for sure."
            ),
            "version": "1.0.0",
            "license": {
                "name": "CC BY 4.0 (the coding, not the sources)",
                "url": "https://creativecommons.org/licenses/by/4.0/",
            },
        },
        "servers": [{"url": site.ogc("").rstrip("/")}],
        "tags": [
            {"name": "about", "description": "What this server is"},
            *(
                {"name": collection.id, "description": collection.description}
                for collection in COLLECTIONS.values()
            ),
        ],
        "paths": _paths(),
        "components": {
            "parameters": _parameters(atlas),
            "schemas": _SCHEMAS,
            "responses": {
                f"problem{code}": {
                    "description": text,
                    "content": {
                        "application/problem+json": {"schema": _ref("problem")}
                    },
                }
                for code, text in _PROBLEMS.items()
            },
        },
    }


def _paths() -> Json:
    paths: Json = {
        "/": _get("about", "getLandingPage", "The landing page", "landingPage"),
        "/conformance": _get(
            "about", "getConformance", "Standards this server keeps to", "confClasses"
        ),
        "/api": _get(
            "about", "getApi", "This description", None, media_type=links.OPENAPI
        ),
        "/collections": _get(
            "about", "getCollections", "The collections", "collections"
        ),
    }
    for collection in COLLECTIONS.values():
        paths.update(_collection_paths(collection))
    return paths


def _collection_paths(collection: Collection) -> Json:
    tag = collection.id
    path = f"/collections/{tag}"
    words = collection.title.lower()
    name = tag.title().replace("-", "")
    filterable = collection.kind in QUERYABLES
    asked = [
        *PAGING,
        *(FILTERING if filterable else ()),
        *(own for own in PARAMETERS if own != "bbox" and filterable),
        *(OF_SOURCES if collection.kind == "sources" else ()),
    ]
    paths = {
        path: _get(tag, f"describe{name}", f"About the {words}", "collection"),
        f"{path}/items": _get(
            tag,
            f"get{name}",
            f"{collection.title}, page by page",
            "featureCollectionGeoJSON",
            media_type=links.GEOJSON,
            parameters=asked,
        ),
        f"{path}/items/{{featureId}}": _get(
            tag,
            f"getOneOf{name}",
            f"One of the {words}",
            "featureGeoJSON",
            media_type=links.GEOJSON,
            parameters=["featureId", "crs"],
        ),
        f"{path}/schema": _get(
            tag,
            f"get{name}Schema",
            f"The properties of {words}, as JSON Schema",
            "jsonSchema",
            media_type=links.SCHEMA,
        ),
    }
    if filterable:
        paths[f"{path}/queryables"] = _get(
            tag,
            f"get{name}Queryables",
            f"What a filter can ask of {words}, as JSON Schema",
            "jsonSchema",
            media_type=links.SCHEMA,
        )
    return paths


def _get(  # noqa: PLR0913 - an operation has these and no more
    tag: str,
    operation: str,
    summary: str,
    schema: str | None,
    *,
    media_type: str = links.JSON,
    parameters: Sequence[str] = (),
) -> Json:
    """Return one path with its GET operation."""
    body = {"type": "object"} if schema is None else _ref(schema)
    return {
        "get": {
            "tags": [tag],
            "operationId": operation,
            "summary": summary,
            "parameters": [
                {"$ref": f"#/components/parameters/{name}"}
                for name in (*parameters, _F)
            ],
            "responses": {
                "200": {
                    "description": summary,
                    "headers": {
                        "ETag": {
                            "description": "Changes when the answer does",
                            "schema": {"type": "string"},
                        },
                        "Link": {
                            "description": "The links of the body (RFC 8288)",
                            "schema": {"type": "string"},
                        },
                    },
                    "content": {
                        media_type: {"schema": body},
                        links.HTML: {"schema": {"type": "string"}},
                    },
                },
                "304": {"description": "Nothing has changed since the ETag given"},
                **{
                    code: {"$ref": f"#/components/responses/problem{code}"}
                    for code in _PROBLEMS
                },
            },
        }
    }


def _parameters(atlas: Atlas) -> Json:
    choices = {name: values_of_sources(atlas, name) for name in OF_SOURCES}
    described = {
        "featureId": _parameter(
            "featureId", "Id of the feature", {"type": "string"}, where="path"
        ),
        _F: _parameter(
            _F,
            "json for programs, html for people; without it the Accept header decides",
            {"type": "string", "enum": ["json", "html"]},
        ),
        "bbox": {
            **_parameter(
                "bbox",
                "Extent in degrees: west,south,east,north, or with heights "
                "west,south,lowest,east,north,highest. West greater than east crosses "
                "the antimeridian. It selects what is placed in it, wholly or in part, "
                "and, as the standard asks, what has no place at all; "
                "filter=geometry IS NOT NULL leaves that out.",
                {
                    "type": "array",
                    "minItems": 4,
                    "maxItems": 6,
                    "items": {"type": "number"},
                },
            ),
            "explode": False,
        },
        "datetime": _parameter(
            "datetime",
            "Instant or interval: 2023-08-31, 2022-02-24/2022-03-18, ../2023-12-31, "
            "2022-01-01/.. . It selects what may lie in that time, and, as the standard "
            "asks, what has no date at all; filter=date IS NOT NULL leaves that out. With "
            "dates=certain it selects only what lies in that time for sure.",
            {"type": "string"},
        ),
        "limit": _parameter(
            "limit",
            f"How many features a page holds at most; above {MOST} means {MOST}",
            {
                "type": "integer",
                "minimum": 1,
                "maximum": MOST,
                "default": DEFAULT_LIMIT,
            },
        ),
        "after": _parameter(
            "after",
            "Id that the page before ended with; the link called next has it",
            {"type": "string", "maxLength": 200},
        ),
        **{
            name: _parameter(
                name,
                "Coordinate reference system; there is only one",
                {"type": "string", "format": "uri", "enum": [CRS84], "default": CRS84},
            )
            for name in ("crs", "bbox-crs", "filter-crs")
        },
        "filter": _parameter("filter", "A CQL2 expression", {"type": "string"}),
        "filter-lang": _parameter(
            "filter-lang",
            "Language of the filter",
            {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]},
        ),
    }
    for kind in FILTERS:
        if kind.name != "bbox":
            described[kind.name] = _filter(kind, atlas)
    for name in OF_SOURCES:
        described[name] = _of_values(name, {"type": "string", "enum": choices[name]})
    return described


def _filter(kind: Filter, atlas: Atlas) -> Json:
    """Return a filter of ours as a parameter."""
    schema: Json = {"type": "string", **_FORMS.get(kind.name, {})}
    if kind.pattern:
        schema["pattern"] = kind.pattern
    elif kind.takes_several or kind.labels:
        schema["enum"] = list(atlas.choices(kind.name))
    if kind.takes_several:
        return _of_values(kind.name, schema)
    return _parameter(kind.name, kind.help, schema)


def _of_values(name: str, values: Json) -> Json:
    """Return a parameter that may be repeated."""
    text = f"Any of these values of {name}; repeat the parameter for several"
    schema = {"type": "array", "items": values}
    return {**_parameter(name, text, schema), "explode": True}


#: What the schema of a single value says beyond its being a text.
_FORMS: Final[Json] = {
    "from": {"format": "date"},
    "to": {"format": "date"},
    "dates": {"default": str(Dates.POSSIBLE)},
    "q": {"maxLength": LONGEST_TEXT},
}


def _parameter(name: str, text: str, schema: Json, *, where: str = "query") -> Json:
    style = "form" if where == "query" else "simple"
    return {
        "name": name,
        "in": where,
        "description": text,
        "required": where == "path",
        "style": style,
        "schema": schema,
    }


def _ref(schema: str) -> Json:
    return {"$ref": f"#/components/schemas/{schema}"}


_TEXT: Final = {"type": "string"}
_LINKS: Final = {"type": "array", "items": _ref("link")}
_SCHEMAS: Final[Json] = {
    "link": {
        "type": "object",
        "required": ["href", "rel"],
        "properties": {
            "href": _TEXT,
            "rel": _TEXT,
            "type": _TEXT,
            "title": _TEXT,
        },
    },
    "landingPage": {
        "type": "object",
        "required": ["links"],
        "properties": {"title": _TEXT, "description": _TEXT, "links": _LINKS},
    },
    "confClasses": {
        "type": "object",
        "required": ["conformsTo"],
        "properties": {"conformsTo": {"type": "array", "items": _TEXT}},
    },
    "collections": {
        "type": "object",
        "required": ["links", "collections"],
        "properties": {
            "links": _LINKS,
            "collections": {"type": "array", "items": _ref("collection")},
        },
    },
    "collection": {
        "type": "object",
        "required": ["id", "links"],
        "properties": {
            "id": _TEXT,
            "title": _TEXT,
            "description": _TEXT,
            "links": _LINKS,
            "extent": _ref("extent"),
            "itemType": {"type": "string", "enum": ["feature"]},
            "crs": {"type": "array", "items": _TEXT},
            "storageCrs": _TEXT,
        },
    },
    "extent": {
        "type": "object",
        "properties": {
            "spatial": {
                "type": "object",
                "properties": {
                    "bbox": {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "array",
                            "minItems": 4,
                            "maxItems": 4,
                            "items": {"type": "number"},
                        },
                    },
                    "crs": _TEXT,
                },
            },
            "temporal": {
                "type": "object",
                "properties": {
                    "interval": {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "array",
                            "minItems": 2,
                            "maxItems": 2,
                            "items": {**_TEXT, "nullable": True},
                        },
                    },
                    "trs": _TEXT,
                },
            },
        },
    },
    "featureCollectionGeoJSON": {
        "type": "object",
        "required": ["type", "features", "links", "numberReturned", "numberMatched"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": _ref("featureGeoJSON")},
            "links": _LINKS,
            "timeStamp": {"type": "string", "format": "date-time"},
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
        },
    },
    "featureGeoJSON": {
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": _TEXT,
            "geometry": _ref("geometryGeoJSON"),
            "properties": {"type": "object"},
            "links": _LINKS,
        },
    },
    "geometryGeoJSON": {
        "type": "object",
        "nullable": True,
        "required": ["type", "coordinates"],
        "properties": {
            "type": {"type": "string", "enum": ["Point", "LineString", "Polygon"]},
            "coordinates": {"type": "array", "items": {}},
        },
    },
    "jsonSchema": {
        "type": "object",
        "required": ["$schema", "type", "properties"],
        "properties": {
            "$schema": _TEXT,
            "type": _TEXT,
            "properties": {"type": "object"},
        },
    },
    "problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": _TEXT,
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
            "parameter": _TEXT,
        },
    },
}
