"""JSON that is no format of maps: the longest list of objects in it, wherever it lies.

Each object is a record. What nests in it becomes columns with dots in their names
(``place.name``); a list of texts one text, parted by semicolons.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from geo.base.errors import Fault
from geo.formats.input_file import InputFile, check_columns, warning
from geo.formats.records import Part, Record, parts_of_records
from geo.layer.geojson import GEOMETRY_TYPES

#: How deep records may lie in a file, and values in a record before they are JSON text.
_MOST_STEPS: Final = 8
_MOST_DEPTH: Final = 8
_PAIR: Final = 2
_JOINT: Final = "; "
#: Members that are a geometry; what else it has says something of its record.
_SHAPE: Final = frozenset({"type", "coordinates", "geometries", "bbox", "crs"})

Found = tuple[str, list[dict[str, Any]]]


def holds_list(root: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Tell whether there is a list of objects in a root of JSON."""
    return bool(_lists(root))


def read(root: Any, file: InputFile, warnings: list[Fault]) -> Iterator[Part]:  # noqa: ANN401
    """Read the objects of the longest list.

    Where it lies is told, and which other lists there are. Coordinates are WGS84
    unless the caller says another system.

    Parameters
    ----------
    root
        What :func:`holds_list` is true of.
    file
        The file.
    warnings
        What was odd about its text.

    Raises
    ------
    DataError
        If its objects have more columns than are read, or several of them could each
        be the longitude, and so on.
    """
    lists = sorted(_lists(root), key=lambda one: -len(one[1]))
    where, objects = lists[0]
    if where:
        message = f"the records are those of {where!r}."
        warnings.append(warning(file.name, message, ""))
    if len(lists) > 1:
        others = ", ".join(f"{path!r} ({len(held)})" for path, held in lists[1:6])
        message = f"further lists are left out: {others}."
        remedy = "Save a list as a file of its own to bring it in."
        warnings.append(warning(file.name, message, remedy))
    yield from _read_objects(objects, file, warnings)


def read_features(root: list[Any], file: InputFile) -> Iterator[Part]:
    """Read a list of GeoJSON Features that no FeatureCollection is around."""
    message = "is a list of features; a FeatureCollection is usual."
    yield from _read_objects(root, file, [warning(file.name, message, "")])


def _read_objects(
    objects: Sequence[dict[str, Any]], file: InputFile, warnings: list[Fault]
) -> Iterator[Part]:
    rows = [_row(one) for one in objects]
    head = list(dict.fromkeys(column for row, _ in rows for column in row))
    check_columns(head, file.name)
    records = (Record(row, shape) for row, shape in rows)
    epsg = file.options.epsg
    yield from parts_of_records(
        records, file, kind="json", epsg=epsg, warnings=warnings
    )


def _lists(root: Any) -> list[Found]:  # noqa: ANN401 - any JSON value
    """Return the lists of objects that lie in no other such list, with their paths."""
    lists: list[Found] = []
    waiting: list[tuple[str, Any, int]] = [("", root, 0)]
    while waiting:
        where, value, steps = waiting.pop()
        if _is_list_of_objects(value):
            inner = _within(value) if len(value) == 1 else None
            if inner is None:
                lists.append((where, value))
                continue
            value = inner
        if isinstance(value, Mapping) and steps < _MOST_STEPS:
            waiting += [
                (f"{where}.{name}" if where else str(name), held, steps + 1)
                for name, held in value.items()
                if isinstance(held, list | Mapping)
            ]
    return lists[::-1]


def _is_list_of_objects(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, Mapping) for one in value)
    )


