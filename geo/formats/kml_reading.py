"""KML 2.2 (OGC 07-147r2) of others, Google's My Maps among them, read as data.

No entity, link, overlay or markup of a document is followed.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any, Final

from geo.base.errors import Fault
from geo.formats.input_file import InputFile, check_wgs84, content, refuse, warning
from geo.formats.records import Part, Record, Remark, parts_of_records
from geo.formats.xml_text import child_of, children_of, parse_xml, tag_of, text_of

_LABEL: Final = "KML 2.2"
_GEOMETRIES: Final = frozenset(
    {"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry"}
)
#: What stands in the extended data of every incident of ours.
_OURS: Final = frozenset({"id", "title", "category", "kind", "status", "citations"})
_TRACKS: Final = frozenset({"Track", "MultiTrack"})
_LINK: Final = "NetworkLink"
_NOT_KEPT: Final = frozenset({"Model", _LINK, "GroundOverlay", "PhotoOverlay"})
#: What a Placemark says in words.
_TEXTS: Final = ("name", "description", "address", "Snippet", "snippet")
#: Times of a Placemark itself; others say when a view of it is to be seen.
_TIMES: Final = {"begin": "date_start", "end": "date_end", "when": "date"}


def read(file: InputFile) -> Iterator[Part]:
    """Read the Placemarks of a KML document, folders and all.

    Name, description, address, the dates, every value of ``ExtendedData`` and the
    names of the folders around it are properties, as text. Whatever else a document
    draws is left out, with a warning.

    Raises
    ------
    DataError
        If it is not well-formed, declares a document type or entities, nests too
        deep, or is not KML.
    """
    check_wgs84(file, "KML")
    name = file.name
    root = parse_xml(content(file.path, name), name, _LABEL)
    if tag_of(root) not in {"kml", "Document", "Folder", "Placemark"}:
        refuse(
            name,
            f"is XML, but begins with <{tag_of(root)}>, not <kml>.",
            f"Export it again as {_LABEL}.",
        )
    warnings = _left_out(root, name)
    records = (_record(mark, folders) for mark, folders in _marks(root))
    yield from parts_of_records(records, file, kind="kml", epsg=None, warnings=warnings)


def _left_out(root: ET.Element, name: str) -> list[Fault]:
    """Warn of what a document draws that is not read."""
    seen = {tag_of(element) for element in root.iter()}
    warnings = [
        warning(name, "is left out.", "Nothing is fetched.", where=kind)
        for kind in sorted(_NOT_KEPT & seen)
    ]
    if _LINK in seen and "Placemark" not in seen:
        message = "only points at a map elsewhere, which is not fetched."
        remedy = (
            "Export the map itself: in Google's My Maps without 'Keep data up to date'."
        )
        warnings.append(warning(name, message, remedy))
    return warnings


def _marks(
    element: ET.Element, folders: tuple[str, ...] = ()
) -> Iterator[tuple[ET.Element, tuple[str, ...]]]:
    """Go through the Placemarks, each with the names of the folders it lies in."""
    kind = tag_of(element)
    if kind == "Placemark":
        yield element, folders
        return
    if kind == "Folder":
        name = child_of(element, "name")
        folders += ((name.text or "").strip(),) if name is not None else ()
    for part in element:
        yield from _marks(part, folders)


def _record(mark: ET.Element, folders: tuple[str, ...]) -> Record:
    typed = _typed(mark)
    properties: dict[str, Any] = {}
    if not _OURS.issubset(typed):
        if any(folders):
            properties["folder"] = " / ".join(filter(None, folders))
        for tag in _TEXTS:
            words = child_of(mark, tag)
            if words is not None and words.text:
                properties[tag] = words.text
        properties |= _times(mark)
    properties |= typed
    shapes = [part for part in mark if tag_of(part) in _GEOMETRIES | _TRACKS]
    try:
        geometry = _read_geometry(shapes[0]) if shapes else None
    except ValueError as error:
        fault = ("coordinates", f"{error}.", "Write longitude,latitude.")
        return Record(properties, None, faults=(fault,))
    notes: tuple[Remark, ...] = ()
    if len(shapes) > 1:
        message = f"has {len(shapes)} geometries; only the first one is read."
        notes = (("geometry", message, "Put them in one MultiGeometry."),)
    return Record(properties, geometry, notes=notes)


def _times(mark: ET.Element) -> dict[str, str]:
    """Return when a Placemark was, as written: from, to, or at; of a track as well."""
    times: dict[str, str] = {}
    for holder in children_of(mark, "TimeSpan", "TimeStamp"):
        for part in holder:
            key = _TIMES.get(tag_of(part))
            if key and text_of(part):
                times[key] = text_of(part)
    for track in children_of(mark, *_TRACKS):
        passed = [text_of(part) for part in track.iter() if tag_of(part) == "when"]
        passed = [time for time in passed if time]
        if passed and not times:
            times = {"date_start": passed[0], "date_end": passed[-1]}
    return times


def _typed(mark: ET.Element) -> dict[str, Any]:
    """Return the values of a Placemark's extended data, by name."""
    values: dict[str, Any] = {}
    data = child_of(mark, "ExtendedData")
    for part in data.iter() if data is not None else ():
        key = part.get("name")
        if tag_of(part) == "SimpleData" and key:
            values[key] = part.text or ""
        elif tag_of(part) == "Data" and key:
            value = child_of(part, "value")
            values[key] = (value.text or "") if value is not None else ""
    return values


