"""Geometries of a dump: one point, line or area each, or the reason to refuse one.

They pass the same check as those of GeoJSON (:mod:`geo.layer.geojson.geometry`), so that a
dump that is built and a file that is imported are judged alike.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn

import numpy as np
import pyarrow as pa
import shapely
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry

from geo.base.errors import Code, DataError, Fault
from geo.formats.wkb import TYPES
from geo.layer.geojson import LIMITS, Notes
from geo.layer.geojson.geometry import read_geometry
from geo.layer.geojson.notes import ReadState
from geo.layer.table import marker_point
from geo.model.incident import geometry_json
from geo.model.vocabulary import SHAPES

_HEAD_BYTES: Final = 5
_MOST_LONGITUDE: Final = 180.0
#: Systems whose coordinates are degrees of WGS84; GeoParquet has longitude first.
_WGS84: Final = frozenset({"OGC:CRS84", "OGC:CRS84h", "EPSG:4326"})


def geometry_column(schema: pa.Schema, file: str) -> str | None:
    """Return which column of a Parquet file has its geometries; None if none has.

    That is the primary column of GeoParquet (OGC 23-066); in Parquet that does not
    say so, a column called geometry.

    Parameters
    ----------
    schema
        The file's columns and metadata.
    file
        What to call it in messages.

    Raises
    ------
    DataError
        If the geometries are not well-known binary in WGS84.
    """
    written = (schema.metadata or {}).get(b"geo")
    if written is None:
        plain = {name.strip().lower(): name for name in schema.names}
        described: Mapping[str, Any] = {"encoding": "WKB"}
        column = plain.get("geometry")
        if column is None:
            return None
    else:
        try:
            metadata = json.loads(written)
            column, described = _described(metadata)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            _refuse(file, f"has 'geo' metadata that cannot be understood: {error!r}.")
    if column not in schema.names:
        _refuse(file, f"says its geometry is in {column!r}, but has no such column.")
    kind = schema.field(column).type
    if described.get("encoding") != "WKB" or not _is_binary(kind):
        _refuse(file, f"writes its geometry as {kind}, not as well-known binary.")
    # Where nothing is said, the standard has OGC:CRS84; null is an unknown system.
    said = described.get("crs", "OGC:CRS84")
    crs = said.get("id") if isinstance(said, Mapping) else said
    if isinstance(crs, Mapping):
        crs = f"{crs.get('authority')}:{crs.get('code')}"
    if crs not in _WGS84:
        _refuse(file, f"has coordinates in {crs or 'an unknown system'}, not WGS84.")
    return column


# Numbers that are none are refused below; numpy need not warn of them besides.
@np.errstate(invalid="ignore")
def shape_columns(column: pa.Array) -> dict[str, pa.Array]:
    """Return where geometries are, as columns with a row for each.

    ``lon`` and ``lat`` (texts, degrees) are a point itself, the middle of a line or
    a point inside an area; ``shape`` is the WKB (ISO, little-endian) of what is more
    than a plain point, ``shape_type`` its type in GeoJSON. ``fault`` says why a
    geometry is refused. All are null where there is no geometry.

    Parameters
    ----------
    column
        Well-known binary, ISO or extended, (lon, lat) in WGS84; may be empty.
        Measures (M) are left out, as GeoJSON has none.
    """
    written = column.to_pylist()
    kinds = [None if wkb is None else _kind(wkb) for wkb in written]
    columns: dict[str, list[Any]] = {
        name: [None] * len(written)
        for name in ("lon", "lat", "shape", "shape_type", "fault")
    }
    # Points are most of most dumps: read at once, and judged by the engine.
    points = shapely.from_wkb(
        [
            wkb if kind == "Point" else None
            for wkb, kind in zip(written, kinds, strict=True)
        ],
        on_invalid="ignore",
    )
    points[shapely.is_empty(points)] = None  # they have no coordinates to ask for
    lons, lats = shapely.get_x(points), shapely.get_y(points)
    plain = np.isfinite(lons) & np.isfinite(lats)
    plain &= ~shapely.has_z(points) & ~shapely.has_m(points)
    for row, kind in enumerate(kinds):
        if plain[row]:
            columns["lon"][row], columns["lat"][row] = _texts(lons[row], lats[row])
        elif kind is not None:
            try:
                shape = _drawn(written[row], kind)
            except ValueError as error:
                columns["fault"][row] = f"geometry: {error}"
                continue
            spot = marker_point(shape)
            columns["lon"][row], columns["lat"][row] = _texts(spot.x, spot.y)
            columns["shape"][row] = shapely.to_wkb(shape, flavor="iso", byte_order=1)
            columns["shape_type"][row] = shape.geom_type
    return {
        name: pa.array(values, pa.binary() if name == "shape" else pa.string())
        for name, values in columns.items()
    }


def _described(described: Any) -> tuple[str, Mapping[str, Any]]:  # noqa: ANN401 - any JSON
    """Return the primary column of GeoParquet's metadata, and what is said of it."""
    column = described["primary_column"]
    return str(column), dict(described["columns"][column])


