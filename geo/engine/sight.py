"""How many incidents are in sight: from summaries, where a layer has them.

Counting the incidents of a wide view one by one takes as long as reading all of them.
"""

from __future__ import annotations

from typing import Any, Final

from geo.base.grid import GRID_BITS, Bbox, cell_shift, mercator
from geo.engine import cells
from geo.engine.answers import Condition
from geo.engine.asking import where
from geo.engine.conditions import PLACED, all_of, in_sight, inside
from geo.engine.marks import marks_for
from geo.engine.shelf import vague_in
from geo.engine.store import Store
from geo.engine.vagueness import on_ground
from geo.engine.viewport import shown_zoom
from geo.model.query import Query

#: A viewport without a zoom is counted by cells of at most a 2**5th of its narrower side.
_ACROSS_BITS: Final = 5


def count_in_sight(
    store: Store, query: Query, bbox: Bbox, zoom: int | None = None
) -> int:
    """Return how many incidents are in a viewport.

    In a layer that has summaries the cells at its edge count as a whole, as their
    markers stand for all that is in them.

    Parameters
    ----------
    store
        Where the layer is.
    query
        Which incidents.
    bbox
        The viewport, WGS84 degrees.
    zoom
        The zoom of the view: what is too vague for a marker at it is in sight where its
        uncertainty reaches into the viewport. None: all are where their marker is.
    """
    if zoom is None:
        shift = max(0, _span(bbox).bit_length() - _ACROSS_BITS)
        return _count(store, query, bbox, shift, Condition("TRUE"))
    shown = shown_zoom(bbox, zoom)
    # By the cells of its markers: they are what the view shows.
    ground = _count(store, query, bbox, cell_shift(shown), on_ground(shown))
    return ground + vague_in(store, query, bbox, shown).count


def _count(store: Store, query: Query, bbox: Bbox, shift: int, exact: Condition) -> int:
    parts = cells.known(query, store.facts.cell_shifts, shift)
    if not parts:
        selected = where(store, query, PLACED, in_sight(bbox), exact)
        return _sum(store, "count(*)", marks_for(store, query), selected)
    number = 0
    for part in parts:
        if part.level is None:
            sight = [in_sight(bbox, shift=shift)]
            counted = "count(*)"
        else:
            near = inside(bbox, shift=shift, of=("cx", "cy"), cells=part.level)
            sight = [Condition(f"shift = {int(part.level)}"), near]
            counted = "sum(n)"
        selected = all_of([part.condition, *sight, exact])
        number += _sum(store, counted, part.table, selected)
    return number


def _sum(store: Store, number: str, table: str, selected: Condition) -> int:
    sql = f"SELECT coalesce(CAST({number} AS BIGINT), 0) FROM {table} WHERE {selected.sql}"
    values: tuple[Any, ...] = selected.parameters
    return int(store.ask(sql, values)[0][0])


def _span(bbox: Bbox) -> int:
    """Return how wide or high an extent is on the grid, whichever is less.

    Cells are to be small beside the narrower side, or its edges would count too much.
    """
    left, top = mercator(bbox.west, bbox.north)
    right, bottom = mercator(bbox.east, bbox.south)
    return max(1, min((right - left) % (1 << GRID_BITS), bottom - top))
