"""Coordinates: lists of positions, nested as deep as their geometry asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from geo.layer.geojson.notes import Notes
from geo.layer.geojson.values import brief, is_number

#: How deep the lists of ``coordinates`` nest above one position.
DEPTHS: Final[Mapping[str, int]] = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
GEOMETRY_TYPES: Final = (*DEPTHS, "GeometryCollection")
MOST_LONGITUDE: Final = 180.0
MOST_WRAPPED: Final = 360.0
MOST_LATITUDE: Final = 90.0
RFC: Final = "See RFC 7946."
_SHORTEST_RING: Final = 4
_SHORTEST_LINE: Final = 2
#: Positions of one geometry whose faults are spelled out.
_SHOWN_POSITIONS: Final = 10


def positions(value: Any, depth: int) -> Iterator[list[Any]]:  # noqa: ANN401
    """Go through the positions of coordinates, in order."""
    if depth == 0:
        yield value
    elif depth == 1:
        yield from value
    else:
        for part in value:
            yield from positions(part, depth - 1)


def replaced(value: Any, depth: int, positions: Iterator[list[Any]]) -> Any:  # noqa: ANN401
    """Return coordinates of the same shape with other positions."""
    if depth == 0:
        return next(positions)
    return [replaced(part, depth - 1, positions) for part in value]


def pruned(value: Any, depth: int, kind: str) -> Any:  # noqa: ANN401
    """Return coordinates without empty parts; positions are left as they are."""
    if depth == 0 or not isinstance(value, list):
        return value
    if depth == 1 and kind != "MultiPoint":
        return value
    parts = [pruned(part, depth - 1, kind) for part in value]
    if depth == 2 and kind in {"Polygon", "MultiPolygon"} and parts and parts[0] == []:  # noqa: PLR2004
        # Holes without an outline mean nothing: leave the fault to be found.
        return [] if all(part == [] for part in parts) else value
    return [part for part in parts if part != []]


def check_shape(coordinates: Any, kind: str, place: str, notes: Notes) -> bool:  # noqa: ANN401
    """Check nesting, numbers, lengths and closed rings; tell if all is well."""
    problems = list(_shape_problems(coordinates, DEPTHS[kind], kind, ""))
    for suffix, message, remedy in problems[:_SHOWN_POSITIONS]:
        notes.error(f"{place}{suffix}", message, remedy)
    if len(problems) > _SHOWN_POSITIONS:
        more = len(problems) - _SHOWN_POSITIONS
        notes.error(place, f"{more} more faults of this kind.", "Mend all alike.")
    return not problems


def _shape_problems(
    value: Any,  # noqa: ANN401 - any nesting of lists
    depth: int,
    kind: str,
    suffix: str,
) -> Iterator[tuple[str, str, str]]:
    """Yield (where, message, remedy) for each fault in the form of coordinates."""
    if depth == 0:
        message = _position_problem(value)
        if message:
            yield suffix, message, "Write [longitude, latitude]."
        return
    if not isinstance(value, list):
        message = f"is {brief(value)}; a list is needed at this depth of a {kind}."
        yield suffix, message, RFC
        return
    faulty = False
    for number, part in enumerate(value):
        for problem in _shape_problems(part, depth - 1, kind, f"{suffix}[{number}]"):
            faulty = True
            yield problem
    if depth == 1 and not faulty:
        message = _line_problem(value, kind)
        if message:
            yield suffix, message, RFC


def _position_problem(position: object) -> str | None:
    if not isinstance(position, list):
        return f"is {brief(position)}; a position is needed."
    if any(isinstance(number, list) for number in position):
        return "is nested deeper than a position of this type of geometry."
    if not 2 <= len(position) <= 3:  # noqa: PLR2004 - lon, lat and perhaps height
        return f"a position has {len(position)} numbers; 2 or 3 are needed."
    for number in position:
        if not is_number(number):
            return f"{brief(number)} is not a finite number."
    return None


def _line_problem(line: Sequence[Any], kind: str) -> str | None:
    if kind.endswith("Polygon"):
        if len(line) < _SHORTEST_RING:
            return f"a ring has {len(line)} positions; at least 4 are needed."
        if line[0] != line[-1]:
            return f"a ring begins at {line[0]} and ends at {line[-1]}: not closed."
    elif kind.endswith("LineString") and len(line) < _SHORTEST_LINE:
        return f"a line has {len(line)} positions; at least 2 are needed."
    return None


def even(coordinates: Any, depth: int, place: str, notes: Notes) -> Any:  # noqa: ANN401
    """Return coordinates that all have a height or all have none."""
    if depth == 0 or len({len(spot) for spot in positions(coordinates, depth)}) == 1:
        return coordinates
    message = "some positions have a height and some not; all heights are left out."
    notes.warn(place, message, "Give every position a height, or none.")
    flat = iter([spot[:2] for spot in positions(coordinates, depth)])
    return replaced(coordinates, depth, flat)


def check_range(coordinates: Any, depth: int, place: str, notes: Notes) -> bool:  # noqa: ANN401
    """Check that positions lie on the Earth; tell if all do."""
    outside = [
        spot
        for spot in positions(coordinates, depth)
        if abs(spot[1]) > MOST_LATITUDE or abs(spot[0]) > MOST_WRAPPED
    ]
    for spot in outside[:_SHOWN_POSITIONS]:
        lon, lat = brief(spot[0]), brief(spot[1])
        message = f"longitude {lon}, latitude {lat} is not on the Earth."
        remedy = "Write degrees, longitude first."
        if abs(spot[0]) <= MOST_LATITUDE and abs(spot[1]) <= MOST_LONGITUDE:
            remedy = "Swap them: longitude comes first."
        elif max(abs(spot[0]), abs(spot[1])) > 1_000:  # noqa: PLR2004 - surely metres
            remedy = "These look like metres: save the data in WGS84 degrees."
        notes.error(place, message, remedy)
    if len(outside) > _SHOWN_POSITIONS:
        more = len(outside) - _SHOWN_POSITIONS
        notes.error(
            place, f"{more} more positions not on the Earth.", "Mend all alike."
        )
    return not outside
