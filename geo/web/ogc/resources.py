"""The resources: each makes its document of a request, as data and as a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from geo.atlas import Atlas
from geo.base.errors import NotFoundError
from geo.base.settings import settings
from geo.engine.queryables import QUERYABLES, queryables_of, queryables_schema
from geo.model.incident import incident_of
from geo.model.wording import date_words, dispute_words, headline_words
from geo.web.ogc import items, links
from geo.web.ogc.collections import (
    COLLECTIONS,
    Collection,
    collection_json,
    named,
    property_schemas_of,
)
from geo.web.ogc.collections import schema_json as collection_schema
from geo.web.ogc.documents import Document
from geo.web.ogc.landing import conformance_json, landing_json
from geo.web.ogc.links import Link, Site, link, with_parameters
from geo.web.ogc.openapi import openapi_json
from geo.web.ogc.parameters import CRS84, check_crs, refuse_unknown

#: Columns of a list of features for people: property and heading.
_COLUMNS: Final = {
    "incidents": {"title": "Title", "date": "Date", "place": "Place"},
    "places": {"name": "Place", "country": "Country", "incidents": "Incidents"},
    "sources": {
        "title": "Title",
        "publisher": "Publisher",
        "published": "Published",
        "incidents": "Incidents",
    },
}


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request as the resources see it.

    Parameters
    ----------
    site
        Where this server is, as the client calls it.
    atlas
        The data.
    address
        The URL asked for, without its query string.
    parameters
        Names and values of the query string, in order.
    path
        The parts of the path that name something.
    form
        ``json`` or ``html``.
    """

    site: Site
    atlas: Atlas
    address: str
    parameters: Sequence[tuple[str, str]]
    path: Mapping[str, str]
    form: str

    @property
    def by_name(self) -> dict[str, list[str]]:
        """The parameters by name."""
        chosen: dict[str, list[str]] = {}
        for name, value in self.parameters:
            chosen.setdefault(name, []).append(value)
        return chosen

    def only(self, *known: str) -> None:
        """Refuse every parameter but these and ``f``."""
        refuse_unknown(self.by_name, (*known, "f"))

    def own_links(self, media_type: str) -> list[Link]:
        """Return the links to this document and to its other form."""
        other = "html" if self.form == "json" else "json"
        kinds = {"json": media_type, "html": links.HTML}
        parameters = self.parameters
        here = with_parameters(self.address, parameters) if parameters else self.address
        there = with_parameters(self.address, parameters, f=other)
        titles = {"json": "This document as data", "html": "This document as a page"}
        return [
            link(here, "self", kinds[self.form], titles[self.form]),
            link(there, "alternate", kinds[other], titles[other]),
        ]

    def page(self, title: str, *above: Collection, **further: Any) -> dict[str, Any]:  # noqa: ANN401 - for a template
        """Return what the template of a page takes.

        Parameters
        ----------
        title
            Its heading.
        above
            The collections that it belongs to.
        further
            What only this template takes.
        """
        pages = [(f"{self.site.root}/", "Map"), (self.site.ogc(), settings().title)]
        if "collection" in self.path:
            pages.append((self.site.ogc("/collections", f="html"), "Collections"))
        for collection in above:
            href = self.site.ogc(f"/collections/{collection.id}", f="html")
            pages.append((href, collection.title))
        return {"title": title, "above": pages, "site": self.site, **further}


def landing(request: ApiRequest) -> Document:
    """Return the landing page."""
    request.only()
    body = landing_json(request.site)
    body["links"] = [*request.own_links(links.JSON), *body["links"]]
    page = request.page(body["title"], collections=COLLECTIONS.values())
    return Document(body, links.JSON, "landing.html", page, body["links"])


def conformance(request: ApiRequest) -> Document:
    """Return the conformance declaration."""
    request.only()
    body = conformance_json()
    body["links"] = request.own_links(links.JSON)
    page = request.page("Standards this server keeps to")
    return Document(body, links.JSON, "conformance.html", page, body["links"])


def api(request: ApiRequest) -> Document:
    """Return the description of the API."""
    request.only()
    body = openapi_json(request.atlas, request.site)
    page = request.page(body["info"]["title"])
    own = request.own_links(links.OPENAPI)
    return Document(body, links.OPENAPI, "api.html", page, own)


def collections(request: ApiRequest) -> Document:
    """Return the list of collections."""
    request.only()
    own = request.own_links(links.JSON)
    described = [_described(collection, request) for collection in COLLECTIONS.values()]
    body = {"links": own, "collections": described}
    page = request.page("Collections", collections=COLLECTIONS.values())
    return Document(body, links.JSON, "collections.html", page, own)


def collection(request: ApiRequest) -> Document:
    """Return one collection."""
    request.only()
    chosen = named(request.path["collection"])
    body = _described(chosen, request)
    body["links"] = [*request.own_links(links.JSON), *body["links"][1:]]
    page = request.page(chosen.title, reach=_reach(body.get("extent", {})))
    return Document(body, links.JSON, "collection.html", page, body["links"])


