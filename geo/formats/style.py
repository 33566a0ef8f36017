"""How the layer looks in other programs: QGIS style (QML), SLD, KML icons.

All are made from the vocabulary, so that a map drawn elsewhere has the colours and
symbols of ours. A style is for points, lines or areas: programs apply one to a layer
of one type of geometry.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw
from shapely import Point, Polygon
from shapely.affinity import scale, translate

from geo.model.symbols import SYMBOLS
from geo.model.vocabulary import Category, Vocabulary

GEOMETRIES: Final = ("points", "lines", "areas")
_LAYER_TYPES: Final = {"points": "0", "lines": "1", "areas": "2"}
_SYMBOL_TYPES: Final = {"points": "marker", "lines": "line", "areas": "fill"}
_EDGE: Final = "#ffffff"
_MARKER_MM: Final = 3.2
_LINE_MM: Final = 0.9
_AREA_OPACITY: Final = 0.35
#: Half an icon for each pixel of a symbol: the points of a star just fit, with an edge.
_UNIT: Final = 0.08
_EDGE_PX: Final = 1.2
#: How much finer an icon is drawn than it is handed out.
_FINER: Final = 8


def qml(vocabulary: Vocabulary, geometry: str) -> bytes:
    """Return a QGIS style, readable from QGIS 3.22 on.

    Parameters
    ----------
    vocabulary
        The categories.
    geometry
        One of :data:`GEOMETRIES`.
    """
    root = ET.Element("qgis", version="3.22", styleCategories="Symbology")
    renderer = ET.SubElement(
        root,
        "renderer-v2",
        type="categorizedSymbol",
        attr="category",
        enableorderby="0",
        forceraster="0",
        symbollevels="0",
    )
    classes = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for number, category in enumerate(vocabulary):
        ET.SubElement(
            classes,
            "category",
            value=category.id,
            label=category.label,
            symbol=str(number),
            render="true",
        )
        kind = _SYMBOL_TYPES[geometry]
        symbol = ET.SubElement(
            symbols,
            "symbol",
            type=kind,
            name=str(number),
            alpha="1",
            clip_to_extent="1",
        )
        layer, options = _qgis_symbol(category, geometry)
        drawn = ET.SubElement(
            symbol,
            "layer",
            {"class": layer, "enabled": "1", "locked": "0", "pass": "0"},
        )
        listed = ET.SubElement(drawn, "Option", type="Map")
        for name, value in options.items():
            ET.SubElement(listed, "Option", name=name, type="QString", value=value)
        for name, value in options.items():
            # Until 3.26 programs also look here.
            ET.SubElement(drawn, "prop", k=name, v=value)
    ET.SubElement(root, "layerGeometryType").text = _LAYER_TYPES[geometry]
    return _document(root, "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>")


def sld(vocabulary: Vocabulary, geometry: str) -> bytes:
    """Return a Styled Layer Descriptor 1.1 (OGC 05-078r4, 05-077r4).

    Parameters
    ----------
    vocabulary, geometry
        As for :func:`qml`.
    """
    root = ET.Element(
        "StyledLayerDescriptor",
        {
            "xmlns": "http://www.opengis.net/sld",
            "xmlns:se": "http://www.opengis.net/se",
            "xmlns:ogc": "http://www.opengis.net/ogc",
            "version": "1.1.0",
        },
    )
    layer = ET.SubElement(root, "NamedLayer")
    ET.SubElement(layer, "se:Name").text = "incidents"
    style = ET.SubElement(layer, "UserStyle")
    ET.SubElement(style, "se:Name").text = f"incidents-{geometry}"
    rules = ET.SubElement(style, "se:FeatureTypeStyle")
    for category in vocabulary:
        rule = ET.SubElement(rules, "se:Rule")
        ET.SubElement(rule, "se:Name").text = category.label
        described = ET.SubElement(rule, "se:Description")
        ET.SubElement(described, "se:Title").text = category.label
        ET.SubElement(described, "se:Abstract").text = category.definition
        equal = ET.SubElement(
            ET.SubElement(rule, "ogc:Filter"), "ogc:PropertyIsEqualTo"
        )
        ET.SubElement(equal, "ogc:PropertyName").text = "category"
        ET.SubElement(equal, "ogc:Literal").text = category.id
        _sld_symbol(rule, category, geometry)
    return _document(root)


def icon_png(category: Category, *, size_px: int = 48) -> bytes:
    """Return a category's symbol as a PNG (W3C PNG), transparent around it."""
    fine_px = _FINER * size_px
    picture = Image.new("RGBA", (fine_px, fine_px), (255, 255, 255, 0))
    draw = ImageDraw.Draw(picture)
    edge, inner = _outline(category.symbol)
    for shape, color in ((edge, _EDGE), (inner, category.color)):
        middle = translate(shape, 1, 1)
        in_pixels = scale(middle, fine_px / 2, fine_px / 2, origin=(0, 0))
        draw.polygon(list(in_pixels.exterior.coords), fill=color)
    hole = fine_px / 2 * SYMBOLS[category.symbol].hole_radius * _UNIT
    if hole:
        draw.circle((fine_px / 2, fine_px / 2), hole, fill=_EDGE)
    written = BytesIO()
    picture.reduce(_FINER).save(written, "PNG", optimize=True)
    return written.getvalue()


