"""Esri JSON: sets of features as ArcGIS servers answer with, and collections of them.

Days are milliseconds since 1970 in it, and the fields say which columns are days; so
they come out as ISO times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from geo.base.errors import Fault
from geo.formats.input_file import WGS84, InputFile, refuse, warning
from geo.formats.json_cells import iso_time
from geo.formats.records import Part, Record, parts_of_records

_DAY: Final = "esriFieldTypeDate"
#: Codes of Esri for systems that EPSG has under another.
_SYSTEMS: Final = {102100: 3857, 102113: 3857, 900913: 3857}
_LEAST_RING: Final = 4
#: What a shape may say besides where it is.
_DESCRIBING: Final = frozenset({"spatialReference", "hasZ", "hasM"})
_AS_LINES: Final = "Ask the server with returnTrueCurves=false, or export it again."

Ring = Sequence[Sequence[float]]


def is_esri(root: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Tell whether a root of JSON is a set of features of Esri, or holds some."""
    return bool(_sets(root))


def read(root: Any, file: InputFile, warnings: list[Fault]) -> Iterator[Part]:  # noqa: ANN401
    """Read the features of a set, or of all sets of a collection.

    Parameters
    ----------
    root
        What :func:`is_esri` is true of.
    file
        The file.
    warnings
        What was odd about its text.

    Raises
    ------
    DataError
        If the sets are in several reference systems, or in one without a known code.
    """
    sets = _sets(root)
    name = file.name
    codes = {_code(one.get("spatialReference")) for one in sets}
    codes.discard(None)
    if len(codes) > 1:
        shown = ", ".join(map(str, sorted(filter(None, codes))))
        message = f"is in several reference systems: {shown}."
        refuse(name, message, "Ask for one of them, such as outSR=4326.")
    if any(one.get("exceededTransferLimit") for one in sets):
        message = "says that the server cut it off: there are more records."
        warnings.append(warning(name, message, "Ask for the others in further pages."))
    code = codes.pop() if codes else file.options.epsg
    if code is None and any(_is_projected(one) for one in sets):
        message = "does not say its reference system by a known code."
        refuse(name, message, "Say it with --crs, or ask the server for outSR=4326.")
    records = (
        _record(feature, _days(one), _domains(one))
        for one in sets
        for feature in one["features"]
    )
    yield from parts_of_records(
        records,
        file,
        kind="esrijson",
        epsg=None if code == WGS84 else code,
        warnings=warnings,
    )


def _sets(root: Any) -> list[Mapping[str, Any]]:  # noqa: ANN401 - any JSON value
    """Return the sets of features in a root; none if it is of another kind."""
    if not isinstance(root, Mapping):
        return []
    inner = root.get("featureCollection", root)
    layers = inner.get("layers") if isinstance(inner, Mapping) else None
    if isinstance(layers, list):
        held = [one.get("featureSet") for one in layers if isinstance(one, Mapping)]
        described = [
            {**one, "fields": _fields_of(layer)} if "fields" not in one else one
            for one, layer in zip(held, layers, strict=False)
            if isinstance(one, Mapping)
        ]
        return [one for one in described if _is_set(one)]
    return [root] if _is_set(root) else []


