"""Coordinate reference systems: what a ``crs`` member says, and the way to WGS84."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np

from geo.layer.geojson.coordinates import positions, replaced
from geo.layer.geojson.notes import Notes
from geo.layer.geojson.values import brief, is_number

UNKNOWN_CRS: Final = "unknown"
_CRS84: Final = re.compile(
    r"(urn:ogc:def:crs:OGC:[\d.]*:CRS84h?"
    r"|https?://www\.opengis\.net/def/crs/OGC/[\d.]+/CRS84h?"
    r"|(OGC|CRS)?:?CRS:?84h?|WGS[ _]?84)",
    re.IGNORECASE,
)
_WGS84_CODES: Final = frozenset({4326, 4979})
_EPSG: Final = re.compile(
    r"(?:urn:(?:x-)?ogc:def:crs:(?:EPSG|ESRI):[\d.]*:"
    r"|https?://www\.opengis\.net/def/crs/(?:EPSG|ESRI)/[\d.]+/"
    r"|(?:EPSG|ESRI):{1,2})(\d{4,6})",
    re.IGNORECASE,
)
#: Web Mercator as programs called it before it had a code.
_WEB_MERCATOR: Final = frozenset({900_913, 102_100, 102_113, 3785})


def crs_of(value: Mapping[str, Any], where: str, notes: Notes) -> str:
    """Return the EPSG code an object's coordinates are in.

    Empty for WGS84 (lon, lat); :data:`UNKNOWN_CRS` where it cannot be told,
    with the error noted. Only a number ever reaches PROJ, never a text of the
    file, and nothing is fetched.
    """
    if "crs" not in value:
        return ""
    crs, place = value["crs"], f"{where}.crs" if where else "crs"
    remedy = "Save the data in WGS84 (EPSG:4326) without a crs member."
    if crs is None:
        notes.warn(place, "is null; the data is read as WGS84.", remedy)
        return ""
    if isinstance(crs, dict) and crs.get("type") == "link":
        notes.error(place, "links to a definition; links are never followed.", remedy)
        return UNKNOWN_CRS
    name = _crs_name(crs)
    if name is not None and _CRS84.fullmatch(name):
        notes.warn(place, f"{brief(name)} says what GeoJSON always is.", "Remove it.")
        return ""
    match = _EPSG.fullmatch(name) if name is not None else None
    if match is None:
        message = (
            f"{brief(crs if name is None else name)} is no system of a known code."
        )
        notes.error(place, message, remedy)
        return UNKNOWN_CRS
    return _epsg(int(match[1]), place, notes)


def _crs_name(crs: object) -> str | None:
    """Return the name in a ``crs`` member of the 2008 or an older form, or None."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    if not isinstance(crs, dict) or not isinstance(properties, dict):
        return None
    if crs.get("type") == "EPSG" and is_number(properties.get("code")):
        return f"EPSG:{properties['code']}"
    name = properties.get("name")
    return name.strip() if isinstance(name, str) else None


def _epsg(code: int, place: str, notes: Notes) -> str:
    remedy = "Save the data in WGS84 (EPSG:4326) without a crs member."
    if code in _WEB_MERCATOR:
        code = 3857
    if code in _WGS84_CODES:
        message = f"EPSG:{code} is what GeoJSON always is; read as longitude, latitude."
        notes.warn(place, message, "Remove it.")
        return ""
    if _transformers(code) is None:
        notes.error(place, f"EPSG:{code} is not a map projection known here.", remedy)
        return UNKNOWN_CRS
    notes.warn(place, f"coordinates are converted from EPSG:{code} to WGS84.", remedy)
    return str(code)


@lru_cache(maxsize=32)
def _transformers(code: int) -> tuple[Any, Any] | None:
    """Return the conversions of a system to (lon, lat) and back; None if unknown."""
    # PROJ takes a fifth of a second to load, and few files are not in WGS84.
    import pyproj  # noqa: PLC0415
    import pyproj.network  # noqa: PLC0415

    # Grid files are never fetched: nobody may learn what is read here.
    pyproj.network.set_network_enabled(active=False)  # type: ignore[attr-defined]
    try:
        crs = pyproj.CRS.from_epsg(code)
    except pyproj.exceptions.CRSError:
        return None
    if not (crs.is_projected or crs.is_geographic):
        return None
    there = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
    back = pyproj.Transformer.from_crs(4326, crs, always_xy=True)
    return there, back


def converted(coordinates: Any, depth: int, code: str) -> Any:  # noqa: ANN401
    """Return coordinates in (lon, lat), or None if any lies outside its system."""
    flat = list(positions(coordinates, depth))
    conversions = _transformers(int(code))
    if conversions is None:
        return None
    there, back = conversions
    x, y = (np.array([float(spot[axis]) for spot in flat]) for axis in (0, 1))
    lon, lat = there.transform(x, y)
    again_x, again_y = back.transform(lon, lat)
    with np.errstate(invalid="ignore"):
        off = np.maximum(abs(again_x - x), abs(again_y - y))
    # A place outside a projection comes back elsewhere, or not at all.
    if (
        not np.isfinite(off).all()
        or (off > 1 + 1e-6 * np.maximum(abs(x), abs(y))).any()
    ):
        return None
    # Nine decimals are a tenth of a millimetre; the rest is noise of the formula.
    spots = zip(lon, lat, flat, strict=True)
    degrees = iter(
        [[round(float(a), 9), round(float(b), 9), *spot[2:]] for a, b, spot in spots]
    )
    return replaced(coordinates, depth, degrees)
