"""Writing GeoJSON: the same features always as the same bytes (RFC 7946)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any, Final

from geo.base.errors import DataError, Fault
from geo.layer.geojson.globe import rewound

_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":")
)
#: Types of which equal values are written alike: 0.0 and -0.0 are equal and are not.
_ALIKE: Final = frozenset({str, int, bool})


def dump_geojson(
    features: Iterable[Mapping[str, Any] | bytes],
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
        all gives an empty collection. One that is bytes is the text of a feature as
        :func:`dump_points` makes it, and is written as it is.
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
        line = (
            feature
            if isinstance(feature, bytes)
            else _json(_canonical_feature(feature), index, feature.get("id"))
        )
        yield (b",\n" if index else b"\n") + line
    yield b"\n]}\n"


@dataclass(frozen=True, slots=True)
class JsonTexts:
    """A column whose values are JSON already, as :func:`json_text` writes it."""

    texts: Sequence[str | None]


def dump_points(
    ids: Sequence[str],
    spots: Sequence[Sequence[float] | None],
    properties: Mapping[str, Sequence[Any] | JsonTexts],
) -> Iterator[bytes]:
    """Write features that are given by column as :func:`dump_geojson` writes them.

    Many times faster, as equal values of a column are written once.

    Parameters
    ----------
    ids
        Of the features; none is fine.
    spots
        Where each is, WGS84 (lon, lat), in degrees, finite; None for no geometry.
    properties
        Values by name, each as long as *ids*; None where a feature has none, which is
        left out.

    Yields
    ------
    bytes
        One feature, without a line's end.

    Raises
    ------
    DataError
        As :func:`dump_geojson`.
    """
    columns = [_members(name, values) for name, values in properties.items()]
    bodies = map("".join, zip(*columns, strict=True)) if columns else [""] * len(ids)
    for feature_id, spot, body in zip(ids, spots, bodies, strict=True):
        shape = "null" if spot is None else _point(*spot)
        head = f'{{"type":"Feature","id":{json_text(feature_id)},"geometry":{shape}'
        try:
            yield f'{head},"properties":{{{body[1:]}}}}}'.encode()
        except UnicodeEncodeError as error:
            raise _unwritten(error, None, feature_id) from error


def _point(lon: float, lat: float) -> str:
    return f'{{"type":"Point","coordinates":[{lon!r},{lat!r}]}}'


def _members(name: str, values: Sequence[Any] | JsonTexts) -> Iterator[str]:
    """Go through the values of a property as members with a comma before them."""
    start = f",{json_text(name)}:"
    if isinstance(values, JsonTexts):
        return ("" if text is None else start + text for text in values.texts)
    kinds = {*map(type, values)} - {NoneType}
    if len(kinds) == 1 and kinds <= _ALIKE:
        written = {value: f"{start}{json_text(value)}" for value in {*values}}
        return map({**written, None: ""}.__getitem__, values)
    return ("" if value is None else f"{start}{json_text(value)}" for value in values)


def json_text(value: object) -> str:
    """Return a value as the compact JSON that :func:`dump_geojson` writes.

    Raises
    ------
    DataError
        If it holds what JSON cannot.
    """
    try:
        return _ENCODER.encode(value)
    except ValueError as error:
        raise _unwritten(error, None, None) from error


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
        return _ENCODER.encode(value).encode()
    except ValueError as error:
        raise _unwritten(error, index, feature_id) from error


def _unwritten(error: ValueError, index: int | None, feature_id: object) -> DataError:
    shown = None if feature_id is None else str(feature_id)
    message = f"cannot be written as JSON: {error}."
    remedy = "Replace NaN, infinity and broken characters first."
    return DataError([Fault("output", message, remedy, index=index, feature_id=shown)])
