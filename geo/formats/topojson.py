"""TopoJSON: objects whose lines are made of arcs that they share.

Positions are WGS84 (lon, lat) unless the caller says another system, as nothing in such
a file does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from geo.base.errors import Fault, QueryError
from geo.formats.input_file import InputFile, other_layers_told, refuse
from geo.formats.records import Part, Record, parts_of_records
from geo.model.topojson import DECIMALS, chained, decode_arcs

_COLLECTION: Final = "GeometryCollection"
#: How deep the arcs of a shape nest, by its kind.
_DEPTHS: Final[Mapping[str, int]] = {
    "LineString": 0,
    "MultiLineString": 1,
    "Polygon": 1,
    "MultiPolygon": 2,
}
_MOST_DEPTH: Final = 16


def is_topojson(root: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Tell whether a root of JSON is a topology."""
    return isinstance(root, Mapping) and root.get("type") == "Topology"


def read(root: Any, file: InputFile, warnings: list[Fault]) -> Iterator[Part]:  # noqa: ANN401
    """Read one object of a topology: the chosen one, or the one with most records.

    What has no geometry is a record without a place, as in GeoJSON.

    Parameters
    ----------
    root
        What :func:`is_topojson` is true of.
    file
        The file.
    warnings
        What was odd about its text.

    Raises
    ------
    DataError
        If it has no objects, or its arcs are no arcs.
    QueryError
        If there is no object of the name that the caller says.
    """
    name, layer = file.name, file.options.layer
    objects = root.get("objects")
    held = objects if isinstance(objects, Mapping) else {}
    layers = {str(key): _geometries(one) for key, one in held.items()}
    if not layers:
        refuse(name, "is TopoJSON without objects.", "Export it again.")
    if layer and layer not in layers:
        shown = ", ".join(map(repr, layers))
        raise QueryError("layer", f"{layer!r} is not in {name}; it has {shown}.")
    chosen = layer or max(layers, key=lambda one: len(layers[one]))
    if not layer:
        warnings += other_layers_told(chosen, list(layers), name)
    try:
        topology = _Topology(root)
    except (TypeError, ValueError, KeyError) as error:
        refuse(name, f"is TopoJSON with broken arcs: {error}.", "Export it again.")
    yield from parts_of_records(
        map(topology.record, layers[chosen]),
        file,
        kind="topojson",
        epsg=file.options.epsg,
        warnings=warnings,
    )


def _geometries(one: Any) -> list[Any]:  # noqa: ANN401 - any JSON value
    """Return the geometries of an object, each of which is a record."""
    if isinstance(one, Mapping) and one.get("type") == _COLLECTION:
        inner = one.get("geometries")
        return inner if isinstance(inner, list) else []
    return [one]


class _Topology:
    """The arcs of a topology, as positions, and where whole steps are on the Earth.

    Raises
    ------
    TypeError, ValueError, KeyError
        If they are none.
    """

    def __init__(self, root: Mapping[str, Any]) -> None:
        transform = root.get("transform")
        arcs = root.get("arcs") or []
        self._step = self._origin = None
        if isinstance(transform, Mapping):
            self._step = np.asarray(transform["scale"], dtype=float)
            self._origin = np.asarray(transform["translate"], dtype=float)
            self._arcs = decode_arcs({"transform": transform, "arcs": arcs})
        else:
            self._arcs = tuple(np.asarray(arc, dtype=float) for arc in arcs)

    def _position(self, spot: list[float]) -> list[float]:
        if self._step is None or self._origin is None:
            return [float(number) for number in spot]
        on_earth = np.asarray(spot[:2], dtype=float) * self._step + self._origin
        position: list[float] = on_earth.round(DECIMALS).tolist()
        return position

    def record(self, one: Any) -> Record:  # noqa: ANN401 - any JSON value
        """Return a geometry with its properties as a record."""
        said = one.get("properties") if isinstance(one, Mapping) else None
        if not isinstance(one, Mapping) or not isinstance(said, Mapping | None):
            fault = ("", "is no geometry with properties.", "Export it again.")
            return Record({}, None, faults=(fault,))
        own = {} if one.get("id") is None else {"id": one["id"]}
        properties = {**own, **(said or {})}
        try:
            return Record(properties, self._geometry(one, 0))
        except (TypeError, ValueError, KeyError, IndexError) as error:
            message = f"cannot be read: {error}. It has no place."
            note = ("geometry", message, "Export it again.")
            return Record(properties, None, notes=(note,))

    def _geometry(self, one: Mapping[str, Any], depth: int) -> dict[str, Any] | None:
        kind = one.get("type")
        if kind is None:
            return None
        if kind == _COLLECTION and depth < _MOST_DEPTH:
            inner = [self._geometry(part, depth + 1) for part in one["geometries"]]
            return {"type": kind, "geometries": [part for part in inner if part]}
        if kind == "Point":
            return {"type": kind, "coordinates": self._position(one["coordinates"])}
        if kind == "MultiPoint":
            spots = [self._position(spot) for spot in one["coordinates"]]
            return {"type": kind, "coordinates": spots}
        if kind not in _DEPTHS:
            msg = f"{str(kind)[:40]!r} is no kind of geometry"
            raise ValueError(msg)
        return {"type": kind, "coordinates": self._lines(one["arcs"], _DEPTHS[kind])}

    def _lines(self, arcs: list[Any], depth: int) -> list[Any]:
        """Return arcs as one line, or lists of arcs as lists of lines."""
        if depth:
            return [self._lines(part, depth - 1) for part in arcs]
        line: list[Any] = chained(arcs, self._arcs).tolist()
        return line