def kml_color(color: str, *, opacity: float = 1.0) -> str:
    """Return ``#rrggbb`` as KML writes it: aabbggrr."""
    red, green, blue = _rgb(color)
    return f"{round(opacity * 255):02x}{blue:02x}{green:02x}{red:02x}"


def _qgis_symbol(category: Category, geometry: str) -> tuple[str, dict[str, str]]:
    """Return the class of a symbol layer and its options."""
    color = ",".join(map(str, _rgb(category.color)))
    edge = ",".join(map(str, _rgb(_EDGE)))
    if geometry == "lines":
        options = {"line_color": f"{color},255", "line_width": str(_LINE_MM)}
        return "SimpleLine", {**options, "line_width_unit": "MM", "line_style": "solid"}
    if geometry == "areas":
        return "SimpleFill", {
            "color": f"{color},{round(_AREA_OPACITY * 255)}",
            "outline_color": f"{color},255",
            "outline_width": "0.4",
            "outline_width_unit": "MM",
            "style": "solid",
            "outline_style": "solid",
        }
    mark = SYMBOLS[category.symbol]
    strong = mark.hollow or mark.qgis == "line"
    return "SimpleMarker", {
        "name": mark.qgis,
        "angle": str(mark.angle_deg),
        "color": f"{color},{0 if mark.hollow else 255}",
        "outline_color": f"{color},255" if strong else f"{edge},255",
        "outline_width": "0.8" if strong else "0.2",
        "outline_width_unit": "MM",
        "outline_style": "solid",
        "size": str(_MARKER_MM),
        "size_unit": "MM",
    }


def _sld_symbol(rule: ET.Element, category: Category, geometry: str) -> None:
    if geometry == "lines":
        line = ET.SubElement(rule, "se:LineSymbolizer")
        _stroke(line, category.color, "3")
        return
    if geometry == "areas":
        area = ET.SubElement(rule, "se:PolygonSymbolizer")
        fill = ET.SubElement(area, "se:Fill")
        _parameter(fill, "fill", category.color)
        _parameter(fill, "fill-opacity", str(_AREA_OPACITY))
        _stroke(area, category.color, "1")
        return
    mark = SYMBOLS[category.symbol]
    point = ET.SubElement(rule, "se:PointSymbolizer")
    graphic = ET.SubElement(point, "se:Graphic")
    drawn = ET.SubElement(graphic, "se:Mark")
    ET.SubElement(drawn, "se:WellKnownName").text = mark.sld
    if not mark.hollow:
        _parameter(ET.SubElement(drawn, "se:Fill"), "fill", category.color)
    strong = mark.hollow or mark.sld in {"line", "x", "cross"}
    _stroke(drawn, category.color if strong else _EDGE, "3" if strong else "0.5")
    ET.SubElement(graphic, "se:Size").text = "12"
    if mark.angle_deg and mark.sld != "x":
        ET.SubElement(graphic, "se:Rotation").text = str(mark.angle_deg)


def _stroke(parent: ET.Element, color: str, width_px: str) -> None:
    stroke = ET.SubElement(parent, "se:Stroke")
    _parameter(stroke, "stroke", color)
    _parameter(stroke, "stroke-width", width_px)


def _parameter(parent: ET.Element, name: str, value: str) -> None:
    ET.SubElement(parent, "se:SvgParameter", name=name).text = value


def _document(root: ET.Element, doctype: str = "") -> bytes:
    ET.indent(root)
    written = ET.tostring(root, encoding="unicode")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f"{head}{doctype + chr(10) if doctype else ''}{written}\n".encode()


def _outline(name: str) -> tuple[Polygon, Polygon]:
    """Return a symbol's edge and its inside, within -1 to 1, y down."""
    symbol = SYMBOLS[name]
    inner = (
        Polygon(symbol.points) if symbol.points else Point(0, 0).buffer(symbol.radius)
    )
    return (
        scale(inner.buffer(_EDGE_PX), _UNIT, _UNIT, origin=(0, 0)),
        scale(inner, _UNIT, _UNIT, origin=(0, 0)),
    )


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
