"""What a text is: XML by its outermost element, the others by mark, name and letter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from geo.formats.input_file import refuse
from geo.formats.registry import FORMATS, KINDS, Format

SUPPORTED: Final = f"Read are {', '.join(kind.label for kind in KINDS.values())}."
#: What may stand before the outermost element: declarations and comments.
_PROLOGUE: Final = re.compile(
    rb"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>)", re.DOTALL
)
_ELEMENT: Final = re.compile(rb"\s*<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_FOREIGN_XML: Final[Mapping[bytes, str]] = {
    b"osm": "OpenStreetMap XML",
    b"svg": "a picture (SVG)",
}
_BYTE_ORDER_MARKS: Final = re.compile(rb"(?:\xef\xbb\xbf)+")
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
#: What a member of a zip archive is called that holds each of these.
_BINARY: Final[Mapping[str, str]] = {"zip": "zip"} | {
    end: kind.label for kind in KINDS.values() for end in kind.suffixes if kind.magic
}


def text_kind(name: str, suffix: str, head: bytes) -> Format:
    """Return the format of a file that no first bytes tell.

    Parameters
    ----------
    name
        The file's name in messages.
    suffix
        How its name ends, in small letters, with the dot.
    head
        Its first bytes.

    Raises
    ------
    DataError
        If it is none that is read here, or only points at other files.
    """
    ending = suffix.removeprefix(".")
    if ending in _BINARY:
        message = f"is called {suffix}, but is no {_BINARY[ending]} file."
        refuse(name, message, "Export it again.")
    if b"<OGRVRTDataSource" in head or suffix == ".vrt":
        message = "is a GDAL virtual file: it only points at other files."
        refuse(name, message, "Give the file that it points at.")
    start = _BYTE_ORDER_MARKS.sub(b"", head, count=1).lstrip(b" \t\r\n")
    if start.startswith(b"<"):
        kind = _xml_kind(name, ending, start)
        if kind:
            return kind
    for kind in KINDS.values():
        if kind.mark and re.match(kind.mark, start):
            return kind
        if kind.roots and ending in kind.suffixes:
            return kind
    return _table_or_json(name, ending, start, head)


def _xml_kind(name: str, ending: str, start: bytes) -> Format | None:
    """Return the format of XML by its outermost element; None if none has it."""
    at = 0
    while before := _PROLOGUE.match(start, at):
        at = before.end()
    element = _ELEMENT.match(start, at)
    root = element[1] if element else b""
    for kind in KINDS.values():
        if root in kind.roots:
            return kind
    # A document type with entities of its own hides the element; its reader refuses it.
    for kind in KINDS.values():
        hidden = any(b"<" + name_ in start for name_ in kind.roots)
        if hidden and (ending in kind.suffixes or not element):
            return kind
    what = _FOREIGN_XML.get(root)
    if what:
        remedy = "Save the data as GeoJSON or GeoPackage, for example with QGIS."
        refuse(name, f"is {what}, which is not read here.", remedy)
    return None


def _table_or_json(name: str, ending: str, start: bytes, head: bytes) -> Format:
    csv, geojson = FORMATS["csv"], FORMATS["geojson"]
    if ending in csv.suffixes and (
        start[:1] not in {b"<", b"{", b"["} or head.startswith(_WIDE_MARKS)
    ):
        return csv
    is_called_json = any(
        ending in KINDS[kind].suffixes
        for kind in ("geojson", "geojsonseq", "umap", "topojson")
    )
    if not is_called_json and start[:1] not in {b"{", b"[", b"\x1e", b"<"}:
        refuse(name, "is not of a kind read here.", SUPPORTED)
    # Strict reading says what else it is: a web page, XML, UTF-16.
    return geojson
