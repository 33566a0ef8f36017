"""Exports: exactly the incidents a query asks for, as files for other tools.

One function makes the bytes for the page, the HTTP route and the command line, so
that all three give the same file for the same query and version of the layer.
"""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
from shapely import to_wkt
from shapely.geometry import shape

from geo.engine import Engine
from geo.errors import ExportError
from geo.geojson import dump_geojson
from geo.incident import PROPERTIES, crosswalk
from geo.query import Query

Feature = Mapping[str, Any]
#: A cell that begins so may run as a formula in a spreadsheet (CWE-1236).
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
#: Decimals of WKT coordinates: a tenth of a metre.
_WKT_DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: how it is called, and how it is made of features."""

    label: str
    suffix: str
    media_type: str
    write: Callable[[Iterable[Feature], str], Iterator[bytes]]


def columns(feature: Feature) -> dict[str, Any]:
    """Return a feature as one flat row: texts, numbers and truth values.

    Lists of names are joined by "; "; actors and citations, which have parts, are
    JSON. The precision codes of ACLED and UCDP are added.
    """
    properties = feature["properties"]
    row: dict[str, Any] = {"id": feature["id"]}
    for name in PROPERTIES:
        row[name] = _flat(name, properties.get(name))
        if name == "precision":
            row.update(crosswalk(properties.get(name)))
    for name, value in properties.items():
        if name not in PROPERTIES:
            row[name] = _flat(name, value)
    return row


def geojson(features: Iterable[Feature], version: str) -> Iterator[bytes]:
    """Write GeoJSON (RFC 7946), one feature a line, the same bytes each time."""
    members = {"layer_version": version}
    return dump_geojson((dict(feature) for feature in features), members=members)


def csv_rows(features: Iterable[Feature], version: str) -> Iterator[bytes]:
    """Write CSV (RFC 4180, UTF-8) with lon, lat and WKT.

    ``lon`` and ``lat`` are of points only. Text cells that a spreadsheet would run
    as a formula begin with an apostrophe; numbers are left alone.
    """
    del version
    names: list[str] | None = None
    for feature in features:
        row = {**columns(feature), **_places(feature)}
        if names is None:
            names = list(row)
            yield _csv_line(names)
        yield _csv_line([_safe_cell(row.get(name)) for name in names])
    if names is None:
        empty = {"id": "", "geometry": None, "properties": {}}
        yield _csv_line(list({**columns(empty), **_places(empty)}))


def geopackage(features: Iterable[Feature], version: str) -> Iterator[bytes]:
    """Write a GeoPackage 1.3 with one layer, ``incidents``, in EPSG:4326.

    Version 1.3 because QGIS 3.22 warns of later ones.
    """
    rows, geometries = [], []
    for feature in features:
        rows.append({**columns(feature), "layer_version": version})
        written = feature["geometry"]
        geometries.append(shape(written) if written else None)
    frame = gpd.GeoDataFrame(
        rows or {"id": []}, geometry=gpd.GeoSeries(geometries, crs="EPSG:4326")
    )
    # GDAL keeps "id" for the key of its own; the incident's goes by another name.
    frame = frame.rename(columns={"id": "incident_id"})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "incidents.gpkg"
        frame.to_file(
            path,
            layer="incidents",
            driver="GPKG",
            engine="pyogrio",
            geometry_type="Unknown",
            dataset_options={"VERSION": "1.3"},
        )
        yield path.read_bytes()


#: The formats by the name they have in the URL and on the command line.
FORMATS: Final[Mapping[str, Format]] = {
    "geojson": Format("GeoJSON", "geojson", "application/geo+json", geojson),
    "csv": Format("CSV", "csv", "text/csv; charset=utf-8", csv_rows),
    "gpkg": Format("GeoPackage", "gpkg", "application/geopackage+sqlite3", geopackage),
}


def export_file(engine: Engine, query: Query, name: str) -> bytes:
    """Return a file of the incidents that a query asks for.

    Parameters
    ----------
    engine
        The layer.
    query
        Which incidents; none gives a valid file without records.
    name
        One of :data:`FORMATS`.
    """
    pieces = FORMATS[name].write(engine.features(query), engine.version)
    return b"".join(pieces)


def write_export(engine: Engine, query: Query, name: str, path: Path) -> None:
    """Write a file of the incidents that a query asks for, whole or not at all.

    Raises
    ------
    ExportError
        If the file cannot be written; what was there before is still there.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with aside.open("wb") as file:
            for piece in FORMATS[name].write(engine.features(query), engine.version):
                file.write(piece)
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        msg = f"{path} could not be written: {error}. Give a file in a folder that can be."
        raise ExportError(msg) from error


def _flat(name: str, value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a property's value as a text, number, truth value or None."""
    if name in {"alleged_by", "denied_by"}:
        return "; ".join(value or ())
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value


def _places(feature: Feature) -> dict[str, Any]:
    written = feature["geometry"]
    geometry = shape(written) if written else None
    point = geometry is not None and geometry.geom_type == "Point"
    return {
        "lon": written["coordinates"][0] if written and point else None,
        "lat": written["coordinates"][1] if written and point else None,
        "wkt": to_wkt(geometry, rounding_precision=_WKT_DECIMALS) if geometry else None,
    }


def _safe_cell(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def _csv_line(cells: list[Any]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode()
