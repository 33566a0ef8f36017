"""KML 2.2 (OGC 07-147r2) of others, Google's My Maps among them, read as data.

No entity, link, overlay or markup of a document is followed.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from geo.base.errors import Fault
from geo.formats.input_file import InputFile, check_wgs84, content, refuse, warning
from geo.formats.kml_shapes import GEOMETRIES, TRACKS, read_shape
from geo.formats.markup import plain_text, words_of
from geo.formats.records import Part, Record, Remark, parts_of_records
from geo.formats.xml_text import child_of, children_of, parse_xml, tag_of, text_of

_LABEL: Final = "KML 2.2"
#: What stands in the extended data of every incident of ours.
_OURS: Final = frozenset({"id", "title", "category", "kind", "status", "citations"})
HOLDERS: Final = frozenset({"Document", "Folder"})
LINK: Final = "NetworkLink"
_NOT_KEPT: Final = frozenset({"Model", LINK, "GroundOverlay", "PhotoOverlay"})
#: What a Placemark says in words.
_TEXTS: Final = ("name", "description", "address", "Snippet", "snippet")
#: What holds further values; in version 2.1 the second.
_EXTENDED: Final = ("ExtendedData", "Metadata")
#: Times of a Placemark itself; others say when a view of it is to be seen.
_TIMES: Final = {"begin": "date_start", "end": "date_end", "when": "date"}


def read(file: InputFile) -> Iterator[Part]:
    """Read the Placemarks of a KML document, folders and all.

    Name, description, address, the dates, every value of ``ExtendedData`` and the
    names of the folders around it are properties, as text. A Placemark without a time
    has that of the folder or document around it. Whatever else a document draws is left
    out, with a warning.

    Raises
    ------
    DataError
        If it is not well-formed, declares a document type or entities, nests too
        deep, or is not KML.
    """
    check_wgs84(file, "KML")
    root = parse_kml(content(file.path, file.name), file.name)
    yield from read_document(root, file)


def parse_kml(data: bytes, name: str) -> ET.Element:
    """Return the outermost element of a KML document.

    Raises
    ------
    DataError
        As :func:`read`.
    """
    root = parse_xml(data, name, _LABEL)
    if tag_of(root) not in {"kml", "Placemark", *HOLDERS}:
        refuse(
            name,
            f"is XML, but begins with <{tag_of(root)}>, not <kml>.",
            f"Export it again as {_LABEL}.",
        )
    return root


def read_document(
    root: ET.Element, file: InputFile, warnings: Sequence[Fault] = ()
) -> Iterator[Part]:
    """Read the Placemarks within an element, after what is odd about the file."""
    warnings = [*warnings, *_left_out(root, file.name)]
    titles = _titles(root)
    records = (_record(mark, around, titles) for mark, around in _marks(root))
    yield from parts_of_records(records, file, kind="kml", epsg=None, warnings=warnings)


@dataclass(frozen=True, slots=True)
class _Around:
    """What holds for every Placemark in a folder or document.

    Parameters
    ----------
    folders
        The names of the folders around it, outermost first.
    times
        When they are of; the innermost counts.
    """

    folders: tuple[str, ...] = ()
    times: Mapping[str, str] = field(default_factory=dict)

    def within(self, holder: ET.Element) -> _Around:
        """Return what holds in a folder or document in it as well."""
        around = replace(self, times=_times(holder) or self.times)
        if tag_of(holder) != "Folder":
            return around
        name = words_of(child_of(holder, "name"))
        return replace(around, folders=(*self.folders, name))


#: What people are shown instead of the name of a field, by schema and field.
_Titles = Mapping[str, Mapping[str, str]]


def _left_out(root: ET.Element, name: str) -> list[Fault]:
    """Warn of what a document draws that is not read."""
    seen = {tag_of(element) for element in root.iter()}
    warnings = [
        warning(name, "is left out.", "Nothing is fetched.", where=kind)
        for kind in sorted(_NOT_KEPT & seen)
    ]
    if LINK in seen and "Placemark" not in seen:
        message = "only points at a map elsewhere, which is not fetched."
        remedy = (
            "Export the map itself: in Google's My Maps without 'Keep data up to date'."
        )
        warnings.append(warning(name, message, remedy))
    return warnings


def _marks(
    element: ET.Element,
    around: _Around = _Around(),
) -> Iterator[tuple[ET.Element, _Around]]:
    """Go through the Placemarks, each with what holds around it."""
    kind = tag_of(element)
    if kind == "Placemark":
        yield element, around
        return
    if kind in HOLDERS:
        around = around.within(element)
    for part in element:
        yield from _marks(part, around)


def _titles(root: ET.Element) -> dict[str, dict[str, str]]:
    """Return the titles of fields, by the id or name of their schema."""
    titles: dict[str, dict[str, str]] = {}
    for schema in root.iter():
        if tag_of(schema) != "Schema":
            continue
        named = {str(part.get("name")): _title(part) for part in schema}
        count = Counter(named.values())
        named = {name: title for name, title in named.items() if count[title] == 1}
        for key in (schema.get("id"), schema.get("name")):
            titles.setdefault(str(key), named)
    return titles


def _title(described: ET.Element) -> str:
    """Return what people are shown instead of a name, without the markup it may have."""
    return " ".join(plain_text(text_of(child_of(described, "displayName"))).split())


def _record(mark: ET.Element, around: _Around, titles: _Titles) -> Record:
    values = _values(mark, titles)
    properties: dict[str, Any] = {value.name: value.text for value in values}
    if not _OURS.issubset(properties):
        properties = {}
        if any(around.folders):
            properties["folder"] = " / ".join(filter(None, around.folders))
        for tag in _TEXTS:
            if words := words_of(child_of(mark, tag)):
                properties[tag] = words
        properties |= _times(mark) or around.times
        properties |= _titled(values)
    shapes = [part for part in mark if tag_of(part) in GEOMETRIES | TRACKS]
    try:
        geometry = read_shape(shapes[0]) if shapes else None
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
    for track in children_of(mark, *TRACKS):
        passed = [text_of(part) for part in track.iter() if tag_of(part) == "when"]
        passed = [time for time in passed if time]
        if passed and not times:
            times = {"date_start": passed[0], "date_end": passed[-1]}
    return times


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of extended data.

    Parameters
    ----------
    name
        What the document calls it.
    title
        What people are shown instead; empty for nothing else.
    text
        The value.
    """

    name: str
    title: str
    text: str


