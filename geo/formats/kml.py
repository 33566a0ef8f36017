"""KML read as data: no entity, link, overlay or markup of it is followed."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any, Final
from xml.parsers import expat

from geo.formats.given import Given
from geo.formats.raw import (
    Part,
    Record,
    Told,
    content,
    parts_of_records,
    refuse,
    warning,
)
from geo.model.fields import fields

_AGAIN: Final = "Export it again as KML 2.2."
_MOST_DEPTH: Final = 100
_GEOMETRIES: Final = frozenset(
    {"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry"}
)
_NOT_KEPT: Final = frozenset(
    {"Model", "Track", "MultiTrack", "NetworkLink", "GroundOverlay", "PhotoOverlay"}
)
#: What a Placemark says in words.
_TEXTS: Final = ("name", "description", "address", "Snippet", "snippet")
#: Only these mean something on the way to a Placemark.
_DATES: Final = frozenset({"begin", "end", "when"})


class _Refused(ValueError):  # noqa: N818 - ends a parse, never leaves the module
    """What ends the reading of a document."""


def read_kml(given: Given) -> Iterator[Part]:
    """Read the Placemarks of a KML document, folders and all.

    Name, description, address, the dates, every value of ``ExtendedData`` and the
    names of the folders around it are properties, as text. Whatever else a document draws is told and left out.

    Raises
    ------
    DataError
        If it is not well-formed, declares a document type or entities, nests too
        deep, or is not KML.
    """
    name = given.name
    root = _parsed(content(given.path, name), name)
    if _tag(root) not in {"kml", "Document", "Folder", "Placemark"}:
        refuse(name, f"is XML, but begins with <{_tag(root)}>, not <kml>.", _AGAIN)
    seen = [_tag(element) for element in root.iter()]
    warnings = [
        warning(name, "is left out.", "Nothing is fetched.", where=kind)
        for kind in sorted(_NOT_KEPT & set(seen))
    ]
    ours = {field.name for field in fields()}
    records = (_record(mark, folders, ours) for mark, folders in _marks(root))
    yield from parts_of_records(
        records, given, kind="kml", epsg=None, warnings=warnings
    )


def _parsed(data: bytes, name: str) -> ET.Element:
    """Parse XML, refusing document types, and so every entity of a file's own."""
    parser = expat.ParserCreate(namespace_separator="}")
    builder = ET.TreeBuilder()
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MOST_DEPTH:
            msg = f"nests more than {_MOST_DEPTH} deep."
            raise _Refused(msg)
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def doctype(*_: object) -> None:
        msg = "declares a document type, which could read files or fill memory."
        raise _Refused(msg)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = doctype
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
        return builder.close()
    except _Refused as error:
        refuse(name, str(error), "Remove it; KML needs none.")
    except (expat.ExpatError, AssertionError, LookupError, ValueError) as error:
        # Encodings that the parser leaves to Python end in any of these.
        refuse(name, f"is not well-formed XML: {str(error)[:200]}.", _AGAIN)


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _child(element: ET.Element, tag: str) -> ET.Element | None:
    return next((part for part in element if _tag(part) == tag), None)


def _marks(
    element: ET.Element, folders: tuple[str, ...] = ()
) -> Iterator[tuple[ET.Element, tuple[str, ...]]]:
    """Go through the Placemarks, each with the names of the folders it lies in."""
    kind = _tag(element)
    if kind == "Placemark":
        yield element, folders
        return
    if kind == "Folder":
        name = _child(element, "name")
        folders += ((name.text or "").strip(),) if name is not None else ()
    for part in element:
        yield from _marks(part, folders)


def _record(mark: ET.Element, folders: tuple[str, ...], ours: set[str]) -> Record:
    typed = _typed(mark)
    properties: dict[str, Any] = {}
    if not ours.issuperset(typed) or "title" not in typed:
        if any(folders):
            properties["folder"] = " / ".join(filter(None, folders))
        for tag in _TEXTS:
            found = _child(mark, tag)
            if found is not None and found.text:
                properties[tag] = found.text
        for part in mark.iter():
            if _tag(part) in _DATES and part.text:
                properties[_tag(part)] = part.text.strip()
    properties |= typed
    shapes = [part for part in mark if _tag(part) in _GEOMETRIES]
    try:
        geometry = _geometry(shapes[0]) if shapes else None
    except ValueError as error:
        fault = ("coordinates", f"{error}.", "Write longitude,latitude.")
        return Record(properties, None, faults=(fault,))
    notes: tuple[Told, ...] = ()
    if len(shapes) > 1:
        message = f"has {len(shapes)} geometries; only the first one is read."
        notes = (("geometry", message, "Put them in one MultiGeometry."),)
    return Record(properties, geometry, notes=notes)


def _typed(mark: ET.Element) -> dict[str, Any]:
    """Return the values of a Placemark's extended data, by name."""
    found: dict[str, Any] = {}
    data = _child(mark, "ExtendedData")
    for part in data.iter() if data is not None else ():
        key = part.get("name")
        if _tag(part) == "SimpleData" and key:
            found[key] = part.text or ""
        elif _tag(part) == "Data" and key:
            value = _child(part, "value")
            found[key] = (value.text or "") if value is not None else ""
    return found


def _geometry(shape: ET.Element) -> dict[str, Any]:
    kind = _tag(shape)
    if kind == "MultiGeometry":
        parts = [_geometry(part) for part in shape if _tag(part) in _GEOMETRIES]
        return {"type": "GeometryCollection", "geometries": parts}
    if kind == "Polygon":
        sides = [
            part
            for part in shape
            if _tag(part) in {"outerBoundaryIs", "innerBoundaryIs"}
        ]
        # The outer ring first, wherever it stands.
        sides.sort(key=lambda side: _tag(side) != "outerBoundaryIs")
        rings = [
            list(_spots(ring))
            for side in sides
            for ring in side
            if _tag(ring) == "LinearRing"
        ]
        return {"type": "Polygon", "coordinates": rings}
    spots = list(_spots(shape))
    if kind == "Point":
        if len(spots) > 1:
            msg = "a point has more than one position"
            raise ValueError(msg)
        return {"type": "Point", "coordinates": spots[0] if spots else []}
    return {"type": "LineString", "coordinates": spots}


def _spots(shape: ET.Element) -> Iterator[list[float]]:
    written = _child(shape, "coordinates")
    for spot in ((written.text or "") if written is not None else "").split():
        try:
            numbers = [float(part) for part in spot.split(",") if part]
        except ValueError as error:
            msg = f"{spot[:40]!r} is not a position"
            raise ValueError(msg) from error
        yield numbers
