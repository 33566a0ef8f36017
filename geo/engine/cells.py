"""Summaries: what each grid cell holds, so that a wide view reads few incidents.

A question about a viewport groups incidents by cells of 32 pixels. Far out, a cell
holds thousands, so that is done once, when the layer is loaded, for each zoom, in some
tables (:data:`TABLES`): by category for any view; by all codes, and by time with and
without status, for wide views that are filtered by these. Which levels a table has,
:mod:`geo.engine.levels` decides.

In each row incidents have the same ``deepest`` (:mod:`geo.engine.vagueness`), so that a
view leaves out what is too vague for it. A level is asked by views of its own zoom, so
what stands on the ground further in is one row there: otherwise a cell would have as many
rows as its places are exact in different ways, and a larger layer more of them.

Time is kept by years, and by months for the years in which the dates asked for begin and
end; for the months in which they do, the incidents themselves are asked. By months alone,
a view of ten million would read a row for every fourth incident.

Most dates asked for are open at an end. For these a store may have running totals
(:data:`RUNNING`): what a cell has from each year on, or up to it, and likewise the months
within a year. A view then reads one row for what is else one a year, or some.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from geo.engine.answers import Condition
from geo.engine.conditions import all_of, by_periods, codes
from geo.model.query import CODED, Query

#: The first view asks what stands on the ground at this zoom, in coarser cells.
FIRST_ZOOM: Final = 6
#: What each level says of a cell, and the function that makes it of finer rows.
MEASURES: Final = {
    **dict.fromkeys(("n", "x", "y"), "sum"),
    "first_no": "min",
    "place_low": "min",
    "place_high": "max",
    "status_low": "min",
    "status_high": "max",
    "plan": "bool_and",
    **dict.fromkeys(("x_low", "y_low"), "min"),
    **dict.fromkeys(("x_high", "y_high"), "max"),
    "z_low": "min",
}
#: The same of incidents.
_OF_INCIDENTS: Final = """
    count(*) AS n, CAST(sum(mx) AS BIGINT) AS x, CAST(sum(my) AS BIGINT) AS y,
    min(row_no) AS first_no, min(place_no) AS place_low, max(place_no) AS place_high,
    min(status) AS status_low, max(status) AS status_high,
    bool_and(kind = 'plan') AS plan,
    min(mx) AS x_low, min(my) AS y_low, max(mx) AS x_high, max(my) AS y_high,
    min(z_order) AS z_low
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of summaries.

    Parameters
    ----------
    name
        The table.
    apart
        Columns whose values a cell's incidents are kept apart by.
    finest_zoom
        The finest zoom that is summarised.
    order
        Columns that its rows of a level are in the order of: what is asked together lies
        together.
    indexed
        Columns that a level is asked by, where the database has indexes of them.
    running
        The end of the dates asked for that it has running totals for, ``"since"`` or
        ``"until"``, in time of the last column of *apart*. In place of that column its
        rows have ``low`` and ``high``: a row is the total for each value between them.
    """

    name: str
    apart: tuple[str, ...]
    finest_zoom: int
    order: tuple[str, ...] = ("z_low",)
    indexed: tuple[str, ...] = ("cx, cy",)
    running: str = ""


@dataclass(frozen=True, slots=True)
class _ByDates:
    """Tables by years and by months, and by running totals of both for an end of dates."""

    years: Table
    months: Table
    running: Mapping[str, tuple[Table, Table]]


@dataclass(frozen=True, slots=True)
class Part:
    """A table that knows some of the incidents asked for, and which they are there.

    Parameters
    ----------
    table
        Its name.
    level
        The shift of its cells, in whose rows incidents are summarised; None where its
        rows are incidents.
    condition
        The condition on its rows.
    is_summed
        Whether hardly two of its rows are of one cell and category: to sum them before
        those of other parts would be a step for nothing.
    """

    table: str
    level: int | None
    condition: Condition
    is_summed: bool = False


PLAIN: Final = Table("incident_cell", ("category",), 13)
_CODED: Final = Table("incident_cell_code", tuple(kind.column for kind in CODED), 5)
_YEARS: Final = ("category", "earliest_year", "latest_year")
_MONTHS: Final = ("category", "earliest_month", "latest_month")
#: Time by years and by months: without status, and with it.
_BY_DATES: Final = _ByDates(
    Table(
        "incident_cell_year",
        _YEARS,
        8,
        order=("category", "z_low"),
        indexed=("category, cx, cy", "cx, cy"),
    ),
    Table(
        "incident_cell_month",
        _MONTHS,
        5,
        order=("latest_month", "category", "z_low"),
        indexed=("latest_month, category", "earliest_month, category"),
    ),
    {},
)
#: The square of 32 by 32 cells that a row lies in: a view shows some of these, and of each
#: the rows of one time.
_SQUARE: Final = "z_low >> least(62, 2 * shift + 10)"
#: Running totals of both with status, for each end of the dates asked for: by years, and
#: by the months of a year.
_RUNNING: Final = {
    end: (
        Table(
            f"incident_cell_{end}_year_status",
            ("category", "status", f"{name}_year"),
            8,
            order=("status", _SQUARE, "low", "z_low"),
            indexed=("status, cx, cy, low, high",),
            running=end,
        ),
        Table(
            f"incident_cell_{end}_month_status",
            ("category", "status", f"{name}_year", f"{name}_month"),
            5,
            order=(f"{name}_year", "status", _SQUARE, "low", "z_low"),
            indexed=(f"{name}_year, status, cx, cy, low, high",),
            running=end,
        ),
    )
    for end, name in (("since", "latest"), ("until", "earliest"))
}
#: How what incidents have no column for is made of them; months are counted from year 0.
_MADE: Final = {
    f"{end}_year": f"CAST(floor({end}_month / 12.0) AS INTEGER)"
    for end in ("earliest", "latest")
}
_BY_DATES_STATUS: Final = _ByDates(
    Table(
        "incident_cell_year_status",
        (*_YEARS, "status"),
        8,
        order=("status", "z_low"),
        indexed=("status, cx, cy",),
    ),
    Table(
        "incident_cell_month_status",
        (*_MONTHS, "status"),
        5,
        order=("latest_month", "status", "z_low"),
        indexed=("latest_month, status", "earliest_month, status"),
    ),
    _RUNNING,
)
#: Dated incidents with a place: those of one month lie together, along the curve.
BY_TIME: Final = "incident_by_time"
TIMED: Final = (
    *("row_no", "category", "kind", "status", "dated", "earliest", "latest"),
    *("earliest_month", "latest_month", "place_no", "mx", "my", "z_order", "deepest"),
)
TABLES: Final = (
    PLAIN,
    _CODED,
    _BY_DATES.years,
    _BY_DATES.months,
    _BY_DATES_STATUS.years,
    _BY_DATES_STATUS.months,
)
#: Running totals, where a store has them.
RUNNING: Final = tuple(table for pair in _RUNNING.values() for table in pair)


def of_incidents(
    shift: int,
    where: str,
    apart: Sequence[str] = PLAIN.apart,
    table: str = "incident",
) -> str:
    """Return SQL for what the cells hold of the incidents that *where* asks.

    Its columns are ``cx``, ``cy``, those of *apart* and the measures. A column apart
    may be made of others, by SQL that ends with ``AS name``.
    """
    apart = made_of(apart)
    return f"""
        SELECT mx >> {shift} AS cx, my >> {shift} AS cy, {", ".join(apart)}, {_OF_INCIDENTS}
        FROM {table} WHERE {where} AND mx IS NOT NULL
        GROUP BY mx >> {shift}, my >> {shift}, {unnamed(apart)}
    """


def of_cells(
    table: str, kept: int, shift: int, where: str, apart: Sequence[str] = PLAIN.apart
) -> str:
    """Return the same made of summaries; *kept* is the shift of those, the finer."""
    further = shift - kept
    return f"""
        SELECT cx >> {further} AS cx, cy >> {further} AS cy, {", ".join(apart)}, {measured()}
        FROM {table} WHERE shift = {kept} AND {where}
        GROUP BY cx >> {further}, cy >> {further}, {unnamed(apart)}
    """


def rows_of(table: str, kept: int, shift: int, where: str) -> str:
    """Return the same rows as they are, which :func:`by_cell` sums."""
    further = shift - kept
    return f"""
        SELECT cx >> {further} AS cx, cy >> {further} AS cy, category, {", ".join(MEASURES)}
        FROM {table} WHERE shift = {kept} AND {where}
    """


def measured(over: str = "") -> str:
    """Return SQL for the measures of rows together, or of those that a window has."""
    made = {name: f"{function}({name}) {over}" for name, function in MEASURES.items()}
    return ", ".join(
        f"CAST({sql} AS BIGINT) AS {name}"
        if MEASURES[name] == "sum"
        else f"{sql} AS {name}"
        for name, sql in made.items()
    )


def made_of(columns: Iterable[str]) -> list[str]:
    """Return columns as they are made of an incident's."""
    return [
        f"{_MADE[column]} AS {column}" if column in _MADE else column
        for column in columns
    ]


