"""Where most of a layer is: what a map shows first.

The hull of everything is the whole world as soon as two incidents are far away. So what
is vague is left aside, and as many of the outermost places as make the view smaller, as
long as most incidents stay inside.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geo.base.grid import GRID_BITS, Bbox, Cell, around_the_world, cell_shift, wrapped
from geo.engine import cells
from geo.engine.answers import Condition
from geo.engine.asking import where
from geo.engine.conditions import PLACED, all_of
from geo.engine.store import Store
from geo.engine.vagueness import on_ground
from geo.engine.viewport import cells_in_sight
from geo.model.query import Query

#: So large a share of what is placed stays in view.
_MOST: Final = 0.75
#: So large a share of what is placed stands on the ground at the closest zoom.
_STANDING: Final = 0.5
#: Outliers are left out only if the view becomes at most so large a share of the whole.
_WORTH: Final = 0.6
#: The zoom whose cells are left out or kept: a cell is up to 310 km wide.
_CELLS_ZOOM: Final = 4
_WORLD: Final = Bbox(-180, -90, 180, 90)
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Focus:
    """Where most incidents are, and how close to them to come at most.

    At ``zoom`` half of what is placed still stands on the ground.

    ``extent`` is in degrees, of the marks; ``west > east`` crosses the antimeridian.
    """

    extent: Bbox
    zoom: int


def focus_of(store: Store, query: Query) -> Focus | None:
    """Return where most of the incidents are that a query asks for.

    Parameters
    ----------
    store
        Where the layer is.
    query
        Which incidents.

    Returns
    -------
    Focus or None
        None where nothing is placed.
    """
    shift = cell_shift(_CELLS_ZOOM)
    # What is not on the ground at the first of these, a country, says little of where
    # to look.
    for zoom in (cells.FIRST_ZOOM, -1):
        held = cells_in_sight(store, query, _WORLD, shift, on_ground(zoom))
        if held:
            kept = _densest(around_the_world(held), shift)
            return Focus(_hull(kept), _common_zoom(store, query))
    return None


def _densest(cells: list[Cell], shift: int) -> list[Cell]:
    """Return the cells without outliers, or all where that gains little."""
    columns = np.array([int(cell.x) >> shift for cell in cells])
    lines = np.array([int(cell.y) >> shift for cell in cells])
    counts = np.array([cell.count for cell in cells], dtype=np.int64)
    columns, lines = columns - columns.min(), lines - lines.min()
    grid = np.zeros((columns.max() + 1, lines.max() + 1), dtype=np.int64)
    np.add.at(grid, (columns, lines), counts)
    (left, right), (top, bottom) = _smallest_box(grid)
    if right - left + bottom - top + 2 > _WORTH * sum(grid.shape):
        return cells
    good = (columns >= left) & (columns <= right) & (lines >= top) & (lines <= bottom)
    return [cell for cell, is_good in zip(cells, good, strict=True) if is_good]


def _smallest_box(grid: Counts) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the first and last column and line of the smallest box that holds most.

    Every box is tried whose columns hold most: there are few, for it begins among the
    outermost incidents in the west and ends among those in the east.
    """
    least = math.ceil(_MOST * grid.sum())
    # Of the columns before each, and of the lines before each within them.
    before = np.zeros((grid.shape[0] + 1, grid.shape[1] + 1), dtype=np.int64)
    before[1:, 1:] = grid.cumsum(axis=0).cumsum(axis=1)
    best = ((0, grid.shape[0] - 1), (0, grid.shape[1] - 1))
    size = sum(grid.shape)
    for left in range(grid.shape[0]):
        for right in range(left, grid.shape[0]):
            held = before[right + 1] - before[left]
            if held[-1] < least or right - left + 2 >= size:
                continue
            # For each first line, the last one that makes it enough.
            ends = np.searchsorted(held, held[:-1] + least)
            heights = np.where(ends < len(held), ends - np.arange(len(ends)), size)
            top = int(np.argmin(heights))
            if right - left + 1 + heights[top] < size:
                size = right - left + 1 + int(heights[top])
                best = ((left, right), (top, int(ends[top]) - 1))
    return best


def _hull(kept: list[Cell]) -> Bbox:
    west = min(cell.extent.west for cell in kept)
    east = max(cell.extent.east for cell in kept)
    return Bbox(
        wrapped(west),
        min(cell.extent.south for cell in kept),
        wrapped(east),
        max(cell.extent.north for cell in kept),
    )


def _common_zoom(store: Store, query: Query) -> int:
    """Return the zoom up to which half of what is placed stands on the ground."""
    parts = cells.known(query, store.facts.cell_shifts, GRID_BITS)
    table, number, selected = "incident", "count(*)", where(store, query, PLACED)
    if [part.table for part in parts] == [cells.PLAIN.name]:
        # Its coarsest level says it; the others do not keep it apart.
        table, number = cells.PLAIN.name, "sum(n)"
        level = Condition(f"shift = {parts[0].level}")
        selected = all_of([level, parts[0].condition])
    sql = f"""
        SELECT deepest, CAST({number} AS BIGINT) FROM {table}
        WHERE {selected.sql} GROUP BY deepest
    """
    rows: list[tuple[Any, ...]] = store.ask(sql, selected.parameters)
    numbers: dict[int, int] = {deepest: int(count) for deepest, count in rows}
    wanted = _STANDING * sum(numbers.values())
    standing = 0
    for deepest in sorted(numbers, reverse=True):
        standing += numbers[deepest]
        if standing >= wanted:
            return max(0, deepest)
    return 0
