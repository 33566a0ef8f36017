"""What a viewport shows: markers that do not touch, their places, areas in sight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from geo.base.grid import (
    GRID_BITS,
    Bbox,
    Cell,
    Group,
    around_the_world,
    cell_shift,
    coarser_cells,
    markers_apart,
    mercator,
)
from geo.engine import cells
from geo.engine.answers import PLACE_COLUMNS, Condition, PlaceView
from geo.engine.asking import where
from geo.engine.conditions import all_of, in_sight, inside, meets
from geo.engine.marks import LENGTH, marks_for
from geo.engine.store import Store
from geo.engine.vagueness import on_ground
from geo.model.query import Query

#: Areas that a view draws at most.
_MOST_AREAS: Final = 60
#: An area is drawn if it is at least so many pixels wide or high.
_LEAST_AREA_PX: Final = 3
#: More cells than this for each marker wanted are sure to be too many.
_CELLS_A_MARKER: Final = 8
#: A viewport has at most 2**8 cells across, 8192 pixels: no screen is wider.
_MOST_ACROSS_BITS: Final = 8
#: Marks that stand this many cell widths apart do not touch.
_APART: Final = 1.4
_TILE_PX: Final = 256
#: A viewport of so many degrees shows both sides of the antimeridian.
_WHOLE_DEG: Final = 359.0
_CELL_COLUMNS: Final = (
    "n, x, y, first_no, place_low, place_high, mix, status_low, status_high, plan, "
    "x_low, y_low, x_high, y_high"
)


def shown_zoom(bbox: Bbox, zoom: int) -> int:
    """Return the zoom whose cells a viewport is shown in.

    It is the one asked for, but coarser where the viewport would be larger at that zoom
    than any screen.
    """
    widest = _span(bbox).bit_length() - _MOST_ACROSS_BITS
    return zoom if widest <= cell_shift(zoom) else cell_shift(0) - widest


def markers_of(
    store: Store, query: Query, bbox: Bbox, zoom: int, *, most: int
) -> tuple[tuple[Group, ...], dict[int, PlaceView]]:
    """Return the markers of a viewport, and the places to tell of by their number.

    Parameters
    ----------
    store
        Where the layer is.
    query, bbox, most
        As :meth:`geo.engine.Engine.view`.
    zoom
        A zoom that :func:`shown_zoom` returned.
    """
    shift = cell_shift(zoom)
    whole = bbox.east - bbox.west >= _WHOLE_DEG
    held = cells_in_sight(store, query, bbox, shift, on_ground(zoom))
    if whole or bbox.west > bbox.east:
        held = around_the_world(held)
    while True:
        if len(held) <= _CELLS_A_MARKER * most or shift >= GRID_BITS:
            groups = markers_apart(held, _APART * (1 << shift))
            if len(groups) <= most or shift >= GRID_BITS:
                break
        shift += 1
        held = coarser_cells(held, shift)
    if _is_summarised(store):
        groups = [group for group in groups if _in_sight(group, bbox)]
    known = _firsts(store, groups)
    shown = tuple(_named(group, known) for group in groups)
    places = {
        place.number: place for place in _areas_in_sight(store, query, bbox, zoom)
    }
    for group in shown:
        if group.place_no is not None:
            places[group.place_no] = PlaceView(*known[group.first_no][1:])
    return shown, places


def cells_in_sight(
    store: Store, query: Query, bbox: Bbox, shift: int, vague: Condition
) -> list[Cell]:
    """Return what each grid cell in a viewport holds, the fullest first.

    Parameters
    ----------
    store, query, bbox
        As :func:`markers_of`.
    shift
        The shift that makes cells of coordinates.
    vague
        A condition on ``deepest``: which incidents are exact enough.
    """
    # Summaries know whole cells only; then so do all views of the layer.
    whole = shift if _is_summarised(store) else 0
    sight = in_sight(bbox, shift=whole)
    conditions: list[Condition] = []
    parts: list[str] = []
    known = cells.known(query, store.facts.cell_shifts, shift)
    for part in known:
        if part.level is None:
            conditions.append(all_of([part.condition, sight, vague]))
            made = cells.of_incidents(shift, conditions[-1].sql, table=part.table)
        else:
            near = inside(bbox, shift=whole, of=("cx", "cy"), cells=part.level)
            conditions.append(all_of([part.condition, near, vague]))
            # Rows are summed by cell at the end; before that only where it makes those
            # of several parts few.
            is_few = part.is_summed or len(known) == 1
            as_cells = cells.rows_of if is_few else cells.of_cells
            made = as_cells(part.table, part.level, shift, conditions[-1].sql)
        parts.append(made)
    if not parts:
        conditions = [where(store, query, sight, vague)]
        parts = [
            cells.of_incidents(shift, conditions[0].sql, table=marks_for(store, query))
        ]
    sql = f"SELECT {_CELL_COLUMNS} FROM ({cells.by_cell(' UNION ALL '.join(parts))}) AS cell"
    values = [value for part in conditions for value in part.parameters]
    rows = [Cell.of_row(row) for row in store.ask(sql, values)]
    return sorted(rows, key=lambda cell: (-cell.count, cell.first_no))


def _is_summarised(store: Store) -> bool:
    return any(store.facts.cell_shifts.values())


def _firsts(store: Store, groups: Iterable[Group]) -> dict[int, tuple[Any, ...]]:
    """Return id and place of an incident of each group that has one place."""
    numbers = [group.first_no for group in groups if group.place_no is not None]
    if not numbers:
        return {}
    these = store.numbered(numbers)
    sql = f"SELECT row_no, id, {PLACE_COLUMNS} FROM incident WHERE {these.sql}"
    return {row[0]: row[1:] for row in store.ask(sql, these.parameters)}


def _areas_in_sight(
    store: Store, query: Query, bbox: Bbox, zoom: int
) -> Iterator[PlaceView]:
    """Go through the lines and areas in a viewport, the largest first."""
    here, degrees = meets(bbox), _LEAST_AREA_PX * 360 / (_TILE_PX << zoom)
    condition = where(store, query)
    has_some = f"""EXISTS (
        SELECT 1 FROM incident_area AS one
        WHERE one.place_no = outline.place_no AND {condition.sql}
    )"""
    sql = f"""
        SELECT {PLACE_COLUMNS} FROM incident_outline AS outline
        WHERE {here.sql} AND {LENGTH} >= ? AND {"TRUE" if query == Query() else has_some}
        ORDER BY east - west + north - south DESC, place_no
        LIMIT {_MOST_AREAS}
    """
    values = (*here.parameters, degrees)
    if query != Query():
        values += condition.parameters
    for row in store.ask(sql, values):
        yield PlaceView(*row)


def _span(bbox: Bbox) -> int:
    """Return how wide or high an extent is on the grid, whichever is more."""
    left, top = mercator(bbox.west, bbox.north)
    right, bottom = mercator(bbox.east, bbox.south)
    return max((right - left) % (1 << GRID_BITS), bottom - top)


def _in_sight(group: Group, bbox: Bbox) -> bool:
    """Tell whether the extent of a group's markers meets a viewport."""
    # Compared on the grid, where the group's extent was whole numbers.
    left, top = mercator(bbox.west, bbox.north)
    right, bottom = mercator(bbox.east, bbox.south)
    x_low, y_low = mercator(group.extent.west, group.extent.north)
    x_high, y_high = mercator(group.extent.east, group.extent.south)
    turn = 1 << GRID_BITS
    right += turn * (left > right)
    x_high += turn * (x_low > x_high)
    meets_lon = any(
        x_high + 1 + further >= left and x_low - 1 + further <= right
        for further in (-turn, 0, turn)
    )
    return meets_lon and y_high + 1 >= top and y_low - 1 <= bottom


def _named(group: Group, known: dict[int, tuple[Any, ...]]) -> Group:
    """Return a group with the id of its incident, if it is only one."""
    if group.count > 1:
        return group
    return replace(group, incident_id=known[group.first_no][0])
