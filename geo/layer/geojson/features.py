"""Features and collections: every member checked, each feature read as far as it goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from geo.base.errors import Code
from geo.layer.geojson.coordinates import GEOMETRY_TYPES
from geo.layer.geojson.crs import crs_of
from geo.layer.geojson.geometry import read_geometry
from geo.layer.geojson.members import check_bbox, note_foreign, note_type
from geo.layer.geojson.notes import Notes, ReadState
from geo.layer.geojson.swapped import note_swapped
from geo.layer.geojson.values import Doubled, NotJson, brief, check_names, check_values

#: Members that would make an object mean something else (RFC 7946, 7.1).
_FOREIGN_TO_COLLECTION: Final = ("coordinates", "geometries", "geometry", "properties")
_FOREIGN_TO_FEATURE: Final = ("coordinates", "geometries", "features")
_PLAIN_FEATURE: Final = frozenset({"type", "id", "geometry", "properties"})
#: Members that are read, or left out with a word about it.
_OWN: Final = _PLAIN_FEATURE | {"crs", *_FOREIGN_TO_FEATURE}


def read_root(root: object, draft: ReadState) -> None:
    """Read one whole GeoJSON object into the draft."""
    if not isinstance(root, dict):
        message = f"holds {brief(root)} where a GeoJSON object should be."
        remedy = "Wrap the features: {'type': 'FeatureCollection', 'features': [...]}."
        draft.notes.error("", message, remedy)
        return
    kind = root.get("type")
    if kind == "FeatureCollection":
        _read_collection(root, draft)
    elif kind == "Feature":
        _read_feature(root, draft, "", 1)
    elif isinstance(kind, str) and kind in GEOMETRY_TYPES:
        wrapped = {"type": "Feature", "geometry": root, "properties": {}}
        _read_feature(wrapped, draft, "", 1)
    else:
        note_type(kind, ("FeatureCollection", "Feature", *GEOMETRY_TYPES), draft.notes)
        check_values(root, "", draft, 1)


def _read_collection(root: dict[str, Any], draft: ReadState) -> None:
    notes = draft.notes
    note_foreign(root, _FOREIGN_TO_COLLECTION, "", "FeatureCollection", notes)
    crs = crs_of(root, "", notes)
    check_bbox(root, "", notes, crs)
    members = {
        name: value
        for name, value in root.items()
        if name not in {"type", "features", "crs", "bbox"}
    }
    if isinstance(root, Doubled):
        check_names(root, "", draft)
    check_values({**members, "crs": root.get("crs")}, "", draft, 1)
    draft.members.update(members)
    features = root.get("features")
    if not isinstance(features, list):
        shown = brief(features) if "features" in root else "missing"
        message = f"is {shown}; a list of features is needed."
        notes.error("features", message, "Write a list; it may be empty.")
        return
    for feature in features:
        _read_feature(feature, draft, crs, 3)


def _read_feature(value: object, draft: ReadState, crs: str, depth: int) -> None:
    """Read one feature into the draft; one at fault as far as it goes."""
    notes, index = draft.notes, len(draft.features)
    empty: dict[str, Any] = {"type": "Feature", "id": None}
    empty |= {"geometry": None, "properties": {}}
    if not isinstance(value, dict):
        notes.at(index)
        message = f"is {brief(value)}; a Feature object is needed."
        notes.error("", message, "Remove it, or write a Feature.")
        draft.features.append(empty)
        draft.misplaced.add(index)
        notes.at(None)
        return
    feature_id = value.get("id")
    readable = isinstance(feature_id, str | int | float) and not isinstance(
        feature_id, bool
    )
    notes.at(index, str(feature_id) if readable else None)
    errors_before = notes.errors
    geometry = _read_feature_parts(value, draft, crs, depth)
    if notes.errors > errors_before and geometry is None:
        draft.misplaced.add(index)
    properties = value.get("properties")
    feature = {**empty, "id": feature_id if readable else None, "geometry": geometry}
    feature["properties"] = properties if isinstance(properties, dict) else {}
    if not value.keys() <= _PLAIN_FEATURE:
        feature |= {name: held for name, held in value.items() if name not in _OWN}
    if not _keeps_bbox(value, geometry):
        feature.pop("bbox", None)
    draft.features.append(feature)
    note_swapped(feature, notes)
    notes.at(None)


def _keeps_bbox(value: Mapping[str, Any], geometry: Mapping[str, Any] | None) -> bool:
    """Tell whether a feature's bbox still fits, its geometry being as it was."""
    before = value.get("geometry")
    if value.get("bbox") is None or not isinstance(before, dict) or geometry is None:
        return False
    return before.get("coordinates") == geometry.get("coordinates") and (
        before.get("geometries") == geometry.get("geometries")
    )


