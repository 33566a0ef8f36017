"""Values of JSON as cells: texts, numbers and truth values, never lists or objects.

What nests becomes columns with dots in their names (``place.name``); a list of texts one
text, parted by semicolons. What fits neither is JSON text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeGuard

from geo.layer.geojson import GEOMETRY_TYPES

#: How deep values may lie in a record before they are JSON text.
_MOST_DEPTH: Final = 8
_PAIR: Final = 2
#: Numbers of a position, with its height or without.
_POSITION: Final = frozenset({2, 3})
_JOINT: Final = "; "
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: What a list of two numbers is called where it is a position, longitude first.
_POINTS: Final = frozenset(
    {
        *("coordinates", "coordinate", "coords", "coord", "geometry", "geom", "geo"),
        *("location", "loc", "point", "position", "pos", "geolocation", "geopoint"),
        *("lonlat", "lnglat", "center", "centroid", "gps"),
    }
)
#: Two days are an interval, as ISO 8601 and EDTF write it.
_TO: Final = "/"
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:T|$)")
_NO_LETTERS: Final = re.compile(r"[\W_]+")

#: A column that met another of its name, and what it is called now.
Renamed = tuple[str, str]


def cells_of(
    values: Mapping[str, Any], whole: Collection[str] = ()
) -> tuple[dict[str, Any], list[Renamed]]:
    """Return the cells of an object by column, and the columns that met others.

    ``{"place": {"city": "Niš"}}`` becomes ``{"place.city": "Niš"}``. Of two columns
    with one name the second gets a number, so that nothing is lost.

    Parameters
    ----------
    values
        The object.
    whole
        The names in it whose values stay as they are.
    """
    row: dict[str, Any] = {}
    renamed: list[Renamed] = []
    for name, value in values.items():
        cells = [(name, value)] if name in whole else _cells(str(name), value, 0)
        for column, cell in cells:
            free = column
            if column in row or (column != name and column in values):
                free = _free_name(column, row, values)
                renamed.append((column, free))
            row[free] = cell
    return row, renamed


def flat_properties(
    properties: Mapping[str, Any],
) -> tuple[Mapping[str, Any], list[Renamed]]:
    """Return the properties of a feature as cells, and the columns that met others.

    As :func:`cells_of`, but whole stay geometries, lists of objects or lists, and
    objects under a name with an underscore before it, which programs keep for
    themselves.
    """
    held = {
        name: value
        for name, value in properties.items()
        if isinstance(value, list | Mapping)
    }
    if not held:
        return properties, []
    whole = {name for name, value in held.items() if _is_whole(name, value)}
    return cells_of(properties, whole)


def _is_whole(name: str, value: list[Any] | Mapping[str, Any]) -> bool:
    if isinstance(value, list):
        nests = any(isinstance(one, list | Mapping) for one in value)
        return nests and _joined_text(name, value) is None
    return bool(value) and (name.startswith("_") or is_geometry(value))


def told_renamed(renamed: Renamed) -> str:
    """Return what is said of a column that met another of its name."""
    column, free = renamed
    return f"two columns of a record are called {column!r}; the second is {free!r}."


def is_geometry(value: object) -> bool:
    """Tell whether a value of JSON is a geometry of GeoJSON."""
    return (
        isinstance(value, Mapping)
        and isinstance(value.get("type"), str)
        and value["type"] in GEOMETRY_TYPES
        and ("coordinates" in value or "geometries" in value)
    )


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether a value of JSON is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def iso_time(milliseconds: float) -> str | None:
    """Return milliseconds since 1970 as an ISO time in UTC, a day if it is midnight.

    None if no calendar goes so far.
    """
    try:
        # Added, since days before 1970 are negative.
        time = _START + timedelta(milliseconds=milliseconds)
    except (OverflowError, ValueError):
        return None
    if (time.hour, time.minute, time.second, time.microsecond) == (0, 0, 0, 0):
        return time.date().isoformat()
    return time.isoformat().replace("+00:00", "Z")


def _free_name(column: str, row: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    count = 2
    while f"{column}_{count}" in row or f"{column}_{count}" in values:
        count += 1
    return f"{column}_{count}"


def _cells(name: str, value: Any, depth: int) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    """Go through the cells of a value, under its name or under those of its parts."""
    if isinstance(value, list):
        yield from _cells_of_list(name, value)
    elif not isinstance(value, Mapping):
        yield name, value
    elif not value:
        yield name, None
    elif (plain := _of_database(value)) is not None:
        yield name, plain
    elif depth == _MOST_DEPTH or is_geometry(value):
        yield name, _json(value)
    else:
        for part, held in value.items():
            yield from _cells(f"{name}.{part}", held, depth + 1)


def _of_database(value: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a cell
    """Return the value that MongoDB writes as an object, None if it is another object.

    ``{"$oid": "64c8"}`` is a text, ``{"$date": {"$numberLong": "1685577600000"}}`` a
    time, ``{"$numberInt": "3"}`` a number.
    """
    if len(value) != 1:
        return None
    [(kind, held)] = value.items()
    if kind == "$date":
        held = _of_database(held) if isinstance(held, Mapping) else held
        return iso_time(held) if is_number(held) else held
    if not isinstance(held, str | int | float):
        return None
    if kind in {"$numberInt", "$numberLong"} and re.fullmatch(r"-?\d{1,18}", str(held)):
        return int(held)
    if kind in {"$oid", "$uuid", "$numberDouble", "$numberDecimal", "$numberLong"}:
        return held
    return None


def _cells_of_list(name: str, values: list[Any]) -> Iterator[tuple[str, Any]]:
    text = _joined_text(name, values)
    columns = _columns_of(values) if text is None else None
    if text is not None:
        yield name, text
    elif columns is None:
        yield name, _listed(name, values)
    else:
        for part, held in columns.items():
            yield f"{name}.{part}", _listed(part, held)


def _joined_text(name: str, values: list[Any]) -> str | None:
    """Return a text that is written in pieces, some of them with their looks.

    As Telegram has it: ``["painted in ", {"type": "bold", "text": "Niš"}]``.
    """
    pieces = [one.get("text") if isinstance(one, Mapping) else one for one in values]
    texts = [piece for piece in pieces if isinstance(piece, str)]
    if not texts or len(texts) < len(pieces):
        return None
    are_styled = {isinstance(one, Mapping) for one in values}
    if are_styled == {False} or (are_styled == {True} and _last(name) != "text"):
        return None
    return "".join(texts)


def _columns_of(values: list[Any]) -> dict[str, list[Any]] | None:
    """Return the values of alike objects by name; None if a list holds others."""
    if not values or not all(isinstance(one, Mapping) for one in values):
        return None
    names = values[0].keys()
    alike = all(
        one.keys() == names
        and not any(isinstance(held, list | Mapping) for held in one.values())
        for one in values
    )
    return {name: [one[name] for one in values] for name in names} if alike else None


def _listed(name: str, values: list[Any]) -> Any:  # noqa: ANN401 - a cell
    """Return a list as one cell: a pair of numbers, texts, or JSON if it is neither.

    A position keeps its brackets, by which its longitude is known to come first.
    """
    if not values:
        return None
    if len(values) == 1 and not isinstance(values[0], list | Mapping):
        return values[0]
    if all(map(is_number, values)):
        if len(values) in _POSITION and _last(name) in _POINTS:
            return _json(values)
        if len(values) == _PAIR:
            return f"{values[0]}, {values[1]}"
    texts = [value for value in values if value is not None]
    are_plain = all(
        is_number(text)
        or (isinstance(text, str) and ";" not in text and "\n" not in text)
        for text in texts
    )
    if are_plain:
        joint = _TO if len(texts) == _PAIR and all(map(_is_day, texts)) else _JOINT
        return joint.join(str(text) for text in texts if text != "")
    return _json(values)


def _is_day(value: object) -> bool:
    return isinstance(value, str) and _DAY.match(value) is not None


def _last(name: str) -> str:
    """Return the last part of a column's name, in small letters without signs."""
    return _NO_LETTERS.sub("", name.rpartition(".")[2]).casefold()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
