"""The description of the API in OpenAPI 3.0, made of the same tables that answer it.

Its fixed components are in ``openapi.json``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from geo.atlas import Atlas
from geo.base.settings import settings
from geo.engine.queryables import QUERYABLES
from geo.formats.selection import licence_address
from geo.model.query import FILTERS, LONGEST_TEXT, PARAMETERS, Dates, Filter
from geo.web.ogc import links
from geo.web.ogc.collections import COLLECTIONS, Collection
from geo.web.ogc.links import Site
from geo.web.ogc.parameters import (
    FILTERING,
    OF_SOURCES,
    PAGING,
    values_of_sources,
)

Json = dict[str, Any]
_F: Final = "f"
#: What hangs neither on the data nor on our filters: the parameters of the standard,
#: the schemas of what is answered, and the problems. A test holds that its limits and
#: choices are those that are read.
_COMPONENTS: Final[Json] = json.loads(
    Path(__file__).with_name("openapi.json").read_text(encoding="utf-8")
)


def openapi_json(atlas: Atlas, site: Site) -> Json:
    """Return the whole description."""
    deployment = settings()
    return {
        "openapi": "3.0.3",
        "info": {
            "title": f"{deployment.title}: OGC API - Features",
            "description": (
                f"{deployment.subtitle} Features in longitude and latitude (CRS84). An "
                "incident whose date is uncertain matches a time in which it may lie; "
                "dates=certain keeps only those that lie in it for sure."
            ),
            "version": "1.0.0",
            **_licence(deployment.licence),
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
            **_COMPONENTS,
            "parameters": _parameters(atlas),
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
    names = [
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
            parameters=names,
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
                    name.removeprefix("problem"): {
                        "$ref": f"#/components/responses/{name}"
                    }
                    for name in _COMPONENTS["responses"]
                },
            },
        }
    }


def _parameters(atlas: Atlas) -> Json:
    """Return the parameters: those of the standard, our filters, those of sources."""
    described = dict(_COMPONENTS["parameters"])
    for kind in FILTERS:
        if kind.name != "bbox":
            described[kind.name] = _filter(kind, atlas)
    for name in OF_SOURCES:
        values = values_of_sources(atlas, name)
        described[name] = _of_values(name, {"type": "string", "enum": values})
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


def _parameter(name: str, text: str, schema: Json) -> Json:
    return {
        "name": name,
        "in": "query",
        "description": text,
        "required": False,
        "style": "form",
        "schema": schema,
    }


def _ref(schema: str) -> Json:
    return {"$ref": f"#/components/schemas/{schema}"}


def _licence(licence: str) -> dict[str, Any]:
    """Return the terms of use as OpenAPI has them; nothing where none are stated."""
    if not licence:
        return {}
    licence_object = {"name": f"{licence} (the coding, not the sources)"}
    address = licence_address(licence)
    return {"license": licence_object | ({"url": address} if address else {})}
