"""The resources: each makes its document of a request, as data and as a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from geo.atlas import Atlas
from geo.base.errors import NotFoundError
from geo.engine.queryables import QUERYABLES, queryables_schema
from geo.model.wording import date_words
from geo.web.ogc import html, items, links
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
class Ask:
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
    def given(self) -> dict[str, list[str]]:
        """The parameters by name."""
        found: dict[str, list[str]] = {}
        for name, value in self.parameters:
            found.setdefault(name, []).append(value)
        return found

    def only(self, *known: str) -> None:
        """Refuse every parameter but these and ``f``."""
        refuse_unknown(self.given, (*known, "f"))

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


def landing(ask: Ask) -> Document:
    """Return the landing page."""
    ask.only()
    body = landing_json(ask.site)
    body["links"] = [*ask.own_links(links.JSON), *body["links"]]
    advice = (
        "This service keeps to OGC API - Features. Paste the address of this page "
        "into QGIS or any other program that reads such services."
    )
    return Document(
        body,
        links.JSON,
        lambda: html.page(
            body["title"],
            ask.site,
            [],
            html.paragraph(body["description"])
            + html.paragraph(advice)
            + _collection_table(ask)
            + Markup("<h2>More</h2>")
            + html.link_list(body["links"]),
        ),
        body["links"],
    )


def conformance(ask: Ask) -> Document:
    """Return the conformance declaration."""
    ask.only()
    body = conformance_json()
    body["links"] = ask.own_links(links.JSON)
    return Document(
        body,
        links.JSON,
        lambda: html.page(
            "Standards this server keeps to",
            ask.site,
            [],
            html.shown(body["conformsTo"]) + html.link_list(body["links"]),
        ),
        body["links"],
    )


def api(ask: Ask) -> Document:
    """Return the description of the API."""
    ask.only()
    body = openapi_json(ask.atlas, ask.site)
    own = ask.own_links(links.OPENAPI)
    return Document(body, links.OPENAPI, lambda: _api_page(ask, body, own), own)


def collections(ask: Ask) -> Document:
    """Return the list of collections."""
    ask.only()
    body = {
        "links": ask.own_links(links.JSON),
        "collections": [
            _described(collection, ask) for collection in COLLECTIONS.values()
        ],
    }
    return Document(
        body,
        links.JSON,
        lambda: html.page(
            "Collections",
            ask.site,
            [],
            _collection_table(ask) + html.link_list(ask.own_links(links.JSON)),
        ),
        ask.own_links(links.JSON),
    )


def collection(ask: Ask) -> Document:
    """Return one collection."""
    ask.only()
    found = named(ask.path["collection"])
    body = _described(found, ask)
    body["links"] = [*ask.own_links(links.JSON), *body["links"][1:]]
    return Document(
        body,
        links.JSON,
        lambda: html.page(
            found.title,
            ask.site,
            _above(ask),
            html.paragraph(found.description)
            + html.facts(_reach(body.get("extent", {})))
            + html.link_list(body["links"]),
        ),
        body["links"],
    )


def queryables(ask: Ask) -> Document:
    """Return what a filter can ask of a collection."""
    ask.only()
    found = named(ask.path["collection"])
    if found.kind not in QUERYABLES:
        there = ", ".join(QUERYABLES)
        msg = f"{found.id!r} cannot be filtered by CQL2. These can: {there}."
        raise NotFoundError(msg)
    return _schema(ask, found, queryables_schema(found.kind, found.title, ask.address))


def schema(ask: Ask) -> Document:
    """Return the properties of a collection's features."""
    ask.only()
    found = named(ask.path["collection"])
    return _schema(ask, found, collection_schema(found, ask.address))


def features(ask: Ask) -> Document:
    """Return a page of features."""
    found = named(ask.path["collection"])
    shown, matched, after = items.page(found, ask.given, ask.atlas)
    own = ask.own_links(links.GEOJSON)
    if after is not None:
        href = with_parameters(ask.address, ask.parameters, after=after)
        own.append(link(href, "next", own[0]["type"], "The next page"))
    own.append(
        link(ask.site.collection(found.id), "collection", links.JSON, "The collection")
    )
    body = {
        "type": "FeatureCollection",
        "features": shown,
        "links": own,
        "numberMatched": matched,
        "numberReturned": len(shown),
    }
    return Document(
        body,
        links.GEOJSON,
        lambda: _features_page(ask, found, body),
        own,
        stamped=True,
        crs=CRS84,
    )


def feature(ask: Ask) -> Document:
    """Return one feature."""
    ask.only("crs")
    check_crs(ask.given, "crs")
    found = named(ask.path["collection"])
    body = items.single(found, ask.path["feature"], ask.atlas)
    href = ask.site.collection(found.id)
    own = [
        *ask.own_links(links.GEOJSON),
        link(href, "collection", links.JSON, "The collection"),
    ]
    body["links"] = own
    return Document(
        body,
        links.GEOJSON,
        lambda: _feature_page(ask, found, body),
        own,
        crs=CRS84,
    )


