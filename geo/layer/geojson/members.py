"""Members that features, collections and geometries have alike: type, bbox, foreign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from geo.layer.geojson.coordinates import MOST_LATITUDE, MOST_LONGITUDE
from geo.layer.geojson.notes import Notes
from geo.layer.geojson.values import brief, is_number


def note_type(
    kind: object, expected: Sequence[str], notes: Notes, where: str = ""
) -> None:
    """Say that a ``type`` is wrong, and which was probably meant."""
    place = f"{where}.type" if where else "type"
    if kind is None:
        message = "has no type."
    elif kind == "Topology":
        message = "'Topology' is TopoJSON, not GeoJSON."
    else:
        message = f"{brief(kind)} is not a type expected here."
    remedy = f"Write one of {', '.join(expected)}."
    if isinstance(kind, str):
        meant = {name.lower(): name for name in expected}.get(kind.strip().lower())
        remedy = f"Write {meant!r}: the case matters." if meant else remedy
    notes.error(place, message, remedy)


def note_foreign(
    value: Mapping[str, Any],
    names: Sequence[str],
    where: str,
    kind: str,
    notes: Notes,
) -> None:
    """Say which members would make an object mean something else."""
    for name in names:
        if name in value:
            place = f"{where}.{name}" if where else name
            message = f"a {kind} must not have this member (RFC 7946, 7.1)."
            notes.error(place, message, "Remove or rename it.")


def check_bbox(value: Mapping[str, Any], where: str, notes: Notes, crs: str) -> None:
    """Check a ``bbox``: 4 or 6 finite numbers, south below north, in range."""
    if "bbox" not in value:
        return
    bbox, place = value["bbox"], f"{where}.bbox" if where else "bbox"
    remedy = "Write [west, south, east, north], or leave it out."
    if bbox is None:
        notes.warn(place, "is null, and left out.", remedy)
        return
    if not isinstance(bbox, list):
        notes.error(place, f"is {brief(bbox)}; a list of numbers is needed.", remedy)
        return
    if len(bbox) not in {4, 6}:
        notes.error(place, f"has {len(bbox)} members; 4 or 6 are needed.", remedy)
        return
    wrong = [number for number in bbox if not is_number(number)]
    if wrong:
        notes.error(place, f"{brief(wrong[0])} is not a finite number.", remedy)
        return
    if crs:
        return  # in other units; it is left out with them
    half = len(bbox) // 2
    if not -MOST_LATITUDE <= bbox[1] <= bbox[half + 1] <= MOST_LATITUDE:
        message = (
            f"south {bbox[1]} to north {bbox[half + 1]} is not a span of latitudes."
        )
        notes.error(place, message, remedy)
    if max(abs(bbox[0]), abs(bbox[half])) > MOST_LONGITUDE:
        message = f"west {bbox[0]} or east {bbox[half]} leaves -180 to 180."
        notes.warn(place, message, "Let west be greater than east to cross 180.")
