"""The formats, and what each of them loses.

One function makes the bytes for the page, the HTTP route and the command line, so
that all three give the same file for the same query and version of the layer.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geo.base.errors import ExportError
from geo.base.files import whole_file
from geo.engine import Engine
from geo.export.selection import select
from geo.formats.companions import checksum, companions, manifest
from geo.formats.csv_writing import csv_rows
from geo.formats.features import geojson, geojson_sequence
from geo.formats.geoparquet_writing import geoparquet
from geo.formats.kml_writing import kml, kmz
from geo.formats.relational_writing import flatgeobuf, geopackage
from geo.formats.selection import Selection
from geo.formats.shapefile_writing import shapefile
from geo.formats.stored import SteadyZip, checksum_of, chunks, gathered
from geo.formats.xlsx_writing import workbook
from geo.model.query import Query
from geo.model.sources import Sources
from geo.model.vocabulary import Vocabulary

ZIP_MEDIA_TYPE: Final = "application/zip"
_HEIGHTS: Final = "A height, where a position has one."
_FOREIGN: Final = "Members of a feature or of the collection that are not GeoJSON's."
_RING_ACROSS: Final = "Which way round an outline across the 180th meridian is written."


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: how it is called, made, and what it does not keep.

    Parameters
    ----------
    label
        What readers call it.
    suffix
        How the file's name ends, without the leading dot.
    media_type
        As registered with IANA, or as programs use it.
    write
        Makes the file of a selection, in pieces.
    explains_itself
        Whether licence, query, version and data dictionary are inside the file;
        if not, the zip package carries them.
    losses
        What reading it back does not give again, one sentence each.
    """

    label: str
    suffix: str
    media_type: str
    write: Callable[[Selection], Iterator[bytes]]
    explains_itself: bool
    losses: tuple[str, ...] = ()


#: The formats by the name they have in the URL and on the command line.
FORMATS: Final[Mapping[str, Format]] = {
    "geojson": Format("GeoJSON", "geojson", "application/geo+json", geojson, True),
    "geojsonseq": Format(
        "GeoJSON text sequence",
        "geojsons",
        "application/geo+json-seq",
        geojson_sequence,
        False,
        ("Members of the collection that are not GeoJSON's.",),
    ),
    "gpkg": Format(
        "GeoPackage",
        "gpkg",
        "application/geopackage+sqlite3",
        geopackage,
        True,
        (_HEIGHTS, _FOREIGN),
    ),
    "geoparquet": Format(
        "GeoParquet",
        "parquet",
        "application/vnd.apache.parquet",
        geoparquet,
        True,
        (_HEIGHTS, _FOREIGN),
    ),
    "fgb": Format(
        "FlatGeobuf",
        "fgb",
        "application/flatgeobuf",
        flatgeobuf,
        False,
        (_HEIGHTS, _FOREIGN, "The order of rows, but row_no tells it."),
    ),
    "kml": Format(
        "KML",
        "kml",
        "application/vnd.google-earth.kml+xml",
        kml,
        True,
        (_FOREIGN,),
    ),
    "kmz": Format(
        "KMZ", "kmz", "application/vnd.google-earth.kmz", kmz, True, (_FOREIGN,)
    ),
    "csv": Format(
        "CSV", "csv", "text/csv; charset=utf-8", csv_rows, False, (_FOREIGN,)
    ),
    "xlsx": Format(
        "Excel",
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        workbook,
        True,
        (_FOREIGN,),
    ),
    "shp": Format(
        "Shapefile",
        "shp.zip",
        ZIP_MEDIA_TYPE,
        shapefile,
        True,
        (
            _HEIGHTS,
            _FOREIGN,
            "What exceeds 254 bytes in a text; LIMITS.txt in the archive lists each.",
            "Spaces around a text.",
            "A list of names or further properties of more than 254 bytes, likewise.",
            _RING_ACROSS,
        ),
    ),
}
PACKAGES: Final = ("plain", "zip")


def losses() -> Mapping[str, tuple[str, ...]]:
    """Return what each format does not keep, by name; empty for one that keeps all."""
    return {name: kind.losses for name, kind in FORMATS.items()}


def pieces(
    selection: Selection, name: str, *, package: str = "plain"
) -> Iterator[bytes]:
    """Go through the bytes of a file.

    Parameters
    ----------
    selection
        Which incidents; none gives a valid file without records.
    name
        One of :data:`FORMATS`.
    package
        ``plain`` for the file itself, ``zip`` for an archive of it with manifest,
        README, data dictionary, sources and styles; a Shapefile is one in any case.

    Raises
    ------
    DataError
        If a record holds what the format cannot.
    """
    kind = FORMATS[name]
    packed = _is_packed(name, package)
    return gathered(_packed(selection, kind) if packed else kind.write(selection))


def export_file(  # noqa: PLR0913 - the keywords are the deployment's defaults
    engine: Engine,
    query: Query,
    name: str,
    *,
    package: str = "plain",
    vocabulary: Vocabulary | None = None,
    sources: Sources | None = None,
) -> bytes:
    """Return a file of the incidents that a query asks for.

    Parameters
    ----------
    engine
        The layer.
    query
        Which incidents; none gives a valid file without records.
    name, package
        As for :func:`pieces`.
    vocabulary, sources
        By default the deployment's.

    Raises
    ------
    DataError
        As :func:`pieces`.
    """
    selection = select(engine, query, vocabulary=vocabulary, sources=sources)
    return b"".join(pieces(selection, name, package=package))


def write_selection(
    selection: Selection, name: str, path: Path, *, package: str = "plain"
) -> None:
    """Write a selection to a file, whole or not at all.

    Raises
    ------
    ExportError
        If the file cannot be written; what was there before is still there.
    DataError
        As :func:`pieces`.
    """
    try:
        with whole_file(path) as draft, draft.open("wb") as file:
            file.writelines(pieces(selection, name, package=package))
    except OSError as error:
        msg = f"{path} could not be written: {error}. Give a file in a folder that can be."
        raise ExportError(msg) from error


def file_name(name: str, *, package: str = "plain") -> str:
    """Return what a file of that format is called: ``incidents.gpkg``."""
    return (
        f"incidents.{FORMATS[name].suffix}{'.zip' if _is_packed(name, package) else ''}"
    )


def _is_packed(name: str, package: str) -> bool:
    """Tell whether a file is put into an archive; one that is an archive is not."""
    return package == "zip" and FORMATS[name].media_type != ZIP_MEDIA_TYPE


def media_type(name: str, *, package: str = "plain") -> str:
    """Return the media type of a file of that format."""
    return ZIP_MEDIA_TYPE if package == "zip" else FORMATS[name].media_type


def _packed(selection: Selection, kind: Format) -> Iterator[bytes]:
    """Go through a zip archive of a file with everything that explains it."""
    with tempfile.TemporaryDirectory() as folder:
        plain, path = Path(folder) / "plain", Path(folder) / "package.zip"
        with plain.open("wb") as file:
            file.writelines(kind.write(selection))
        along = dict(companions(selection))
        files = {f"incidents.{kind.suffix}": checksum_of(plain)}
        files |= {name: checksum(content) for name, content in along.items()}
        with SteadyZip(path, selection.about.made) as archive:
            archive.add("manifest.json", manifest(selection, files))
            archive.add_file(f"incidents.{kind.suffix}", plain)
            for name, content in along.items():
                archive.add(name, content)
        yield from chunks(path)