def _collection_table(ask: Ask) -> Markup:
    """Return the collections for people, each with a link to its page."""
    rows = [
        (
            html.anchor(ask.site.ogc(f"/collections/{one.id}", f="html"), one.title),
            one.description,
        )
        for one in COLLECTIONS.values()
    ]
    return html.table(["Collection", "What it holds"], rows)


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


def _described(found: Collection, ask: Ask) -> dict[str, Any]:
    """Return a collection with the link to itself first."""
    body = collection_json(found, ask.atlas, ask.site)
    own = link(ask.site.collection(found.id), "self", links.JSON, found.title)
    return {**body, "links": [own, *body["links"]]}


def _schema(ask: Ask, found: Collection, body: dict[str, Any]) -> Document:
    own = ask.own_links(links.SCHEMA)
    rows = [
        (
            name,
            part.get("title", ""),
            part.get("description", ""),
            [value for value in part.get("enum", ()) if value is not None] or "Any",
        )
        for name, part in body["properties"].items()
    ]
    return Document(
        body,
        links.SCHEMA,
        lambda: html.page(
            body["title"],
            ask.site,
            _above(ask, found),
            html.table(["Name", "What it is", "In detail", "Values"], rows)
            + html.link_list(own),
        ),
        own,
    )


def _above(ask: Ask, found: Collection | None = None) -> list[tuple[str, str]]:
    """Return the pages above one of a collection, outermost first."""
    above = [(ask.site.ogc("/collections", f="html"), "Collections")]
    if found is not None:
        href = ask.site.ogc(f"/collections/{found.id}", f="html")
        above.append((href, found.title))
    return above


def _api_page(ask: Ask, body: dict[str, Any], own: list[Link]) -> str:
    """Draw the description of the API: each path, then each parameter."""
    parameters = body["components"]["parameters"]
    paths = [
        (
            html.anchor(ask.site.ogc(path), path) if "{" not in path else path,
            operations["get"]["summary"],
            ", ".join(
                part["$ref"].rpartition("/")[2]
                for part in operations["get"]["parameters"]
            ),
        )
        for path, operations in body["paths"].items()
    ]
    values = [
        (name, part["description"], part["schema"].get("enum"))
        for name, part in parameters.items()
    ]
    shown = (
        html.paragraph(body["info"]["description"])
        + html.link_list(own)
        + Markup("<h2>Paths</h2>")
        + html.table(["Path", "What it gives", "Parameters"], paths)
        + Markup("<h2>Parameters</h2>")
        + html.table(["Name", "Meaning", "Values"], values)
    )
    return html.page(body["info"]["title"], ask.site, [], shown)


def _features_page(ask: Ask, found: Collection, body: dict[str, Any]) -> str:
    columns = _COLUMNS[found.kind]
    rows = []
    for one in body["features"]:
        cells = [_cell(found, name, one["properties"].get(name)) for name in columns]
        href = ask.site.ogc(f"/collections/{found.id}/items/{one['id']}", f="html")
        rows.append((html.anchor(href, str(cells[0] or one["id"])), *cells[1:]))
    counted = f"{body['numberReturned']} of {body['numberMatched']} shown."
    return html.page(
        found.title,
        ask.site,
        _above(ask, found),
        html.paragraph(counted)
        + html.table(columns.values(), rows)
        + html.link_list(body["links"]),
    )


def _cell(found: Collection, name: str, value: Any) -> Any:  # noqa: ANN401
    if found.kind == "incidents" and name == "date":
        return date_words(value)
    return value


def _told(
    found: Collection, properties: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Go through a feature's properties in plain words, those without a value last."""
    described = property_schemas_of(found)
    missing = []
    for name, value in properties.items():
        title = described.get(name, {}).get("title", name)
        if value in (None, "", []):
            missing.append(title)
        elif found.kind == "incidents" and name == "date":
            yield title, f"{date_words(value)} ({value})"
        else:
            yield title, value
    if missing:
        yield "Not given", ", ".join(missing)


def _feature_page(ask: Ask, found: Collection, body: dict[str, Any]) -> str:
    properties = body["properties"]
    title = properties.get("title") or properties.get("name") or body["id"]
    shown = html.facts(_told(found, {"id": body["id"], **properties}))
    if found.kind == "incidents":
        href = with_parameters(f"{ask.site.root}/", [], incident=body["id"])
        shown = Markup("<p>{}</p>").format(html.anchor(href, "Open on the map")) + shown
    return html.page(
        str(title), ask.site, _above(ask, found), shown + html.link_list(body["links"])
    )
