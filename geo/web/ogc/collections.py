"""The collections: what the layer offers as features, and how far it reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from geo.atlas import Atlas
from geo.base.errors import NotFoundError
from geo.base.settings import settings
from geo.engine.queryables import QUERYABLES
from geo.formats.selection import licence_address
from geo.layer import SCHEMA
from geo.model.fields import property_schemas
from geo.model.query import Query
from geo.web.ogc import links
from geo.web.ogc.links import Link, Site, link
from geo.web.ogc.parameters import CRS84


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection of features.

    Parameters
    ----------
    id
        Its name in addresses.
    title
        What it is called.
    description
        What it holds.
    kind
        What its features are: ``incidents``, ``places`` or ``sources``.
    geometry
        The only type of geometry it holds; empty for any, or none at all.
    """

    id: str
    title: str
    description: str
    kind: str
    geometry: str = ""


COLLECTIONS: Final = {
    collection.id: collection
    for collection in (
        Collection(
            "incidents",
            "Incidents",
            "Incidents taken from reporting, each with its claim, its uncertain date "
            "and place, and the passages it stands on. An incident without a place has "
            "no geometry.",
            "incidents",
        ),
        Collection(
            "places",
            "Places",
            "The places that incidents share, with how exactly each is known and how "
            "many incidents the filters leave there.",
            "places",
        ),
        Collection(
            "sources",
            "Sources",
            "The published texts that incidents rest on. A source has no geometry.",
            "sources",
        ),
        # QGIS draws one type of geometry a layer, that of the first feature it reads.
        *(
            Collection(
                f"incidents-{name}",
                f"Incidents {words}",
                f"Only those of the incidents that are placed {words}. Programs such as "
                "QGIS, which draw one type of geometry a layer, need these apart.",
                "incidents",
                geometry,
            )
            for name, words, geometry in (
                ("points", "at points", "Point"),
                ("lines", "along lines", "LineString"),
                ("areas", "over areas", "Polygon"),
            )
        ),
    )
}


def named(collection_id: str) -> Collection:
    """Return the collection of that id.

    Raises
    ------
    NotFoundError
        If there is none; lists those there are.
    """
    collection = COLLECTIONS.get(collection_id)
    if collection is None:
        there = ", ".join(COLLECTIONS)
        msg = f"{collection_id[:60]!r} is not a collection. There are: {there}."
        raise NotFoundError(msg)
    return collection


def collection_json(collection: Collection, atlas: Atlas, site: Site) -> dict[str, Any]:
    """Return the description of a collection (Part 1, 7.14), links to itself left out."""
    described: dict[str, Any] = {
        "id": collection.id,
        "title": collection.title,
        "description": collection.description,
        "itemType": "feature",
        "crs": [CRS84],
        "storageCrs": CRS84,
        "links": _links(collection, site),
    }
    extent = _extent(collection, atlas)
    if extent:
        described["extent"] = extent
    return described


def schema_json(collection: Collection, address: str) -> dict[str, Any]:
    """Return the JSON Schema of a collection's features: their properties."""
    properties = property_schemas_of(collection)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "type": "object",
        "title": collection.title,
        "description": collection.description,
        "properties": {
            **properties,
            "geometry": {
                "title": "Place on the map",
                "x-ogc-role": "primary-geometry",
                "format": f"geometry-{(collection.geometry or 'any').lower()}",
            },
        },
    }


def property_schemas_of(collection: Collection) -> dict[str, Mapping[str, Any]]:
    """Return the JSON Schema of each property of a collection's features."""
    if collection.kind == "sources":
        return {**_ID, **_SOURCE}
    of_incidents = property_schemas()
    if collection.kind == "places":
        shared = {name: of_incidents[name] for name in _OF_PLACES}
        return {**_ID, "name": of_incidents["place"], **shared, **_COUNTED}
    return {**of_incidents, "id": {**of_incidents["id"], **_ID["id"]}}


def _links(collection: Collection, site: Site) -> list[Link]:
    name = collection.title.lower()
    items = site.collection(collection.id, "/items")
    listed = [
        link(f"{items}?f=json", "items", links.GEOJSON, f"The {name} as GeoJSON"),
        link(f"{items}?f=html", "items", links.HTML, f"The {name} as a page"),
        link(
            site.collection(collection.id, "/schema"),
            links.FEATURE_SCHEMA,
            links.SCHEMA,
            f"The properties of {name}",
        ),
    ]
    if collection.kind in QUERYABLES:
        href = site.collection(collection.id, "/queryables")
        title = f"What can be asked of {name}"
        listed.append(link(href, links.QUERYABLES, links.SCHEMA, title))
    if collection.kind == "incidents":
        href = f"{site.root}/schema/{SCHEMA.name}"
        title = "JSON Schema of the incident layer"
        listed.append(link(href, "describedby", links.SCHEMA, title))
    if collection.kind != "sources":
        # Of the coding, not of the texts it rests on.
        licence = settings().licence
        if address := licence_address(licence):
            listed.append(link(address, "license", links.HTML, licence))
    return listed


def _extent(collection: Collection, atlas: Atlas) -> dict[str, Any]:
    """Return how far a collection reaches in space and time; empty for not at all.

    An end of time is null where some date is open at it.
    """
    if collection.kind == "sources":
        days = sorted(
            source.published for source in atlas.sources.values() if source.published
        )
        span = [day.isoformat() for day in (days[0], days[-1])] if days else []
        return {"temporal": _temporal(*span)} if span else {}
    extent: dict[str, Any] = {}
    bounds = atlas.engine.extent(Query())
    if bounds is not None:
        extent["spatial"] = {"bbox": [list(bounds)], "crs": CRS84}
    first, last = atlas.engine.days(Query())
    if first or last:
        extent["temporal"] = _temporal(
            first.isoformat() if first else None, last.isoformat() if last else None
        )
    return extent


def _temporal(first: str | None, last: str | None) -> dict[str, Any]:
    return {
        "interval": [
            [
                f"{first}T00:00:00Z" if first else None,
                f"{last}T23:59:59Z" if last else None,
            ]
        ],
        "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
    }


_ID: Final[dict[str, dict[str, Any]]] = {
    "id": {"title": "Id", "type": "string", "x-ogc-role": "id"}
}
#: Properties that a place shares with its incidents.
_OF_PLACES: Final = (
    "country",
    "precision",
    "radius_m",
    "acled_geo_precision",
    "ucdp_where_prec",
)
_COUNTED: Final[dict[str, dict[str, Any]]] = {
    "incidents": {
        "title": "How many incidents the filters leave here",
        "type": "integer",
    },
}
_SOURCE: Final[dict[str, dict[str, Any]]] = {
    "title": {"title": "Title", "type": "string"},
    "publisher": {"title": "Publisher", "type": "string"},
    "authors": {"title": "Written by", "type": "array", "items": {"type": "string"}},
    "adapted_by": {"title": "Adapted by", "type": "array", "items": {"type": "string"}},
    "language": {"title": "Language (BCP 47)", "type": "string"},
    "published": {"title": "Published", "type": ["string", "null"], "format": "date"},
    "url": {"title": "Address", "type": ["string", "null"], "format": "uri"},
    "licence": {"title": "Licence of the text", "type": "string"},
    "derived_from": {"title": "Adapted from", "type": ["string", "null"]},
    "fetched_from": {"title": "Copy at", "type": ["string", "null"]},
    "note": {"title": "Note", "type": "string"},
    "incidents": {"title": "How many incidents rest on it", "type": "integer"},
}