def unnamed(columns: Iterable[str]) -> str:
    """Return columns as they are grouped by: what they are made of."""
    return ", ".join(column.rsplit(" AS ", 1)[0] for column in columns)


def by_cell(parts: str) -> str:
    """Return SQL for one row a cell, whatever the category, as :class:`Cell` reads it."""
    return f"""
        SELECT {measured()}, string_agg(category || ':' || n, ',') AS mix
        FROM (
            SELECT cx, cy, category, {measured()} FROM ({parts}) AS part
            GROUP BY cx, cy, category
        ) AS kind GROUP BY cx, cy
    """


def known(query: Query, shifts: Mapping[str, Sequence[int]], shift: int) -> list[Part]:
    """Return the tables that a view's cells are known from, without the incidents' own.

    Parameters
    ----------
    query
        Which incidents.
    shifts
        The levels that each table has.
    shift
        The cells wanted; a level is as fine or finer.

    Returns
    -------
    list of Part
        Each incident asked for is in one of them. None: only the incidents know.
    """
    plain = Query(category=query.category, dates=query.dates)
    undated = query.undated()
    if query == plain:
        return _at_level(PLAIN, shifts, shift, codes(query))
    if undated == plain:
        return _parts_by_dates(_BY_DATES, query, shifts, shift)
    if undated == replace(plain, status=query.status) and query != undated:
        return _parts_by_dates(_BY_DATES_STATUS, query, shifts, shift)
    if query == undated and query.bbox is None and not query.q:
        return _at_level(_CODED, shifts, shift, codes(query))
    return []


