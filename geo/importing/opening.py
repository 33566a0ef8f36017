"""What a file is, told by its first bytes, and the reader that it gets."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from geo.errors import QueryError
from geo.importing.archive import checked_members, unpack
from geo.importing.delimited import read_delimited
from geo.importing.geopackage import read_geopackage
from geo.importing.guarded import gather_shapefile, read_flatgeobuf, read_shapefile
from geo.importing.keyhole import read_kml
from geo.importing.parquet import read_geoparquet
from geo.importing.raw import Raw, check_size, content, raw_of_geojson, refuse
from geo.importing.spreadsheet import read_workbook

#: First bytes of what is read here, and of what is not.
_SIGNATURES: Final[Mapping[bytes, str]] = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"PAR1": "parquet",
    b"SQLite format 3\x00": "gpkg",
    b"fgb\x03": "fgb",
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
_SHAPE_SUFFIXES: Final = ("shp", "shx", "dbf", "prj", "cpg")
#: Parts of an export of ours.
_OURS: Final = frozenset(
    {"incidents_points", "incidents_lines", "incidents_areas"}
    | {"incidents_unplaced", "actors", "citations"}
)
_READ: Final = (
    "Read are GeoJSON, CSV, GeoPackage, GeoParquet, FlatGeobuf, KML, KMZ, Excel and "
    "zipped Shapefiles."
)
#: Head of a text that is looked at.
_HEAD_BYTES: Final = 4_096


@dataclass(frozen=True, slots=True)
class Opening:
    """How a file is to be read, where it does not say itself.

    Parameters
    ----------
    layer
        The layer or sheet, for files with several.
    encoding
        Of CSV and Shapefile texts.
    epsg
        The code of the coordinates' system, for files that do not tell theirs.
    mapped
        Properties by column, of which the coordinates are used here.
    """

    layer: str = ""
    encoding: str = "utf-8"
    epsg: int | None = None
    mapped: Mapping[str, str] = field(default_factory=dict)


def open_file(path: Path, opening: Opening) -> Raw:
    """Read a file by what it is, whatever it is called.

    Raises
    ------
    DataError
        If it is not of a kind read here, is broken, or is harmful.
    QueryError
        If an option does not fit the file.
    """
    return _open(path, str(path), path.name.lower(), opening, packed=0)


def _open(path: Path, name: str, called: str, opening: Opening, *, packed: int) -> Raw:
    check_size(path, name)
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    kind = next(
        (_SIGNATURES[mark] for mark in _SIGNATURES if head.startswith(mark)), ""
    )
    if kind == "zip":
        return _open_zip(path, name, opening, packed=packed)
    if kind == "parquet":
        return read_geoparquet(path, name, epsg=opening.epsg)
    if kind == "gpkg":
        return read_geopackage(path, name, layer=opening.layer, epsg=opening.epsg)
    if kind == "fgb":
        return read_flatgeobuf(path, name, epsg=opening.epsg)
    for mark, what in _FOREIGN.items():
        if head.startswith(mark):
            refuse(name, f"is {what}.", _READ)
    return _open_plain(path, name, called, head, opening)


def _open_plain(
    path: Path, name: str, called: str, head: bytes, opening: Opening
) -> Raw:
    """Read a text, or one of the old formats that are known by their name."""
    suffix = PurePosixPath(called).suffix
    if suffix == ".shp":
        with tempfile.TemporaryDirectory() as folder:
            gather_shapefile(path, Path(folder), name)
            return _read_shapes(Path(folder), name, opening, stems={})
    if suffix in _SIGNED_SUFFIXES:
        refuse(name, f"is not a {_SIGNED_SUFFIXES[suffix]} file.", "Export it again.")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if b"<OGRVRTDataSource" in head or suffix == ".vrt":
        message = "is a GDAL virtual file: it only points at other files."
        refuse(name, message, "Give the file that it points at.")
    if suffix == ".kml" or (start.startswith(b"<") and b"<kml" in head):
        return read_kml(content(path, name), name)
    as_json = suffix in _JSON_SUFFIXES or start[:1] in {b"{", b"[", b"\x1e"}
    if suffix in _TABLE_SUFFIXES and not start.startswith(b"<"):
        return read_delimited(
            content(path, name), name, encoding=opening.encoding, mapped=opening.mapped
        )
    if not as_json and not start.startswith(b"<"):
        refuse(name, "is not of a kind read here.", _READ)
    # Strict reading says what else it is: a web page, XML, UTF-16.
    return raw_of_geojson(content(path, name), name)


def _open_zip(path: Path, name: str, opening: Opening, *, packed: int) -> Raw:
    """Read what an archive holds: a format that is one, or one file of data."""
    members = checked_members(path, name)
    names = [member.filename for member in members]
    if "[Content_Types].xml" in names and any(one.startswith("xl/") for one in names):
        return read_workbook(path, name, layer=opening.layer, mapped=opening.mapped)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if any(one.lower().endswith(".shp") for one in names):
            stems = _unpack_shapes(path, members, folder, name)
            return _read_shapes(folder, name, opening, stems=stems)
        chosen = _only_data(members, names, name, packed=packed)
        inner = folder / "member"
        unpack(path, chosen, inner, name)
        called = chosen.filename.lower()
        shown = f"{name}/{chosen.filename}"
        return _open(inner, shown, called, opening, packed=packed + 1)


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


def _unpack_shapes(
    path: Path, members: list[zipfile.ZipInfo], folder: Path, name: str
) -> dict[str, str]:
    """Unpack the parts of Shapefiles under names of our own; return those, by layer."""
    stems: dict[str, str] = {}
    for member in members:
        called = PurePosixPath(member.filename)
        suffix = called.suffix.lower().removeprefix(".")
        if suffix not in _SHAPE_SUFFIXES:
            continue
        stem = called.stem if called.stem in _OURS else f"layer{len(stems) + 1}"
        stem = stems.setdefault(called.stem, stem)
        unpack(path, member, folder / f"{stem}.{suffix}", name)
    return stems


def _read_shapes(
    folder: Path, name: str, opening: Opening, *, stems: Mapping[str, str]
) -> Raw:
    """Read unpacked Shapefiles; *stems* are our names for them by theirs."""
    layers = [said for said, stem in stems.items() if (folder / f"{stem}.shp").exists()]
    ours = _OURS & set(layers)
    if opening.layer and opening.layer not in layers:
        shown = ", ".join(map(repr, layers)) or "one layer without a name"
        raise QueryError(
            "layer", f"{opening.layer!r} is not in {name}; it has {shown}."
        )
    if len(layers) > 1 and not ours and not opening.layer:
        shown = ", ".join(map(repr, layers))
        raise QueryError(
            "layer", f"{name} has several: {shown}. Choose one with --layer."
        )
    layer = stems.get(opening.layer, "")
    return read_shapefile(
        folder, name, layer=layer, epsg=opening.epsg, encoding=opening.encoding
    )