def _values(mark: ET.Element, titles: _Titles) -> list[_Value]:
    """Return the values of a Placemark's extended data, whichever way they stand."""
    values: list[_Value] = []
    for part in (part for data in children_of(mark, *_EXTENDED) for part in data):
        kind = tag_of(part)
        if kind == "Data":
            title = _title(part)
            text = _whole_text(child_of(part, "value"))
            values.append(_Value(part.get("name") or "", title, text))
        elif kind == "SchemaData":
            named = titles.get(str(part.get("schemaUrl")).rpartition("#")[2], {})
            for each in children_of(part, "SimpleData"):
                name = each.get("name") or ""
                values.append(_Value(name, named.get(name, ""), _whole_text(each)))
        else:
            # Elements of a namespace of its own, named as they are.
            values.extend(
                _Value(tag_of(leaf), "", text_of(leaf))
                for leaf in part.iter()
                if not len(leaf) and text_of(leaf)
            )
    return [value for value in values if value.name]


def _titled(values: list[_Value]) -> dict[str, str]:
    """Return the values of others by their titles; by name where a title stands twice.

    Several values of one name become one text.
    """
    shown = {value.name: value.title or value.name for value in values}
    count = Counter(shown.values())
    titled: dict[str, str] = {}
    for value in values:
        key = shown[value.name] if count[shown[value.name]] == 1 else value.name
        known = titled.get(key, "")
        is_further = bool(known and value.text) and known != value.text
        titled[key] = f"{known}; {value.text}" if is_further else known or value.text
    return titled


def _whole_text(element: ET.Element | None) -> str:
    """Return all text within an element, blanks at its edges kept."""
    return "".join(element.itertext()) if element is not None else ""
