"""Summaries: what each grid cell holds, so that a wide view reads no incident.

A question about a viewport groups incidents by cells of 32 pixels. Far out, a cell
holds thousands, so that is done once, when the layer is loaded: for each zoom and
category, one row a cell. Each level is made of the next finer one. Levels that would
save little, because most cells hold one incident, are not kept: there the incidents
themselves are few enough.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from geo.grid import cell_shift

#: The finest zoom that is summarised.
FINEST_ZOOM: Final = 13
#: Layers with fewer incidents are asked without summaries.
LEAST_ROWS: Final = 20_000
#: A level is kept if it has at most so many rows for each incident.
_WORTH: Final = 0.25
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
_MEASURED: Final = ", ".join(f"{made} AS {name}" for name, made in _MEASURES)

Ask = Callable[[str], list[tuple[Any, ...]]]


def of_incidents(shift: int, where: str) -> str:
    """Return SQL for (cx, cy, category, measures) of the incidents that *where* asks."""
    return f"""
        SELECT mx >> {shift} AS cx, my >> {shift} AS cy, category, {_OF_INCIDENTS}
        FROM incident WHERE {where} AND mx IS NOT NULL
        GROUP BY mx >> {shift}, my >> {shift}, category
    """  # noqa: S608 - every value is a parameter


def of_cells(kept: int, shift: int, where: str) -> str:
    """Return the same made of summaries; *kept* is the shift of those, the finer."""
    further = shift - kept
    return f"""
        SELECT cx >> {further} AS cx, cy >> {further} AS cy, category, {_MEASURED}
        FROM incident_cell WHERE shift = {kept} AND {where}
        GROUP BY cx >> {further}, cy >> {further}, category
    """  # noqa: S608


def by_cell(parts: str) -> str:
    """Return SQL for one row a cell, whatever the category, as :class:`Cell` reads it."""
    return f"""
        SELECT {_MEASURED}, string_agg(category || ':' || n, ',') AS mix
        FROM ({parts}) AS part GROUP BY cx, cy
    """  # noqa: S608


def summarise(ask: Ask, rows: int) -> tuple[int, ...]:
    """Fill ``incident_cell``, and return the shifts that it holds.

    Parameters
    ----------
    ask
        Runs a statement in the database whose ``incident`` is filled.
    rows
        How many incidents.
    """
    finest, coarsest = cell_shift(FINEST_ZOOM), cell_shift(0)
    ask(
        "CREATE TEMP TABLE cell_draft AS SELECT CAST(0 AS INTEGER) AS shift, part.* "  # noqa: S608
        f"FROM ({of_incidents(0, 'FALSE')}) AS part"
    )
    kept: list[int] = []
    if rows >= LEAST_ROWS:
        for shift in range(finest, coarsest + 1):
            made = of_incidents(shift, "TRUE")
            if shift > finest:
                made = of_cells(shift - 1, shift, "TRUE")
                made = made.replace("incident_cell", "cell_draft")
            ask(f"INSERT INTO cell_draft SELECT {shift}, part.* FROM ({made}) AS part")  # noqa: S608
        sizes = ask("SELECT shift, count(*) FROM cell_draft GROUP BY shift")
        kept = sorted(shift for shift, size in sizes if size <= _WORTH * rows)
    chosen = ", ".join(map(str, kept)) or "-1"
    ask(
        "CREATE TABLE incident_cell AS SELECT * FROM cell_draft "  # noqa: S608
        f"WHERE shift IN ({chosen}) ORDER BY shift, z_low"
    )
    ask("DROP TABLE cell_draft")
    return tuple(kept)
