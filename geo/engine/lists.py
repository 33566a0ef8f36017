"""Lists of incidents: those of a place, of an extent or without something, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - `date` is a column here
from datetime import timedelta
from typing import Any, Final

from geo.base.grid import Bbox
from geo.engine.answers import ORDERS, Condition, Row
from geo.engine.asking import where
from geo.engine.conditions import MISSING, PLACED, inside, numbered_place
from geo.engine.shelf import on_shelf
from geo.engine.store import Store
from geo.engine.vagueness import on_ground
from geo.engine.viewport import shown_zoom
from geo.layer.table import EPOCH, OPEN_FUTURE, OPEN_PAST
from geo.model.query import Query

#: Incidents whose texts are in memory at a time while a layer is gone through.
STRETCH: Final = 2_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """What narrows a list beside its query; see :meth:`geo.engine.Engine.rows`."""

    place_no: int | None = None
    within: Bbox | None = None
    missing: str | None = None
    zoom: int | None = None

    def rows(self, store: Store, query: Query) -> tuple[str, tuple[Any, ...]]:
        """Return SQL for the rows of ``incident`` in the list, and its values."""
        if self.within is None or self.zoom is None:
            selected = where(store, query, *self._narrower())
            return f"incident WHERE {selected.sql}", selected.parameters
        zoom = shown_zoom(self.within, self.zoom)
        ground = where(store, query, *self._narrower(), on_ground(zoom))
        shelf = where(store, query, on_shelf(store, query, self.within, zoom))
        # Apart, so that each reads only the part of the layer that it is about.
        parts = " UNION ALL ".join(
            f"SELECT * FROM incident WHERE {part.sql}" for part in (ground, shelf)
        )
        return f"({parts}) AS incident", (*ground.parameters, *shelf.parameters)

    def _narrower(self) -> Iterator[Condition]:
        if self.place_no is not None:
            yield numbered_place(self.place_no)
        if self.within is not None:
            yield PLACED
            yield inside(self.within)
        if self.missing is not None:
            yield MISSING[self.missing]


def rows_of(  # noqa: PLR0913 - a page of a list has these and no more
    store: Store,
    query: Query,
    chosen: Chosen,
    *,
    order: str,
    limit: int | None,
    offset: int,
) -> list[Row]:
    """Return incidents as lines of a list; see :meth:`geo.engine.Engine.rows`."""
    source, parameters = chosen.rows(store, query)
    # Select row numbers first, then fetch their columns.
    sql = f"""
        SELECT row_no FROM {source} ORDER BY {ORDERS[order]}
        LIMIT {"ALL" if limit is None else int(limit)} OFFSET {int(offset)}
    """
    numbers = [row[0] for row in store.ask(sql, parameters)]
    rows: dict[int, Row] = {}
    for stretch in _stretches(numbers):
        these = store.numbered(stretch)
        sql = f"""
            SELECT row_no, id, title, category, kind, status, date, place,
                   precision, country, mx IS NOT NULL, earliest, latest, lon, lat
            FROM incident WHERE {these.sql}
        """
        for row in store.ask(sql, these.parameters):
            rows[row[0]] = _row(row)
    return [rows[number] for number in numbers]


def _stretches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """Cut a list of rows into pieces that fit into memory with their texts."""
    for first in range(0, len(numbers), STRETCH):
        yield numbers[first : first + STRETCH]


def _row(row: Sequence[Any]) -> Row:
    values = dict(zip(Row.__slots__, row, strict=True))
    values["earliest"] = day_of(values["earliest"])
    values["latest"] = day_of(values["latest"])
    return Row(**values)


def day_of(days: int) -> Day | None:
    """Return the day of a column's number, or None for an open end."""
    if days in {OPEN_PAST, OPEN_FUTURE}:
        return None
    return EPOCH + timedelta(days=days)
