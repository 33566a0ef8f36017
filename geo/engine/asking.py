"""Queries as conditions for one store: what it must look up is looked up here."""

from __future__ import annotations

from collections.abc import Sequence

import shapely

from geo.base.grid import Bbox
from geo.base.work import check_work
from geo.engine.answers import Condition
from geo.engine.conditions import all_of, as_area, asked, meets, within
from geo.engine.store import Store
from geo.model.query import Query


def where(store: Store, query: Query, *further: Condition) -> Condition:
    """Return a query and further conditions as one condition."""
    parts = asked(query, store.holding, lambda bbox: meeting(store, bbox))
    return all_of([*parts, *further])


def meeting(store: Store, bbox: Bbox) -> Condition:
    """Return the condition that an incident's geometry meets an extent.

    Of lines and areas whose extents reach in and out of it, the geometry itself
    is tried. An incident without a geometry meets none.
    """
    near, inside_it = meets(bbox), within(bbox)
    sql = f"""
        SELECT place_no, geometry FROM incident_shape WHERE place_no IN (
            SELECT place_no FROM incident_area
            WHERE {near.sql} AND NOT ({inside_it.sql})
        )
    """  # noqa: S608
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
    sql = f"SELECT row_no, feature FROM incident_text WHERE {these.sql}"  # noqa: S608
    return dict(store.ask(sql, these.parameters)) if numbers else {}