def _within(value: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the only object of a list if it is a page around records, no record."""
    [one] = value
    inner = [held for held in one.values() if _is_list_of_objects(held)]
    own = sum(not isinstance(held, list | Mapping) for held in one.values())
    if any(len(held) > 1 and len(held[0]) > own for held in inner):
        return one
    return None


def _row(one: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return an object's values by column, and its geometry if it holds just one."""
    held = one.get("properties")
    if one.get("type") == "Feature" and isinstance(held, Mapping | None):
        further = {} if one.get("id") is None else {"id": one["id"]}
        one = {**further, **(held or {}), "geometry": one.get("geometry")}
    one = {name: _only(value) for name, value in one.items()}
    shapes = [name for name, value in one.items() if _is_geometry(value)]
    shape = shapes[0] if len(shapes) == 1 else None
    row: dict[str, Any] = {}
    beside = {} if shape is None else _beside_shape(one[shape])
    for name, value in {**one, **({shape: beside} if shape else {})}.items():
        if value is not None:
            _flatten(str(name), value, row, 0)
    return row, None if shape is None else dict(one[shape])


def _beside_shape(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a geometry says beside where it is, such as its day."""
    return {name: held for name, held in geometry.items() if name not in _SHAPE}


def _only(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return the one geometry that a list holds, anything else as it is."""
    if isinstance(value, list) and len(value) == 1 and _is_geometry(value[0]):
        return value[0]
    return value


def flat_properties(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the properties of a feature, with the parts of objects as their own.

    ``{"place": {"city": "Niš"}}`` becomes ``{"place.city": "Niš"}``. Geometries stay,
    and so do objects under a name with an underscore before it, which programs keep for
    themselves.
    """
    if not any(map(_has_parts, properties, properties.values())):
        return properties
    flat: dict[str, Any] = {}
    for name, value in properties.items():
        if not _has_parts(name, value):
            flat[name] = value
            continue
        row: dict[str, Any] = {}
        _flatten(name, value, row, 0)
        flat |= {part: held for part, held in row.items() if part not in properties}
    return flat


def _has_parts(name: str, value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and bool(value)
        and not name.startswith("_")
        and not _is_geometry(value)
    )


def _is_geometry(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and isinstance(value.get("type"), str)
        and value["type"] in GEOMETRY_TYPES
        and ("coordinates" in value or "geometries" in value)
    )


def _flatten(name: str, value: Any, row: dict[str, Any], depth: int) -> None:  # noqa: ANN401
    """Put a value into a row, under its name or under those of its parts."""
    if isinstance(value, Mapping) and depth < _MOST_DEPTH:
        for part, held in value.items():
            _flatten(f"{name}.{part}", held, row, depth + 1)
    elif isinstance(value, list):
        columns = _columns_of(value)
        if columns is None:
            row[name] = _listed(value)
        for part, texts in (columns or {}).items():
            row[f"{name}.{part}"] = _listed(texts)
    elif isinstance(value, Mapping):
        row[name] = json.dumps(value, ensure_ascii=False)
    else:
        row[name] = value


def _columns_of(value: list[Any]) -> dict[str, list[Any]] | None:
    """Return the values of alike objects by name; None if a list holds others."""
    if not _is_list_of_objects(value):
        return None
    names = value[0].keys()
    alike = all(
        one.keys() == names
        and not any(isinstance(held, list | Mapping) for held in one.values())
        for one in value
    )
    return {name: [one[name] for one in value] for name in names} if alike else None


def _listed(values: list[Any]) -> Any:  # noqa: ANN401 - a cell
    """Return a list as one cell: a pair of numbers, texts, or JSON if it is neither."""
    if not values:
        return None
    if len(values) == 1 and not isinstance(values[0], list | Mapping):
        return values[0]
    is_of_numbers = all(_is_number(value) for value in values)
    if len(values) == _PAIR and is_of_numbers:
        return f"{values[0]}, {values[1]}"
    texts = [value for value in values if value is not None]
    are_plain = all(
        _is_number(text)
        or (isinstance(text, str) and ";" not in text and "\n" not in text)
        for text in texts
    )
    if are_plain:
        return _JOINT.join(str(text) for text in texts if text != "")
    return json.dumps(values, ensure_ascii=False)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