def queryables(request: ApiRequest) -> Document:
    """Return what a filter can ask of a collection."""
    request.only()
    chosen = named(request.path["collection"])
    if chosen.kind not in QUERYABLES:
        there = ", ".join(QUERYABLES)
        msg = f"{chosen.id!r} cannot be filtered by CQL2. These can: {there}."
        raise NotFoundError(msg)
    offered = queryables_of(chosen.kind, request.atlas.own)
    return _schema(
        request, chosen, queryables_schema(offered, chosen.title, request.address)
    )


def schema(request: ApiRequest) -> Document:
    """Return the properties of a collection's features."""
    request.only()
    chosen = named(request.path["collection"])
    return _schema(request, chosen, collection_schema(chosen, request.address))


def features(request: ApiRequest) -> Document:
    """Return a page of features."""
    chosen = named(request.path["collection"])
    shown, matched, after = items.page(chosen, request.by_name, request.atlas)
    own = request.own_links(links.GEOJSON)
    if after is not None:
        href = with_parameters(request.address, request.parameters, after=after)
        own.append(link(href, "next", own[0]["type"], "The next page"))
    own.append(
        link(
            request.site.collection(chosen.id),
            "collection",
            links.JSON,
            "The collection",
        )
    )
    body = {
        "type": "FeatureCollection",
        "features": shown,
        "links": own,
        "numberMatched": matched,
        "numberReturned": len(shown),
    }
    page = request.page(
        chosen.title,
        chosen,
        columns=_COLUMNS[chosen.kind],
        items=f"/collections/{chosen.id}/items",
        title_of=partial(_title, chosen),
        cell=partial(_cell, chosen),
    )
    return Document(
        body, links.GEOJSON, "features.html", page, own, stamped=True, crs=CRS84
    )


def feature(request: ApiRequest) -> Document:
    """Return one feature."""
    request.only("crs")
    check_crs(request.by_name, "crs")
    chosen = named(request.path["collection"])
    body = items.single(chosen, request.path["feature"], request.atlas)
    href = request.site.collection(chosen.id)
    own = [
        *request.own_links(links.GEOJSON),
        link(href, "collection", links.JSON, "The collection"),
    ]
    body["links"] = own
    on_map = claim = ""
    if chosen.kind == "incidents":
        claim = dispute_words(incident_of(body))
        on_map = with_parameters(f"{request.site.root}/", [], incident=body["id"])
    rows = _described_values(chosen, {"id": body["id"], **body["properties"]})
    page = request.page(
        _title(chosen, body), chosen, rows=rows, on_map=on_map, claim=claim
    )
    return Document(body, links.GEOJSON, "feature.html", page, own, crs=CRS84)


def _reach(extent: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Go through how far a collection reaches, in words."""
    if "spatial" in extent:
        west, south, east, north = extent["spatial"]["bbox"][0]
        yield "Longitude", f"{west:.4f}° to {east:.4f}° (WGS84)"
        yield "Latitude", f"{south:.4f}° to {north:.4f}°"
    if "temporal" in extent:
        first, last = extent["temporal"]["interval"][0]
        yield "First day", first[:10] if first else "Open: some date has no beginning"
        yield "Last day", last[:10] if last else "Open: some date has no end"


def _described(chosen: Collection, request: ApiRequest) -> dict[str, Any]:
    """Return a collection with the link to itself first."""
    body = collection_json(chosen, request.atlas, request.site)
    own = link(request.site.collection(chosen.id), "self", links.JSON, chosen.title)
    return {**body, "links": [own, *body["links"]]}


def _schema(request: ApiRequest, chosen: Collection, body: dict[str, Any]) -> Document:
    own = request.own_links(links.SCHEMA)
    page = request.page(body["title"], chosen)
    return Document(body, links.SCHEMA, "schema.html", page, own)


def _title(chosen: Collection, feature: Mapping[str, Any]) -> str:
    """Return the title of a feature, which says by itself what is only alleged."""
    if chosen.kind == "incidents":
        return headline_words(incident_of(feature))
    properties = feature["properties"]
    return str(properties.get("title") or properties.get("name") or feature["id"])


def _cell(chosen: Collection, name: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the value of a property as a list of features shows it."""
    if chosen.kind == "incidents" and name == "date":
        return date_words(value)
    return value


def _described_values(
    chosen: Collection, properties: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Go through a feature's properties in plain words, those without a value last."""
    described = property_schemas_of(chosen)
    missing = []
    for name, value in properties.items():
        title = described.get(name, {}).get("title", name)
        if value in (None, "", []):
            missing.append(title)
        elif chosen.kind == "incidents" and name == "date":
            yield title, f"{date_words(value)} ({value})"
        else:
            yield title, value
    if missing:
        yield "Not given", ", ".join(missing)
