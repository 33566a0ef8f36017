"""Queries as conditions in SQL: the same text for every database.

Every value is a parameter, written ``?``. Only what DuckDB and PostgreSQL read alike
is used: comparisons, ``= ANY(list)``, ``strpos``, shifts of integers.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - `date` is a column here
from typing import Final

from shapely.geometry import MultiPolygon, box
from shapely.geometry.base import BaseGeometry

from geo.base.grid import GRID, Bbox, curve_stretches, mercator
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


def conditions_of(
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
    for word in query.words:
        yield _as_a_whole(word) if word.startswith(" ") else holding(word)
    if query.bbox:
        yield meeting(query.bbox)


def _as_a_whole(word: str) -> Condition:
    """Return the condition that ``search`` holds a word between blanks as a whole."""
    return Condition("strpos(' ' || search || ' ', ?) > 0", (word,))


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


@dataclass(frozen=True, slots=True)
class Bound:
    """The only end of the dates asked for, as far as whole years and months go.

    Parameters
    ----------
    end
        ``"since"`` or ``"until"``.
    year
        The first or the last year that is asked for as a whole.
    month
        The first or the last whole month, from year 0, of the year that it cuts in two;
        of no meaning where it cuts none.
    """

    end: str
    year: int
    month: int


@dataclass(frozen=True, slots=True)
class Periods:
    """A query by category, status and dates in parts: each incident passes one at most.

    Parameters
    ----------
    years
        The condition on columns of years, of those whose years are surely asked for.
    months
        The condition on columns of months, of others whose months surely are; None where
        the dates asked for cut no year in two.
    days
        For each end of the dates asked for that cuts a month in two, the condition on
        columns of incidents, of those with that end in that month.
    bound
        What years and months say where dates are asked for that may be past one end;
        None for two, or for dates that certainly are.
    """

    years: Condition
    months: Condition | None
    days: tuple[Condition, ...]
    bound: Bound | None


def by_periods(query: Query) -> Periods:
    """Split a query by what years tell of its dates, then months, and the rest."""
    certain = query.dates == Dates.CERTAIN
    begin, end = ("earliest", "latest") if certain else ("latest", "earliest")
    years = [
        codes(query),
        Condition("earliest_year IS NOT NULL OR latest_year IS NOT NULL"),
    ]
    # For each end, what months tell of it, and of the part of a year that it cuts off.
    ends: list[tuple[Condition, Condition | None]] = []
    days: list[Condition] = []
    elsewhere: list[Condition] = []
    for day, name, mark in ((query.since, begin, ">"), (query.until, end, "<")):
        if day is None:
            continue
        is_first = mark == ">"
        month, first_month = _month(day), day.year * 12
        cuts_month = day.day != 1 if is_first else not _ends_month(day)
        cuts_year = cuts_month or day.month != (1 if is_first else 12)
        year_fits = _fits(
            f"{name}_year", mark, day.year, cuts=cuts_year, certain=certain
        )
        month_fits = _fits(
            f"{name}_month", mark, month, cuts=cuts_month, certain=certain
        )
        years.append(year_fits)
        # Each month by itself: an index then finds its part of the world.
        wanted = (
            range(month + cuts_month, first_month + 12)
            if is_first
            else range(first_month, month + 1 - cuts_month)
        )
        cut = None
        if cuts_year and wanted:
            sql = f"{name}_month IN ({', '.join('?' for _ in wanted)})"
            cut = Condition(sql, tuple(wanted))
        ends.append((month_fits, cut))
        if cuts_month:
            here = Condition(f"{name}_month = ?", (month,))
            days.append(all_of([here, *elsewhere, codes(query), *_when(query)]))
            elsewhere.append(Condition(f"{name}_month IS DISTINCT FROM ?", (month,)))
    months = [
        all_of(
            [cut, *(fits for other, (fits, _) in enumerate(ends) if other != number)]
        )
        for number, (_, cut) in enumerate(ends)
        if cut is not None
    ]
    return Periods(
        all_of(years),
        all_of([codes(query), any_of(months)]) if months else None,
        tuple(days),
        _bound(query),
    )


def _bound(query: Query) -> Bound | None:
    """Return the bound of a query's dates, if they have one."""
    if query.dates == Dates.CERTAIN or (query.since and query.until):
        return None
    if query.since:
        month = _month(query.since) + (query.since.day != 1)
        return Bound("since", -(-month // 12), month)
    if query.until:
        month = _month(query.until) - (not _ends_month(query.until))
        return Bound("until", (month + 1) // 12 - 1, month)
    return None


def _month(day: Day) -> int:
    """Return the number of a day's month, counted from year 0."""
    return day.year * 12 + day.month - 1


def _fits(
    column: str, mark: str, value: int, *, cuts: bool, certain: bool
) -> Condition:
    """Return the condition that a year or month is surely on this side of an end.

    A date that is open there may be any day, and is certainly none.
    """
    is_open = "" if certain else f" OR {column} IS NULL"
    return Condition(f"{column} {mark}{'' if cuts else '='} ?{is_open}", (value,))


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


def in_sight(bbox: Bbox, *, shift: int = 0) -> Condition:
    """Return what :func:`inside` does, for rows that have a place on the Z-order curve.

    Every marker in *bbox* is on a few stretches of the curve, and few of those far away
    are: a database finds these by an index of ``z_order``.
    """
    left, top = mercator(bbox.west, bbox.north)
    right, bottom = mercator(bbox.east, bbox.south)
    first, last = _whole(top, shift)[0], min(_whole(bottom, shift)[1], GRID - 1)
    low, high = _whole(left, shift)[0], min(_whole(right, shift)[1], GRID - 1)
    spans = [(low, high)] if bbox.west <= bbox.east else [(low, GRID - 1), (0, high)]
    stretches = any_of(
        Condition("z_order BETWEEN ? AND ?", stretch)
        for west, east in spans
        for stretch in curve_stretches(west, first, east, last)
    )
    return all_of([stretches, inside(bbox, shift=shift)])


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