def _is_binary(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _refuse(file: str, message: str) -> NoReturn:
    remedy = "Write it as GeoParquet 1.0 or 1.1: WKB in EPSG:4326."
    raise DataError([Fault(file, message, remedy, code=Code.UNREADABLE)])


def _texts(lon: float, lat: float) -> tuple[str, str]:
    """Return coordinates as texts that are read as the same numbers."""
    return repr(float(lon)), repr(float(lat))


def _kind(wkb: bytes) -> str:
    """Return the type of a geometry by its first bytes; empty for an unknown one."""
    if len(wkb) < _HEAD_BYTES or wkb[0] not in {0, 1}:
        return ""
    code = int.from_bytes(wkb[1:_HEAD_BYTES], "little" if wkb[0] else "big")
    # The highest four bits are flags of the extended form, thousands those of ISO.
    return TYPES.get((code & 0x0FFFFFFF) % 1000, "")


def _drawn(wkb: bytes, kind: str) -> BaseGeometry:
    """Return one geometry as a layer may have it, its rings wound as in GeoJSON.

    Raises
    ------
    ValueError
        If a layer may not; says why, and what to do.
    """
    if kind not in SHAPES:
        # Never read: GEOS ends the process on collections that nest too deep.
        article = f"a {kind}" if kind else "what is no well-known binary of GeoJSON"
        msg = (
            f"{article} cannot place an incident. Give points, lines or areas, of one "
            "kind in a row"
        )
        raise ValueError(msg)
    try:
        shape = shapely.from_wkb(wkb)
    except shapely.errors.ShapelyError as error:
        msg = f"cannot be read: {str(error).strip()}. Write it anew"
        raise ValueError(msg) from error
    if shape.is_empty:
        msg = f"is an empty {kind}. Write null if the place is not known"
        raise ValueError(msg)
    if not np.isfinite(shapely.get_coordinates(shape, include_z=shape.has_z)).all():
        msg = "a coordinate is not a finite number. Correct it"
        raise ValueError(msg)
    if shape.has_m:
        plain = shapely.to_wkb(shape, output_dimension=3 if shape.has_z else 2)
        shape = shapely.from_wkb(plain)
    notes = Notes("")
    checked = read_geometry(
        geometry_json(shape), "geometry", ReadState(notes, LIMITS), "", 0
    )
    if checked is None:
        first = next(fault for fault in notes.faults() if fault.severity == "error")
        msg = f"{first.message} {first.remedy}".rstrip(".")
        raise ValueError(msg)
    west, _, east, _ = shape.bounds
    if west < -_MOST_LONGITUDE or east > _MOST_LONGITUDE:
        msg = "longitudes leave -180 to 180. Cut it at 180 (RFC 7946, 3.1.9)"
        raise ValueError(msg)
    return shape_of(checked)
