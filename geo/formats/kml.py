"""KML 2.2 (OGC 07-147r2) and KMZ, written with every text verbatim.

:mod:`geo.formats.kml_reading` reads them.

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

from geo.formats.packages import SteadyZip, chunks
from geo.formats.rows import Feature, columns, unfit
from geo.formats.style import icon_png, kml_color
from geo.model.fields import Field, Kind, fields
from geo.model.incident import incident_of

if TYPE_CHECKING:
    from geo.formats.selection import Selection
    from geo.model.vocabulary import Category

_NAMESPACE: Final = "http://www.opengis.net/kml/2.2"
_TYPES: Final = {Kind.INTEGER: "int", Kind.NUMBER: "double", Kind.TRUTH: "bool"}
_AREA_OPACITY: Final = 0.35
#: What XML 1.0 cannot hold, or a reader would change: controls, half characters.
_NOT_XML: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


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
