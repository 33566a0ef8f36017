"""Levels of summaries: which are worth their rows, and how they are filled.

Each further level of a table (:mod:`geo.engine.cells`) is made of the next finer one.
Levels that would save little, because most rows stand for one incident, are not made:
there the incidents themselves are few enough.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from geo.base.grid import cell_shift
from geo.engine.cells import (
    BY_TIME,
    FIRST_ZOOM,
    MEASURES,
    PLAIN,
    TABLES,
    TIMED,
    Table,
    made_of,
    measured,
    of_cells,
    of_incidents,
    unnamed,
)

#: Layers with fewer incidents are asked without summaries.
LEAST_ROWS: Final = 20_000
#: A level is kept if it has at most so many rows for each incident.
_WORTH: Final = 0.35
#: Of running totals a view reads one row a cell, so finer levels save something yet.
_WORTH_RUNNING: Final = 0.45
#: The coarsest level by category keeps apart how far in incidents stand on the ground, up
#: to this zoom: a first view comes no closer to a large layer.
_CLOSEST: Final = 12
#: Counts groups of placed incidents exactly.
COUNT_GROUPS: Final = """
    SELECT count(*) FROM (
        SELECT 1 AS one FROM incident WHERE mx IS NOT NULL GROUP BY {0}
    ) AS cell
"""
#: Any year or month is between these.
_FIRST_TIME, _LAST_TIME = -(2**31), 2**31 - 1

Ask = Callable[[str], list[tuple[Any, ...]]]


def summarise(
    ask: Ask,
    rows: int,
    *,
    tables: Sequence[Table] = TABLES,
    count: str = COUNT_GROUPS,
) -> dict[str, tuple[int, ...]]:
    """Fill the tables of summaries, and return the shifts that each holds.

    Parameters
    ----------
    ask
        Runs a statement in the database whose ``incident`` is filled.
    rows
        How many incidents.
    tables
        The tables to fill; the others do not exist.
    count
        SQL that counts groups of placed incidents by ``{0}``, at least roughly.
    """
    few = "" if rows >= LEAST_ROWS else "AND FALSE"
    ask(
        f"CREATE TABLE {BY_TIME} AS SELECT {', '.join(TIMED)} FROM incident "
        f"WHERE dated AND mx IS NOT NULL {few} ORDER BY latest_month, z_order"
    )
    return {table.name: _fill(ask, table, rows, count) for table in tables}


def _fill(ask: Ask, table: Table, rows: int, count: str) -> tuple[int, ...]:
    """Fill one table."""
    finest, coarsest = cell_shift(table.finest_zoom), cell_shift(0)
    wanted = "dated" if table.running else "TRUE"
    none = of_incidents(0, "FALSE", (*table.apart, "deepest"))
    ask(
        "CREATE TEMP TABLE cell_draft AS SELECT CAST(0 AS INTEGER) AS shift, part.* "
        f"FROM ({none}) AS part"
    )
    first = coarsest + 1
    if rows >= LEAST_ROWS:
        most = (_WORTH_RUNNING if table.running else _WORTH) * rows
        first = _finest_worth(ask, table, count, most, range(finest, coarsest + 1))
    kept = range(first, coarsest + 1)
    for shift in kept:
        apart = (*table.apart, _merged(table, shift))
        if shift == first or (table is PLAIN and shift == coarsest):
            made = of_incidents(shift, wanted, apart)
        else:
            made = of_cells("cell_draft", shift - 1, shift, "TRUE", apart)
        ask(f"INSERT INTO cell_draft SELECT {shift}, part.* FROM ({made}) AS part")
    order = ", ".join(("shift", *table.order))
    rows_made = _running_totals(table) if table.running else "SELECT * FROM cell_draft"
    ask(f"CREATE TABLE {table.name} AS {rows_made} ORDER BY {order}")
    ask("DROP TABLE cell_draft")
    return tuple(kept)


def _running_totals(table: Table) -> str:
    """Return SQL for the running totals of the draft's rows.

    From the last year back for those since a year, from the first on for those until
    one. A date that is open at its end may be in any year beyond, so it comes first.
    """
    time = table.apart[-1]
    kept = ", ".join(("shift", "cx", "cy", "deepest", *table.apart[:-1]))
    if table.running == "since":
        order = f"{time} DESC"
        span = f"lead({time}) OVER so_far + 1 AS low, {time} AS high"
    else:
        order = time
        span = f"{time} AS low, lead({time}) OVER so_far - 1 AS high"
    return f"""
        SELECT {kept}, coalesce(low, {_FIRST_TIME}) AS low, coalesce(high, {_LAST_TIME}) AS high,
               {", ".join(MEASURES)}
        FROM (
            SELECT {kept}, {span}, {measured("OVER so_far")} FROM cell_draft
            WINDOW so_far AS (
                PARTITION BY {kept} ORDER BY {order} NULLS FIRST ROWS UNBOUNDED PRECEDING
            )
        ) AS total
    """


def _finest_worth(
    ask: Ask, table: Table, count: str, most: float, shifts: range
) -> int:
    """Return the finest level of at most so many rows, or one beyond the coarsest.

    A coarser level has fewer rows, so half of what is left is tried each time.
    """
    low, high = shifts.start, shifts.stop
    while low < high:
        shift = (low + high) // 2
        apart = (*made_of(table.apart), _merged(table, shift))
        groups = f"mx >> {shift}, my >> {shift}, {unnamed(apart)}"
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
