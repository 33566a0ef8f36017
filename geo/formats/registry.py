"""The formats: what each is called, how a file of it is known, and what it loses.

These tables are the only place that lists them: exports, menus and ``--format`` follow
:data:`FORMATS`, opening a file follows :data:`KINDS`. Readers and writers are named by module and function, and are
imported when they are used: the process that reads one CSV must not load Excel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from geo.formats.input_file import InputFile
    from geo.formats.records import Part
    from geo.formats.selection import Selection

ZIP_MEDIA_TYPE: Final = "application/zip"
#: First bytes of zip archives, full and empty.
ZIP_MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
_HEIGHTS: Final = "A height, where a position has one."
_FOREIGN: Final = "Members of a feature or of the collection that are not GeoJSON's."
_RING_ACROSS: Final = "Which way round an outline across the 180th meridian is written."


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A file format: how it is called, known, read and made, and what it loses.

    Parameters
    ----------
    label
        What readers call it.
    suffixes
        How names of files end, without the leading dot; that of exports first.
    media_type
        As registered with IANA, or as programs use it.
    writer
        ``module:function`` in this package; it makes the file of a selection. Empty
        for what is only read.
    reader
        ``module:function`` in this package; it reads an input file.
    magic
        The first bytes; empty for text.
    member
        A pattern of names by which a zip archive is known to be of this format.
    roots
        Names of the outermost element, without prefix, if it is XML.
    mark
        A pattern that the first bytes of a text match, if it is known by that.
    explains_itself
        Whether licence, query, version and data dictionary are inside the file;
        if not, the zip package carries them.
    is_drawn
        Whether programs draw maps of it, so that styles go along in the package; of a
        workbook they list the rows.
    losses
        What reading it back does not give again, one sentence each.
    """

    label: str
    suffixes: tuple[str, ...]
    media_type: str
    writer: str = ""
    reader: str = ""
    magic: tuple[bytes, ...] = ()
    member: str = ""
    roots: tuple[bytes, ...] = ()
    mark: bytes = b""
    explains_itself: bool = False
    is_drawn: bool = True
    losses: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        """How the name of an exported file ends, without the leading dot."""
        return self.suffixes[0]

    def read(self, file: InputFile) -> Iterator[Part]:
        """Go through the records of a file, checked.

        Raises
        ------
        DataError
            If the file cannot be read as this format.
        QueryError
            If an option does not fit the file.
        """
        return _function(self.reader)(file)

    def write(self, selection: Selection) -> Iterator[bytes]:
        """Go through the bytes of a file of the incidents selected.

        Raises
        ------
        DataError
            If a record holds what the format cannot.
        """
        return _function(self.writer)(selection)


def _function(where: str) -> Callable[[Any], Iterator[Any]]:
    """Import a module of this package and return one of its functions."""
    module, _, name = where.partition(":")
    function: Callable[[Any], Iterator[Any]]
    function = getattr(import_module(f"geo.formats.{module}"), name)
    return function


