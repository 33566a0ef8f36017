"""What a file is, told by its first bytes, and the reader that it gets."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any, Final

from geo.base.errors import Fault, QueryError
from geo.formats.given import Given, Opening
from geo.formats.guarded import Guard, guarded
from geo.formats.raw import (
    Part,
    Raw,
    check_size,
    content,
    gathered,
    parts_of_geojson,
    refuse,
    warning,
)
from geo.formats.zip_archive import checked_members, unpack

#: First bytes of archives, of what is read here, and of what is not.
_PACKED: Final = (b"PK\x03\x04", b"PK\x05\x06")
_READERS: Final[Mapping[bytes, str]] = {
    b"PAR1": "geoparquet:read_geoparquet",
    b"SQLite format 3\x00": "gpkg:read_geopackage",
    b"fgb\x03": "flatgeobuf:read_flatgeobuf",
}
_FOREIGN: Final[Mapping[bytes, str]] = {
    b"\x1f\x8b": "a gzip file; unpack it first",
    b"BZh": "a bzip2 file; unpack it first",
    b"7z\xbc\xaf": "a 7-Zip archive; unpack it first",
    b"Rar!": "a RAR archive; unpack it first",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file; save it as .xlsx or CSV",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
_TABLE_SUFFIXES: Final = (".csv", ".tsv", ".txt")
_JSON_SUFFIXES: Final = (
    ".geojson",
    ".json",
    ".geojsons",
    ".geojsonl",
    ".geojsonseq",
    ".ndjson",
)
_SIGNED_SUFFIXES: Final = {
    ".parquet": "Parquet",
    ".geoparquet": "Parquet",
    ".gpkg": "GeoPackage",
    ".fgb": "FlatGeobuf",
    ".zip": "zip",
    ".kmz": "KMZ",
    ".xlsx": "Excel",
}
_DATA_SUFFIXES: Final = (
    *_TABLE_SUFFIXES,
    *_JSON_SUFFIXES,
    ".parquet",
    ".gpkg",
    ".fgb",
    ".kml",
    ".kmz",
    ".xlsx",
    ".shp.zip",
)
_READ: Final = (
    "Read are GeoJSON, CSV, GeoPackage, GeoParquet, FlatGeobuf, KML, KMZ, Excel and "
    "zipped Shapefiles."
)
#: Head of a text that is looked at.
_HEAD_BYTES: Final = 4_096
_WGS84: Final = 4326
#: The outermost element of XML, and what is known by it.
_ELEMENT: Final = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_XML: Final[Mapping[bytes, str]] = {
    b"gpx": "GPX",
    b"osm": "OpenStreetMap XML",
    b"rss": "a news feed",
    b"feed": "a news feed",
    b"svg": "a picture (SVG)",
    b"FeatureCollection": "GML",
}


def open_file(path: Path, opening: Opening, guard: Guard | None = None) -> Raw:
    """Read a file by what it is, whatever it is called, in a process of its own.

    Raises
    ------
    DataError
        If it is not of a kind read here, is broken, or is harmful.
    QueryError
        If an option does not fit the file.
    SettingsError
        If there is no room for temporary files.
    """
    options = {"opening": asdict(opening)}
    parts = guarded(f"{__name__}:records_of", path, options, guard or Guard())
    raw = gathered(
        Part(kind, tuple(features), tuple(map(Fault.of_values, faults)), members)
        for kind, features, faults, members in parts
    )
    if raw.features:
        return raw
    empty = warning(str(path), "holds no records.", "The layer is empty.")
    return replace(raw, faults=(*raw.faults, empty))


def records_of(path: Path, opening: Mapping[str, Any]) -> Iterator[list[Any]]:
    """Read a file in this very process; yield its parts as values that JSON has.

    Raises
    ------
    DataError, QueryError
        As :func:`open_file`.
    """
    size_bytes = path.stat().st_size if path.is_file() else 0
    given = Given(path, str(path), Opening(**opening), size_bytes)
    for part in _open(given, path.name.lower(), packed=0):
        faults = [asdict(fault) for fault in part.faults]
        yield [part.format, part.features, faults, part.members]


def _reader(where: str) -> Callable[..., Iterator[Part]]:
    """Return a reader by its module and name; only the one needed is imported."""
    module, _, name = where.partition(":")
    function: Callable[..., Iterator[Part]]
    function = getattr(import_module(f"geo.formats.{module}"), name)
    return function


def _open(given: Given, called: str, *, packed: int) -> Iterator[Part]:
    """Read a file by its first bytes; *packed* counts the archives around it."""
    check_size(given.path, given.name)
    with given.path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith(_PACKED):
        yield from _open_zip(given, packed=packed)
        return
    for mark, where in _READERS.items():
        if head.startswith(mark):
            yield from _reader(where)(given)
            return
    for mark, what in _FOREIGN.items():
        if head.startswith(mark):
            refuse(given.name, f"is {what}.", _READ)
    yield from _open_plain(given, called, head)


def _open_plain(given: Given, called: str, head: bytes) -> Iterator[Part]:
    """Read a text, or one of the old formats that are known by their name."""
    name, suffix = given.name, PurePosixPath(called).suffix
    if suffix == ".shp":
        return _reader("shapefile:read_shapefile")(given)
    if suffix in _SIGNED_SUFFIXES:
        message = f"is called {suffix}, but is no {_SIGNED_SUFFIXES[suffix]} file."
        refuse(name, message, "Export it again.")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if b"<OGRVRTDataSource" in head or suffix == ".vrt":
        message = "is a GDAL virtual file: it only points at other files."
        refuse(name, message, "Give the file that it points at.")
    if suffix == ".kml" or (start.startswith(b"<") and b"<kml" in head):
        _check_system(given, "KML")
        return _reader("kml:read_kml")(given)
    _refuse_xml(given, start)
    as_json = suffix in _JSON_SUFFIXES or start[:1] in {b"{", b"[", b"\x1e"}
    if suffix in _TABLE_SUFFIXES and start[:1] not in {b"<", b"{", b"["}:
        return _reader("csv:read_delimited")(given)
    if not as_json and not start.startswith(b"<"):
        refuse(name, "is not of a kind read here.", _READ)
    _check_system(given, "GeoJSON")
    # Strict reading says what else it is: a web page, XML, UTF-16.
    return parts_of_geojson(content(given.path, name), name)


def _check_system(given: Given, kind: str) -> None:
    """Refuse a system said of a file whose format has only one.

    Raises
    ------
    QueryError
        If it is another.
    """
    if given.opening.epsg not in {None, _WGS84}:
        msg = f"{given.name} is {kind}, which is always EPSG:4326. Leave --crs out."
        raise QueryError("crs", msg)


def _refuse_xml(given: Given, start: bytes) -> None:
    found = _ELEMENT.search(start) if start.startswith(b"<") else None
    what = _XML.get(found[1]) if found else None
    if what:
        remedy = "Save the data as GeoJSON or GeoPackage, for example with QGIS."
        refuse(given.name, f"is {what}, which is not read here.", remedy)


def _open_zip(given: Given, *, packed: int) -> Iterator[Part]:
    """Read what an archive holds: a format that is one, or one file of data."""
    path, name = given.path, given.name
    members = checked_members(path, name)
    names = [member.filename for member in members]
    if "[Content_Types].xml" in names and any(one.startswith("xl/") for one in names):
        yield from _reader("xlsx:read_workbook")(given)
        return
    if any(one.lower().endswith(".shp") for one in names):
        yield from _reader("shapefile:read_zipped_shapefile")(given, members)
        return
    chosen = _only_data(members, names, name, packed=packed)
    with tempfile.TemporaryDirectory() as folder:
        inner = Path(folder) / "member"
        unpack(path, chosen, inner, name)
        found = replace(given, path=inner, name=f"{name}/{chosen.filename}")
        yield from _open(found, chosen.filename.lower(), packed=packed + 1)


def _only_data(
    members: list[zipfile.ZipInfo], names: list[str], name: str, *, packed: int
) -> zipfile.ZipInfo:
    """Return the one file of data in an archive."""
    ours = "manifest.json" in names
    found = [
        member
        for member in members
        if member.filename.lower().endswith(_DATA_SUFFIXES)
        and (not ours or member.filename.startswith("incidents."))
    ]
    if "doc.kml" in names:
        found = [member for member in members if member.filename == "doc.kml"]
    if packed > 1:
        refuse(name, "is an archive in an archive in an archive.", "Unpack it first.")
    if not ours:
        # Texts that go along with data are not data.
        data = [one for one in found if not one.filename.lower().endswith(".txt")]
        found = data or found
    if not found:
        refuse(name, "holds no file of a kind read here.", _READ)
    if len(found) > 1:
        shown = ", ".join(member.filename for member in found[:10])
        refuse(name, f"holds several files of data: {shown}.", "Unpack it; choose one.")
    return found[0]
