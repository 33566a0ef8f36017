"""Histories of locations, as Google's Takeout and its telephones export them.

Visits of places are records; the ways between them are counted and left out. Of the
place that a history calls somebody's home only the visit is kept, neither where it is
nor what it is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from geo.base.errors import Fault
from geo.formats.input_file import InputFile, check_wgs84, warning
from geo.formats.records import Part, Record, parts_of_records

#: Whole numbers in a history are degrees times this.
_E7: Final = 10_000_000
_NUMBERS: Final = re.compile(r"-?\d+(?:\.\d+)?")
_HOME: Final = re.compile(r"home", re.IGNORECASE)
_PAIR: Final = 2

Visit = Mapping[str, Any]


def is_history(root: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Tell whether a root of JSON is a history of locations."""
    return bool(_entries(root))


def _entries(root: Any) -> list[Mapping[str, Any]]:  # noqa: ANN401 - any JSON value
    """Return the entries of a history; none if it is something else."""
    if isinstance(root, list):
        entries, marks = root, {"visit", "activity", "timelinePath"}
        if not all(isinstance(one, Mapping) and "startTime" in one for one in entries):
            return []
    elif isinstance(root, Mapping):
        name = next((name for name in _MARKS if isinstance(root.get(name), list)), "")
        entries, marks = root.get(name, []), _MARKS.get(name, set())
    else:
        return []
    held = [one for one in entries if isinstance(one, Mapping)]
    return held if any(marks & one.keys() for one in held) else []


#: What the list of a history is called, and a name that its entries have.
_MARKS: Final[Mapping[str, set[str]]] = {
    "timelineObjects": {"placeVisit", "activitySegment"},
    "semanticSegments": {"visit", "activity", "timelinePath"},
    "locations": {"latitudeE7"},
}


def read(root: Any, file: InputFile, warnings: list[Fault]) -> Iterator[Part]:  # noqa: ANN401
    """Read the visits of a history, or its positions if it has nothing else.

    Parameters
    ----------
    root
        What :func:`is_history` is true of.
    file
        The file.
    warnings
        What was odd about its text.
    """
    check_wgs84(file, "a history of locations")
    entries = _entries(root)
    visits = [visit for entry in entries if (visit := _visit(entry)) is not None]
    if len(visits) < len(entries):
        message = (
            f"{len(entries) - len(visits)} entries are no visits of a place, such as "
            "ways between places, and are left out."
        )
        warnings.append(warning(file.name, message, ""))
    homes = sum(map(_is_home, visits))
    if homes:
        message = f"{homes} visits are of somebody's home: where it is, is held back."
        warnings.append(warning(file.name, message, ""))
    records = map(_record, visits)
    yield from parts_of_records(
        records, file, kind="locations", epsg=None, warnings=warnings
    )


def _visit(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return an entry as one flat visit, whichever way it is written; None if none."""
    if "latitudeE7" in entry:
        time = entry.get("timestamp") or _millis(entry.get("timestampMs"))
        return {"point": _point(entry), "date": time, "accuracy": entry.get("accuracy")}
    held = entry.get("placeVisit")
    if isinstance(held, Mapping):
        place, duration = _object(held, "location"), _object(held, "duration")
        return {
            "point": _point(place),
            "name": place.get("name"),
            "address": place.get("address"),
            "place_id": place.get("placeId"),
            "place_type": place.get("semanticType"),
            "confidence": held.get("placeConfidence"),
            "date_start": duration.get("startTimestamp")
            or _millis(duration.get("startTimestampMs")),
            "date_end": duration.get("endTimestamp")
            or _millis(duration.get("endTimestampMs")),
        }
    held = entry.get("visit")
    if isinstance(held, Mapping):
        best = _object(held, "topCandidate")
        where = best.get("placeLocation")
        if isinstance(where, Mapping):
            where = where.get("latLng")
        return {
            "point": _pair(where),
            "place_id": best.get("placeId") or best.get("placeID"),
            "place_type": best.get("semanticType"),
            "confidence": best.get("probability"),
            "date_start": entry.get("startTime"),
            "date_end": entry.get("endTime"),
        }
    return None


def _object(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = holder.get(name)
    return value if isinstance(value, Mapping) else {}


def _millis(written: object) -> str | None:
    """Return milliseconds since 1970, written as a text, as an ISO time in UTC."""
    try:
        seconds = int(str(written)) / 1000
        return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return None


def _point(place: Mapping[str, Any]) -> list[float] | None:
    lat = place.get("latitudeE7", place.get("centerLatE7"))
    lon = place.get("longitudeE7", place.get("centerLngE7"))
    if not isinstance(lat, int | float) or not isinstance(lon, int | float):
        return None
    return [lon / _E7, lat / _E7]


def _pair(written: object) -> list[float] | None:
    """Return the position of a text such as ``geo:44.8,20.4`` or ``44.8°, 20.4°``."""
    numbers = _NUMBERS.findall(written) if isinstance(written, str) else []
    if len(numbers) != _PAIR:
        return None
    return [float(numbers[1]), float(numbers[0])]


def _is_home(visit: Visit) -> bool:
    said = (visit.get("place_type"), visit.get("name"))
    return any(isinstance(text, str) and _HOME.search(text) for text in said)


def _record(visit: Visit) -> Record:
    is_home = _is_home(visit)
    hidden = {"point", "name", "address", "place_id"} if is_home else {"point"}
    properties = {
        name: value
        for name, value in visit.items()
        if name not in hidden and value is not None
    }
    if is_home or visit["point"] is None:
        return Record(properties, None)
    return Record(properties, {"type": "Point", "coordinates": visit["point"]})
