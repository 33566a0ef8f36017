"""Totals: how many incidents of each kind, counted once when a layer is loaded.

``incident_count`` counts by every code that can be filtered by, ``incident_span`` by
category, status and months, ``incident_day`` by category, status and days. Questions
that ask for nothing finer are answered from these few rows, whatever the size of the
layer.
"""

from __future__ import annotations

from typing import Final

from geo.engine.cells import LEAST_ROWS, Ask
from geo.model.query import CODED, SEVERAL, Query

#: Filters that each table knows.
COUNTED: Final = SEVERAL
SPANNED: Final = ("category", "status")
DAYS: Final = (*SPANNED, "since", "until")
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
        ask(made.replace("%s", "TRUE" if are_kept(rows) else "FALSE"))


def are_kept(rows: int) -> bool:
    """Tell whether a layer of so many incidents has totals."""
    return rows >= LEAST_ROWS


def knows(fields: tuple[str, ...], query: Query) -> bool:
    """Tell whether a query filters by these fields only."""
    plain = {name: getattr(query, name) for name in fields}
    return query == Query(dates=query.dates, **plain)
