"""Asking one store: queries become its conditions, and some answers are remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, Final

import shapely
from cachetools import LRUCache

from geo.base.grid import Bbox
from geo.base.work import check_work
from geo.engine.answers import Condition
from geo.engine.conditions import all_of, as_area, conditions_of, meets, within
from geo.engine.store import Store
from geo.model.query import Query

Rows = list[tuple[Any, ...]]
Ask = Callable[[str, Sequence[Any]], Rows]
#: Questions whose values take more letters than this are not remembered.
_LONGEST: Final = 10_000


def remembering(store: Store, *, most: int) -> Ask:
    """Return a way to ask a store that asks a question once: a layer does not change.

    Parameters
    ----------
    store
        Where the layer is. Do not change its answers.
    most
        How many answers are kept; the longest unused goes first.
    """
    answers: LRUCache[tuple[str, str], Rows] = LRUCache(most)
    lock = Lock()

    def ask_once(sql: str, parameters: Sequence[Any]) -> Rows:
        key = (sql, repr(parameters))
        with lock:
            rows = answers.get(key)
        if rows is None:
            rows = store.ask(sql, parameters)
            if len(key[1]) <= _LONGEST:
                with lock:
                    answers[key] = rows
        return rows

    return ask_once


def where(store: Store, query: Query, *further: Condition) -> Condition:
    """Return a query and further conditions as one condition."""
    parts = conditions_of(query, store.holding, lambda bbox: meeting(store, bbox))
    return all_of([*parts, *further])


def meeting(store: Store, bbox: Bbox) -> Condition:
    """Return the condition that an incident's geometry meets an extent.

    Of lines and areas whose extents reach in and out of it, the geometry itself
    is tried. An incident without a geometry meets none.
    """
    near, inside_it = meets(bbox), within(bbox)
    sql = f"""
        SELECT place_no, geometry FROM incident_shape WHERE place_no IN (
            SELECT place_no FROM incident_outline
            WHERE {near.sql} AND NOT ({inside_it.sql})
        )
    """
    area, numbers = as_area(bbox), list[int]()
    for rows in store.stretches(sql, (*near.parameters, *inside_it.parameters)):
        check_work()
        met = shapely.intersects(area, shapely.from_wkb([row[1] for row in rows]))
        numbers += [row[0] for row, good in zip(rows, met, strict=True) if good]
    return Condition(
        f"{near.sql} AND (NOT area OR ({inside_it.sql}) OR place_no = ANY(?))",
        (*near.parameters, *inside_it.parameters, numbers),
    )


def texts(store: Store, numbers: Sequence[int]) -> dict[int, str]:
    """Return the features of these rows as text, by their number."""
    these = store.numbered(numbers)
    sql = f"SELECT row_no, feature FROM incident_text WHERE {these.sql}"
    return dict(store.ask(sql, these.parameters)) if numbers else {}
