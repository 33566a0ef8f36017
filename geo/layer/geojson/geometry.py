"""Geometries: each checked, mended where the meaning is plain, else left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from geo.base.errors import Code
from geo.layer.geojson.coordinates import (
    DEPTHS,
    GEOMETRY_TYPES,
    MOST_LATITUDE,
    MOST_LONGITUDE,
    RFC,
    check_range,
    check_shape,
    even,
    positions,
    pruned,
)
from geo.layer.geojson.crs import UNKNOWN_CRS, converted, crs_of
from geo.layer.geojson.globe import crosses, invalidity, rewound, wrapped
from geo.layer.geojson.members import check_bbox, note_foreign, note_type
from geo.layer.geojson.notes import Notes, ReadState
from geo.layer.geojson.values import (
    Doubled,
    brief,
    check_names,
    check_values,
    is_number,
)

_FOREIGN_TO_GEOMETRY: Final = ("geometry", "properties", "features")


def read_geometry(
    value: object, where: str, draft: ReadState, crs: str, depth: int
) -> dict[str, Any] | None:
    """Check and mend one geometry; None where it is empty or at fault."""
    notes = draft.notes
    if not isinstance(value, dict):
        message = f"is {brief(value)}; a geometry object or null is needed."
        notes.error(where, message, RFC)
        return None
    if depth > draft.limits.max_depth:
        message = f"collections nest more than {draft.limits.max_depth} deep."
        notes.error(where, message, "Flatten them.")
        return None
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in GEOMETRY_TYPES:
        note_type(kind, GEOMETRY_TYPES, notes, where)
        return None
    if kind == "Point" and not crs and len(value) == 2 and _is_sound_point(value):  # noqa: PLR2004
        return {"type": kind, "coordinates": value["coordinates"]}
    errors_before = notes.errors
    note_foreign(value, _FOREIGN_TO_GEOMETRY, where, kind, notes)
    crs = crs_of(value, where, notes) if "crs" in value else crs
    check_bbox(value, where, notes, crs)
    others = {
        name: value[name] for name in value if name not in {"coordinates", "geometries"}
    }
    if isinstance(value, Doubled):
        check_names(value, where, draft)
    check_values(others, where, draft, depth)
    kept = {name: others[name] for name in others if name not in {"crs", "bbox"}}
    if kind == "GeometryCollection":
        mended = _collection(value, where, draft, crs, depth)
    else:
        mended = _mended(kind, value, where, notes, crs)
    if mended is None or notes.errors > errors_before:
        return None
    bbox = {"bbox": value["bbox"]} if value.get("bbox") is not None else {}
    same = all(value.get(name) == mended[name] for name in mended)
    return {**kept, **mended, **(bbox if same else {})}


def _is_sound_point(value: Mapping[str, Any]) -> bool:
    """Tell whether a point is surely as it should be, as nearly all are.

    What is not is looked at closely, and told. A zero may stand for no place.
    """
    match value.get("coordinates"):
        case [int() | float() as lon, int() | float() as lat]:
            return (
                is_number(lon)
                and is_number(lat)
                and -MOST_LONGITUDE <= lon <= MOST_LONGITUDE
                and -MOST_LATITUDE <= lat <= MOST_LATITUDE
                and bool(lon or lat)
                and isinstance(value["coordinates"], list)
                and not isinstance(value, Doubled)
            )
    return False


def _collection(
    value: Mapping[str, Any], where: str, draft: ReadState, crs: str, depth: int
) -> dict[str, Any] | None:
    """Check the members of a GeometryCollection."""
    notes, members = draft.notes, value.get("geometries")
    if "coordinates" in value:
        message = "a GeometryCollection has geometries, not coordinates."
        notes.error(f"{where}.coordinates", message, "Remove it.")
    if not isinstance(members, list):
        message = f"is {brief(members)}; a list of geometries is needed."
        notes.error(f"{where}.geometries", message, RFC)
        return None
    if not members:
        notes.warn(where, "is an empty collection, read as null.", "Write null.")
        return None
    if any(
        isinstance(part, dict) and part.get("type") == value["type"] for part in members
    ):
        message = "a collection within a collection; many programs cannot read it."
        notes.warn(where, message, "Put all geometries in one collection.")
    parts = [
        read_geometry(part, f"{where}.geometries[{number}]", draft, crs, depth + 2)
        for number, part in enumerate(members)
    ]
    kept = [part for part in parts if part is not None]
    return {"type": value["type"], "geometries": kept} if kept else None


def _mended(
    kind: str, value: Mapping[str, Any], where: str, notes: Notes, crs: str
) -> dict[str, Any] | None:
    """Check and mend the coordinates of a simple geometry."""
    place = f"{where}.coordinates"
    if "geometries" in value:
        message = f"a {kind} has coordinates, not geometries."
        notes.error(f"{where}.geometries", message, "Remove it.")
    if not isinstance(value.get("coordinates"), list):
        shown = brief(value["coordinates"]) if "coordinates" in value else "missing"
        notes.error(place, f"is {shown}; a list is needed.", RFC)
        return None
    coordinates, depth = pruned(value["coordinates"], DEPTHS[kind], kind), DEPTHS[kind]
    if not coordinates:
        notes.warn(where, f"is an empty {kind}, read as null.", "Write null.")
        return None
    if coordinates != value["coordinates"]:
        notes.warn(place, "empty parts are left out.", "Remove the empty lists.")
    if not check_shape(coordinates, kind, place, notes):
        return None
    coordinates = even(coordinates, depth, place, notes)
    coordinates = _in_degrees(coordinates, depth, place, notes, crs)
    if coordinates is None or not check_range(coordinates, depth, place, notes):
        return None
    return _tidied(kind, coordinates, where, notes)


def _in_degrees(
    coordinates: Any,  # noqa: ANN401 - any nesting of lists
    depth: int,
    place: str,
    notes: Notes,
    crs: str,
) -> Any:  # noqa: ANN401
    """Return coordinates in WGS84, or None where that cannot be had."""
    if not crs:
        return coordinates
    degrees = None if crs == UNKNOWN_CRS else converted(coordinates, depth, crs)
    if degrees is None and crs != UNKNOWN_CRS:
        message = f"a position lies outside what EPSG:{crs} can describe."
        notes.error(place, message, "Correct the crs member or the coordinates.")
    return degrees


def _tidied(
    kind: str,
    coordinates: Any,  # noqa: ANN401 - any nesting of lists
    where: str,
    notes: Notes,
) -> dict[str, Any] | None:
    """Check a sound geometry's meaning; wrap it within 180 and wind it aright."""
    place = f"{where}.coordinates"
    depth = DEPTHS[kind]
    if kind == "Point" and not any(coordinates[:2]):
        message = "0, 0 lies in the Gulf of Guinea and mostly stands for no place."
        notes.warn(place, message, "Write null if the place is not known.")
    if depth and kind != "MultiPoint":
        problem = invalidity(kind, coordinates)
        if problem and kind.endswith("Polygon"):
            remedy = "Redraw the outline so that it does not cross or touch itself."
            notes.error(place, f"is not a valid outline: {problem}.", remedy)
            return None
        if problem:
            notes.warn(place, "a line has no length.", "Write a Point instead.")
        if crosses(coordinates, depth):
            message = "spans more than 180 degrees at once: it crosses the 180th meridian, or the globe."
            notes.warn(place, message, "Cut it at 180 (RFC 7946, 3.1.9).")
    geometry = {"type": kind, "coordinates": coordinates}
    if any(abs(spot[0]) > MOST_LONGITUDE for spot in positions(coordinates, depth)):
        geometry = wrapped(geometry)
        message = "longitudes beyond 180 are brought within -180 to 180."
        notes.warn(place, message, "Write longitudes from -180 to 180.")
    wound = rewound(geometry["type"], geometry["coordinates"])
    if wound is not geometry["coordinates"]:
        if geometry["coordinates"] is coordinates:
            message = "rings are wound the wrong way, and turned."
            remedy = "Wind outlines counter-clockwise, holes clockwise."
            notes.warn(place, message, remedy, Code.RING_WOUND)
        geometry["coordinates"] = wound
    return geometry