def _at_level(
    table: Table, shifts: Mapping[str, Sequence[int]], shift: int, condition: Condition
) -> list[Part]:
    """Return a table at its coarsest level that is fine enough, or nothing."""
    fine = [one for one in shifts.get(table.name, ()) if one <= shift]
    if not fine:
        return []
    return [Part(table.name, max(fine), condition, bool(table.running))]


def _parts_by_dates(
    tables: _ByDates,
    query: Query,
    shifts: Mapping[str, Sequence[int]],
    shift: int,
) -> list[Part]:
    """Return what knows incidents by the years, months and days of their dates."""
    periods = by_periods(query)
    # Where running totals know the same, they have fewer rows to read.
    of_years = [(tables.years, periods.years)]
    of_months = [(tables.months, periods.months)] if periods.months else []
    if periods.bound and periods.bound.end in tables.running:
        years, months = tables.running[periods.bound.end]
        year, month = periods.bound.year, periods.bound.month
        of_years.insert(0, (years, all_of([codes(query), _total_for(year)])))
        if of_months:
            # They are totals of the months within each year.
            in_year = Condition(f"{months.apart[-2]} = ?", (month // 12,))
            here = all_of([codes(query), in_year, _total_for(month)])
            of_months.insert(0, (months, here))
    parts = _first_level(of_years, shifts, shift)
    if not parts:
        return []
    if periods.months:
        parts += _first_level(of_months, shifts, shift) or [
            Part(BY_TIME, None, periods.months)
        ]
    return [*parts, *(Part(BY_TIME, None, days) for days in periods.days)]


def _first_level(
    tables: Iterable[tuple[Table, Condition]],
    shifts: Mapping[str, Sequence[int]],
    shift: int,
) -> list[Part]:
    """Return the first table that has a level fine enough, or nothing."""
    for table, condition in tables:
        if parts := _at_level(table, shifts, shift, condition):
            return parts
    return []


def _total_for(time: int) -> Condition:
    """Return the condition that a row is the running total for a year or month."""
    return Condition("low <= ? AND high >= ?", (time, time))