def _read_geometry(shape: ET.Element) -> dict[str, Any]:
    kind = tag_of(shape)
    if kind in _TRACKS:
        return _read_track(shape)
    if kind == "MultiGeometry":
        parts = [_read_geometry(part) for part in shape if tag_of(part) in _GEOMETRIES]
        kinds = {part["type"] for part in parts}
        if len(kinds) == 1 and kinds <= {"Point", "LineString", "Polygon"}:
            several = [part["coordinates"] for part in parts]
            return {"type": f"Multi{kinds.pop()}", "coordinates": several}
        return {"type": "GeometryCollection", "geometries": parts}
    if kind == "Polygon":
        sides = [
            part
            for part in shape
            if tag_of(part) in {"outerBoundaryIs", "innerBoundaryIs"}
        ]
        # The outer ring first, wherever it stands.
        sides.sort(key=lambda side: tag_of(side) != "outerBoundaryIs")
        rings = [
            list(_read_positions(ring))
            for side in sides
            for ring in side
            if tag_of(ring) == "LinearRing"
        ]
        return {"type": "Polygon", "coordinates": rings}
    spots = list(_read_positions(shape))
    if kind == "Point":
        if len(spots) > 1:
            msg = "a point has more than one position"
            raise ValueError(msg)
        return {"type": "Point", "coordinates": spots[0] if spots else []}
    return {"type": "LineString", "coordinates": spots}


def _read_track(shape: ET.Element) -> dict[str, Any]:
    """Return the positions of a track of Google's extension as a line of its parts."""
    tracks = [part for part in shape.iter() if tag_of(part) == "Track"]
    lines = [
        [
            _numbers(text_of(spot), spot_text.split())
            for spot in children_of(track, "coord")
            if (spot_text := text_of(spot))
        ]
        for track in tracks
    ]
    lines = [line for line in lines if line]
    if sum(map(len, lines)) == 1:
        return {"type": "Point", "coordinates": lines[0][0]}
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


def _read_positions(shape: ET.Element) -> Iterator[list[float]]:
    written = child_of(shape, "coordinates")
    for spot in ((written.text or "") if written is not None else "").split():
        yield _numbers(spot, [part for part in spot.split(",") if part])


def _numbers(spot: str, parts: list[str]) -> list[float]:
    try:
        return [float(part) for part in parts]
    except ValueError as error:
        msg = f"{spot[:40]!r} is not a position"
        raise ValueError(msg) from error
