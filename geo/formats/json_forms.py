"""Forms of JSON in which records are no list of objects, or lie within the objects of one.

Pages and groups of records, records by their ids, columns of values, rows below a head.
All come out as lists of objects. What an object holds decides where a form is in doubt:
records have dates and coordinates, what is around them has not.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from geo.formats.json_cells import cells_of, is_geometry, is_number

#: What a list of records is called, in small letters.
RECORDS: Final = frozenset(
    {
        *("records", "data", "results", "items", "features", "rows", "incidents"),
        *("events", "hits"),
    }
)
#: What stands beside records in an answer, and tells nothing of them.
_BESIDE: Final = frozenset(
    {
        *("meta", "metadata", "included", "includes", "links", "errors", "fields"),
        *("columns", "schema", "facets", "aggregations", "users", "categories"),
    }
)
#: What a page of an answer says of itself, without signs.
_PAGING: Final = frozenset(
    {
        *("page", "pages", "perpage", "pagesize", "pagenumber", "limit", "offset"),
        *("skip", "start", "end", "total", "totalcount", "totalresults", "totalpages"),
        *("count", "size", "next", "previous", "prev", "nextpage", "cursor", "hasmore"),
        *("success", "status", "ok", "took", "version", "self", "url", "type", "crs"),
    }
)
_LATITUDES: Final = frozenset({"lat", "latitude", "y", "latitud", "latitudee7"})
_LONGITUDES: Final = frozenset({"lon", "lng", "long", "longitude", "x", "longitud"})
_DEGREE: Final = re.compile(r"[+-]?\d{1,3}(?:[.,]\d+)?")
_DATE_NAME: Final = re.compile(r"date|time|datum|fecha|дата|created_?at|year")
_DATE: Final = re.compile(
    r"\d{4}-\d{2}(?:-\d{2}.*)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}.*|\d{1,2} \w+ \d{4}.*"
)
_PLACE: Final = re.compile(
    r"\[-?[\d.]+, -?[\d.]+(?:, -?[\d.]+)?\]|POINT ?\(.*", re.IGNORECASE
)
_NO_LETTERS: Final = re.compile(r"[\W_]+")
#: Objects of a list that are looked at.
_LOOKED_AT: Final = 20
_COORDINATES_WEIGH: Final = 2

Object = Mapping[str, Any]


def is_list_of_objects(value: object) -> bool:
    """Tell whether a value is a list of objects; nulls among them do not matter."""
    return (
        isinstance(value, list)
        and any(isinstance(one, Mapping) for one in value)
        and all(isinstance(one, Mapping | None) for one in value)
    )


def evidence(objects: Sequence[Object | None]) -> int:
    """Return how much a list of objects looks like records that have been somewhere.

    Coordinates weigh two, dates one.
    """
    looks = [_evidence_of(one) for one in objects[:_LOOKED_AT] if one is not None]
    placed, dated = any(place for place, _ in looks), any(day for _, day in looks)
    return _COORDINATES_WEIGH * placed + dated


def _evidence_of(one: Object) -> tuple[bool, bool]:
    """Tell whether an object has coordinates, and whether it has a date."""
    if is_geometry(one.get("geometry")):
        held = one.get("properties")
        dated = isinstance(held, Mapping) and _evidence_of(held)[1]
        return True, dated
    row, _ = cells_of(one)
    named = {name.rpartition(".")[2].casefold(): cell for name, cell in row.items()}
    axes = {name for name, cell in named.items() if _is_degree(cell)}
    texts = [cell for cell in row.values() if isinstance(cell, str)]
    placed = bool(axes & _LATITUDES and axes & _LONGITUDES) or any(
        _PLACE.fullmatch(text) or text.startswith('{"type": "') for text in texts
    )
    return placed, any(_is_date(name, cell) for name, cell in named.items())


def _is_degree(cell: object) -> bool:
    if isinstance(cell, str):
        return bool(_DEGREE.fullmatch(cell.strip()))
    return is_number(cell)


def _is_date(name: str, cell: object) -> bool:
    if isinstance(cell, str):
        return bool(_DATE.fullmatch(cell.strip()))
    return is_number(cell) and bool(_DATE_NAME.search(name))


# --- lists whose objects hold the records ------------------------------------------


def inner_records(objects: Sequence[Object | None]) -> tuple[str, list[Object]] | None:
    """Return the records within pages or groups, and the name they have there.

    What a group says of itself, such as its country, each of its records says as well;
    the numbers of a page are left out. None if the objects are records themselves.
    """
    outer = [one for one in objects if one is not None]
    names = [
        name
        for name, held in outer[0].items()
        if all(_is_list(one.get(name)) for one in outer)
        and any(is_list_of_objects(one[name]) for one in outer)
    ]
    if len(names) != 1:
        return None
    [name] = names
    inner = [held for one in outer for held in one[name] if held is not None]
    own = [{key: one[key] for key in one if key != name} for one in outer]
    return (
        (name, list(_with_groups(outer, name)))
        if _lie_within(name, inner, own)
        else None
    )


def _is_list(value: object) -> bool:
    """Tell whether a value is a list of objects, or none of them."""
    return value == [] or is_list_of_objects(value)


def _lie_within(name: str, inner: Sequence[Object], own: Sequence[Object]) -> bool:
    """Tell whether the objects within are the records, and those around them are not."""
    said = {column for one in own for column in cells_of(one)[0]}
    around, within = evidence(own), evidence(inner)
    if around > within:
        return False
    if all(_is_paging(column.rpartition(".")[2]) for column in said):
        return True
    if len(own) == 1:
        return around <= within and len(inner) > 1 and len(inner[0]) > len(said)
    return within > around and (len(inner[0]) > len(said) or _folded(name) in RECORDS)


def _with_groups(outer: Sequence[Object], name: str) -> Iterator[Object]:
    for one in outer:
        said = {key: held for key, held in _scalars(one).items() if not _is_paging(key)}
        for held in one[name]:
            if held is not None:
                yield _joined(held, said)


def _joined(record: Object, said: Object) -> Object:
    """Return a record with what its group says; its own words stay."""
    if not said:
        return record
    held = record.get("properties")
    if record.get("type") == "Feature" and isinstance(held, Mapping):
        return {**record, "properties": _joined(held, said)}
    further = {
        f"group.{key}" if key in record else key: value for key, value in said.items()
    }
    return {**record, **further}


def _scalars(one: Object) -> dict[str, Any]:
    return {
        str(name): held
        for name, held in one.items()
        if held is not None and not isinstance(held, list | Mapping)
    }


def _is_paging(name: str) -> bool:
    return _folded(name) in _PAGING


def _folded(name: str) -> str:
    return _NO_LETTERS.sub("", name).casefold()


# --- objects that are a list of records in another form ------------------------------


def records_in(root: Object) -> list[Object] | None:
    """Return the records of an object that is a list of them in another form.

    None if it is none: an object around lists, or a record.
    """
    for form in (_groups, _by_id, _columns, _rows_below_names):
        records = form(root)
        if records:
            return records
    return None


def _groups(root: Object) -> list[Object] | None:
    """Return the records of lists that stand under what they have in common.

    As in ``{"2023-05-14": [...], "2023-05-15": [...]}``.
    """
    if len(root) <= 1 or not all(map(is_list_of_objects, root.values())):
        return None
    if any(_folded(name) in RECORDS | _BESIDE for name in root):
        return None
    lists = [[one for one in held if one is not None] for held in root.values()]
    if not _are_alike([held[0] for held in lists]) or not all(map(evidence, lists)):
        return None
    return [
        _joined(one, {"group": name})
        for name, held in zip(root, lists, strict=True)
        for one in held
    ]


def _by_id(root: Object) -> list[Object] | None:
    """Return the records of an object that has each under its id."""
    objects = [*root.values()]
    if len(root) <= 1 or not all(isinstance(one, Mapping) and one for one in objects):
        return None
    rows = _turned(root)
    across = evidence(rows)
    straight = evidence(objects) if _are_alike(objects) else 0
    is_index = _are_numbers(objects[0]) and not _are_numbers(root)
    if across and (is_index or across > straight):
        return rows
    if not straight:
        return None
    key = "key" if any("id" in one for one in objects) else "id"
    return [{key: str(name), **one} for name, one in root.items()]


def _turned(root: Object) -> list[Object]:
    """Return the rows of columns, as pandas writes them: column, index, value."""
    columns = [*root.values()]
    index = columns[0].keys()
    if any(column.keys() != index for column in columns):
        return []
    return [{name: column[row] for name, column in root.items()} for row in index]


def _are_numbers(names: Iterable[str]) -> bool:
    return all(str(name).isdecimal() for name in names)


def _are_alike(objects: Sequence[Object]) -> bool:
    """Tell whether objects have at least half of their names in common."""
    names = [set(one) for one in objects]
    return 2 * len(set.intersection(*names)) >= len(set.union(*names))


def _columns(root: Object) -> list[Object] | None:
    """Return the rows of columns that are lists of equal length."""
    columns = [*root.values()]
    if len(root) <= 1 or not all(map(_is_column, columns)):
        return None
    if len({len(column) for column in columns}) != 1:
        return None
    rows: list[Object] = [
        dict(zip(root, cells, strict=True)) for cells in zip(*columns, strict=True)
    ]
    return rows if evidence(rows) else None


def _is_column(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and not any(isinstance(one, list | Mapping) for one in value)
    )


def _rows_below_names(root: Object) -> list[Object] | None:
    """Return the records of rows whose columns are named somewhere beside them."""
    for held in root.values():
        width = _width_of(held)
        names = _names_of_columns(root, width) if width else None
        if names:
            return [dict(zip(names, row, strict=True)) for row in held]
    return None


def rows_below_head(value: object) -> list[Object] | None:
    """Return the records of a list of rows of which the first names the columns.

    None if it is anything else.
    """
    if not _width_of(value) or not isinstance(value, list) or len(value) <= 1:
        return None
    head, *rows = value
    is_head = all(isinstance(name, str) and name.strip() for name in head)
    if not is_head or len(set(head)) < len(head):
        return None
    return [dict(zip(head, row, strict=True)) for row in rows]


def _width_of(value: object) -> int:
    """Return how many cells each row of a list has; 0 if it is no list of rows."""
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        return 0
    widths = {len(row) for row in value}
    return widths.pop() if len(widths) == 1 else 0


def _names_of_columns(root: Object, width: int) -> list[str] | None:
    """Return the first list of as many names as rows have cells, wherever it lies."""
    waiting: deque[Any] = deque([root])
    while waiting:
        held = waiting.popleft()
        if isinstance(held, Mapping):
            waiting += [one for one in held.values() if isinstance(one, list | Mapping)]
        elif len(held) == width:
            names = [_name_of(one) for one in held]
            if len({*names} - {None}) == width:
                return [name for name in names if name is not None]
    return None


def _name_of(column: object) -> str | None:
    """Return the name of a column that is a name, or says one."""
    if isinstance(column, Mapping):
        column = column.get("name", column.get("id"))
    return column if isinstance(column, str) and column else None
