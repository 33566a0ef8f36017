"""Summaries: what each grid cell holds, so that a wide view reads few incidents.

A question about a viewport groups incidents by cells of 32 pixels. Far out, a cell
holds thousands, so that is done once, when the layer is loaded, for each zoom, in some
tables (:data:`TABLES`): by category for any view; by all codes, and by time with and
without status, for wide views that are filtered by these. Levels that would save
little, because most rows stand for one incident, are not made: there the incidents
themselves are few enough. Each further level is made of the next finer one.

In each row incidents have the same ``deepest`` (:mod:`geo.engine.vagueness`), so that a
view leaves out what is too vague for it. A level is asked by views of its own zoom, so
what stands on the ground further in is one row there: otherwise a cell would have as many
rows as its places are exact in different ways, and a larger layer more of them.

Time is kept by years, and by months for the years in which the dates asked for begin and
end; for the months in which they do, the incidents themselves are asked. By months alone,
a view of ten million would read a row for every fourth incident.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from geo.base.grid import cell_shift
from geo.engine.answers import Condition
from geo.engine.conditions import by_periods, codes
from geo.model.query import CODED, Query

#: Layers with fewer incidents are asked without summaries.
LEAST_ROWS: Final = 20_000
#: A level is kept if it has at most so many rows for each incident.
_WORTH: Final = 0.35
#: The first view asks what stands on the ground at this zoom, in coarser cells.
FIRST_ZOOM: Final = 6
#: The coarsest level by category keeps apart how far in incidents stand on the ground, up
#: to this zoom: a first view comes no closer to a large layer.
_CLOSEST: Final = 12
#: What each level says of a cell: name and how it is made of the next finer level.
_MEASURES: Final = (
    ("n", "CAST(sum(n) AS BIGINT)"),
    ("x", "CAST(sum(x) AS BIGINT)"),
    ("y", "CAST(sum(y) AS BIGINT)"),
    ("first_no", "min(first_no)"),
    ("place_low", "min(place_low)"),
    ("place_high", "max(place_high)"),
    ("status_low", "min(status_low)"),
    ("status_high", "max(status_high)"),
    ("plan", "bool_and(plan)"),
    ("x_low", "min(x_low)"),
    ("y_low", "min(y_low)"),
    ("x_high", "max(x_high)"),
    ("y_high", "max(y_high)"),
    ("z_low", "min(z_low)"),
)
#: The same of incidents.
_OF_INCIDENTS: Final = """
    count(*) AS n, CAST(sum(mx) AS BIGINT) AS x, CAST(sum(my) AS BIGINT) AS y,
    min(row_no) AS first_no, min(place_no) AS place_low, max(place_no) AS place_high,
    min(status) AS status_low, max(status) AS status_high,
    bool_and(kind = 'plan') AS plan,
    min(mx) AS x_low, min(my) AS y_low, max(mx) AS x_high, max(my) AS y_high,
    min(z_order) AS z_low
"""
#: Counts groups of placed incidents exactly.
COUNT_GROUPS: Final = """
    SELECT count(*) FROM (
        SELECT 1 AS one FROM incident WHERE mx IS NOT NULL GROUP BY {0}
    ) AS cell
"""
_MEASURED: Final = ", ".join(f"{made} AS {name}" for name, made in _MEASURES)

Ask = Callable[[str], list[tuple[Any, ...]]]


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
    """

    name: str
    apart: tuple[str, ...]
    finest_zoom: int
    order: tuple[str, ...] = ("z_low",)
    indexed: tuple[str, ...] = ("cx, cy",)


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
    """

    table: str
    level: int | None
    condition: Condition


PLAIN: Final = Table("incident_cell", ("category",), 13)
_CODED: Final = Table("incident_cell_code", tuple(kind.column for kind in CODED), 5)
_YEARS: Final = ("category", "earliest_year", "latest_year")
_MONTHS: Final = ("category", "earliest_month", "latest_month")
#: Time by years and by months: without status, and with it.
_BY_DATES: Final = (
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
)
_BY_DATES_STATUS: Final = (
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
)
#: How what incidents have no column for is made of them; months are counted from year 0.
_MADE: Final = {
    f"{end}_year": f"CAST(floor({end}_month / 12.0) AS INTEGER)"
    for end in ("earliest", "latest")
}
#: Dated incidents with a place: those of one month lie together, along the curve.
BY_TIME: Final = "incident_by_time"
TIMED: Final = (
    *("row_no", "category", "kind", "status", "dated", "earliest", "latest"),
    *("earliest_month", "latest_month", "place_no", "mx", "my", "z_order", "deepest"),
)
TABLES: Final = (PLAIN, _CODED, *_BY_DATES, *_BY_DATES_STATUS)


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
    apart = _made(apart)
    return f"""
        SELECT mx >> {shift} AS cx, my >> {shift} AS cy, {", ".join(apart)}, {_OF_INCIDENTS}
        FROM {table} WHERE {where} AND mx IS NOT NULL
        GROUP BY mx >> {shift}, my >> {shift}, {_unnamed(apart)}
    """


def of_cells(
    table: str, kept: int, shift: int, where: str, apart: Sequence[str] = PLAIN.apart
) -> str:
    """Return the same made of summaries; *kept* is the shift of those, the finer."""
    further = shift - kept
    return f"""
        SELECT cx >> {further} AS cx, cy >> {further} AS cy, {", ".join(apart)}, {_MEASURED}
        FROM {table} WHERE shift = {kept} AND {where}
        GROUP BY cx >> {further}, cy >> {further}, {_unnamed(apart)}
    """


def _made(columns: Iterable[str]) -> list[str]:
    """Return columns as they are made of an incident's."""
    return [
        f"{_MADE[column]} AS {column}" if column in _MADE else column
        for column in columns
    ]


