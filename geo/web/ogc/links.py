"""Addresses of our own resources, in bodies (clause 7.2) and in Link headers (RFC 8288)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
SCHEMA: Final = "application/schema+json"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
HTML: Final = "text/html"
QUERYABLES: Final = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
#: Relation of OGC API - Features Part 5 to the schema of a collection's features.
FEATURE_SCHEMA: Final = "http://www.opengis.net/def/rel/ogc/1.0/schema"
Link = dict[str, str]


@dataclass(frozen=True, slots=True)
class Site:
    """Where this server is, as the client calls it: ``https://example.org``."""

    root: str

    def ogc(self, path: str = "/", **parameters: str) -> str:
        """Return the address of a resource of ours; *path* begins with a slash."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        return f"{self.root}/ogc{quote(path)}{query}"

    def collection(self, name: str, rest: str = "") -> str:
        """Return the address of a collection, or of something of it."""
        return self.ogc(f"/collections/{name}{rest}")


def link(href: str, rel: str, media_type: str, title: str) -> Link:
    """Return one link as a body holds it."""
    return {"href": href, "rel": rel, "type": media_type, "title": title}


def with_parameters(
    address: str, parameters: Iterable[tuple[str, str]], **changes: str
) -> str:
    """Return an address with the parameters of a request, some of them changed."""
    kept = [(name, value) for name, value in parameters if name not in changes]
    return f"{address}?{urlencode([*kept, *changes.items()])}"


def link_header(links: Sequence[Any]) -> str:
    """Return links as the value of a Link header; titles are left to the body."""
    return ", ".join(
        f'<{entry["href"]}>; rel="{entry["rel"]}"; type="{entry["type"]}"'
        for entry in links
    )