def _read_feature_parts(
    value: dict[str, Any], draft: ReadState, crs: str, depth: int
) -> dict[str, Any] | None:
    """Check every member of a feature; return its geometry, mended."""
    notes = draft.notes
    if value.get("type") != "Feature":
        note_type(value.get("type"), ("Feature",), notes)
    note_foreign(value, _FOREIGN_TO_FEATURE, "", "Feature", notes)
    crs = crs_of(value, "", notes) if "crs" in value else crs
    check_bbox(value, "", notes, crs)
    _check_id(value, draft)
    others = dict(value)
    others.pop("geometry", None)
    if isinstance(value, Doubled):
        check_names(value, "", draft)
    check_values(others, "", draft, depth)
    _check_properties(value, notes)
    if "geometry" not in value:
        message = "is missing."
        notes.error("geometry", message, "Write null where there is no place.")
        return None
    if value["geometry"] is None:
        remedy = "It is listed, not on the map."
        notes.warn("geometry", "is null: unlocated.", remedy, Code.UNLOCATED)
        return None
    return read_geometry(value["geometry"], "geometry", draft, crs, depth + 1)


def _check_properties(value: Mapping[str, Any], notes: Notes) -> None:
    if "properties" not in value:
        remedy = "Write an object, or null where there are none."
        notes.error("properties", "is missing.", remedy)
    elif value["properties"] is not None and not isinstance(value["properties"], dict):
        message = f"is {brief(value['properties'])}; an object or null is needed."
        notes.error("properties", message, "Write {} or null where there are none.")


def _check_id(value: Mapping[str, Any], draft: ReadState) -> None:
    """Check that a feature's id is a text or number, used once."""
    if "id" not in value:
        draft.without_id += 1
        return
    feature_id, notes, index = value["id"], draft.notes, len(draft.features)
    if isinstance(feature_id, NotJson):
        return  # said by the check of values
    if isinstance(feature_id, bool) or not isinstance(feature_id, str | int | float):
        message = f"is {brief(feature_id)}; a text or a number is needed."
        notes.error("id", message, "Write a text, or leave the id out.")
        return
    if feature_id == "":
        notes.warn("id", "is empty.", "Write a text, or leave the id out.")
        return
    other: tuple[str, Any]
    if isinstance(feature_id, str):
        kind, other = "text", ("number", _number(feature_id))
    else:
        kind, other = "number", ("text", str(feature_id))
    first = draft.ids.setdefault((kind, feature_id), index)
    if first != index:
        message = f"{brief(feature_id)} is the id of feature {first} already."
        remedy = "Give each feature an id of its own."
        notes.error("id", message, remedy, Code.ID_DUPLICATE)
    elif other in draft.ids:
        message = (
            f"{brief(feature_id)} and {brief(other[1])} (feature {draft.ids[other]}) "
            "differ only as text and number; many programs take them for one."
        )
        notes.warn("id", message, "Write all ids as texts, each once.")


def _number(text: str) -> int | float | None:
    """Return the number a text would be taken for, or None."""
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", text):
        return None
    return float(text) if "." in text else int(text)


def check_ids(draft: ReadState) -> None:
    """Warn of a collection whose ids are of mixed kinds or partly missing."""
    draft.notes.at(None)
    kinds = {kind for kind, _ in draft.ids}
    remedy = "Give every feature an id, all texts."
    if len(kinds) > 1:
        draft.notes.warn("id", "ids are partly texts, partly numbers.", remedy)
    if draft.ids and draft.without_id:
        message = f"{draft.without_id} of {len(draft.features)} features have no id."
        draft.notes.warn("id", message, remedy)
