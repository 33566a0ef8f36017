"""Writing GeoJSON: the same features always as the same bytes (RFC 7946)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from geo.base.errors import DataError, Fault
from geo.geojson.globe import rewound


def dump_geojson(
    features: Iterable[Mapping[str, Any]],
    *,
    members: Mapping[str, Any] | None = None,
) -> Iterator[bytes]:
    r"""Write features as canonical GeoJSON (RFC 7946), piece by piece.

    UTF-8, one feature a line, members in a fixed order (properties in the order
    given), floats as short as they read back equal, exterior rings
    counter-clockwise, no ``crs``. The same features always give the same bytes.

    Parameters
    ----------
    features
        GeoJSON Features, WGS84, (lon, lat); an id of None is left out. None at
        all gives an empty collection.
    members
        Foreign members of the collection.

    Yields
    ------
    bytes
        Pieces that make the file when joined.

    Raises
    ------
    DataError
        If a feature holds what JSON cannot: NaN, infinity, half a character.

    Examples
    --------
    >>> place = {"type": "Point", "coordinates": [20.46, 44.81]}
    >>> feature = {"type": "Feature", "id": "a", "geometry": place, "properties": {}}
    >>> print(b"".join(dump_geojson([feature])).decode())
    {"type":"FeatureCollection","features":[
    {"type":"Feature","id":"a","geometry":{"type":"Point","coordinates":[20.46,44.81]},"properties":{}}
    ]}
    <BLANKLINE>
    """
    own = {"type", "features", "crs"}
    head = {"type": "FeatureCollection"}
    head |= {name: (members or {})[name] for name in sorted(members or {})}
    head = {name: head[name] for name in head if name == "type" or name not in own}
    yield _json(head, None, None)[:-1] + b',"features":['
    for index, feature in enumerate(features):
        line = _json(_canonical_feature(feature), index, feature.get("id"))
        yield (b",\n" if index else b"\n") + line
    yield b"\n]}\n"


def _canonical_feature(feature: Mapping[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = {"type": "Feature"}
    if feature.get("id") is not None:
        written["id"] = feature["id"]
    written["geometry"] = _canonical_geometry(feature.get("geometry"))
    written["properties"] = feature.get("properties")
    own = {*written, "id", "crs"}
    return written | {
        name: feature[name] for name in sorted(feature) if name not in own
    }


def _canonical_geometry(geometry: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if geometry is None:
        return None
    kind = geometry["type"]
    written: dict[str, Any] = {"type": kind}
    if kind == "GeometryCollection":
        parts = [_canonical_geometry(part) for part in geometry["geometries"]]
        written["geometries"] = parts
    else:
        written["coordinates"] = rewound(kind, geometry["coordinates"])
    own = {*written, "crs"}
    return written | {
        name: geometry[name] for name in sorted(geometry) if name not in own
    }


def _json(value: object, index: int | None, feature_id: object) -> bytes:
    """Return a value as compact JSON in UTF-8."""
    try:
        text = json.dumps(
            value, ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )
        return text.encode()
    except ValueError as error:
        shown = None if feature_id is None else str(feature_id)
        message = f"cannot be written as JSON: {error}."
        remedy = "Replace NaN, infinity and broken characters first."
        fault = Fault("output", message, remedy, index=index, feature_id=shown)
        raise DataError([fault]) from error