#: The formats by the name they have in the URL and on the command line.
FORMATS: Final[Mapping[str, Format]] = {
    "geojson": Format(
        label="GeoJSON",
        suffixes=("geojson", "json", "ndjson", "jsonl"),
        media_type="application/geo+json",
        writer="geojson:write",
        reader="json_kinds:read",
        explains_itself=True,
    ),
    "geojsonseq": Format(
        label="GeoJSON text sequence",
        suffixes=("geojsons", "geojsonl", "geojsonseq"),
        media_type="application/geo+json-seq",
        writer="geojson:write_sequence",
        reader="json_kinds:read",
        losses=("Members of the collection that are not GeoJSON's.",),
    ),
    "gpkg": Format(
        label="GeoPackage",
        suffixes=("gpkg",),
        media_type="application/geopackage+sqlite3",
        writer="gpkg:write",
        reader="gpkg:read",
        magic=(b"SQLite format 3\x00",),
        explains_itself=True,
        losses=(_HEIGHTS, _FOREIGN),
    ),
    "geoparquet": Format(
        label="GeoParquet",
        suffixes=("parquet", "geoparquet"),
        media_type="application/vnd.apache.parquet",
        writer="geoparquet:write",
        reader="geoparquet:read",
        magic=(b"PAR1",),
        explains_itself=True,
        losses=(_HEIGHTS, _FOREIGN),
    ),
    "fgb": Format(
        label="FlatGeobuf",
        suffixes=("fgb",),
        media_type="application/flatgeobuf",
        writer="flatgeobuf:write",
        reader="flatgeobuf:read",
        magic=(b"fgb\x03",),
        losses=(_HEIGHTS, _FOREIGN, "The order of rows, but row_no tells it."),
    ),
    "kml": Format(
        label="KML",
        suffixes=("kml",),
        media_type="application/vnd.google-earth.kml+xml",
        writer="kml:write",
        reader="kml_reading:read",
        roots=(b"kml",),
        explains_itself=True,
        losses=(_FOREIGN,),
    ),
    "kmz": Format(
        label="KMZ",
        suffixes=("kmz",),
        media_type="application/vnd.google-earth.kmz",
        writer="kml:write_kmz",
        reader="kmz:read",
        magic=ZIP_MAGIC,
        member=r"doc\.kml",
        explains_itself=True,
        losses=(_FOREIGN,),
    ),
    "csv": Format(
        label="CSV",
        suffixes=("csv", "tsv", "tab", "psv", "txt"),
        media_type="text/csv; charset=utf-8",
        writer="csv:write",
        reader="csv_reading:read",
        losses=(_FOREIGN,),
    ),
    "xlsx": Format(
        label="Excel",
        suffixes=("xlsx",),
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        writer="xlsx:write",
        reader="xlsx_reading:read",
        magic=ZIP_MAGIC,
        member=r"xl/workbook[^/]*\.xml",
        explains_itself=True,
        is_drawn=False,
        losses=(_FOREIGN,),
    ),
    "shp": Format(
        label="Shapefile",
        suffixes=("shp.zip", "shp"),
        media_type=ZIP_MEDIA_TYPE,
        writer="shapefile:write",
        reader="shapefile:read",
        magic=(b"\x00\x00\x27\x0a", *ZIP_MAGIC),
        member=r".*\.shp|incidents_unplaced\.dbf",
        explains_itself=True,
        losses=(
            _HEIGHTS,
            _FOREIGN,
            "What exceeds 254 bytes in a text; LIMITS.txt in the archive lists each.",
            "Spaces around a text.",
            "A list of names or further properties of more than 254 bytes, likewise.",
            _RING_ACROSS,
        ),
    ),
}

#: Formats that are read and not written, by a name of ours. What GDAL reads is named by
#: :mod:`geo.formats.gdal_kinds`.
READ_ONLY: Final[Mapping[str, Format]] = {
    "umap": Format(
        label="uMap",
        suffixes=("umap",),
        media_type="application/json",
        reader="json_kinds:read",
    ),
    "gpx": Format(
        label="GPX",
        suffixes=("gpx",),
        media_type="application/gpx+xml",
        reader="gpx:read",
        roots=(b"gpx",),
    ),
    "georss": Format(
        label="GeoRSS",
        suffixes=("rss", "atom"),
        media_type="application/rss+xml",
        reader="georss:read",
        roots=(b"rss", b"feed", b"RDF"),
    ),
    "ods": Format(
        label="OpenDocument spreadsheet",
        suffixes=("ods",),
        media_type="application/vnd.oasis.opendocument.spreadsheet",
        reader="ods:read",
        magic=ZIP_MAGIC,
        member=r"content\.xml",
    ),
    "topojson": Format(
        label="TopoJSON",
        suffixes=("topojson",),
        media_type="application/json",
        reader="json_kinds:read",
    ),
    "gml": Format(
        label="GML",
        suffixes=("gml",),
        media_type="application/gml+xml",
        reader="gdal_kinds:read_gml",
        roots=(b"FeatureCollection",),
    ),
    "mapinfo": Format(
        label="MapInfo",
        suffixes=("mif",),
        media_type=ZIP_MEDIA_TYPE,
        reader="gdal_kinds:read_mapinfo",
        member=r".*\.(map|mif)",
        mark=rb"!table|Version\s+\d+\s+(?i:charset)",
    ),
    "filegdb": Format(
        label="Esri file geodatabase",
        suffixes=(),
        media_type=ZIP_MEDIA_TYPE,
        reader="gdal_kinds:read_geodatabase",
        magic=ZIP_MAGIC,
        member=r".*\.gdbtable",
    ),
    "dxf": Format(
        label="DXF",
        suffixes=("dxf",),
        media_type="image/vnd.dxf",
        reader="gdal_kinds:read_dxf",
        mark=rb"(?:999\r?\n[^\n]*\n)*\s*0\r?\nSECTION",
    ),
}
#: Every format that is read, or written, or both.
KINDS: Final[Mapping[str, Format]] = {**FORMATS, **READ_ONLY}
