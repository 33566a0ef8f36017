"""Feeds with places: RSS 2.0, RSS 1.0 and Atom (RFC 4287) with GeoRSS (OGC 17-002r1).

GeoRSS has latitude before longitude, in its simple form and in its GML. The older
``geo:lat`` and ``geo:long`` of the W3C are read as well.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any, Final

from geo.formats.input_file import InputFile, check_wgs84, content, refuse
from geo.formats.markup import plain_text, words_of
from geo.formats.records import Part, Record, parts_of_records
from geo.formats.xml_text import child_of, parse_xml, tag_of, text_of

_LABEL: Final = "GeoRSS"
_ITEMS: Final = frozenset({"item", "entry"})
#: What an item says in words, and what we call it; the first that is there counts.
_NAMES: Final = {
    "title": "title",
    "description": "description",
    "summary": "description",
    "content": "content",
    "encoded": "content",
    "guid": "guid",
    "id": "guid",
    "pubDate": "date",
    "published": "date",
    "date": "date",
    "updated": "updated",
    "creator": "author",
}
_SEVERAL: Final = frozenset({"link", "category", "author", "enclosure"})
#: What an element of Atom says that its text is; what is XHTML has elements in it.
_HTML: Final = frozenset({"html", "text/html"})
_DAYS: Final = frozenset({"date", "updated"})
_WHERE: Final = frozenset({"point", "line", "polygon", "box", "where", "lat", "long"})
#: Shapes in GML by what GeoRSS calls them.
_GML: Final = {
    "Point": "point",
    "LineString": "line",
    "Polygon": "polygon",
    "Envelope": "box",
}


def read(file: InputFile) -> Iterator[Part]:
    """Read the items of a feed.

    Title, description, link, categories, author and date are properties, and so is
    every further element that holds only a text. Nothing that an item links to is
    fetched. Markup is taken off where a feed says that there is some, as Atom does;
    elsewhere it stays text.

    Raises
    ------
    DataError
        If it is not well-formed, declares a document type, or is no feed.
    """
    check_wgs84(file, _LABEL)
    root = parse_xml(content(file.path, file.name), file.name, _LABEL)
    if tag_of(root) not in {"rss", "feed", "RDF"}:
        message = f"is XML, but begins with <{tag_of(root)}>, which is no feed."
        refuse(file.name, message, "Give a feed in RSS or Atom.")
    items = (part for part in root.iter() if tag_of(part) in _ITEMS)
    yield from parts_of_records(map(_record, items), file, kind="georss", epsg=None)


def _record(item: ET.Element) -> Record:
    properties = _properties(item)
    try:
        geometry = _geometry(item)
    except ValueError as error:
        fault = ("geometry", f"{error}.", "Write latitude and longitude in degrees.")
        return Record(properties, None, faults=(fault,))
    return Record(properties, geometry)


def _properties(item: ET.Element) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    several: dict[str, list[str]] = {}
    for part in item:
        tag, text = tag_of(part), _text(part)
        if tag in _SEVERAL:
            several.setdefault(tag, []).append(_listed(part))
        elif tag in _NAMES or not (len(part) or tag in _WHERE):
            key = _NAMES.get(tag, tag)
            if text and not properties.get(key):
                properties[key] = _day(text) if key in _DAYS else text
    for name, texts in several.items():
        if any(texts):
            properties[name] = "; ".join(filter(None, texts))
    if "date" not in properties and "updated" in properties:
        properties["date"] = properties["updated"]
    return properties


def _text(part: ET.Element) -> str:
    """Return what an element says, without the markup that it says it has."""
    if part.get("type") in _HTML:
        return plain_text(text_of(part))
    return words_of(part)


def _listed(part: ET.Element) -> str:
    """Return what an element says of which an item may have several."""
    tag = tag_of(part)
    if tag == "link":
        is_of_page = part.get("rel") in {None, "alternate"}
        return (part.get("href") or text_of(part)) if is_of_page else ""
    if tag == "category":
        return part.get("label") or part.get("term") or text_of(part)
    if tag == "enclosure":
        return part.get("url") or ""
    return text_of(child_of(part, "name")) or text_of(part)


def _day(text: str) -> str:
    """Return a time as ISO 8601 if it is written as RSS asks (RFC 822), else as it is."""
    try:
        return parsedate_to_datetime(text).isoformat()
    except (TypeError, ValueError):
        return text


def _geometry(item: ET.Element) -> dict[str, Any] | None:
    """Return where an item is: its first shape, or None.

    Raises
    ------
    ValueError
        If its numbers are none.
    """
    for part in item.iter():
        tag, namespace = tag_of(part), part.tag.rpartition("}")[0]
        if "georss" in namespace and tag in _GML.values():
            return _shape(tag, _spots(text_of(part)))
        if "gml" in namespace and tag in _GML:
            return _shape(_GML[tag], _gml_spots(part))
    lat, lon = (
        next((text_of(part) for part in item.iter() if tag_of(part) == axis), "")
        for axis in ("lat", "long")
    )
    if lat and lon:
        return _shape("point", _spots(f"{lat} {lon}"))
    return None


def _gml_spots(shape: ET.Element) -> list[list[float]]:
    """Return the positions of a shape in GML; of an area those of its outer edge."""
    edge = next((part for part in shape.iter() if tag_of(part) == "exterior"), shape)
    held = ("pos", "posList", "coordinates", "lowerCorner", "upperCorner")
    texts = [text_of(part) for part in edge.iter() if tag_of(part) in held]
    return _spots(" ".join(texts))


def _spots(text: str) -> list[list[float]]:
    """Return positions, longitude first, of a text that has latitude first."""
    numbers = [float(part) for part in text.replace(",", " ").split()]
    if len(numbers) % 2 or not numbers:
        msg = f"{text[:60]!r} is not pairs of numbers"
        raise ValueError(msg)
    return [[lon, lat] for lat, lon in zip(numbers[::2], numbers[1::2], strict=True)]


def _shape(kind: str, spots: list[list[float]]) -> dict[str, Any]:
    if kind == "point":
        return {"type": "Point", "coordinates": spots[0]}
    if kind == "line":
        return {"type": "LineString", "coordinates": spots}
    if kind == "box":
        (west, south), (east, north) = spots[0], spots[-1]
        ring = [[west, south], [east, south], [east, north], [west, north]]
        return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    closed = spots if spots[0] == spots[-1] else [*spots, spots[0]]
    return {"type": "Polygon", "coordinates": [closed]}
