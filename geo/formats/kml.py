"""KML 2.2 (OGC 07-147r2) and KMZ: read as data, and written with every text verbatim.

No entity, link, overlay or markup of a document is followed.

A record's text may look like markup or like ``$[name]``, which viewers of KML would
draw or replace. It stands as it is in ``name`` and in the typed ``ExtendedData``;
the balloon shows only ``description``, in which every such character is written as
an entity of HTML. No CDATA is used, and the balloon names no other text.
"""

from __future__ import annotations

import html
import re
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.parsers import expat

from geo.formats.input_file import InputFile, check_wgs84, content, refuse, warning
from geo.formats.packages import SteadyZip, chunks
from geo.formats.records import Part, Record, Remark, parts_of_records
from geo.formats.rows import Feature, columns, unfit
from geo.formats.style import icon_png, kml_color
from geo.model.fields import Field, Kind, fields
from geo.model.incident import incident_of

if TYPE_CHECKING:
    from geo.formats.selection import Selection
    from geo.model.vocabulary import Category

_AGAIN: Final = "Export it again as KML 2.2."
_MOST_DEPTH: Final = 100
#: What stands in the extended data of every incident of ours.
_OURS: Final = frozenset({"id", "title", "category", "kind", "status", "citations"})
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

_NAMESPACE: Final = "http://www.opengis.net/kml/2.2"
_TYPES: Final = {Kind.INTEGER: "int", Kind.NUMBER: "double", Kind.TRUTH: "bool"}
_AREA_OPACITY: Final = 0.35
#: What XML 1.0 cannot hold, or a reader would change: controls, half characters.
_NOT_XML: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


class _Refused(ValueError):  # noqa: N818 - ends a parse, never leaves the module
    """What ends the reading of a document."""


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
    root = _parsed(content(file.path, name), name)
    if _tag(root) not in {"kml", "Document", "Folder", "Placemark"}:
        refuse(name, f"is XML, but begins with <{_tag(root)}>, not <kml>.", _AGAIN)
    seen = [_tag(element) for element in root.iter()]
    warnings = [
        warning(name, "is left out.", "Nothing is fetched.", where=kind)
        for kind in sorted(_NOT_KEPT & set(seen))
    ]
    records = (_record(mark, folders) for mark, folders in _marks(root))
    yield from parts_of_records(records, file, kind="kml", epsg=None, warnings=warnings)


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


def _record(mark: ET.Element, folders: tuple[str, ...]) -> Record:
    typed = _typed(mark)
    properties: dict[str, Any] = {}
    if not _OURS.issubset(typed):
        if any(folders):
            properties["folder"] = " / ".join(filter(None, folders))
        for tag in _TEXTS:
            words = _child(mark, tag)
            if words is not None and words.text:
                properties[tag] = words.text
        for part in mark.iter():
            if _tag(part) in _DATES and part.text:
                properties[_tag(part)] = part.text.strip()
    properties |= typed
    shapes = [part for part in mark if _tag(part) in _GEOMETRIES]
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


def _typed(mark: ET.Element) -> dict[str, Any]:
    """Return the values of a Placemark's extended data, by name."""
    values: dict[str, Any] = {}
    data = _child(mark, "ExtendedData")
    for part in data.iter() if data is not None else ():
        key = part.get("name")
        if _tag(part) == "SimpleData" and key:
            values[key] = part.text or ""
        elif _tag(part) == "Data" and key:
            value = _child(part, "value")
            values[key] = (value.text or "") if value is not None else ""
    return values


def _read_geometry(shape: ET.Element) -> dict[str, Any]:
    kind = _tag(shape)
    if kind == "MultiGeometry":
        parts = [_read_geometry(part) for part in shape if _tag(part) in _GEOMETRIES]
        kinds = {part["type"] for part in parts}
        if len(kinds) == 1 and kinds <= {"Point", "LineString", "Polygon"}:
            several = [part["coordinates"] for part in parts]
            return {"type": f"Multi{kinds.pop()}", "coordinates": several}
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
            list(_read_positions(ring))
            for side in sides
            for ring in side
            if _tag(ring) == "LinearRing"
        ]
        return {"type": "Polygon", "coordinates": rings}
    spots = list(_read_positions(shape))
    if kind == "Point":
        if len(spots) > 1:
            msg = "a point has more than one position"
            raise ValueError(msg)
        return {"type": "Point", "coordinates": spots[0] if spots else []}
    return {"type": "LineString", "coordinates": spots}


def _read_positions(shape: ET.Element) -> Iterator[list[float]]:
    written = _child(shape, "coordinates")
    for spot in ((written.text or "") if written is not None else "").split():
        try:
            numbers = [float(part) for part in spot.split(",") if part]
        except ValueError as error:
            msg = f"{spot[:40]!r} is not a position"
            raise ValueError(msg) from error
        yield numbers


def write(selection: Selection) -> Iterator[bytes]:
    """Write KML: one Placemark an incident, on the map or not.

    Raises
    ------
    DataError
        If a text holds a character that XML cannot, such as NUL.
    """
    return _document(selection, icons=False)


def write_kmz(selection: Selection) -> Iterator[bytes]:
    """Write KMZ: KML zipped with the symbols of the categories.

    Raises
    ------
    DataError
        As :func:`write`.
    """
    with tempfile.TemporaryDirectory() as folder:
        inner, path = Path(folder) / "doc.kml", Path(folder) / "incidents.kmz"
        with inner.open("wb") as file:
            file.writelines(_document(selection, icons=True))
        with SteadyZip(path, selection.about.made) as archive:
            archive.add("doc.kml", inner)
            for category in selection.vocabulary:
                archive.add(_icon_name(category), icon_png(category))
        yield from chunks(path)


