"""When records of a table happened: whole dates, starts and ends, parts in columns."""

from __future__ import annotations

from functools import partial
from typing import Final

import pandas as pd

from geo.importing.cells import map_distinct
from geo.importing.dates import join_dates, join_parts, odd_years, read_dates, says_now
from geo.importing.looking import DATES, Look
from geo.importing.rows import Rows, none_like
from geo.model.dates import bounds

_PARTS: Final = ("year", "month", "day")


def date_rows(rows: Rows, look: Look) -> pd.Series:
    """Return when each record happened, as EDTF, from the columns that say so."""
    zone = rows.mapping.time_zone
    read: dict[str, pd.Series] = {}
    for role in DATES:
        column = rows.column(role)
        if column is None:
            continue
        style = look.styles[str(column.name)]
        going = _going_on(column) if role == "date.end" else None
        dated = column if going is None else column.where(~going, None)
        result = read_dates(dated, style, zone=zone)
        rows.remarks += result.remarks
        read[role] = result.edtf if going is None else result.edtf.where(~going, "..")
        rows.keep(column, read[role].isna())
    dates = none_like(rows.frame.index)
    if "date.start" in read or "date.end" in read:
        start = read.get("date.start", dates)
        dates = _joined(rows, start, read.get("date.end", dates))
    if "date" in read:
        dates = read["date"].where(read["date"].notna(), dates)
    first = _of_parts(rows, look, "date")
    if first is not None:
        last = _of_parts(rows, look, "date.end")
        whole = first if last is None else _joined(rows, first, last)
        dates = dates.where(dates.notna(), whole)
    default = rows.mapping.defaults.get("date")
    if default:
        dates = dates.where(dates.notna(), default)
    rows.remarks += odd_years(dates)
    return dates


def _going_on(ends: pd.Series) -> pd.Series:
    """Tell which ends are none, as what happens goes on."""
    return map_distinct(
        ends, lambda cell: isinstance(cell, str) and says_now(cell)
    ).astype(bool)


def _joined(rows: Rows, start: pd.Series, end: pd.Series) -> pd.Series:
    joined = join_dates(start, end)
    rows.remarks += joined.remarks
    return joined.edtf


def _of_parts(rows: Rows, look: Look, role: str) -> pd.Series | None:
    """Return the dates of columns of years, months and days; None without years."""
    year, month, day = (rows.column(f"{role}.{part}") for part in _PARTS)
    if year is None:
        return None
    joined = join_parts(year, month, day, style=look.styles[str(year.name)])
    rows.remarks += joined.remarks
    return joined.edtf


def end_days(dates: pd.Series) -> dict[str, pd.Series]:
    """Return first and last day of each date."""

    def day(date: object, end: str) -> str | None:
        day = getattr(bounds(date), end) if isinstance(date, str) else None
        return None if day is None else str(day.isoformat())

    return {
        f"date_{end}": map_distinct(dates, partial(day, end=end))
        for end in ("earliest", "latest")
    }
