"""GPX 1.0 and 1.1 (Topografix): waypoints as points, routes and tracks as lines."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any, Final

from geo.formats.input_file import InputFile, check_wgs84, content, refuse
from geo.formats.records import Part, Record, parts_of_records
from geo.formats.xml_text import child_of, children_of, parse_xml, tag_of, text_of

_LABEL: Final = "GPX"
#: What a waypoint, route or track says of itself, and what we call it.
_NAMES: Final = {
    "name": "name",
    "desc": "description",
    "cmt": "comment",
    "time": "date",
    "ele": "elevation",
    "sym": "symbol",
    "type": "type",
    "src": "source_note",
    "url": "link",
    "urlname": "link_name",
}


def read(file: InputFile) -> Iterator[Part]:
    """Read the waypoints, routes and tracks of a GPX file.

    A track of several segments is a line of several parts. Its first and last time are
    ``date_start`` and ``date_end``; the other times and the heights are left out, as
    they belong to positions. What programs add in ``extensions`` is kept as text.

    Raises
    ------
    DataError
        If it is not well-formed, declares a document type, or is no GPX.
    """
    check_wgs84(file, _LABEL)
    root = parse_xml(content(file.path, file.name), file.name, _LABEL)
    if tag_of(root) != "gpx":
        message = f"is XML, but begins with <{tag_of(root)}>, not <gpx>."
        refuse(file.name, message, "Export it again as GPX.")
    yield from parts_of_records(_records(root), file, kind="gpx", epsg=None)


def _records(root: ET.Element) -> Iterator[Record]:
    for mark in children_of(root, "wpt"):
        yield _record(mark, "Point", [[mark]])
    for route in children_of(root, "rte"):
        yield _record(route, "LineString", [list(children_of(route, "rtept"))])
    for track in children_of(root, "trk"):
        segments = [
            list(children_of(segment, "trkpt"))
            for segment in children_of(track, "trkseg")
        ]
        yield _record(track, "LineString", [part for part in segments if part])


def _record(mark: ET.Element, kind: str, lines: list[list[ET.Element]]) -> Record:
    """Return a record of the positions of a mark, which are elements with lat and lon."""
    properties = _properties(mark)
    if kind != "Point":
        times = [text_of(child_of(spot, "time")) for line in lines for spot in line]
        times = [time for time in times if time]
        if times:
            properties |= {"date_start": times[0], "date_end": times[-1]}
    try:
        parts = [[_position(spot) for spot in line] for line in lines]
    except ValueError as error:
        fault = ("geometry", f"{error}.", "Write lat and lon in degrees.")
        return Record(properties, None, faults=(fault,))
    return Record(properties, _geometry(kind, parts))


def _geometry(kind: str, parts: list[list[list[float]]]) -> dict[str, Any] | None:
    """Return the geometry of a mark: a line of one position is a point."""
    parts = [part for part in parts if part]
    if not parts:
        return None
    if sum(map(len, parts)) == 1:
        return {"type": "Point", "coordinates": parts[0][0]}
    lines = [part for part in parts if len(part) > 1]
    if kind == "Point" or not lines:
        spots = [spot for part in parts for spot in part]
        return {"type": "MultiPoint", "coordinates": spots}
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


def _position(spot: ET.Element) -> list[float]:
    written = [spot.get(axis) for axis in ("lon", "lat")]
    try:
        return [float(number or "") for number in written]
    except ValueError as error:
        msg = f"lon {written[0]!r}, lat {written[1]!r} is not a position"
        raise ValueError(msg) from error


def _properties(mark: ET.Element) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    links = [link.get("href") for link in children_of(mark, "link")]
    for part in mark:
        key = _NAMES.get(tag_of(part))
        if key and text_of(part):
            properties[key] = text_of(part)
    if any(links):
        properties["link"] = "; ".join(filter(None, links))
    for holder in children_of(mark, "extensions"):
        for part in holder.iter():
            if not len(part) and text_of(part):
                properties.setdefault(tag_of(part), text_of(part))
    return properties