def _document(selection: Selection, *, icons: bool) -> Iterator[bytes]:
    head = ET.Element("Document")
    ET.SubElement(head, "name").text = selection.about.title
    facts = selection.about.facts()
    texts = [f"{_words(name)}: {text}" for name, text in facts.items()]
    ET.SubElement(head, "description").text = _paragraphs(texts)
    for category in selection.vocabulary:
        _add_style(head, category, icons=icons)
    _add_schema(head, selection.own)
    data = ET.SubElement(head, "ExtendedData")
    for name, text in facts.items():
        entry = ET.SubElement(data, "Data", name=name)
        ET.SubElement(entry, "value").text = text
    # The head is written whole, without its end: placemarks follow one by one.
    opened = _written(head).removesuffix(b"</Document>")
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<kml xmlns="{_NAMESPACE}">'.encode() + opened + b"\n"
    for feature in selection.features():
        yield _written(_placemark(feature, selection.own)) + b"\n"
    yield b"</Document></kml>\n"


def _add_style(head: ET.Element, category: Category, *, icons: bool) -> None:
    style = ET.SubElement(head, "Style", id=_style_id(category.id))
    icon = ET.SubElement(style, "IconStyle")
    if icons:
        ET.SubElement(icon, "scale").text = "0.7"
        href = ET.SubElement(ET.SubElement(icon, "Icon"), "href")
        href.text = _icon_name(category)
    else:
        ET.SubElement(icon, "color").text = kml_color(category.color)
    line = ET.SubElement(style, "LineStyle")
    ET.SubElement(line, "color").text = kml_color(category.color)
    ET.SubElement(line, "width").text = "3"
    area = ET.SubElement(style, "PolyStyle")
    ET.SubElement(area, "color").text = kml_color(category.color, opacity=_AREA_OPACITY)
    balloon = ET.SubElement(style, "BalloonStyle")
    ET.SubElement(balloon, "text").text = "$[description]"


def _add_schema(head: ET.Element, own: Sequence[Field]) -> None:
    schema = ET.SubElement(head, "Schema", name="incident", id="incident")
    for field in (*fields(), *own):
        kind = _TYPES.get(field.kind, "string")
        entry = ET.SubElement(schema, "SimpleField", name=field.name, type=kind)
        ET.SubElement(entry, "displayName").text = field.title


def _placemark(feature: Feature, own: Sequence[Field]) -> ET.Element:
    """Return one incident; elements stand in the order the standard sets."""
    # Half a second of imports that reading does without.
    from geo.model.wording import wording  # noqa: PLC0415

    row = columns(feature, own)
    shown = incident_of(feature)
    said = wording(shown)
    # GDAL takes this id for the column of that name, so it is the incident's own.
    mark = ET.Element("Placemark", id=row["id"])
    ET.SubElement(mark, "name").text = row["title"]
    texts = [shown.title, shown.summary, said.claim, said.denial, *said.cautions]
    texts += [f"Date: {said.date}", f"Place: {said.place}. {said.precision}"]
    ET.SubElement(mark, "description").text = _paragraphs(texts)
    if row["date_earliest"] or row["date_latest"]:
        span = ET.SubElement(mark, "TimeSpan")
        for name, column in (("begin", "date_earliest"), ("end", "date_latest")):
            if row[column]:
                ET.SubElement(span, name).text = row[column]
    ET.SubElement(mark, "styleUrl").text = f"#{_style_id(row['category'])}"
    data = ET.SubElement(
        ET.SubElement(mark, "ExtendedData"), "SchemaData", schemaUrl="#incident"
    )
    for name, value in row.items():
        if value is not None and value != "":
            # GDAL reads truth values as 1 and 0 only.
            text = str(int(value)) if isinstance(value, bool) else str(value)
            ET.SubElement(data, "SimpleData", name=name).text = _xml_text(
                text, row["id"], name
            )
    if feature["geometry"]:
        mark.append(_geometry_element(feature["geometry"]))
    return mark


def _geometry_element(geometry: Mapping[str, Any]) -> ET.Element:
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind.startswith("Multi"):
        whole = ET.Element("MultiGeometry")
        single = kind.removeprefix("Multi")
        whole.extend(
            _geometry_element({"type": single, "coordinates": part})
            for part in coordinates
        )
        return whole
    shape = ET.Element(kind)
    if kind != "Point":
        ET.SubElement(shape, "tessellate").text = "1"
    if kind == "Polygon":
        for number, ring in enumerate(coordinates):
            side = "innerBoundaryIs" if number else "outerBoundaryIs"
            line = ET.SubElement(ET.SubElement(shape, side), "LinearRing")
            ET.SubElement(line, "coordinates").text = _positions_text(ring)
    else:
        spots = [coordinates] if kind == "Point" else coordinates
        ET.SubElement(shape, "coordinates").text = _positions_text(spots)
    return shape


def _positions_text(spots: list[list[float]]) -> str:
    return " ".join(",".join(repr(number) for number in spot) for spot in spots)


def _paragraphs(texts: list[str]) -> str:
    """Return texts as HTML in which nothing of theirs is markup or a reference."""
    safe = (html.escape(text).replace("$", "&#36;") for text in texts if text)
    return "".join(f"<p>{text}</p>" for text in safe)


def _xml_text(text: str, incident_id: str, name: str) -> str:
    odd = _NOT_XML.search(text)
    if odd:
        message = f"holds the character U+{ord(odd[0]):04X}, which XML cannot keep."
        raise unfit(incident_id, name, message)
    return text


def _written(element: ET.Element) -> bytes:
    return ET.tostring(element, encoding="unicode").encode()


def _style_id(category: str) -> str:
    return f"category-{category}"


def _icon_name(category: Category) -> str:
    return f"icons/{category.id}.png"


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
