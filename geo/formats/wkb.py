"""Well-known binary, written by GEOS and read by ourselves.

Files of others may be made to crash readers: GEOS follows nested collections by
recursion and ends the process on deep ones. Here depth and counts are checked against what the bytes can hold before anything is made.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from typing import Any, Final

import shapely
from shapely.geometry import shape

from geo.layer.geojson import DEPTHS

#: Types of geometry by their number.
TYPES: Final = {
    1: "Point",
    2: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
    7: "GeometryCollection",
}
_MOST_DEPTH: Final = 16
_HAS_Z: Final = 0x80000000
_HAS_M: Final = 0x40000000
_HAS_SRID: Final = 0x20000000


class _Bytes:
    """Bytes being read from the front."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.order = "<"

    def take(self, form: str) -> tuple[Any, ...]:
        form = self.order + form
        size = struct.calcsize(form)
        if self.at + size > len(self.data):
            msg = "ends in the middle"
            raise ValueError(msg)
        values = struct.unpack_from(form, self.data, self.at)
        self.at += size
        return values

    def count(self, least_bytes: int) -> int:
        """Read how many parts follow, each of at least so many bytes."""
        (number,) = self.take("I")
        if number * least_bytes > len(self.data) - self.at:
            msg = f"says that {number} parts follow, more than there are bytes for"
            raise ValueError(msg)
        return int(number)


def read_wkb(data: bytes) -> dict[str, Any]:
    """Return the GeoJSON geometry of well-known binary, ISO or extended.

    Heights are kept, measures left out. Empty geometries have empty coordinates.

    Raises
    ------
    ValueError
        If it is cut off, of an unknown type, or nests too deep.
    """
    source = _Bytes(data)
    geometry = _geometry(source, 0)
    if source.at != len(data):
        msg = "goes on after its end"
        raise ValueError(msg)
    return geometry


def _geometry(source: _Bytes, depth: int) -> dict[str, Any]:
    if depth > _MOST_DEPTH:
        msg = f"nests collections more than {_MOST_DEPTH} deep"
        raise ValueError(msg)
    (order,) = source.take("B")
    if order not in {0, 1}:
        msg = f"begins with {order}, which is no byte order"
        raise ValueError(msg)
    source.order = "<" if order else ">"
    (code,) = source.take("I")
    has_z, has_m = bool(code & _HAS_Z), bool(code & _HAS_M)
    if code & _HAS_SRID:
        source.take("I")
    code &= 0x0FFFFFFF
    dimensions, code = divmod(code, 1000)
    has_z, has_m = has_z or dimensions in {1, 3}, has_m or dimensions in {2, 3}
    kind = TYPES.get(code)
    if kind is None or dimensions > 3:  # noqa: PLR2004 - XY, XYZ, XYM, XYZM
        msg = f"is of type {code}, which GeoJSON does not have"
        raise ValueError(msg)
    size = 2 + has_z + has_m
    if kind == "GeometryCollection":
        parts = [_geometry(source, depth + 1) for _ in range(source.count(9))]
        return {"type": kind, "geometries": parts}
    if kind.startswith("Multi"):
        wanted = kind.removeprefix("Multi")
        inner = [_geometry(source, depth + 1) for _ in range(source.count(9))]
        if any(part["type"] != wanted for part in inner):
            msg = f"has a part that is no {wanted}"
            raise ValueError(msg)
        return {"type": kind, "coordinates": [part["coordinates"] for part in inner]}
    return {
        "type": kind,
        "coordinates": _coordinates(source, DEPTHS[kind], size, keep=2 + has_z),
    }


def _coordinates(source: _Bytes, depth: int, size: int, *, keep: int) -> Any:  # noqa: ANN401
    """Read one position, a line of them, or rings."""
    if depth == 0:
        position = source.take(f"{size}d")
        # An empty point is written as NaN.
        return [] if all(map(math.isnan, position[:2])) else list(position[:keep])
    if depth == 1:
        number = source.count(8 * size)
        flat = source.take(f"{number * size}d")
        return [list(flat[start : start + keep]) for start in range(0, len(flat), size)]
    return [
        _coordinates(source, depth - 1, size, keep=keep) for _ in range(source.count(4))
    ]


def wkb(features: Sequence[Mapping[str, Any]]) -> list[bytes | None]:
    """Return geometries as WKB (ISO, little-endian, flat); None stays None."""
    shapes = [
        shape(part["geometry"]) if part["geometry"] else None for part in features
    ]
    # Little-endian on every machine, so that files are the same everywhere.
    flat = shapely.force_2d(shapes)
    return list(shapely.to_wkb(flat, flavor="iso", byte_order=1)) if shapes else []
