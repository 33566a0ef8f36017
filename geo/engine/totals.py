"""Totals: how many incidents of each kind, counted once when a layer is loaded.

``incident_count`` counts by every code that can be filtered by, ``incident_span`` by
category, status and months, ``incident_day`` by category, status and days. Questions
that ask for nothing finer are answered from these few rows, whatever the size of the
layer.
"""

from __future__ import annotations

from typing import Final

from geo.base.errors import NotFoundError
from geo.engine.asking import Ask as AskOnce
from geo.engine.asking import where
from geo.engine.levels import LEAST_ROWS, Ask
from geo.engine.store import Store
from geo.model.query import CODED, SEVERAL, UNKNOWN, Query

#: Filters that ``incident_span`` knows.
SPANNED: Final = ("category", "status")
#: What each table knows to filter by.
_KNOWN: Final = {
    "incident_count": SEVERAL,
    "incident_span": SPANNED,
    "incident_day": (*SPANNED, "since", "until"),
}
#: A point's radius of uncertainty in degrees of latitude; none for lines and areas.
_DEGREES: Final = "(CASE WHEN area THEN 0 ELSE coalesce(radius_m, 0) / 111320.0 END)"
_LON_DEGREES: Final = f"({_DEGREES} / greatest(0.05, cos(radians(lat))))"
#: The extent of an incident with its uncertainty.
REACH: Final = {
    "west": f"west - {_LON_DEGREES}",
    "south": f"south - {_DEGREES}",
    "east": f"east + {_LON_DEGREES}",
    "north": f"north + {_DEGREES}",
}
_CODES: Final = ", ".join(kind.column for kind in CODED)
_TABLES: Final = (
    f"""
    CREATE TABLE incident_count AS
    SELECT {_CODES}, mx IS NOT NULL AS placed,
           count(*) AS n, min({REACH["west"]}) AS west, min({REACH["south"]}) AS south,
           max({REACH["east"]}) AS east, max({REACH["north"]}) AS north
    FROM incident WHERE %s
    GROUP BY {_CODES}, mx IS NOT NULL
    """,
    """
    CREATE TABLE incident_span AS
    SELECT category, status, dated, earliest_month, latest_month, count(*) AS n,
           min(earliest) AS earliest, max(latest) AS latest
    FROM incident WHERE %s
    GROUP BY category, status, dated, earliest_month, latest_month
    """,
    f"""
    CREATE TABLE incident_day AS
    SELECT category, status, dated, earliest, latest, mx IS NOT NULL AS placed,
           count(*) AS n, min({REACH["west"]}) AS west, min({REACH["south"]}) AS south,
           max({REACH["east"]}) AS east, max({REACH["north"]}) AS north
    FROM incident WHERE %s
    GROUP BY category, status, dated, earliest, latest, mx IS NOT NULL
    ORDER BY latest, earliest
    """,
)


def count_once(ask: Ask, rows: int) -> None:
    """Make and fill the tables; they are empty in a small layer.

    Parameters
    ----------
    ask
        Runs a statement in the database whose ``incident`` is filled.
    rows
        How many incidents.
    """
    for made in _TABLES:
        ask(made.replace("%s", "TRUE" if _are_kept(rows) else "FALSE"))


def table_for(rows: int, query: Query, *totals: str) -> str:
    """Return the first of these tables that knows all a query filters by.

    Parameters
    ----------
    rows
        How many incidents the layer has.
    query
        Which are asked for.
    totals
        Names of tables.

    Returns
    -------
    str
        ``incident``, the incidents' own, where none of these knows it.
    """
    known = (name for name in totals if _knows(_KNOWN[name], query))
    return next(known, "incident") if _are_kept(rows) else "incident"


def counts_by(store: Store, ask: AskOnce, query: Query, field: str) -> dict[str, int]:
    """Return how many incidents there are by value of a field, most first.

    Parameters
    ----------
    store
        Where the layer is.
    ask
        How it is asked.
    query, field
        As :meth:`geo.engine.Engine.counts`.

    Raises
    ------
    NotFoundError
        If it is no field that incidents are counted by.
    """
    kind = next((kind for kind in CODED if kind.name == field), None)
    if kind is None:
        msg = f"cannot count by {field!r}; fields are {', '.join(SEVERAL)}."
        raise NotFoundError(msg)
    selected = where(store, query)
    column = kind.column
    by_day = ("incident_day",) if field in SPANNED else ()
    table = table_for(store.facts.rows, query, "incident_count", *by_day)
    known = "TRUE" if kind.takes_unknown else f"{column} IS NOT NULL"
    sql = f"""
        SELECT {column}, {number_in(table)} FROM {table}
        WHERE {selected.sql} AND {known} GROUP BY {column}
    """
    numbers: dict[str, int] = {}
    for written, number in ask(sql, selected.parameters):
        values = [UNKNOWN] if written is None else [written]
        if kind.of_lists:
            values = written.strip("|").split("|")
        for value in filter(None, values):
            numbers[value] = numbers.get(value, 0) + int(number)
    return dict(sorted(numbers.items(), key=lambda item: (-item[1], item[0])))


def number_in(table: str) -> str:
    """Return SQL for how many incidents some rows of a table are."""
    return "count(*)" if table == "incident" else "CAST(sum(n) AS BIGINT)"


def _are_kept(rows: int) -> bool:
    """Tell whether a layer of so many incidents has totals."""
    return rows >= LEAST_ROWS


def _knows(fields: tuple[str, ...], query: Query) -> bool:
    """Tell whether a query filters by these fields only."""
    plain = {name: getattr(query, name) for name in fields}
    return query == Query(dates=query.dates, **plain)
