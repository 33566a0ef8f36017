"""Answers of Overpass: nodes, ways and relations of OpenStreetMap as JSON.

Each is at one spot: a node where it is, the others at the centre that the answer gives,
or at the middle of their outline. Nodes that only draw a way are no records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from geo.base.errors import Fault
from geo.formats.input_file import InputFile, check_wgs84, warning
from geo.formats.json_cells import cells_of, is_number
from geo.formats.records import Part, Record, parts_of_records

_KINDS: Final = frozenset({"node", "way", "relation"})
#: Members that say where an element is, or which others draw it.
_SHAPE: Final = frozenset(
    {"lat", "lon", "center", "geometry", "bounds", "nodes", "members"}
)
#: What a node has that is nothing by itself.
_SKELETON: Final = frozenset({"type", "id", "lat", "lon"})

Element = Mapping[str, Any]
#: lon, lat
Spot = tuple[float, float]


def is_answer(root: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Tell whether a root of JSON is an answer of Overpass with elements."""
    elements = root.get("elements") if isinstance(root, Mapping) else None
    return (
        isinstance(elements, list)
        and bool(elements)
        and all(map(_is_element, elements))
    )


def _is_element(one: object) -> bool:
    if not isinstance(one, Mapping) or not is_number(one.get("id")):
        return False
    kind = one.get("type")
    return isinstance(kind, str) and kind in _KINDS


def read(root: Any, file: InputFile, warnings: list[Fault]) -> Iterator[Part]:  # noqa: ANN401
    """Read the elements of an answer.

    Parameters
    ----------
    root
        What :func:`is_answer` is true of.
    file
        The file.
    warnings
        What was odd about its text.
    """
    check_wgs84(file, "an answer of Overpass")
    elements: list[Element] = root["elements"]
    spots = {
        one["id"]: spot
        for one in elements
        if one["type"] == "node" and (spot := _spot(one)) is not None
    }
    drawn = {node for one in elements for node in _nodes_of(one)}
    kept = [one for one in elements if not _only_draws(one, drawn)]
    left = len(elements) - len(kept)
    if left:
        message = f"{left} nodes that only draw the ways are left out."
        warnings.append(warning(file.name, message, ""))
    yield from parts_of_records(
        (_record(one, spots) for one in kept),
        file,
        kind="json",
        epsg=None,
        warnings=warnings,
    )


def _only_draws(one: Element, drawn: set[Any]) -> bool:
    return one["type"] == "node" and one["id"] in drawn and one.keys() <= _SKELETON


def _nodes_of(one: Element) -> list[Any]:
    """Return the numbers of the nodes that draw an element."""
    nodes = one.get("nodes")
    return (
        [node for node in nodes if is_number(node)] if isinstance(nodes, list) else []
    )


def _record(one: Element, spots: Mapping[Any, Spot]) -> Record:
    row, _ = cells_of({name: one[name] for name in one if name not in _SHAPE})
    spot = _place(one, spots)
    point = None if spot is None else {"type": "Point", "coordinates": [*spot]}
    cells = {name: cell for name, cell in row.items() if cell is not None}
    return Record(cells, point)


def _place(one: Element, spots: Mapping[Any, Spot]) -> Spot | None:
    """Return where an element is; None if the answer does not tell."""
    spot = _spot(one) or _spot(one.get("center"))
    if spot is not None:
        return spot
    line = one.get("geometry")
    outline = [_spot(each) for each in line] if isinstance(line, list) else []
    outline = outline or [spots.get(node) for node in _nodes_of(one)]
    known = [each for each in outline if each is not None]
    return _middle(known) if known else _middle_of(one.get("bounds"))


def _spot(held: Any) -> Spot | None:  # noqa: ANN401 - any JSON value
    if not isinstance(held, Mapping):
        return None
    lon, lat = held.get("lon"), held.get("lat")
    return (float(lon), float(lat)) if is_number(lon) and is_number(lat) else None


def _middle(line: list[Spot]) -> Spot:
    """Return the middle of an area by its corners, or the middle one of a line's."""
    if len(line) == 1 or line[0] != line[-1]:
        return line[len(line) // 2]
    corners = line[:-1]
    return (
        sum(lon for lon, _ in corners) / len(corners),
        sum(lat for _, lat in corners) / len(corners),
    )


def _middle_of(bounds: Any) -> Spot | None:  # noqa: ANN401 - any JSON value
    if not isinstance(bounds, Mapping):
        return None
    west, south = bounds.get("minlon"), bounds.get("minlat")
    east, north = bounds.get("maxlon"), bounds.get("maxlat")
    if not (is_number(west) and is_number(east)):
        return None
    if not (is_number(south) and is_number(north)):
        return None
    return (west + east) / 2, (south + north) / 2
