"""JSON that is no format of maps: the records in it, wherever they lie.

Each object is a record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from geo.base.errors import Fault
from geo.formats.input_file import InputFile, check_columns, warning
from geo.formats.json_cells import cells_of, is_geometry, told_renamed
from geo.formats.json_forms import (
    RECORDS,
    evidence,
    inner_records,
    is_list_of_objects,
    records_in,
    rows_below_head,
)
from geo.formats.records import Part, Record, parts_of_records

#: How deep records may lie in a file.
_MOST_STEPS: Final = 8
#: Members that are a geometry; what else it has says something of its record.
_SHAPE: Final = frozenset({"type", "coordinates", "geometries", "bbox", "crs"})

#: What a server calls a list of what went wrong.
_ERRORS: Final = "errors"
#: A name counts as much as coordinates do.
_NAME_WEIGHS: Final = 2
_RENAME: Final = "Give each column a name of its own."

Found = tuple[str, Sequence[Mapping[str, Any]]]


def holds_list(root: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Tell whether there are records in a root of JSON, in any of their forms."""
    return bool(_lists(root))


def read(root: Any, file: InputFile, warnings: list[Fault]) -> Iterator[Part]:  # noqa: ANN401
    """Read the objects of the list that looks most like records.

    It is the one that is called so, or whose objects have dates or coordinates; else
    the longest. Where it lies is told, and which other lists there are. Coordinates
    are WGS84 unless the caller says another system.

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
    lists = sorted(_lists(root), key=_likeness, reverse=True)
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
    """Read a list of GeoJSON Features, or of FeatureCollections, as one."""
    features = [
        feature
        for one in root
        for feature in (one["features"] if one["type"] != "Feature" else [one])
    ]
    message = "is a list of features; a FeatureCollection is usual."
    yield from _read_objects(features, file, [warning(file.name, message, "")])


def _read_objects(
    objects: Sequence[Mapping[str, Any] | None],
    file: InputFile,
    warnings: list[Fault],
) -> Iterator[Part]:
    records = [_record(one) for one in objects if one is not None]
    empty = len(objects) - len(records)
    if empty:
        message = f"{empty} of the records are null, and left out."
        warnings.append(warning(file.name, message, ""))
    head = dict.fromkeys(column for record in records for column in record.properties)
    check_columns([*head], file.name)
    epsg = file.options.epsg
    yield from parts_of_records(
        records, file, kind="json", epsg=epsg, warnings=warnings
    )


def _likeness(one: Found) -> tuple[int, int]:
    """Return how much a list is like one of records, and its length."""
    where, objects = one
    is_named = where.rpartition(".")[2].casefold() in RECORDS
    return _NAME_WEIGHS * is_named + evidence(objects), len(objects)


def _lists(root: Any) -> list[Found]:  # noqa: ANN401 - any JSON value
    """Return the lists of records that lie in no other such list, with their paths.

    A root that is one record, whatever lists it has, is the only one.
    """
    lists: list[Found] = []
    waiting: list[tuple[str, Any, int]] = [("", root, 0)]
    while waiting:
        where, value, steps = waiting.pop()
        records = rows_below_head(value)
        if isinstance(value, Mapping):
            records = records_in(value)
        elif is_list_of_objects(value):
            name, records = inner_records(value) or ("", value)
            where = f"{where}.{name}" if where and name else where or name
        if records:
            lists.append((where, records))
        elif isinstance(value, Mapping) and steps < _MOST_STEPS:
            waiting += [
                (f"{where}.{name}" if where else str(name), held, steps + 1)
                for name, held in value.items()
                if isinstance(held, list | Mapping) and name != _ERRORS
            ]
    lists.reverse()
    is_record = isinstance(root, Mapping) and _is_record(root, lists)
    return [("", [root])] if is_record else lists


def _is_record(root: Mapping[str, Any], lists: Sequence[Found]) -> bool:
    """Tell whether a root is one record rather than what is around some."""
    if any(held == [] for held in root.values()) or "type" in root:
        return False
    own = {
        name: held
        for name, held in root.items()
        if not isinstance(held, list) or not is_list_of_objects(held)
    }
    likeness = evidence([own])
    if not lists:
        return likeness > 0
    return likeness > max(_likeness(each)[0] for each in lists)


def _record(one: Mapping[str, Any]) -> Record:
    """Return an object as a record, with its geometry if it holds just one."""
    held = one.get("properties")
    if one.get("type") == "Feature" and isinstance(held, Mapping | None):
        further = {} if one.get("id") is None else {"id": one["id"]}
        one = {**further, **(held or {}), "geometry": one.get("geometry")}
    one = {name: _only(value) for name, value in one.items()}
    shapes = [name for name, value in one.items() if is_geometry(value)]
    shape = shapes[0] if len(shapes) == 1 else None
    beside = {} if shape is None else {shape: _beside_shape(one[shape])}
    row, renamed = cells_of({**one, **beside})
    return Record(
        {name: cell for name, cell in row.items() if cell is not None},
        None if shape is None else dict(one[shape]),
        notes=tuple(("", told_renamed(each), _RENAME) for each in renamed),
    )


def _beside_shape(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a geometry says beside where it is, such as its day."""
    return {name: held for name, held in geometry.items() if name not in _SHAPE}


def _only(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return the one geometry that a list holds, anything else as it is."""
    if isinstance(value, list) and len(value) == 1 and is_geometry(value[0]):
        return value[0]
    return value