def _fields_of(layer: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    definition = layer.get("layerDefinition")
    return definition.get("fields") if isinstance(definition, Mapping) else None


def _is_set(one: Mapping[str, Any]) -> bool:
    features = one.get("features")
    if not isinstance(features, list) or one.get("type") == "FeatureCollection":
        return False
    if features:
        return isinstance(features[0], Mapping) and "attributes" in features[0]
    return "geometryType" in one or "fields" in one


def _code(system: object) -> int | None:
    """Return the EPSG code of a system; None if it says none."""
    if not isinstance(system, Mapping):
        return None
    code = system.get("latestWkid") or system.get("wkid")
    if not isinstance(code, int):
        return None
    return _SYSTEMS.get(code, code)


def _is_projected(one: Mapping[str, Any]) -> bool:
    """Tell whether a set says a system that has no code."""
    system = one.get("spatialReference")
    return isinstance(system, Mapping) and bool(system)


def _days(one: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(
        str(field.get("name")) for field in _fields(one) if field.get("type") == _DAY
    )


def _fields(one: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    held = one.get("fields")
    if not isinstance(held, list):
        return []
    return [field for field in held if isinstance(field, Mapping)]


def _domains(one: Mapping[str, Any]) -> dict[str, dict[Any, str]]:
    """Return what the codes of a column stand for, by column."""
    domains: dict[str, dict[Any, str]] = {}
    for field in _fields(one):
        domain = field.get("domain")
        coded = domain.get("codedValues") if isinstance(domain, Mapping) else None
        if isinstance(coded, list):
            domains[str(field.get("name"))] = {
                each["code"]: str(each["name"])
                for each in coded
                if isinstance(each, Mapping)
                and isinstance(each.get("code"), str | int)
                and "name" in each
            }
    return domains


def _record(
    feature: object, days: frozenset[str], domains: Mapping[str, Mapping[Any, str]]
) -> Record:
    said = feature.get("attributes") if isinstance(feature, Mapping) else None
    if not isinstance(feature, Mapping) or not isinstance(said, Mapping | None):
        fault = ("", "is no feature with attributes.", "Export it again.")
        return Record({}, None, faults=(fault,))
    properties = dict(said or {})
    for name in days & properties.keys():
        properties[name] = _time(properties[name])
    for name in domains.keys() & properties.keys():
        value = properties[name]
        if isinstance(value, str | int):
            properties[name] = domains[name].get(value, value)
    try:
        return Record(properties, _geometry(feature.get("geometry")))
    except (TypeError, ValueError, LookupError) as error:
        message = f"cannot be read: {error}. The record has no place."
        note = ("geometry", message, _AS_LINES)
        return Record(properties, None, notes=(note,))


def _time(value: object) -> object:
    """Return milliseconds since 1970 as an ISO time in UTC; anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    time = iso_time(value)
    return value if time is None else time


def _geometry(shape: object) -> dict[str, Any] | None:
    """Return a geometry of GeoJSON; None for none, and for an empty one.

    Raises
    ------
    ValueError
        If it is of a kind that is not read, such as one of curves.
    """
    if not isinstance(shape, Mapping):
        return None
    part = next((part for part in _SHAPES if part in shape), None)
    if part:
        return _SHAPES[part](shape)
    others = [str(name) for name in shape if name not in _DESCRIBING]
    if others:
        msg = f"it is written as {others[0][:40]!r}"
        raise ValueError(msg)
    return None


def _point(shape: Mapping[str, Any]) -> dict[str, Any] | None:
    x, y = shape["x"], shape.get("y")
    if x in {None, "NaN"} or y in {None, "NaN"}:
        return None
    return {"type": "Point", "coordinates": [float(x), float(y)]}


def _points(shape: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "MultiPoint", "coordinates": _flat(shape["points"])}


def _paths(shape: Mapping[str, Any]) -> dict[str, Any]:
    paths = [_flat(path) for path in shape["paths"]]
    return {"type": "MultiLineString", "coordinates": paths}


def _rings(shape: Mapping[str, Any]) -> dict[str, Any] | None:
    areas = _polygons([_flat(ring) for ring in shape["rings"]])
    if areas is None and any(shape["rings"]):
        msg = f"none of its rings has {_LEAST_RING} positions"
        raise ValueError(msg)
    return areas


def _envelope(shape: Mapping[str, Any]) -> dict[str, Any]:
    sides = ("xmin", "ymin", "xmax", "ymax")
    west, south, east, north = (float(shape[side]) for side in sides)
    ring = [[west, south], [east, south], [east, north], [west, north]]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


#: How a shape is read by the member that tells its kind.
_SHAPES: Final[Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any] | None]]] = {
    "x": _point,
    "points": _points,
    "paths": _paths,
    "rings": _rings,
    "xmin": _envelope,
}


def _flat(spots: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return positions of two numbers: a third may be a measure, not a height."""
    return [[float(spot[0]), float(spot[1])] for spot in spots]


def _polygons(rings: list[list[list[float]]]) -> dict[str, Any] | None:
    """Return areas of rings: clockwise ones are outlines, the others holes in them."""
    rings = [ring for ring in rings if len(ring) >= _LEAST_RING]
    outer = [[ring] for ring in rings if _doubled_area(ring) <= 0]
    holes = [ring for ring in rings if _doubled_area(ring) > 0]
    if not outer:
        outer, holes = [[ring] for ring in holes], []
    for hole in holes:
        around = [area for area in outer if _holds(area[0], hole[0])] or outer
        around[0].append(hole)
    if not outer:
        return None
    if len(outer) == 1:
        return {"type": "Polygon", "coordinates": outer[0]}
    return {"type": "MultiPolygon", "coordinates": outer}


def _doubled_area(ring: Ring) -> float:
    """Return twice the area of a ring, negative if it runs clockwise."""
    return sum(one[0] * two[1] - two[0] * one[1] for one, two in pairwise(ring))


def _holds(ring: Ring, spot: Sequence[float]) -> bool:
    """Tell whether a position lies within a ring, by the edges that a ray crosses."""
    x, y = spot[0], spot[1]
    crossed = False
    for one, two in pairwise(ring):
        if (one[1] > y) != (two[1] > y) and x < (two[0] - one[0]) * (y - one[1]) / (
            two[1] - one[1]
        ) + one[0]:
            crossed = not crossed
    return crossed
