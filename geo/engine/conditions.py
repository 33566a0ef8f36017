"""Queries as conditions in SQL: the same text for every database.

Every value is a parameter, written ``?``. Only what DuckDB and PostgreSQL read alike
is used: comparisons, ``= ANY(list)``, ``strpos``, shifts of integers.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Iterator
from datetime import date as Day  # noqa: N812 - `date` is a column here
from typing import Final

from shapely.geometry import MultiPolygon, box
from shapely.geometry.base import BaseGeometry

from geo.base.grid import Bbox, mercator
from geo.engine.answers import Condition
from geo.layer.table import days_of
from geo.model.query import CODED, UNKNOWN, Dates, Query

#: What an incident can be without, as a condition.
MISSING: Final = {
    "place": Condition("mx IS NULL"),
    "date": Condition("NOT dated"),
    "end": Condition("dated AND (earliest_month IS NULL OR latest_month IS NULL)"),
}
PLACED: Final = Condition("mx IS NOT NULL")
#: Numbers of places are below this: what JavaScript counts exactly.
_MOST_PLACES: Final = 2**52


def all_of(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that all of these hold; none of them always holds."""
    return _joined(conditions, " AND ", "TRUE")


def any_of(conditions: Iterable[Condition]) -> Condition:
    """Return the condition that one of these holds; none of them never does."""
    return _joined(conditions, " OR ", "FALSE")


def _joined(conditions: Iterable[Condition], word: str, of_none: str) -> Condition:
    parts = list(conditions)
    sql = word.join(f"({part.sql})" for part in parts) or of_none
    return Condition(
        sql,
        tuple(value for part in parts for value in part.parameters),
        any(part.reads_features for part in parts),
    )


def asked(
    query: Query,
    holding: Callable[[str], Condition],
    meeting: Callable[[Bbox], Condition],
) -> Iterator[Condition]:
    """Go through the conditions of a query.

    Parameters
    ----------
    query
        Which incidents.
    holding
        Gives the condition that an incident's text holds a folded word.
    meeting
        Gives the condition that an incident's geometry meets an extent.
    """
    yield codes(query)
    yield from _when(query)
    yield from map(holding, query.words)
    if query.bbox:
        yield meeting(query.bbox)


def codes(query: Query) -> Condition:
    """Return the condition that codes and sources are among those asked for."""
    parts = []
    for kind in CODED:
        values = getattr(query, kind.name)
        if not values:
            continue
        if kind.of_lists:
            sql = f"strpos({kind.column}, ?) > 0"
            parts.append(any_of(Condition(sql, (f"|{value}|",)) for value in values))
        else:
            known = [
                value for value in values if not kind.takes_unknown or value != UNKNOWN
            ]
            # A list in one parameter would be searched for each incident.
            places = ", ".join("?" for _ in known)
            sql = f"{kind.column} IN ({places})" if known else "FALSE"
            if len(known) < len(values):
                sql += f" OR {kind.column} IS NULL"
            parts.append(Condition(sql, tuple(known)))
    return all_of(parts)


def by_months(query: Query) -> tuple[Condition, list[Condition]]:
    """Split a query by category and dates into what months tell, and the rest.

    Returns
    -------
    tuple
        The condition, on columns of months, of those that are surely asked for; and
        for each end of the dates asked for that cuts a month in two, the condition, on
        columns of incidents, of those with that end in that month. Each incident
        passes one of these conditions at most.
    """
    certain = query.dates == Dates.CERTAIN
    begin, end = "latest_month", "earliest_month"
    if certain:
        begin, end = end, begin
    sure = [codes(query)]
    cut: list[Condition] = []
    elsewhere: list[Condition] = []
    for day, column, mark, whole in (
        (query.since, begin, ">", query.since is not None and query.since.day == 1),
        (query.until, end, "<", query.until is not None and _ends_month(query.until)),
    ):
        if day is None:
            continue
        month = (day.year * 12 + day.month - 1,)
        # A date that is open at this end may be any day, and is certainly none.
        is_open = "" if certain else f" OR {column} IS NULL"
        equal = "=" if whole else ""
        sure.append(Condition(f"{column} {mark}{equal} ?{is_open}", month))
        if not whole:
            here = Condition(f"{column} = ?", month)
            parts = [here, *elsewhere, codes(query), *_when(query)]
            cut.append(all_of(parts))
            elsewhere.append(Condition(f"{column} IS DISTINCT FROM ?", month))
    sure.append(Condition("earliest_month IS NOT NULL OR latest_month IS NOT NULL"))
    return all_of(sure), cut


def _ends_month(day: Day) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]


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


def within(bbox: Bbox) -> Condition:
    """Return the condition that an incident's extent lies in *bbox* as a whole."""
    across = bbox.west > bbox.east
    lon = "(west >= ? OR east <= ?)" if across else "(west >= ? AND east <= ?)"
    return Condition(
        f"{lon} AND south >= ? AND north <= ?",
        tuple(map(float, (bbox.west, bbox.east, bbox.south, bbox.north))),
    )


def as_area(bbox: Bbox) -> BaseGeometry:
    """Return an extent as a polygon, or as two where it crosses the antimeridian."""
    west, south, east, north = bbox
    if west <= east:
        return box(west, south, east, north)
    return MultiPolygon([box(west, south, 180, north), box(-180, south, east, north)])


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
        yield from_day(query.since, certain=certain)
    if query.until:
        yield to_day(query.until, certain=certain)


def from_day(day: Day, *, certain: bool = False) -> Condition:
    """Return the condition that a date may be that day or later, or certainly is."""
    column = "earliest" if certain else "latest"
    return Condition(f"{column} >= ?", (days_of(day, otherwise=0),))


def to_day(day: Day, *, certain: bool = False) -> Condition:
    """Return the condition that a date may be that day or earlier, or certainly is."""
    column = "latest" if certain else "earliest"
    return Condition(f"{column} <= ?", (days_of(day, otherwise=0),))