def _unnamed(columns: Iterable[str]) -> str:
    """Return columns as they are grouped by: what they are made of."""
    return ", ".join(column.rsplit(" AS ", 1)[0] for column in columns)


def by_cell(parts: str) -> str:
    """Return SQL for one row a cell, whatever the category, as :class:`Cell` reads it."""
    return f"""
        SELECT {_MEASURED}, string_agg(category || ':' || n, ',') AS mix
        FROM (
            SELECT cx, cy, category, {_MEASURED} FROM ({parts}) AS part
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
        return _by_dates(*_BY_DATES, query, shifts, shift)
    if undated == replace(plain, status=query.status) and query != undated:
        return _by_dates(*_BY_DATES_STATUS, query, shifts, shift)
    if query == undated and query.bbox is None and not query.q:
        return _at_level(_CODED, shifts, shift, codes(query))
    return []


def _at_level(
    table: Table, shifts: Mapping[str, Sequence[int]], shift: int, condition: Condition
) -> list[Part]:
    """Return a table at its coarsest level that is fine enough, or nothing."""
    fine = [one for one in shifts.get(table.name, ()) if one <= shift]
    return [Part(table.name, max(fine), condition)] if fine else []


def _by_dates(
    years: Table,
    months: Table,
    query: Query,
    shifts: Mapping[str, Sequence[int]],
    shift: int,
) -> list[Part]:
    """Return what knows incidents by the years, months and days of their dates."""
    periods = by_periods(query)
    parts = _at_level(years, shifts, shift, periods.years)
    if parts and periods.months:
        parts += _at_level(months, shifts, shift, periods.months) or [
            Part(BY_TIME, None, periods.months)
        ]
    if parts:
        parts += [Part(BY_TIME, None, days) for days in periods.days]
    return parts


def summarise(
    ask: Ask, rows: int, *, count: str = COUNT_GROUPS
) -> dict[str, tuple[int, ...]]:
    """Fill the tables of summaries, and return the shifts that each holds.

    Parameters
    ----------
    ask
        Runs a statement in the database whose ``incident`` is filled.
    rows
        How many incidents.
    count
        SQL that counts groups of placed incidents by ``{0}``, at least roughly.
    """
    few = "" if rows >= LEAST_ROWS else "AND FALSE"
    ask(
        f"CREATE TABLE {BY_TIME} AS SELECT {', '.join(TIMED)} FROM incident "
        f"WHERE dated AND mx IS NOT NULL {few} ORDER BY latest_month, z_order"
    )
    return {table.name: _fill(ask, table, rows, count) for table in TABLES}


def _fill(ask: Ask, table: Table, rows: int, count: str) -> tuple[int, ...]:
    """Fill one table."""
    finest, coarsest = cell_shift(table.finest_zoom), cell_shift(0)
    none = of_incidents(0, "FALSE", (*table.apart, "deepest"))
    ask(
        "CREATE TEMP TABLE cell_draft AS SELECT CAST(0 AS INTEGER) AS shift, part.* "
        f"FROM ({none}) AS part"
    )
    first = coarsest + 1
    if rows >= LEAST_ROWS:
        most = _WORTH * rows
        first = _finest_worth(ask, table, count, most, range(finest, coarsest + 1))
    kept = range(first, coarsest + 1)
    for shift in kept:
        apart = (*table.apart, _merged(table, shift))
        if shift == first or (table is PLAIN and shift == coarsest):
            made = of_incidents(shift, "TRUE", apart)
        else:
            made = of_cells("cell_draft", shift - 1, shift, "TRUE", apart)
        ask(f"INSERT INTO cell_draft SELECT {shift}, part.* FROM ({made}) AS part")
    order = ", ".join(("shift", *table.order))
    ask(f"CREATE TABLE {table.name} AS SELECT * FROM cell_draft ORDER BY {order}")
    ask("DROP TABLE cell_draft")
    return tuple(kept)


def _finest_worth(
    ask: Ask, table: Table, count: str, most: float, shifts: range
) -> int:
    """Return the finest level of at most so many rows, or one beyond the coarsest.

    A coarser level has fewer rows, so half of what is left is tried each time.
    """
    low, high = shifts.start, shifts.stop
    while low < high:
        shift = (low + high) // 2
        apart = (*_made(table.apart), _merged(table, shift))
        groups = f"mx >> {shift}, my >> {shift}, {_unnamed(apart)}"
        if ask(count.format(groups))[0][0] <= most:
            high = shift
        else:
            low = shift + 1
    return low


def _merged(table: Table, shift: int) -> str:
    """Return SQL for ``deepest`` as a level keeps it apart."""
    zoom = cell_shift(0) - shift
    most = max(zoom, FIRST_ZOOM) if zoom or table is not PLAIN else _CLOSEST
    return f"least(deepest, {most}) AS deepest"
