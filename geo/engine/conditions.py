"""Queries as conditions in SQL: the same text for every database.

Every value is a parameter, written ``?``. Only what DuckDB and PostgreSQL read alike
is used: comparisons, ``= ANY(list)``, ``strpos``, shifts of integers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from geo.engine.answers import Condition
from geo.grid import mercator
from geo.layer_table import days_of
from geo.query import Bbox, Dates, Query

#: What an incident can be without, as a condition.
MISSING: Final = {
    "place": Condition("mx IS NULL"),
    "date": Condition("NOT dated"),
    "end": Condition("dated AND (earliest_month IS NULL OR latest_month IS NULL)"),
}
PLACED: Final = Condition("mx IS NOT NULL")
#: Numbers of places are below this: what JavaScript counts exactly.
_MOST_PLACES: Final = 2**52
_CODES: Final = ("category", "status", "precision", "country")


def joined(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that all of these hold; none of them always holds."""
    parts = list(conditions)
    sql = " AND ".join(f"({part.sql})" for part in parts) or "TRUE"
    return Condition(sql, tuple(value for part in parts for value in part.parameters))


def asked(query: Query, holding: Callable[[str], Condition]) -> Iterator[Condition]:
    """Go through the conditions of a query.

    Parameters
    ----------
    query
        Which incidents.
    holding
        Gives the condition that an incident's text holds a folded word.
    """
    for name in _CODES:
        values = getattr(query, name)
        if values:
            yield Condition(f"{name} = ANY(?)", (list(values),))
    if query.source:
        ids = [f"|{source}|" for source in query.source]
        sql = " OR ".join("strpos(cited, ?) > 0" for _ in ids)
        yield Condition(sql, tuple(ids))
    yield from _when(query)
    yield from map(holding, query.words)
    if query.bbox:
        yield PLACED
        yield meets(query.bbox)


def numbered_place(place_no: int) -> Condition:
    """Return the condition that an incident is at this place; any number is fine."""
    return Condition("place_no = ?", (known_number(place_no),))


def known_number(place_no: int) -> int:
    """Return a place's number, or -1 for one that no column can hold."""
    return place_no if 0 <= place_no < _MOST_PLACES else -1


def meets(bbox: Bbox) -> Condition:
    """Return the condition that an incident's extent meets *bbox*."""
    across = bbox.west > bbox.east
    lon = "(east >= ? OR west <= ?)" if across else "(east >= ? AND west <= ?)"
    return Condition(
        f"{lon} AND north >= ? AND south <= ?",
        tuple(map(float, (bbox.west, bbox.east, bbox.south, bbox.north))),
    )


def inside(
    bbox: Bbox, *, shift: int = 0, of: tuple[str, str] = ("mx", "my"), cells: int = 0
) -> Condition:
    """Return the condition that an incident's marker lies in *bbox*.

    Parameters
    ----------
    bbox
        The extent, degrees.
    shift
        The extent is widened to whole cells of this shift.
    of
        Columns with the coordinates.
    cells
        These columns hold coordinates shifted by so much.
    """
    left, top = mercator(bbox.west, bbox.north)
    right, bottom = mercator(bbox.east, bbox.south)
    low, high = _whole(left, shift)[0], _whole(right, shift)[1]
    first, last = _whole(top, shift)[0], _whole(bottom, shift)[1]
    x, y = of
    across = bbox.west > bbox.east
    lon = f"({x} >= ? OR {x} <= ?)" if across else f"({x} >= ? AND {x} <= ?)"
    values = tuple(value >> cells for value in (low, high, first, last))
    return Condition(f"{lon} AND {y} >= ? AND {y} <= ?", values)


def _whole(value: int, shift: int) -> tuple[int, int]:
    """Return the first and the last coordinate of the cell that one lies in."""
    first = value >> shift << shift
    return first, first + (1 << shift) - 1


def _when(query: Query) -> Iterator[Condition]:
    """Go through the conditions on dates."""
    certain = query.dates == Dates.CERTAIN
    if query.by_date:
        yield Condition("dated")
    if query.since:
        column = "earliest" if certain else "latest"
        yield Condition(f"{column} >= ?", (days_of(query.since, otherwise=0),))
    if query.until:
        column = "latest" if certain else "earliest"
        yield Condition(f"{column} <= ?", (days_of(query.until, otherwise=0),))
